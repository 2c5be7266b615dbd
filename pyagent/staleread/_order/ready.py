"""A loop's queue of ready handles: the one place that every step passes, with no frame of ours around the step.

In: handles as the loop puts them into its queue and takes them out. Out: they are scheduled, and the step that ran is
over when the next one begins, when the loop is about to wait, or when it stops. What must hold: to everybody else this is
asyncio's own queue, whose handles nobody loses, also where threads put some in while it is taken away again.
"""

from __future__ import annotations

import sys
from asyncio import Handle
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from staleread._order.steps import Running, Steps
from staleread._record import accelerated
from staleread._record.completions import is_done
from staleread._trace.clock import now_ns
from staleread._trace.events import BEGIN, END, SCHEDULE, How

_push: Any = deque.append
_pop: Any = deque.popleft
_iterate: Any = deque.__iter__
_SOON = int(How.SOON)


class ReadyQueue(deque[Any]):
    """Holds entries, or handles of which nothing is known; shows handles.

    `append` and `popleft`, which loops call for each step, are functions of each queue, with all that they need bound.
    Those of the accelerator are called by methods of the class, which the interpreter finds sooner than a queue's own.
    """

    __slots__ = ("__dict__", "accelerated")

    accelerated: Any
    """The accelerator's `append` of this queue, if it has one, by which it finds the rest."""

    def __init__(self, steps: Steps, running: Running) -> None:
        super().__init__()
        self.moved_to: deque[Any] | None = None
        """Where the handles are, once this is no queue of a loop any more."""
        # All that leads from a loop to us is functions, which are passed by where somebody measures what an object holds.
        self._parts: Callable[[], tuple[Running, Steps]] = lambda: (running, steps)
        append, popleft = _functions(self, steps)
        if accelerated.IS_THERE:
            self.accelerated = append
        else:
            self.append, self.popleft = append, popleft  # type: ignore[method-assign]

    @property
    def running(self) -> Running:
        return self._parts()[0]

    def take_over(self, loop: Any) -> None:
        """Stands in the place of the loop's queue: by its own thread, or while it does not run."""
        old, loop._ready = loop._ready, self
        deque.extendleft(self, list(old)[::-1])

    def retire(self) -> None:
        """Records no more; the loop's own thread puts a queue of the library back when it comes by."""
        self.running.is_over = True
        self._drop_functions()
        self.popleft = self._leave  # type: ignore[method-assign]

    def _drop_functions(self) -> None:
        self.accelerated = None
        self.__dict__.pop("append", None)
        self.__dict__.pop("popleft", None)

    def _leave(self) -> Any:
        handle = _handle(_pop(self))
        loop = getattr(handle, "_loop", None)
        if getattr(loop, "_ready", None) is self:
            self.give_back(loop)
        return handle

    def give_back(self, loop: Any) -> None:
        """The loop has a queue of the library again; nothing of ours leads in a circle."""
        self._drop_functions()
        self.moved_to = loop._ready = deque()
        self.move()

    def move(self) -> None:
        """A thread may put a handle in here that had got hold of this queue before."""
        try:
            while self.moved_to is not None and len(self):
                self.moved_to.append(_handle(_pop(self)))
        except Exception:  # Another thread did the same, and had the last one.
            return

    def __bool__(self) -> bool:
        return len(self) > 0 or self.is_waited_for(2)

    def is_waited_for(self, depth: int = 1) -> bool:
        """The loop asks whether there is anything to do before it waits: there is nothing, and the step before is over."""
        running, steps = self._parts()
        try:
            if running.actor and not running.is_over and sys._getframe(depth).f_code.co_name == "_run_once":
                steps.end(running, now_ns())
        except Exception as error:
            steps.recorder.fail(error)
        return len(self) > 0

    # To everybody else

    def take_first(self) -> Any:
        return _handle(_pop(self))

    popleft = take_first

    def pop(self) -> Any:  # type: ignore[override]
        return _handle(super().pop())

    def __iter__(self) -> Iterator[Any]:
        return map(_handle, _iterate(self))

    def __reversed__(self) -> Iterator[Any]:
        return map(_handle, super().__reversed__())

    def __getitem__(self, index: Any) -> Any:
        return _handle(super().__getitem__(index))

    def __contains__(self, handle: object) -> bool:
        return handle in deque(self)

    def __eq__(self, other: object) -> bool:
        return deque(self) == other

    def __repr__(self) -> str:
        return repr(deque(self))

    def copy(self) -> deque[Any]:  # type: ignore[override]
        return deque(self)

    __copy__ = copy  # type: ignore[assignment]

    def index(self, *args: Any) -> int:
        return deque(self).index(*args)

    def count(self, handle: Any) -> int:
        return deque(self).count(handle)

    def remove(self, handle: Any) -> None:
        del self[self.index(handle)]


