"""Finds the accelerator, where one was built for this Python.

`STALEREAD_ACCELERATOR=off` in the environment goes without it.
"""

from __future__ import annotations

import os
from typing import Any

_INTERFACE = 14
"""To be raised with the accelerator's own: one that was built from other sources is not used."""


def _find() -> Any:
    if os.environ.get("STALEREAD_ACCELERATOR") == "off":
        return None
    try:
        from staleread import _accelerator  # type: ignore[attr-defined]
    except ImportError:
        return None
    return _accelerator if getattr(_accelerator, "INTERFACE", 0) == _INTERFACE else None


accelerator = _find()
"""The module in C; None where there is none. `_record/accelerated.py` and `_trace/frames.py` tell what it stands in for."""
