"""Which instruction of which watched code is which call site.

In: code objects as they are compiled, frames. Out: the site at which a frame is just calling or awaiting
something.
"""

from __future__ import annotations

import itertools
from types import CodeType, FrameType

from staleread._record import accelerated
from staleread._rewrite.sites import SiteTable

_FRAMES = range(8)
"""So many are looked at."""

_NO_SITES: dict[int, int] = {}
"""Of most code, which is never looked at."""


class WatchedCode:
    """One code object of a watched module. Keeps it alive, so that its `id()` stays its own."""

    __slots__ = ("_positions", "_table", "code", "function", "module", "sites")

    def __init__(self, code: CodeType, module: str, function: int, table: SiteTable) -> None:
        self.code = code
        self.module = module
        self.function = function
        self._table = table
        self.sites = _NO_SITES
        """By the instruction that runs: the sites found so far."""
        self._positions: list[tuple[int | None, ...]] | None = None

    def site(self, frame: FrameType) -> int:
        """The site that it is at; who comes often looks into `sites` before."""
        if self.sites is _NO_SITES:
            self.sites = {}
        site = self.sites[frame.f_lasti] = self._find(frame)
        return site

    def _find(self, frame: FrameType) -> int:
        if not hasattr(self.code, "co_positions"):  # CPython 3.10
            return self._table.site_at(self.module, frame.f_lineno)
        if self._positions is None:
            self._positions = list(self.code.co_positions())
        line, end_line, column, end_column = self._positions[frame.f_lasti // 2]
        if line is None:
            return 0
        found = self._table.site_at(self.module, line, column, end_line, end_column)
        row = self._table.site(found) if found else None
        if row is not None and row.line > line:
            # What `async with` awaits has the place of the whole statement, which ends like the last in its body.
            return self._table.site_at(self.module, line)
        return found


class Frames:
    """For the life of the process: its code is rewritten once, however often it is recorded."""

    def __init__(self, table: SiteTable) -> None:
        self.codes: dict[int, WatchedCode] = {}
        """By `id()` of the code object."""
        self.barriers: set[int] = set()
        """Code below which nothing is the caller any more: what runs a step, a job, a thread."""
        self.table = table
        self.call_sites = (
            accelerated.make_call_sites(self.codes, self.barriers) if accelerated.IS_THERE else None
        )
        """What finds call sites in C."""
        if self.call_sites is not None:
            self.call_site = self.call_sites.of  # type: ignore[method-assign]
        self.next_activation = itertools.count(1).__next__
        """Numbers the activations of generators: one may be resumed in a later recording than it was entered in."""

    def on_code(self, code: CodeType, module: str, function: int) -> None:
        self.codes[id(code)] = WatchedCode(code, module, function, self.table)

    def call_site(self, frame: FrameType | None) -> int:
        """Where the nearest watched frame, from this one outwards, is just now; 0: none near."""
        watched_code = self.codes.get
        for _ in _FRAMES:
            if frame is None:
                return 0
            key = id(frame.f_code)
            watched = watched_code(key)
            if watched is not None:
                site = watched.sites.get(frame.f_lasti)
                return watched.site(frame) if site is None else site
            if key in self.barriers:
                return 0
            frame = frame.f_back
        return 0

    def function(self, code: object) -> int:
        """The number of the function that a code object belongs to, 0 where it is not watched."""
        watched = self.codes.get(id(code))
        return watched.function if watched is not None else 0
