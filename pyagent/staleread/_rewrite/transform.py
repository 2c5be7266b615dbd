"""The syntax tree with hooks in it.

In: a parsed module and the drafts that `flow.py` filled. Out: the same tree, changed in place. What each hook replaces is
the table in docs/agent.md. Every new node stands where the one stood that it wraps; statements that are ours alone stand
nowhere (line -1) or where the function's first statement does, so that no tracer, debugger or traceback sees them.
"""

from __future__ import annotations

import ast
from typing import TypeVar

from .accesses import CLOSURE_CELL, GLOBAL_CELL, KEPT, Accesses
from .drafts import ModuleDrafts
from .scopes import ComprehensionNode, FunctionNode, Scope, own_nodes
from .sites import AWAIT, CALL, CONTAINS, DELETE, ITERATE, LENGTH, READ, TRUTH, WRITE

HOOKS = (
    "_sr_read",
    "_sr_wrote",
    "_sr_deleted",
    "_sr_item",
    "_sr_set_item",
    "_sr_updated_item",
    "_sr_del_item",
    "_sr_changed",
    "_sr_contains",
    "_sr_len",
    "_sr_truth",
    "_sr_iter",
    "_sr_call",
    "_sr_call_key",
    "_sr_called",
    "_sr_called_key",
    "_sr_global",
    "_sr_global_wrote",
    "_sr_global_deleted",
    "_sr_kept",
    "_sr_scope",
    "_sr_closure",
    "_sr_closure_wrote",
    "_sr_closure_deleted",
    "_sr_getattr",
    "_sr_hasattr",
    "_sr_setattr",
    "_sr_delattr",
    "_sr_await",
    "_sr_await_with",
    "_sr_await_iter",
    "_sr_locked",
    "_sr_unlocked",
    "_sr_local",
    "_sr_enter",
    "_sr_leave",
    "_sr_enter_gen",
    "_sr_pause",
    "_sr_resume",
    "_sr_leave_gen",
)
"""The names of all hooks. What each is given: docs/agent.md."""

Node = TypeVar("Node", bound=ast.AST)

GENERATOR_ACTIVATION = "_sr_a"


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
    first = node.body[min(len(docstring), len(node.body) - 1)]
    body = rewriter.statements(node.body[len(docstring) :])
    if scope.shared:
        hook = rewriter.hook("_sr_scope", _number(scope.number))
        body.insert(0, _at(_assign(_scope_name(scope), hook), first))
    if rewriter.hooked and body:
        body = _activation(scope.number, body, first, generator)
    node.body = [*docstring, *body]


def _rewrite_inside(node: FunctionNode, finder: _FunctionFinder) -> None:
    """Leaves a function as it is, but for the functions in it."""
    if isinstance(node, ast.Lambda):
        node.body = finder.visit(node.body)
    else:
        node.body = [finder.visit(statement) for statement in node.body]


def own_nodes_of_body(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.AST]:
    """What a function executes itself: not its decorators, defaults and annotations."""
    found: list[ast.AST] = []
    for statement in node.body:
        found.append(statement)
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.extend(own_nodes(statement))
    return found


def _activation(function: int, body: list[ast.stmt], first: ast.stmt, generator: bool) -> list[ast.stmt]:
    """A body between its enter and its leave; `first` is its first statement as it was written.

    Leaving is seen by no tracer. The `except: raise` around it is there for a frame that an exception left: its `f_lineno`
    must be a number, as some debuggers compare it.
    """
    entered = _call("_sr_enter_gen" if generator else "_sr_enter", _number(function))
    if generator:
        enter = _assign(GENERATOR_ACTIVATION, entered)
        leave = _statement(_call("_sr_leave_gen", _name(GENERATOR_ACTIVATION)))
    else:
        enter = _statement(entered)
        leave = _statement(_call("_sr_leave"))
    guarded = _nowhere(ast.Try(body=body, handlers=[], orelse=[], finalbody=[leave]))
    handler = _at(ast.ExceptHandler(type=None, name=None, body=[ast.Raise()]), first)
    return [_at(enter, first), _nowhere(ast.Try(body=[guarded], handlers=[handler], orelse=[], finalbody=[]))]


