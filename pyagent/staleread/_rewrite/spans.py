"""Which lines the text of a statement stands on.

In: a module's tree. Out: for each line of a statement that is spread over several, where it begins and ends. A
site is shown, and told from others, by all of its statement: so that it stays the same when a formatter breaks it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

Span = tuple[int, int]
"""First and last line."""


def statement_spans(tree: ast.Module) -> dict[int, Span]:
    """By line. Of a compound statement only its header counts."""
    spans: dict[int, Span] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and node.end_lineno != node.lineno:
            first, last = _span(node)
            spans.update(dict.fromkeys(range(first, last + 1) if last > first else (), (first, last)))
    return spans


def _span(node: ast.stmt) -> Span:
    if not hasattr(node, "body") and not isinstance(node, ast.Match):
        return node.lineno, node.end_lineno or node.lineno
    ends = [part.end_lineno or part.lineno for part in _header(node)]
    return node.lineno, max(ends, default=node.lineno)


def _header(node: ast.stmt) -> Iterator[ast.expr | ast.arg]:
    """The expressions between the first word of a compound statement and its colon."""
    pending: list[ast.AST] = [node]
    while pending:
        for part in ast.iter_child_nodes(pending.pop()):
            if isinstance(part, (ast.expr, ast.arg)):
                yield part
            elif isinstance(part, (ast.arguments, ast.withitem)):
                pending.append(part)
