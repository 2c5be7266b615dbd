"""The accelerator, where one was built: the innermost parts of a recording in C instead of Python.

In: the recorder and the Python hooks. Out: hooks that record the same events faster and hand over to the Python ones
whatever is not plain. What must hold: without the accelerator nothing is missing, and with it the trace has the same bytes.
"""

from __future__ import annotations

import asyncio
from asyncio import Future, Handle, Task
from asyncio.base_events import BaseEventLoop
from collections import defaultdict, deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from staleread._acceleration import accelerator
from staleread._record.buffer import Room
from staleread._trace.clock import now_ns
from staleread._trace.events import DROPPABLE, FIELDS

if TYPE_CHECKING:
    from staleread._order.steps import Steps
    from staleread._record.recorder import Recorder

IS_THERE = accelerator is not None
PYTHON_TYPES: Any = (asyncio.futures._PyFuture, asyncio.tasks._PyTask)  # type: ignore[attr-defined]
"""Futures and tasks that are not in C."""


def make_buffer(bytes_max: int) -> Any:
    """What `Buffer` is without the accelerator."""
    return accelerator.Buffer(bytes_max, DROPPABLE, FIELDS)


def ways_in(buffer: Any) -> tuple[Any, Any, Any]:
    """What who records all the time goes by: see `Buffer`."""
    return (buffer.record, (), Room()) if IS_THERE else (buffer.put, buffer.numbers, buffer.room)


def make_numbers() -> Any:
    """What a `dict[int, int]`, or a `set[int]`, is without it."""
    return accelerator.Numbers()


def make_counter() -> Any:
    """What `itertools.count(1)` is without it."""
    return accelerator.Counter()


def make_allowance() -> Any:
    """What `Allowance` is without it."""
    return accelerator.Allowance()


def make_noting() -> Any:
    """What `Noting` is without it."""
    return accelerator.Noting()


def make_running() -> Any:
    """What `Running` is without it."""
    return accelerator.Running()


def accelerate(queues: type) -> None:
    """Gives the class of queues what it has in C."""
    if IS_THERE:
        accelerator.accelerate(queues)


def make_lane(
    steps: Steps, running: Any, own: tuple[Any, Any], otherwise: tuple[Any, Any]
) -> tuple[Any, Any]:
    """`append` and `popleft` of a loop's queue, which go by its `own` of entries and do `otherwise` what is not plain."""
    recorder, identity, tables = steps.recorder, steps.identity, steps.recorder.tables
    loop = BaseEventLoop
    parts = (
        *(running, recorder.buffer, identity.objects, recorder.frames.call_sites, recorder.noting),
        *(*own, *otherwise, identity.token_counter, identity.actor_counter),
        *(
            recorder.fail,
            steps.completions.received,
            identity.step_ended,
            recorder.eager_steps,
            steps.waking,
            steps.marks,
        ),
        *(steps.pending, steps.after, steps.borrowers, steps.names, steps.not_plain, steps.rename),
        *(recorder.honesty.unwatched_task, tables.string, tables.numbers, tables.once, *tables.plainly()),
        *(Future.done, Task.get_name, Task.get_coro, Handle),
        *(Future, Task, *PYTHON_TYPES, partial),
        *(loop._call_soon.__code__, loop.call_soon.__code__),  # type: ignore[attr-defined]
        *(now_ns, recorder.watchdog.limit_ns),
    )
    append, popleft = accelerator.make_lane(parts)
    return append, popleft


LOCK, COUNT, FLAG = 1, 2, 3
"""What a watched attribute tells: see `enum telling` in the accelerator."""


def make_watched(watched: Any, telling: int, recorder: Recorder) -> Any:
    """What goes before a `Watched`, and does itself what is plain."""
    locks, numbers = recorder.locks, recorder.identity.numbers
    parts = recorder.buffer, numbers, recorder.frames.call_sites, locks.declared, locks.acquired_at
    return accelerator.Watched(watched, telling, parts) if IS_THERE else watched


def make_content() -> Any:
    """What `Content` of a queue is without it."""
    return accelerator.Content(deque())


def make_passing(
    is_get: bool,
    original: Any,
    otherwise: Callable[[Any, Any], None],
    contents: dict[int, Any],
    recorder: Recorder,
) -> Any:
    """The `_put` or `_get` of queues: does what is plain, and has `otherwise` told of a queue and an item that are not."""
    identity = recorder.identity
    parts = recorder.buffer, identity.numbers, recorder.frames.call_sites, identity.token_counter, contents
    return accelerator.Passing(is_get, original, otherwise, parts)


def make_objects(parts: tuple[Any, ...]) -> Any:
    """What `Identity` does with objects where that is plain."""
    return accelerator.Objects(parts)


def make_call_sites(codes: dict[int, Any], barriers: set[int]) -> Any:
    """What finds the call sites of frames."""
    return accelerator.CallSites(codes, barriers)


def accelerated(
    recorder: Recorder, hooks: dict[str, Callable[..., Any]], methods: dict[int, Any]
) -> dict[str, Callable[..., Any]]:
    """The hooks, those in C where there are some. `methods`: see `METHODS` in containers.py."""
    if not IS_THERE:
        return hooks
    values, identity = recorder.values, recorder.identity
    parts = (
        *(recorder.buffer, identity.numbers, identity.unnamed, identity.objects, recorder.fail),
        *(recorder.sites, recorder.sites.names, recorder.tables.string),
        *(recorder.attribute_key, recorder.attribute_cells, recorder.class_written, recorder.types.info),
        *(values.encoders, values.key_numbers, values.add_key, values.peekable_key),
        *(recorder.frames.call_sites, recorder.noting, methods),
        *(vars(recorder), recorder.frames.next_activation, recorder.entering),
        *(recorder.eager_tasks, recorder.eager_steps, asyncio.wait_for.__code__),
        *(deque, defaultdict, values.whole_max > 0, values.tells_texts),
    )
    return {**hooks, **accelerator.make_hooks(hooks, parts)}
