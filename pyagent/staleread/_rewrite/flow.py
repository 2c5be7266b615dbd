"""Dependence through the statements of one function: which sources reach which write, call or return, and which
checks decide whether it happens.

A walk forwards that keeps, for every local variable, the sources it may hold, and at every point the sources that were
checked on the way (the guards). A condition guards its branches, and what follows them where a branch leaves. Where
both go on and one of them waits first, what follows was *waited* for. Loops are walked until nothing changes any more.
Everything only ever grows, so that this ends.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from .accesses import Accesses
from .drafts import FunctionDraft, ModuleDrafts
from .scopes import FunctionNode, Scope, called_name, own_nodes
from .sites import AWAIT, CHECK, METHOD, parameter_source, site_source
from .values import EMPTY, NOTHING, Environment, ExpressionFlow, Sources, SourceSet

loop_rounds_max = 12

# Exceptions that tell what a read found, and the reads that raise them.
_LOOKUP_FAILURES = {
    "KeyError": (ast.Subscript, ast.Call),
    "IndexError": (ast.Subscript, ast.Call),
    "LookupError": (ast.Subscript, ast.Call),
    "AttributeError": (ast.Attribute,),
    "ValueError": (ast.Call,),
    "QueueEmpty": (ast.Call,),
    "QueueFull": (ast.Call,),
    "Empty": (ast.Call,),
    "Full": (ast.Call,),
    "InvalidStateError": (ast.Call,),
    "StopIteration": (ast.Call,),
}


@dataclass
class Outcome:
    """How a block can end, besides running off its end."""

    ends: bool = False
    """It never runs off its end."""
    jumps: bool = False
    """Some path leaves by `break` or `continue`."""
    exits: bool = False
    """Some path leaves by `return` or `raise`."""

    def leaves(self) -> bool:
        return self.jumps or self.exits

    def add(self, other: Outcome) -> None:
        self.jumps |= other.jumps
        self.exits |= other.exits


class Path(NamedTuple):
    """One of several ways to a place: what the variables hold there, what was checked, what was waited for."""

    env: Environment
    guards: SourceSet
    waited: SourceSet


@dataclass
class Choice:
    """Alternatives of which one is taken."""

    checked: SourceSet = EMPTY
    decides: bool = False
    """Some of them never come to where the others meet."""
    waits: bool = False
    awaited: SourceSet = EMPTY
    """What was waited for."""
    going_on: list[Path] = field(default_factory=list)


@dataclass
class Loop:
    """What leaves the loop being walked by `break` and `continue`."""

    broken: list[Path] = field(default_factory=list)
    continued: list[Environment] = field(default_factory=list)


@dataclass
class Attempt:
    """What a `try` body may have done by the time it fails."""

    assigned: Environment = field(default_factory=dict)
    raised: SourceSet = EMPTY


class FunctionFlow(ExpressionFlow):
    """Walks one function and fills in its draft."""

    def __init__(self, accesses: Accesses, drafts: ModuleDrafts, scope: Scope, draft: FunctionDraft) -> None:
        super().__init__(accesses, drafts, scope, is_method=bool(draft.flags & METHOD))
        self.draft = draft
        self.loops: list[Loop] = []
        self.attempts: list[Attempt] = []
        self._waits: dict[ast.stmt, bool] = {}

    def run(self, node: FunctionNode) -> None:
        """From the first statement to the last."""
        if isinstance(
            node, ast.Lambda
        ):  # Runs in the activation of whoever calls it: its parameters are not known.
            self._returned(self.value(node.body))
        else:
            for position, name in enumerate(self.draft.parameters):
                self.env[name.lstrip("*")] = Sources(frozenset((parameter_source(position),)), EMPTY)
            outcome = self.block(node.body)
            if not outcome.ends:
                self._returned(NOTHING)
        self._returned(self.yielded)

    def _returned(self, sources: Sources) -> None:
        self.draft.data |= sources.data
        self.draft.control |= sources.control | self.guards
        self.draft.waited |= self.waited

    def path(self, chosen: SourceSet = EMPTY) -> Path:
        """The way here, but for the checks that chose it among others."""
        return Path(dict(self.env), self.guards - chosen, self.waited)

    def assign(self, name: str, sources: Sources) -> None:
        self.env[name] = sources
        if self.attempts:
            assigned = self.attempts[-1].assigned
            assigned[name] = assigned.get(name, NOTHING) | sources

    def block(self, statements: list[ast.stmt]) -> Outcome:
        """Statements in turn; those that are never reached too, so that their sites have rows."""
        outcome = Outcome()
        for statement in statements:
            part = self.statement(statement)
            outcome.add(part)
            outcome.ends |= part.ends
        return outcome

    def statement(self, node: ast.stmt) -> Outcome:
        walk = getattr(self, "walk_" + type(node).__name__, None)
        if walk is not None:
            outcome = walk(node)
            return outcome if isinstance(outcome, Outcome) else Outcome()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.value(child)
        return Outcome()

    def waits(self, statements: list[ast.stmt]) -> bool:
        """Whether a block may suspend."""
        return any(self._statement_waits(statement) for statement in statements)

    def _statement_waits(self, statement: ast.stmt) -> bool:
        if statement not in self._waits:
            waiting = (ast.Await, ast.AsyncFor, ast.AsyncWith)
            self._waits[statement] = isinstance(statement, waiting) or any(
                isinstance(node, waiting) for node in own_nodes(statement)
            )
        return self._waits[statement]

    # Simple statements

    def walk_Expr(self, node: ast.Expr) -> None:
        self.value(node.value)
        if called_name(node.value) in self.accesses.names.deciding:
            # It came back, so the checks in it let us through.
            if isinstance(node.value, ast.Await):
                site = self.site(node.value, AWAIT)
            else:
                assert isinstance(node.value, ast.Call)
                site = self.called_site(node.value)
            self.guards |= {site_source(site.number)}

    def walk_Assign(self, node: ast.Assign) -> None:
        pairs = _element_pairs(node)
        if pairs is not None:
            for target, sources in [(target, self.value(value)) for target, value in pairs]:
                self.bind(target, sources)
            return
        self.kept_open.update(self.accesses.iterator_kept_open(node, self.scope))
        sources = self.value(node.value)
        for target in node.targets:
            self.bind(target, sources)
            if isinstance(target, ast.Name):
                self.note_partial(target.id, node.value)

    def walk_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.bind(node.target, self.value(node.value))

    def walk_AugAssign(self, node: ast.AugAssign) -> None:
        old = self.read_then_write(node.target)
        self.bind(node.target, old | self.value(node.value))

    def walk_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self.delete(target)

    def walk_Assert(self, node: ast.Assert) -> None:
        # It states what is believed, for type checkers mostly, and decides nothing.
        self.value(node.test)
        self.value(node.msg)

    def walk_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            self.assign(alias.asname or alias.name.partition(".")[0], NOTHING)

    walk_ImportFrom = walk_Import

    def walk_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for expression in node.decorator_list:
            self.value(expression)
        self.defaults[node] = self.default_values(node.args)
        self.assign(node.name, NOTHING)

    walk_AsyncFunctionDef = walk_FunctionDef

    def walk_ClassDef(self, node: ast.ClassDef) -> None:
        for expression in (*node.decorator_list, *node.bases):
            self.value(expression)
        self.assign(node.name, NOTHING)

    # Leaving

    def walk_Return(self, node: ast.Return) -> Outcome:
        self._returned(self.value(node.value))
        return Outcome(ends=True, exits=True)

    def walk_Raise(self, node: ast.Raise) -> Outcome:
        self.value(node.exc)
        self.value(node.cause)
        self.draft.control |= self.guards
        if self.attempts:
            self.attempts[-1].raised |= self.guards
        return Outcome(ends=True, exits=True)

    def walk_Break(self, node: ast.Break) -> Outcome:
        if self.loops:
            self.loops[-1].broken.append(self.path())
        return Outcome(ends=True, jumps=True)

    def walk_Continue(self, node: ast.Continue) -> Outcome:
        if self.loops:
            self.loops[-1].continued.append(dict(self.env))
        return Outcome(ends=True, jumps=True)

    # Branches

    def walk_If(self, node: ast.If) -> Outcome:
        before = self.path()
        checked = self.check(node.test)
        return self._branches(before, [(checked, node.body), (checked, node.orelse)])

    def walk_Match(self, node: ast.Match) -> Outcome:
        before = self.path()
        subject = self.value(node.subject)
        checked = subject.all()
        self.drafts.flag(checked, CHECK)
        branches: list[tuple[SourceSet, list[ast.stmt]]] = []
        covered = False
        for case in node.cases:
            for name in _captured_names(case.pattern):
                self.assign(name, subject)
            if case.guard is not None:
                self.guards = before.guards | checked
                checked |= self.check(case.guard)
            covered |= case.guard is None and _matches_anything(case.pattern)
            branches.append((checked, case.body))
        if not covered:
            branches.append((checked, []))
        return self._branches(before, branches)

    def _branches(self, before: Path, branches: list[tuple[SourceSet, list[ast.stmt]]]) -> Outcome:
        """Alternatives, each with what was checked for it; `before` is the way to the first check."""
        start, not_again, awaited = self.env, self.waited, self.awaited
        choice = Choice()
        outcome = Outcome(ends=True)
        for checked, body in branches:
            self.env, self.guards, self.waited = dict(start), before.guards | checked, not_again
            self.awaited = EMPTY
            part = self.block(body)
            waits = self.waits(body)
            choice.awaited |= self.awaited
            outcome.add(part)
            outcome.ends &= part.ends
            choice.checked |= checked
            choice.decides |= part.ends or (part.leaves() and not waits)
            if not part.ends:
                choice.waits |= waits
                choice.going_on.append(self.path(checked))
        if choice.going_on:
            self.env = join([path.env for path in choice.going_on])
        self._meet(before, not_again, choice, outcome)
        self.awaited = awaited | choice.awaited
        return outcome

    def _meet(self, before: Path, not_again: SourceSet, choice: Choice, outcome: Outcome) -> None:
        """What guards the place where alternatives meet. `not_again`: what was waited for and not checked since."""
        passed = EMPTY.union(*[path.guards for path in choice.going_on])
        waited = EMPTY.union(*[path.waited for path in choice.going_on])
        self.guards = before.guards | (passed if outcome.leaves() else EMPTY)
        self.waited = waited | (not_again if choice.decides or choice.waits else before.waited)
        if choice.decides:
            self.guards |= choice.checked
        elif choice.waits:
            # Whoever waited for the very thing that was read counts on its being there still.
            self.guards |= choice.checked & choice.awaited
            self.waited |= (choice.checked | passed) - self.guards

    # Loops

    def walk_While(self, node: ast.While) -> Outcome:
        checked = EMPTY

        def head() -> None:
            nonlocal checked
            checked |= self.check(node.test)
            self.guards |= checked

        outcome = self._loop(head, node.body, node.orelse)
        self.guards |= checked
        endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
        return Outcome(ends=endless and not _breaks(node.body), exits=outcome.exits)

    def walk_For(self, node: ast.For | ast.AsyncFor) -> Outcome:
        if isinstance(node, ast.AsyncFor):
            taken = self.awaited_iteration(node.iter)
        else:
            self.kept_open.update(self.accesses.kept_open(node.iter, node.body, self.scope))
            taken = self.iterated(node.iter)

        # Why the body runs: what chose the elements, what the checks of a generator let through.
        yielded = taken.data if called_name(node.iter) in self.accesses.names.selecting else EMPTY
        selected = taken.control | yielded

        def head() -> None:
            self.guards |= selected
            self.bind(node.target, taken)

        return Outcome(exits=self._loop(head, node.body, node.orelse).exits)

    walk_AsyncFor = walk_For

    def _loop(self, head: Callable[[], None], body: list[ast.stmt], orelse: list[ast.stmt]) -> Outcome:
        """Walks a loop until what the variables hold at its head does not grow any more."""
        before = self.path()
        at_head = before.env
        for _ in range(loop_rounds_max):
            self.env, self.guards, self.waited = dict(at_head), before.guards, before.waited
            head()
            after_head = self.path()
            loop = Loop()
            self.loops.append(loop)
            outcome = self.block(body)
            self.loops.pop()
            ending = [] if outcome.ends else [self.env]
            grown = join([at_head, *ending, *loop.continued])
            if grown == at_head:
                break
            at_head = grown
        passed = self.guards if outcome.exits else EMPTY
        self.env, self.guards = join([at_head, after_head.env]), before.guards | passed
        self.waited = after_head.waited
        outcome.add(self.block(orelse))
        self.env = join([self.env, *[path.env for path in loop.broken]])
        self.guards = self.guards.union(*[path.guards for path in loop.broken])
        self.waited = self.waited.union(*[path.waited for path in loop.broken])
        return outcome

    # Blocks

    def walk_With(self, node: ast.With | ast.AsyncWith) -> Outcome:
        for item in node.items:
            sources = self.value(item.context_expr)
            if isinstance(node, ast.AsyncWith):
                site = self.suspension(item.context_expr, item.context_expr, sources)
            else:
                site = self.entered_site(item.context_expr, sources)
            if self._decides(item.context_expr):
                self.guards |= {site_source(site.number)}
            if item.optional_vars is not None:
                self.bind(item.optional_vars, sources | self._of(site))
        return self.block(node.body)

    walk_AsyncWith = walk_With

    def _decides(self, manager: ast.expr) -> bool:
        """Whether entering the context manager may be what decides that the body runs."""
        deciding = self.accesses.names.deciding
        return called_name(manager) in deciding or not deciding.isdisjoint({"__enter__", "__aenter__"})

    def walk_Try(self, node: ast.Try) -> Outcome:
        before = self.path()
        attempt = Attempt()
        self.attempts.append(attempt)
        outcome = self.block(node.body)
        self.attempts.pop()
        telling = [attempt.raised | self._told_by_failure(handler, node.body) for handler in node.handlers]
        told = EMPTY.union(*telling)
        if not outcome.ends and node.orelse:
            passed = self.guards
            self.guards |= told
            part = self.block(node.orelse)
            self.guards = passed | (self.guards - told)
            outcome.add(part)
            outcome.ends = part.ends
        failed = join([before.env, attempt.assigned])
        going_on = [] if outcome.ends else [self.path()]
        handled = self._handlers(list(zip(node.handlers, telling, strict=True)), failed, before, going_on)
        decided = outcome.ends or handled.leaves()
        waits = self.waits([*node.body, *[part for handler in node.handlers for part in handler.body]])
        outcome.add(handled)
        outcome.ends = not going_on
        after = Path(
            join([path.env for path in going_on] or [failed]),
            before.guards.union(*[path.guards for path in going_on], told if decided else EMPTY),
            before.waited.union(*[path.waited for path in going_on], EMPTY if decided or not waits else told),
        )
        self._hand_on(attempt)
        self._finally(node.finalbody, failed, before, after, outcome)
        return outcome

    def _handlers(
        self,
        handlers: list[tuple[ast.ExceptHandler, SourceSet]],
        failed: Environment,
        before: Path,
        going_on: list[Path],
    ) -> Outcome:
        """Each `except` as an alternative, with what its being run tells of. How the handlers can end."""
        outcome = Outcome()
        for handler, told in handlers:
            self.drafts.flag(told, CHECK)
            self.env, self.guards, self.waited = dict(failed), before.guards | told, before.waited
            if handler.name:
                self.assign(handler.name, NOTHING)
            part = self.block(handler.body)
            outcome.add(part)
            if not part.ends:
                going_on.append(self.path(told))
        return outcome

    walk_TryStar = walk_Try

    def _hand_on(self, attempt: Attempt) -> None:
        """What an inner `try` did, the outer one did too."""
        if self.attempts:
            outer = self.attempts[-1]
            outer.assigned = join([outer.assigned, attempt.assigned])
            outer.raised |= attempt.raised

    def _finally(
        self, body: list[ast.stmt], failed: Environment, before: Path, after: Path, outcome: Outcome
    ) -> None:
        """A `finally` block runs on every path, guarded by nothing that was checked inside."""
        going_on = after.env
        self.env, self.guards, self.waited = join([going_on, failed]), before.guards, before.waited
        part = self.block(body)
        outcome.add(part)
        outcome.ends |= part.ends
        if body:
            rebound = {name for name in self.env if self.env[name] != join([going_on, failed]).get(name)}
            self.env = {**going_on, **{name: self.env[name] for name in rebound}}
        self.guards |= after.guards
        self.waited |= after.waited

    def _told_by_failure(self, handler: ast.ExceptHandler, body: list[ast.stmt]) -> SourceSet:
        """The reads whose outcome the handler is told by being run: `except KeyError` after `self.cache[key]`."""
        kinds: set[type] = set()
        for name in _exception_names(handler.type):
            kinds.update(_LOOKUP_FAILURES.get(name, ()))
        found: set[int] = set()
        for statement in body:
            for node in own_nodes(statement):
                if isinstance(node, ast.expr) and type(node) in kinds:
                    found |= self._failing_reads(node)
        return frozenset(found)

    def _failing_reads(self, node: ast.expr) -> set[int]:
        if isinstance(node, ast.Call):
            method = self.accesses.container_method(node, self.scope)
            return {site_source(self.called_site(node).number)} if method else set()
        if isinstance(getattr(node, "ctx", None), ast.Load):
            return set(self.value(node).data)
        return set()


def join(environments: list[Environment]) -> Environment:
    """What the variables may hold where several paths meet."""
    joined = dict(environments[0])
    for environment in environments[1:]:
        for name, sources in environment.items():
            held = joined.get(name)
            joined[name] = sources if held is None else held | sources
    return joined


def _element_pairs(node: ast.Assign) -> list[tuple[ast.expr, ast.expr]] | None:
    """`a, b = x, y`: which element goes where."""
    if len(node.targets) != 1:
        return None
    target, value = node.targets[0], node.value
    if not isinstance(target, (ast.Tuple, ast.List)) or not isinstance(value, (ast.Tuple, ast.List)):
        return None
    if len(target.elts) != len(value.elts):
        return None
    if any(isinstance(element, ast.Starred) for element in (*target.elts, *value.elts)):
        return None
    return list(zip(target.elts, value.elts, strict=True))


def _captured_names(pattern: ast.pattern) -> list[str]:
    names: list[str | None] = []
    for node in ast.walk(pattern):
        if isinstance(node, (ast.MatchAs, ast.MatchStar)):
            names.append(node.name)
        elif isinstance(node, ast.MatchMapping):
            names.append(node.rest)
    return [name for name in names if name]


def _matches_anything(pattern: ast.pattern) -> bool:
    return isinstance(pattern, ast.MatchAs) and pattern.pattern is None


def _breaks(body: list[ast.stmt]) -> bool:
    """Whether a loop's body has a `break` of this loop."""
    pending: list[ast.AST] = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Break):
            return True
        if isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
            pending.extend(node.orelse)
        elif isinstance(node, (ast.stmt, ast.ExceptHandler, ast.match_case)):
            pending.extend(ast.iter_child_nodes(node))
    return False


def _exception_names(node: ast.expr | None) -> list[str]:
    if isinstance(node, ast.Tuple):
        return [name for element in node.elts for name in _exception_names(element)]
    if isinstance(node, ast.Attribute):
        return [node.attr]
    return [node.id] if isinstance(node, ast.Name) else []
