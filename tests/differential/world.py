"""What programs made at random find: objects that tell of everything that is done to them.

In: which operation is to fail. Out: a log of what happened, in order. Nothing here is ever rewritten, and nothing depends
on addresses or on the hashes of strings.
"""

from __future__ import annotations

import re
import sys
import threading
import traceback
import warnings
import weakref
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from typing import Any

operations_max = 400
"""A program that did so many is over."""

SUBJECT = "subject.py"
SUBJECT_MODULE = "subject"
_ADDRESS = re.compile("0x[0-9a-f]{6,}")


class Boom(Exception):
    """What the program raises, and what is raised into it."""


class Exhausted(BaseException):
    """The program has gone on for too long."""


def _failures() -> list[Callable[[int], BaseException]]:
    return [
        Boom,
        KeyError,
        AttributeError,
        StopIteration,
        ValueError,
        StopAsyncIteration,
        GeneratorExit,
        RuntimeError,
    ]


class Log:
    def __init__(self, fails_at: int) -> None:
        self.lines: list[str] = []
        self.operations = 0
        self.fails_at = fails_at
        self.deaths: list[str] = []

    def __call__(self, line: str) -> None:
        self.lines.append(_ADDRESS.sub("0x", line))

    def operation(self, line: str) -> None:
        """An operation of the program on one of our objects: sometimes it fails."""
        self.operations += 1
        self(line)
        if self.operations == self.fails_at:
            kinds = _failures()
            raise kinds[self.fails_at % len(kinds)](self.fails_at)
        if self.operations > operations_max:
            raise Exhausted


class Loud:
    """Logs every operation; what comes out of one is another such object."""

    def __init__(self, log: Log, name: str) -> None:
        object.__setattr__(self, "log", log)
        object.__setattr__(self, "name", name)

    def __repr__(self) -> str:
        return f"<{self.name}>"

    def __deepcopy__(self, known: object) -> Loud:
        return self

    def _did(self, line: str, *others: object) -> Loud:
        self.log.operation(f"{self.name} {line} {' '.join(map(show, others))}")
        return type(self)(self.log, f"{self.name[:1]}{self.log.operations}")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        made = self._did("get", name)
        if name == "missing":
            raise AttributeError(name)
        return made

    def __setattr__(self, name: str, value: object) -> None:
        self._did("set", name, value)

    def __delattr__(self, name: str) -> None:
        self._did("delete", name)

    def __getitem__(self, key: object) -> Any:
        return self._did("item", key)

    def __setitem__(self, key: object, value: object) -> None:
        self._did("set item", key, value)

    def __delitem__(self, key: object) -> None:
        self._did("delete item", key)

    def __contains__(self, key: object) -> bool:
        self._did("contains", key)
        return int(self.log.operations) % 2 == 0

    def __len__(self) -> int:
        self._did("len")
        return 2

    def __bool__(self) -> bool:
        self._did("bool")
        return int(self.log.operations) % 3 != 0

    def __iter__(self) -> Iterator[Any]:
        self._did("iter")
        return iter([self._did("first"), 1])

    def __reversed__(self) -> Iterator[Any]:
        return iter([self._did("reversed")])

    def __call__(self, *given: object, **named: object) -> Any:
        return self._did("call", *given, *named.items())

    def __index__(self) -> int:
        self._did("index")
        return 1

    def __hash__(self) -> int:
        return 7

    def __eq__(self, other: object) -> Any:
        return self._did("eq", other)

    def __ne__(self, other: object) -> Any:
        return self._did("ne", other)

    def __format__(self, form: str) -> str:
        self._did("format", form)
        return str(self.name)

    def __neg__(self) -> Any:
        return self._did("neg")

    def __pos__(self) -> Any:
        return self._did("pos")

    def __invert__(self) -> Any:
        return self._did("invert")

    def __enter__(self) -> Any:
        return self._did("enter")

    def __exit__(self, kind: Any, value: object, trace: Any) -> bool:
        self._did("exit", kind, value, trace and trace.tb_lineno)
        return int(self.log.operations) % 3 == 0

    async def __aenter__(self) -> Any:
        return self._did("aenter")

    async def __aexit__(self, kind: Any, value: object, trace: Any) -> bool:
        self._did("aexit", kind, value, trace and trace.tb_lineno)
        return int(self.log.operations) % 3 == 0

    def __await__(self) -> Generator[Any, Any, Any]:
        got = yield self._did("await")
        return got

    def __aiter__(self) -> Any:
        self._did("aiter")
        return several(self.log, 1)


def _operator(name: str) -> Callable[[Loud, object], Any]:
    return lambda self, other: self._did(name, other)


