"""A program that makes very many objects and keeps half of them: what the benchmark measures the agent's memory by."""

from __future__ import annotations

import asyncio

OBJECTS = 400_000
AT_A_TIME = 2_000


class Item:
    def __init__(self, number: int) -> None:
        self.number = number
        self.tags = [number]


class Shelf:
    def __init__(self) -> None:
        self.kept: dict[int, Item] = {}
        self.made = 0

    def put(self, item: Item) -> None:
        self.made += 1
        if item.number % 2 == 0:
            self.kept[item.number] = item


async def fill(shelf: Shelf) -> None:
    for start in range(0, OBJECTS, AT_A_TIME):
        for number in range(start, start + AT_A_TIME):
            shelf.put(Item(number))
        await asyncio.sleep(0)


if __name__ == "__main__":
    everything = Shelf()
    asyncio.run(fill(everything))
    print(everything.made, len(everything.kept))
