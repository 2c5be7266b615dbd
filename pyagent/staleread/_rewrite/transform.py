"""The syntax tree with hooks in it.

In: a parsed module and the drafts that `flow.py` filled. Out: the same tree, changed in place. What each hook replaces is
the table in docs/agent.md. Statements that are ours alone stand nowhere (line -1) or where the function's first
statement does, so that no tracer, debugger or traceback sees them.
"""

from __future__ import annotations

import ast

from . import nodes
from .accesses import Accesses
from .beginnings import first_of_block
from .drafts import ModuleDrafts
from .ends import return_at_ends
from .expressions import GENERATOR_ACTIVATION
from .scopes import FunctionNode, Scope, own_nodes_of_body
from .statements import StatementRewriter


def transform(tree: ast.Module, accesses: Accesses, drafts: ModuleDrafts) -> None:
    """Puts the hooks into every function of a module."""
    _FunctionFinder(accesses, drafts, accesses.names.scopes[tree]).generic_visit(tree)


class _FunctionFinder(ast.NodeTransformer):
    """Finds functions in what is not rewritten itself: module and class bodies."""

    def __init__(self, accesses: Accesses, drafts: ModuleDrafts, scope: Scope) -> None:
        self.accesses = accesses
        self.drafts = drafts
        self.scope = scope

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        node.decorator_list = [self.visit(decorator) for decorator in node.decorator_list]
        self.visit_defaults(node.args)
        rewrite_function(node, self.accesses, self.drafts)
        return node

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        self.visit_defaults(node.args)
        rewrite_function(node, self.accesses, self.drafts)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """An annotation stays as it is: who evaluates it, and when, differs between versions of Python."""
        node.target = self.visit(node.target)
        node.value = node.value and self.visit(node.value)
        return node

    def visit_defaults(self, arguments: ast.arguments) -> None:
        arguments.defaults = [self.visit(default) for default in arguments.defaults]
        arguments.kw_defaults = [default and self.visit(default) for default in arguments.kw_defaults]


def rewrite_function(node: FunctionNode, accesses: Accesses, drafts: ModuleDrafts) -> None:
    """Puts the hooks into one function's body, and into the functions in it."""
    scope = accesses.names.scopes[node]
    if scope.left_alone:
        _rewrite_inside(node, _FunctionFinder(accesses, drafts, scope))
        return
    rewriter = _FunctionRewriter(accesses, drafts, scope)
    if isinstance(node, ast.Lambda):
        node.body = rewriter.visit(node.body)
        return
    generator = any(isinstance(inner, (ast.Yield, ast.YieldFrom)) for inner in own_nodes_of_body(node))
    rewriter.in_generator = generator
    docstring = node.body[:1] if ast.get_docstring(node, clean=False) is not None else []
    first = _begins_at(node.body[len(docstring) :] or node.body)
    body = rewriter.statements(node.body[len(docstring) :])
    if scope.shared:
        hook = rewriter.hook("_sr_scope", nodes.number(drafts.function_mark(scope.number)))
        body.insert(0, nodes.at(nodes.assign(nodes.scope_name(scope.number), hook), first))
    if rewriter.hooked and body:
        return_at_ends(body)
        body = _activation(drafts.function_mark(scope.number), body, first, generator)
    node.body = [*docstring, *body]


def _rewrite_inside(node: FunctionNode, finder: _FunctionFinder) -> None:
    """Leaves a function as it is, but for the functions in it."""
    if isinstance(node, ast.Lambda):
        node.body = finder.visit(node.body)
    else:
        node.body = [finder.visit(statement) for statement in node.body]


def _begins_at(body: list[ast.stmt]) -> ast.stmt:
    """A statement of no meaning that stands where a body begins, also when what begins it is rewritten."""
    return ast.copy_location(ast.Pass(), first_of_block(body))


def _activation(mark: int, body: list[ast.stmt], first: ast.stmt, generator: bool) -> list[ast.stmt]:
    """A body between its enter and its leave; `first` stands where it begins.

    Leaving is a context manager's: an exception that goes through one leaves the frame with the line it was raised on,
    which debuggers compare, and no tracer sees a line.
    """
    if generator:
        enter = nodes.assign(GENERATOR_ACTIVATION, nodes.call("_sr_enter_gen", nodes.number(mark)))
        leaving: ast.expr = nodes.call("_sr_leave_gen", nodes.name(GENERATOR_ACTIVATION))
    else:
        enter = nodes.statement(nodes.call("_sr_enter", nodes.number(mark)))
        leaving = nodes.name("_sr_leave")
    return [nodes.at(enter, first), nodes.nowhere(ast.With([ast.withitem(leaving)], body))]


class _FunctionRewriter(StatementRewriter):
    """One function, and the functions in it."""

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        node.decorator_list = [self.visit(decorator) for decorator in node.decorator_list]
        self.visit_defaults(node.args)
        rewrite_function(node, self.accesses, self.drafts)
        return node

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_defaults(self, arguments: ast.arguments) -> None:
        arguments.defaults = [self.visit(default) for default in arguments.defaults]
        arguments.kw_defaults = [default and self.visit(default) for default in arguments.kw_defaults]

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        self.visit_defaults(node.args)
        rewrite_function(node, self.accesses, self.drafts)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.decorator_list = [self.visit(decorator) for decorator in node.decorator_list]
        if not getattr(node, "type_params", None):  # those of a generic class stand in a scope without walrus
            node.bases = [self.visit(base) for base in node.bases]
        finder = _FunctionFinder(self.accesses, self.drafts, self.accesses.names.scopes[node])
        node.body = [finder.visit(statement) for statement in node.body]
        return node
