"""Columns come back as they were, in as few bytes as their numbers need."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from staleread._trace.columns import encode, text, varint
from trace_reader import _Bytes, _column

U64 = st.integers(0, 2**64 - 1)


def decoded(column: list[int]) -> list[int]:
    body = _Bytes(encode(column))
    values = _column(body, len(column))
    assert not body.more()
    return values


@given(st.lists(U64, min_size=1, max_size=50))
def test_any_column(column: list[int]) -> None:
    assert decoded(column) == column


@given(U64, st.lists(st.integers(-40_000, 40_000), max_size=60))
def test_columns_that_move_by_little(start: int, steps: list[int]) -> None:
    column = [start]
    for step in steps:
        column.append(min(max(column[-1] + step, 0), 2**64 - 1))
    assert decoded(column) == column


@pytest.mark.parametrize(
    ("column", "encoding", "size"),
    [
        ([7] * 1000, 0, 9),
        ([2**64 - 1], 0, 9),
        ([0, 255], 1, 9 + 2),
        ([1000, 1255, 1001], 1, 9 + 3),
        ([0, 256], 2, 9 + 4),
        (list(range(0, 100_000, 100)), 17, 9 + 999),
        (list(range(100_000, 0, -100)), 17, 9 + 999),
        ([0, 2**32, 5], 8, 9 + 24),
        ([2**64 - 1, 0], 8, 9 + 16),
    ],
)
def test_the_shortest_encoding(column: list[int], encoding: int, size: int) -> None:
    encoded = encode(column)
    assert (encoded[0], len(encoded)) == (encoding, size)
    assert decoded(column) == column


def test_planes() -> None:
    assert encode([0x0000, 0x0102, 0xA0B0])[9:] == bytes((0x00, 0x02, 0xB0, 0x00, 0x01, 0xA0))


@given(U64)
def test_varints(number: int) -> None:
    body = _Bytes(varint(number))
    assert body.varint() == number and not body.more()


def test_text_that_is_not_unicode_is_still_text() -> None:
    assert _Bytes(text("a\ud800b")).text() == "a?b"
