"""Random programs: small, always bounded, and likely to touch the same cells at the same time.

Every choice is asked of one source of randomness, so that it may as well be Hypothesis's (see test_explore.py).
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from model import (
    EXCLUSIVE,
    LOCKS,
    Augment,
    Cancel,
    Cell,
    Check,
    Fill,
    Gather,
    Guarded,
    Join,
    Locked,
    Program,
    Read,
    Remove,
    Repeat,
    Return,
    Signal,
    Spawn,
    Statement,
    Timed,
    Until,
    Wait,
    Write,
)

depth_max = 2
values_max = 9
suspensions_max = 6
"""Waits for somebody outside, over all tasks: each multiplies the schedules."""
checked_zero = 0.6
"""How often a check compares with what cells hold at first, rather than with something that may be written."""

_CELLS = [
    Cell("attribute", "x"),
    Cell("attribute", "y"),
    Cell("item", "d", "a"),
    Cell("item", "d", "b"),
    Cell("global", "total"),
    Cell("nonlocal", "hidden"),
    Cell("entry", "e", "a"),
    Cell("entry", "e", "b"),
    Cell("list", "rows"),
]
_PRIMITIVES = {"Lock": 5, "One": 1, "Two": 1, "Event": 1, "Queue": 1, "Short": 1, "Condition": 1}
_SIGNALS = {"Event": ["set", "wait"], "Queue": ["put", "put", "get"], "Short": ["put to", "put to", "get"]}
_READERS = ["get", "view", "load", "fetch", "deep"]

Maker = Callable[[int, list[str]], list[Statement]]


class Generator:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.suspensions_left = suspensions_max
        self.locals = 0
        self.held: list[str] = []
        """What the statements that are made now stand under."""
        self.program = Program([], {}, {}, [])

    def make(self) -> Program:
        random, program = self.random, self.program
        program.cells = random.sample(_CELLS, random.choice([1, 1, 2, 2, 3]))
        kinds = random.choices(list(_PRIMITIVES), list(_PRIMITIVES.values()), k=random.choice([0, 1, 1, 2]))
        program.primitives = {f"{kind.lower()}{place}": kind for place, kind in enumerate(kinds)}
        for place in range(random.choice([2, 2, 2, 3, 3, 4])):
            name = f"task{place}"
            program.functions[name] = self._body(random.randint(2, 5), 0, [])
            program.tasks.append(name)
        if random.random() < 0.15:
            self._add_children()
        if random.random() < 0.1:
            self._add_timed()
        if random.random() < 0.15:
            self._add_claims()
        return program

    # What concerns whole functions

    def _add_children(self) -> None:
        """One task makes others, and waits for them at once or later, having cancelled one perhaps."""
        parent = self.random.choice(self.program.tasks)
        body = self.program.functions[parent]
        names = [f"child{place}" for place in range(self.random.choice([1, 2]))]
        for name in names:
            self.program.functions[name] = self._body(self.random.randint(1, 3), 0, [])
        place = self.random.randint(0, len(body))
        if self.random.random() < 0.4:
            body.insert(place, Gather(names))
            return
        body[place:place] = [Spawn(f"made{number}", name) for number, name in enumerate(names)]
        end = self.random.randint(place + len(names), len(body))
        if self.random.random() < 0.3:
            body.insert(end, Cancel("made0"))
            end = self.random.randint(end + 1, len(body))
        body[end:end] = [Join(f"made{number}") for number in range(len(names))]

    def _add_timed(self) -> None:
        parent = self.random.choice(self.program.tasks)
        self.program.functions["timed"] = self._body(self.random.randint(1, 3), 0, [])
        body = self.program.functions[parent]
        body.insert(self.random.randint(0, len(body)), Timed("timed"))

    def _add_claims(self) -> None:
        """A home-made lock: tested and set in one step by all who have one, and cleared again."""
        flag = Cell("attribute", "busy")
        self.program.cells.append(flag)
        for name in self.program.tasks:
            if self.random.random() < 0.3:
                continue
            body = self.program.functions[name]
            turned_away: list[Statement] = [Return()]
            claim = [Check(flag, "", 1, turned_away), Write(flag, "", 1)]
            self.program.functions[name] = [*claim, Guarded(body, [Write(flag, "", 0)])]

    # Statements

    def _body(self, length: int, depth: int, known: list[str]) -> list[Statement]:
        """`known`: the locals that are assigned here for sure."""
        known = list(known)
        body: list[Statement] = []
        for _ in range(4 * length):
            if len(body) >= length:
                break
            body += self._statements(depth, known)
        return body or [self._augment(depth, known)[0]]

    def _statements(self, depth: int, known: list[str]) -> list[Statement]:
        makers: list[tuple[int, Maker]] = [
            (5, self._read),
            (5, self._write),
            (3, self._augment),
            (6, self._wait),
            (2, self._signal),
            (2, self._update),
            (2, self._decide),
            (2, self._remove),
            (1, self._until),
        ]
        if depth < depth_max:
            makers += [
                (6, self._check),
                (3, self._locked),
                (1, self._locked_twice),
                (1, self._repeat),
                (1, self._guarded),
            ]
        make = self.random.choices([maker for _, maker in makers], [weight for weight, _ in makers])[0]
        return make(depth, known)

    def _cell(self) -> Cell:
        return self.random.choice(self.program.cells)

    def _local(self, known: list[str]) -> str:
        local = f"v{self.locals}"
        self.locals += 1
        known.append(local)
        return local

    def _constant(self) -> int:
        return self.random.choice([0, self.random.randint(1, values_max)])

    def _via(self, cell: Cell, helpers: list[str]) -> str:
        direct = not cell.has_helpers() or self.random.random() < 0.8
        return "direct" if direct else self.random.choice(helpers)

    def _read(self, _depth: int, known: list[str]) -> list[Statement]:
        cell = self._cell()
        if cell.kind == "entry" and self.random.random() < 0.2:
            return [Fill(self._local(known), cell, self._constant())]
        return [Read(self._local(known), cell, self._via(cell, _READERS))]

    def _write(self, depth: int, known: list[str]) -> list[Statement]:
        cell = self._cell()
        if cell.kind == "list":
            return self._augment(depth, known)
        local = self.random.choice(known) if known and self.random.random() < 0.7 else ""
        return [Write(cell, local, self._constant(), self._via(cell, ["put", "store"]))]

    def _update(self, depth: int, known: list[str]) -> list[Statement]:
        """The bug itself: a read, a wait, a write made from it."""
        cell = self._cell()
        if cell.kind == "list":
            return [Read(self._local(known), cell)]
        read = Read(self._local(known), cell)
        write = Write(cell, read.local, self.random.randint(1, values_max))
        return [read, *self._wait(depth, known), write]

    def _decide(self, depth: int, known: list[str]) -> list[Statement]:
        """The other bug itself: a check, a wait, an act."""
        cell = self._cell()
        check = Check(cell, "", self._checked_value(), [])
        if cell.kind == "entry":
            check.how = self.random.choice(["==", "not in"])
        check.body += [*self._wait(depth, known), self._act(cell)]
        return [check]

    def _act(self, cell: Cell) -> Statement:
        if cell.kind in ("entry", "list") and self.random.random() < 0.3:
            return Remove(cell)
        if cell.kind == "list":
            return Augment(cell, 1)
        return Write(cell, "", self._constant())

    def _locked_twice(self, depth: int, known: list[str]) -> list[Statement]:
        """Looks under a lock, and acts under the same lock, taken again."""
        name = self._named(*EXCLUSIVE)
        if not name or name in self.held:
            return []
        cell = self._cell()
        read = Read(self._local(known), cell)
        between = self._wait(depth, known) if self.random.random() < 0.5 else []
        act = [*between, Locked(name, [self._act(cell)])]
        return [Locked(name, [read]), Check(None, read.local, self._checked_value(), act)]

    def _augment(self, _depth: int, _known: list[str]) -> list[Statement]:
        constant = self.random.randint(1, values_max)
        awaits = self._may_suspend() and self.random.random() < 0.4
        return [Augment(self._cell(), constant, awaits)]

    def _remove(self, _depth: int, _known: list[str]) -> list[Statement]:
        cell = self._cell()
        return [Remove(cell)] if cell.kind in ("entry", "list") else []

    def _may_suspend(self) -> bool:
        self.suspensions_left -= 1
        return self.suspensions_left >= 0

    def _wait(self, _depth: int, _known: list[str]) -> list[Statement]:
        how = self.random.choice(["yield", "timer", "timer", "io"]) if self._may_suspend() else "yield"
        return [Wait(how)]

    def _named(self, *kinds: str) -> str:
        """One of the program's primitives of these kinds; nothing where there is none."""
        names = [name for name, kind in self.program.primitives.items() if kind in kinds]
        return self.random.choice(names) if names else ""

    def _signal(self, _depth: int, _known: list[str]) -> list[Statement]:
        if self.held and self.program.primitives[self.held[-1]] == "Condition":
            return [Signal("notify", self.held[-1])]
        name = self._named(*_SIGNALS)
        return [Signal(self.random.choice(_SIGNALS[self.program.primitives[name]]), name)] if name else []

    def _until(self, _depth: int, _known: list[str]) -> list[Statement]:
        if not self.held or self.program.primitives[self.held[-1]] != "Condition":
            return []
        return [Until(self.held[-1], self._cell(), self._checked_value())]

    def _check(self, depth: int, known: list[str]) -> list[Statement]:
        constant = self._checked_value()
        cell: Cell | None = self._cell()
        local, via, how = "", "direct", "=="
        if known and self.random.random() < 0.3:
            cell, local = None, self.random.choice(known)
        elif cell is not None:
            via = self._via(cell, _READERS)
            how = self.random.choice(["==", "in", "not in"]) if cell.kind == "entry" else "=="
        if self.random.random() < 0.15:
            leave: list[Statement] = [Return()]
            return [Check(cell, local, self._checked_value(), leave, [], via, how)]
        body = self._body(self.random.randint(1, 3), depth + 1, known)
        orelse = self._body(1, depth + 1, known) if self.random.random() < 0.2 else []
        return [Check(cell, local, constant, body, orelse, via, how)]

    def _checked_value(self) -> int:
        return 0 if self.random.random() < checked_zero else self.random.randint(1, values_max)

    def _locked(self, depth: int, known: list[str]) -> list[Statement]:
        name = self._named(*LOCKS)
        if not name:
            return []
        self.held.append(name)
        body = self._body(self.random.randint(1, 4), depth + 1, known)
        self.held.pop()
        return [Locked(name, body)]

    def _repeat(self, depth: int, known: list[str]) -> list[Statement]:
        return [Repeat(2, self._body(self.random.randint(1, 3), depth + 1, known))]

    def _guarded(self, depth: int, known: list[str]) -> list[Statement]:
        """What is undone, or noted, however the body ends."""
        cell = self._cell()
        final: Statement = (
            Remove(cell) if cell.kind in ("entry", "list") else Write(cell, "", self._constant())
        )
        return [Guarded(self._body(self.random.randint(1, 3), depth + 1, known), [final])]


def generate(seed: int) -> Program:
    return Generator(Random(seed)).make()
