"""Strings and other table records on their way into the file.

In: texts, and records made by whoever numbers functions and sites. Out: numbers at once, records when the
writer takes them. A record is pending before the first event that uses its number can be recorded, so a
writer that takes the events first and then the records never writes an event before its record.
"""

from __future__ import annotations

import itertools

from staleread._trace.columns import varint
from staleread._trace.frames import record

STRING, FUNCTION, SITE, IGNORE = 1, 2, 3, 4

_STRING_BYTES_MAX = 16_384


class Tables:
    def __init__(self) -> None:
        self._next = itertools.count(1).__next__
        self._numbers: dict[str, int] = {"": 0}
        self._pending: list[bytes] = []

    def string(self, text: str) -> int:
        """The number of a text; "" is 0."""
        number = self._numbers.get(text)
        return self._add(text) if number is None else number

    def once(self, text: str) -> int:
        """The same for a text that hardly comes again, the name of a task say: nothing is remembered."""
        number = self._next()
        self._pending.append(_string_record(number, text))
        return number

    def replace(self, number: int, text: str) -> None:
        """Another text for a number that `once` gave."""
        self._pending.append(_string_record(number, text))

    def _add(self, text: str) -> int:
        # Without a lock, because a garbage collection may come in between and call again: who comes second
        # loses a number.
        if type(text) is not str:
            text = str.__str__(text)
        return self._numbers.setdefault(text, self.once(text))

    def add(self, tag: int, body: bytes) -> None:
        """A record of another kind."""
        self._pending.append(record(tag, body))

    def take(self) -> list[bytes]:
        """The records since the last call, in order."""
        taken = self._pending[: len(self._pending)]
        del self._pending[: len(taken)]
        return taken


def _string_record(number: int, text: str) -> bytes:
    return record(STRING, varint(number) + text.encode("utf-8", "replace")[:_STRING_BYTES_MAX])
