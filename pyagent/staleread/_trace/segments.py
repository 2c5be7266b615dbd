"""Traces that keep the newest: where in them one begins that can be read by itself.

In: batches of events on their way into the file. Out: what a reader has to be told who has seen nothing of what came
before: at the start of a segment the actors and what they are about, and before each batch the objects, keys, values and
strings in it, where this segment has not told of them yet. What must hold: what is told depends on what is there, not on
what ever was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from staleread._trace.events import EVENT_NUMBERS, FIELDS, KEY, OBJECT, VALUE
from staleread._trace.frames import Batch
from staleread._trace.standing import Event, Standing
from staleread._trace.tables import KeptTables

APART = -1
"""Stands for a thread on which nothing else ever happens."""

_STRINGS = frozenset({"string", "coroutine", "operation"})
_OBJECTS = frozenset({"object", "owner"})


class Segments:
    def __init__(self, tables: KeptTables, forget_rows: Callable[[], None]) -> None:
        """`forget_rows` has the rows of functions and sites given again."""
        self._tables = tables
        self._forget_rows = forget_rows
        self._standing = Standing()
        self._standing.on_gone = lambda declared: tables.forget(declared[2])
        self._objects: set[int] = set()
        self._keys: set[int] = set()
        self._values: set[int] = set()
        """Of all three those that this segment has told of."""

    def begin(self, apart: int) -> list[Event]:
        """A new one: with what it begins; `apart` is the index of a thread on which nothing else happens."""
        for told in (self._objects, self._keys, self._values):
            told.clear()
        self._tables.begin_segment()
        self._forget_rows()
        state = [*self._standing.declared(apart), *self._standing.state(apart)]
        return self.untold(_Columns(state), apart) + state

    def untold(self, batch: Batch | _Columns, thread: int) -> list[Event]:
        """What has to be told before this batch."""
        needed = References(batch)
        self._objects |= needed.declared
        events: list[Event] = []
        while needed:
            objects, keys = needed.objects - self._objects, needed.keys - self._keys
            values = needed.values - self._values
            self._objects |= objects
            self._keys |= keys
            self._values |= values
            self._tables.need(needed.strings)
            found = list(self._standing.some_objects(objects, keys, values, thread))
            events += found
            needed = References(_Columns(found))
        return sorted(events, key=_refers)

    def take(self, numbers: list[int], threads: Sequence[int]) -> None:
        """The batch as it was recorded."""
        self._standing.take(numbers, threads)


def _refers(event: Event) -> bool:
    """To what others declare, which come first."""
    return event[0] not in (OBJECT, KEY, VALUE)


class _Columns:
    """Events as `References` looks at batches."""

    def __init__(self, events: list[Event]) -> None:
        by_kind: dict[int, list[tuple[int, ...]]] = {}
        for kind, _, fields in events:
            by_kind.setdefault(kind, []).append(fields[: len(FIELDS[kind])])
        self.columns = {kind: list(zip(*rows, strict=True)) for kind, rows in by_kind.items()}


class References:
    """The objects, keys, values and strings that the events of a batch refer to."""

    def __init__(self, batch: Batch | _Columns) -> None:
        self.objects: set[int] = set()
        self.keys: set[int] = set()
        self.values: set[int] = set()
        self.strings: set[int] = set()
        self.declared: set[int] = set()
        """Objects that it declares itself."""
        for kind, columns in batch.columns.items():
            for name, column in zip(FIELDS[kind], columns, strict=False):
                self._add(kind, name, column)

    def __bool__(self) -> bool:
        return bool(self.objects or self.keys or self.values or self.strings)

    def _add(self, kind: int, name: str, column: Sequence[int]) -> None:
        if name in _OBJECTS:
            (self.declared if kind == OBJECT else self.objects).update(column)
        elif name in _STRINGS:
            self.strings.update(column)
        elif name == "key":
            keys = set(column)
            self.strings.update([key >> 2 for key in keys if key & 3 == 1])
            self.keys.update([key >> 2 for key in keys if key & 3 == 2])
        elif name == "value":
            values = set(column)
            self.objects.update([value >> 3 for value in values if value & 7 == 4])
            self.values.update([value >> 3 for value in values if value & 7 == 5])


def in_batches(
    numbers: list[int], threads: list[int], events_max: int
) -> Iterator[tuple[list[int], list[int]]]:
    for at in range(0, len(threads), events_max):
        yield numbers[at * EVENT_NUMBERS : (at + events_max) * EVENT_NUMBERS], threads[at : at + events_max]
