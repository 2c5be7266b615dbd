"""Runs a program's model on real asyncio under a schedule, and writes down every window.

This is the ground truth's own agent: it interprets the same statements that `render` prints, with the same awaits, and
knows for each value and each decision the reads that it came from. It shares nothing with the agent or the analyzer.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field

from loop import Deadlock, ExploredLoop
from model import (
    SUSPENDING,
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
    leaves,
    waits,
)
from render import Text


@dataclass(eq=False)
class ReadEvent:
    number: int
    task: Task
    step: int
    cell: Cell
    line: int
    value: int
    awaited: int
    """How many awaits its task had come to that may suspend or not."""
    guards_more: bool = False
    """What was checked here also guards a write to another cell."""


@dataclass(eq=False)
class WriteEvent:
    number: int
    task: Task
    cell: Cell
    line: int
    value: int


@dataclass(eq=False)
class Window:
    """From a read to the write that depends on it; `found` is what the write overwrote."""

    kind: str
    read: ReadEvent
    act: WriteEvent
    found: int
    fresh: bool
    """Both stand in one step of this run."""
    could_suspend: bool
    """There is an await between them, whether it suspended or not."""

    def key(self) -> tuple[str, int, int]:
        return self.kind, self.read.line, self.act.line


Reads = frozenset[ReadEvent]
NONE: Reads = frozenset()


@dataclass(eq=False)
class Task:
    """One running function; `guards` is what it was spawned under."""

    made_at: int
    parent: Task | None
    guards: Reads
    awaited: int = 0
    """How many awaits it came to that may suspend or not."""
    joined_at: int = 0
    """When its parent knew that it was over; 0: not yet."""


@dataclass
class Frame:
    task: Task
    guards: Reads
    locals: dict[str, tuple[int, Reads]] = field(default_factory=dict)
    children: dict[str, tuple[Task, asyncio.Task[None]]] = field(default_factory=dict)


class _Returned(Exception):
    pass


class Run:
    """One execution under one schedule; afterwards `windows`, `writes` and `cells` tell what happened."""

    def __init__(self, program: Program, text: Text) -> None:
        self.program = program
        self.helper_lines = text.helper_lines
        self.cells = dict.fromkeys(program.cells, 0)
        self.writes: list[WriteEvent] = []
        self.windows: list[Window] = []
        self.deadlocked = False
        self._touched: dict[str, set[Task]] = {}
        """By whom: a dictionary, or the module's globals."""
        self._made_from: dict[Cell, Reads] = {}
        self._now = 0
        self._loop: ExploredLoop
        self._primitives: dict[str, object] = {}

    def execute(self, choose: Callable[[int], int], by_rounds: bool = False) -> None:
        self._loop = ExploredLoop(choose, by_rounds)
        try:
            self._loop.run_until_complete(self._main())
        except Deadlock:
            self.deadlocked = True
        self._abandon()
        self._loop.close()

    def _abandon(self) -> None:
        """Ends tasks that wait for ever or that nobody waited for; what they do while they end did not happen."""
        left = asyncio.all_tasks(self._loop)
        if not left:
            return
        happened = list(self.writes), list(self.windows), dict(self.cells)
        for task in left:
            task.cancel()
        self._loop.run_until_complete(asyncio.wait(left))
        self.writes, self.windows, self.cells = happened

    async def _main(self) -> None:
        makers: dict[str, Callable[[], object]] = {
            "Lock": asyncio.Lock,
            "One": lambda: asyncio.Semaphore(1),
            "Two": lambda: asyncio.Semaphore(2),
            "Event": asyncio.Event,
            "Queue": asyncio.Queue,
        }
        self._primitives = {name: makers[kind]() for name, kind in self.program.primitives.items()}
        frame = Frame(Task(0, None, NONE), NONE)
        await self._gather(frame, self.program.tasks)

    def _tick(self) -> int:
        self._now += 1
        return self._now

    # Tasks

    async def _function(self, task: Task, name: str) -> None:
        with contextlib.suppress(_Returned):
            await self._block(Frame(task, task.guards), self.program.functions[name])

    def _new_task(self, frame: Frame) -> Task:
        return Task(self._tick(), frame.task, frame.guards)

    async def _gather(self, frame: Frame, names: list[str]) -> None:
        tasks = [self._new_task(frame) for _ in names]
        await asyncio.gather(*[self._function(task, name) for task, name in zip(tasks, names, strict=True)])
        for task in tasks:
            task.joined_at = self._tick()

    # Statements

    async def _block(self, frame: Frame, body: list[Statement]) -> None:
        for statement in body:
            await self._statement(frame, statement)

    async def _statement(self, frame: Frame, statement: Statement) -> None:
        match statement:
            case Read(local=local, cell=cell, via=via):
                value, event = await self._read(frame, cell, statement.line, via)
                frame.locals[local] = value, frozenset((event,)) | self._through_memory(frame.task, cell)
            case Write(cell=cell, local=local, constant=constant):
                value, data = frame.locals[local] if local else (0, NONE)
                await self._write(frame, statement, cell, value + constant, data)
            case Augment(cell=cell, constant=constant, awaits=awaits):
                value, event = await self._read(frame, cell, statement.line, "direct")
                if awaits:
                    await asyncio.sleep(0.01)
                self._store(frame, cell, statement.line, value + constant, frozenset((event,)))
            case Check():
                await self._check(frame, statement)
            case Wait(how="io"):
                await self._io()
            case Wait(how=how):
                await asyncio.sleep(0 if how == "yield" else 0.01)
            case Locked(name=name, body=body):
                frame.task.awaited += 1
                async with self._primitives[name]:  # type: ignore[attr-defined]
                    await self._block(frame, body)
            case Repeat(count=count, body=body):
                await self._repeat(frame, count, body)
            case Return():
                raise _Returned
            case _:
                await self._between_tasks(frame, statement)

    async def _between_tasks(self, frame: Frame, statement: Statement) -> None:
        frame.task.awaited += waits(statement)
        match statement:
            case Signal(how="set", name=name):
                self._primitives[name].set()  # type: ignore[attr-defined]
            case Signal(how="wait", name=name):
                await self._primitives[name].wait()  # type: ignore[attr-defined]
            case Signal(how="put", name=name):
                self._primitives[name].put_nowait(1)  # type: ignore[attr-defined]
            case Signal(how="get", name=name):
                await self._primitives[name].get()  # type: ignore[attr-defined]
            case Spawn(local=local, function=function):
                task = self._new_task(frame)
                frame.children[local] = task, asyncio.create_task(self._function(task, function))
            case Join(local=local):
                task, running = frame.children[local]
                await running
                task.joined_at = self._tick()
            case Gather(functions=functions):
                await self._gather(frame, functions)
            case _:
                raise TypeError(statement)

    async def _io(self) -> None:
        future = self._loop.create_future()
        self._loop.call_later(0.01, future.set_result, None)
        await future

    async def _check(self, frame: Frame, check: Check) -> None:
        before = frame.guards
        if check.cell is not None:
            value, event = await self._read(frame, check.cell, check.line, check.via)
            checked: Reads = frozenset((event,))
        else:
            value, checked = frame.locals[check.local]
        frame.guards = before | checked
        await self._block(frame, check.body if value == check.constant else check.orelse)
        if not (waits_inside(check) or leaves(check)):
            frame.guards = before

    async def _repeat(self, frame: Frame, count: int, body: list[Statement]) -> None:
        """What one round checked guards nothing in the next, nor what follows, unless it might have returned."""
        before = frame.guards
        for _ in range(count):
            if not any(leaves(statement) for statement in body):
                frame.guards = before
            await self._block(frame, body)
        if not any(leaves(statement) for statement in body):
            frame.guards = before

    # Accesses

    async def _read(self, frame: Frame, cell: Cell, line: int, via: str) -> tuple[int, ReadEvent]:
        if via == "load":
            await asyncio.sleep(0)
        if via != "direct":
            line = self.helper_lines[via, cell.text()]
        value = self.cells[cell]
        self._touched.setdefault(cell.name, set()).add(frame.task)
        event = ReadEvent(self._tick(), frame.task, self._loop.step, cell, line, value, frame.task.awaited)
        if via == "fetch":
            await asyncio.sleep(0)
        return value, event

    async def _write(self, frame: Frame, statement: Write, cell: Cell, value: int, data: Reads) -> None:
        line = statement.line
        if statement.via in SUSPENDING:
            await asyncio.sleep(0)
        if statement.via != "direct":
            line = self.helper_lines[statement.via, cell.text()]
        self._store(frame, cell, line, value, data)

    def _store(self, frame: Frame, cell: Cell, line: int, value: int, data: Reads) -> None:
        act = WriteEvent(self._tick(), frame.task, cell, line, value)
        self._windows_ending(act, latest(data), latest(frame.guards))
        self.writes.append(act)
        self._touched.setdefault(cell.name, set()).add(frame.task)
        self._made_from[cell] = data
        self.cells[cell] = value

    def _through_memory(self, task: Task, cell: Cell) -> Reads:
        """What a value was made from that only this task can have put there; main has touched all but these kinds."""
        private = cell.kind in ("item", "global") and self._touched[cell.name] == {task}
        return self._made_from.get(cell, NONE) if private else NONE

    # Windows

    def _windows_ending(
        self, act: WriteEvent, data: dict[Cell, ReadEvent], checks: dict[Cell, ReadEvent]
    ) -> None:
        stale, check = data.get(act.cell), checks.get(act.cell)
        for other in checks.values():
            other.guards_more |= other.cell != act.cell
        if stale is not None and not (
            check not in (None, stale) and check is not None and self._is_fresh(check, act)
        ):
            self._add("lost-update", stale, act)
            if not self._is_fresh(stale, act):
                return
        if check is not None and not self._wrote_since(check, act):
            self._add("check-then-act", check, act)

    def _is_fresh(self, read: ReadEvent, act: WriteEvent) -> bool:
        return read.task is act.task and read.step == self._loop.step

    def _wrote_since(self, check: ReadEvent, act: WriteEvent) -> bool:
        """Its own flow has claimed the cell in between."""
        return any(
            write.cell == check.cell and write.number > check.number and write.task in (check.task, act.task)
            for write in self.writes
        )

    def _add(self, kind: str, read: ReadEvent, act: WriteEvent) -> None:
        fresh = self._is_fresh(read, act)
        could_suspend = not fresh or read.awaited < act.task.awaited
        self.windows.append(Window(kind, read, act, self.cells[act.cell], fresh, could_suspend))

    def rivals(self, window: Window) -> list[WriteEvent]:
        """Writes by others that fell into the window and did harm (what is no finding: design of the detectors)."""
        read, act = window.read, window.act
        fell = [
            write
            for write in self.writes
            if write.cell == read.cell
            and read.number < write.number < act.number
            and write.task not in (read.task, act.task)
            and not (window.kind == "check-then-act" and awaited_by(write.task, read, act))
        ]
        if not fell:
            return []
        left = fell[-1].value
        if left == read.value:
            return []
        if window.kind == "check-then-act" and act.value == left and not read.guards_more:
            return []
        return fell


def waits_inside(check: Check) -> bool:
    """A branch waits; that the condition itself does is another matter."""
    return any(waits(statement) for statement in (*check.body, *check.orelse))


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
