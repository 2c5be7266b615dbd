"""How much memory the agent takes: for what it remembers of the program, and for events on their way.

In: what is about to be remembered, and what is forgotten; parts that tell how much they take. Out: whether that may be,
and how much is left for events. What must hold: what would make the rest wrong if it were not known (locks, tasks, events)
is remembered in any case, and counts.
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable
from typing import Any, Final

from staleread._record import accelerated

_NUMBER: Final = sys.getsizeof(1 << 40)
ENTRY_BYTES: Final = 64
"""Of a dictionary that has just grown, in which an entry takes the most; a set takes less."""
_TUPLE: Final = sys.getsizeof(())
_COLLECTED: Final = 16
"""What the garbage collector keeps before an object."""

OBJECT_BYTES: Final = weakref.ref.__basicsize__ + 2 * 8 + _COLLECTED + 2 * _NUMBER + 2 * ENTRY_BYTES
"""A weak reference with two fields, the object's `id()` and its number, in two tables. Those that are held instead take
less, and so do those that the accelerator keeps; all count alike, so that with it the trace is the same."""
TASK_BYTES: Final = 3 * _NUMBER + 3 * ENTRY_BYTES
"""Besides what every object takes: its actor, its completion token, and what one of the tables for some of the tasks has."""
TOKEN_BYTES: Final = _NUMBER + ENTRY_BYTES
SCOPE_BYTES: Final = object.__basicsize__ + 3 * 8 + _COLLECTED + 2 * _NUMBER
TYPE_BYTES: Final = 1400
"""What is known of a class, its methods and attributes. Measured."""
HANDLE_BYTES: Final = (
    weakref.ref.__basicsize__ + 8 + 2 * _COLLECTED + _TUPLE + 4 * 8 + 3 * _NUMBER + ENTRY_BYTES
)
"""A weak reference and a tuple of four, in a table."""
ITEM_BYTES: Final = _NUMBER + 8
"""The token of what is in a queue."""
_KEPT_TEXT: Final = 2 * _NUMBER + 2 * ENTRY_BYTES
"""What is known of a key or a value besides the words that are told of it: its number and its string's, in two tables."""

_TOLD_OBJECT: Final = 600
_TOLD_TASK: Final = 640
_TOLD_TEXT: Final = 220
"""What takes a trace that keeps the newest besides: everything that stands is told again in each segment. Measured."""

_SHARES: Final = 64
_REMEMBERED: Final = 36
"""Of so many shares at most for what is remembered."""
_OPTIONAL: Final = 24
"""For what can be left out."""
_EVENTS_LEAST: Final = 10
_EVENTS_MOST: Final = 28
_OWN: Final = 18
"""For the agent's own code and what the writer has in hand."""


def text_bytes(text: str) -> int:
    """What a text takes that is told once and known from then on."""
    return _KEPT_TEXT + sys.getsizeof(text)


def key_bytes(key: Any, text: str) -> int:
    """What a key takes, which is kept as it is, with the words that are told of it. It consists of built-in types."""
    return text_bytes(text) + _size(key)


def _size(value: Any) -> int:
    size = sys.getsizeof(value)
    if type(value) is tuple or type(value) is frozenset:
        size += sum(map(_size, value))
    return size


class Allowance:
    """How much may be remembered of what can be left out."""

    __slots__ = ("limit", "refused", "taken")

    def __init__(self) -> None:
        self.taken = 0
        self.limit = 0
        self.refused = 0

    def allows(self, size: int) -> bool:
        """Whether so much may be taken for what can be left out; then it is."""
        if self.taken + size > self.limit:
            self.refused += 1
            return False
        self.taken += size
        return True

    def take(self, size: int) -> None:
        """For what cannot be left out."""
        self.taken += size

    def give_back(self, size: int) -> None:
        self.taken -= size


class Budget:
    def __init__(self, bytes_max: int, tells_again: bool = False) -> None:
        """`tells_again`: for a trace that keeps the newest."""
        self.object_bytes = OBJECT_BYTES + (_TOLD_OBJECT if tells_again else 0)
        self.task_bytes = TASK_BYTES + (_TOLD_TASK if tells_again else 0)
        self._more_for_text = _TOLD_TEXT if tells_again else 0
        self.parts: list[Callable[[], int]] = []
        """What counts for itself: called before each flush."""
        self._share = bytes_max // _SHARES
        self.allowance: Any = accelerated.make_allowance() if accelerated.IS_THERE else Allowance()
        self.allowance.limit = self._share * _OPTIONAL
        self.allows: Callable[[int], bool] = self.allowance.allows
        self.take: Callable[[int], None] = self.allowance.take
        self.give_back: Callable[[int], None] = self.allowance.give_back
        self._told = 0
        """What the parts said when last asked."""

    @property
    def taken(self) -> int:
        """What is remembered takes so much."""
        return int(self.allowance.taken) + self._told

    @property
    def refused(self) -> int:
        """How often something was not followed because of it."""
        return int(self.allowance.refused)

    def allows_text(self, size: int) -> bool:
        """As `allows`, for a key or a value that is told in words."""
        return self.allows(size + self._more_for_text)

    def ask(self) -> None:
        """Has the parts tell how much they take now."""
        self._told = sum(part() for part in self.parts)
        self.allowance.limit = self._share * _OPTIONAL - self._told

    def for_events(self) -> int:
        """What is not remembered may be on its way."""
        left = self._share * (_SHARES - _OWN) - self.taken
        return min(max(left, self._share * _EVENTS_LEAST), self._share * _EVENTS_MOST)

    def is_broken(self) -> bool:
        """What cannot be left out takes more than there is for all."""
        return self.taken > self._share * _REMEMBERED
