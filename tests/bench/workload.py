"""What the benchmark times, plain and recorded: prints nanoseconds for one of each as JSON."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable

ROUNDS = 5
ACCESSES = 20_000
STEPS = 5_000


class Box:
    def __init__(self) -> None:
        self.value = 1


def reads(box: Box) -> None:
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


def writes(box: Box) -> None:
    for _ in range(ACCESSES // 10):
        box.value = 1
        box.value = 2
        box.value = 3
        box.value = 4
        box.value = 5
        box.value = 6
        box.value = 7
        box.value = 8
        box.value = 9
        box.value = 0


async def steps() -> None:
    for _ in range(STEPS):
        await asyncio.sleep(0)


async def several_tasks() -> None:
    await asyncio.gather(*(steps() for _ in range(4)))


def best(function: Callable[[], object], count: int) -> float:
    """Nanoseconds for one of `count`, in the best of a few rounds; the recorder gets time to write in between."""
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter_ns()
        function()
        times.append(time.perf_counter_ns() - started)
        time.sleep(0.3)
    return min(times) / count


def main() -> None:
    box = Box()
    print(
        json.dumps(
            {
                "attribute read": best(lambda: reads(box), ACCESSES),
                "attribute write": best(lambda: writes(box), ACCESSES),
                "step of a task": best(lambda: asyncio.run(several_tasks()), 4 * STEPS),
            }
        )
    )


if __name__ == "__main__":
    main()
