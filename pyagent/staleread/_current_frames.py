"""What threads run just now.

In: nothing. Out: their frames. What must hold: the frames of other interpreters in the process are not touched:
`sys._current_frames` makes objects of them, and an interpreter that has a lock of its own (from Python 3.12 on) frees those
while we hold them, as if it had made them.
"""

from __future__ import annotations

import sys
from types import FrameType

_MAKERS = ("_xxsubinterpreters", "concurrent.interpreters", "concurrent.futures.interpreter")
"""Whoever makes another interpreter has imported one of these; or `_interpreters` alone, which asyncio imports, too, and
which tells how many there are."""


def current_frames() -> dict[int, FrameType]:
    """By thread; nothing where there are other interpreters, or may be soon."""
    return {} if _has_others() else sys._current_frames()


def _has_others() -> bool:
    if sys.version_info < (3, 12):
        return False
    known = sys.modules.get("_interpreters")
    return any(map(sys.modules.__contains__, _MAKERS)) or (known is not None and len(known.list_all()) > 1)
