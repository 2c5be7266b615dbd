"""An event loop whose only freedom is the one that loops have: when timers and I/O come back, and in which order.

The ready queue is first in, first out, as promised. Whoever made the loop is asked which of the pending timers fire
now; so a sequence of answers is a schedule, and the same answers give the same run.

Nothing is promised about timers against the ready queue: asyncio looks at them once for each round of the queue and
puts them at its end, uvloop runs them on the spot. So here they may run before any handle, which covers both; a loop
`by_rounds` does what asyncio's does today, and no more.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any


class Deadlock(Exception):
    """Nothing is ready and nothing is pending."""


class ExploredLoop(asyncio.BaseEventLoop):
    """`choose(n)` answers with a number below n; it is not asked where there is no choice."""

    # The library's own, which its stubs keep to themselves.
    _ready: deque[asyncio.Handle]
    _scheduled: list[asyncio.TimerHandle]

    def __init__(self, choose: Callable[[int], int], by_rounds: bool = False) -> None:
        super().__init__()
        self.choose = choose
        self.by_rounds = by_rounds
        self.step = 0

    def run_to_the_end(self, tasks: set[asyncio.Task[Any]]) -> None:
        """Cancels them and waits for them, whatever is left to be chosen."""
        self.choose = lambda _options: 0
        for task in tasks:
            task.cancel()
        self.run_until_complete(asyncio.wait(tasks))

    def time(self) -> float:
        return 0.0

    def _run_once(self) -> None:
        self._fire_timers()
        for _ in range(len(self._ready) if self.by_rounds else 1):
            handle = self._ready.popleft()
            if not handle._cancelled:
                self.step += 1
                handle._run()

    def _fire_timers(self) -> None:
        pending = [timer for timer in self._scheduled if not timer._cancelled]
        while pending:
            may_go_on = 1 if self._ready else 0
            options = len(pending) + may_go_on
            choice = (self.choose(options) if options > 1 else 0) - may_go_on
            if choice < 0:
                break
            timer = pending.pop(choice)
            timer._scheduled = False  # type: ignore[attr-defined]
            if not self.by_rounds:
                self._ready.appendleft(timer)
                break
            self._ready.append(timer)
        self._scheduled = pending
        if not self._ready:
            raise Deadlock


class Schedule:
    """Answers: first those given, then the first option; remembers what could have been answered."""

    def __init__(self, given: list[int]) -> None:
        self.given = given
        self.taken: list[int] = []
        self.options: list[int] = []

    def __call__(self, options: int) -> int:
        place = len(self.taken)
        choice = min(self.given[place], options - 1) if place < len(self.given) else 0
        self.taken.append(choice)
        self.options.append(options)
        return choice

    def next(self) -> list[int] | None:
        """The answers of the next schedule, depth first; None after the last."""
        for place in reversed(range(len(self.taken))):
            if self.taken[place] + 1 < self.options[place]:
                return [*self.taken[:place], self.taken[place] + 1]
        return None
