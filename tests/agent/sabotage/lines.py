"""Which lines of the agent can be made to fail, and when: nobody lists them, a first recording is watched.

In: frames of a recording that goes well, by `sys.settrace`. Out: faults, in an order that hardly changes when the agent
does: each has a place of its own that depends on its line's text and on a seed, not on the other lines.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NamedTuple

import staleread

AGENT = Path(staleread.__file__).resolve().parent
LATER = 3
"""Which time a line fails that fails later."""

KINDS: dict[str, type[BaseException]] = {
    "error": LookupError,
    "memory": MemoryError,
    "recursion": RecursionError,
    "interrupt": KeyboardInterrupt,
}


class Line(NamedTuple):
    """A line, and the function that it is in, by its first line."""

    file: str
    first: int
    function: str
    line: int


@dataclass(frozen=True)
class Fault:
    scene: str
    at: Line
    time: int
    kind: str

    def __str__(self) -> str:
        return (
            f"{self.file}:{self.at.line} ({self.at.function}), time {self.time}, {self.kind}, in {self.scene}"
        )

    @property
    def file(self) -> str:
        """As a part of the agent."""
        return str(Path(self.at.file).relative_to(AGENT))

    def rank(self, seed: int) -> str:
        """What it is, whatever stands before it in the file."""
        text = _lines(self.at.file)[self.at.line - 1].strip()
        words = f"{seed} {self.file} {self.at.function} {text} {self.time} {self.kind}"
        return hashlib.sha256(words.encode()).hexdigest()

    @property
    def number(self) -> int:
        """Whatever else can fail."""
        return int(self.rank(0), 16)


class Census:
    """A tracer that counts how often each line of the agent runs; of child processes, too, into files of a folder."""

    def __init__(self, folder: Path) -> None:
        self.reached: Counter[Line] = Counter()
        self._folder = folder
        self._pid = os.getpid()

    def __call__(self, frame: FrameType, event: str, _: Any) -> Any:
        return self._line if is_agent(frame.f_code) else None

    def _line(self, frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            code = frame.f_code
            self.reached[Line(code.co_filename, code.co_firstlineno, code.co_name, frame.f_lineno)] += 1
        return self._line

    def leave(self) -> None:
        """This process ends."""
        if os.getpid() != self._pid:
            told = [(*line, count) for line, count in list(self.reached.items())]
            (self._folder / f"{os.getpid()}.lines").write_text(json.dumps(told))

    def gather(self) -> None:
        """What the children have left."""
        for path in self._folder.glob("*.lines"):
            for *line, count in json.loads(path.read_text()):
                at = Line(*line)
                self.reached[at] = max(self.reached[at], count)
            path.unlink()


def is_agent(code: CodeType) -> bool:
    return code.co_filename.startswith(str(AGENT)) and code.co_name != "<module>"


def faults(scene: str, reached: Counter[Line], kinds: list[str]) -> list[Fault]:
    found = []
    for at, times in reached.items():
        if at.line in lines_that_can_raise(at.file) and not is_interpreters(at):
            found += [Fault(scene, at, time, kind) for kind in kinds for time in {1, min(times, LATER)}]
    return found


def is_interpreters(at: Line) -> bool:
    return at.function in _INTERPRETERS.get(str(Path(at.file).relative_to(AGENT)), ())


def new_ones(found: list[Fault], known: set[Fault]) -> list[Fault]:
    """Those that no scene before had."""
    return [fault for fault in found if replace(fault, scene="") not in known]


_RAISING = (
    *(ast.Call, ast.Subscript, ast.BinOp, ast.AugAssign, ast.For, ast.With, ast.JoinedStr, ast.Delete),
    *(ast.comprehension, ast.Starred, ast.Assert),
)
_DEEDS = (
    *("attributes[self.name] = value", "value = obj.__dict__[self.name]", "del obj.__dict__[self.name]"),
    *(
        "before = attributes.get(self.name, MISSING)",
        "entry = pop()",
        "push(entry)",
        "leave(self.activation)",
        "_current.session.stop()",
        "start(path, **options)",
    ),
)
"""What the program does itself there: it assigns, it puts a handle into its queue and takes it out; and where it comes to
what lets nothing out."""
_INTERPRETERS = {
    "_rewrite/program.py": frozenset(
        {
            *("run_script", "run_module", "run_code", "_finds_main_in", "_find_module", "_run_found"),
            *("_new_main", "_replace_first_path", "_plain"),
        }
    ),
    "_session.py": frozenset({"run"}),
}
"""Functions that do what the interpreter would do to begin the program: nobody could go on where that fails."""
_SAFE_NAMES = frozenset(
    {"get_ident", "id", "type", "len", "isinstance", "pass_unseen", "_finished", "running_loop"}
)
_LOCKS = frozenset({"_lock", "_changing", "_obeying"})
_SAFE_METHODS = frozenset({"clear", "discard", "getpid", "locked", "release", "retry", "_parts", "_work"})


@cache
def _lines(file: str) -> list[str]:
    return Path(file).read_text().splitlines()


@cache
def lines_that_can_raise(file: str) -> set[int]:
    """Not those that only move values about; nor what the program itself does there, a call of the original or an
    assignment, whose errors are its own."""
    lines, exempt = set(), {at for at, line in enumerate(_lines(file), 1) if line.strip() in _DEEDS}
    tree = ast.parse("\n".join(_lines(file)))
    letting_nothing_out = guarded(tree)
    for node in ast.walk(tree):
        if isinstance(node, _RAISING) and not is_safe(node) and not is_call_of(node, letting_nothing_out):
            lines.add(getattr(node, "lineno", 0))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "original":
            exempt.add(node.lineno)
    return lines - exempt


def is_safe(node: ast.AST) -> bool:
    """Calls that have nothing to fail with: `discard`, `pop` with a default, and the like; going through a tuple; taking a
    lock and giving it back, which a tracer could make fail before it is back."""
    if isinstance(node, ast.With):
        return all(
            isinstance(item.context_expr, ast.Attribute) and item.context_expr.attr in _LOCKS
            for item in node.items
        )
    if isinstance(node, ast.For):
        return isinstance(node.iter, ast.Tuple) or (
            isinstance(node.iter, ast.Name) and node.iter.id == "parts"
        )
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id in _SAFE_NAMES
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    return name in _SAFE_METHODS or (name == "pop" and len(node.args) == 2)


def guarded(tree: ast.AST) -> set[str]:
    """Functions that let nothing out, and so need nobody who stops it where they are called; those that only call such
    ones are no others."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    found = {node.name for node in functions if lets_nothing_out(node)}
    return found | {node.name for node in functions if only_calls(node, found)}


