"""A whole trace taken apart into its frames, by the letter of formats/trace.md. For good traces only."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

FILE_HEADER_BYTES = 32
FRAME_HEADER = struct.Struct("<4sBBHIIIIII")
META, TABLES, EVENTS, END = 1, 2, 3, 4
STORED, ZLIB = 0, 1


@dataclass(frozen=True)
class Frame:
    """One frame as it is stored, and where it starts in the file."""

    offset: int
    kind: int
    codec: int
    number: int
    events: int
    stored: bytes

    def inflated(self) -> bytes:
        return zlib.decompress(self.stored) if self.codec == ZLIB else self.stored


def frames(content: bytes) -> Iterator[Frame]:
    at = FILE_HEADER_BYTES
    while at < len(content):
        _, kind, codec, _, number, _, stored, _, events, _ = FRAME_HEADER.unpack_from(content, at)
        start = at + FRAME_HEADER.size
        yield Frame(at, kind, codec, number, events, content[start : start + stored])
        at = start + stored


def pairs(payload: bytes) -> dict[str, str]:
    """The pairs of a meta or an end frame."""
    count, at = varint(payload, 0)
    texts = []
    for _ in range(2 * count):
        length, at = varint(payload, at)
        texts.append(payload[at : at + length].decode("utf-8", "replace"))
        at += length
    return dict(zip(texts[::2], texts[1::2], strict=True))


def varint(content: bytes, at: int) -> tuple[int, int]:
    """The number that stands there, and where the next thing starts."""
    number = shift = 0
    while True:
        byte = content[at]
        number |= (byte & 0x7F) << shift
        at += 1
        shift += 7
        if byte < 0x80:
            return number, at
