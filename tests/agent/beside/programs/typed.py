"""Annotated, for packages that check what is annotated."""

import asyncio


class Basket:
    def __init__(self) -> None:
        self.items: dict[str, int] = {"a": 1}
        self.seen: int = 0


async def total(basket: Basket) -> int:
    seen = basket.seen
    await asyncio.sleep(0)
    basket.seen = seen + 1
    basket.items["b"] = double(basket.items["a"])
    return sum(basket.items.values()) + basket.seen


def double(number: int) -> int:
    result: int = number * 2
    return result
