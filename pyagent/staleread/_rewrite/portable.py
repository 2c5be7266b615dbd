"""Rewritten code whose numbers of functions and sites are put in when it is loaded.

In: code objects in which a mark stands for each number: a whole number that occurs nowhere else. Out: bytes, and from
those code with any numbers in the marks' places. What must hold: the same bytes and the same first numbers give the
same code, whether it was compiled just now or in another process.

The bytes are those of `marshal`, which writes an object once and refers to it from then on. The marks are written first:
so their bytes are in one place, and are replaced by those of the numbers at once, in C.
"""

from __future__ import annotations

import marshal
import sys
from array import array
from collections.abc import Sequence
from importlib.util import source_hash
from types import CodeType
from typing import NamedTuple

_LIST_HEADER_BYTES = 5
_NUMBER_BYTES = 5
_INT = b"\xe9"
"""How `marshal` begins a number of four bytes that is referred to later."""

IgnoreTuple = tuple[tuple[int, int, int, str, str], tuple[int, ...]]
"""The fields of an `Ignore`, and the sites that it covers."""


class Contents(NamedTuple):
    """What a module's code is, and what is told of it when it is loaded."""

    codes: tuple[CodeType, ...]
    """All code objects, the module's own first."""
    functions: tuple[int, ...]
    """The number of the function of each; 0: none."""
    names: bytes
    """What each site accesses, as `PackedRows` reads it."""
    ignores: tuple[IgnoreTuple, ...]


class Portable(NamedTuple):
    """Of one module."""

    sites: int
    functions: int
    first: tuple[int, int]
    """The numbers of the first site and the first function that it has now."""
    stream: bytes | bytearray | memoryview
    """The contents; behind the first bytes are the numbers."""
    rows: bytes
    """As `PackedRows` reads them."""

    def numbered(self, first_site: int, first_function: int) -> Portable:
        """The same with other numbers."""
        if self.first == (first_site, first_function):
            return self
        numbers = array("I", range(first_site, first_site + self.sites))
        numbers.extend(range(first_function, first_function + self.functions))
        stream = bytearray(self.stream)
        _write_numbers(numbers, stream)
        return self._replace(first=(first_site, first_function), stream=stream)

    def contents(self) -> Contents:
        return Contents(*marshal.loads(self.stream)[-1])


def first_mark(source: bytes) -> int:
    """The marks of a module begin here. No module contains its own hash."""
    return (int.from_bytes(source_hash(source), "little") | 1 << 63) << 32


def make_portable(
    site_marks: Sequence[int], function_marks: Sequence[int], contents: Contents, rows: bytes
) -> Portable:
    marks = [*site_marks, *function_marks]
    parts: list[object] = [*marks, tuple(contents)]
    stream = marshal.dumps(parts)
    parts[-1] = None
    begin = len(marshal.dumps(parts)) - 1
    room = bytes(_NUMBER_BYTES * len(marks))
    stream = stream[:_LIST_HEADER_BYTES] + room + stream[begin:]
    made = Portable(len(site_marks), len(function_marks), (0, 0), stream, rows)
    made = made.numbered(1, 1 + len(site_marks))
    _check(made.contents(), dict(zip(marks, range(1, len(marks) + 1), strict=False)), contents)
    return made


def _write_numbers(numbers: array[int], stream: bytearray) -> None:
    """As `marshal` writes them, one after the other."""
    if sys.byteorder == "big":
        numbers.byteswap()
    plain = numbers.tobytes()
    begin, end = _LIST_HEADER_BYTES, _LIST_HEADER_BYTES + _NUMBER_BYTES * len(numbers)
    stream[begin:end:_NUMBER_BYTES] = _INT * len(numbers)
    for place in range(4):
        stream[begin + 1 + place : end : _NUMBER_BYTES] = plain[place::4]


def _check(loaded: Contents, numbers: dict[int, int], contents: Contents) -> None:
    """That every mark, and nothing else, became its number: all of it rests on how `marshal` writes."""
    expected = [numbers.get(function, function) for function in contents.functions]
    if list(loaded.functions) != expected or len(loaded.codes) != len(contents.codes):
        raise RuntimeError("its functions cannot be numbered")
    for code, marked in zip(loaded.codes, contents.codes, strict=False):
        constants = tuple(
            numbers.get(constant, constant) if type(constant) is int else constant
            for constant in marked.co_consts
        )
        if code.co_code != marked.co_code or not _same(code.co_consts, constants):
            raise RuntimeError("its sites cannot be numbered")


def _same(left: tuple[object, ...], right: tuple[object, ...]) -> bool:
    """Code is compared by itself; sets have no order."""
    for one, other in zip(left, right, strict=False):
        if type(one) is not type(other):
            return False
        if isinstance(one, CodeType):
            continue
        if one != other if isinstance(one, frozenset) else repr(one) != repr(other):
            return False
    return len(left) == len(right)
