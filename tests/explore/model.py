"""Small asyncio programs as data: what the generator makes, the interpreter runs and the shrinker takes apart.

A program is a handful of tasks over a few shared cells. `render` turns it into the text of a module and tells every
statement its line, so that what the interpreter sees and what the analyzer reports can be compared line by line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cell:
    """One piece of shared state. `kind` is attribute, item, global, nonlocal, entry (a dictionary's key that may be absent)
    or list (how long it is); `key` is an item's or entry's."""

    kind: str
    name: str
    key: str = ""

    def text(self, owner: str = "s") -> str:
        """What it is called where it is written; a list, where it is changed."""
        if self.kind in ("attribute", "list"):
            return f"{owner}.{self.name}"
        return f"{owner}.{self.name}[{self.key!r}]" if self.kind in ("item", "entry") else self.name

    def value_text(self) -> str:
        """What gives its value where a program reads it."""
        if self.kind == "entry":
            return f"s.{self.name}.get({self.key!r}, 0)"
        return f"len(s.{self.name})" if self.kind == "list" else self.text()

    def has_helpers(self) -> bool:
        return self.kind in ("attribute", "item")


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
class Remove(Statement):
    """`pop` of an entry that may be absent, or of a list that may be empty."""

    cell: Cell


@dataclass
class Fill(Statement):
    """`local = d.setdefault(key, constant)`, of an entry."""

    local: str
    cell: Cell
    constant: int


@dataclass
class Check(Statement):
    """`if cell == constant: … else: …`; where `local` is given, it is the local that is compared. `how` of an entry may be
    "in" or "not in" instead."""

    cell: Cell | None
    local: str
    constant: int
    body: list[Statement]
    orelse: list[Statement] = field(default_factory=list)
    via: str = "direct"
    how: str = "=="

    def holds(self, value: int | None) -> bool:
        if self.how == "==":
            return (value or 0) == self.constant
        return (value is not None) == (self.how == "in")


@dataclass
class Wait(Statement):
    """`yield`: sleep(0) · `timer`: a real sleep · `io`: a future that somebody outside completes."""

    how: str


@dataclass
class Locked(Statement):
    """`async with` a Lock, a Semaphore or a Condition of the program's."""

    name: str
    body: list[Statement]


@dataclass
class Until(Statement):
    """`while cell == constant: await condition.wait()`, under the condition's lock."""

    name: str
    cell: Cell
    constant: int


@dataclass
class Guarded(Statement):
    """`try: body` and `finally: final`, which does not wait."""

    body: list[Statement]
    final: list[Statement]


@dataclass
class Signal(Statement):
    """`how` is set or wait, of an Event; put, put to (which awaits) or get, of a Queue; notify, of a Condition whose
    lock is held."""

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
    """Awaits a task, however it ends."""

    local: str


@dataclass
class Cancel(Statement):
    local: str


@dataclass
class Timed(Statement):
    """`wait_for` a task of the function, that may be cancelled by the timeout."""

    function: str


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
# `view` is a property.
HELPERS = {
    "get": ("def get_{c}(self):", [], "return {x}", []),
    "view": ("def view_{c}(self):", [], "return {x}", []),
    "load": ("async def load_{c}(self):", ["await asyncio.sleep(0)"], "return {x}", []),
    "fetch": ("async def fetch_{c}(self):", [], "value = {x}", ["await asyncio.sleep(0)", "return value"]),
    "put": ("def put_{c}(self, value):", [], "{x} = value", []),
    "store": ("async def store_{c}(self, value):", ["await asyncio.sleep(0)"], "{x} = value", []),
}
SUSPENDING = {"load", "fetch", "store", "deep"}
INNER = {"deep": "load"}
"""Methods that only call another, in which the access stands."""

PRIMITIVES = {
    "Lock": "asyncio.Lock()",
    "One": "asyncio.Semaphore(1)",
    "Two": "asyncio.Semaphore(2)",
    "Event": "asyncio.Event()",
    "Queue": "asyncio.Queue()",
    "Short": "asyncio.Queue(1)",
    "Condition": "asyncio.Condition()",
}
LOCKS = ("Lock", "One", "Two", "Condition")
"""What `async with` takes."""
EXCLUSIVE = ("Lock", "One", "Condition")
"""Of those, what one at a time may hold."""


def blocks(statement: Statement) -> list[list[Statement]]:
    """The blocks inside a statement; changing them changes the program."""
    if isinstance(statement, Check):
        return [statement.body, statement.orelse]
    if isinstance(statement, Guarded):
        return [statement.body, statement.final]
    return [statement.body] if isinstance(statement, (Locked, Repeat)) else []


def all_statements(body: list[Statement]) -> Iterator[Statement]:
    for statement in body:
        yield statement
        for block in blocks(statement):
            yield from all_statements(block)


def waits(statement: Statement) -> bool:
    """Whether there is an `await` in it, at any depth."""
    if isinstance(statement, (Wait, Locked, Until, Join, Gather, Timed)):
        return True
    if isinstance(statement, Signal):
        return statement.how in ("wait", "get", "put to")
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


def ends(body: list[Statement]) -> bool:
    """Whether nothing comes after it."""
    if not body:
        return False
    match body[-1]:
        case Return():
            return True
        case Check(body=one, orelse=other):
            return ends(one) and ends(other)
        case Locked(body=inner) | Guarded(body=inner):
            return ends(inner)
    return False


def decides(check: Check) -> bool:
    """Whether the check guards what follows it: a branch does not come there, or may not. One that waits, and then may not
    or may, is there for the wait."""
    return any(
        ends(block) or (any(map(leaves, block)) and not any(map(waits, block))) for block in blocks(check)
    )


def may_wait(check: Check) -> bool:
    """Whether a branch awaits; what the condition itself does is another matter."""
    return any(waits(inner) for block in blocks(check) for inner in block)
