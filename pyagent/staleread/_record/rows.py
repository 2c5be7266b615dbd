"""Functions and sites as records of the tables frames.

In: the numbers that a batch of events refers to. Out: the records of those not written yet, and of the
strings in them.
"""

from __future__ import annotations

from collections.abc import Iterable

from staleread._record.masking import masked
from staleread._rewrite.sites import FunctionRow, SiteRow, SiteTable
from staleread._trace.columns import varint
from staleread._trace.tables import FUNCTION, SITE, TEXT, Tables


class SiteRows:
    """Of one trace, which has every row once. Where strings are not told, neither are those in the source: functions have no
    text, and of a line only the site's own expression is left, without its strings."""

    def __init__(self, sites: SiteTable, tables: Tables, tells_strings: bool) -> None:
        self._sites = sites
        self._tables = tables
        self._tells_strings = tells_strings
        sites.forget_taken()

    def add(self, sites: set[int], functions: set[int]) -> None:
        try:
            self._add(sites, functions)
        except BaseException:  # Or what comes would refer to what was never told.
            self._sites.forget_taken()
            raise

    def _add(self, sites: set[int], functions: set[int]) -> None:
        rows = self._sites.take_new(sites, functions)
        for function in rows.functions:
            self._tables.add(FUNCTION, self._function(function))
            text = self._sites.text(function.number) if self._tells_strings else ""
            if text:
                self._tables.add(TEXT, varint(function.number) + text.encode("utf-8", "replace"))
        for site in rows.sites:
            self._tables.add(SITE, self._site(site))

    def _function(self, row: FunctionRow) -> bytes:
        string = self._tables.string
        return b"".join(
            (
                _varints((row.number, string(row.name), string(row.file), row.line, row.flags)),
                _list([string(name) for name in row.parameters]),
                _list(row.data),
                _list(row.control),
                _list(row.waited) if row.waited else b"",
            )
        )

    def _site(self, row: SiteRow) -> bytes:
        string = self._tables.string
        numbers = (
            *(row.number, row.function, row.operation),
            *(row.line, row.column, row.end_line, row.end_column, row.flags),
            *(*map(string, self._texts(row)), string(row.name)),
        )
        parts = [_varints(numbers), _list(row.data), _list(row.control), varint(len(row.arguments))]
        for argument in row.arguments:
            parts += [varint(argument.slot), varint(string(argument.name))]
            parts += [_list(argument.data), _list(argument.control)]
        if row.waited:
            parts.append(_list(row.waited))
        return b"".join(parts)

    def _texts(self, row: SiteRow) -> tuple[str, str]:
        if self._tells_strings:
            return row.expression, row.source_line
        text = masked(row.expression)
        return text, text


def _varints(numbers: Iterable[int]) -> bytes:
    return b"".join(map(varint, numbers))


def _list(numbers: Iterable[int]) -> bytes:
    numbers = list(numbers)
    return varint(len(numbers)) + _varints(numbers)
