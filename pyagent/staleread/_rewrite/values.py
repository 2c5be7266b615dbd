"""Dependence inside one expression: which sources its value is made from, and which checks chose it.

In: an expression, what the local variables hold, what was checked on the way. Out: its sources; the sites in it get their
rows filled. Evaluated in Python's own order, so that a walrus is seen by what comes after it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import NamedTuple

from .accesses import CLOSURE_CELL, GLOBAL_CELL, Accesses, loop_parts
from .drafts import ModuleDrafts, SiteDraft
from .methods import RUNNING
from .scopes import ComprehensionNode, FunctionNode, Scope, called_name, parameters
from .sites import (
    ANY_SLOT,
    AWAIT,
    CALL,
    CHECK,
    CONTAINS,
    DELETE,
    GOES_ON,
    ITERATE,
    LENGTH,
    READ,
    SUSPENDS,
    TRUTH,
    UPDATE,
    USE,
    WRITE,
    parameter_source,
    site_source,
)

SourceSet = frozenset[int]
EMPTY: SourceSet = frozenset()
BOUND_SELF = parameter_source(0)


class Sources(NamedTuple):
    """Where a value comes from (data), and what was checked for it to be this one (control)."""

    data: SourceSet
    control: SourceSet

    def __or__(self, other: Sources) -> Sources:
        return Sources(self.data | other.data, self.control | other.control)

    def all(self) -> SourceSet:
        return self.data | self.control


NOTHING = Sources(EMPTY, EMPTY)
Environment = dict[str, Sources]


class ExpressionFlow:
    """The expressions of one function."""

    def __init__(self, accesses: Accesses, drafts: ModuleDrafts, scope: Scope, *, is_method: bool) -> None:
        self.accesses = accesses
        self.drafts = drafts
        self.scope = scope
        self.function = scope.number
        self.is_method = is_method
        self.env: Environment = {}
        self.guards: SourceSet = EMPTY
        self.waited: SourceSet = EMPTY
        """Checks that only decided whether to wait, and were not made again since."""
        self.awaited: SourceSet = EMPTY
        """What was awaited itself, or as an argument of what was awaited."""
        self.yielded = NOTHING
        self.defaults: dict[FunctionNode, dict[str, Sources]] = {}
        """Of the functions defined in this one."""
        self.partials: dict[str, Sources] = {}
        """What a local name that is bound to a `partial(…)` will pass on."""
        self.kept_open: set[ast.expr] = set()
        """What is gone through by a loop that may be suspended."""
        self._evaluators: dict[type, Callable[..., Sources]] = {}

    # What statements need

    def value(self, node: ast.expr | None) -> Sources:
        """The sources of an expression."""
        if node is None:
            return NOTHING
        kind = type(node)
        if kind not in self._evaluators:
            self._evaluators[kind] = getattr(self, "value_of_" + kind.__name__, self._value_of_children)
        return self._evaluators[kind](node)

    def check(self, node: ast.expr) -> SourceSet:
        """The sources of a condition. What comes after the condition may add them to the guards."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return self.check(node.operand)
        if isinstance(node, ast.BoolOp):
            return self._check_in_turn(node)
        sources = self.value(node)
        found = sources.all()
        if self.accesses.tells_truth(node, self.scope):
            found |= {site_source(self.site(node, TRUTH).number)}
        self.drafts.flag(found, CHECK)
        self._checked_again(found)
        return found

    def _checked_again(self, found: SourceSet) -> None:
        """What is checked now is not taken from an earlier check any more."""
        if self.waited:
            again = {self._checked_text(source) for source in found}
            self.waited = frozenset(s for s in self.waited if self._checked_text(s) not in again)

    def _checked_text(self, source: int) -> str | int:
        """What a source of a check reads, in words; a container's length and truth are one."""
        if source & 1:
            return source
        site = self.drafts.by_number[source >> 1]
        if site.operation == LENGTH and isinstance(site.node, ast.Call):
            return ast.unparse(site.node.args[0])
        return ast.unparse(site.node)

    def _check_in_turn(self, node: ast.BoolOp) -> SourceSet:
        outer, found = self.guards, EMPTY
        for part in node.values:
            found |= self.check(part)
            self.guards = outer | found
        self.guards = outer
        return found

    def bind(self, target: ast.expr, sources: Sources) -> None:
        """A target of any form is given a value."""
        if isinstance(target, ast.Name):
            self._bind_name(target, sources)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, sources)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for element in target.elts:
                self.bind(element, sources)
        elif isinstance(target, ast.Attribute):
            self.value(target.value)
            self._write(self.site(target, WRITE, self.scope.mangled(target.attr)), sources)
        elif isinstance(target, ast.Subscript):
            self.value(target.value)
            self.value(target.slice)
            self._write(self.site(target, WRITE), sources)
            self._add_to_local(target.value, sources)

    def _bind_name(self, target: ast.Name, sources: Sources) -> None:
        kind = self.accesses.name_kind(target.id, self.scope)
        if kind in (CLOSURE_CELL, GLOBAL_CELL):
            self._write(self.site(target, WRITE, self.scope.mangled(target.id)), sources)
        self.assign(target.id, Sources(sources.data, sources.control | self.guards))

    def assign(self, name: str, sources: Sources) -> None:
        """A local variable is given a value; statements override this where they must know."""
        self.env[name] = sources

    def _write(self, site: SiteDraft, sources: Sources) -> None:
        site.add(sources.data, sources.control | self.guards, self.waited)

    def _add_to_local(self, container: ast.expr, sources: Sources) -> None:
        """What a local container holds may be what is put into it."""
        if isinstance(container, ast.Name) and self.accesses.is_local(container, self.scope):
            held = self.env.get(container.id, NOTHING)
            self.assign(
                container.id, held | Sources(self._without_self(sources.data), sources.control | self.guards)
            )

    def read_then_write(self, target: ast.expr) -> Sources:
        """The read of an augmented assignment's target."""
        if isinstance(target, ast.Name):
            return self.value_of_Name(target)
        if isinstance(target, ast.Attribute):
            base = self.value(target.value)
            return self._read(target, base, self.scope.mangled(target.attr))
        if isinstance(target, ast.Subscript):
            base = self.value(target.value) | self.value(target.slice)
            return self._read(target, base)
        return NOTHING

    def delete(self, target: ast.expr) -> None:
        """A target of `del`."""
        if isinstance(target, (ast.Tuple, ast.List)):
            for element in target.elts:
                self.delete(element)
        elif isinstance(target, ast.Name):
            if self.accesses.name_kind(target.id, self.scope) in (CLOSURE_CELL, GLOBAL_CELL):
                self._write(self.site(target, DELETE, self.scope.mangled(target.id)), NOTHING)
            self.env.pop(target.id, None)
        elif isinstance(target, ast.Attribute):
            self.value(target.value)
            self._write(self.site(target, DELETE, self.scope.mangled(target.attr)), NOTHING)
        elif isinstance(target, ast.Subscript):
            self.value(target.value)
            self.value(target.slice)
            self._write(self.site(target, DELETE), NOTHING)

    def iterated(self, node: ast.expr) -> Sources:
        """The sources of what a loop takes from an expression."""
        sources = self.value(node)
        self.drafts.flag(sources.data, USE)
        if self.accesses.may_be_container(node, self.scope):
            site = self.site(node, ITERATE)
            site.add(sources.data, EMPTY)
            sources |= self._of(site)
            if node in self.kept_open:
                sources |= self._of(self.going_on(node, site))
        return sources

    def going_on(self, node: ast.expr, began: SiteDraft) -> SiteDraft:
        """The site of the reads of an iteration that began earlier."""
        site = self.site(node, ITERATE, part=1)
        site.flags |= USE | GOES_ON
        site.add(self._of(began).data, EMPTY)
        return site

    def awaited_iteration(self, node: ast.expr) -> Sources:
        """The same for `async for`."""
        sources = self.value(node)
        self.drafts.flag(sources.data, USE)
        return sources | self._of(self.suspension(node, node, sources))

    def suspension(self, node: ast.expr, operand: ast.expr | None, sources: Sources) -> SiteDraft:
        """An await, open or hidden, of an expression with these sources."""
        site = self.site(node, AWAIT)
        site.flags |= SUSPENDS
        site.add(sources.data, sources.control | self.guards, self.waited)
        passed = self._arguments(operand, [site]) if isinstance(operand, ast.Call) else sources
        self.awaited |= passed.data
        return site

    def entered_site(self, node: ast.expr, sources: Sources) -> SiteDraft:
        """The entering of a context manager without an await."""
        site = self.site(node, CALL, "__enter__", part=1)
        site.add(sources.data, sources.control | self.guards, self.waited)
        return site

    def site(self, node: ast.expr, operation: int, name: str = "", part: int = 0) -> SiteDraft:
        return self.drafts.site(node, operation, self.function, name, part)

    @staticmethod
    def _of(site: SiteDraft) -> Sources:
        return Sources(frozenset((site_source(site.number),)), EMPTY)

    def _without_self(self, data: SourceSet) -> SourceSet:
        """The object that a method is bound to is no source; what is read through it is."""
        return data - {BOUND_SELF} if self.is_method else data

    def _read(self, node: ast.expr, base: Sources, name: str = "") -> Sources:
        site = self.site(node, READ, name)
        site.add(base.data, self.guards, self.waited)
        return self._of(site) | Sources(self._without_self(base.data), base.control)

    # Expressions, by their type

    def _value_of_children(self, node: ast.AST) -> Sources:
        found = NOTHING
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                found |= self.value(child)
        return found

    def value_of_Constant(self, node: ast.Constant) -> Sources:
        return NOTHING

    def value_of_Name(self, node: ast.Name) -> Sources:
        kind = self.accesses.name_kind(node.id, self.scope)
        if kind in (CLOSURE_CELL, GLOBAL_CELL):
            return self._of(self.site(node, READ, self.scope.mangled(node.id)))
        return self.env.get(node.id, NOTHING)

    def value_of_Attribute(self, node: ast.Attribute) -> Sources:
        base = self.value(node.value)
        if self.accesses.reads_attribute(node, self.scope):
            return self._read(node, base, self.scope.mangled(node.attr))
        return Sources(self._without_self(base.data), base.control)

    def value_of_Subscript(self, node: ast.Subscript) -> Sources:
        base = self.value(node.value)
        self.drafts.flag(base.data, USE)
        sources = base | self.value(node.slice)
        return sources if self.accesses.is_made_here(node.value) else self._read(node, sources)

    def value_of_Starred(self, node: ast.Starred) -> Sources:
        return self.iterated(node.value)

    def value_of_NamedExpr(self, node: ast.NamedExpr) -> Sources:
        sources = self.value(node.value)
        self.bind(node.target, sources)
        return sources

    def value_of_Await(self, node: ast.Await) -> Sources:
        sources = self.value(node.value)
        self.drafts.flag(sources.data, USE)
        return sources | self._of(self.suspension(node, node.value, sources))

    def value_of_Yield(self, node: ast.Yield) -> Sources:
        return self.yielded_here(node, self.value(node.value))

    def yielded_here(self, node: ast.Yield | ast.YieldFrom, sources: Sources) -> Sources:
        """What a generator's caller is given, and what comes back."""
        self.yielded |= sources | Sources(EMPTY, self.guards)
        site = self.site(node, AWAIT)
        site.add(sources.data, sources.control | self.guards, self.waited)
        return self._of(site) | sources if isinstance(node, ast.YieldFrom) else self._of(site)

    def value_of_YieldFrom(self, node: ast.YieldFrom) -> Sources:
        return self.yielded_here(node, self.iterated(node.value))

    def value_of_Lambda(self, node: ast.Lambda) -> Sources:
        """What calling it would give. It has no activation of its own and counts as a part of this function."""
        outer_env, outer_scope = self.env, self.scope
        unknown = dict.fromkeys((name.lstrip("*") for name in parameters(node)), NOTHING)
        self.env = {**self.env, **unknown, **self.default_values(node.args)}
        self.scope = self.accesses.names.scopes[node]
        found = self.value(node.body)
        self.env, self.scope = outer_env, outer_scope
        return found

    def default_values(self, arguments: ast.arguments) -> dict[str, Sources]:
        """The sources of a function's defaults, by parameter."""
        positional = [*arguments.posonlyargs, *arguments.args]
        defaulted = positional[len(positional) - len(arguments.defaults) :]
        found = {
            arg.arg: self.value(default) for arg, default in zip(defaulted, arguments.defaults, strict=True)
        }
        for arg, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            if default is not None:
                found[arg.arg] = self.value(default)
        return found

    def value_of_IfExp(self, node: ast.IfExp) -> Sources:
        outer, waited = self.guards, self.waited
        checked = self.check(node.test)
        self.guards = outer | checked
        found = self.value(node.body) | self.value(node.orelse)
        self.guards, self.waited = outer, waited | self._waited_for(checked, [node.body, node.orelse])
        return Sources(found.data, found.control | checked)

    def value_of_BoolOp(self, node: ast.BoolOp) -> Sources:
        outer, waited, found = self.guards, self.waited, NOTHING
        last = node.values[-1]
        for part in node.values:
            waited |= self._waited_for(self.guards - outer, [part])
            if part is not last:
                checked = self.check(part)
                self.guards |= checked
            found |= self.value(part)
        self.guards, self.waited = outer, waited
        return found

    def _waited_for(self, checked: SourceSet, parts: list[ast.expr]) -> SourceSet:
        """What was checked, where it decided whether to wait in one of these parts of an expression."""
        waits = checked and any(isinstance(node, ast.Await) for part in parts for node in ast.walk(part))
        return checked if waits else EMPTY

    def value_of_UnaryOp(self, node: ast.UnaryOp) -> Sources:
        if isinstance(node.op, ast.Not):
            return Sources(self.check(node.operand), EMPTY)
        return self.value(node.operand)

    def value_of_Compare(self, node: ast.Compare) -> Sources:
        found = self.value(node.left)
        for index, (operator, operand) in enumerate(zip(node.ops, node.comparators, strict=True)):
            found |= self.value(operand)
            if isinstance(operator, (ast.In, ast.NotIn)) and self.accesses.may_be_container(
                operand, self.scope
            ):
                found |= self._of(self.site(node, CONTAINS, part=index))
        return found

    def value_of_comprehension(self, node: ComprehensionNode) -> Sources:
        shadowed = dict(self.env)
        outer_guards, outer_scope = self.guards, self.scope
        inner = self.accesses.names.scopes[node]
        found = NOTHING
        for index, generator in enumerate(node.generators):
            if index:
                self.scope = inner
            self.kept_open.update(
                self.accesses.kept_open(generator.iter, loop_parts(node, index), self.scope)
            )
            take = self.awaited_iteration if generator.is_async else self.iterated
            taken = take(generator.iter)
            self.scope = inner
            self.bind(generator.target, taken)
            found |= taken
            for condition in generator.ifs:
                self.guards |= self.check(condition)
        if isinstance(node, ast.DictComp):
            found |= self.value(node.key) | self.value(node.value)
        else:
            found |= self.value(node.elt)
        checked = self.guards - outer_guards
        self.guards, self.scope = outer_guards, outer_scope
        for name in inner.bound:
            self.env.pop(name, None)
            if name in shadowed:
                self.env[name] = shadowed[name]
        return Sources(found.data, found.control | checked)

    value_of_ListComp = value_of_SetComp = value_of_DictComp = value_of_GeneratorExp = value_of_comprehension

    # Calls

    def value_of_Call(self, node: ast.Call) -> Sources:
        name = self.accesses.builtin_call(node, self.scope)
        if name in ("getattr", "hasattr", "setattr", "delattr") and len(node.args) >= 2:
            return self._attribute_by_name(node, name)
        if name == "len" and len(node.args) == 1 and not node.keywords:
            sources = self.value(node.args[0])
            if self.accesses.may_be_container(node.args[0], self.scope):
                sources |= self._of(self.site(node, LENGTH))
            return sources
        if name is not None and self.accesses.is_quiet_call(node, self.scope):
            return self._quiet_call(node)
        return self._call(node)

    def _attribute_by_name(self, node: ast.Call, function: str) -> Sources:
        operation = {"setattr": WRITE, "delattr": DELETE}.get(function, READ)
        name = node.args[1].value if isinstance(node.args[1], ast.Constant) else ""
        sources = [self.value(argument) for argument in node.args]
        site = self.site(node, operation, str(name))
        if operation != READ:
            self._write(site, union(sources[2:]))
            return NOTHING
        site.add(sources[0].data, EMPTY)
        found = self._of(site) | union(sources)
        return Sources(self._without_self(found.data), found.control)

    def _quiet_call(self, node: ast.Call) -> Sources:
        iterated = self.accesses.iterated_arguments(node, self.scope)
        found = NOTHING
        for argument in node.args:
            found |= self.iterated(argument) if argument in iterated else self.value(argument)
        for keyword in node.keywords:
            found |= self.value(keyword.value)
        return Sources(self._without_self(found.data), found.control)

    def _call(self, node: ast.Call) -> Sources:
        if self.accesses.list_function(node, self.scope) is not None:
            return self._list_function(node)
        receiver = callee = NOTHING
        function = node.func
        if isinstance(function, ast.Attribute):
            receiver = self.value(function.value)
            if self.accesses.reads_attribute(function, self.scope, called=True):
                callee = self._read(function, receiver, self.scope.mangled(function.attr))
        else:
            callee = self.value(function)
        self.drafts.flag(receiver.data | callee.data, USE)
        site = self.called_site(node)
        arguments = self._arguments(node, [site])
        self.drafts.flag(arguments.data, USE)
        if site.operation in (WRITE, UPDATE, DELETE):
            self._write(site, arguments)
            if isinstance(function, ast.Attribute):
                self._add_to_local(function.value, arguments)
        else:
            passed = receiver | callee
            site.add(passed.data, passed.control | self.guards, self.waited)
        found = receiver | callee | arguments
        return self._of(site) | Sources(self._without_self(found.data), found.control)

    def _list_function(self, node: ast.Call) -> Sources:
        """`heappush(X, v)` and the like: what is put in is made from what comes behind the list."""
        container = self.value(node.args[0])
        self.drafts.flag(container.data, USE)
        site = self.called_site(node)
        put = union(map(self.value, _positional_and_named(node)[1:]))
        self._write(site, put)
        self._add_to_local(node.args[0], put)
        return self._of(site) | container | put

    def called_site(self, node: ast.Call) -> SiteDraft:
        """The site of a call, or of the access that it may be."""
        method = self.accesses.container_method(node, self.scope)
        operation = method.operation if method else CALL
        if self.accesses.list_function(node, self.scope) is not None:
            operation = UPDATE
        return self.site(node, operation, self.scope.mangled(called_name(node)))

    def _arguments(self, node: ast.Call, sites: Iterable[SiteDraft]) -> Sources:
        """What a call passes on, entered into the rows of these sites."""
        found = NOTHING
        slots: list[tuple[int, str, Sources]] = []
        for index, argument in enumerate(node.args):
            sources = self.value(argument)
            slots.append(
                (ANY_SLOT, "*", sources) if isinstance(argument, ast.Starred) else (2 * index, "", sources)
            )
        for index, keyword in enumerate(node.keywords):
            slot = ANY_SLOT if keyword.arg is None else 2 * index + 1
            slots.append((slot, keyword.arg or "**", self.value(keyword.value)))
        for index, (name, sources) in enumerate(self._passed_in(node).items(), len(node.keywords)):
            slots.append((2 * index + 1, name, sources))
        if isinstance(node.func, ast.Name) and node.func.id in self.partials:
            slots.append((ANY_SLOT, "*", self.partials[node.func.id]))
        for slot, name, sources in slots:
            found |= sources
            for site in sites:
                site.add_argument(slot, name, sources.data, sources.control)
        return found

    def _passed_in(self, node: ast.Call) -> dict[str, Sources]:
        """What a call hands over besides its arguments: what a function defined here uses of the variables here."""
        called = self._function_named(node.func)
        functions = [called]
        if getattr(node.func, "attr", getattr(node.func, "id", "")) in RUNNING:
            functions += [self._function_named(argument) for argument in _positional_and_named(node)]
        found: dict[str, Sources] = {}
        for function in functions:
            if function is not None:
                for name in self.accesses.names.scopes[function].passed_in():
                    found[name] = self.env.get(name, NOTHING)
        if called is not None:
            given = {*_names(called.args)[: len(node.args)], *[keyword.arg for keyword in node.keywords]}
            defaults = self.defaults.get(called, {})
            found.update((name, sources) for name, sources in defaults.items() if name not in given)
        return {name: sources for name, sources in found.items() if sources != NOTHING}

    def note_partial(self, name: str, value: ast.expr) -> None:
        """A local name is bound to a value."""
        self.partials.pop(name, None)
        if (
            isinstance(value, ast.Call)
            and getattr(value.func, "attr", getattr(value.func, "id", "")) == "partial"
        ):
            self.partials[name] = union(map(self.value, _positional_and_named(value)[1:]))

    def _function_named(self, node: ast.expr) -> FunctionNode | None:
        """The function with a `def` inside a function around, that a name stands for."""
        owner = self.scope.owner(node.id) if isinstance(node, ast.Name) else None
        return owner.functions.get(node.id) if owner is not None and isinstance(node, ast.Name) else None


def _names(arguments: ast.arguments) -> list[str]:
    return [arg.arg for arg in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]


def _positional_and_named(node: ast.Call) -> list[ast.expr]:
    return [*node.args, *[keyword.value for keyword in node.keywords]]


def union(parts: Iterable[Sources]) -> Sources:
    found = NOTHING
    for part in parts:
        found |= part
    return found
