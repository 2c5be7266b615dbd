"""What the agent remembers takes no more memory than it may; what is left out is counted, and what is in stays right."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from recording import Record
from staleread._options import Options
from staleread._record.budget import Budget
from staleread._record.identity import Identity, Scope
from staleread._record.recorder import Recorder
from staleread._trace.standing import Standing

PROGRAM = """
    import asyncio, os, time

    class Thing:
        def __init__(self, value):
            self.value = value

    class Box:
        pass

    def wait_until_written(thing):
        for _ in range(2):  # The first time may tell of what was there before.
            size = os.path.getsize("trace.srt")
            while os.path.getsize("trace.srt") == size:
                thing.value += 1
                time.sleep(0.005)

    def fill():
        things, table = [], {}
        for number in range(4500):
            thing = Thing(number)
            thing.value += 1
            things.append(thing)
            table[f"key {number}"] = thing
            if number % 500 == 0:
                wait_until_written(things[0])  # So that no events are lost.
        return len(things) + len(table)

    async def work(lock, box):
        async with lock:
            box.n = 1

    async def main():
        print(fill())
        lock = asyncio.Lock()
        await asyncio.gather(*[work(lock, Box()) for _ in range(10)])

    asyncio.run(main())
    """


@pytest.mark.parametrize("memory", ["4M", "64M"])
def test_what_there_is_no_memory_for_is_told(record: Record, memory: str) -> None:
    recorded = record(PROGRAM, "--memory", memory, "--keys", "repr")
    assert (recorded.status, recorded.stdout, recorded.stderr) == (0, "9000\n", "")
    trace = recorded.trace
    assert trace.end is not None and "off" not in trace.end and trace.end["lost_events"] == "0"
    told = [event for event in trace.of("read", "write") if event.object and event.key != 2]
    left_out = [event for event in trace.of("read", "write") if not event.object or event.key == 2]
    assert {event.object for event in told} - trace.objects().keys() == set()
    if memory == "64M":
        assert not left_out and "unfollowed" not in trace.end
    else:
        assert left_out and int(trace.end["unfollowed"]) >= len(left_out)
        assert 1500 < len(trace.objects()) < 4500
    # Locks are followed whatever else is not.
    assert len(trace.of("acquire")) == len(trace.of("release")) == 10
    assert {event.object for event in trace.of("acquire")} <= trace.objects().keys()


def test_what_cannot_be_left_out_ends_it() -> None:
    budget = Budget(64_000)
    assert budget.allows(20_000) and not budget.allows(20_000) and budget.refused == 1
    budget.take(15_000)
    assert not budget.is_broken()
    told = [2000]
    budget.parts.append(told.pop)
    budget.ask()
    assert budget.is_broken() and budget.taken == 37_000
    told.append(0)
    budget.ask()
    budget.give_back(25_000)
    assert budget.allows(14_000) and not budget.is_broken() and budget.refused == 1


def test_events_have_what_is_left() -> None:
    budget = Budget(64 << 20)
    assert budget.for_events() == 28 << 20
    budget.take(30 << 20)
    assert budget.for_events() == 16 << 20
    budget.take(1 << 30)
    assert budget.for_events() == 10 << 20


class Thing:
    pass


class Slotted:
    __slots__ = ()


def keep_scope(identity: Identity, kept: list[Scope]) -> None:
    kept[0] = Scope(1)
    identity.take(kept[0], "f")


COUNT = 11_000
"""Tables have just grown then, and take the most."""

REMEMBERED: dict[str, tuple[Callable[[int], Any], Callable[[Recorder, Any], object]]] = {
    "objects": (lambda number: Thing(), lambda recorder, thing: recorder.identity.number(thing)),
    "lists": (lambda number: [], lambda recorder, made: recorder.identity.number(made)),
    "slotted objects": (lambda number: Slotted(), lambda recorder, made: recorder.identity.number(made)),
    "tokens": (lambda number: Thing(), lambda recorder, thing: recorder.identity.token(thing)),
    "keys": (lambda number: f"key {number}", lambda recorder, key: recorder.values.key(key)),
    "long keys": (lambda number: f"{number}" * 50, lambda recorder, key: recorder.values.key(str(key) + ".")),
    "tuples": (lambda number: (number, f"{number}"), lambda recorder, key: recorder.values.key(key)),
    "objects as keys": (lambda number: Thing(), lambda recorder, key: recorder.values.key(key)),
    "numbers": (lambda number: number / 7, lambda recorder, value: recorder.values.value(value)),
    "classes": (lambda number: type("Thing", (), {}), lambda recorder, made: recorder.types.info(made)),
    "scopes": (lambda number: [None], lambda recorder, kept: keep_scope(recorder.identity, kept)),
}


TOLD_AGAIN = ("objects", "lists", "keys", "numbers")
"""What a trace that keeps the newest remembers more of."""


@pytest.mark.parametrize(
    ("name", "newest"), [*[(name, 0) for name in REMEMBERED], *[(name, 1 << 20) for name in TOLD_AGAIN]]
)
def test_what_counts_is_what_is_taken(name: str, newest: int) -> None:
    """By Python's own account: never more than counts, and not much less."""
    make, remember = REMEMBERED[name]
    recorder = Recorder(Options("", root="", max_bytes=newest), pytest.fail)
    standing = Standing()
    count = COUNT // 10 if name == "classes" else COUNT
    made = [make(number) for number in range(count)]
    remember(recorder, make(-1))
    recorder.budget.ask()
    counted = -recorder.budget.taken
    tracemalloc.start()
    try:
        for one in made:
            remember(recorder, one)
        recorder.tables.take()
        events = recorder.buffer.take(1 << 30)
        if newest:
            standing.take(events.numbers(), [0] * len(events))
        del events
        gc.collect()
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    recorder.budget.ask()
    counted += recorder.budget.taken
    recorder.identity.forget_all()
    assert counted / 3 < taken < counted, (taken / count, counted / count)
