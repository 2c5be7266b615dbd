"""What the trace tells about values and keys, and what it does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any
from uuid import UUID

import pytest
from recording import Record
from staleread._options import Options
from staleread._record.recorder import Recorder
from staleread._record.values import comparable, serialized, shortened
from trace_reader import Trace

TraceOf = Callable[..., Trace]


@pytest.fixture
def recorder() -> Recorder:
    return Recorder(Options("none", "/"), lambda reason: pytest.fail(reason))


DISTINCT: list[Any] = [
    *(None, False, True, 0, 1, -1, 1.0, 0.0, -0.0, 1j, "", "1", b"1", (), (1,), (1.0,), (True,), ((1,),)),
    *(
        frozenset(),
        frozenset({1}),
        frozenset({"1"}),
        2**59,
        2**60,
        -(2**60),
        2**64,
        10**40,
        "a",
        "ä",
        "\ud800",
    ),
    *(float("inf"), range(3), UUID(int=1), datetime(2020, 1, 1), ("ab", "c"), ("a", "bc"), "x" * 5000),
]


def test_different_values_have_different_columns(recorder: Recorder) -> None:
    columns = [recorder.values.value(value) for value in DISTINCT]
    assert len(set(columns)) == len(DISTINCT)
    assert 0 not in columns and max(columns) < 2**64


def test_the_same_value_has_the_same_column(recorder: Recorder) -> None:
    for value in DISTINCT:
        again = eval(repr(value), {"inf": float("inf"), "UUID": UUID, "datetime": __import__("datetime")})
        assert recorder.values.value(value) == recorder.values.value(again), value


def test_fingerprints_are_keyed_by_trace(recorder: Recorder) -> None:
    other = Recorder(Options("none", "/"), lambda reason: None)
    assert recorder.values.value("secret") != other.values.value("secret")


def test_what_is_not_recorded(recorder: Recorder) -> None:
    deep: Any = ()
    for _ in range(100):
        deep = (deep,)
    for value in (
        ([1],),
        (1, [2]),
        frozenset({object()}),
        deep,
        tuple(range(1000)),
        datetime.now(timezone.utc),
    ):
        assert recorder.values.value(value) & 7 == 0


EQUAL_KEYS: list[list[Any]] = [
    [1, True, 1.0],
    [0, False, 0.0, -0.0],
    [(1, "a"), (True, "a"), (1.0, "a")],
    [2**70, float(2**70)],
]


def test_equal_keys_have_the_same_column(recorder: Recorder) -> None:
    groups = [{recorder.values.key(key) for key in group} for group in EQUAL_KEYS]
    assert [len(group) for group in groups] == [1] * len(groups)
    assert len(set.union(*groups)) == len(groups)


def test_different_keys_have_different_columns(recorder: Recorder) -> None:
    class Plain:
        pass

    keys = [
        "1",
        1,
        "",
        b"1",
        None,
        (),
        ("1",),
        -1,
        2**61,
        Plain,
        Plain(),
        Plain(),
        1.5,
        UUID(int=1),
        frozenset(),
    ]
    columns = [recorder.values.key(key) for key in keys]
    assert len(set(columns)) == len(keys) and 0 not in columns
    assert columns == [recorder.values.key(key) for key in keys]
    assert max(columns) < 2**64


def test_keys_that_only_their_own_code_could_compare() -> None:
    class Text(str):
        __slots__ = ()

    assert comparable(("a", 1, frozenset({2.0})))
    assert not comparable(Text("a")) and not comparable((1, Text("a"))) and not comparable([1])


def test_long_texts_are_shortened() -> None:
    assert shortened("a" * 10) == repr("a" * 10)
    assert len(shortened("a" * 1000)) == 64 == len(shortened(tuple(range(1000))))
    assert serialized("a" * 1000).endswith(b"a" * 1000)


PROGRAM = """
    class Box: pass
    def work():
        box = Box()
        box.number, box.real, box.text, box.flag = 41, 1.5, 'secret word', True
        box.table = {'key word': 1}
        box.table['key word']
        len(box.table)
    work()
    """


def shown(trace: Trace) -> dict[str, Any]:
    return {str(key): value for _, _, key, value in trace.accesses("work") if key != "table"}


def test_settings(record: Record) -> None:
    default = record(PROGRAM).trace
    values = shown(default)
    assert (values["number"], values["real"], values["flag"]) == (41, "1.5", True)
    assert values["text"][0] == "fingerprint" and values["'key word'"] == 1 and values["structure"] == 1
    assert "secret word" not in [text.strip("'") for text in default.strings.values()]
    assert (default.meta["values"], default.meta["strings"], default.meta["keys"]) == ("on", "hash", "repr")


def test_settings_that_tell_more(record: Record) -> None:
    assert shown(record(PROGRAM, "--strings", "repr").trace)["text"] == "'secret word'"


def test_settings_that_tell_less(record: Record) -> None:
    trace = record(PROGRAM, "--values", "off", "--strings", "off", "--keys", "off").trace
    values = shown(trace)
    assert set(values) == {"number", "real", "text", "flag", "", "structure"}
    assert set(values.values()) == {("unknown",)}
    hashed = shown(record(PROGRAM, "--keys", "hash").trace)
    assert [key for key in hashed if key.startswith("#") and len(key) == 17]


def test_the_recording_tells_about_itself(record: Record) -> None:
    trace = record("import asyncio\nasyncio.run(asyncio.sleep(0))\n").trace
    assert {"agent", "python", "implementation", "platform", "hostname", "argv", "root", "started"} <= set(
        trace.meta
    )
    assert trace.meta["loop"].endswith("EventLoop")
