"""A reader of traces for tests, written from formats/trace.md alone, with nothing of the agent in it."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_ROOT = Path(__file__).resolve().parent.parent.parent
TABLE: list[dict[str, Any]] = yaml.safe_load((_ROOT / "formats" / "events.yaml").read_text())["events"]
BY_NUMBER = {row["number"]: row for row in TABLE}
BY_NAME = {row["name"]: row for row in TABLE}


@dataclass
class Event:
    name: str
    thread: int
    fields: dict[str, int]

    def __getattr__(self, name: str) -> int:
        try:
            value: int = self.__dict__["fields"][name]
        except KeyError:
            raise AttributeError(name) from None
        return value


@dataclass
class Site:
    number: int
    function: int
    operation: int
    line: int
    column: int
    end_line: int
    end_column: int
    flags: int
    expression: str
    source_line: str
    name: str
    data: list[int]
    control: list[int]
    arguments: list[tuple[int, str, list[int], list[int]]]
    waited: list[int]


@dataclass
class Function:
    number: int
    name: str
    file: str
    line: int
    flags: int
    parameters: list[str]
    data: list[int]
    control: list[int]
    waited: list[int]


@dataclass
class Ignore:
    file: str
    line: int
    first_line: int
    last_line: int
    flags: int
    kinds: str
    reason: str


@dataclass
class Trace:
    pid: int = 0
    started_ns: int = 0
    meta: dict[str, str] = field(default_factory=dict)
    end: dict[str, str] | None = None
    strings: dict[int, str] = field(default_factory=lambda: {0: ""})
    functions: dict[int, Function] = field(default_factory=dict)
    sites: dict[int, Site] = field(default_factory=dict)
    ignores: list[Ignore] = field(default_factory=list)
    texts: dict[int, str] = field(default_factory=dict)
    """Of functions."""
    events: list[Event] = field(default_factory=list)
    frames: int = 0
    first_frame: int = 0
    """Its number: not 0 where a trace keeps the newest only."""
    states: int = 0
    """How many frames tell again what the events before them tell."""
    torn: bool = False
    has_begun: bool = False

    def of(self, *names: str) -> list[Event]:
        return [event for event in self.events if event.name in names]

    def key_text(self, key: int) -> Any:
        """A key column in words."""
        if key == 0:
            return "structure"
        kind, rest = key & 3, key >> 2
        if kind == 1:
            return self.strings[rest]
        if kind == 3:
            return (rest >> 1) ^ -(rest & 1)
        return next(self.strings[event.string] for event in self.of("key") if event.key_number == rest)

    def value_of(self, value: int) -> Any:
        """A value column: a Python value where the trace has one, else a tuple of kind and number."""
        kind, rest = value & 7, value >> 3
        if value == 0:
            return ("unknown",)
        if kind == 1:
            return (None, False, True, ("absent",), ("constant",))[rest]
        if kind == 2:
            return (rest >> 1) ^ -(rest & 1)
        if kind == 5:
            return next(
                self.strings[event.string] for event in self.of("value") if event.value_number == rest
            )
        return ({3: "fingerprint", 4: "object"}[kind], rest)

    def objects(self) -> dict[int, str]:
        return {event.object: self.strings[event.string] for event in self.of("object")}

    def actors(self) -> dict[int, str]:
        return {event.actor: self.strings[event.string] for event in self.of("actor")}

    def accesses(self, function: str = "") -> list[tuple[str, str, Any, Any]]:
        """Reads and writes, of one function where it is given: operation, the object's class, key, value."""
        objects = self.objects()
        return [
            (event.name, objects[event.object], self.key_text(event.key), self.value_of(event.value))
            for event in self.of("read", "write")
            if not function or self.functions[self.sites[event.site].function].name == function
        ]


class Damaged(Exception):
    pass


