"""Small asyncio programs as data: what the generator makes, the interpreter runs and the shrinker takes apart.

A program is a handful of tasks over a few shared cells. `render` turns it into the text of a module and tells every
statement its line, so that what the interpreter sees and what the analyzer reports can be compared line by line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cell:
    """One piece of shared state. `kind` is attribute, item, global or nonlocal; `key` is an item's."""

    kind: str
    name: str
    key: str = ""

    def text(self, owner: str = "s") -> str:
        if self.kind == "attribute":
            return f"{owner}.{self.name}"
        return f"{owner}.{self.name}[{self.key!r}]" if self.kind == "item" else self.name


@dataclass
class Statement:
    line: int = field(default=0, init=False)


@dataclass
class Read(Statement):
    """`local = cell`; `via` is direct, method, or one of the async methods (see HELPERS)."""

    local: str
    cell: Cell
    via: str = "direct"


@dataclass
class Write(Statement):
    """`cell = local + constant`, or the constant alone where `local` is empty; `via` as in Read."""

    cell: Cell
    local: str
    constant: int
    via: str = "direct"


@dataclass
class Augment(Statement):
    """`cell += constant`, or `cell += await later(constant)`, which reads before it awaits."""

    cell: Cell
    constant: int
    awaits: bool = False


@dataclass
class Check(Statement):
    """`if cell == constant: … else: …`; where `local` is given, it is the local that is compared."""

    cell: Cell | None
    local: str
    constant: int
    body: list[Statement]
    orelse: list[Statement] = field(default_factory=list)
    via: str = "direct"


@dataclass
class Wait(Statement):
    """`yield`: sleep(0) · `timer`: a real sleep · `io`: a future that somebody outside completes."""

    how: str


@dataclass
class Locked(Statement):
    """`async with` a Lock or a Semaphore of the program's."""

    name: str
    body: list[Statement]


@dataclass
class Signal(Statement):
    """`how` is set or wait, of an Event; put or get, of a Queue."""

    how: str
    name: str


@dataclass
class Repeat(Statement):
    count: int
    body: list[Statement]


@dataclass
class Spawn(Statement):
    """`local = asyncio.create_task(function(s))`."""

    local: str
    function: str


@dataclass
class Join(Statement):
    """`await local`, of a task."""

    local: str


@dataclass
class Gather(Statement):
    functions: list[str]


@dataclass
class Return(Statement):
    pass


@dataclass
class Program:
    """`functions`: name -> body, each at most once running; `tasks`: the ones that main gathers, in order."""

    cells: list[Cell]
    primitives: dict[str, str]
    functions: dict[str, list[Statement]]
    tasks: list[str]


# The bodies of methods that stand between a task and a cell: lines before the access, the access itself, lines after.
HELPERS = {
    "get": ("def get_{c}(self):", [], "return {x}", []),
    "load": ("async def load_{c}(self):", ["await asyncio.sleep(0)"], "return {x}", []),
    "fetch": ("async def fetch_{c}(self):", [], "value = {x}", ["await asyncio.sleep(0)", "return value"]),
    "put": ("def put_{c}(self, value):", [], "{x} = value", []),
    "store": ("async def store_{c}(self, value):", ["await asyncio.sleep(0)"], "{x} = value", []),
}
SUSPENDING = {"load", "fetch", "store"}

PRIMITIVES = {
    "Lock": "asyncio.Lock()",
    "One": "asyncio.Semaphore(1)",
    "Two": "asyncio.Semaphore(2)",
    "Event": "asyncio.Event()",
    "Queue": "asyncio.Queue()",
}


def blocks(statement: Statement) -> list[list[Statement]]:
    """The blocks inside a statement; changing them changes the program."""
    if isinstance(statement, Check):
        return [statement.body, statement.orelse]
    return [statement.body] if isinstance(statement, (Locked, Repeat)) else []


def all_statements(body: list[Statement]) -> Iterator[Statement]:
    for statement in body:
        yield statement
        for block in blocks(statement):
            yield from all_statements(block)


def waits(statement: Statement) -> bool:
    """Whether there is an `await` in it, at any depth."""
    if isinstance(statement, (Wait, Locked, Join, Gather)):
        return True
    if isinstance(statement, Signal):
        return statement.how in ("wait", "get")
    if isinstance(statement, Augment):
        return statement.awaits
    if isinstance(statement, (Read, Write, Check)) and statement.via in SUSPENDING:
        return True
    return any(waits(inner) for block in blocks(statement) for inner in block)


def leaves(statement: Statement) -> bool:
    """Whether there is a `return` in it, at any depth."""
    return isinstance(statement, Return) or any(
        leaves(inner) for block in blocks(statement) for inner in block
    )
