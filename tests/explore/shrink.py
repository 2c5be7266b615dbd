"""Makes a program on which the two sides differ as small as it goes, with the same difference left.

Every round tries all the programs that are one cut smaller, in one recording, each under a few schedules.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator

from compare import Case, Disagreement, compare, new_scores, prepare_for, report
from model import (
    Augment,
    Check,
    Gather,
    Join,
    Locked,
    Program,
    Read,
    Repeat,
    Spawn,
    Statement,
    Wait,
    Write,
    all_statements,
    blocks,
)

rounds_max = 60
schedules_tried = 4

Matching = Callable[[Disagreement], bool]


def shrink(case: Case, matching: Matching, schedules_max: int) -> tuple[Case, list[Disagreement]]:
    """The smallest case found, with what still differs in it."""
    best, left = case, [found for found in compare(case, new_scores()) if matching(found)]
    for _ in range(rounds_max):
        smaller = _first_that_differs(best, matching, schedules_max)
        if smaller is None:
            break
        best, left = smaller
    return best, left


def _first_that_differs(
    case: Case, matching: Matching, schedules_max: int
) -> tuple[Case, list[Disagreement]] | None:
    tried = []
    for number, program in enumerate(cuts(case.program)):
        for variant in range(schedules_tried):
            seed = None if variant == 0 else variant
            tried.append(prepare_for(program, f"cut{number}_{variant}", case.answers, seed, schedules_max))
    if tried:
        report(tried)
    for candidate in tried:
        left = [found for found in compare(candidate, new_scores()) if matching(found)]
        if left:
            return candidate, left
    return None


def cuts(program: Program) -> Iterator[Program]:
    """Every well-formed program that is one cut smaller, the big cuts first."""
    for name in program.functions:
        yield from _changed(program, lambda cut, name=name: _drop_function(cut, name))  # type: ignore[misc]
    for name in program.primitives:
        yield from _changed(program, lambda cut, name=name: _drop_primitive(cut, name))  # type: ignore[misc]
    count = sum(1 for body in program.functions.values() for _ in all_statements(body))
    for number in range(count):
        yield from _changed(program, lambda cut, number=number: _drop_statement(cut, number))  # type: ignore[misc]
    for number in range(count):
        for way in (_unwrap, _simplify):
            yield from _changed(program, lambda cut, number=number, way=way: way(cut, number))  # type: ignore[misc]
    used = {statement.cell for body in program.functions.values() for statement in all_statements(body) if hasattr(statement, "cell")}
    if used - {None} < set(program.cells):
        cut = copy.deepcopy(program)
        cut.cells = [cell for cell in cut.cells if cell in used]
        yield cut


def _changed(program: Program, change: Callable[[Program], bool]) -> Iterator[Program]:
    cut = copy.deepcopy(program)
    if change(cut) and is_well_formed(cut):
        yield cut


def _drop_function(program: Program, name: str) -> bool:
    del program.functions[name]
    program.tasks = [task for task in program.tasks if task != name]
    for body in program.functions.values():
        _filter(body, lambda statement: not (isinstance(statement, Spawn) and statement.function == name))
        for statement in all_statements(body):
            if isinstance(statement, Gather):
                statement.functions = [function for function in statement.functions if function != name]
        spawned = {statement.local for statement in all_statements(body) if isinstance(statement, Spawn)}
        _filter(body, lambda statement, spawned=spawned: not isinstance(statement, Join) or statement.local in spawned)  # type: ignore[misc]
    return bool(program.tasks)


def _drop_primitive(program: Program, name: str) -> bool:
    del program.primitives[name]
    for body in program.functions.values():
        _filter(body, lambda statement: name not in (getattr(statement, "lock", ""), getattr(statement, "name", "")))
    return True


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
    if isinstance(statement, (Check, Locked, Repeat)):
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
    else:
        return False
    return True


def is_well_formed(program: Program) -> bool:
    """Every local is assigned where it is used, every task is made before it is awaited, main gathers somebody."""
    return bool(program.tasks) and all(_is_block_sound(body, set()) for body in program.functions.values())


def _is_block_sound(body: list[Statement], known: set[str]) -> bool:
    for statement in body:
        if isinstance(statement, (Write, Check)) and statement.local and statement.local not in known:
            return False
        if isinstance(statement, Join) and statement.local not in known:
            return False
        if not all(_is_block_sound(block, known if isinstance(statement, Locked) else set(known)) for block in blocks(statement)):
            return False
        if isinstance(statement, (Read, Spawn)):
            known.add(statement.local)
    return True
