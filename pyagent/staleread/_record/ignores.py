"""Ignores in the source as records of the tables frames.

In: the ignores of each watched module, and which sites were reached. Out: a record of each at once, so that it holds
for whatever is found on its lines; and another one when they have run, because an ignore whose code never ran
is not called unused.
"""

from __future__ import annotations

from collections.abc import Iterable

from staleread._rewrite.ignores import Ignore
from staleread._trace.columns import varint
from staleread._trace.tables import IGNORE, Tables

REACHED = 1
VOID = 2


class Ignores:
    """For the life of the process: each trace has those of all modules that were rewritten before or in its time."""

    def __init__(self) -> None:
        self._all: list[tuple[str, Ignore, list[int]]] = []
        self._tables: Tables | None = None
        self._waiting: dict[int, list[tuple[str, Ignore]]] = {}
        """By site: the ignores that cover it."""
        self._told: dict[tuple[str, int, str], tuple[Ignore, int]] = {}
        """By file, line and kinds: as it was told last."""

    def begin(self, tables: Tables) -> None:
        """A trace begins."""
        self._tables = tables
        self._waiting, self._told = {}, {}
        for ignore in list(self._all):
            self._tell(*ignore)

    def end(self) -> None:
        self._tables = None

    def found(self, file: str, ignore: Ignore, sites: Iterable[int]) -> None:
        """A module has one, which covers these sites."""
        self._all.append((file, ignore, list(sites)))
        self._tell(*self._all[-1])

    def _tell(self, file: str, ignore: Ignore, sites: list[int]) -> None:
        self._add(file, ignore, 0 if sites else VOID)
        for site in sites:
            self._waiting.setdefault(site, []).append((file, ignore))

    def reached(self, sites: Iterable[int]) -> None:
        """Events refer to these sites. Called by the writer, while modules may be imported."""
        if not self._waiting:
            return
        for site in sites:
            for file, ignore in self._waiting.pop(site, ()):
                self._add(file, ignore, REACHED)

    def again(self) -> None:
        """Tells them once more."""
        for (file, _, _), (ignore, flags) in list(self._told.items()):
            self._add(file, ignore, flags)

    def _add(self, file: str, ignore: Ignore, flags: int) -> None:
        tables = self._tables
        if tables is None:
            return
        self._told[file, ignore.line, ignore.kinds] = ignore, flags
        string = tables.string
        numbers = (string(file), ignore.line, ignore.first_line, ignore.last_line, flags)
        texts = (string(ignore.kinds), string(ignore.reason))
        tables.add(IGNORE, b"".join(map(varint, numbers + texts)))
