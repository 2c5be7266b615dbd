"""formats/events.yaml and the analyzer's table of event kinds say the same."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
EVENTS = yaml.safe_load((ROOT / "formats" / "events.yaml").read_text())["events"]
HEADER = (ROOT / "src" / "trace" / "event_kinds.h").read_text()
TABLE = (ROOT / "src" / "trace" / "event_kinds.c").read_text()

# `[EVENT_BEGIN] = {"begin", 2, {{"actor", FIELD_ACTOR}, ...}},`
ROW = re.compile(r'\[(EVENT_\w+)\]\s*=\s*\{\s*"(\w+)",\s*(\d+),\s*\{(.*?)\}\}', re.DOTALL)
FIELD = re.compile(r'\{"(\w+)",\s*FIELD_\w+')

# The reader's own, which stands in no file.
NOT_IN_FILES = {"EVENT_GAP": 0}


def test_numbers_are_the_same() -> None:
    enumerators = {name: int(number) for name, number in re.findall(r"(EVENT_\w+) = (\d+)", HEADER)}
    assert enumerators == NOT_IN_FILES | {f"EVENT_{row['name'].upper()}": row["number"] for row in EVENTS}


def test_names_and_fields_are_the_same() -> None:
    rows = {
        constant: (name, int(count), FIELD.findall(fields))
        for constant, name, count, fields in ROW.findall(TABLE)
    }
    assert rows == {
        f"EVENT_{row['name'].upper()}": (row["name"], len(row["fields"]), row["fields"]) for row in EVENTS
    }


def test_no_kind_has_more_fields_than_there_is_room_for() -> None:
    limit = re.search(r"event_fields_max = (\d+)", (ROOT / "src" / "base" / "limits.h").read_text())
    assert limit is not None
    assert max(len(row["fields"]) for row in EVENTS) <= int(limit[1])
