"""The programs that are one cut smaller than a program, and still programs."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from functools import partial

from model import (
    Augment,
    Cancel,
    Check,
    Fill,
    Gather,
    Guarded,
    Join,
    Locked,
    Program,
    Read,
    Remove,
    Repeat,
    Signal,
    Spawn,
    Statement,
    Timed,
    Until,
    Wait,
    Write,
    all_statements,
    blocks,
)


def cuts(program: Program) -> Iterator[Program]:
    """Every well-formed program that is one cut smaller, the big cuts first."""
    for change in _changes(program):
        cut = copy.deepcopy(program)
        if change(cut) and is_well_formed(cut):
            yield cut


def _changes(program: Program) -> Iterator[Callable[[Program], bool]]:
    """Each does something to a copy, and tells whether there was anything to do."""
    for name in program.functions:
        yield partial(_drop_function, name=name)
    for name in program.primitives:
        yield partial(_drop_primitive, name=name)
    count = sum(1 for body in program.functions.values() for _ in all_statements(body))
    for number in range(count):
        yield partial(_drop_statement, number=number)
    for number in range(count):
        yield partial(_unwrap, number=number)
        yield partial(_simplify, number=number)
    yield _drop_cells


def _drop_function(program: Program, name: str) -> bool:
    del program.functions[name]
    program.tasks = [task for task in program.tasks if task != name]
    made = {
        statement.local
        for body in program.functions.values()
        for statement in all_statements(body)
        if isinstance(statement, Spawn) and statement.function == name
    }
    for body in program.functions.values():
        _filter(body, lambda statement: not _is_about(statement, name, made))
        for statement in all_statements(body):
            if isinstance(statement, Gather):
                statement.functions = [function for function in statement.functions if function != name]
    return True


def _is_about(statement: Statement, function: str, made: set[str]) -> bool:
    """Makes, awaits or ends a task of the function."""
    if isinstance(statement, Timed):
        return statement.function == function
    return isinstance(statement, (Spawn, Join, Cancel)) and statement.local in made


def _drop_primitive(program: Program, name: str) -> bool:
    del program.primitives[name]
    for body in program.functions.values():
        _filter(
            body,
            lambda statement: not isinstance(statement, (Locked, Signal, Until)) or statement.name != name,
        )
    return True


def _drop_cells(program: Program) -> bool:
    """Those that nobody uses."""
    used = {
        statement.cell
        for body in program.functions.values()
        for statement in all_statements(body)
        if isinstance(statement, (Read, Write, Augment, Check, Remove, Fill, Until))
    }
    unused = [cell for cell in program.cells if cell not in used]
    program.cells = [cell for cell in program.cells if cell in used]
    return bool(unused)


def _filter(body: list[Statement], keep: Callable[[Statement], bool]) -> None:
    body[:] = [statement for statement in body if keep(statement)]
    for statement in body:
        for block in blocks(statement):
            _filter(block, keep)


def _place(program: Program, number: int) -> tuple[list[Statement], int]:
    """The block and the index of a statement, counted through the whole program."""

    def find(body: list[Statement]) -> tuple[list[Statement], int] | None:
        nonlocal number
        for index, statement in enumerate(body):
            if number == 0:
                return body, index
            number -= 1
            for block in blocks(statement):
                found = find(block)
                if found is not None:
                    return found
        return None

    for body in program.functions.values():
        found = find(body)
        if found is not None:
            return found
    raise IndexError(number)


def _drop_statement(program: Program, number: int) -> bool:
    block, index = _place(program, number)
    del block[index]
    return True


def _unwrap(program: Program, number: int) -> bool:
    block, index = _place(program, number)
    statement = block[index]
    if isinstance(statement, (Check, Locked, Repeat, Guarded)):
        block[index : index + 1] = statement.body
        return True
    return False


def _simplify(program: Program, number: int) -> bool:
    block, index = _place(program, number)
    statement = block[index]
    if isinstance(statement, (Read, Write, Check)) and statement.via != "direct":
        statement.via = "direct"
    elif isinstance(statement, Wait) and statement.how == "io":
        statement.how = "timer"
    elif isinstance(statement, Augment) and statement.awaits:
        statement.awaits = False
    elif isinstance(statement, Write) and statement.local:
        statement.local = ""
    elif isinstance(statement, Check) and statement.orelse:
        statement.orelse = []
    elif isinstance(statement, Guarded) and statement.final:
        statement.final = []
    else:
        return False
    return True


def is_well_formed(program: Program) -> bool:
    """Every local is assigned where it is used, every task is made before it is awaited, a condition's lock is held where it
    is waited for or notified, and main gathers somebody."""
    return bool(program.tasks) and all(
        _is_block_sound(program, body, set(), ()) for body in program.functions.values()
    )


def _is_block_sound(program: Program, body: list[Statement], known: set[str], held: tuple[str, ...]) -> bool:
    for statement in body:
        if not _is_sound(program, statement, known, held):
            return False
        inside = (*held, statement.name) if isinstance(statement, Locked) else held
        always_runs = isinstance(statement, Locked)
        if not all(
            _is_block_sound(program, block, known if always_runs else set(known), inside)
            for block in blocks(statement)
        ):
            return False
        if isinstance(statement, (Read, Fill, Spawn)):
            known.add(statement.local)
    return True


def _is_sound(program: Program, statement: Statement, known: set[str], held: tuple[str, ...]) -> bool:
    if isinstance(statement, (Write, Check)) and statement.local:
        return statement.local in known
    if isinstance(statement, (Join, Cancel)):
        return statement.local in known
    if isinstance(statement, Until) or (isinstance(statement, Signal) and statement.how == "notify"):
        return statement.name in held
    if isinstance(statement, Locked) and program.primitives[statement.name] != "Two":
        return statement.name not in held or program.primitives[statement.name] == "One"
    return True
