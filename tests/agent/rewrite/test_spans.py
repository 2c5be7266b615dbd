"""The source that a site shows: all of its statement, on one line, where that is short."""

from __future__ import annotations

import ast
import textwrap

import pytest
from staleread._rewrite.compiling import rewrite
from staleread._rewrite.sites import SiteTable
from staleread._rewrite.spans import statement_spans


def spans(source: str) -> dict[int, tuple[int, int]]:
    return statement_spans(ast.parse(textwrap.dedent(source)))


def test_only_statements_over_several_lines_have_one() -> None:
    assert spans("a = 1\nb = (\n    2\n)\nc = 3\n") == dict.fromkeys((2, 3, 4), (2, 4))


def test_of_a_compound_statement_it_is_the_header() -> None:
    source = """\
        async def f(
            a,
            b=(
                1
            ),
        ):
            if (a and
                    b):
                return 1
            async with (
                a as c,
                b as d
            ):
                pass
            match (a,
                   b):
                case _:
                    pass
            for x in (
                1, 2
            ):
                pass
        """
    assert spans(source) == {
        **dict.fromkeys((1, 2, 3, 4), (1, 4)),
        **dict.fromkeys((7, 8), (7, 8)),
        **dict.fromkeys((10, 11, 12), (10, 12)),
        **dict.fromkeys((15, 16), (15, 16)),
        **dict.fromkeys((19, 20, 21), (19, 21)),
    }


def sources(statement: str) -> set[str]:
    """What the sites in a function of this statement show."""
    table = SiteTable()
    text = "async def f(self, key, other):\n" + textwrap.indent(textwrap.dedent(statement), "    ")
    drafts, _ = rewrite(ast.parse(text), text)
    table.add("module", drafts.rows("module.py"))
    rows = (table.site(number) for number in range(1, table.count + 1))
    return {row.source_line for row in rows if row is not None}


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        ("self.n = self.load(key, other)\n", "self.n = self.load(key, other)"),
        ("self.n = self.load(\n    key,\n    other,\n)\n", "self.n = self.load(key, other,)"),
        ("self.n = self.load(  # why\n    key, other  # and who\n)\n", "self.n = self.load(key, other)"),
        ("if (self.n\n        or key):\n    pass\n", "if (self.n or key):"),
        ("self.n = self.load(key, other)  # kept\n", "self.n = self.load(key, other)  # kept"),
    ],
)
def test_the_statement_is_shown_whole(statement: str, shown: str) -> None:
    assert sources(statement) == {shown}


def test_of_a_long_one_each_site_shows_its_line() -> None:
    names = [f"self.a_name_that_takes_some_room_{number}" for number in range(8)]
    assert sources("x = [\n    " + ",\n    ".join(names) + ",\n]\n") == {f"{name}," for name in names}


def test_so_it_is_where_a_comment_cannot_be_told_from_a_string() -> None:
    assert sources("self.n = self.load(\n    '#',\n    other,\n)\n") == {"self.n = self.load("}
