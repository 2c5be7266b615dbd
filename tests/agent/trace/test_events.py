"""The agent's table of events is the one in formats/events.yaml."""

from __future__ import annotations

from staleread._trace import events
from trace_reader import BY_NAME, TABLE


def test_numbers_and_fields_are_those_of_the_format() -> None:
    assert {row["number"]: tuple(row["fields"]) for row in TABLE} == events.FIELDS


def test_names_are_those_of_the_format() -> None:
    for name, row in BY_NAME.items():
        assert getattr(events, name.upper()) == row["number"], name


def test_keys_and_values_keep_their_kinds_apart() -> None:
    columns = [events.attribute_key(5), events.numbered_key(5), events.whole_key(5), events.STRUCTURE]
    assert len(set(columns)) == 4
    assert [events.whole_key(number) >> 2 for number in (0, -1, 1, -2, 2)] == [0, 1, 2, 3, 4]
    values = [
        events.whole_value(5),
        events.fingerprint_value(5),
        events.object_value(5),
        events.numbered_value(5),
    ]
    assert [value & 7 for value in values] == [2, 3, 4, 5]
    assert [value & 7 for value in (events.NONE, events.FALSE, events.TRUE, events.ABSENT)] == [1, 1, 1, 1]