for _name in "add sub mul truediv floordiv mod matmul pow lshift rshift or xor and".split():
    for _prefix in ("", "r", "i"):
        setattr(Loud, f"__{_prefix}{_name}__", _operator(_prefix + _name))
for _name in "lt le gt ge".split():
    setattr(Loud, f"__{_name}__", _operator(_name))


class Mortal(Loud):
    """One whose end is logged."""

    def __init__(self, log: Log, name: str) -> None:
        super().__init__(log, name)
        weakref.finalize(self, log.deaths.append, name).atexit = False
        weakref.finalize(self, log, f"{name} died").atexit = False

    def __getattr__(self, name: str) -> Any:
        super().__getattr__(name)
        return Loud(self.log, f"m{self.log.operations}")

    def _did(self, line: str, *others: object) -> Loud:
        self.log.operation(f"{self.name} {line} {' '.join(map(show, others))}")
        return Loud(self.log, f"m{self.log.operations}")


class Point:
    __match_args__ = ("x", "y")
    ORIGIN = (0, 0)

    def __init__(self, x: object, y: object) -> None:
        self.x, self.y = x, y

    def __hash__(self) -> int:
        return 13


class Later:
    """Suspends once, and gives what it holds, or what is sent."""

    def __init__(self, log: Log, value: object, suspends: bool) -> None:
        self.log, self.value, self.suspends = log, value, suspends

    def __await__(self) -> Generator[Any, Any, Any]:
        self.log.operation("awaited")
        if self.suspends:
            got = yield "suspended"
            if got is not None:
                return got
        return self.value


async def several(log: Log, count: int) -> Any:
    for number in range(count):
        log.operation(f"several {number}")
        await Later(log, number, number == 1)
        yield number


class Context:
    def __init__(self, log: Log, number: object) -> None:
        self.log, self.number = log, number

    def __enter__(self) -> Any:
        self.log.operation(f"enter {show(self.number)}")
        return self.number, 2

    def __exit__(self, kind: Any, value: object, trace: Any) -> bool:
        self.log(f"exit {show(self.number)} {show(kind)} {trace and trace.tb_lineno}")
        return kind is not None and not issubclass(kind, Exhausted) and self.number == 2


class AsyncContext(Context):
    async def __aenter__(self) -> Any:
        await Later(self.log, 1, True)
        return self.__enter__()

    async def __aexit__(self, kind: Any, value: object, trace: Any) -> bool:
        await Later(self.log, 1, self.number == 1)
        return self.__exit__(kind, value, trace)


def box_class(log: Log) -> type:
    class Box:
        shared = 3

        def __init__(self, value: object, deeper: bool = True) -> None:
            self.value, self.other = value, 2
            self.items, self._table = {0: value, 1: 1, "k": [1]}, {"k": 0}
            self.rows, self.heap = [3, 1, 2], [1, 2, 3]
            self.seen, self.named = {1, 2}, {"d": 1}
            self.inner = Box(0, False) if deeper else None

        def __hash__(self) -> int:
            return 11

        def get(self, *given: object, **named: object) -> object:
            log.operation(f"get {show(given)} {show(named)}")
            return self.value

        def note(self, *given: object, **named: object) -> object:
            log.operation(f"note {show(given)} {show(named)}")
            return given[0] if given else None

        @property
        def twice(self) -> object:
            log.operation("twice")
            return self.value

    return Box


def show(value: object, depth: int = 3) -> str:
    """A value as text that is the same in every run."""
    if value is None or type(value) in (int, float, str, bytes, bool, complex, type(...), range, slice):
        return repr(value)[:60]
    if depth == 0:
        return type(value).__name__
    if type(value) in (list, tuple, set, frozenset):
        parts = [show(part, depth - 1) for part in value]  # type: ignore[attr-defined]
        if type(value) in (set, frozenset):  # Functions, say, are in there by their addresses.
            parts.sort()
        del parts[6:]
        return f"{type(value).__name__}{len(value)}[{', '.join(parts)}]"  # type: ignore[arg-type]
    if type(value) is dict:
        pairs = [f"{show(key, depth - 1)}: {show(part, depth - 1)}" for key, part in list(value.items())[:6]]
        return f"dict{len(value)}{{{', '.join(pairs)}}}"
    if isinstance(value, Loud):
        return repr(value)
    if type(value).__name__ == "Template":
        return _template(value, depth)
    if isinstance(value, type):
        return value.__qualname__
    if isinstance(value, BaseException):
        return f"{type(value).__name__}({', '.join(show(part, depth - 1) for part in value.args)})"
    if getattr(type(value), "__module__", "") == SUBJECT_MODULE:  # It may have a `__getattr__`.
        state = (
            object.__getattribute__(value, "__dict__") if getattr(type(value), "__dictoffset__", 0) else {}
        )
        return f"{type(value).__name__} {show(state, depth - 1)}"
    name = getattr(value, "__qualname__", "")
    state = object.__getattribute__(value, "__dict__") if hasattr(type(value), "shared") else {}
    return f"{type(value).__name__} {name} {show(state, depth - 1) if state else ''}".strip()


