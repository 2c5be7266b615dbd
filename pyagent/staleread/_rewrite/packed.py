"""The rows of one module, packed until one of them is asked for.

In: rows as plain tuples, numbered from 1 within their module. Out: the same as rows of the site table, with the
module's own numbers moved to where the table has put them. What must hold: a packed module says nothing of where that
is, so that it can be kept and read again in another recording.
"""

from __future__ import annotations

import marshal
import sys
import zlib
from collections.abc import Iterator
from typing import Any

from .sites import CALL_RANK, RANKS, Argument, FunctionRow, Place, SiteRow

# Rows as they are packed: a function's and a site's, without their numbers, and their fields in the order of the
# rows'. A function's has no file. Behind a site's comes the line on which the name of what it calls ends, or 0.
FunctionTuple = tuple[Any, ...]
SiteTuple = tuple[Any, ...]
Unpacked = tuple[list[FunctionTuple], list[SiteTuple]]


_LENGTH_BYTES = 4


def pack(functions: list[FunctionTuple], sites: list[SiteTuple], texts: list[str]) -> bytes:
    """`texts` are those of the functions; they stand apart, because they are asked for once and are large."""
    rows = zlib.compress(marshal.dumps((functions, sites)))
    return len(rows).to_bytes(_LENGTH_BYTES, "little") + rows + zlib.compress(marshal.dumps(texts))


class PackedRows:
    """Numbered by the site table, which sets `first_site` and `first_function`."""

    def __init__(self, file: str, sites: int, functions: int, packed: bytes) -> None:
        self.file = file
        self.sites = sites
        self.functions = functions
        self.packed_names = b""
        """What each site accesses, packed."""
        self.first_site = 1
        self.first_function = 1
        texts = _LENGTH_BYTES + int.from_bytes(packed[:_LENGTH_BYTES], "little")
        self._held: bytes | Unpacked = packed[_LENGTH_BYTES:texts]
        self._packed_texts = packed[texts:]

    def function(self, number: int) -> FunctionRow:
        name, *row, data, control, waited = self._unpacked()[0][number - self.first_function]
        return FunctionRow(number, name, self.file, *row, *map(self._moved, (data, control, waited)))

    def site(self, number: int) -> SiteRow:
        function, *row, data, control, arguments, waited, _ = self._unpacked()[1][number - self.first_site]
        passed = [Argument(slot, name, *map(self._moved, sources)) for slot, name, *sources in arguments]
        row[:0] = number, function + self.first_function - 1
        row += [self._moved(data), self._moved(control), tuple(passed), self._moved(waited)]
        return SiteRow(*row)

    def texts(self) -> list[str]:
        """By function, from the module's first on: its text; empty where it has none."""
        unpacked: list[str] = marshal.loads(zlib.decompress(self._packed_texts))
        return unpacked

    def names(self) -> Iterator[str]:
        """By site, from the module's first on: what it accesses."""
        return map(sys.intern, marshal.loads(self.packed_names))

    def places(self) -> Iterator[Place]:
        """The sites that other code can be entered from."""
        for number, row in enumerate(self._unpacked()[1], self.first_site):
            rank = CALL_RANK if row[-1] else RANKS.get(row[1])
            if rank is not None:
                yield (rank, number, *row[2:6], row[-1])

    def _unpacked(self) -> Unpacked:
        held = self._held
        if isinstance(held, bytes):
            unpacked: Unpacked = marshal.loads(zlib.decompress(held))
            self._held = unpacked
            return unpacked
        return held

    def _moved(self, sources: tuple[int, ...]) -> tuple[int, ...]:
        """Sources that are sites have even numbers."""
        distance = 2 * (self.first_site - 1)
        return tuple(sorted([source if source & 1 else source + distance for source in sources]))
