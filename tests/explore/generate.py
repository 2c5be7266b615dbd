"""Random programs: small, always bounded, and likely to touch the same cells at the same time."""

from __future__ import annotations

from random import Random

from model import (
    Augment,
    Cell,
    Check,
    Gather,
    Join,
    Locked,
    Program,
    Read,
    Repeat,
    Return,
    Signal,
    Spawn,
    Statement,
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
]


class Generator:
    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.suspensions_left = suspensions_max
        self.locals = 0
        self.program = Program([], {}, {}, [])

    def make(self) -> Program:
        random, program = self.random, self.program
        program.cells = random.sample(_CELLS, random.choice([1, 1, 2, 2, 3]))
        kinds = random.choices(
            ["Lock", "One", "Two", "Event", "Queue"], [5, 1, 1, 1, 1], k=random.choice([0, 1, 1, 2])
        )
        program.primitives = {f"{kind.lower()}{place}": kind for place, kind in enumerate(kinds)}
        for place in range(random.choice([2, 2, 2, 3, 3, 4])):
            name = f"task{place}"
            program.functions[name] = self._body(random.randint(2, 5), 0, [])
            program.tasks.append(name)
        if random.random() < 0.15:
            self._add_children()
        return program

    def _add_children(self) -> None:
        """One task makes others, and waits for them at once or later."""
        parent = self.random.choice(self.program.tasks)
        body = self.program.functions[parent]
        names = [f"child{place}" for place in range(self.random.choice([1, 2]))]
        for name in names:
            self.program.functions[name] = self._body(self.random.randint(1, 3), 0, [])
        place = self.random.randint(0, len(body))
        if self.random.random() < 0.5:
            body.insert(place, Gather(names))
            return
        body[place:place] = [Spawn(f"made{number}", name) for number, name in enumerate(names)]
        end = self.random.randint(place + len(names), len(body))
        body[end:end] = [Join(f"made{number}") for number in range(len(names))]

    def _body(self, length: int, depth: int, known: list[str]) -> list[Statement]:
        """`known`: the locals that are assigned here for sure."""
        known = list(known)
        body: list[Statement] = []
        while len(body) < length:
            body += self._statements(depth, known)
        return body

    def _statements(self, depth: int, known: list[str]) -> list[Statement]:
        makers = [
            (5, self._read),
            (5, self._write),
            (3, self._augment),
            (6, self._wait),
            (2, self._signal),
            (2, self._update),
        ]
        if depth < depth_max:
            makers += [(6, self._check), (3, self._locked), (1, self._repeat)]
        make = self.random.choices([maker for _, maker in makers], [weight for weight, _ in makers])[0]
        return make(depth, known)

    def _cell(self) -> Cell:
        return self.random.choice(self.program.cells)

    def _via(self, cell: Cell, helpers: list[str]) -> str:
        direct = cell.kind not in ("attribute", "item") or self.random.random() < 0.8
        return "direct" if direct else self.random.choice(helpers)

    def _read(self, _depth: int, known: list[str]) -> list[Statement]:
        cell = self._cell()
        local = f"v{self.locals}"
        self.locals += 1
        known.append(local)
        return [Read(local, cell, self._via(cell, ["get", "load", "fetch"]))]

    def _write(self, _depth: int, known: list[str]) -> list[Statement]:
        cell = self._cell()
        local = self.random.choice(known) if known and self.random.random() < 0.7 else ""
        return [
            Write(
                cell,
                local,
                self.random.choice([0, self.random.randint(1, values_max)]),
                self._via(cell, ["put", "store"]),
            )
        ]

    def _update(self, depth: int, known: list[str]) -> list[Statement]:
        """The bug itself: a read, a wait, a write made from it."""
        cell = self._cell()
        local = f"v{self.locals}"
        self.locals += 1
        known.append(local)
        write = Write(cell, local, self.random.randint(1, values_max))
        return [Read(local, cell), *self._wait(depth, known), write]

    def _augment(self, _depth: int, _known: list[str]) -> list[Statement]:
        return [
            Augment(
                self._cell(),
                self.random.randint(1, values_max),
                self._may_suspend() and self.random.random() < 0.4,
            )
        ]

    def _may_suspend(self) -> bool:
        self.suspensions_left -= 1
        return self.suspensions_left >= 0

    def _wait(self, _depth: int, _known: list[str]) -> list[Statement]:
        return [
            Wait(self.random.choice(["yield", "timer", "timer", "io"]) if self._may_suspend() else "yield")
        ]

    def _signal(self, _depth: int, _known: list[str]) -> list[Statement]:
        names = [name for name, kind in self.program.primitives.items() if kind in ("Event", "Queue")]
        if not names:
            return []
        name = self.random.choice(names)
        hows = ["set", "wait"] if self.program.primitives[name] == "Event" else ["put", "put", "get"]
        return [Signal(self.random.choice(hows), name)]

    def _check(self, depth: int, known: list[str]) -> list[Statement]:
        constant = self._checked_value()
        cell: Cell | None = self._cell()
        local, via = "", "direct"
        if known and self.random.random() < 0.3:
            cell, local = None, self.random.choice(known)
        elif cell is not None:
            via = self._via(cell, ["get", "load", "fetch"])
        if self.random.random() < 0.15:
            return [Check(cell, local, self._checked_value(), [Return()], [], via)]
        body = self._body(self.random.randint(1, 3), depth + 1, known)
        orelse = self._body(1, depth + 1, known) if self.random.random() < 0.2 else []
        return [Check(cell, local, constant, body, orelse, via)]

    def _checked_value(self) -> int:
        return 0 if self.random.random() < checked_zero else self.random.randint(1, values_max)

    def _locked(self, depth: int, known: list[str]) -> list[Statement]:
        names = [name for name, kind in self.program.primitives.items() if kind in ("Lock", "One", "Two")]
        if not names:
            return []
        return [Locked(self.random.choice(names), self._body(self.random.randint(1, 4), depth + 1, known))]

    def _repeat(self, depth: int, known: list[str]) -> list[Statement]:
        return [Repeat(2, self._body(self.random.randint(1, 3), depth + 1, known))]


def generate(seed: int) -> Program:
    return Generator(seed).make()
