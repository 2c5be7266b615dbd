"""The ends of a function, each with a `return` of its own.

In: the body of a function, rewritten. Out: the same body, which no way through it leaves by running out of statements
behind an `if`, a loop, a `try` or a `match`.

A function that runs out of statements returns on the line that ran last: for that the interpreter's compiler copies the
return for each way that leads to it. Ours leaves through a `with` that stands nowhere, behind statements that stand nowhere:
where several ways meet in front of these, nobody knows the line any more, and Python 3.10 and 3.11 then take that of what
stands before in the code, such as an `except` that never ran. Behind a `finally` it stays like that: an exception comes
through it, too.
"""

from __future__ import annotations

import ast

from . import nodes

_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_TRIES: tuple[type[ast.stmt], ...] = (ast.Try, getattr(ast, "TryStar", ast.Try))


def return_at_ends(body: list[ast.stmt]) -> None:
    """Of a whole function."""
    if not _is_simple(body[_last(body)]):
        _end(body)


def _end(body: list[ast.stmt]) -> None:
    """Returns behind a block, on each way through it."""
    place = _last(body)
    last, ours = body[place], body[place + 1 :]
    if isinstance(last, (ast.If, ast.For, ast.AsyncFor, ast.While)):
        if isinstance(last, ast.If):
            _end(last.body)
        _end_else(last, ours)
        del body[place + 1 :]
    elif isinstance(last, (ast.With, ast.AsyncWith)):
        body.append(nodes.behind(ast.Return(None), last))
    elif isinstance(last, _TRIES):
        _end_try(last)  # type: ignore[arg-type]
    elif isinstance(last, ast.Match):
        for case in last.cases:
            _end(case.body)
        if not _takes_all(last.cases[-1]):
            last.cases.append(ast.match_case(nodes.nowhere(ast.MatchAs()), None, [*ours, _leave()]))
            del body[place + 1 :]
    elif not isinstance(last, _LEAVES):
        body.append(_leave())


def _end_else(last: ast.If | ast.For | ast.AsyncFor | ast.While, ours: list[ast.stmt]) -> None:
    if last.orelse:
        _end(last.orelse)
    else:
        last.orelse = [*ours, _leave()]


def _end_try(last: ast.Try) -> None:
    if last.finalbody:
        return
    _end(last.orelse or last.body)
    if isinstance(last, ast.Try):  # An `except*` must not be left by a `return`.
        for handler in last.handlers:
            _end(handler.body)


def _leave() -> ast.stmt:
    return nodes.nowhere(ast.Return(None))


def _last(body: list[ast.stmt]) -> int:
    """Where the program's last statement is; what is behind it are ours."""
    places = range(len(body) - 1, -1, -1)
    return next((place for place in places if body[place].lineno >= 0), len(body) - 1)


def _is_simple(statement: ast.stmt) -> bool:
    return not hasattr(statement, "body") and not isinstance(statement, ast.Match)


def _takes_all(case: ast.match_case) -> bool:
    return case.guard is None and _is_irrefutable(case.pattern)


def _is_irrefutable(pattern: ast.pattern) -> bool:
    if isinstance(pattern, ast.MatchOr):
        return _is_irrefutable(pattern.patterns[-1])
    return isinstance(pattern, ast.MatchAs) and (pattern.pattern is None or _is_irrefutable(pattern.pattern))
