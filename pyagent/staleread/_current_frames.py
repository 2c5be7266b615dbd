"""What threads run just now.

In: nothing. Out: their frames. What must hold: the frames of other interpreters in the process are not touched:
`sys._current_frames` makes objects of them, and an interpreter that has a lock of its own (from Python 3.12 on) frees those
while we hold them, as if it had made them.
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

_MAKERS = ("_interpreters", "_xxsubinterpreters")
"""Whoever makes another interpreter has imported one of these."""


def current_frames() -> dict[int, FrameType]:
    """By thread; nothing where there are other interpreters."""
    return {} if _has_others() else sys._current_frames()


def current_frame(ident: int) -> FrameType | None:
    """Of one thread, for those who look again and again: None from the moment on that others could be made."""
    return None if _maker() is not None else sys._current_frames().get(ident)


def _maker() -> Any:
    if sys.version_info < (3, 12):
        return None
    return sys.modules.get(_MAKERS[0]) or sys.modules.get(_MAKERS[1])


def _has_others() -> bool:
    maker = _maker()
    return maker is not None and len(maker.list_all()) > 1
