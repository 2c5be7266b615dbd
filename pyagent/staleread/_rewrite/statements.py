"""Statements with hooks in them, and the targets of assignments of every form.

In: the statements of one function. Out: the same with hooks before, in and after them.
"""

from __future__ import annotations

import ast
import sys

from . import nodes
from .accesses import CLOSURE_CELL, GLOBAL_CELL, Accesses
from .beginnings import first_evaluated
from .drafts import ModuleDrafts
from .expressions import ExpressionRewriter
from .loops import QuietLoop, quiet_loop
from .scopes import Scope, own_nodes
from .sites import AWAIT, CALL, DELETE, READ, WRITE


class StatementRewriter(ExpressionRewriter):
    """The statements of one function."""

    def __init__(self, accesses: Accesses, drafts: ModuleDrafts, scope: Scope) -> None:
        super().__init__(accesses, drafts, scope)
        self.lasting = 0
        """How many context managers were given a variable of their own."""
        self.after: list[ast.stmt] = []
        """Hooks that run when the statement being rewritten is done."""
        self._passed_on: set[str] | None = None

    def statements(self, body: list[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for statement in body:
            outer_after, self.after = self.after, []
            self.temporaries = 0
            self.rebound = _bound_by(statement)
            new = self.visit(statement)
            found += new if isinstance(new, list) else [new]
            found += self.after
            if isinstance(statement, _WITHOUT_BLOCKS):
                found += _resets(self.temporaries)
            self.after = outer_after
        return found

    def block(self, body: list[ast.stmt], held: int) -> list[ast.stmt]:
        """A block that begins with the hooks that its header's targets asked for, and then lets go of the header's
        temporaries: it may run for long."""
        first, self.after = self.after, []
        return [*first, *_resets(held), *self.statements(body)]

    # Assignments

    def visit_Assign(self, node: ast.Assign) -> list[ast.stmt]:
        self.kept_open.update(self.accesses.iterator_kept_open(node, self.scope))
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
            name, place = self.temporary(), _first_stored(node)
            stored = ast.copy_location(ast.Name(name, ast.Store()), place)
            before.append(ast.copy_location(ast.Assign([stored], self.visit(node.value)), node))
            value, again = ast.copy_location(nodes.name(name), place), nodes.nowhere(nodes.name(name))
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
        """Tells the name of a container, queue, event or lock that so far only a local variable holds."""
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        found: list[ast.stmt] = []
        for target in targets:
            if not isinstance(target, ast.Name) or not self.accesses.is_local(target, self.scope):
                continue
            if node.value is None or not self.accesses.makes_container(node.value):
                continue
            if target.id in self.scope.captured or target.id in self.passed_on():
                site = self.site(target, WRITE, target.id)
                found.append(nodes.statement(self.hook("_sr_local", nodes.name(target.id), site)))
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
            self.after.append(nodes.statement(self.hook("_sr_wrote", again, self.site(target, WRITE, name))))
        elif isinstance(target, ast.Subscript):
            self.augmented_item(target)
        elif isinstance(target, ast.Name):
            before = [ast.copy_location(statement, node) for statement in self.augmented_name(target)]
        node.value = self.visit(node.value)
        return [*before, node]

    def augmented_item(self, target: ast.Subscript) -> None:
        read, write = self.site(target, READ), self.site(target, WRITE)
        base, again = self.repeated(target.value)
        if nodes.is_slice(target.slice):
            nodes.stored_before(base, target.slice)
            target.value = self.around("_sr_iter", target.value, base, read)
            target.slice = self.visit(target.slice)
            self.after.append(nodes.statement(self.hook("_sr_changed", again, write)))
            return
        nodes.stored_before(base, target.slice)
        key, key_again = self.repeated(target.slice)
        target.value = self.around("_sr_item", target.value, base, key, read)
        target.slice = key_again
        self.after.append(nodes.statement(self.hook("_sr_updated_item", again, nodes.copy(key_again), write)))

    def augmented_name(self, target: ast.Name) -> list[ast.stmt]:
        """A variable's old value cannot be shown to a hook inside the statement: it is shown right before."""
        kind = self.accesses.name_kind(target.id, self.scope)
        if kind not in (CLOSURE_CELL, GLOBAL_CELL):
            return []
        self.after.append(nodes.statement(self.name_hook(target, kind, "_wrote", WRITE)))
        return [ast.Expr(self.name_hook(target, kind, "", READ))]

    def visit_Delete(self, node: ast.Delete) -> ast.AST:
        node.targets = [self.deleted(target) for target in node.targets]
        return node

    def deleted(self, target: ast.expr) -> ast.expr:
        if isinstance(target, (ast.Tuple, ast.List)):
            target.elts = [self.deleted(element) for element in target.elts]
        elif isinstance(target, ast.Attribute):
            site = self.site(target, DELETE, self.scope.mangled(target.attr))
            target.value, again = self.repeated(target.value, target)
            self.after.append(nodes.statement(self.hook("_sr_deleted", again, site)))
        elif isinstance(target, ast.Subscript):
            self.deleted_item(target)
        elif isinstance(target, ast.Name):
            kind = self.accesses.name_kind(target.id, self.scope)
            site = self.site(target, DELETE, self.scope.mangled(target.id))
            if kind == GLOBAL_CELL:
                self.after.append(nodes.statement(self.hook("_sr_global_deleted", site)))
            elif kind == CLOSURE_CELL:
                self.after.append(
                    nodes.statement(self.hook("_sr_closure_deleted", self.scope_of(target.id), site))
                )
        return target

    def deleted_item(self, target: ast.Subscript) -> None:
        site = self.site(target, DELETE)
        if nodes.is_slice(target.slice):
            target.value, again = self.repeated(target.value)
            nodes.stored_before(target.value, target.slice)
            target.slice = self.visit(target.slice)
            self.after.append(nodes.statement(self.hook("_sr_changed", again, site)))
            return
        key, key_again = self.repeated(target.slice)
        target.value = self.around("_sr_del_item", target.value, self.container(target.value), key, site)
        target.slice = key_again

    # Blocks

    def visit_If(self, node: ast.If) -> list[ast.stmt]:
        node.test = self.test(node.test)
        held = self.temporaries
        node.body = self.block(node.body, held)
        return self.with_else(node, held)

    def with_else(self, node: ast.If | ast.While | ast.For | ast.AsyncFor, held: int) -> list[ast.stmt]:
        """Whichever way its header is left, what its temporaries hold is let go of."""
        if not node.orelse:
            return [node, *_resets(held)]
        node.orelse = self.block(node.orelse, held)
        return [node]

    def visit_While(self, node: ast.While) -> list[ast.stmt]:
        outer, self.quiet = self.quiet, self.quiet or quiet_loop(node, self.accesses, self.scope)
        node.test = self.test(node.test)
        held = self.temporaries
        node.body = self.block(node.body, held)
        return [*self.end_of_loop(outer), *self.with_else(node, held)]

    def end_of_loop(self, outer: QuietLoop | None) -> list[ast.stmt]:
        """What has to come before the loop: nothing of it was told yet."""
        ended, self.quiet = self.quiet, outer
        if outer is not None or ended is None:
            return []
        return nodes.let_go(ended.flags, False)

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        node.test = self.test(node.test)
        node.msg = node.msg and self.visit(node.msg)
        return node

    def visit_Return(self, node: ast.Return) -> ast.AST:
        """Out of our `with` the interpreter comes back to the line of a `return` only if its value begins on another one."""
        if node.value is not None:
            node.value = value = self.visit(node.value)
            if value.lineno == node.lineno != value.end_lineno and not isinstance(value, ast.Constant):
                node.value = nodes.same(value)
        return node

    def visit_For(self, node: ast.For | ast.AsyncFor) -> list[ast.stmt]:
        quiet = self.quiet or quiet_loop(node, self.accesses, self.scope)
        if isinstance(node, ast.For):
            self.kept_open.update(self.accesses.kept_open(node.iter, node.body, self.scope))
        node.iter = self.iterated(node.iter, awaited=isinstance(node, ast.AsyncFor))
        outer, self.quiet = self.quiet, quiet
        node.target = self.target(node.target)
        held = self.temporaries
        node.body = self.block(node.body, held)
        return [*self.end_of_loop(outer), *self.with_else(node, held)]

    visit_AsyncFor = visit_For

    def visit_With(self, node: ast.With) -> list[ast.stmt]:
        locks: list[tuple[str, ast.Constant]] = []
        for item in node.items:
            if item.optional_vars is not None:
                item.context_expr = self.visit(item.context_expr)
                item.optional_vars = self.target(item.optional_vars)
            else:
                locks.append(self.entered(item))
        body, held = self.managed_block(node.body)
        if locks:
            body = self.between_locks(body, locks, nodes.place_of_exit(node, -1))
        node.body = body
        return _managed(node, [*[name for name, _ in locks], *_temporaries(held)])

    def between_locks(
        self, body: list[ast.stmt], locks: list[tuple[str, ast.Constant]], left: ast.stmt | ast.expr
    ) -> list[ast.stmt]:
        """The block of a `with` that may take locks; `left` stands where the interpreter leaves it."""
        enter = [nodes.statement(self.hook("_sr_locked", nodes.name(name), site)) for name, site in locks]
        leave: list[ast.stmt] = [
            nodes.at(ast.Expr(self.hook("_sr_unlocked", nodes.name(name), nodes.copy(site))), left)
            for name, site in reversed(locks)
        ]
        return [*enter, nodes.nowhere(ast.Try(body=body, handlers=[], orelse=[], finalbody=leave))]

    def managed_block(self, body: list[ast.stmt]) -> tuple[list[ast.stmt], int]:
        """The block of a `with`, and how many temporaries it may leave behind where its manager swallows an exception."""
        outer, held = self.most_temporaries, self.temporaries
        self.most_temporaries = held
        new = self.block(body, held)
        used = self.most_temporaries
        self.most_temporaries = max(outer, used)
        return new, used

    def entered(self, item: ast.withitem) -> tuple[str, ast.Constant]:
        """`with X:` keeps X in a temporary of its own until the block is done."""
        expression = item.context_expr
        site = self.site(expression, CALL, "__enter__", part=1)
        name = f"_sr_w{self.lasting}"
        self.lasting += 1
        target = ast.copy_location(ast.Name(name, ast.Store()), expression)
        item.context_expr = ast.copy_location(ast.NamedExpr(target, self.visit(expression)), expression)
        return name, site

    def visit_AsyncWith(self, node: ast.AsyncWith) -> list[ast.stmt]:
        for item in node.items:
            expression = item.context_expr
            site = self.site(expression, AWAIT)
            item.context_expr = self.around("_sr_await_with", expression, self.visit(expression), site)
            if item.optional_vars is not None:
                item.optional_vars = self.target(item.optional_vars)
        node.body, held = self.managed_block(node.body)
        return _managed(node, _temporaries(held))

    def visit_Try(self, node: ast.Try) -> ast.AST:
        """An exception leaves temporaries as they are: whoever handles it lets go of what they hold."""
        outer, self.most_temporaries = self.most_temporaries, 0
        node.body = self.statements(node.body)
        for handler in node.handlers:
            handler.type = handler.type and self.visit(handler.type)
            handler.body = self.block(handler.body, self.most_temporaries)
        node.orelse = self.statements(node.orelse)
        if node.finalbody:
            node.finalbody = self.block(node.finalbody, self.most_temporaries)
            if sys.version_info < (3, 12):
                _end_as_before(node.finalbody)
        self.most_temporaries = max(outer, self.most_temporaries)
        return node

    visit_TryStar = visit_Try

    def visit_Match(self, node: ast.Match) -> list[ast.stmt]:
        node.subject = self.visit(node.subject)
        held = self.temporaries
        for case in node.cases:
            self.temporaries = held
            case.guard = case.guard and self.test(case.guard)
            held = self.temporaries
            case.body = self.block(case.body, held)
        return [node, *_resets(held)]

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
            node.value, again = self.repeated(node.value, node)
            self.after.append(nodes.statement(self.hook("_sr_wrote", again, site)))
        elif isinstance(node, ast.Subscript):
            self.item_target(node, value)
        elif isinstance(node, ast.Name):
            kind = self.accesses.name_kind(node.id, self.scope)
            if kind in (CLOSURE_CELL, GLOBAL_CELL):
                self.after.append(nodes.statement(self.name_hook(node, kind, "_wrote", WRITE)))
        return node

    def item_target(self, node: ast.Subscript, value: ast.expr | None) -> None:
        site = self.site(node, WRITE)
        if nodes.is_slice(node.slice):
            node.value, again = self.repeated(node.value)
            nodes.stored_before(node.value, node.slice)
            node.slice = self.visit(node.slice)
            self.after.append(nodes.statement(self.hook("_sr_changed", again, site)))
            return
        key, key_again = self.repeated(node.slice)
        shown = [ast.copy_location(nodes.copy(value), node)] if value is not None else []
        node.value = self.around("_sr_set_item", node.value, self.container(node.value), key, site, *shown)
        node.slice = key_again


# What stands in no block of its own: its temporaries are let go of right after it.
_WITHOUT_BLOCKS = (
    ast.Assign,
    ast.AugAssign,
    ast.AnnAssign,
    ast.Delete,
    ast.Expr,
    ast.Assert,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
)


def _managed(node: ast.With | ast.AsyncWith, names: list[str]) -> list[ast.stmt]:
    """A `with`, and what lets go of its variables."""
    return [node, *[nodes.behind(statement, node) for statement in nodes.let_go(names)]]


def _resets(held: int) -> list[ast.stmt]:
    """Lets go of what so many temporaries hold."""
    return nodes.let_go(_temporaries(held))


def _temporaries(held: int) -> list[str]:
    return [f"_sr_t{number}" for number in range(held)]


def _end_as_before(body: list[ast.stmt]) -> None:
    """What the interpreter does when an exception leaves a `finally` has the line of its last statement, ours or not."""
    ours = next((number for number, statement in enumerate(reversed(body)) if statement.lineno >= 0), 0)
    last = body[-1 - ours]
    if isinstance(last, _WITHOUT_BLOCKS):
        for statement in body[len(body) - ours :]:
            ast.copy_location(statement, last)


def _first_stored(node: ast.Assign) -> ast.AST:
    """What an assignment evaluates, or stores, right behind its value."""
    target = node.targets[0]
    if len(node.targets) == 1 and isinstance(target, (ast.Attribute, ast.Subscript)):
        return first_evaluated(target.value)
    return target


def _has_subscript(target: ast.expr) -> bool:
    return isinstance(target, ast.Subscript) and not nodes.is_slice(target.slice)


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
