"""Writes traces by the letter of formats/trace.md, for tests of readers. Knows nothing of the agent.

    writer = TraceWriter()
    writer.meta({"python": "3.11.7"})
    writer.tables([string(1, "Counter")])
    writer.events([Event("begin", actor=1), ...])
    writer.end({"events": "1"})
    path.write_bytes(writer.bytes())

Names and fields of events come from formats/events.yaml, so that only what stands there can be written.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

import yaml

FORMATS = Path(__file__).resolve().parents[2] / "formats"

MAGIC = b"\x89SRT\r\n\x1a\n"
FRAME_MAGIC = b"SRFR"
HEADER_BYTES = 32
META, TABLES, EVENTS, END = 1, 2, 3, 4
STORED, ZLIB = 0, 1


@dataclass(frozen=True)
class Kind:
    number: int
    name: str
    fields: tuple[str, ...]


@cache
def kinds() -> dict[str, Kind]:
    table = yaml.safe_load((FORMATS / "events.yaml").read_text())
    return {row["name"]: Kind(row["number"], row["name"], tuple(row["fields"])) for row in table["events"]}


class Event:
    """One event: its kind's name, its fields by name (0 where left out), the thread's index."""

    def __init__(self, name: str, *, thread: int = 0, **fields: int) -> None:
        self.kind = kinds()[name]
        unknown = set(fields) - set(self.kind.fields)
        assert not unknown, f"{name} has no field {unknown}"
        self.thread = thread
        self.values = tuple(fields.get(each, 0) for each in self.kind.fields)


def varint(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def text(value: str | bytes) -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    return varint(len(raw)) + raw


def record(tag: int, body: bytes) -> bytes:
    return varint(tag) + varint(len(body)) + body


def string(number: int, value: str | bytes) -> bytes:
    return record(1, varint(number) + (value.encode() if isinstance(value, str) else value))


def numbers(values: Iterable[int]) -> bytes:
    values = list(values)
    return varint(len(values)) + b"".join(map(varint, values))


def function(
    number: int,
    name: int,
    file: int,
    line: int = 1,
    flags: int = 0,
    parameters: Sequence[int] = (),
    data: Sequence[int] = (),
    control: Sequence[int] = (),
    waited: Sequence[int] = (),
) -> bytes:
    body = b"".join(map(varint, (number, name, file, line, flags)))
    body += numbers(parameters) + numbers(data) + numbers(control)
    return record(2, body + (numbers(waited) if waited else b""))


def ignore(file: int, line: int, first: int, last: int, flags: int, kinds: int, reason: int) -> bytes:
    return record(4, b"".join(map(varint, (file, line, first, last, flags, kinds, reason))))


@dataclass(frozen=True)
class Argument:
    slot: int
    name: int = 0
    data: Sequence[int] = ()
    control: Sequence[int] = ()


@dataclass(frozen=True)
class Site:
    number: int
    function: int
    operation: int
    line: int
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    flags: int = 0
    expression: int = 0
    source: int = 0
    name: int = 0
    data: Sequence[int] = ()
    control: Sequence[int] = ()
    arguments: Sequence[Argument] = field(default_factory=tuple)
    waited: Sequence[int] = ()

    def record(self) -> bytes:
        plain = (
            self.number,
            self.function,
            self.operation,
            self.line,
            self.column,
            self.end_line or self.line,
            self.end_column,
            self.flags,
            self.expression,
            self.source,
            self.name,
        )
        body = b"".join(map(varint, plain)) + numbers(self.data) + numbers(self.control)
        body += varint(len(self.arguments))
        for each in self.arguments:
            body += varint(each.slot) + varint(each.name) + numbers(each.data) + numbers(each.control)
        return record(3, body + (numbers(self.waited) if self.waited else b""))


def header(*, major: int = 1, minor: int = 0, process: int = 4242, start: int = 0) -> bytes:
    body = MAGIC + struct.pack("<HHIQI", major, minor, process, start, 0)
    return body + struct.pack("<I", zlib.crc32(body))


def frame_header(
    *, kind: int, codec: int, number: int, inflated: int, stored: int, crc: int, events: int = 0
) -> bytes:
    body = FRAME_MAGIC + struct.pack("<BBHIIIII", kind, codec, 0, number, inflated, stored, crc, events)
    return body + struct.pack("<I", zlib.crc32(body))


def frame(kind: int, payload: bytes, *, number: int, events: int = 0, codec: int = ZLIB) -> bytes:
    stored = zlib.compress(payload) if codec == ZLIB else payload
    crc = zlib.crc32(stored)
    head = frame_header(
        kind=kind,
        codec=codec,
        number=number,
        inflated=len(payload),
        stored=len(stored),
        crc=crc,
        events=events,
    )
    return head + stored


def planes(values: Sequence[int], width: int) -> bytes:
    raw = [(value % (1 << 8 * width)).to_bytes(width, "little") for value in values]
    return b"".join(bytes(each[plane] for each in raw) for plane in range(width))


def column(values: Sequence[int], encoding: int = 8) -> bytes:
    """The column in one of the format's encodings; the caller sees to it that the values fit."""
    if encoding == 0:
        return struct.pack("<BQ", 0, values[0])
    if encoding < 16:
        base = min(values)
        return struct.pack("<BQ", encoding, base) + planes([each - base for each in values], encoding)
    steps = [after - before for before, after in pairwise(values)]
    return struct.pack("<BQ", encoding, values[0]) + planes(steps, encoding - 16)


def events_payload(events: Sequence[Event], encoding: int = 8) -> bytes:
    payload = bytes(each.kind.number for each in events)
    payload += column([each.thread for each in events], encoding)
    for kind in sorted({each.kind for each in events}, key=lambda each: each.number):
        rows = [each.values for each in events if each.kind == kind]
        payload += bytes([kind.number, len(kind.fields)])
        for i in range(len(kind.fields)):
            payload += column([row[i] for row in rows], encoding)
    return payload


def pairs_payload(pairs: Mapping[str, str]) -> bytes:
    """The pairs; text that is no UTF-8 stands in them as Python has it from a system call."""
    encoded = (each.encode(errors="surrogateescape") for pair in pairs.items() for each in pair)
    return varint(len(pairs)) + b"".join(map(text, encoded))


class TraceWriter:
    """A whole file, frame by frame. `offsets` tells where each frame starts."""

    def __init__(self, **header_fields: int) -> None:
        self.parts = [header(**header_fields)]
        self.offsets: list[int] = []
        self.next_number = 0

    def _add(self, kind: int, payload: bytes, *, events: int = 0, codec: int = ZLIB) -> None:
        self.raw(frame(kind, payload, number=self.next_number, events=events, codec=codec))

    def raw(self, whole_frame: bytes) -> None:
        """Adds a frame as it is given; it takes the next number all the same."""
        self.offsets.append(sum(map(len, self.parts)))
        self.parts.append(whole_frame)
        self.next_number += 1

    def meta(self, pairs: Mapping[str, str]) -> None:
        self._add(META, pairs_payload(pairs))

    def tables(self, records: Iterable[bytes]) -> None:
        self._add(TABLES, b"".join(records))

    def events(self, events: Sequence[Event], *, encoding: int = 8, codec: int = ZLIB) -> None:
        self._add(EVENTS, events_payload(events, encoding), events=len(events), codec=codec)

    def end(self, pairs: Mapping[str, str] | None = None) -> None:
        self._add(END, pairs_payload(pairs or {}))

    def bytes(self) -> bytes:
        return b"".join(self.parts)
