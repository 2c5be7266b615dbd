"""The numbers of functions and sites, and their rows of the tables frames.

A site is numbered when its module is compiled. Its row leaves for the trace only once something refers to it,
because most sites of a large program are never reached.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# Operations of a site, as in formats/trace.md.
READ = 1
WRITE = 2
DELETE = 3
CALL = 4
AWAIT = 5
ITERATE = 6
CONTAINS = 7
LENGTH = 8
TRUTH = 9
UPDATE = 10
RETURN = 11

# Flags of a site.
CHECK = 1
USE = 2
SUSPENDS = 4
GOES_ON = 8

# Flags of a function.
COROUTINE = 1
GENERATOR = 2
METHOD = 4
NESTED_EXPRESSION = 8

ANY_SLOT = 2 * 1000
"""The slot of what `*args` and `**kwargs` pass on."""


def site_source(site: int) -> int:
    """The reference to a site in a list of sources."""
    return 2 * site


def parameter_source(position: int) -> int:
    """The reference to a parameter, counted from 0, in a list of sources."""
    return 2 * position + 1


@dataclass(frozen=True)
class FunctionRow:
    number: int
    name: str
    file: str
    line: int
    flags: int
    parameters: tuple[str, ...]
    data: tuple[int, ...]
    control: tuple[int, ...]
    waited: tuple[int, ...] = ()


@dataclass(frozen=True)
class Argument:
    """What a call passes in one slot: `2·i` for position i, `2·i+1` for the i-th keyword, whose name is given."""

    slot: int
    name: str
    data: tuple[int, ...]
    control: tuple[int, ...]


@dataclass(frozen=True)
class SiteRow:
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
    data: tuple[int, ...]
    control: tuple[int, ...]
    arguments: tuple[Argument, ...] = ()
    waited: tuple[int, ...] = ()


@dataclass(frozen=True)
class Rows:
    """Rows that the trace does not have yet."""

    functions: list[FunctionRow]
    sites: list[SiteRow]


class SiteTable:
    """Every function and site of the watched modules.

    Importing threads add to it while the writer's thread takes from it.
    """

    def __init__(self) -> None:
        self.names: list[str] = [""]
        """By site number: the attribute, variable or method that is accessed there."""
        self.modules: list[str] = [""]
        """By site number: the name of the module that the site stands in."""
        self._functions: list[FunctionRow | None] = [None]
        self._sites: list[SiteRow | None] = [None]
        self._places: dict[str, _Places] = {}
        self._taken_functions: set[int] = set()
        self._taken_sites: set[int] = set()
        self._lock = threading.Lock()

    def new_function(self) -> int:
        """The next function's number."""
        with self._lock:
            self._functions.append(None)
            return len(self._functions) - 1

    def new_site(self, name: str, module: str) -> int:
        """The next site's number."""
        with self._lock:
            self._sites.append(None)
            self.names.append(name)
            self.modules.append(module)
            return len(self._sites) - 1

    def add(
        self,
        module: str,
        functions: Iterable[FunctionRow],
        sites: Iterable[SiteRow],
        called_lines: Mapping[int, int],
    ) -> None:
        """Completes the numbers given out for a module, before any of its code runs.

        `called_lines` has those sites that are calls, and the line on which the name of what they call ends.
        """
        places = self._places.setdefault(module, _Places())
        for function in functions:
            self._functions[function.number] = function
        for site in sites:
            self._sites[site.number] = site
            places.add(site, called_lines.get(site.number))

    def function(self, number: int) -> FunctionRow | None:
        """The row of a function."""
        return self._functions[number]

    def site(self, number: int) -> SiteRow | None:
        """The row of a site."""
        return self._sites[number]

    def site_at(
        self,
        module: str,
        line: int,
        column: int | None = None,
        end_line: int | None = None,
        end_column: int | None = None,
    ) -> int:
        """The site that an instruction of a module at this position belongs to, where it runs other code: 0 for none.

        Without columns (CPython 3.10) the line's most likely site.
        """
        places = self._places.get(module)
        if places is None:
            return 0
        return places.find(line, column, end_line, end_column)

    def take_new(self, sites: Iterable[int], functions: Iterable[int] = ()) -> Rows:
        """The rows of these numbers, and of all that they refer to, which were not taken before."""
        rows = Rows([], [])
        for number in functions:
            self._take_function(number, rows)
        pending = list(sites)
        while pending:
            number = pending.pop()
            if number in self._taken_sites or not 0 < number < len(self._sites):
                continue
            row = self._sites[number]
            if row is None:
                continue
            self._taken_sites.add(number)
            rows.sites.append(row)
            pending.extend(_referenced_sites(row))
            pending.extend(self._take_function(row.function, rows))
        return rows

    def _take_function(self, number: int, rows: Rows) -> list[int]:
        if number in self._taken_functions or not 0 < number < len(self._functions):
            return []
        row = self._functions[number]
        if row is None:
            return []
        self._taken_functions.add(number)
        rows.functions.append(row)
        return [source >> 1 for source in (*row.data, *row.control, *row.waited) if not source & 1]


def _referenced_sites(row: SiteRow) -> list[int]:
    sources = [*row.data, *row.control, *row.waited]
    for argument in row.arguments:
        sources += argument.data
        sources += argument.control
    return [source >> 1 for source in sources if not source & 1]


# Which site an instruction most likely belongs to, of several at one place; calls come after awaits. A write runs other
# code where it assigns to a property.
_RANKS = {AWAIT: 0, ITERATE: 2, READ: 3, CALL: 4, WRITE: 5}
_CALL_RANK = 1


class _Places:
    """Where the sites of one module stand that other code can be entered from."""

    def __init__(self) -> None:
        self._by_span: dict[tuple[int, int, int, int], tuple[int, int]] = {}
        self._by_end: dict[tuple[int, int], tuple[int, int]] = {}
        self._by_line: dict[int, tuple[bool, int, int]] = {}

    def add(self, row: SiteRow, called_line: int | None) -> None:
        rank = _RANKS.get(row.operation) if called_line is None else _CALL_RANK
        if rank is None:
            return
        ranked = (rank, row.number)
        span = (row.line, row.column, row.end_line, row.end_column)
        self._by_span[span] = min(ranked, self._by_span.get(span, ranked))
        end = (row.end_line, row.end_column)
        self._by_end[end] = min(ranked, self._by_end.get(end, ranked))
        for line in range(row.line, row.end_line + 1):
            begins_elsewhere = line not in (row.line, called_line)
            candidate = (begins_elsewhere, rank, row.number)
            self._by_line[line] = min(candidate, self._by_line.get(line, candidate))

    def find(self, line: int, column: int | None, end_line: int | None, end_column: int | None) -> int:
        if column is not None and end_line is not None and end_column is not None:
            found = self._by_span.get((line, column, end_line, end_column))
            # A method call over several lines starts, for the interpreter, at the method's name.
            found = found or self._by_end.get((end_line, end_column))
            if found:
                return found[1]
        return self._by_line.get(line, (False, 0, 0))[2]
