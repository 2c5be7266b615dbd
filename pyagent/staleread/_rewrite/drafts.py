"""The functions and sites of one module while it is being rewritten.

`flow.py` fills in what is known about them, `transform.py` asks for their numbers; whoever asks first for the site
of a node makes it. At the end the drafts become packed rows. All is numbered from 1 within the module; what stands
in the code instead of a number is its *mark*, from which `portable.py` finds it again.
"""

from __future__ import annotations

import ast
import marshal
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from textwrap import dedent

from .packed import FunctionTuple, PackedRows, SiteTuple, pack
from .sites import CALL, DELETE, READ, UPDATE, WRITE
from .spans import Span

expression_chars_max = 120
statement_bytes_max = 160
function_lines_max = 200
function_bytes_max = 8192
function_marks = 1 << 31


@dataclass
class ArgumentDraft:
    name: str
    data: set[int] = field(default_factory=set)
    control: set[int] = field(default_factory=set)


@dataclass
class SiteDraft:
    number: int
    mark: int
    function: int
    operation: int
    node: ast.expr | ast.stmt
    name: str
    flags: int = 0
    data: set[int] = field(default_factory=set)
    control: set[int] = field(default_factory=set)
    waited: set[int] = field(default_factory=set)
    arguments: dict[int, ArgumentDraft] = field(default_factory=dict)

    def add(self, data: Iterable[int], control: Iterable[int], waited: Iterable[int] = ()) -> None:
        self.data.update(data)
        self.control.update(control)
        self.waited.update(waited)

    def add_argument(self, slot: int, name: str, data: Iterable[int], control: Iterable[int]) -> None:
        argument = self.arguments.setdefault(slot, ArgumentDraft(name))
        argument.data.update(data)
        argument.control.update(control)


@dataclass
class FunctionDraft:
    number: int
    mark: int
    name: str
    line: int
    flags: int
    parameters: tuple[str, ...]
    last_line: int
    """Of its text; 0: it has none of its own."""
    data: set[int] = field(default_factory=set)
    control: set[int] = field(default_factory=set)
    waited: set[int] = field(default_factory=set)


