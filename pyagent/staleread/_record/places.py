"""Places in watched code that are no sites: where something was found, told by function, line and source line.

In: frames, tracebacks, coroutines and what the interpreter noted of where they were made. Out: the innermost watched
place of each. Nothing here is asked often.
"""

from __future__ import annotations

import linecache
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from staleread._record.frames import Frames, WatchedCode
from staleread._rewrite.sites import SiteTable
from staleread._trace.tables import Tables

Place = tuple[int, int, int]
"""Function, line, the source line's string; the function is 0 in unwatched code and outside of functions."""

Spot = tuple[WatchedCode | None, int, int, str]
"""A place that may never be told: code, line and function; in unwatched code None and the name of what ran."""

NOWHERE: Place = (0, 0, 0)
_PACKAGE = str(Path(__file__).resolve().parent.parent)
_WITHIN_FUNCTIONS = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"})


class Places:
    def __init__(self, frames: Frames, sites: SiteTable, tables: Tables) -> None:
        self._codes = frames.codes
        self._barriers = frames.barriers
        self._sites = sites
        self._string = tables.string

    def spot_of(self, frame: FrameType | None) -> Spot:
        """Where a thread is just now, within its step."""
        name = ""
        while frame is not None and id(frame.f_code) not in self._barriers:
            watched = self._codes.get(id(frame.f_code))
            if watched is not None:
                return watched, frame.f_lineno or 0, self._function(watched, frame), ""
            if not name and not frame.f_code.co_filename.startswith(_PACKAGE):
                name = getattr(frame.f_code, "co_qualname", frame.f_code.co_name)
            frame = frame.f_back
        return None, 0, 0, name

    def of_spot(self, spot: Spot | None, name: str) -> Place:
        """`name` is for one of which nothing is known."""
        watched, line, function, seen = spot or (None, 0, 0, "")
        if watched is None:
            return 0, 0, self._string(seen or name)
        return self._place(watched, line, function)

    def of_frame(self, frame: FrameType | None) -> Place:
        """The innermost watched one from this frame outwards, within its step."""
        watched, line, function, _ = self.spot_of(frame)
        return NOWHERE if watched is None else self._place(watched, line, function)

    def of_traceback(self, trace: TracebackType | None) -> Place:
        """Where an exception was raised."""
        found = None
        while trace is not None:
            if id(trace.tb_frame.f_code) in self._codes:
                found = trace
            trace = trace.tb_next
        if found is None:
            return NOWHERE
        watched = self._codes[id(found.tb_frame.f_code)]
        return self._place(watched, found.tb_lineno, self._function(watched, found.tb_frame))

    def of_waiting(self, coroutine: Any) -> Place:
        """Where a coroutine that is suspended waits."""
        found = None
        while coroutine is not None:
            frame = getattr(coroutine, "cr_frame", None)
            if frame is not None and id(frame.f_code) in self._codes:
                found = frame
            coroutine = getattr(coroutine, "cr_await", None)
        return self.of_frame(found)

    def of_origin(self, origin: tuple[tuple[str, int, str], ...] | None) -> Place:
        """Where a coroutine was made, as the interpreter noted it."""
        for file, line, name in origin or ():
            watched = self._find(file, line, name)
            if watched is not None:
                return self._place(watched, line, watched.function)
        return NOWHERE

    def _find(self, file: str, line: int, name: str) -> WatchedCode | None:
        """The innermost code of this name that has the line; for a comprehension the function around it."""
        within = name in _WITHIN_FUNCTIONS
        found = [
            watched
            for watched in list(self._codes.values())
            if watched.code.co_filename == file
            and (watched.function if within else watched.code.co_name == name)
            and any(line == its for _, _, its in watched.code.co_lines())
        ]
        return max(found, key=lambda watched: watched.code.co_firstlineno) if found else None

    def _function(self, watched: WatchedCode, frame: FrameType) -> int:
        """A comprehension belongs to the function around it, which is what runs it."""
        if not watched.function and watched.code.co_name in _WITHIN_FUNCTIONS and frame.f_back is not None:
            outer = self._codes.get(id(frame.f_back.f_code))
            return self._function(outer, frame.f_back) if outer is not None else 0
        return watched.function

    def _place(self, watched: WatchedCode, line: int | None, function: int) -> Place:
        if not line:
            return function, 0, 0
        row = self._sites.site(self._sites.site_at(watched.module, line))
        if row is not None and row.line == line:
            return function, line, self._string(row.source_line)
        return function, line, self._string(linecache.getline(watched.code.co_filename, line).strip())
