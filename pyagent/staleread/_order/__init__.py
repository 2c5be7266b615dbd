"""Patches of the standard library that tell which step comes before which."""

from __future__ import annotations

from functools import partial

from staleread._order import (
    abandoned,
    anyio,
    declared,
    executors,
    groups,
    locks,
    loops,
    queues,
    signals,
    threads,
    told,
    uvloop,
    waits,
)
from staleread._order.patching import Patches, install_all
from staleread._order.steps import Steps
from staleread._record.recorder import Recorder

_SUBJECTS = (
    loops,
    groups,
    locks,
    signals,
    waits,
    queues,
    threads,
    executors,
    declared,
    anyio,
    told,
    uvloop,
    abandoned,
)


def install_order(patches: Patches, recorder: Recorder, meta: dict[str, str]) -> None:
    """All patches or, if one fails, none. The class of the first loop goes into `meta`."""
    recorder.loops.meta = meta
    steps = Steps(recorder)
    subjects = [partial(subject.install, patches, steps) for subject in _SUBJECTS]
    install_all(patches, [partial(steps.arrivals.install, patches), *subjects])
