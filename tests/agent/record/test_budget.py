"""What the agent remembers takes no more memory than it may; what is left out is counted, and what is in stays right."""

from __future__ import annotations

import pytest
from recording import Record
from staleread._record.budget import Budget

PROGRAM = """
    import asyncio, time

    class Thing:
        def __init__(self, value):
            self.value = value

    class Box:
        pass

    def fill():
        things, table = [], {}
        for number in range(9000):
            thing = Thing(number)
            thing.value += 1
            things.append(thing)
            table[f"key {number}"] = thing
            if number % 1500 == 0:
                time.sleep(0.12)  # So that no events are lost.
        return sum(thing.value for thing in things) + len(table)

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
    assert (recorded.status, recorded.stdout, recorded.stderr) == (0, "40513500\n", "")
    trace = recorded.trace
    assert trace.end is not None and "off" not in trace.end
    told = [event for event in trace.of("read", "write") if event.object and event.key != 2]
    left_out = [event for event in trace.of("read", "write") if not event.object or event.key == 2]
    assert {event.object for event in told} - trace.objects().keys() == set()
    if memory == "64M":
        assert not left_out and "unfollowed" not in trace.end
    else:
        assert left_out and int(trace.end["unfollowed"]) >= len(left_out)
        assert 2000 < len(trace.objects()) < 8000
    # Locks are followed whatever else is not.
    assert len(trace.of("acquire")) == len(trace.of("release")) == 10
    assert {event.object for event in trace.of("acquire")} <= trace.objects().keys()


def test_what_cannot_be_left_out_ends_it() -> None:
    budget = Budget(1000)
    assert budget.allows(600) and not budget.allows(600) and budget.refused == 1
    budget.take(1300)
    assert not budget.is_broken()
    budget.take(200)
    assert budget.is_broken()
    budget.give_back(2100)
    assert budget.allows(1000)
