"""Where a function begins: what of its body is evaluated first.

In: a function's statements. Out: the node that the first instruction stands for, so that a hook put there brings no line
into the function that a tracer would not have seen. Declarations have no instructions.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from typing import Any

Part = Callable[[Any], "ast.AST | None"]


def first_of_block(body: list[ast.stmt]) -> ast.AST:
    """The innermost node that a block of statements evaluates first."""
    return first_evaluated(next((statement for statement in body if not _declares_only(statement)), body[-1]))


def first_evaluated(node: ast.AST) -> ast.AST:
    """The innermost node that a statement or expression evaluates first."""
    while True:
        part = _FIRST_PARTS.get(type(node))
        inner = part(node) if part is not None else None
        if inner is None:
            return node
        node = inner


def _declares_only(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.AnnAssign):
        return statement.value is None and isinstance(statement.target, ast.Name)
    return isinstance(statement, (ast.Global, ast.Nonlocal))


def _of_function(node: Any) -> ast.AST | None:
    arguments = node.args
    evaluated = [*getattr(node, "decorator_list", ()), *arguments.defaults, *arguments.kw_defaults]
    return next((part for part in evaluated if part is not None), None)


def _of_comprehension(node: Any) -> Any:
    """From 3.12 on it is no function of its own."""
    return node.generators[0].iter if sys.version_info >= (3, 12) else None


def _of_display(node: Any) -> Any:
    elements = node.elts
    constant = len(elements) > 2 and all(isinstance(element, ast.Constant) for element in elements)
    return None if not elements or constant or isinstance(elements[0], ast.Starred) else elements[0]


def _of_dict(node: Any) -> Any:
    keys = node.keys
    if not keys or keys[0] is None:
        return None
    constant = len(keys) > 1 and all(isinstance(key, ast.Constant) for key in keys)
    return node.values[0] if constant and sys.version_info < (3, 14) else keys[0]


def _named(field: str) -> Part:
    return lambda node: getattr(node, field)


def _first_named(field: str) -> Part:
    return lambda node: next(iter(getattr(node, field)), None)


def _stored(node: Any) -> Any:
    """Of an assignment that reads its target first, or deletes it."""
    target = node.target if hasattr(node, "target") else node.targets[0]
    return target.value if isinstance(target, (ast.Attribute, ast.Subscript)) else None


_FIRST_PARTS: dict[type[ast.AST], Part] = {
    # A constant that stands by itself is not evaluated, but has a line.
    ast.Expr: lambda node: None if isinstance(node.value, ast.Constant) else node.value,
    ast.Assign: _named("value"),
    ast.AugAssign: _stored,
    ast.AnnAssign: lambda node: node.value or _stored(node),
    ast.Delete: _stored,
    ast.Return: _named("value"),
    ast.Raise: _named("exc"),
    ast.Assert: _named("test"),
    ast.If: _named("test"),
    ast.While: _named("test"),
    ast.For: _named("iter"),
    ast.AsyncFor: _named("iter"),
    ast.With: _first_named("items"),
    ast.AsyncWith: _first_named("items"),
    ast.withitem: _named("context_expr"),
    ast.Match: _named("subject"),
    ast.FunctionDef: _of_function,
    ast.AsyncFunctionDef: _of_function,
    ast.ClassDef: _first_named("decorator_list"),
    ast.Lambda: _of_function,
    ast.BoolOp: _first_named("values"),
    ast.NamedExpr: _named("value"),
    ast.BinOp: _named("left"),
    ast.UnaryOp: _named("operand"),
    ast.IfExp: _named("test"),
    ast.Dict: _of_dict,
    ast.List: _of_display,
    ast.Tuple: _of_display,
    ast.Set: _of_display,
    ast.ListComp: _of_comprehension,
    ast.SetComp: _of_comprehension,
    ast.DictComp: _of_comprehension,
    ast.Await: _named("value"),
    ast.Yield: _named("value"),
    ast.YieldFrom: _named("value"),
    ast.Compare: _named("left"),
    ast.Call: _named("func"),
    ast.Attribute: _named("value"),
    ast.Subscript: _named("value"),
    ast.Slice: _named("lower"),
}
"""By kind of node: which of its parts is evaluated first, or none where its own instruction is the first."""
