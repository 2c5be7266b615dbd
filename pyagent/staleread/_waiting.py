"""A line on the terminal while something takes long, gone when it is done.

Nothing is printed where standard error is no terminal, and nothing that goes wrong with it is anybody's affair.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def waiting(for_what: str) -> Iterator[None]:
    shown = _print(f"staleread: {for_what} …")
    try:
        yield
    finally:
        if shown:
            _print("\r\033[K")


def _print(text: str) -> bool:
    try:
        if not sys.stderr.isatty():
            return False
        sys.stderr.write(text)
        sys.stderr.flush()
    except Exception:
        return False
    return True
