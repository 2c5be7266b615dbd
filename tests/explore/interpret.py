"""Runs a program's model on real asyncio under a schedule.

This is the ground truth's own agent: it interprets the same statements that `render` prints, with the same awaits, and
knows for each value and each decision the reads that it came from, because it makes them.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

from ledger import NONE, Ledger, ReadEvent, Reads, Task, Value, WriteEvent, guards_more
from loop import Deadlock, ExploredLoop
from model import (
    EXCLUSIVE,
    INNER,
    SUSPENDING,
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
    decides,
    leaves,
    may_wait,
    waits,
)
from render import Text

_MAKERS: dict[str, Callable[[], Any]] = {
    "Lock": asyncio.Lock,
    "One": lambda: asyncio.Semaphore(1),
    "Two": lambda: asyncio.Semaphore(2),
    "Event": asyncio.Event,
    "Queue": asyncio.Queue,
    "Short": lambda: asyncio.Queue(1),
    "Condition": asyncio.Condition,
}


@dataclass
class Frame:
    """A running function. `waited`: what was checked only to decide whether to wait."""

    task: Task
    guards: Reads
    waited: Reads = NONE
    locals: dict[str, tuple[int, Reads]] = field(default_factory=dict)
    children: dict[str, tuple[Task, asyncio.Task[None]]] = field(default_factory=dict)


class _Returned(Exception):
    pass


class Run:
    """One execution under one schedule; afterwards the ledger tells what happened."""

    def __init__(self, program: Program, text: Text) -> None:
        self.program = program
        self.helper_lines = text.helper_lines
        self.ledger = Ledger(program.cells)
        self.deadlocked = False
        self._loop: ExploredLoop
        self._primitives: dict[str, Any] = {}

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
        happened, self.ledger = self.ledger, Ledger(self.program.cells)
        self._loop.run_to_the_end(left)
        self.ledger = happened

    async def _main(self) -> None:
        self._primitives = {name: _MAKERS[kind]() for name, kind in self.program.primitives.items()}
        await self._gather(Frame(Task(0, None, NONE, NONE), NONE), self.program.tasks)

    # Tasks

    async def _function(self, task: Task, name: str) -> None:
        with contextlib.suppress(_Returned):
            await self._block(Frame(task, task.guards, task.waited), self.program.functions[name])

    def _new_task(self, frame: Frame) -> Task:
        return Task(self.ledger.tick(), frame.task, frame.guards, frame.waited)

    async def _gather(self, frame: Frame, names: list[str]) -> None:
        tasks = [self._new_task(frame) for _ in names]
        await asyncio.gather(*[self._function(task, name) for task, name in zip(tasks, names, strict=True)])
        for task in tasks:
            task.joined_at = self.ledger.tick()

    async def _timed(self, frame: Frame, function: str) -> None:
        task = self._new_task(frame)
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.create_task(self._function(task, function)), 0.01)
        task.joined_at = self.ledger.tick()

    async def _join(self, frame: Frame, local: str) -> None:
        task, running = frame.children[local]
        await asyncio.gather(running, return_exceptions=True)
        task.joined_at = self.ledger.tick()

    # Statements

    async def _block(self, frame: Frame, body: list[Statement]) -> None:
        for statement in body:
            await self._statement(frame, statement)

    async def _statement(self, frame: Frame, statement: Statement) -> None:
        match statement:
            case Read() | Write() | Augment() | Remove() | Fill():
                await self._access(frame, statement)
            case Check():
                await self._check(frame, statement)
            case Wait(how="io"):
                await self._io()
            case Wait(how=how):
                await asyncio.sleep(0 if how == "yield" else 0.01)
            case Locked(name=name, body=body):
                async with self._holding(frame.task, name):
                    await self._block(frame, body)
            case Until():
                await self._until(frame, statement)
            case Guarded():
                await self._guarded(frame, statement)
            case Repeat(count=count, body=body):
                await self._repeat(frame, count, body)
            case Return():
                raise _Returned
            case _:
                frame.task.awaited += waits(statement)
                await self._between_tasks(frame, statement)

    async def _between_tasks(self, frame: Frame, statement: Statement) -> None:
        match statement:
            case Signal(how=how, name=name):
                await self._signal(how, self._primitives[name])
                if how not in ("wait", "notify"):
                    guards_more(frame.guards)
            case Spawn(local=local, function=function):
                task = self._new_task(frame)
                frame.children[local] = task, asyncio.create_task(self._function(task, function))
            case Join(local=local):
                await self._join(frame, local)
            case Cancel(local=local):
                frame.children[local][1].cancel()
            case Timed(function=function):
                await self._timed(frame, function)
            case Gather(functions=functions):
                await self._gather(frame, functions)
            case _:
                raise TypeError(statement)

    async def _signal(self, how: str, primitive: Any) -> None:
        match how:
            case "set":
                primitive.set()
            case "notify":
                primitive.notify_all()
            case "put":
                primitive.put_nowait(1)
            case "put to":
                await primitive.put(1)
            case "wait":
                await primitive.wait()
            case "get":
                await primitive.get()

    @contextlib.asynccontextmanager
    async def _holding(self, task: Task, name: str) -> AsyncIterator[None]:
        task.awaited += 1
        async with self._primitives[name]:
            before = task.locks
            if self.program.primitives[name] in EXCLUSIVE:
                task.locks = {**before, name: self.ledger.tick()}
            try:
                yield
            finally:
                task.locks = before

    async def _io(self) -> None:
        future = self._loop.create_future()
        self._loop.call_later(0.01, lambda: None if future.done() else future.set_result(None))
        await future

    async def _check(self, frame: Frame, check: Check) -> None:
        before = frame.guards
        if check.cell is not None:
            event = await self._read(frame, check.cell, check.line, check.via)
            value, checked = event.value, frozenset((event,))
        else:
            value, checked = frame.locals[check.local]
        frame.guards = before | checked
        await self._block(frame, check.body if check.holds(value) else check.orelse)
        if decides(check):
            return
        if may_wait(check):
            frame.waited |= frame.guards - before
        frame.guards = before

    async def _until(self, frame: Frame, until: Until) -> None:
        frame.task.awaited += 1
        before = frame.guards
        while True:
            event = await self._read(frame, until.cell, until.line, "direct")
            frame.guards = before | {event}
            if (event.value or 0) != until.constant:
                return
            await self._primitives[until.name].wait()

    async def _guarded(self, frame: Frame, guarded: Guarded) -> None:
        """However the body ends: nothing that was checked in it decides about what is done then."""
        before = frame.guards
        try:
            await self._block(frame, guarded.body)
        finally:
            passed, frame.guards = frame.guards, before
            await self._block(frame, guarded.final)
            frame.guards = passed

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

    async def _access(self, frame: Frame, statement: Statement) -> None:
        match statement:
            case Read(local=local, cell=cell, via=via):
                event = await self._read(frame, cell, statement.line, via)
                reads = frozenset((event,)) | self.ledger.through_memory(frame.task, cell)
                frame.locals[local] = event.value or 0, reads
            case Write():
                await self._write(frame, statement)
            case Augment(cell=cell, constant=constant, awaits=awaits):
                event = await self._read(frame, cell, statement.line, "direct")
                if awaits:
                    await asyncio.sleep(0.01)
                if cell.kind == "list":
                    self._store(
                        frame, cell, statement.line, (self.ledger.cells[cell] or 0) + 1, by_method=True
                    )
                else:
                    value = (event.value or 0) + constant
                    self._store(frame, cell, statement.line, value, frozenset((event,)))
            case Remove(cell=cell):
                await self._remove(frame, cell, statement.line)
            case Fill(local=local, cell=cell, constant=constant):
                event = await self._read(frame, cell, statement.line, "direct")
                if event.value is None:
                    self._store(frame, cell, statement.line, constant, check=event)
                value = constant if event.value is None else event.value
                frame.locals[local] = value, frozenset((event,))
            case _:
                raise TypeError(statement)

    async def _read(self, frame: Frame, cell: Cell, line: int, via: str) -> ReadEvent:
        inner = INNER.get(via, via)
        if inner == "load":
            await asyncio.sleep(0)
        if via != "direct":
            line = self.helper_lines[inner, cell.text()]
        event = self.ledger.read(frame.task, cell, line, self._loop.step)
        if inner == "fetch":
            await asyncio.sleep(0)
        return event

    async def _write(self, frame: Frame, statement: Write) -> None:
        base, data = frame.locals[statement.local] if statement.local else (0, NONE)
        line = statement.line
        if statement.via in SUSPENDING:
            await asyncio.sleep(0)
        if statement.via != "direct":
            line = self.helper_lines[statement.via, statement.cell.text()]
        self._store(frame, statement.cell, line, base + statement.constant, data)

    async def _remove(self, frame: Frame, cell: Cell, line: int) -> None:
        event = await self._read(frame, cell, line, "direct")
        if cell.kind == "list" and event.value:
            self._store(frame, cell, line, event.value - 1, by_method=True, check=event)
        elif cell.kind == "entry" and event.value is not None:
            self._store(frame, cell, line, None, by_method=True)

    def _store(
        self,
        frame: Frame,
        cell: Cell,
        line: int,
        value: Value,
        data: Reads = NONE,
        *,
        by_method: bool = False,
        check: ReadEvent | None = None,
    ) -> None:
        """`check`: one that the very statement makes."""
        task = frame.task
        act = WriteEvent(self.ledger.tick(), task, self._loop.step, cell, line, value, task.locks)
        guards = frame.guards if check is None else frame.guards | {check}
        self.ledger.write(act, data, guards, frame.waited, by_method)
