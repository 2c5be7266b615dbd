"""What all hooks and patches share: the parts of one recording, wired together.

In: the options. Out: the parts. Whoever needs one of them takes it from here once, when the hooks are made.
"""

from __future__ import annotations

import os
import sys
from asyncio import tasks
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from staleread._options import Options
from staleread._record import accelerated
from staleread._record.budget import TYPE_BYTES, Budget
from staleread._record.buffer import Buffer
from staleread._record.completions import Completions
from staleread._record.foreign import Foreign
from staleread._record.frames import Frames
from staleread._record.honesty import Honesty
from staleread._record.identity import Identity
from staleread._record.kinds import Types
from staleread._record.locks import Locks
from staleread._record.loops import Loops
from staleread._record.noting import Noting
from staleread._record.places import Places
from staleread._record.values import Values
from staleread._record.waits import Waits
from staleread._record.watchdog import Watchdog
from staleread._rewrite.sites import SiteTable
from staleread._trace.events import attribute_key
from staleread._trace.tables import KeptTables, Tables

_WORDED = frozenset({AttributeError, IndexError, NameError, TypeError, UnboundLocalError})
_PACKAGE = str(Path(__file__).resolve().parent.parent)
_LIBRARY = os.path.dirname(os.__file__) + os.sep
_OURS = (_PACKAGE, _LIBRARY, "<frozen ")
_INSTALLED = (_LIBRARY + "site-packages", _LIBRARY + "dist-packages")
_DEEP_PART = 8
"""Of the limit: calls in C count, too, and have no frames."""


class Recorder:
    """`off` is called once, with the reason, when something of ours failed; `frames` has what was rewritten before."""

    def __init__(self, options: Options, off: Callable[[str], None], frames: Frames | None = None) -> None:
        self.options = options
        self.budget = Budget(options.memory_bytes, options.keeps_newest)
        events_bytes = self.budget.for_events()
        self.buffer: Buffer = (
            accelerated.make_buffer(events_bytes) if accelerated.IS_THERE else Buffer(events_bytes)
        )
        self.record = self.buffer.record
        self.put, self.recorded, self.room = accelerated.ways_in(self.buffer)
        self.tables: Tables = KeptTables() if options.keeps_newest else Tables()
        self.frames = frames or Frames(SiteTable())
        self.noting: Any = accelerated.make_noting() if accelerated.IS_THERE else Noting()
        self.told_noting: Noting | None = None if accelerated.IS_THERE else self.noting
        """The same, where Python has to tell it what runs."""
        self.sites = self.frames.table
        self.types = Types()
        self.budget.parts += [self.tables.size, lambda: TYPE_BYTES * len(self.types.known)]
        self.identity = Identity(self.buffer, self.tables, self.types, self.budget, self.fail)
        self.values = Values(options, self.identity, self.types, self.tables, self.record, self.budget)
        self.locks = Locks(self.identity, self.record)
        self.waits = Waits(self.identity, self.record)
        self.places = Places(self.frames, self.sites, self.tables)
        self.loops = Loops(self.tables, self.record)
        self.foreign = Foreign(self.identity, self.loops, self.places, self.tables, self.record)
        self.honesty = Honesty(self.frames, self.sites, self.types, self.locks.acquired_at)
        limit_ns = options.blocked_after_ms * 1_000_000
        self.watchdog = Watchdog(limit_ns, self.places, self.frames, self.record, self.break_off)
        self.completions = Completions(self.identity, self.record)
        self.attribute_cells: dict[int, tuple[str, int, dict[int, int]]] = {}
        """By site: name, key and plans by type of the attribute; the hooks on attributes fill it."""
        self.class_written: set[tuple[int, str]] = set()
        """The attributes that were written to classes, by `id()` of the class and name; the same fill it."""
        self.entering: list[Callable[[], None] | None] = [None]
        """What is called, once it is set, when a watched function is entered."""
        self.eager_tasks: Any = getattr(tasks, "_eager_tasks", frozenset())
        """asyncio's own: the tasks that run their first step just now, inside their makers'."""
        self.eager_steps: dict[int, Any] = {}
        """By thread: such steps as they are recorded, until they are seen to be over."""
        self.on_coroutine: Callable[[], None] = lambda: None
        """Called when a watched coroutine function is entered or awaits while one of the two above is not empty."""
        self.on_thread: Callable[[], None] = lambda: None
        """Called before the program starts another thread."""
        self.on_stop: list[Callable[[], None]] = []
        """Called before the recording ends, while everything is still recorded."""
        self.on_failure: Callable[[], None] = lambda: None
        """Called when an exception of the program has reached nobody."""
        self.finds_no_memory = False
        """Not even for switching off: that is for who looks next."""
        self._off = off

    @property
    def on_enter(self) -> Callable[[], None] | None:
        return self.entering[0]

    @on_enter.setter
    def on_enter(self, call: Callable[[], None] | None) -> None:
        self.entering[0] = call

    def bound_events(self) -> None:
        """Those on their way may take what is left for them now."""
        self.buffer.bound(self.budget.for_events())

    def attribute_key(self, name: str) -> int:
        """The key column of an attribute or a variable."""
        return attribute_key(self.tables.string(name))

    def fail(self, error: Exception) -> None:
        """Called from every hook's `except`; what the program's own code raised passes through."""
        try:
            if isinstance(error, RecursionError) and _is_deep():
                return  # The program is about to run into its limit itself, or to come back from there.
        except (RecursionError, MemoryError):
            return
        self.break_off(error)

    def break_off(self, error: Exception) -> None:
        """Called by threads of ours, which no recursion of the program's brings to a limit."""
        is_foreign = False
        try:
            is_foreign = _is_foreign(error)
            if not is_foreign:
                self._off(reason(error))
        except MemoryError:
            self.finds_no_memory = True
        if is_foreign:
            raise error


def _is_deep() -> bool:
    """Whether the thread has come so far that somebody may have run into the limit of recursion."""
    enough = sys.getrecursionlimit() // _DEEP_PART
    frame: FrameType | None = sys._getframe()
    while frame is not None and enough > 0:
        frame, enough = frame.f_back, enough - 1
    return enough == 0


def reason(error: BaseException) -> str:
    """What a trace says of an error of ours; its words only where they are made of names, not of the program's values."""
    words = f": {error}" if type(error) in _WORDED else ""
    return f"{type(error).__name__}{words}{_place(error)}"


def _is_foreign(error: Exception) -> bool:
    """Whether code of the program raised it that came to run inside of a hook: a signal handler, say. What the standard
    library raises when we call it is our affair."""
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if not file.startswith(_OURS) or (file.startswith(_INSTALLED) and not file.startswith(_PACKAGE)):
            return True
        trace = trace.tb_next
    return False


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    return f" ({Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno})"