def _at(node: Node, place: ast.stmt) -> Node:
    """Gives a new node, and all in it, the start of a statement as its position."""
    for part in ast.walk(node):
        if "lineno" in part._attributes:
            part.lineno = part.end_lineno = place.lineno  # type: ignore[attr-defined]
            part.col_offset = part.end_col_offset = place.col_offset  # type: ignore[attr-defined]
    return node


def _scope_name(scope: Scope) -> str:
    return f"_sr_scope_{scope.number}"


class _FunctionRewriter(ast.NodeTransformer):
    """The statements and expressions of one function."""

    def __init__(self, accesses: Accesses, drafts: ModuleDrafts, scope: Scope) -> None:
        self.accesses = accesses
        self.drafts = drafts
        self.scope = scope
        self.function = scope.number
        self.in_generator = False
        self.hooked = False
        self.temporaries = 0
        self.lasting = 0
        self.without_temporaries = 0
        """How many comprehension iterables are around: no walrus is allowed in them."""
        self.rebound: set[str] = set()
        """Names that the statement being rewritten binds."""
        self.after: list[ast.stmt] = []
        """Hooks that run when the statement being rewritten is done."""
        self._passed_on: set[str] | None = None

    # Building blocks

    def site(self, node: ast.expr, operation: int, name: str = "", part: int = 0) -> ast.Constant:
        number = self.drafts.site(node, operation, self.function, name, part).number
        return ast.copy_location(_number(number), node)

    def hook(self, name: str, *arguments: ast.expr) -> ast.Call:
        self.hooked = True
        return _call(name, *arguments)

    def around(self, name: str, at: ast.expr, *arguments: ast.expr) -> ast.Call:
        """A hook's call that stands where an expression stood."""
        call = self.hook(name, *arguments)
        ast.copy_location(call, at)
        ast.copy_location(call.func, at)
        for argument in arguments:
            if not hasattr(argument, "lineno") or argument.lineno < 0:
                ast.copy_location(argument, at)
        return call

    def is_simple(self, node: ast.expr) -> bool:
        """Whether an expression may be evaluated twice."""
        if isinstance(node, ast.Constant):
            return True
        return (
            isinstance(node, ast.Name)
            and node.id not in self.rebound
            and self.accesses.is_local(node, self.scope)
        )

    def can_repeat(self, *nodes: ast.expr) -> bool:
        return not self.without_temporaries or all(self.is_simple(node) for node in nodes)

    def repeated(self, node: ast.expr) -> tuple[ast.expr, ast.expr]:
        """An expression rewritten, and another one that gives its value again."""
        if isinstance(node, ast.Constant):
            return node, ast.copy_location(ast.Constant(node.value), node)
        if isinstance(node, ast.Name) and self.is_simple(node):
            return self.expression(node), ast.copy_location(_name(node.id), node)
        name = self.temporary()
        first = ast.NamedExpr(ast.copy_location(ast.Name(name, ast.Store()), node), self.visit(node))
        return ast.copy_location(first, node), ast.copy_location(_name(name), node)

    def temporary(self) -> str:
        self.temporaries += 1
        return f"_sr_t{self.temporaries - 1}"

    def resets(self, first: int) -> list[ast.stmt]:
        """Lets go of what the temporaries from this one on hold."""
        return [_assign(f"_sr_t{number}", ast.Constant(None)) for number in range(first, self.temporaries)]

    def expression(self, node: ast.expr) -> ast.expr:
        """An expression rewritten."""
        new: ast.expr = self.visit(node)
        return new

    # Statements

    def statements(self, body: list[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for statement in body:
            outer_after, self.after = self.after, []
            self.temporaries = 0
            self.rebound = _bound_by(statement)
            new = self.visit(statement)
            found += new if isinstance(new, list) else [new]
            found += self.after
            if isinstance(statement, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Delete, ast.Expr)):
                found += self.resets(0)
            self.after = outer_after
        return found

    def body_after_targets(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """A block that begins with the hooks that its header's targets asked for."""
        first, self.after = self.after, []
        return first + self.statements(body)

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

    def visit_Assign(self, node: ast.Assign) -> list[ast.stmt]:
        if any(_has_subscript(target) for target in node.targets):
            return self.assign_through_temporary(node)
        node.value = self.visit(node.value)
        node.targets = [self.target(target) for target in node.targets]
        return [node, *self.named_locals(node)]

    def assign_through_temporary(self, node: ast.Assign) -> list[ast.stmt]:
        """`X[k] = v`: the hook is shown the value before it is stored."""
        before: list[ast.stmt] = []
        if self.is_simple(node.value):
            value, again = self.repeated(node.value)
        else:
            name = self.temporary()
            first = ast.Assign(
                [ast.copy_location(ast.Name(name, ast.Store()), node.value)], self.visit(node.value)
            )
            before.append(ast.copy_location(first, node))
            value = again = ast.copy_location(_name(name), node.value)
        node.value = value
        node.targets = [self.target(target, again) for target in node.targets]
        return [*before, node]

    def visit_AnnAssign(self, node: ast.AnnAssign) -> list[ast.stmt]:
        if node.value is None:
            return [node]
        node.value = self.visit(node.value)
        node.target = self.target(node.target)  # type: ignore[assignment]
        return [node, *self.named_locals(node)]

    def named_locals(self, node: ast.Assign | ast.AnnAssign) -> list[ast.stmt]:
        """Tells the name of a container that so far only a local variable holds."""
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        found: list[ast.stmt] = []
        for target in targets:
            if not isinstance(target, ast.Name) or not self.accesses.is_local(target, self.scope):
                continue
            if node.value is None or not self.accesses.makes_container(node.value):
                continue
            if target.id in self.scope.captured or target.id in self.passed_on():
                site = self.site(target, WRITE, target.id)
                found.append(_statement(self.hook("_sr_local", _name(target.id), site)))
        return found

    def passed_on(self) -> set[str]:
        """The local variables that this function gives to others."""
        if self._passed_on is None:
            self._passed_on = _names_passed_on(self.scope.binder().node)
        return self._passed_on

    def visit_AugAssign(self, node: ast.AugAssign) -> list[ast.stmt]:
        target = node.target
        before: list[ast.stmt] = []
        if isinstance(target, ast.Attribute):
            name = self.scope.mangled(target.attr)
            base, again = self.repeated(target.value)
            target.value = self.around("_sr_read", target.value, base, self.site(target, READ, name))
            self.after.append(_statement(self.hook("_sr_wrote", again, self.site(target, WRITE, name))))
        elif isinstance(target, ast.Subscript):
            self.augmented_item(target)
        elif isinstance(target, ast.Name):
            before = [ast.copy_location(statement, node) for statement in self.augmented_name(target)]
        node.value = self.visit(node.value)
        return [*before, node]

    def augmented_item(self, target: ast.Subscript) -> None:
        read, write = self.site(target, READ), self.site(target, WRITE)
        base, again = self.repeated(target.value)
        if _is_slice(target.slice):
            target.value = self.around("_sr_iter", target.value, base, read)
            target.slice = self.visit(target.slice)
            self.after.append(_statement(self.hook("_sr_changed", again, write)))
            return
        key, key_again = self.repeated(target.slice)
        target.value = self.around("_sr_item", target.value, base, key, read)
        target.slice = key_again
        self.after.append(_statement(self.hook("_sr_updated_item", again, _copy(key_again), write)))

    def augmented_name(self, target: ast.Name) -> list[ast.stmt]:
        """A variable's old value cannot be shown to a hook inside the statement: it is shown right before."""
        kind = self.accesses.name_kind(target.id, self.scope)
        if kind not in (CLOSURE_CELL, GLOBAL_CELL):
            return []
        self.after.append(_statement(self.name_hook(target, kind, "_wrote", WRITE)))
        return [ast.Expr(self.name_hook(target, kind, "", READ))]

    def name_hook(self, node: ast.Name, kind: str, suffix: str, operation: int) -> ast.Call:
        """A hook for a variable that is a cell, given its value."""
        site = self.site(node, operation, self.scope.mangled(node.id))
        value = ast.copy_location(_name(node.id), node)
        if kind == GLOBAL_CELL:
            return self.around(f"_sr_global{suffix}", node, value, site)
        return self.around(f"_sr_closure{suffix}", node, value, self.scope_of(node.id), site)

    def scope_of(self, name: str) -> ast.Name:
        owner = self.scope.owner(name)
        assert owner is not None
        return _name(_scope_name(owner))

    def visit_Delete(self, node: ast.Delete) -> ast.AST:
        node.targets = [self.deleted(target) for target in node.targets]
        return node

    def deleted(self, target: ast.expr) -> ast.expr:
        if isinstance(target, (ast.Tuple, ast.List)):
            target.elts = [self.deleted(element) for element in target.elts]
        elif isinstance(target, ast.Attribute):
            site = self.site(target, DELETE, self.scope.mangled(target.attr))
            target.value, again = self.repeated(target.value)
            self.after.append(_statement(self.hook("_sr_deleted", again, site)))
        elif isinstance(target, ast.Subscript):
            self.deleted_item(target)
        elif isinstance(target, ast.Name):
            kind = self.accesses.name_kind(target.id, self.scope)
            site = self.site(target, DELETE, self.scope.mangled(target.id))
            if kind == GLOBAL_CELL:
                self.after.append(_statement(self.hook("_sr_global_deleted", site)))
            elif kind == CLOSURE_CELL:
                self.after.append(
                    _statement(self.hook("_sr_closure_deleted", self.scope_of(target.id), site))
                )
        return target

    def deleted_item(self, target: ast.Subscript) -> None:
        site = self.site(target, DELETE)
        if _is_slice(target.slice):
            target.value, again = self.repeated(target.value)
            target.slice = self.visit(target.slice)
            self.after.append(_statement(self.hook("_sr_changed", again, site)))
            return
        key, key_again = self.repeated(target.slice)
        target.value = self.around("_sr_del_item", target.value, self.visit(target.value), key, site)
        target.slice = key_again

    def visit_If(self, node: ast.If | ast.While) -> ast.AST:
        node.test = self.test(node.test)
        node.body = self.statements(node.body)
        node.orelse = self.statements(node.orelse)
        return node

    visit_While = visit_If

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        node.test = self.test(node.test)
        node.msg = node.msg and self.visit(node.msg)
        return node

    def visit_For(self, node: ast.For | ast.AsyncFor) -> ast.AST:
        node.iter = self.iterated(node.iter, awaited=isinstance(node, ast.AsyncFor))
        node.target = self.target(node.target)
        node.body = self.body_after_targets(node.body)
        node.orelse = self.statements(node.orelse)
        return node

    visit_AsyncFor = visit_For

    def visit_With(self, node: ast.With) -> list[ast.stmt]:
        locks: list[tuple[str, ast.Constant]] = []
        for item in node.items:
            if item.optional_vars is not None:
                item.context_expr = self.visit(item.context_expr)
                item.optional_vars = self.target(item.optional_vars)
            else:
                locks.append(self.entered(item))
        body = self.body_after_targets(node.body)
        for name, site in reversed(locks):
            leave = _statement(self.hook("_sr_unlocked", _name(name), _copy(site)))
            enter = _statement(self.hook("_sr_locked", _name(name), site))
            body = [enter, _nowhere(ast.Try(body=body, handlers=[], orelse=[], finalbody=[leave]))]
        node.body = body
        return [node, *[_assign(name, ast.Constant(None)) for name, _ in locks]]

    def entered(self, item: ast.withitem) -> tuple[str, ast.Constant]:
        """`with X:` keeps X in a temporary of its own until the block is done."""
        expression = item.context_expr
        site = self.site(expression, CALL, "__enter__", part=1)
        name = f"_sr_w{self.lasting}"
        self.lasting += 1
        target = ast.copy_location(ast.Name(name, ast.Store()), expression)
        item.context_expr = ast.copy_location(ast.NamedExpr(target, self.visit(expression)), expression)
        return name, site

    def visit_AsyncWith(self, node: ast.AsyncWith) -> ast.AST:
        for item in node.items:
            expression = item.context_expr
            site = self.site(expression, AWAIT)
            item.context_expr = self.around("_sr_await_with", expression, self.visit(expression), site)
            if item.optional_vars is not None:
                item.optional_vars = self.target(item.optional_vars)
        node.body = self.body_after_targets(node.body)
        return node

    def visit_Try(self, node: ast.Try) -> ast.AST:
        node.body = self.statements(node.body)
        for handler in node.handlers:
            handler.type = handler.type and self.visit(handler.type)
            handler.body = self.statements(handler.body)
        node.orelse = self.statements(node.orelse)
        node.finalbody = self.statements(node.finalbody)
        return node

    visit_TryStar = visit_Try

    def visit_Match(self, node: ast.Match) -> ast.AST:
        node.subject = self.visit(node.subject)
        for case in node.cases:
            case.guard = case.guard and self.test(case.guard)
            case.body = self.statements(case.body)
        return node

    def visit_TypeAlias(self, node: ast.stmt) -> ast.AST:
        return node

    # Targets

    def target(self, node: ast.expr, value: ast.expr | None = None) -> ast.expr:
        """A target of an assignment; `value` is what it is given, where that is known."""
        if isinstance(node, (ast.Tuple, ast.List)):
            node.elts = [self.target(element) for element in node.elts]
        elif isinstance(node, ast.Starred):
            node.value = self.target(node.value)
        elif isinstance(node, ast.Attribute):
            site = self.site(node, WRITE, self.scope.mangled(node.attr))
            node.value, again = self.repeated(node.value)
            self.after.append(_statement(self.hook("_sr_wrote", again, site)))
        elif isinstance(node, ast.Subscript):
            self.item_target(node, value)
        elif isinstance(node, ast.Name):
            kind = self.accesses.name_kind(node.id, self.scope)
            if kind in (CLOSURE_CELL, GLOBAL_CELL):
                self.after.append(_statement(self.name_hook(node, kind, "_wrote", WRITE)))
        return node

    def item_target(self, node: ast.Subscript, value: ast.expr | None) -> None:
        site = self.site(node, WRITE)
        if _is_slice(node.slice):
            node.value, again = self.repeated(node.value)
            node.slice = self.visit(node.slice)
            self.after.append(_statement(self.hook("_sr_changed", again, site)))
            return
        key, key_again = self.repeated(node.slice)
        shown = [_copy(value)] if value is not None else []
        node.value = self.around("_sr_set_item", node.value, self.visit(node.value), key, site, *shown)
        node.slice = key_again

    # Expressions

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if not isinstance(node.ctx, ast.Load):
            return node
        kind = self.accesses.name_kind(node.id, self.scope)
        if kind in (CLOSURE_CELL, GLOBAL_CELL):
            return self.name_hook(node, kind, "", READ)
        return node

    def container(self, node: ast.expr) -> ast.expr:
        """An expression that is used as a container: a global that holds one is told by name."""
        if isinstance(node, ast.Name) and self.accesses.name_kind(node.id, self.scope) == KEPT:
            return self.around("_sr_kept", node, node, self.site(node, READ, self.scope.mangled(node.id)))
        return self.expression(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if not self.accesses.reads_attribute(node, self.scope):
            node.value = self.visit(node.value)
            return node
        site = self.site(node, READ, self.scope.mangled(node.attr))
        node.value = self.around("_sr_read", node.value, self.visit(node.value), site)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        if _is_slice(node.slice):
            node.value = self.around(
                "_sr_iter", node.value, self.container(node.value), self.site(node, READ)
            )
            node.slice = self.visit(node.slice)
        elif self.can_repeat(node.slice) and not isinstance(node.value, ast.Constant):
            site = self.site(node, READ)
            base = self.container(node.value)
            key, again = self.repeated(node.slice)
            node.value = self.around("_sr_item", node.value, base, key, site)
            node.slice = again
        else:
            self.generic_visit(node)
        return node

    def visit_Starred(self, node: ast.Starred) -> ast.expr:
        node.value = self.iterated(node.value)
        return node

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.expr:
        node.value = self.visit(node.value)
        kind = self.accesses.name_kind(node.target.id, self.scope)
        if kind in (CLOSURE_CELL, GLOBAL_CELL):
            call = self.name_hook(node.target, kind, "_wrote", WRITE)
            call.args[0] = node
            return call
        return node

    def visit_Await(self, node: ast.Await) -> ast.expr:
        site = self.site(node, AWAIT)
        node.value = self.around("_sr_await", node.value, self.visit(node.value), site)
        return node

    def visit_Yield(self, node: ast.Yield | ast.YieldFrom) -> ast.expr:
        if not self.in_generator:
            return self.generic_visit(node)  # type: ignore[return-value]
        site = self.site(node, AWAIT)
        activation = ast.copy_location(_name(GENERATOR_ACTIVATION), node)
        value = self.visit(node.value) if node.value else ast.copy_location(ast.Constant(None), node)
        node.value = self.around("_sr_pause", node.value or node, activation, value)
        return self.around("_sr_resume", node, _copy(activation), node, site)

    visit_YieldFrom = visit_Yield

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        node.operand = self.test(node.operand) if isinstance(node.op, ast.Not) else self.visit(node.operand)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        node.values = [*[self.test(value) for value in node.values[:-1]], self.visit(node.values[-1])]
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        node.test = self.test(node.test)
        node.body = self.visit(node.body)
        node.orelse = self.visit(node.orelse)
        return node

    def test(self, node: ast.expr) -> ast.expr:
        """An expression whose truth is asked for."""
        if isinstance(node, ast.BoolOp):
            node.values = [self.test(value) for value in node.values]
            return node
        if not self.accesses.tells_truth(node, self.scope):
            return self.expression(node)
        site = self.site(node, TRUTH)
        return self.around("_sr_truth", node, self.container(node), site)

    def iterated(self, node: ast.expr, *, awaited: bool = False) -> ast.expr:
        """An expression that is gone through."""
        if awaited:
            site = self.site(node, AWAIT)
            return self.around("_sr_await_iter", node, self.visit(node), site)
        if not self.accesses.may_be_container(node, self.scope):
            return self.expression(node)
        site = self.site(node, ITERATE)
        return self.around("_sr_iter", node, self.container(node), site)

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        operands = [node.left, *node.comparators]
        contains = [
            isinstance(operator, (ast.In, ast.NotIn))
            and self.accesses.may_be_container(operands[index + 1], self.scope)
            and self.can_repeat(operands[index])
            for index, operator in enumerate(node.ops)
        ]
        sites = [
            self.site(node, CONTAINS, part=index) if found else None for index, found in enumerate(contains)
        ]
        new: list[ast.expr] = []
        again: ast.expr | None = None
        for index, operand in enumerate(operands):
            site = sites[index - 1] if index else None
            key, kept = again, index < len(sites) and sites[index] is not None
            if kept:
                rewritten, again = self.repeated(operand)
            else:
                rewritten, again = self.container(operand) if site is not None else self.visit(operand), None
            if site is not None and key is not None:
                rewritten = self.around("_sr_contains", operand, rewritten, key, site)
            new.append(rewritten)
        node.left, node.comparators = new[0], new[1:]
        return node

    def visit_comprehension_node(self, node: ComprehensionNode) -> ast.expr:
        outer = self.scope
        inner = self.accesses.names.scopes[node]
        for index, generator in enumerate(node.generators):
            if index:
                self.scope = inner
            self.without_temporaries += 1
            generator.iter = self.iterated(generator.iter, awaited=bool(generator.is_async))
            self.without_temporaries -= 1
            self.scope = inner
            generator.ifs = [self.test(condition) for condition in generator.ifs]
        if isinstance(node, ast.DictComp):
            node.key, node.value = self.visit(node.key), self.visit(node.value)
        else:
            node.elt = self.visit(node.elt)
        self.scope = outer
        return node

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_comprehension_node

    # Calls

    def visit_Call(self, node: ast.Call) -> ast.expr:
        name = self.accesses.builtin_call(node, self.scope)
        if name in ("getattr", "hasattr", "setattr", "delattr") and _names_attribute(node, name):
            return self.attribute_by_name(node, name)
        if name == "len" and len(node.args) == 1 and not node.keywords:
            return self.length(node)
        if name is not None:
            iterated = self.accesses.iterated_arguments(node, self.scope)
            node.args = [self.iterated(arg) if arg in iterated else self.visit(arg) for arg in node.args]
            self.visit_keywords(node)
            return node
        if not isinstance(node.func, ast.Attribute):
            self.hooked = True
            return self.generic_visit(node)  # type: ignore[return-value]
        return self.method_call(node, node.func)

    def visit_keywords(self, node: ast.Call) -> None:
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value)

    def length(self, node: ast.Call) -> ast.expr:
        argument = node.args[0]
        if self.accesses.may_be_container(argument, self.scope):
            node.args = [self.around("_sr_len", argument, self.container(argument), self.site(node, LENGTH))]
        else:
            node.args = [self.visit(argument)]
        return node

    def attribute_by_name(self, node: ast.Call, function: str) -> ast.expr:
        operation = {"setattr": WRITE, "delattr": DELETE}.get(function, READ)
        base, name, *others = node.args
        constant = name.value if isinstance(name, ast.Constant) else ""
        if not self.can_repeat(name) or (operation != READ and not self.can_repeat(base)):
            return self.generic_visit(node)  # type: ignore[return-value]
        site = self.site(node, operation, str(constant))
        if operation == READ:
            rewritten = self.visit(base)
            first, again = self.repeated(name)
            shown = self.around(f"_sr_{function}", base, rewritten, first, site)
            node.args = [shown, again, *[self.visit(other) for other in others]]
            return node
        first, base_again = self.repeated(base)
        second, name_again = self.repeated(name)
        node.args = [first, second, *[self.visit(other) for other in others]]
        return self.around(f"_sr_{function}", node, node, base_again, name_again, site)

    def method_call(self, node: ast.Call, function: ast.Attribute) -> ast.expr:
        self.hooked = True
        method = self.accesses.container_method(node, self.scope)
        read = self.accesses.reads_attribute(function, self.scope, called=True)
        if method is None:
            if read:
                site = self.site(function, READ, self.scope.mangled(function.attr))
                function.value = self.around("_sr_read", function.value, self.visit(function.value), site)
            else:
                function.value = self.visit(function.value)
            node.args = [self.visit(argument) for argument in node.args]
            self.visit_keywords(node)
            return node
        keyed = method.keyed and bool(node.args) and not isinstance(node.args[0], ast.Starred)
        site = self.site(node, method.operation, self.scope.mangled(function.attr))
        passed = [*node.args, *[keyword.value for keyword in node.keywords]]
        if all(self.is_simple(argument) for argument in passed):
            self.called_simply(node, function, site, keyed)
        elif not self.can_show_last(node, function, keyed):
            function.value = self.around("_sr_call", function.value, self.container(function.value), site)
            node.args = [self.visit(argument) for argument in node.args]
            self.visit_keywords(node)
        else:
            self.called_at_last(node, function, site, keyed)
        return node

    def called_simply(self, node: ast.Call, function: ast.Attribute, site: ast.Constant, keyed: bool) -> None:
        base = self.container(function.value)
        if keyed:
            key, again = self.repeated(node.args[0])
            function.value = self.around("_sr_call_key", function.value, base, again, site)
            node.args[0] = key
        else:
            function.value = self.around("_sr_call", function.value, base, site)

    def can_show_last(self, node: ast.Call, function: ast.Attribute, keyed: bool) -> bool:
        """Whether the hook can run when everything else is evaluated: no argument's number is unknown."""
        if any(isinstance(argument, ast.Starred) for argument in node.args):
            return False
        if any(keyword.arg is None for keyword in node.keywords):
            return False
        return self.can_repeat(function.value, *(node.args[:1] if keyed else []))

    def called_at_last(
        self, node: ast.Call, function: ast.Attribute, site: ast.Constant, keyed: bool
    ) -> None:
        function.value, base = self.repeated_container(function.value)
        key: ast.expr | None = None
        if keyed:
            node.args[0], key = self.repeated(node.args[0])
        node.args[int(keyed) :] = [self.visit(argument) for argument in node.args[int(keyed) :]]
        self.visit_keywords(node)
        last = node.keywords[-1].value if node.keywords else node.args[-1]
        if key is None:
            shown = self.around("_sr_called", last, last, base, site)
        else:
            shown = self.around("_sr_called_key", last, last, base, key, site)
        if node.keywords:
            node.keywords[-1].value = shown
        else:
            node.args[-1] = shown

    def repeated_container(self, node: ast.expr) -> tuple[ast.expr, ast.expr]:
        first, again = self.repeated(node)
        if isinstance(first, ast.NamedExpr) and isinstance(node, ast.Name):
            first.value = self.container(node)
        return first, again


# Nodes of our own


def _number(number: int) -> ast.Constant:
    return ast.Constant(number)


def _name(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def _copy(node: Node) -> Node:
    """A leaf once more: a node stands in a tree once."""
    new = type(node)(**{name: getattr(node, name) for name in node._fields})
    return ast.copy_location(new, node)


def _call(hook: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(_name(hook), list(arguments), [])


def _statement(call: ast.Call) -> ast.stmt:
    """A hook's call as a statement that stands nowhere."""
    return _nowhere(ast.Expr(call))


def _assign(name: str, value: ast.expr) -> ast.stmt:
    return _nowhere(ast.Assign([ast.Name(name, ast.Store())], value))


def _nowhere(node: Node) -> Node:
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


def _is_slice(node: ast.expr) -> bool:
    if isinstance(node, ast.Tuple):
        return any(isinstance(element, (ast.Slice, ast.Starred)) for element in node.elts)
    return isinstance(node, ast.Slice)


def _has_subscript(target: ast.expr) -> bool:
    return isinstance(target, ast.Subscript) and not _is_slice(target.slice)


def _names_attribute(node: ast.Call, function: str) -> bool:
    """Whether a call of `getattr` and the like has its usual form."""
    counts = {"getattr": (2, 3), "hasattr": (2,), "setattr": (3,), "delattr": (2,)}[function]
    return (
        len(node.args) in counts
        and not node.keywords
        and not any(isinstance(argument, ast.Starred) for argument in node.args)
    )


def _bound_by(statement: ast.stmt) -> set[str]:
    """Names that a statement itself binds, the statements inside it left out."""
    found: set[str] = set()
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.comprehension):
            pending += [node.iter, *node.ifs]
            continue
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        if isinstance(node, (ast.stmt, ast.ExceptHandler, ast.match_case)) and node is not statement:
            continue
        pending.extend(ast.iter_child_nodes(node))
    return found


def _names_passed_on(function: ast.AST) -> set[str]:
    """Local names that stand in a call's arguments, a return or an assignment's value."""
    found: set[str] = set()
    for node in own_nodes(function):
        values: list[ast.expr | None] = []
        if isinstance(node, ast.Call):
            values = [*node.args, *[keyword.value for keyword in node.keywords]]
        elif isinstance(node, (ast.Assign, ast.Return, ast.Yield, ast.AnnAssign)):
            values = [node.value]
        for value in values:
            found.update(part.id for part in ast.walk(value or ast.Pass()) if isinstance(part, ast.Name))
    return found
