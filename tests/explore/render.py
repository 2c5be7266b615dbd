"""A program's text, as somebody might have written it, one statement a line."""

from __future__ import annotations

from model import (
    HELPERS,
    INNER,
    PRIMITIVES,
    SUSPENDING,
    Augment,
    Cancel,
    Cell,
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
    Return,
    Signal,
    Spawn,
    Statement,
    Timed,
    Until,
    Wait,
    Write,
    all_statements,
)


class Text:
    """Lines in the making. `helper_lines`: (helper, cell) -> the line of the access in that method."""

    def __init__(self, program: Program, name: str) -> None:
        self.program = program
        self.name = name
        self.lines: list[str] = []
        self.helper_lines: dict[tuple[str, str], int] = {}
        self._first: dict[tuple[str, str], int] = {}
        self._alike: dict[int, int] = {}

    def add(self, depth: int, text: str) -> int:
        self.lines.append("    " * depth + text)
        return len(self.lines)

    def add_statement(self, depth: int, text: str, function: str) -> int:
        """Lines that read the same in one function are one place, as in reports: all go by the number of the first."""
        number = self.add(depth, text)
        self._alike[number] = self._first.setdefault((function, text), number)
        return self._alike[number]

    def place(self, line: int) -> int:
        return self._alike.get(line, line)

    def __str__(self) -> str:
        return "\n".join(self.lines) + "\n"


def render(program: Program, name: str) -> Text:
    """The module's text, with a coroutine function `main`; every statement learns its line."""
    text = Text(program, name)
    text.add(0, "import asyncio")
    for cell in program.cells:
        if cell.kind == "global":
            text.add(0, f"{cell.name} = 0")
    text.add(0, "async def later(value):")
    text.add(1, "await asyncio.sleep(0.01)")
    text.add(1, "return value")
    text.add(0, "def io():")
    text.add(1, "loop = asyncio.get_running_loop()")
    text.add(1, "future = loop.create_future()")
    text.add(1, "loop.call_later(0.01, lambda: future.done() or future.set_result(None))")
    text.add(1, "return future")
    _render_class(text)
    text.add(0, f"async def main_{name}():")
    text.add(1, f"s = State_{name}()")
    hidden = [cell.name for cell in program.cells if cell.kind == "nonlocal"]
    for variable in hidden:
        text.add(1, f"{variable} = 0")
    for function, body in program.functions.items():
        _render_function(text, function, body, hidden)
    text.add(1, f"await asyncio.gather({', '.join(f'{task}(s)' for task in program.tasks)})")
    text.add(1, f"return {_final(program)}")
    return text


def _final(program: Program) -> str:
    """An entry that is absent counts as None."""
    return (
        "["
        + ", ".join(
            f"s.{cell.name}.get({cell.key!r})" if cell.kind == "entry" else cell.value_text()
            for cell in program.cells
        )
        + "]"
    )


def _render_class(text: Text) -> None:
    program = text.program
    text.add(0, f"class State_{text.name}:")
    text.add(1, "def __init__(self):")
    for cell in program.cells:
        if cell.kind == "attribute":
            text.add(2, f"self.{cell.name} = 0")
    kinds = {cell.name: cell.kind for cell in program.cells}
    for name, kind in kinds.items():
        if kind in ("entry", "list"):
            text.add(2, f"self.{name} = {'{}' if kind == 'entry' else '[]'}")
    items = [cell for cell in program.cells if cell.kind == "item"]
    if items:
        text.add(2, f"self.{items[0].name} = {{{', '.join(f'{cell.key!r}: 0' for cell in items)}}}")
    for name, kind in program.primitives.items():
        text.add(2, f"self.{name} = {PRIMITIVES[kind]}")
    text.add(2, "self.ready = True")
    for helper, cell in _used_helpers(program):
        _render_helper(text, helper, cell)


def _render_helper(text: Text, helper: str, cell: Cell) -> None:
    if helper in INNER:
        text.add(1, f"async def {helper}_{_suffix(cell)}(self):")
        text.add(2, f"return await self.{INNER[helper]}_{_suffix(cell)}()")
        return
    head, before, access, after = HELPERS[helper]
    if helper == "view":
        text.add(1, "@property")
    text.add(1, head.format(c=_suffix(cell)))
    for line in before:
        text.add(2, line)
    text.helper_lines[helper, cell.text()] = text.add(2, access.format(x=cell.text("self")))
    for line in after:
        text.add(2, line)


def _suffix(cell: Cell) -> str:
    return cell.name + cell.key


def _used_helpers(program: Program) -> list[tuple[str, Cell]]:
    used: dict[tuple[str, Cell], None] = {}
    for body in program.functions.values():
        for statement in all_statements(body):
            if isinstance(statement, (Read, Write, Check)) and statement.via != "direct" and statement.cell:
                used[statement.via, statement.cell] = None
                used[INNER.get(statement.via, statement.via), statement.cell] = None
    return list(used)


