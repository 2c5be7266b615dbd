"""What the benchmark times, plain and recorded: prints nanoseconds for one of each as JSON.

    python workload.py [PAUSE]      seconds between two rounds, in which a recorder can write

Told once a loop may be what a loop reads again and again of an object that nobody can change meanwhile; the other
reads are of ten attributes of ever another object. Every loop does ten of what it measures each time round.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable

ROUNDS = 3
ACCESSES = 10_000
STEPS = 2_500
NAMES = "abcdefghij"


class Box:
    def __init__(self) -> None:
        self.value = 1
        self.a = self.b = self.c = self.d = self.e = self.f = self.g = self.h = self.i = self.j = 1


BOXES = [Box() for _ in range(ACCESSES // 10)]
TABLES = [dict.fromkeys(NAMES, 1) for _ in range(ACCESSES // 10)]


def reads_in_a_loop(box: Box) -> None:
    for _ in range(ACCESSES // 10):
        a = box.value
        b = box.value
        c = box.value
        d = box.value
        e = box.value
        f = box.value
        g = box.value
        h = box.value
        i = box.value
        j = box.value
    del a, b, c, d, e, f, g, h, i, j


def reads(boxes: list[Box]) -> None:
    for box in boxes:
        a = box.a
        b = box.b
        c = box.c
        d = box.d
        e = box.e
        f = box.f
        g = box.g
        h = box.h
        i = box.i
        j = box.j
    del a, b, c, d, e, f, g, h, i, j


def writes(boxes: list[Box]) -> None:
    for box in boxes:
        box.a = 1
        box.b = 2
        box.c = 3
        box.d = 4
        box.e = 5
        box.f = 6
        box.g = 7
        box.h = 8
        box.i = 9
        box.j = 0


def item_reads(tables: list[dict[str, int]]) -> None:
    for table in tables:
        a = table["a"]
        b = table["b"]
        c = table["c"]
        d = table["d"]
        e = table["e"]
        f = table["f"]
        g = table["g"]
        h = table["h"]
        i = table["i"]
        j = table["j"]
    del a, b, c, d, e, f, g, h, i, j


def item_writes(tables: list[dict[str, int]]) -> None:
    for table in tables:
        table["a"] = 1
        table["b"] = 2
        table["c"] = 3
        table["d"] = 4
        table["e"] = 5
        table["f"] = 6
        table["g"] = 7
        table["h"] = 8
        table["i"] = 9
        table["j"] = 0


def entered(box: Box | None) -> None:
    """Does nothing, but could access something: else it would not be told."""
    if box is not None:
        box.value = 0


def calls() -> None:
    for _ in range(ACCESSES // 10):
        entered(None)
        entered(None)
        entered(None)
        entered(None)
        entered(None)
        entered(None)
        entered(None)
        entered(None)
        entered(None)
        entered(None)


async def steps() -> None:
    for _ in range(STEPS):
        await asyncio.sleep(0)


async def several_tasks() -> None:
    await asyncio.gather(*(steps() for _ in range(4)))


def best(function: Callable[[], object], count: int, pause: float) -> float:
    """Nanoseconds for one of `count`, in the best of a few rounds."""
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter_ns()
        function()
        times.append(time.perf_counter_ns() - started)
        time.sleep(pause)
    return min(times) / count


def main() -> None:
    pause = float(sys.argv[1]) if len(sys.argv) > 1 else 0.0
    box = Box()
    measured = {
        "attribute read, once a loop": best(lambda: reads_in_a_loop(box), ACCESSES, pause),
        "attribute read, each told": best(lambda: reads(BOXES), ACCESSES, pause),
        "attribute write": best(lambda: writes(BOXES), ACCESSES, pause),
        "item read": best(lambda: item_reads(TABLES), ACCESSES, pause),
        "item write": best(lambda: item_writes(TABLES), ACCESSES, pause),
        "function entered": best(calls, ACCESSES, pause),
        "step of a task": best(lambda: asyncio.run(several_tasks()), 4 * STEPS, pause),
    }
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
