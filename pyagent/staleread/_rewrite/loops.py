"""What a loop reads again and again though nobody can have changed it.

In: a loop of one function. Out: whether only it itself runs while it does, and what it changes. What must hold: from its
first to its last time round there is no place where somebody else on the event loop could run, nor code of the
program be called by name; so what it does not change itself, it finds as it was.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from .accesses import Accesses
from .scopes import Scope, suspends

Loop = ast.For | ast.AsyncFor | ast.While

_ALONE_NO_LONGER = (
    ast.With,
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.Lambda,
    ast.ClassDef,
    ast.Delete,
    ast.Match,
)

# Built-in functions that write nothing, and run no more of the program than an operator does.
_LIKE_OPERATORS = frozenset(
    {"abs", "bool", "chr", "divmod", "float", "int", "isinstance", "len", "ord", "range", "round"}
)


@dataclass
class QuietLoop:
    bound: set[str] = field(default_factory=set)
    """Variables that it binds."""
    attributes: set[str] = field(default_factory=set)
    """Attributes that it assigns, of whatever object."""
    changes_items: bool = False
    """Whether a container may have changed, through whatever name."""
    flags: list[str] = field(default_factory=list)
    """The variables that say what was told."""


def quiet_loop(node: Loop, accesses: Accesses, scope: Scope) -> QuietLoop | None:
    """What a loop changes, where only it itself runs."""
    if isinstance(node, ast.AsyncFor):
        return None
    found = QuietLoop()
    for part in _goes_round(node):
        if isinstance(part, _ALONE_NO_LONGER) or suspends(part):
            return None
        if isinstance(part, ast.Call) and accesses.builtin_call(part, scope) not in _LIKE_OPERATORS:
            return None
        _note(part, found, scope)
    return found


def _goes_round(node: Loop) -> Iterator[ast.AST]:
    """All that a loop does more than once."""
    header: ast.AST = node.test if isinstance(node, ast.While) else node.target
    for part in (header, *node.body):
        yield from ast.walk(part)


def _note(part: ast.AST, found: QuietLoop, scope: Scope) -> None:
    """What this one part changes."""
    stores = not isinstance(getattr(part, "ctx", None), ast.Load)
    if isinstance(part, ast.Name) and stores:
        found.bound.add(part.id)
    elif isinstance(part, ast.ExceptHandler) and part.name:
        found.bound.add(part.name)
    elif isinstance(part, ast.Attribute) and stores:
        found.attributes.add(scope.mangled(part.attr))
    elif isinstance(part, ast.Subscript) and stores:
        found.changes_items = True
    elif isinstance(part, ast.AugAssign) and not isinstance(part.value, ast.Constant):
        found.changes_items = True  # In place, it may be.
