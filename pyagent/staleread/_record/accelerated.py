"""The accelerator, where one was built: the innermost parts of a recording in C instead of Python.

In: the recorder and the Python hooks. Out: hooks that record the same events faster and hand over to the Python ones
whatever is not plain. What must hold: without the accelerator nothing is missing, and with it the trace has the same bytes.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from staleread._acceleration import accelerator
from staleread._trace.events import DROPPABLE, EVENT_NUMBERS, FIELDS

if TYPE_CHECKING:
    from staleread._record.recorder import Recorder

_EVENT_BYTES = 8 * EVENT_NUMBERS


IS_THERE = accelerator is not None


def make_buffer(bytes_max: int) -> Any:
    """What `Buffer` is without the accelerator."""
    return accelerator.Buffer(bytes_max // _EVENT_BYTES, DROPPABLE, FIELDS)


def make_numbers() -> Any:
    """What a `dict[int, int]`, or a `set[int]`, is without it."""
    return accelerator.Numbers()


def accelerated(recorder: Recorder, hooks: dict[str, Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    """The hooks, those in C where there are some."""
    if not IS_THERE:
        return hooks
    values, identity, frames = recorder.values, recorder.identity, recorder.frames
    parts = (
        *(recorder.buffer, identity.numbers, identity.unnamed),
        *(recorder.sites.names, recorder.attribute_key, recorder.attribute_cells, recorder.types.info),
        *(values.encoders, values.key_numbers, frames.codes, frames.barriers),
        *(vars(recorder), asyncio.wait_for.__code__),
        *(deque, OrderedDict, defaultdict, Counter),
        *(values.whole_max > 0, values.tells_texts),
    )
    return {**hooks, **accelerator.make_hooks(hooks, parts)}
