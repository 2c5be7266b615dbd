"""Patches of the standard library that tell which step comes before which."""

from __future__ import annotations

from staleread._order import loops
from staleread._order.patching import Patches, install_all
from staleread._order.steps import Steps
from staleread._record.recorder import Recorder


def install_order(patches: Patches, recorder: Recorder, meta: dict[str, str]) -> None:
    """All patches or, if one fails, none. The class of the first loop goes into `meta`."""
    steps = Steps(recorder)
    install_all(patches, [lambda: loops.install(patches, steps)])
