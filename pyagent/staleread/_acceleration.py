"""Finds the accelerator, where one was built for this Python.

`STALEREAD_ACCELERATOR=off` in the environment goes without it.
"""

from __future__ import annotations

import os
from typing import Any


def _find() -> Any:
    if os.environ.get("STALEREAD_ACCELERATOR") == "off":
        return None
    try:
        from staleread import _accelerator  # type: ignore[attr-defined]
    except ImportError:
        return None
    return _accelerator


accelerator = _find()
"""The module in C; None where there is none. `_record/accelerated.py` and `_trace/frames.py` tell what it stands in for."""
