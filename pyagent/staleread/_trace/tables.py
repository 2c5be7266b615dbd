"""Strings and other table records on their way into the file.

In: texts, and records made by whoever numbers functions and sites. Out: numbers at once, records when the
writer takes them. A record is pending before the first event that uses its number can be recorded, so a
writer that takes the events first and then the records never writes an event before its record.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from typing import Any

from staleread._acceleration import accelerator
from staleread._trace.columns import varint
from staleread._trace.frames import record

STRING, FUNCTION, SITE, IGNORE, TEXT = 1, 2, 3, 4, 5

_STRING_BYTES_MAX = 16_384
_RECORD_BYTES = 80
_TEXT_BYTES = 180
"""Of what is told again in each segment: a text, its number, an entry in a table and in a set."""


class Tables:
    def __init__(self) -> None:
        self._counter = accelerator.Counter() if accelerator is not None else itertools.count(1)
        self._next: Callable[[], int] = self._counter.__next__
        self.numbers: dict[str, int] = {"": 0}
        """Of the texts that `string` was given."""
        self._pending: list[bytes] = []

    def string(self, text: str) -> int:
        """The number of a text; "" is 0."""
        number = self.numbers.get(text)
        return self._add(text) if number is None else number

    def once(self, text: str) -> int:
        """The same for a text that hardly comes again, the name of a task say: nothing is remembered."""
        number = self._next()
        self._pending.append(_string_record(number, text))
        return number

    def plainly(self) -> tuple[Any, Any]:
        """What `once` adds a record to, and the numbers: of those where it does no more than that, else None."""
        return self._pending, self._counter

    def replace(self, number: int, text: str) -> None:
        """Another text for a number that `once` gave."""
        self._pending.append(_string_record(number, text))

    def for_rows(self) -> Tables:
        """What functions and sites take their strings from."""
        return self

    def _add(self, text: str) -> int:
        # Without a lock, because a garbage collection may come in between and call again: who comes second
        # loses a number.
        if type(text) is not str:
            text = str.__str__(text)
        return self.numbers.setdefault(text, self.once(text))

    def add(self, tag: int, body: bytes) -> None:
        """A record of another kind."""
        self._pending.append(record(tag, body))

    def size(self) -> int:
        """What those records take that wait, about. The texts count where they come from."""
        return _RECORD_BYTES * len(self._pending)

    def take(self) -> list[bytes]:
        """The records since the last call, in order."""
        taken = self._pending[: len(self._pending)]
        del self._pending[: len(taken)]
        return taken


class KeptTables(Tables):
    """Of a trace that keeps the newest: what was told of a text in one of its segments is not known in the next."""

    def __init__(self) -> None:
        super().__init__()
        self._texts: dict[int, str] = {}
        self._passing: dict[int, str] = {}
        """Texts of `once`."""
        self._told: set[int] = {0}
        self._needed: set[int] = set()

    def once(self, text: str) -> int:
        number = self._next()
        self._passing[number] = text
        return number

    def replace(self, number: int, text: str) -> None:
        self._passing[number] = text
        self._told.discard(number)

    def plainly(self) -> tuple[Any, Any]:
        return None, None

    def forget(self, number: int) -> None:
        """A text of `once` that is not needed any more."""
        self._passing.pop(number, None)
        self._told.discard(number)

    def _add(self, text: str) -> int:
        if type(text) is not str:
            text = str.__str__(text)
        number = self._next()
        self._texts[number] = text
        winner = self.numbers.setdefault(text, number)
        if winner != number:
            del self._texts[number]
        return winner

    def size(self) -> int:
        return super().size() + _TEXT_BYTES * (len(self._texts) + len(self._passing))

    def for_rows(self) -> Tables:
        return _RowTables(self)

    def begin_segment(self) -> None:
        """Nothing is told yet; what records that wait refer to is needed still."""
        self._told = {0}

    def need(self, numbers: Iterable[int]) -> None:
        """Events, or records, refer to these texts."""
        self._needed.update(numbers)

    def take(self) -> list[bytes]:
        records = super().take()  # Before the texts in them.
        strings = []
        needed, self._needed = self._needed, set()
        for number in needed - self._told:
            text = self._texts.get(number, self._passing.get(number))
            if text is not None:
                strings.append(_string_record(number, text))
                self._told.add(number)
        return strings + records


class _RowTables(Tables):
    """Notes which texts the records refer to. Only one thread uses it."""

    def __init__(self, tables: KeptTables) -> None:
        self._tables = tables

    def string(self, text: str) -> int:
        number = self._tables.string(text)
        self._tables.need((number,))
        return number

    def add(self, tag: int, body: bytes) -> None:
        self._tables.add(tag, body)


def _string_record(number: int, text: str) -> bytes:
    return record(STRING, varint(number) + text.encode("utf-8", "replace")[:_STRING_BYTES_MAX])
