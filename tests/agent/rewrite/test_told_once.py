"""What a loop reads again and again is told once, where nobody else can have changed it; and only there."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from typing import Any

import pytest
from rewriting import Heard, rewrite

READS = ("_sr_read", "_sr_item", "_sr_global", "_sr_closure", "_sr_truth", "_sr_len")


@pytest.fixture
def alone() -> Iterator[None]:
    yield
    vars(builtins)["_sr_alone"] = False


class Box:
    def __init__(self) -> None:
        self.a = self.b = 1
        self.table = {"k": 1}
        self.on = True


def told(body: str, before: str = "", alone: bool = True) -> dict[str, int]:
    """How often each read is told in a function of this body, by its expression."""
    heard = Heard()
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    subject = rewrite(f"{before}\ndef run(x, d, k, items):\n{lines}", heard.hooks())
    vars(builtins)["_sr_alone"] = alone
    subject.run()["run"](Box(), {"k": 1, "j": 2}, "k", [1, 2, 3])
    counts: dict[str, int] = {}
    for name in READS:
        for given in heard.of(name):
            row = subject.table.site(given[-1])
            assert row is not None
            word = {"_sr_truth": "truth of ", "_sr_len": "length of "}.get(name, "")
            counts[word + row.expression] = counts.get(word + row.expression, 0) + 1
    return counts


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("for i in range(3):\n    i + x.a + x.b", {"x.a": 1, "x.b": 1}),
        ("for i in range(3):\n    i + d[k] + d['k']", {"d[k]": 1, "d['k']": 1}),
        ("i = 0\nwhile i < 2 + x.a:\n    i += 1", {"x.a": 1}),
        ("i = 0\nwhile x.on and i < 3:\n    i += 1", {"x.on": 1, "truth of x.on": 1}),
        ("for i in range(3):\n    len(items) + len(x.table)", {"length of len(items)": 1, "x.table": 1}),
        ("for i in range(3):\n    for j in range(3):\n        i + j + x.a", {"x.a": 1}),
        (
            "for i in range(3):\n    try:\n        i / 0 + x.a\n    except ZeroDivisionError:\n        x.b",
            {"x.b": 1},
        ),
        ("for n in range(2):\n    print(end='')\n    for i in range(3):\n        i + x.a", {"x.a": 2}),
        ("for i in items:\n    if i == 2:\n        x.a", {"x.a": 1}),
    ],
)
def test_a_loop_tells_once_what_it_leaves_alone(body: str, expected: dict[str, int], alone: None) -> None:
    got = told(body)
    assert {name: got.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    "body",
    [
        "for i in range(3):\n    x.a\n    print(end='')",
        "for i in range(3):\n    x.a\n    x.a = i",
        "for i in range(3):\n    x.a\n    d[k], x.a = 1, 2",
        "for i in range(3):\n    x.a\n    for d['a'], x.a in []: pass",
        "for i in range(3):\n    y = x\n    y.a",
        "for i in range(3):\n    x.a\n    x = x",
        "for i in range(3):\n    x.a\n    (x := x)",
        "for i in range(3):\n    x.a\n    f = lambda: 1",
        "for i in range(3):\n    x.a\n    with x.lock if False else open('/dev/null'): pass",
        "for i in range(3):\n    x.a\n    import sys",
        "for i in range(3):\n    x.a\n    n = 1\n    del n",
        "for i in range(3):\n    i + d['k']\n    d['k'] = 2",
        "for i in range(3):\n    d['k']\n    d |= {}",
        "for i in range(3):\n    d['k']\n    e = d\n    e['j'] += 1",
        "for x.c in range(3):\n    x.c",
        "for i in range(3):\n    [x.a for j in [1]]",
        "for i in range(3):\n    x.a\n    try:\n        1 / 0\n    except ZeroDivisionError as x:\n        pass\n    x = X",
    ],
)
def test_what_it_may_have_changed_is_told_each_time(body: str, alone: None) -> None:
    counts = told(body, "class X:\n    a = 1\nX = X()")
    assert [count for name, count in counts.items() if name in ("x.a", "y.a", "x.c", "d['k']")] == [3]


def test_a_loop_that_suspends_tells_each_time(alone: None) -> None:
    heard = Heard()
    source = """
        async def run(x):
            for i in range(3):
                x.a
                await other()
        def gen(x):
            for i in range(3):
                yield x.a
        async def other():
            pass
        """
    names = rewrite(source, heard.hooks()).run()
    vars(builtins)["_sr_alone"] = True
    with pytest.raises(StopIteration):
        names["run"](Box()).send(None)
    assert len(heard.of("_sr_read")) == 3
    assert len(list(names["gen"](Box()))) == 3 and len(heard.of("_sr_read")) == 6


def test_variables_of_others_are_told_once_too(alone: None) -> None:
    before = "G = 1\ndef change():\n    global G\n    G = 2\n"
    assert told("for i in range(3):\n    i + G", before)["G"] == 1
    assert told("global G\nfor i in range(3):\n    i + G\n    G = i", before)["G"] == 3
    closure = "n = 1\ndef change():\n    nonlocal n\n    n = 2\nfor i in range(3):\n    i + n"
    assert told(closure)["n"] == 1


def test_where_other_threads_run_everything_is_told(alone: None) -> None:
    assert told("for i in range(3):\n    i + x.a + d[k]", alone=False) == {"x.a": 3, "d[k]": 3}


def test_each_run_of_the_loop_tells_anew(alone: None) -> None:
    body = "def again(x):\n    for i in range(3):\n        i + x.a\nagain(x); again(x)"
    assert told(body) == {"x.a": 2}


def test_a_recording_tells_of_every_read_once_another_thread_is_started(record: Any) -> None:
    recording = record(
        """
        import threading
        class Box:
            def __init__(self):
                self.first = self.second = 1
        def look(box):
            for _ in range(5):
                box.first
        def look_again(box):
            for _ in range(5):
                box.second
        box = Box()
        look(box)
        thread = threading.Thread(target=print)
        thread.start()
        thread.join()
        look_again(box)
        """
    )
    assert recording.status == 0, recording.stderr
    trace = recording.trace
    assert [len(trace.accesses(name)) for name in ("look", "look_again")] == [1, 5]
