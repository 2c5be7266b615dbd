"""Programs that have very many of something: what the benchmark measures the agent's memory by, besides `many_objects.py`.

python many.py KIND [SHARE]       one of those below, or a smaller share of it
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from queue import Queue
from typing import Any


class Cell:
    def __init__(self) -> None:
        self.value = 0
        self.table: dict[object, int] = {}


def tasks(count: int) -> None:
    """A million short ones, a thousand at a time."""
    cell = Cell()

    async def work() -> None:
        await asyncio.sleep(0)
        cell.value += 1

    async def main() -> None:
        for _ in range(count // 1000):
            await asyncio.gather(*[work() for _ in range(1000)])

    asyncio.run(main())


def live_tasks(count: int) -> None:
    """20,000 that all wait for the same event."""
    cell = Cell()

    async def work(event: asyncio.Event) -> None:
        await event.wait()
        cell.value += 1

    async def main() -> None:
        event = asyncio.Event()
        waiting = [asyncio.ensure_future(work(event)) for _ in range(count // 50)]
        await asyncio.sleep(0)
        event.set()
        await asyncio.gather(*waiting)

    asyncio.run(main())


def keys(count: int) -> None:
    """A million distinct texts, as keys of a table that is emptied now and then."""
    cell = Cell()
    for number in range(count):
        cell.table[f"the key of number {number}"] = number
        if len(cell.table) > 10_000:
            cell.table.clear()


def long_keys(count: int) -> None:
    """Ten thousand distinct texts of 20,000 characters."""
    cell = Cell()
    for number in range(count // 100):
        cell.table[f"{number} " * 4000] = number
        cell.table.clear()


def texts(count: int) -> None:
    """A million distinct texts of 1,000 characters as values."""
    cell: Any = Cell()
    for number in range(count):
        cell.value = f"{number:x}".rjust(1000)


def handles(count: int) -> None:
    """100,000 timers that wait."""
    cell = Cell()

    def ring() -> None:
        cell.value += 1

    async def main() -> None:
        loop = asyncio.get_running_loop()
        timers = [loop.call_later(3600, ring) for _ in range(count // 10)]
        await asyncio.sleep(0.5)
        for timer in timers:
            timer.cancel()

    asyncio.run(main())


def items(count: int) -> None:
    """200,000 in a queue."""
    cell = Cell()

    async def main() -> None:
        queue: asyncio.Queue[int] = asyncio.Queue()
        for number in range(count // 5):
            queue.put_nowait(number)
        while not queue.empty():
            cell.value += queue.get_nowait()

    asyncio.run(main())


def scopes(count: int) -> None:
    """100,000 functions within functions, each with a variable that it changes."""

    def counter() -> Callable[[], int]:
        at = 0

        def step() -> int:
            nonlocal at
            at += 1
            return at

        return step

    kept = [counter() for _ in range(count // 10)]
    print(sum(step() for step in kept))


def classes(count: int) -> None:
    """20,000 classes, each with an object."""
    kept = []
    for number in range(count // 50):
        made = type(f"Class{number}", (Cell,), {})()
        made.value = number
        kept.append(made)


def passing_lists(count: int) -> None:
    """Lists of a million numbers, one after the other, in a step that does not end."""
    cell: Any = Cell()
    for number in range(count // 2000):
        cell.table = [number] * 1_000_000


def recursion(count: int) -> None:
    """50,000 calls within one another."""
    cell = Cell()

    def down(left: int) -> int:
        cell.value += 1
        return down(left - 1) + 1 if left else 0

    sys.setrecursionlimit(count)
    threading.stack_size(512 << 20)
    thread = threading.Thread(target=lambda: print(down(count // 20)))
    thread.start()
    thread.join()


def flood(count: int) -> None:
    """Four threads that do nothing but read and write, a million times each: more than a writer can take."""
    cells = [Cell() for _ in range(4)]
    done: Queue[int] = Queue()

    def work(cell: Cell) -> None:
        for _ in range(count):
            bump(cell)
        done.put(cell.value)

    for cell in cells:
        threading.Thread(target=work, args=(cell,)).start()
    print(sum(done.get() for _ in cells))


def long_loop(count: int) -> None:
    """One loop over a container, five million times around, that calls nothing."""
    table = dict.fromkeys(range(1000), 0)
    at = 0
    while at < 5 * count:
        table[at % 1000] = at
        at += 1
    print(len(table))


def crowd(count: int) -> None:
    """Fifty threads that read and write, 40,000 times each."""
    cells = [Cell() for _ in range(50)]
    done: Queue[int] = Queue()

    def work(cell: Cell) -> None:
        for _ in range(count // 25):
            cell.value += 1
        done.put(cell.value)

    for cell in cells:
        threading.Thread(target=work, args=(cell,)).start()
    print(sum(done.get() for _ in cells))


def bump(cell: Cell) -> None:
    cell.value += 1


KINDS: dict[str, Callable[[int], None]] = {
    kind.__name__: kind
    for kind in (
        *(tasks, live_tasks, keys, long_keys, texts, handles, items, scopes, classes),
        *(passing_lists, recursion, flood, long_loop, crowd),
    )
}

if __name__ == "__main__":
    KINDS[sys.argv[1]](int(1_000_000 * float(sys.argv[2] if len(sys.argv) > 2 else 1)))
