"""Nodes of our own for the syntax tree, and where they stand."""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from typing import TypeVar

from .beginnings import first_evaluated

Node = TypeVar("Node", bound=ast.AST)


def scope_name(function: int) -> str:
    """The variable that stands for the variables of one call of a function.

    Its name comes last: a closure has its variables in the order of their names, and programs look at the first.
    """
    return f"ω_sr_scope_{function}"


def number(number: int) -> ast.Constant:
    return ast.Constant(number)


def name(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def copy(node: Node) -> Node:
    """A leaf once more: a node stands in a tree once."""
    new = type(node)(**{name: getattr(node, name) for name in node._fields})
    return ast.copy_location(new, node)


def call(hook: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(name(hook), list(arguments), [])


def statement(call: ast.Call) -> ast.stmt:
    """A hook's call as a statement that stands nowhere."""
    return nowhere(ast.Expr(call))


def assign(name: str, value: ast.expr) -> ast.stmt:
    return nowhere(ast.Assign([ast.Name(name, ast.Store())], value))


def let_go(names: Sequence[str], value: object = None) -> list[ast.stmt]:
    """Sets variables of ours to what means nothing, in one statement that stands nowhere.

    CPython 3.11 may run a store together with the load behind it, and then takes a variable without a value to be missed
    where the store stands. Of two stores in a row it runs these together: so there are two at least.
    """
    if not names:
        return []
    if len(names) == 1 and sys.version_info[:2] == (3, 11):
        names = [*names, *names]
    return [nowhere(ast.Assign([ast.Name(name, ast.Store()) for name in names], ast.Constant(value)))]


def place_of_exit(node: ast.With | ast.AsyncWith, item: int = 0) -> ast.stmt | ast.expr:
    """Where the interpreter calls a manager when it leaves a `with`; that of the first item comes last."""
    return node.items[item].context_expr if sys.version_info >= (3, 13) else node


def behind(new: Node, node: ast.With | ast.AsyncWith) -> Node:
    """Gives a new statement the line that a `with` is left on, so that what follows knows which one ran last. CPython 3.12
    would tell that line once more where a manager swallows an exception."""
    return nowhere(new) if sys.version_info[:2] == (3, 12) else at(new, place_of_exit(node))


def stored_before(first: ast.expr, then: ast.expr) -> None:
    """Has a temporary stored where the variable stands that is read right behind it, if one is: for the same reason."""
    next_read = first_evaluated(then)
    if isinstance(first, ast.NamedExpr) and isinstance(next_read, ast.Name):
        ast.copy_location(first.target, next_read)


def nowhere(node: Node) -> Node:
    """Gives a new statement, and what is new in it, no position."""
    pending: list[ast.AST] = [node]
    while pending:
        part = pending.pop()
        if part is not node and isinstance(part, (ast.stmt, ast.ExceptHandler)) and hasattr(part, "lineno"):
            continue
        if "lineno" in part._attributes:
            part.lineno = part.end_lineno = part.col_offset = part.end_col_offset = -1  # type: ignore[attr-defined]
        pending.extend(ast.iter_child_nodes(part))
    return node


def same(expression: ast.expr) -> ast.expr:
    """An expression as a node that begins nowhere, of which the interpreter's compiler leaves nothing."""
    around = nowhere(ast.IfExp(ast.Constant(True), ast.Constant(None), ast.Constant(None)))
    around.body = expression
    return around


def after(node: Node, expression: ast.expr, looked_up: ast.Attribute | None = None) -> Node:
    """Gives a node of our own, not what is in it, the place of an instruction right behind an expression.

    Behind one on several lines, nobody knows which is the last: there the node has no line, which makes it one of the line
    before it. Where several ways lead to it that would be none, and tracers would take what follows for another line: there
    it has the line of what follows, where that is known to be the look-up of an attribute.
    """
    if expression.end_lineno == expression.lineno:
        return ast.copy_location(node, expression)
    if not _ends_in_branches(expression):
        node.lineno = node.end_lineno = node.col_offset = node.end_col_offset = -1  # type: ignore[attr-defined]
    elif looked_up is None:
        ast.copy_location(node, expression)
    else:
        node.lineno = node.end_lineno = looked_up.end_lineno  # type: ignore[attr-defined]
        node.col_offset = node.end_col_offset = looked_up.end_col_offset  # type: ignore[attr-defined]
    return node


def _ends_in_branches(expression: ast.expr) -> bool:
    if isinstance(expression, ast.NamedExpr):
        return _ends_in_branches(expression.value)
    several = isinstance(expression, ast.Compare) and len(expression.ops) > 1
    return several or isinstance(expression, (ast.IfExp, ast.BoolOp))


def is_slice(node: ast.expr) -> bool:
    if isinstance(node, ast.Tuple):
        return any(isinstance(element, (ast.Slice, ast.Starred)) for element in node.elts)
    return isinstance(node, ast.Slice)


def at(node: Node, place: ast.stmt | ast.expr) -> Node:
    """Gives a new node, and all in it, the start of another one as its position."""
    for part in ast.walk(node):
        if "lineno" in part._attributes:
            part.lineno = part.end_lineno = place.lineno  # type: ignore[attr-defined]
            part.col_offset = part.end_col_offset = place.col_offset  # type: ignore[attr-defined]
    return node
