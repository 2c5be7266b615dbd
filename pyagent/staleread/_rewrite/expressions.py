"""Expressions with hooks in them.

In: an expression and the scope it stands in. Out: the expression rewritten; every new node stands where
the one stood that it wraps. What is needed twice goes through a temporary, and where none is allowed the
expression is left alone.
"""

from __future__ import annotations

import ast
import sys
from copy import deepcopy

from . import nodes
from .accesses import CLOSURE_CELL, GLOBAL_CELL, KEPT, Accesses, loop_parts
from .beginnings import first_evaluated
from .drafts import ModuleDrafts
from .loops import QuietLoop
from .scopes import ComprehensionNode, Scope
from .sites import AWAIT, CONTAINS, DELETE, ITERATE, LENGTH, READ, TRUTH, UPDATE, WRITE

GENERATOR_ACTIVATION = "_sr_a"

# Hooks around a part of an expression that an instruction of that one uses next. What the others give back is used by
# instructions which the compiler puts where it stands.
_ON_BASES = frozenset(
    (
        "_sr_read",
        "_sr_item",
        "_sr_set_item",
        "_sr_del_item",
        "_sr_call",
        "_sr_call_key",
        "_sr_contains",
        "_sr_len",
    )
)


class ExpressionRewriter(ast.NodeTransformer):
    """The expressions of one function."""

    def __init__(self, accesses: Accesses, drafts: ModuleDrafts, scope: Scope) -> None:
        self.accesses = accesses
        self.drafts = drafts
        self.scope = scope
        self.function = scope.number
        self.in_generator = False
        self.hooked = False
        self.temporaries = 0
        """How many the statement being rewritten needs so far."""
        self.most_temporaries = 0
        """How many any statement of the block needs."""
        self.without_temporaries = int(scope.in_iterable)
        """How many comprehension iterables are around: no walrus is allowed in them."""
        self.kept_open: set[ast.expr] = set()
        """What is gone through by a loop that may be suspended."""
        self.rebound: set[str] = set()
        """Names that the statement being rewritten binds."""
        self.quiet: QuietLoop | None = None
        """The outermost loop around in which nobody else runs."""
        self.flags = 0
        """How many reads are told once a loop."""

    # Building blocks

    def site(self, node: ast.expr, operation: int, name: str = "", part: int = 0) -> ast.Constant:
        return nodes.nowhere(nodes.number(self.drafts.site(node, operation, self.function, name, part).mark))

    def hook(self, name: str, *arguments: ast.expr) -> ast.Call:
        self.hooked = True
        return nodes.call(name, *arguments)

    def around(
        self, name: str, at: ast.expr, *arguments: ast.expr, looked_up: ast.Attribute | None = None
    ) -> ast.Call:
        """A hook's call that stands where an expression stood: it begins where that begins, and ends where that ends, or
        where an attribute of it is looked up."""
        call = self.hook(name, *arguments)
        first = first_evaluated(at)
        begun = False
        for argument in arguments:
            if isinstance(argument, ast.NamedExpr) or getattr(argument, "lineno", -1) >= 0:
                begun = True
            elif begun:
                nodes.after(argument, at, looked_up)
            else:
                ast.copy_location(argument, first)
        ast.copy_location(call.func, first)
        return nodes.after(call, at, looked_up) if name in _ON_BASES else ast.copy_location(call, at)

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

    def repeated(self, node: ast.expr, looked_up: ast.Attribute | None = None) -> tuple[ast.expr, ast.expr]:
        """An expression rewritten, of which an attribute may be looked up; and another one that gives its value again."""
        if isinstance(node, ast.Constant):
            return node, nodes.nowhere(ast.Constant(node.value))
        if isinstance(node, ast.Name) and self.is_simple(node):
            return self.expression(node), nodes.nowhere(nodes.name(node.id))
        name = self.temporary()
        stored = nodes.after(ast.Name(name, ast.Store()), node, looked_up)
        first = ast.NamedExpr(stored, self.visit(node))
        return nodes.after(first, node, looked_up), nodes.nowhere(nodes.name(name))

    def temporary(self) -> str:
        self.temporaries += 1
        self.most_temporaries = max(self.most_temporaries, self.temporaries)
        return f"_sr_t{self.temporaries - 1}"

    def expression(self, node: ast.expr) -> ast.expr:
        """An expression rewritten."""
        new: ast.expr = self.visit(node)
        return new

    def name_hook(self, node: ast.Name, kind: str, suffix: str, operation: int) -> ast.Call:
        """A hook for a variable that is a cell, given its value."""
        site = self.site(node, operation, self.scope.mangled(node.id))
        value = ast.copy_location(nodes.name(node.id), node)
        if kind == GLOBAL_CELL:
            return self.around(f"_sr_global{suffix}", node, value, site)
        return self.around(f"_sr_closure{suffix}", node, value, self.scope_of(node.id), site)

    def scope_of(self, name: str) -> ast.Name:
        owner = self.scope.owner(name)
        assert owner is not None
        return nodes.name(nodes.scope_name(owner.number))

    # Reads in loops

    def stays(self, node: ast.expr) -> bool:
        """Whether an expression is a constant or a variable that the quiet loop around leaves as it is."""
        if self.quiet is None or self.scope.is_comprehension or self.without_temporaries:
            return False
        return isinstance(node, ast.Constant) or (
            isinstance(node, ast.Name) and node.id not in self.quiet.bound
        )

    def keeps_attribute(self, node: ast.Attribute) -> bool:
        """Whether an attribute says the same each time round the quiet loop around."""
        base = node.value
        if self.quiet is None or not (self.stays(base) and self.is_simple(base)):
            return False
        return self.scope.mangled(node.attr) not in self.quiet.attributes

    def keeps_structure(self, node: ast.expr) -> bool:
        """Whether the same is true of the length of a container, or whether it has elements."""
        if self.quiet is None or self.quiet.changes_items:
            return False
        return self.keeps_attribute(node) if isinstance(node, ast.Attribute) else self.stays(node)

    def told_once(self, plain: ast.expr, hook: ast.Call) -> ast.expr:
        """`hook`, which returns the value of `plain`, where the loop has not told it yet; then `plain`.

        The flag says that it was told, unless another thread might write between one time round and the next. `plain`
        comes last: what comes first in a conditional expression is left by one instruction more.
        """
        assert self.quiet is not None
        name = f"_sr_f{self.flags}"
        self.flags += 1
        self.quiet.flags.append(name)
        alone = ast.NamedExpr(ast.Name(name, ast.Store()), nodes.name("_sr_alone"))
        site = hook.args[-1]
        hook.args[-1] = ast.IfExp(alone, site, nodes.copy(site))
        flag = nodes.name(name)
        untold = ast.UnaryOp(ast.Not(), flag)
        new = ast.IfExp(untold, hook, plain)
        for part in (new, untold, flag, hook.args[-1], alone, alone.target, alone.value):
            ast.copy_location(part, plain)
        return new

    # Expressions

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if not isinstance(node.ctx, ast.Load):
            return node
        kind = self.accesses.name_kind(node.id, self.scope)
        if kind in (CLOSURE_CELL, GLOBAL_CELL):
            hook = self.name_hook(node, kind, "", READ)
            return self.told_once(nodes.copy(node), hook) if self.stays(node) else hook
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
        node.value = self.attribute_read(node)
        return node

    def attribute_read(self, node: ast.Attribute) -> ast.expr:
        """The object whose attribute is read, told of it."""
        base = node.value
        site = self.site(node, READ, self.scope.mangled(node.attr))
        if self.keeps_attribute(node):
            return self.told_once(nodes.copy(base), self.around("_sr_read", base, base, site))
        return self.around("_sr_read", base, self.visit(base), site, looked_up=node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        if self.accesses.is_made_here(node.value):
            self.generic_visit(node)
        elif nodes.is_slice(node.slice):
            node.value = self.around(
                "_sr_iter", node.value, self.container(node.value), self.site(node, READ)
            )
            node.slice = self.visit(node.slice)
        elif self.can_repeat(node.slice):
            node.value, node.slice = self.item_read(node)
        else:
            self.generic_visit(node)
        return node

    def item_read(self, node: ast.Subscript) -> tuple[ast.expr, ast.expr]:
        """The container whose item is read, told of it, and the key."""
        base, key = node.value, node.slice
        site = self.site(node, READ)
        once = all(self.stays(part) and self.is_simple(part) for part in (base, key))
        told = self.container(base)
        first, again = self.repeated(key)
        hook = self.around("_sr_item", base, told, first, site)
        if once and self.quiet is not None and not self.quiet.changes_items:
            return self.told_once(nodes.copy(base), hook), again
        return hook, again

    def visit_Starred(self, node: ast.Starred) -> ast.expr:
        node.value = self.iterated(node.value)
        return node

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.expr:
        first = first_evaluated(node.value)
        node.value = self.visit(node.value)
        kind = self.accesses.name_kind(node.target.id, self.scope)
        if kind in (CLOSURE_CELL, GLOBAL_CELL):
            call = self.name_hook(node.target, kind, "_wrote", WRITE)
            call.args[0] = node
            ast.copy_location(call.func, first)
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
        activation = nodes.nowhere(nodes.name(GENERATOR_ACTIVATION))
        value = self.yielded(node)
        node.value = self.around("_sr_pause", node.value or node, activation, value)
        if isinstance(node, ast.Yield):
            ast.copy_location(node.value, node)
        again = nodes.nowhere(nodes.name(GENERATOR_ACTIVATION))
        return self.around("_sr_resume", node, again, node, site)

    visit_YieldFrom = visit_Yield

    def yielded(self, node: ast.Yield | ast.YieldFrom) -> ast.expr:
        if isinstance(node, ast.YieldFrom):
            return self.iterated(node.value)
        return self.visit(node.value) if node.value else ast.copy_location(ast.Constant(None), node)

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
        return self.structure_read("_sr_truth", node, self.site(node, TRUTH))

    def structure_read(self, name: str, node: ast.expr, site: ast.Constant) -> ast.expr:
        """A container of whose elements only the number matters."""
        plain = deepcopy(node) if self.keeps_structure(node) else None
        hook = self.around(name, node, self.container(node), site)
        return self.told_once(plain, hook) if plain is not None else hook

    def iterated(self, node: ast.expr, *, awaited: bool = False) -> ast.expr:
        """An expression that is gone through."""
        if awaited:
            site = self.site(node, AWAIT)
            return self.around("_sr_await_iter", node, self.visit(node), site)
        if not self.accesses.may_be_container(node, self.scope):
            return self.expression(node)
        site = self.site(node, ITERATE)
        if node in self.kept_open:
            goes_on = self.site(node, ITERATE, part=1)
            return self.around("_sr_iter_on", node, self.container(node), site, goes_on)
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
            self.kept_open.update(
                self.accesses.kept_open(generator.iter, loop_parts(node, index), self.scope)
            )
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
        name = self.accesses.list_function(node, self.scope)
        if name is not None:
            return self.list_function(node, name)
        if not isinstance(node.func, ast.Attribute):
            self.hooked = True
            return self.generic_visit(node)  # type: ignore[return-value]
        return self.method_call(node, node.func)

    def list_function(self, node: ast.Call, name: str) -> ast.expr:
        """`heappop(X)`: the hook comes before the other arguments, so that none of them may suspend."""
        first, *others = node.args
        if any(isinstance(part, ast.Await) for other in others for part in ast.walk(other)):
            return self.generic_visit(node)  # type: ignore[return-value]
        shown = self.around("_sr_call", first, self.container(first), self.site(node, UPDATE, name))
        node.args = [shown, *[self.visit(other) for other in others]]
        self.visit_keywords(node)
        return node

    def visit_keywords(self, node: ast.Call) -> None:
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value)

    def length(self, node: ast.Call) -> ast.expr:
        argument = node.args[0]
        if self.accesses.may_be_container(argument, self.scope):
            node.args = [self.structure_read("_sr_len", argument, self.site(node, LENGTH))]
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
            if (
                others
            ):  # A variable without a value may be missed where what is loaded right before it stands.
                ast.copy_location(again, first_evaluated(others[0]))
            node.args = [shown, again, *[self.visit(other) for other in others]]
            return node
        first, base_again = self.repeated(base)
        nodes.stored_before(first, name)
        second, name_again = self.repeated(name)
        if others:
            nodes.stored_before(second, others[0])
        node.args = [first, second, *[self.visit(other) for other in others]]
        return self.around(f"_sr_{function}", node, node, base_again, name_again, site)

    def method_call(self, node: ast.Call, function: ast.Attribute) -> ast.expr:
        self.hooked = True
        method = self.accesses.container_method(node, self.scope)
        read = self.accesses.reads_attribute(function, self.scope, called=True)
        if method is None:
            if read:
                function.value = self.attribute_read(function)
            else:
                function.value = self.visit(function.value)
            node.args = [self.visit(argument) for argument in node.args]
            self.visit_keywords(node)
            return node
        keyed = method.keyed and bool(node.args) and not isinstance(node.args[0], ast.Starred)
        site = self.site(node, method.operation, self.scope.mangled(function.attr))
        if method.keyword and not node.args and [word.arg for word in node.keywords] == [method.keyword]:
            return self.called_by_keyword(node, function, site)
        if function.attr == "update" and not node.args and self.can_show_last(node, function, keyed=False):
            values = [word.value for word in node.keywords]
            if values and self.can_repeat(*values):
                return self.updated_by_names(node, function, site)
        simple = all(self.is_simple(argument) for argument in _passed(node))
        if simple and not (keyed and self.misses_key(function.value, node.args[0])):
            self.called_simply(node, function, site, keyed)
        elif not self.can_show_last(node, function, keyed):
            function.value = self.around("_sr_call", function.value, self.container(function.value), site)
            node.args = [self.visit(argument) for argument in node.args]
            self.visit_keywords(node)
        else:
            self.called_at_last(node, function, site, keyed)
        return node

    def called_by_keyword(self, node: ast.Call, function: ast.Attribute, site: ast.Constant) -> ast.expr:
        """`X.popitem(last=False)`."""
        value, base = node.keywords[0].value, self.container(function.value)
        if isinstance(value, ast.Constant):
            key = nodes.nowhere(nodes.copy(value))
            function.value = self.around("_sr_call_key", function.value, base, key, site)
        else:
            function.value = self.around("_sr_call", function.value, base, site)
            self.visit_keywords(node)
        return node

    def updated_by_names(self, node: ast.Call, function: ast.Attribute, site: ast.Constant) -> ast.expr:
        """`X.update(k=v)`: the hook is given what `X.update({'k': v})` would be."""
        function.value, base = self.repeated_container(function.value)
        values = [word.value for word in node.keywords]
        keys: list[ast.expr | None] = [ast.Constant(word.arg) for word in node.keywords]
        given = ast.Dict(keys, [])
        for word, following in zip(node.keywords, [*values[1:], ast.Constant(None)], strict=True):
            word.value, again = self.repeated(word.value)
            nodes.stored_before(word.value, following)
            given.values.append(again)
        last = node.keywords[-1]
        last.value = self.around("_sr_called_key", values[-1], last.value, base, nodes.nowhere(given), site)
        return node

    def misses_key(self, base: ast.expr, key: ast.expr) -> bool:
        """Whether a key that is a variable without a value would be missed elsewhere than where it stands: on the line where
        the hook's call is, or, of two variables that CPython 3.11 may load at once, at the first."""
        if not isinstance(key, ast.Name) or not self.can_repeat(base):
            return False
        at_once = sys.version_info[:2] == (3, 11) and self.is_simple(base)
        return at_once or key.lineno != base.end_lineno

    def called_simply(self, node: ast.Call, function: ast.Attribute, site: ast.Constant, keyed: bool) -> None:
        base = self.container(function.value)
        if keyed:
            key, again = self.repeated(node.args[0])
            if key.lineno == function.value.end_lineno:  # Where a variable without a value would be missed.
                ast.copy_location(again, key)
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
        passed = _passed(node)
        function.value, base = self.repeated_container(function.value)
        key: ast.expr | None = None
        if keyed:
            node.args[0], key = self.repeated(node.args[0])
            if len(passed) > 1:
                nodes.stored_before(node.args[0], passed[1])
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


def _passed(node: ast.Call) -> list[ast.expr]:
    """What a call passes on, in order."""
    return [*node.args, *[keyword.value for keyword in node.keywords]]


def _names_attribute(node: ast.Call, function: str) -> bool:
    """Whether a call of `getattr` and the like has its usual form."""
    counts = {"getattr": (2, 3), "hasattr": (2,), "setattr": (3,), "delattr": (2,)}[function]
    return (
        len(node.args) in counts
        and not node.keywords
        and not any(isinstance(argument, ast.Starred) for argument in node.args)
    )