class _Bytes:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, size: int) -> bytes:
        if self.at + size > len(self.data):
            raise Damaged("too short")
        self.at += size
        return self.data[self.at - size : self.at]

    def u8(self) -> int:
        return self.take(1)[0]

    def u64(self) -> int:
        return int.from_bytes(self.take(8), "little")

    def varint(self) -> int:
        value = shift = 0
        while True:
            byte = self.u8()
            value |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                return value
            if shift >= 70:
                raise Damaged("varint")

    def text(self) -> str:
        return self.take(self.varint()).decode("utf-8", "replace")

    def varints(self) -> list[int]:
        return [self.varint() for _ in range(self.varint())]

    def rest(self) -> bytes:
        return self.take(len(self.data) - self.at)

    def more(self) -> bool:
        return self.at < len(self.data)


def read_trace(path: str | Path) -> Trace:
    data = Path(path).read_bytes()
    magic, major, minor, pid, started, flags, crc = struct.unpack("<8sHHIQII", data[:32])
    assert magic == b"\x89SRT\r\n\x1a\n" and (major, minor) == (1, 0) and flags in (0, 1)
    assert zlib.crc32(data[:28]) == crc
    trace = Trace(pid=pid, started_ns=started)
    if flags:
        data = _unrolled(data)
    at = 32
    while at < len(data):
        head = data[at : at + 32]
        if len(head) < 32:
            trace.torn = True
            break
        fields = struct.unpack("<4sBBHIIIIII", head)
        magic, kind, codec, zero, number, inflated, stored, payload_crc, count, head_crc = fields
        assert magic == b"SRFR" and zero == 0 and zlib.crc32(head[:28]) == head_crc
        if not trace.frames and kind == 5:
            trace.first_frame = number
        assert (
            number == trace.first_frame + trace.frames
            and inflated <= 1_048_576
            and stored <= 1_114_112
            and count <= 262_144
        )
        payload = data[at + 32 : at + 32 + stored]
        if len(payload) < stored:
            trace.torn = True
            break
        assert zlib.crc32(payload) == payload_crc
        body = zlib.decompress(payload) if codec == 1 else payload
        assert len(body) == inflated and codec in (0, 1)
        _read_frame(trace, kind, _Bytes(body), count)
        trace.frames += 1
        at += 32 + stored
    return trace


def _unrolled(data: bytes) -> bytes:
    """The frames of a ring in their order, from the first segment on; what is not whole is left out."""
    frames: dict[int, bytes] = {}
    at = data.find(b"SRFR")
    while at >= 0:
        head = data[at : at + 32]
        if len(head) == 32 and zlib.crc32(head[:28]) == int.from_bytes(head[28:], "little"):
            number, _, stored, crc = struct.unpack("<IIII", head[8:24])
            payload = data[at + 32 : at + 32 + stored]
            if len(payload) == stored and zlib.crc32(payload) == crc:
                frames[number] = head + payload
        at = data.find(b"SRFR", at + 1)
    newest = first = max(frames, default=-1)
    while first - 1 in frames:
        first -= 1
    kept = [frames[number] for number in range(first, newest + 1)]
    while kept and kept[0][4] != 5:
        del kept[0]
    return data[:32] + b"".join(kept)


def _read_frame(trace: Trace, kind: int, body: _Bytes, count: int) -> None:
    assert trace.end is None, "something follows the end"
    if kind in (1, 4):
        pairs = {body.text(): body.text() for _ in range(body.varint())}
        assert not body.more()
        if kind == 1:
            trace.meta.update(pairs)
        else:
            trace.end = pairs
    elif kind == 2:
        while body.more():
            tag = body.varint()
            _read_record(trace, tag, _Bytes(body.take(body.varint())))
    elif kind == 5:
        pairs = {body.text(): body.text() for _ in range(body.varint())}
        if not trace.frames:
            trace.meta.update(pairs)
    elif kind == 6:
        events = _read_events(body, count)
        assert events[0].name == "clock"
        trace.states += 1
        if not trace.has_begun:
            trace.events += events
    elif kind == 3:
        trace.has_begun = True
        trace.events += _read_events(body, count)
        assert trace.events[-count].name == "clock"


