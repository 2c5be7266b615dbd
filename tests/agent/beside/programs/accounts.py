"""What the other programs here work with: state, and functions of every kind that touch it."""

import asyncio
import warnings
from dataclasses import dataclass, field

loaded = 1


async def transfer(source, target, amount):
    """Moves money."""
    left = source.balance - amount
    await asyncio.sleep(0)
    source.balance = left
    for _ in range(2):
        target.add(amount / 2)
    return source.balance, target.balance


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.log = []

    def add(self, amount):
        """
        >>> a = Account(1); a.add(2); a.balance
        3
        >>> a.add("x")
        Traceback (most recent call last):
          ...
        TypeError: unsupported operand type(s) for +=: 'int' and 'str'
        """
        self.balance += amount
        self.log.append(amount)


def numbered(count):
    kept = {}
    for number in range(count):
        kept[number] = yield number
    return kept


@dataclass(order=True)
class Point:
    x: int
    y: int = 0
    tags: list = field(default_factory=list, compare=False)


@dataclass
class Node:
    following: "Node | None"


def old():
    warnings.warn("old", DeprecationWarning, stacklevel=2)
