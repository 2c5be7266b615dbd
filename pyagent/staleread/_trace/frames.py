"""Frames: what stands around the columns and tables in the file.

In: batches of events, table records, pairs of texts. Out: whole frames, each below the limits of
formats/trace.md.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter

from staleread._acceleration import accelerator
from staleread._trace.columns import encode, text, varint
from staleread._trace.events import EVENT_NUMBERS, FIELDS

FILE_MAGIC = b"\x89SRT\r\n\x1a\n"
FRAME_MAGIC = b"SRFR"
MAJOR, MINOR = 1, 0

META, TABLES, EVENTS, END, SEGMENT, STATE = 1, 2, 3, 4, 5, 6
STORED, ZLIB = 0, 1

INFLATED_BYTES_MAX = 1_048_576

# Measured on the benchmark's service: 1.77 bytes and 0.16 µs an event; level 6 takes 1.52 bytes and 0.41 µs. A service
# that has two processors feels the second figure.
_LEVEL = 1

# So many events fit into a frame even in the widest encodings.
BATCH_EVENTS_MAX = 16_384
assert BATCH_EVENTS_MAX * (1 + 8 + 8 * max(map(len, FIELDS.values()))) < INFLATED_BYTES_MAX - 4096


_PART_EVENTS = 1024

_DEFLATES = accelerator is not None and accelerator.ZLIB == zlib.ZLIB_RUNTIME_VERSION
"""Whether the accelerator can do what `zlib` does here, to the byte."""

HEADER_BYTES = 32
IS_RING = 1


def file_header(pid: int, started_ns: int, flags: int = 0) -> bytes:
    head = struct.pack("<8sHHIQI", FILE_MAGIC, MAJOR, MINOR, pid & 0xFFFFFFFF, started_ns, flags)
    return head + struct.pack("<I", zlib.crc32(head))


class FrameEncoder:
    """Numbers the frames of one file."""

    def __init__(self) -> None:
        self.number = 0
        """The next frame's; goes back where that could not be written."""

    def frame(self, kind: int, payload: bytes, events: int = 0) -> bytes:
        stored = zlib.compress(payload, _LEVEL)
        if len(stored) >= len(payload):
            stored = payload
        return self._frame(kind, len(payload), stored, zlib.crc32(stored), events)

    def _frame(self, kind: int, size: int, stored: bytes, crc: int, events: int) -> bytes:
        """What is not shorter than it was is stored as it is."""
        head = struct.pack(
            "<4sBBHIIIII",
            FRAME_MAGIC,
            kind,
            ZLIB if len(stored) < size else STORED,
            0,
            self.number,
            size,
            len(stored),
            crc,
            events,
        )
        self.number += 1
        return head + struct.pack("<I", zlib.crc32(head)) + stored

    def pairs(self, kind: int, pairs: dict[str, str]) -> bytes:
        """A meta, an end or a segment frame."""
        payload = varint(len(pairs)) + b"".join(text(name) + text(value) for name, value in pairs.items())
        return self.frame(kind, payload)

    def tables(self, records: Iterable[bytes]) -> bytes:
        """As many tables frames as the records need; a record that fits into none is left out."""
        out = []
        payload: list[bytes] = []
        size = 0
        for record in records:
            if len(record) > INFLATED_BYTES_MAX:
                continue
            if size + len(record) > INFLATED_BYTES_MAX:
                out.append(self.frame(TABLES, b"".join(payload)))
                payload, size = [], 0
            payload.append(record)
            size += len(record)
        if payload:
            out.append(self.frame(TABLES, b"".join(payload)))
        return b"".join(out)

    def events(self, batch: Batch, kind: int = EVENTS) -> bytes:
        """One frame of events, or of a state."""
        if _DEFLATES and type(batch) is not Batch:
            size, stored, crc = batch.deflated(_LEVEL)  # type: ignore[attr-defined]
            return self._frame(kind, size, stored, crc, len(batch))
        return self.frame(kind, batch.payload(), len(batch))


class Batch:
    """At most `BATCH_EVENTS_MAX` events as columns; `threads` has the thread index of each."""

    def __init__(
        self, numbers: list[int], threads: Sequence[int], pause: Callable[[], None] = lambda: None
    ) -> None:
        """`pause` is called between two parts of the work."""
        self._pause = pause
        self.kinds = bytes(numbers[0::EVENT_NUMBERS])
        self.threads = threads
        fields = [numbers[at::EVENT_NUMBERS] for at in range(2, EVENT_NUMBERS)]
        self.columns: dict[int, list[tuple[int, ...]]] = {}
        for kind, places in self._places().items():
            pause()
            take = itemgetter(
                *places, 0
            )  # One more than there are: of a single place it would give no tuple.
            self.columns[kind] = [take(field)[:-1] for field in fields[: len(FIELDS[kind])]]

    def _places(self) -> dict[int, list[int]]:
        """By kind, from the least: where its events are."""
        places: list[list[int]] = [[] for _ in range(max(FIELDS) + 1)]
        for start in range(0, len(self.kinds), _PART_EVENTS):
            for place, kind in enumerate(self.kinds[start : start + _PART_EVENTS], start):
                places[kind].append(place)
            self._pause()
        return {kind: its for kind, its in enumerate(places) if its}

    def __len__(self) -> int:
        return len(self.kinds)

    def values(self, name: str) -> set[int]:
        """Every value of the fields of this name."""
        found: set[int] = set()
        for kind, columns in self.columns.items():
            if name in FIELDS[kind]:
                found.update(columns[FIELDS[kind].index(name)])
        return found

    def payload(self) -> bytes:
        """The columns of one frame: kinds, threads, and then each kind's fields."""
        parts = [self.kinds, encode(self.threads)]
        for kind, columns in self.columns.items():
            parts.append(bytes((kind, len(columns))))
            for column in columns:
                self._pause()
                parts.append(encode(column))
        return b"".join(parts)


def make_batch(numbers: list[int], threads: Sequence[int], pause: Callable[[], None] = lambda: None) -> Batch:
    """A `Batch`, by the accelerator where there is one: it encodes without the interpreter's lock."""
    if accelerator is None:
        return Batch(numbers, threads, pause)
    made: Batch = accelerator.Batch(numbers, threads, FIELDS)
    return made


def record(tag: int, body: bytes) -> bytes:
    """One record of a tables frame."""
    return varint(tag) + varint(len(body)) + body
