"""Columns of whole numbers as bytes.

In: a column of numbers from 0 to 2**64-1. Out: one encoding byte and what follows it, as formats/trace.md
says. Everything is left to C loops of the standard library: no Python code runs per number.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from itertools import repeat
from operator import sub

CONSTANT = 0
DELTA = 16

_UNSIGNED = {1: "B", 2: "H", 4: "I", 8: "Q"}
_SIGNED = {1: "b", 2: "h", 4: "i", 8: "q"}
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
    low, high = min(column), max(column)
    if low == high:
        return bytes((CONSTANT,)) + low.to_bytes(8, "little")
    plain_width = _unsigned_width(high - low)
    if plain_width > 1 and len(column) > 2:
        steps = list(map(sub, column[1:], column))
        delta_width = _signed_width(min(steps), max(steps))
        if delta_width < plain_width:
            first = column[0].to_bytes(8, "little")
            return bytes((DELTA + delta_width,)) + first + _planes(array(_SIGNED[delta_width], steps))
    if plain_width == 8:
        low = 0
    numbers = array(_UNSIGNED[plain_width], map(sub, column, repeat(low)) if low else column)
    return bytes((plain_width,)) + low.to_bytes(8, "little") + _planes(numbers)


def _unsigned_width(span: int) -> int:
    if span < 1 << 8:
        return 1
    if span < 1 << 16:
        return 2
    return 4 if span < 1 << 32 else 8


def _signed_width(low: int, high: int) -> int:
    if low >= -(1 << 7) and high < 1 << 7:
        return 1
    if low >= -(1 << 15) and high < 1 << 15:
        return 2
    return 4 if low >= -(1 << 31) and high < 1 << 31 else 8


def _planes(numbers: array[int]) -> bytes:
    if _BIG_ENDIAN:
        numbers.byteswap()
    raw = numbers.tobytes()
    width = numbers.itemsize
    if width == 1:
        return raw
    return b"".join(raw[plane::width] for plane in range(width))
