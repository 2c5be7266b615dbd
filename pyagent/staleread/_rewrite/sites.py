"""The numbers of functions and sites, and their rows of the tables frames.

A site is numbered when its module is compiled. Its row leaves for the trace only once something refers to it,
because most sites of a large program are never reached.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .packed import PackedRows

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


_HOLD_S = 1.0
_FIRST_SITE, _FIRST_FUNCTION = attrgetter("first_site"), attrgetter("first_function")


class SiteNames(dict[int, str]):
    """Those of a module come here when one of them is asked for."""

    def __init__(self, table: SiteTable) -> None:
        super().__init__({0: ""})
        self._table = table

    def __missing__(self, site: int) -> str:
        if not 0 < site <= self._table.count:
            raise IndexError(site)
        rows = self._table.module_of(site)
        self.update(enumerate(rows.names(), rows.first_site))
        return self[site]


class SiteTable:
    """Every function and site of the watched modules.

    Importing threads add to it while the writer's thread takes from it. A module's rows stay packed until one of
    them is asked for; those asked for are kept.
    """

    def __init__(self) -> None:
        self.names = SiteNames(self)
        """By site number: the attribute, variable or method that is accessed there."""
        self.count = 0
        """How many sites there are: their numbers go from 1 to this."""
        self._modules: list[PackedRows] = []
        self._next_function = 1
        self._by_name: dict[str, list[PackedRows]] = {}
        self._places: dict[str, Places] = {}
        self._functions: dict[int, FunctionRow] = {}
        self._sites: dict[int, SiteRow] = {}
        self._texts_of: PackedRows | None = None
        """The module whose texts are unpacked: the one that was asked for last, so that they do not add up."""
        self._texts: list[str] = []
        self._taken_functions: set[int] = set()
        self._taken_sites: set[int] = set()
        self._lock = threading.Lock()

    def add(self, module: str, rows: PackedRows) -> None:
        """Numbers the functions and sites of a module, before any of its code runs."""
        with self._lock:
            rows.first_site, rows.first_function = self.count + 1, self._next_function
            self._modules.append(rows)  # What fails after this has used up numbers, and nothing else.
            self.count += rows.sites
            self._next_function += rows.functions
            self._by_name.setdefault(module, []).append(rows)
            self._places.pop(module, None)

    def function(self, number: int) -> FunctionRow | None:
        """The row of a function."""
        row = self._functions.get(number)
        if row is None and 0 < number < self._next_function:
            row = self._modules[bisect_right(self._modules, number, key=_FIRST_FUNCTION) - 1].function(number)
            self._functions[number] = row
        return row

    def text(self, function: int) -> str:
        """The text of a function that there is, from its line on; empty where it has none."""
        rows = self._modules[bisect_right(self._modules, function, key=_FIRST_FUNCTION) - 1]
        if self._texts_of is not rows:
            self._texts, self._texts_of = rows.texts(), rows
        return self._texts[function - rows.first_function]

    def site(self, number: int) -> SiteRow | None:
        """The row of a site."""
        row = self._sites.get(number)
        if row is None and 0 < number <= self.count:
            row = self._sites[number] = self.module_of(number).site(number)
        return row

    def module_of(self, site: int) -> PackedRows:
        """The rows of the module that a site stands in."""
        return self._modules[bisect_right(self._modules, site, key=_FIRST_SITE) - 1]

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
            places = Places()
            for rows in self._by_name.get(module, ()):
                for place in rows.places():
                    places.add(*place)
            self._places[module] = places
        return places.find(line, column, end_line, end_column)

    def take_new(self, sites: Iterable[int], functions: Iterable[int] = ()) -> Rows:
        """The rows of these numbers, and of all that they refer to, which were not taken before."""
        rows = Rows([], [])
        # In an order that does not depend on how the numbers came together.
        for number in sorted(functions):
            self._take_function(number, rows)
        pending = sorted(sites, reverse=True)
        while pending:
            number = pending.pop()
            row = self.site(number) if number not in self._taken_sites else None
            if row is None:
                continue
            self._taken_sites.add(number)
            rows.sites.append(row)
            pending.extend(_referenced_sites(row))
            pending.extend(self._take_function(row.function, rows))
        return rows

    def hold(self) -> bool:
        """Has nobody number anything until `release`, so that a fork finds everything whole; whether that was possible: a
        signal handler may fork in the midst of it."""
        return self._lock.acquire(timeout=_HOLD_S)

    def release(self, held: bool) -> None:
        if held and self._lock.locked():
            self._lock.release()

    def forget_taken(self) -> None:
        """Has all of them given again."""
        self._taken_sites.clear()
        self._taken_functions.clear()

    def _take_function(self, number: int, rows: Rows) -> list[int]:
        row = self.function(number) if number not in self._taken_functions else None
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
RANKS = {AWAIT: 0, ITERATE: 2, READ: 3, CALL: 4, WRITE: 5}
CALL_RANK = 1

Place = tuple[int, int, int, int, int, int, int]
"""Rank, site, line, column, end line, end column, and the line on which the name of what is called ends; 0: no call."""


class Places:
    """Where the sites of one module stand that other code can be entered from."""

    def __init__(self) -> None:
        self._by_span: dict[tuple[int, int, int, int], tuple[int, int]] = {}
        self._by_end: dict[tuple[int, int], tuple[int, int]] = {}
        self._by_line: dict[int, tuple[bool, int, int]] = {}

    def add(
        self, rank: int, site: int, line: int, column: int, end_line: int, end_column: int, called_line: int
    ) -> None:
        ranked = (rank, site)
        span = (line, column, end_line, end_column)
        self._by_span[span] = min(ranked, self._by_span.get(span, ranked))
        end = (end_line, end_column)
        self._by_end[end] = min(ranked, self._by_end.get(end, ranked))
        for inside in range(line, end_line + 1):
            begins_elsewhere = inside not in (line, called_line)
            candidate = (begins_elsewhere, rank, site)
            self._by_line[inside] = min(candidate, self._by_line.get(inside, candidate))

    def find(self, line: int, column: int | None, end_line: int | None, end_column: int | None) -> int:
        if column is not None and end_line is not None and end_column is not None:
            found = self._by_span.get((line, column, end_line, end_column))
            # A method call over several lines starts, for the interpreter, at the method's name.
            found = found or self._by_end.get((end_line, end_column))
            if found:
                return found[1]
        return self._by_line.get(line, (False, 0, 0))[2]