def only_calls(function: ast.FunctionDef, names: set[str]) -> bool:
    inside = [node for part in function.body for node in ast.walk(part)]
    raising = [node for node in inside if isinstance(node, _RAISING) and not is_safe(node)]
    return bool(raising) and all(is_call_of(node, names) for node in raising)


def lets_nothing_out(function: ast.FunctionDef) -> bool:
    loop = function.body[-1]
    body = loop.body if isinstance(loop, ast.For) and is_safe(loop) else function.body
    tried = [node for node in body if isinstance(node, ast.Try)]
    others = [node for node in body if not isinstance(node, ast.Try)]
    calls = any(
        isinstance(node, ast.Call | ast.Subscript) and not is_safe(node)
        for other in others
        for node in ast.walk(other)
    )
    return len(tried) == 1 and not calls and any(handles_all(handler) for handler in tried[0].handlers)


def handles_all(handler: ast.ExceptHandler) -> bool:
    raises = any(isinstance(node, ast.Raise) for node in handler.body)
    return isinstance(handler.type, ast.Name) and handler.type.id == "Exception" and not raises


def is_call_of(node: ast.AST, names: set[str]) -> bool:
    function = node.func if isinstance(node, ast.Call) else None
    if isinstance(function, ast.Attribute):
        return function.attr in names
    return isinstance(function, ast.Name) and function.id in names
