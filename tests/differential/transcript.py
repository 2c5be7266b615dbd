"""Runs a program and writes down everything about it that can be observed.

In: its code, plain or instrumented, and a plan. Out: a transcript, line by line, that depends on nothing but the program and
the plan: two transcripts of one program must be equal.
"""

from __future__ import annotations

import gc
import inspect
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

from inspection import OURS, of_copies
from world import SUBJECT, Boom, Log, Loud, chain, describe, names_for, show

EVENTS = ("call ", "line ", "return ", "exception ")
"""How lines begin that a debugger would see."""

steps_max = 8
"""So often a generator or coroutine is resumed, before it is closed."""


@dataclass(frozen=True)
class Plan:
    """What is to happen to the program from outside."""

    entries: tuple[str, ...]
    fails_at: int = 0
    """The operation on our objects that fails; 0: none."""
    throws_at: int = 0
    """The resumption that throws; 0: none."""
    traced: bool = False


@dataclass(frozen=True)
class Transcript:
    lines: list[str]
    deaths: list[str]
    """Which objects went, in this order, the garbage collector's turn at the end included."""
    operations: int


def transcript(code: CodeType, plan: Plan, let_go: Callable[[], object] = lambda: None) -> Transcript:
    """`let_go` gives up what a recorder holds, as it does before a full collection of garbage."""
    log = Log(plan.fails_at)
    names = {"__name__": "subject", **names_for(log)}
    before, collects, unraisable = sys.gettrace(), gc.isenabled(), sys.unraisablehook
    gc.disable()
    sys.unraisablehook = lambda _: None  # of generators that are collected: when, is nobody's business
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sys.modules["subject"] = _Module(names)  # type: ignore[assignment]
        if plan.traced:
            sys.settrace(_tracer(log))
        try:
            _run(code, names, plan, log)
        finally:
            sys.settrace(before)
        _state(names, log)
        del sys.modules["subject"]
        names.clear()
        let_go()
        gc.collect(0)  # everything made in here is young
    sys.unraisablehook = unraisable
    if collects:
        gc.enable()
    return Transcript(log.lines, log.deaths, log.operations)


class _Module:
    """Where `pickle` looks for the functions and classes of the program."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.__dict__ = names


def _run(code: CodeType, names: dict[str, Any], plan: Plan, log: Log) -> None:
    drive(lambda: exec(code, names), plan, log)
    for entry in plan.entries:
        log(f"--- {entry}")
        a, b = Loud(log, "a"), names["Box"](1)
        drive(lambda entry=entry, a=a, b=b: eval(entry, names)(a, b, 1), plan, log)  # type: ignore[misc]
        log(f"left {show(vars(b), 4)}")


def _state(names: dict[str, Any], log: Log) -> None:
    """What is left in the module."""
    names.pop("__warningregistry__", None)  # of coroutines never awaited: where they go, is nobody's business
    for name, value in sorted(names.items()):
        if isinstance(value, (FunctionType, type)) and value.__module__ == "subject":
            log(describe(value))
            log(f"copies {of_copies(value)}")
        elif name.isupper() or name == "shared":
            log(f"{name} = {show(value)}")
        elif not callable(value):
            log(f"{name}: {type(value).__name__}")


def drive(call: Callable[[], Any], plan: Plan, log: Log) -> None:
    """Calls something, and brings what it returns to its end."""
    try:
        result = call()
        log(f"returned {show(result)}")
        if inspect.isasyncgen(result):
            _drive_async_generator(result, plan, log)
        elif inspect.iscoroutine(result) or inspect.isgenerator(result):
            _resume(result, plan, log)
    except BaseException as problem:
        for line in chain(problem):
            log(f"raised {line}")
        for line in _post_mortem(problem):
            log(line)


def _resume(running: Any, plan: Plan, log: Log) -> Any:
    """A generator or coroutine, to its end or until it is closed."""
    for step in range(1, steps_max + 1):
        try:
            given = (
                running.throw(Boom("thrown"))
                if step == plan.throws_at
                else running.send(step if step > 1 else None)
            )
        except StopIteration as ended:
            log(f"ended {show(ended.value)}")
            return ended.value
        log(f"gave {show(given)} {_suspended(running)}")
    log("closing")
    running.close()
    return None


def _drive_async_generator(generator: Any, plan: Plan, log: Log) -> None:
    for step in range(1, steps_max + 1):
        sent = generator.asend(step if step > 1 else None)
        if step == plan.throws_at:
            sent = generator.athrow(Boom("thrown"))
        try:
            _resume(_awaiting(sent, log), Plan(()), log)
        except StopAsyncIteration:
            log("ended")
            return
        log(_suspended(generator))
    _resume(_awaiting(generator.aclose(), log), Plan(()), log)


async def _awaiting(awaitable: Any, log: Log) -> None:
    log(f"got {show(await awaitable)}")


def _suspended(running: Any) -> str:
    """Where a generator, coroutine or asynchronous generator stands."""
    prefix = {"generator": "gi", "coroutine": "cr", "async_generator": "ag"}[type(running).__name__]
    frame, waits_for = (
        getattr(running, f"{prefix}_frame"),
        {"gi": "gi_yieldfrom"}.get(prefix, f"{prefix}_await"),
    )
    line = frame.f_lineno if frame is not None else None
    code = getattr(running, f"{prefix}_code")
    waited = getattr(running, waits_for)
    where = f"line {line}" if code.co_filename == SUBJECT else code.co_name
    return f"{prefix} {running.__qualname__} {where} on {type(waited).__name__} {_variables(frame)}"


def _variables(frame: Any) -> str:
    """The local variables of a frame of the program, ours left out."""
    if frame is None or frame.f_code.co_filename != SUBJECT:
        return ""
    shown = {
        name: value for name, value in sorted(frame.f_locals.items()) if not name.startswith((*OURS, "."))
    }
    return show(shown, 2)


def _post_mortem(problem: BaseException) -> list[str]:
    """The frames that an exception left, as a debugger shows them."""
    found, trace = [], problem.__traceback__
    while trace is not None:
        frame = trace.tb_frame
        if frame.f_code.co_filename == SUBJECT:
            found.append(f"frame {frame.f_code.co_name} {_variables(frame)}")
        trace = trace.tb_next
    return found


def _tracer(log: Log) -> Any:
    """What a debugger sees: the events of the program's frames."""

    def trace(frame: Any, event: str, argument: object) -> Any:
        if frame.f_code.co_filename != SUBJECT:
            return None
        told = show(argument[1]) if event == "exception" else ""  # type: ignore[index]
        shown = _variables(frame) if event == "line" else ""
        log(f"{event} {frame.f_code.co_name} {frame.f_lineno} {told} {shown}".rstrip())
        return trace

    return trace
