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


def empty_loop(box: Box) -> None:
    for _ in range(ACCESSES):
        pass


def reads(box: Box) -> None:
    for _ in range(ACCESSES):
        box.value  # noqa: B018


def writes(box: Box) -> None:
    for _ in range(ACCESSES):
        box.value = 2


def nothing(box: Box) -> Box:
    return box


def calls(box: Box) -> None:
    for _ in range(ACCESSES):
        nothing(box)


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
    loop = best(lambda: empty_loop(box), ACCESSES)
    print(
        json.dumps(
            {
                "attribute read": best(lambda: reads(box), ACCESSES) - loop,
                "attribute write": best(lambda: writes(box), ACCESSES) - loop,
                "call of a function": best(lambda: calls(box), ACCESSES) - loop,
                "step of a task": best(lambda: asyncio.run(several_tasks()), 4 * STEPS),
            }
        )
    )


if __name__ == "__main__":
    main()
