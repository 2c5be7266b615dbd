"""Which comments are ignores, what they say, and which lines they cover."""

from __future__ import annotations

import sys
import textwrap

import pytest
from staleread._rewrite.ignores import Ignore, find_ignores


def found(source: str) -> list[Ignore]:
    return find_ignores(textwrap.dedent(source))


@pytest.mark.parametrize(
    ("comment", "kinds", "reason"),
    [
        ("# staleread: ignore", "", ""),
        ("#staleread:ignore", "", ""),
        ("# staleread: ignore one writer only", "", "one writer only"),
        ("# staleread: ignore[lost-update] one writer only", "lost-update", "one writer only"),
        ("# staleread: ignore[lost-update]: one writer", "lost-update", "one writer"),
        ("# staleread: ignore[ lost-update , stale-read,] - why", "lost-update,stale-read", "why"),
        ("# staleread: ignore[] why", "", "why"),
        ("# staleread: ignore[lost-update why", "lost-update why", ""),
        ("# noqa: E501  # staleread: ignore[stale-read] why", "stale-read", "why"),
        ("# staleread: ignore[stale-read]  # noqa", "stale-read", ""),
        ("# staleread: ignore[stale-read] für später", "stale-read", "für später"),
    ],
)
def test_what_it_says(comment: str, kinds: str, reason: str) -> None:
    assert found(f"x = 1  {comment}\n") == [Ignore(1, 1, 1, kinds, reason)]


@pytest.mark.parametrize(
    "text",
    [
        "x = '# staleread: ignore'\n",
        'def f():\n    """# staleread: ignore[lost-update]"""\n',
        "x = f'''\n# staleread: ignore\n'''\n",
        "x = 1  # staleread: ignored\n",
        "x = 1  # staleread: ignore-me\n",
        "x = 1  # staleread ignore\n",
        "x = 1  # ignore\n",
        "",
    ],
)
def test_what_is_none(text: str) -> None:
    assert find_ignores(text) == []


def covered(source: str) -> list[tuple[int, int, int]]:
    return [(each.line, each.first_line, each.last_line) for each in found(source)]


def test_behind_a_statement_it_covers_the_statement() -> None:
    source = """\
        async def f(self):
            self.total = await compute(  # staleread: ignore one
                self.rate,  # staleread: ignore two
                # staleread: ignore three
                self.tax,
            )  # staleread: ignore four
            self.next = 1
        """
    assert covered(source) == [(2, 2, 6), (3, 2, 6), (4, 2, 6), (6, 2, 6)]


def test_behind_a_header_it_covers_the_header() -> None:
    source = """\
        if self.open:  # staleread: ignore why
            self.open = False
        """
    assert covered(source) == [(1, 1, 1)]


def test_above_a_statement_it_covers_the_statement() -> None:
    source = """\
        def f(self):
            a = 1
            # staleread: ignore[lost-update] why
            # another comment
            # staleread: ignore[stale-read] why
            self.total = (
                2
            )
        """
    assert covered(source) == [(3, 6, 8), (5, 6, 8)]


def test_above_what_is_indented_otherwise() -> None:
    source = """\
        if x:
            a = 1
            # staleread: ignore why
        b = 2
        """
    assert covered(source) == [(3, 4, 4)]


def test_above_nothing_it_covers_nothing_else() -> None:
    source = """\
        # staleread: ignore why

        a = 1
        # staleread: ignore why
        """
    assert covered(source) == [(1, 1, 1), (4, 4, 4)]


def test_two_behind_one_another() -> None:
    assert covered("a = 1  # staleread: ignore x\nb = 2  # staleread: ignore y\n") == [(1, 1, 1), (2, 2, 2)]


def test_a_source_that_is_none_keeps_what_came_before() -> None:
    assert covered("a = 1  # staleread: ignore x\nb = (\n") == [(1, 1, 1)]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="f-strings are one token before")
def test_in_the_field_of_a_format() -> None:
    assert covered('x = f"{\n    y  # staleread: ignore why\n}"\n') == [(2, 1, 3)]
