"""A program whose steps take as long as it says, looked at when it says: nothing of it depends on a clock."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable
from types import FrameType, SimpleNamespace
from typing import Any, NamedTuple

from staleread._record.frames import Frames
from staleread._record.places import Places
from staleread._record.watchdog import Watchdog
from staleread._rewrite.hook_names import HOOKS
from staleread._rewrite.rewriter import Rewriter
from staleread._rewrite.sites import SiteTable
from staleread._trace.events import BLOCKED
from staleread._trace.tables import Tables

MS = 1_000_000
LOOKS_MS = 20
"""Between two looks, while a step is under way."""
LIMIT_MS = 100


class Blocked(NamedTuple):
    """What is told of a step. `where`: the function and the text of the line; in unwatched code the name of what ran."""

    where: str
    ms: int
    computing_ms: int
    waiting_ms: int


class StubThread:
    """A thread whose time passes as the program says."""

    def __init__(self) -> None:
        self.now = self.used = self.busy = MS
        self.at: FrameType | None = None

    def now_ns(self) -> int:
        return self.now

    def used_ns(self) -> int:
        return self.used

    def busy_ns(self) -> int:
        return self.busy

    def frame(self) -> FrameType | None:
        return self.at


class Unhurried(Watchdog):
    """Looks only when it is told to."""

    def resume(self) -> None:
        pass


class Texts(Tables):
    def __init__(self) -> None:
        super().__init__()
        self.by_number: dict[int, str] = {}

    def string(self, text: str) -> int:
        number = super().string(text)
        self.by_number[number] = text
        return number


class LookedAt:
    """What the program may call is said where it is given its names."""

    def __init__(self, source: str, limit_ms: int = LIMIT_MS) -> None:
        self._thread = StubThread()
        self._frames = Frames(SiteTable())
        self._texts = Texts()
        self._told: list[tuple[int, ...]] = []
        places = Places(self._frames, self._frames.table, self._texts)
        self.watchdog = Unhurried(
            limit_ms * MS, places, self._frames, self._told.append, _fail, lambda: self._thread
        )
        self._step = SimpleNamespace(started_ns=0)
        self.watchdog.loop_starts(self._step)
        self._hook_ms = 0
        self._names = self._run(textwrap.dedent(source))

    def run(self, step: str) -> list[Blocked]:
        """The function of this name is a step. What was told of it."""
        self._told.clear()
        self._step.started_ns = started_ns = self._thread.now
        self._names[step]()
        self._step.started_ns = 0
        self.watchdog.ended(started_ns, self._thread.now, "the step")
        return [self._blocked(*event) for event in self._told]

    def _blocked(self, kind: int, _ident: int, function: int, line: int, text: int, *times: int) -> Blocked:
        assert kind == BLOCKED and bool(line) == bool(function)
        row = self._frames.table.function(function)
        where = self._texts.by_number[text]
        return Blocked(f"{row.name}: {where}" if row else where, *(time // 1000 for time in times))

    def _run(self, text: str) -> dict[str, Any]:
        hooks: dict[str, Callable[..., Any]] = dict.fromkeys(HOOKS, _first)
        hooks["_sr_read"] = self._hook
        hooks["_sr_leave"] = lambda kind, value, trace: None
        rewriter = Rewriter(self._frames.table, hooks)
        rewriter.on_code = self._frames.on_code
        names: dict[str, Any] = {"__name__": "program", "unwatched": _unwatched}
        for passing in (
            self.sleep,
            self.compute,
            self.keep_on,
            self.keep_on_until,
            self.be_kept,
            self.stand_still,
        ):
            names[passing.__name__] = passing
        names["reading_takes"] = self.reading_takes
        exec(rewriter.compile(text.encode(), "program.py", "program", "program.py"), names)
        return names

    # What the program may call

    def sleep(self, ms: int) -> None:
        """Others run meanwhile, and look in time."""
        self._pass(ms, sys._getframe(1))

    def compute(self, ms: int) -> None:
        """Whoever wants to look can."""
        self._pass(ms, sys._getframe(1), is_used=True, is_busy=True)

    def be_kept(self, ms: int) -> None:
        """From running, by others who compute."""
        self._pass(ms, sys._getframe(1), is_busy=True)

    def keep_on(self, ms: int) -> None:
        """Computes, and lets nobody look before its end."""
        self._pass(ms, sys._getframe(1), is_used=True, is_busy=True, looks_ms=ms)

    def keep_on_until(self, ms: int, at: FrameType) -> None:
        """The same; who may look at last finds something else."""
        self._pass(ms, at, is_used=True, is_busy=True, looks_ms=ms)

    def stand_still(self, ms: int) -> None:
        """With the whole machine."""
        self._pass(ms, sys._getframe(1), looks_ms=ms)

    def reading_takes(self, ms: int) -> None:
        """The next hook of an attribute that is read finds the time passed without a look, and is looked at."""
        self._hook_ms = ms

    def _hook(self, value: Any, _site: int) -> Any:
        ms, self._hook_ms = self._hook_ms, 0
        if ms:
            self._pass(ms, sys._getframe(1), is_used=True, is_busy=True, looks_ms=ms)
        return value

    def _pass(
        self, ms: int, at: FrameType, is_used: bool = False, is_busy: bool = False, looks_ms: int = LOOKS_MS
    ) -> None:
        for passed in range(0, ms, looks_ms):
            ns = min(looks_ms, ms - passed) * MS
            self._thread.now += ns
            self._thread.used += ns * is_used
            self._thread.busy += ns * is_busy
            self._thread.at = at
            if passed + looks_ms <= ms:
                self.watchdog.look()


def _first(*given: Any) -> Any:
    return given[0]


def _unwatched(call: Any, *given: Any) -> Any:
    """Calls it from code that is not watched."""
    return call(*given)


def _fail(error: Exception) -> None:
    raise error
