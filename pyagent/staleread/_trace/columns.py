"""Columns of whole numbers as bytes.

In: a column of numbers from 0 to 2**64-1. Out: one encoding byte and what follows it, as formats/trace.md
says. Everything is left to C loops of the standard library: no Python code runs per number.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from operator import sub

CONSTANT = 0
DELTA = 16

_SPAN_MAX = 1 << 62
"""Steps of less stay within their lanes."""
_FEW = 10
_ONE = (1).to_bytes(8, "little")
_BYTES = bytes(range(256))
_SIGNED = bytes(byte ^ 0x80 for byte in range(256))
_BIG_ENDIAN = sys.byteorder == "big"


def varint(number: int) -> bytes:
    if number <= 0x3FFF:  # Almost all of them.
        return bytes((number & 0x7F | 0x80, number >> 7)) if number > 0x7F else bytes((number,))
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def text(value: str) -> bytes:
    encoded = value.encode("utf-8", "replace")
    return varint(len(encoded)) + encoded


def encode(column: Sequence[int]) -> bytes:
    """The shortest of the encodings; between equals the plain one, unless numbers only rise by little."""
    first = column[0]
    if first == column[-1] and column.count(first) == len(column):
        return bytes((CONSTANT,)) + first.to_bytes(8, "little")
    try:
        return _plain_bytes(bytes(column))
    except ValueError:  # They are larger.
        pass
    low = min(column)
    span = max(column) - low
    width = _unsigned_width(span)
    lanes = _lanes(column)
    delta_width = _likely_delta_width(column) if width > 1 and span < _SPAN_MAX else width
    if delta_width < width:
        steps = _steps(lanes, delta_width, width)
        if steps:
            return steps[:1] + first.to_bytes(8, "little") + steps[1:]
    if width == 8:
        low = 0
    elif low:
        whole = int.from_bytes(lanes, "little") - low * _ones(len(column))
        lanes = whole.to_bytes(len(lanes), "little")
    return bytes((width,)) + low.to_bytes(8, "little") + b"".join([lanes[at::8] for at in range(width)])


def _plain_bytes(column: bytes) -> bytes:
    """Of numbers below 256."""
    low = min(set(column))
    moved = column.translate(_BYTES[-low:] + _BYTES[:-low]) if low else column
    return bytes((1,)) + low.to_bytes(8, "little") + moved


def _unsigned_width(span: int) -> int:
    if span < 1 << 8:
        return 1
    if span < 1 << 16:
        return 2
    return 4 if span < 1 << 32 else 8


def _likely_delta_width(column: Sequence[int]) -> int:
    """What the first few steps need, at least."""
    few = list(map(sub, column[1:_FEW], column))
    low, high = min(few), max(few)
    width = 1
    while low < -(1 << 8 * width - 1) or high >= 1 << 8 * width - 1:
        width *= 2
    return width if len(column) > 2 else 8


# A column is also one whole number, with a lane of 64 bits for each of its own: what is done to it is done to all of them at
# once, in a fifth of the time.


def _lanes(column: Sequence[int]) -> bytes:
    numbers = array("Q", column)
    if _BIG_ENDIAN:
        numbers.byteswap()
    return numbers.tobytes()


def _steps(lanes: bytes, delta_width: int, width: int) -> bytes:
    """Encoding and steps of a column, the narrowest from `delta_width` on; nothing where none is below `width`."""
    count = len(lanes) // 8 - 1
    whole = int.from_bytes(lanes, "little")
    steps = (whole >> 64) - (whole & (1 << 64 * count) - 1)
    while delta_width < width:
        # A step that fits is from 0 to below twice that much now, above a bit that keeps each in its lane.
        moved = steps + ((1 << 63) + (1 << 8 * delta_width - 1)) * _ones(count)
        told = moved.to_bytes(8 * count, "little")
        if (
            all(told[at::8].count(0) == count for at in range(delta_width, 7))
            and told[7::8].count(0x80) == count
        ):
            planes = [told[at::8] for at in range(delta_width)]
            return bytes((DELTA + delta_width,)) + b"".join(planes[:-1]) + planes[-1].translate(_SIGNED)
        delta_width *= 2
    return b""


def _ones(count: int) -> int:
    """A one in each of so many lanes."""
    return int.from_bytes(_ONE * count, "little")