def _render_function(text: Text, name: str, body: list[Statement], hidden: list[str]) -> None:
    text.add(1, f"async def {name}(s):")
    shared = [cell.name for cell in text.program.cells if cell.kind == "global"]
    if shared:
        text.add(2, f"global {', '.join(shared)}")
    if hidden:
        text.add(2, f"nonlocal {', '.join(hidden)}")
    _render_block(text, 2, body, name)


def _render_block(text: Text, depth: int, body: list[Statement], function: str) -> None:
    for statement in body:
        _render_statement(text, depth, statement, function)
    if not body:
        text.add(depth, "pass")


def _render_statement(text: Text, depth: int, statement: Statement, function: str) -> None:
    statement.line = text.add_statement(depth, _head(statement), function)
    match statement:
        case Check(body=body, orelse=orelse):
            _render_block(text, depth + 1, body, function)
            if orelse:
                text.add(depth, "else:")
                _render_block(text, depth + 1, orelse, function)
        case Locked(body=body) | Repeat(body=body):
            _render_block(text, depth + 1, body, function)
        case Guarded(body=body, final=final):
            _render_block(text, depth + 1, body, function)
            text.add(depth, "finally:")
            _render_block(text, depth + 1, final, function)
        case Until(name=name):
            text.add(depth + 1, f"await s.{name}.wait()")
        case Timed(function=timed):
            text.add(depth + 1, f"await asyncio.wait_for(asyncio.create_task({timed}(s)), 0.01)")
            text.add(depth, "except asyncio.TimeoutError:")
            text.add(depth + 1, "pass")


def _head(statement: Statement) -> str:
    match statement:
        case Read() | Write() | Augment() | Fill() | Remove():
            return _access_text(statement)
        case Check():
            return f"if {_condition_text(statement)}:"
        case Wait(how=how):
            return {
                "yield": "await asyncio.sleep(0)",
                "timer": "await asyncio.sleep(0.01)",
                "io": "await io()",
            }[how]
        case Locked(name=name):
            return f"async with s.{name}:"
        case Until(cell=cell, constant=constant):
            return f"while {cell.value_text()} == {constant}:"
        case Guarded() | Timed():
            return "try:"
        case Signal(how=how, name=name):
            return _SIGNALS[how].format(name=name)
        case Repeat(count=count):
            return f"for _ in range({count}):"
        case Return():
            return "return"
    return _task_text(statement)


_SIGNALS = {
    "set": "s.{name}.set()",
    "wait": "await s.{name}.wait()",
    "put": "s.{name}.put_nowait(1)",
    "put to": "await s.{name}.put(1)",
    "get": "await s.{name}.get()",
    "notify": "s.{name}.notify_all()",
}


def _task_text(statement: Statement) -> str:
    match statement:
        case Spawn(local=local, function=function):
            return f"{local} = asyncio.create_task({function}(s))"
        case Join(local=local):
            return f"await asyncio.gather({local}, return_exceptions=True)"
        case Cancel(local=local):
            return f"{local}.cancel()"
        case Gather(functions=functions):
            return f"await asyncio.gather({', '.join(f'{name}(s)' for name in functions)})"
    raise TypeError(statement)


def _condition_text(check: Check) -> str:
    if check.cell is None:
        return f"{check.local} == {check.constant}"
    if check.how != "==":
        return f"{check.cell.key!r} {check.how} s.{check.cell.name}"
    return f"{_read_text(check.cell, check.via)} == {check.constant}"


def _read_text(cell: Cell, via: str) -> str:
    if via == "direct":
        return cell.value_text()
    if via == "view":
        return f"s.view_{_suffix(cell)}"
    call = f"s.{via}_{_suffix(cell)}()"
    return f"await {call}" if via in SUSPENDING else call


def _access_text(statement: Statement) -> str:
    match statement:
        case Read(local=local, cell=cell, via=via):
            return f"{local} = {_read_text(cell, via)}"
        case Write():
            return _write_text(statement)
        case Augment():
            return _augment_text(statement)
        case Fill(local=local, cell=cell, constant=constant):
            return f"{local} = s.{cell.name}.setdefault({cell.key!r}, {constant})"
        case Remove(cell=cell) if cell.kind == "entry":
            return f"s.{cell.name}.pop({cell.key!r}, None)"
        case Remove(cell=cell):
            return f"s.{cell.name} and s.{cell.name}.pop()"
    raise TypeError(statement)


def _write_text(statement: Write) -> str:
    value = f"{statement.local} + {statement.constant}" if statement.local else str(statement.constant)
    if statement.via == "direct":
        return f"{statement.cell.text()} = {value}"
    call = f"s.{statement.via}_{_suffix(statement.cell)}({value})"
    return f"await {call}" if statement.via in SUSPENDING else call


def _augment_text(statement: Augment) -> str:
    cell = statement.cell
    change = f"await later({statement.constant})" if statement.awaits else str(statement.constant)
    if cell.kind == "list":
        return f"{cell.text()}.append({change})"
    if cell.kind == "entry":
        return f"{cell.text()} = {cell.value_text()} + {change}"
    return f"{cell.text()} += {change}"
