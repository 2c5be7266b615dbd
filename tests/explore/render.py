"""A program's text, as somebody might have written it, one statement a line."""

from __future__ import annotations

from model import (
    HELPERS,
    PRIMITIVES,
    SUSPENDING,
    Augment,
    Cell,
    Check,
    Gather,
    Join,
    Locked,
    Program,
    Read,
    Repeat,
    Return,
    Signal,
    Spawn,
    Statement,
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

    def add(self, depth: int, text: str, tagged: bool = False) -> int:
        """The tag keeps apart what would otherwise read the same, and so be one finding."""
        number = len(self.lines) + 1
        self.lines.append("    " * depth + text + (f"  # {number}" if tagged else ""))
        return number

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
    text.add(1, "loop.call_later(0.01, future.set_result, None)")
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
    return "[" + ", ".join(cell.text() for cell in program.cells) + "]"


def _render_class(text: Text) -> None:
    program = text.program
    text.add(0, f"class State_{text.name}:")
    text.add(1, "def __init__(self):")
    for cell in program.cells:
        if cell.kind == "attribute":
            text.add(2, f"self.{cell.name} = 0")
    items = [cell for cell in program.cells if cell.kind == "item"]
    if items:
        text.add(2, f"self.{items[0].name} = {{{', '.join(f'{cell.key!r}: 0' for cell in items)}}}")
    for name, kind in program.primitives.items():
        text.add(2, f"self.{name} = {PRIMITIVES[kind]}")
    text.add(2, "self.ready = True")
    for helper, cell in _used_helpers(program):
        head, before, access, after = HELPERS[helper]
        text.add(1, head.format(c=_suffix(cell)))
        for line in before:
            text.add(2, line)
        line_number = text.add(2, access.format(x=cell.text("self")), tagged=True)
        text.helper_lines[helper, cell.text()] = line_number
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
    return list(used)


def _render_function(text: Text, name: str, body: list[Statement], hidden: list[str]) -> None:
    text.add(1, f"async def {name}(s):")
    shared = [cell.name for cell in text.program.cells if cell.kind == "global"]
    if shared:
        text.add(2, f"global {', '.join(shared)}")
    if hidden:
        text.add(2, f"nonlocal {', '.join(hidden)}")
    _render_block(text, 2, body)


def _render_block(text: Text, depth: int, body: list[Statement]) -> None:
    for statement in body:
        _render_statement(text, depth, statement)
    if not body:
        text.add(depth, "pass")


def _render_statement(text: Text, depth: int, statement: Statement) -> None:
    head = _head(statement)
    statement.line = text.add(depth, head, tagged=True)
    if isinstance(statement, Check):
        _render_block(text, depth + 1, statement.body)
        if statement.orelse:
            text.add(depth, "else:")
            _render_block(text, depth + 1, statement.orelse)
    elif isinstance(statement, (Locked, Repeat)):
        _render_block(text, depth + 1, statement.body)


def _read_text(cell: Cell, via: str) -> str:
    if via == "direct":
        return cell.text()
    call = f"s.{via}_{_suffix(cell)}()"
    return f"await {call}" if via in SUSPENDING else call


def _head(statement: Statement) -> str:
    match statement:
        case Read(local=local, cell=cell, via=via):
            return f"{local} = {_read_text(cell, via)}"
        case Write():
            return _write_text(statement)
        case Augment(cell=cell, constant=constant, awaits=awaits):
            return f"{cell.text()} += {f'await later({constant})' if awaits else constant}"
        case Check(cell=cell, local=local, constant=constant, via=via):
            return f"if {_read_text(cell, via) if cell else local} == {constant}:"
        case Wait(how=how):
            return {
                "yield": "await asyncio.sleep(0)",
                "timer": "await asyncio.sleep(0.01)",
                "io": "await io()",
            }[how]
        case Locked(name=name):
            return f"async with s.{name}:"
        case Signal(how=how, name=name):
            call = {"set": "set()", "wait": "wait()", "put": "put_nowait(1)", "get": "get()"}[how]
            return f"{'await ' if how in ('wait', 'get') else ''}s.{name}.{call}"
        case Repeat(count=count):
            return f"for _ in range({count}):"
        case Spawn(local=local, function=function):
            return f"{local} = asyncio.create_task({function}(s))"
        case Join(local=local):
            return f"await {local}"
        case Gather(functions=functions):
            return f"await asyncio.gather({', '.join(f'{name}(s)' for name in functions)})"
        case Return():
            return "return"
    raise TypeError(statement)


def _write_text(statement: Write) -> str:
    value = f"{statement.local} + {statement.constant}" if statement.local else str(statement.constant)
    if statement.via == "direct":
        return f"{statement.cell.text()} = {value}"
    call = f"s.{statement.via}_{_suffix(statement.cell)}({value})"
    return f"await {call}" if statement.via in SUSPENDING else call