class ModuleDrafts:
    def __init__(self, source: str, spans: Mapping[int, Span], first_mark: int = 0) -> None:
        """The mark of site n is `first_mark` + n, that of function n comes `function_marks` later."""
        self.functions: list[FunctionDraft] = []
        self.by_number: dict[int, SiteDraft] = {}
        # Not splitlines(): a form feed ends no line of Python.
        self._lines = [line.encode() for line in source.split("\n")]
        self._spans = spans
        self._sites: dict[tuple[ast.AST, int, int], SiteDraft] = {}
        self._first_mark = first_mark

    def new_function(
        self, name: str, line: int, flags: int, parameters: Iterable[str], last_line: int = 0
    ) -> FunctionDraft:
        number = len(self.functions) + 1
        mark = self._first_mark + number + (function_marks if self._first_mark else 0)
        function = FunctionDraft(number, mark, name, line, flags, tuple(parameters), last_line)
        self.functions.append(function)
        return function

    def site(
        self, node: ast.expr | ast.stmt, operation: int, function: int, name: str = "", part: int = 0
    ) -> SiteDraft:
        """The site of a node; `part` tells apart sites of one node with the same operation."""
        key = (node, operation, part)
        draft = self._sites.get(key)
        if draft is None:
            number = len(self.by_number) + 1
            draft = SiteDraft(number, self._first_mark + number, function, operation, node, name)
            self._sites[key] = draft
            self.by_number[number] = draft
        return draft

    def flag(self, sources: Iterable[int], flag: int) -> None:
        """Marks every site among these sources."""
        for source in sources:
            if not source & 1:
                self.by_number[source >> 1].flags |= flag

    def function_mark(self, number: int) -> int:
        return self.functions[number - 1].mark

    def packed_names(self) -> bytes:
        """What each site accesses, as `PackedRows` reads it."""
        return marshal.dumps(tuple(site.name for site in self.by_number.values()))

    def packed(self) -> bytes:
        """All of it, as `PackedRows` reads it."""
        return pack(
            [_function_tuple(function) for function in self.functions],
            [self._site_tuple(site) for site in self.by_number.values()],
            [self._function_text(function) for function in self.functions],
        )

    def rows(self, file: str) -> PackedRows:
        """To be added to a table."""
        rows = PackedRows(file, len(self.by_number), len(self.functions), self.packed())
        rows.packed_names = self.packed_names()
        return rows

    def _function_text(self, draft: FunctionDraft) -> str:
        """Its lines from the first on, as far to the left as they go; empty where there are too many."""
        lines = self._lines[draft.line - 1 : draft.last_line]
        if len(lines) > function_lines_max or sum(map(len, lines)) > function_bytes_max:
            return ""
        return dedent(b"\n".join(map(bytes.rstrip, lines)).decode(errors="replace"))

    def _site_tuple(self, draft: SiteDraft) -> SiteTuple:
        node = draft.node
        end_line = node.end_lineno or node.lineno
        end_column = node.end_col_offset or node.col_offset
        return (
            draft.function,
            draft.operation,
            node.lineno,
            node.col_offset,
            end_line,
            end_column,
            draft.flags,
            self._text(node.lineno, node.col_offset, end_line, end_column),
            self._statement(node.lineno),
            draft.name,
            _sorted(draft.data),
            _sorted(draft.control),
            tuple(
                (slot, argument.name, _sorted(argument.data), _sorted(argument.control))
                for slot, argument in sorted(draft.arguments.items())
            ),
            _sorted(draft.waited - draft.control),
            _called_line(draft),
        )

    def _line(self, line: int) -> bytes:
        return self._lines[line - 1] if 0 < line <= len(self._lines) else b""

    def _statement(self, line: int) -> str:
        """The text of the statement that the line belongs to, on one line; of a long one the line alone."""
        first, last = self._spans.get(line, (line, line))
        lines = [_without_comment(self._line(each)).strip() for each in range(first, last)]
        lines.append(self._line(last).strip())
        if sum(map(len, lines)) > statement_bytes_max or any(b"#" in each for each in lines[:-1]):
            lines = [self._line(line).strip()]
        text = lines[0]
        for each in lines[1:]:
            apart = not text.endswith((b"(", b"[", b"{")) and not each.startswith((b")", b"]", b"}"))
            text += b" " + each if apart else each
        return text.decode(errors="replace")

    def _text(self, line: int, column: int, end_line: int, end_column: int) -> str:
        if line == end_line:
            text = self._line(line)[column:end_column]
        else:
            between = self._lines[line : end_line - 1]
            text = b" ".join([self._line(line)[column:], *between, self._line(end_line)[:end_column]])
        shortened = " ".join(text.decode(errors="replace").split())
        if len(shortened) > expression_chars_max:
            shortened = shortened[: expression_chars_max - 1] + "…"
        return shortened


def _function_tuple(draft: FunctionDraft) -> FunctionTuple:
    return (
        draft.name,
        draft.line,
        draft.flags,
        draft.parameters,
        _sorted(draft.data),
        _sorted(draft.control),
        _sorted(draft.waited - draft.control),
    )


def _called_line(draft: SiteDraft) -> int:
    """The line on which the name of what a site calls ends; 0 where it is no call."""
    node = draft.node
    if not isinstance(node, ast.Call) or draft.operation not in (CALL, READ, WRITE, UPDATE, DELETE):
        return 0
    return node.func.end_lineno or node.lineno


def _without_comment(line: bytes) -> bytes:
    """Where that is sure: what stands in quotes may have the sign, too."""
    return line if b'"' in line or b"'" in line else line.partition(b"#")[0]


def _sorted(sources: set[int]) -> tuple[int, ...]:
    return tuple(sorted(sources))
