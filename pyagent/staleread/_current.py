"""What is under way in this process. Imports nothing, so that `import staleread` costs next to nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from staleread._order.told import Told
    from staleread._session import Session

session: Session | None = None
"""The one of this process, from the first recording on."""

told: Told | None = None
"""Takes what the program says of its own primitives; None while nothing is recorded."""

on_start: list[Callable[[Session], None]] = []
"""Called when a recording has been started."""
