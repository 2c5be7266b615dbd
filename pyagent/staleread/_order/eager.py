"""Tasks that their maker starts right away, inside its own step.

No handle runs such a first step, and nothing tells when it ends. It is noticed when a watched coroutine function
is entered while the loop's current task is not the one whose step runs; and it is over, at the latest, when
something else of that thread is seen with another task current.
"""

from __future__ import annotations

import sys
from _thread import get_ident
from asyncio import _get_running_loop, current_task
from typing import Any

from staleread._order.steps import Steps
from staleread._record.completions import is_done
from staleread._trace.events import BEGIN, END, FINISH, SEND_NOW

IS_POSSIBLE = sys.version_info >= (3, 12)


class EagerStarts:
    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self._record = steps.record
        self._open: dict[int, list[tuple[Any, int]]] = steps.recorder.eager_steps
        """By thread: tasks that run their first step just now, with their actors, innermost last."""

    def notice(self) -> None:
        """A watched coroutine function is entered, or awaits."""
        loop = _get_running_loop()
        if loop is None:
            return
        task = current_task(loop)
        ident = get_ident()
        if self._open:
            self.settle(task)
            if self._open.get(ident):
                return
        if task is not None and task is not self._steps.running_task():
            self._begin(loop, task, ident)

    def settle_within(self, loop: Any) -> None:
        """A task was made on the loop: if it was started, whoever made it is current again."""
        if self._open and _get_running_loop() is loop:
            self.settle(current_task(loop))

    def settle(self, task: Any = None) -> None:
        """Ends the first steps of this thread's tasks other than the one that is current."""
        ident = get_ident()
        started = self._open.get(ident)
        while started and started[-1][0] is not task:
            self._end(*started.pop())
        if started is not None and not started:
            del self._open[ident]

    def _begin(self, loop: Any, task: Any, ident: int) -> None:
        steps = self._steps
        # From here outwards: this method, notice, the hook, and then the program.
        actor = steps.declare_task(task, steps.loop_number(loop), sys._getframe(3).f_back)
        token = steps.identity.next_token()
        self._record((SEND_NOW, ident, token, 0, 0, 0, 0, 0))
        self._record((BEGIN, ident, actor, token, 0, 0, 0, 0))
        self._open.setdefault(ident, []).append((task, actor))

    def _end(self, task: Any, actor: int) -> None:
        ident = get_ident()
        if is_done(task):
            self._steps.completions.sent(task)
            self._record((FINISH, ident, actor, 0, 0, 0, 0, 0))
        self._record((END, ident, 0, 0, 0, 0, 0, 0))