def _template(template: Any, depth: int) -> str:
    parts = [
        (part.value, part.expression, part.conversion, part.format_spec) for part in template.interpolations
    ]
    return f"template {show(template.strings, depth - 1)} {show(parts, depth)}"


def frames(frame: Any) -> list[str]:
    """The frames of the program that called one of our functions, the innermost first; nobody else's may be between."""
    found = []
    while frame is not None and frame.f_code.co_name != "drive":
        name = frame.f_code.co_filename.rpartition("/")[2]
        found.append(f"{name}:{frame.f_code.co_name}:{frame.f_lineno if name == SUBJECT else ''}")
        frame = frame.f_back
    return found


def names_for(log: Log) -> dict[str, Any]:
    """The globals of a program."""

    def say(*given: object, **named: object) -> Any:
        log.operation(f"say {show(given)} {show(named)}")
        return given[0] if given else None

    def tick() -> bool:
        log.operation("tick")
        return True

    def where(*_: object, **__: object) -> int:
        log.operation(f"where {frames(sys._getframe(1))}")
        return 1

    def current(*_: object, **__: object) -> Any:
        problem = sys.exc_info()[1]
        log.operation(f"current {show(problem)} {places(problem)}")
        return problem

    def warn(*_: object, **__: object) -> None:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            warnings.warn("careful", stacklevel=2)
        log.operation(f"warn {[(found.filename.rpartition('/')[2], found.lineno) for found in caught]}")

    def mortal(number: object, *_: object, **__: object) -> Mortal:
        log.operation(f"mortal {show(number)}")
        return Mortal(log, f"mortal{show(number)}")

    def copies(thing: object = None, *_: object, **__: object) -> object:
        from inspection import of_copies

        log.operation(f"copies {show(thing)}")
        log(f"copied {of_copies(thing)}")
        return thing

    def wrapped(function: Any) -> Any:
        def around(*given: object, **named: object) -> Any:
            log("wrapped")
            return function(*given, **named)

        return around

    return {
        "Box": box_class(log),
        "Boom": Boom,
        "Point": Point,
        "LOCK": threading.RLock(),
        "say": say,
        "tick": tick,
        "where": where,
        "current": current,
        "warn": warn,
        "mortal": mortal,
        "copies": copies,
        "wrapped": wrapped,
        "unchanged": lambda function: function,
        "describe": lambda thing: log(f"described {describe(thing)}"),
        "pair": lambda: (1, (2, 3)),
        "later": lambda value: Later(log, value, True),
        "now": lambda value: Later(log, value, False),
        "several": lambda count: several(log, count),
        "context": lambda number=None, *_: Context(log, number),
        "async_context": lambda number=None, *_: AsyncContext(log, number),
    }


def places(problem: BaseException | None) -> list[str]:
    """The lines of the program, and columns as tracebacks show them, that an exception went through."""
    found = []
    for frame in traceback.extract_tb(problem.__traceback__ if problem is not None else None):
        name = frame.filename.rpartition("/")[2]
        columns = (
            getattr(frame, "end_lineno", 0),
            getattr(frame, "colno", 0),
            getattr(frame, "end_colno", 0),
        )
        found.append(f"{name}:{frame.name}" + (f":{frame.lineno}-{columns}" if name == SUBJECT else ""))
    return found


def chain(problem: BaseException | None) -> list[str]:
    """An exception with its causes and contexts."""
    found: list[str] = []
    pending, seen = [("", problem)], set()
    while pending:
        word, one = pending.pop(0)
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        notes = getattr(one, "__notes__", "")
        found.append(f"{word}{show(one)} {one.__suppress_context__} {notes} {places(one)}")
        pending += [("cause ", one.__cause__), ("context ", one.__context__)]
        pending += [("part ", part) for part in getattr(one, "exceptions", ())]
    return found


def describe(thing: Any) -> str:
    """What `inspect` shows of a function or class."""
    from inspection import of_class, of_function

    with suppress(AttributeError):
        return of_class(thing) if isinstance(thing, type) else of_function(thing)
    return show(thing)