def _read_ignore(trace: Trace, body: _Bytes) -> None:
    file, line, first, last, flags, kinds, reason = (body.varint() for _ in range(7))
    texts = trace.strings
    trace.ignores.append(Ignore(texts[file], line, first, last, flags, texts[kinds], texts[reason]))


def _read_record(trace: Trace, tag: int, body: _Bytes) -> None:
    if tag == 4:
        _read_ignore(trace, body)
        return
    number = body.varint()
    strings = trace.strings
    if tag == 5:
        trace.texts[number] = body.rest().decode("utf-8", "replace")
    elif tag == 1:
        strings[number] = body.rest().decode("utf-8", "replace")
    elif tag == 2:
        name, file, line, flags = (body.varint() for _ in range(4))
        parameters = [strings[string] for string in body.varints()]
        data, control = body.varints(), body.varints()
        waited = body.varints() if body.more() else []
        trace.functions[number] = Function(
            number, strings[name], strings[file], line, flags, parameters, data, control, waited
        )
    elif tag == 3:
        row: list[Any] = [body.varint() for _ in range(7)]
        row += [strings[body.varint()] for _ in range(3)]
        row += [body.varints(), body.varints()]
        row.append([_read_argument(trace, body) for _ in range(body.varint())])
        row.append(body.varints() if body.more() else [])
        trace.sites[number] = Site(number, *row)
    assert not body.more()


def _read_argument(trace: Trace, body: _Bytes) -> tuple[int, str, list[int], list[int]]:
    return body.varint(), trace.strings[body.varint()], body.varints(), body.varints()


def _read_events(body: _Bytes, count: int) -> list[Event]:
    kinds = body.take(count)
    threads = _column(body, count)
    columns = {}
    for kind in sorted(set(kinds)):
        assert body.u8() == kind
        fields = BY_NUMBER[kind]["fields"]
        assert body.u8() == len(fields)
        size = kinds.count(kind)
        columns[kind] = iter(list(zip(*[_column(body, size) for _ in fields], strict=False)))
    assert not body.more()
    return [
        Event(
            BY_NUMBER[kind]["name"],
            thread,
            dict(zip(BY_NUMBER[kind]["fields"], next(columns[kind]), strict=False)),
        )
        for kind, thread in zip(kinds, threads, strict=False)
    ]


def _column(body: _Bytes, size: int) -> list[int]:
    encoding = body.u8()
    base = body.u64()
    if encoding == 0:
        return [base] * size
    if encoding in (1, 2, 4, 8):
        return [(base + number) % 2**64 for number in _numbers(body, size, encoding, signed=False)]
    assert encoding in (17, 18, 20, 24), encoding
    values = [base]
    for step in _numbers(body, size - 1, encoding - 16, signed=True):
        values.append((values[-1] + step) % 2**64)
    return values


def _numbers(body: _Bytes, size: int, width: int, *, signed: bool) -> list[int]:
    planes = [body.take(size) for _ in range(width)]
    return [int.from_bytes(bytes(number), "little", signed=signed) for number in zip(*planes, strict=False)]


def describe(trace: Trace) -> str:
    """Every event as a line, for whoever has to find out why a test failed."""
    lines = []
    for event in trace.events:
        fields = dict(event.fields)
        if "string" in fields:
            fields["string"] = repr(trace.strings[event.string])  # type: ignore[assignment]
        if "key" in fields:
            fields["key"] = repr(trace.key_text(event.key))  # type: ignore[assignment]
        if "value" in fields:
            fields["value"] = repr(trace.value_of(event.value))  # type: ignore[assignment]
        if fields.get("site"):
            site = trace.sites[event.site]
            fields["site"] = f"{event.site}:{site.line}:{site.expression}"  # type: ignore[assignment]
        lines.append(f"{event.thread} {event.name} " + " ".join(f"{k}={v}" for k, v in fields.items()))
    return "\n".join(lines)


if __name__ == "__main__":
    import sys

    print(describe(read_trace(sys.argv[1])))
