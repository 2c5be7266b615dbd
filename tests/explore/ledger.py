"""What happened in one run: reads, writes, and the windows that they make.

A window goes from a read to the write of the same flow that depends on it. The kinds and what is no finding are those of
the design, told anew here: the ledger shares nothing with the analyzer.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from model import Cell

Value = int | None
"""None: the entry is absent."""
Locks = dict[str, int]
"""Exclusive locks that are held, each with the number of the acquisition."""
Key = tuple[str, int, int]
"""Kind, line of the read or check, line of the write."""


@dataclass(eq=False)
class Task:
    """One running function; `guards` is what it was spawned under, `waited` what was waited for before."""

    made_at: int
    parent: Task | None
    guards: Reads
    waited: Reads
    awaited: int = 0
    """How many awaits it came to that may suspend or not."""
    joined_at: int = 0
    """When its parent knew that it was over; 0: not yet."""
    locks: Locks = field(default_factory=dict)


@dataclass(eq=False)
class ReadEvent:
    number: int
    task: Task
    step: int
    cell: Cell
    line: int
    value: Value
    awaited: int
    """As its task's was."""
    locks: Locks
    guards_more: bool = False
    """What was checked here also guards a write to another cell."""


@dataclass(eq=False)
class WriteEvent:
    number: int
    task: Task
    step: int
    cell: Cell
    line: int
    value: Value
    locks: Locks


@dataclass(eq=False)
class Window:
    kind: str
    read: ReadEvent
    act: WriteEvent
    could_suspend: bool
    """There is an await between them, whether it suspended or not."""

    def key(self) -> Key:
        return self.kind, self.read.line, self.act.line

    def is_fresh(self) -> bool:
        """Both stand in one step of this run."""
        return self.read.task is self.act.task and self.read.step == self.act.step


Reads = frozenset[ReadEvent]
NONE: Reads = frozenset()


class Ledger:
    def __init__(self, cells: list[Cell]) -> None:
        self.cells: dict[Cell, Value] = {cell: None if cell.kind == "entry" else 0 for cell in cells}
        self.writes: list[WriteEvent] = []
        self.windows: list[Window] = []
        self.read_lines: set[int] = set()
        self.waited: set[Key] = set()
        """Checks that decided only whether to wait before the write: not guarded by them, and not compared."""
        self._touched: dict[str, set[Task]] = {}
        """By whom: a container, or the module's globals."""
        self._made_from: dict[Cell, Reads] = {}
        self._now = 0

    def tick(self) -> int:
        self._now += 1
        return self._now

    def read(self, task: Task, cell: Cell, line: int, step: int) -> ReadEvent:
        self._touched.setdefault(cell.name, set()).add(task)
        self.read_lines.add(line)
        return ReadEvent(
            self.tick(), task, step, cell, line, self.cells[cell], task.awaited, dict(task.locks)
        )

    def write(
        self, act: WriteEvent, data: Reads, guards: Reads, waited: Reads, by_method: bool = False
    ) -> None:
        """`by_method`: it changes what it finds, whatever that is, and so overwrites nothing."""
        checks = latest(guards)
        for check in checks.values():
            check.guards_more |= check.cell != act.cell
        for check in waited - guards:
            self.waited.add(("check-then-act", check.line, act.line))
        self._windows_ending(act, None if by_method else latest(data).get(act.cell), checks.get(act.cell))
        self.writes.append(act)
        self._touched.setdefault(act.cell.name, set()).add(act.task)
        self._made_from[act.cell] = data
        self.cells[act.cell] = act.value

    def through_memory(self, task: Task, cell: Cell) -> Reads:
        """What a value was made from that only this task can have put there; main has touched all but these kinds."""
        private = cell.kind in ("item", "entry", "global") and self._touched[cell.name] == {task}
        return self._made_from.get(cell, NONE) if private else NONE

    # Windows

    def _windows_ending(self, act: WriteEvent, stale: ReadEvent | None, check: ReadEvent | None) -> None:
        if stale is not None and not (
            check not in (None, stale) and check is not None and is_fresh(check, act)
        ):
            self._add("lost-update", stale, act)
            if not is_fresh(stale, act):
                return
        if check is not None and not self._wrote_since(check, act):
            kind = "lock-released-between" if released_between(check, act) else "check-then-act"
            self._add(kind, check, act)

    def _wrote_since(self, check: ReadEvent, act: WriteEvent) -> bool:
        """Its own flow has claimed the cell in between."""
        return any(
            write.cell == check.cell and write.number > check.number and write.task in (check.task, act.task)
            for write in self.writes
        )

    def _add(self, kind: str, read: ReadEvent, act: WriteEvent) -> None:
        could_suspend = not is_fresh(read, act) or read.awaited < act.task.awaited
        self.windows.append(Window(kind, read, act, could_suspend))

    def rivals(self, window: Window) -> list[WriteEvent]:
        """Writes by others that fell into the window and did harm: the act found something else than the read did. Where a
        check guards more than this act, what others did in between counts though they have put it back."""
        read, act = window.read, window.act
        fell = [
            write
            for write in self.writes
            if write.cell == read.cell
            and read.number < write.number < act.number
            and write.task not in (read.task, act.task)
            and not (window.kind != "lost-update" and awaited_by(write.task, read, act))
        ]
        if not fell:
            return []
        if window.kind != "lost-update" and read.guards_more:
            return fell if any(write.value != read.value for write in fell) else []
        found = fell[-1].value
        harmless = found == read.value or (window.kind != "lost-update" and found == act.value)
        return [] if harmless else fell


def is_fresh(read: ReadEvent, act: WriteEvent) -> bool:
    return read.task is act.task and read.step == act.step


def released_between(check: ReadEvent, act: WriteEvent) -> bool:
    """One lock over each, but two acquisitions."""
    return check.task is act.task and any(
        act.locks.get(name, number) != number for name, number in check.locks.items()
    )


def guards_more(guards: Reads) -> None:
    """Something else than the checked cell was changed under these checks: a queue, an event."""
    for check in latest(guards).values():
        check.guards_more = True


def latest(reads: Reads) -> dict[Cell, ReadEvent]:
    """An earlier check or value of the same cell is superseded."""
    found: dict[Cell, ReadEvent] = {}
    for event in sorted(reads, key=lambda event: event.number):
        found[event.cell] = event
    return found


def awaited_by(task: Task, read: ReadEvent, act: WriteEvent) -> bool:
    """Made after the read on its behalf, and over before the act: what was waited for is no rival."""
    ancestor: Task | None = task
    while ancestor is not None:
        if ancestor.parent is read.task:
            return ancestor.made_at > read.number and 0 < ancestor.joined_at < act.number
        ancestor = ancestor.parent
    return False