accelerated.accelerate(ReadyQueue)


def _handle(entry: Any) -> Any:
    return entry[0] if type(entry) is tuple else entry


def _functions(queue: ReadyQueue, steps: Steps) -> tuple[Any, Any]:
    """`append` and `popleft` of a queue."""
    own = _push.__get__(queue), _pop.__get__(queue)
    append = _appending(queue, own[0], steps)
    popleft, take = _taking(queue, own[1], steps)
    if not accelerated.IS_THERE:
        return append, popleft
    return accelerated.make_lane(steps, queue.running, own, (append, take))


def _appending(queue: ReadyQueue, push: Any, steps: Steps) -> Any:
    running = queue.running
    next_token, queued = steps.identity.next_token, steps.queued

    def append(handle: Any) -> None:
        try:
            callback = handle._callback
            if type(callback) is steps.step_type and callback.__self__ is running.task:
                # The running task goes on in its next step: of all ways the commonest, and always on its own thread.
                # It is told by the end of the step, which is right after this.
                running.goes_on = token = next_token()
                push((handle, token, running.actor, running.task))
                return
            entry = queued(running, handle)
        except Exception as error:
            if isinstance(handle, Handle):
                steps.recorder.fail(error)
            entry = handle
        push(entry)
        if running.is_over:
            queue.move()

    return append


def _taking(queue: ReadyQueue, pop: Any, steps: Steps) -> tuple[Any, Any]:
    """`popleft`, and what becomes of an entry that was taken out where that is not the plain case."""
    running, change = queue.running, steps.change
    put, recorded, room = steps.recorder.put, steps.recorder.recorded, steps.recorder.room
    watchdog, eager_steps = steps.recorder.watchdog, steps.recorder.eager_steps
    noting: Any = steps.recorder.told_noting
    inside = noting.inside if noting is not None else {}
    clock, fresh, marks = getattr(now_ns, "func", now_ns), steps.identity.fresh, steps.marks

    def popleft() -> Any:
        entry = pop()
        try:
            handle, token, actor, task = entry
            if handle._cancelled:
                return handle
            now = clock()
            duration = now - running.started_ns
            if (
                task is None
                or duration >= watchdog.limit_ns
                or fresh
                or eager_steps
                or (handle._args and any(marks))
            ):
                change(running, entry, now)
                if len(recorded) > room.most:
                    room.make()
                return handle
            ident, goes_on, before = running.ident, running.goes_on, running.actor
            # fmt: off
            if goes_on:
                put((
                    SCHEDULE, ident, goes_on, _SOON, running.loop_number, 0, 0, 0,
                    END, ident, duration // 1000, 0, 0, 0, 0, 0,
                    BEGIN, ident, actor, token, 0, 0, 0, 0,
                ))
                running.goes_on = 0
            elif running.task is not None and not is_done(running.task):
                put((
                    END, ident, duration // 1000, 0, 0, 0, 0, 0,
                    BEGIN, ident, actor, token, 0, 0, 0, 0,
                ))
            else:
                change(running, entry, now)
                return handle
            # fmt: on
            if (actor in inside) is not (before in inside):
                (noting.begin if actor in inside else noting.end)()
            running.actor = actor
            running.task = task
            running.started_ns = now
            if len(recorded) > room.most:
                room.make()
            return handle
        except Exception as error:
            return failed(entry, error)

    def take(entry: Any) -> Any:
        try:
            handle = entry[0]
            if not handle._cancelled:
                change(running, entry, clock())
            return handle
        except Exception as error:
            return failed(entry, error)

    def failed(entry: Any, error: Exception) -> Any:
        handle = _handle(entry)
        if isinstance(handle, Handle):
            if handle is entry:  # Somebody put it in by other means.
                return take(steps.registered_entry(handle) or (handle, 0, 0, None))
            steps.recorder.fail(error)
        return handle

    return popleft, take
