"""What the tests of the rewriter share: hooks that see and do nothing, and a source run with them."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from staleread._rewrite.compiling import rewrite as rewrite_tree
from staleread._rewrite.hook_names import HOOKS
from staleread._rewrite.importer import Rewriter
from staleread._rewrite.sites import FunctionRow, SiteRow, SiteTable

PATH = "subject.py"

Hook = Callable[..., Any]


def first(*given: Any) -> Any:
    """What most hooks return: what they are given."""
    return given[0] if given else None


def silent_hooks() -> dict[str, Hook]:
    hooks: dict[str, Hook] = dict.fromkeys(HOOKS, first)
    hooks["_sr_leave"] = lambda kind, value, trace: None
    hooks["_sr_pause"] = lambda activation, value: value
    hooks["_sr_resume"] = lambda activation, value, site: value
    return hooks


@dataclass
class Heard:
    """Which hooks were called, with what."""

    calls: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)

    def hooks(self) -> dict[str, Hook]:
        def listening(name: str, hook: Hook) -> Hook:
            def heard(*given: Any) -> Any:
                self.calls.append((name, given))
                return hook(*given)

            return heard

        return {name: listening(name, hook) for name, hook in silent_hooks().items()}

    def of(self, name: str) -> list[tuple[Any, ...]]:
        return [given for called, given in self.calls if called == name]


@dataclass
class Subject:
    """A source text that was rewritten."""

    table: SiteTable
    code: Any
    text: str

    def run(self) -> dict[str, Any]:
        names: dict[str, Any] = {"__name__": "subject"}
        exec(self.code, names)
        return names

    def sites(self) -> list[SiteRow]:
        rows = [self.table.site(number) for number in range(1, self.table.count + 1)]
        return [row for row in rows if row is not None]

    def site(self, expression: str, operation: int, line: int | None = None) -> SiteRow:
        found = [row for row in self.sites() if row.expression == expression and row.operation == operation]
        if line is not None:
            found = [row for row in found if row.line == line]
        assert len(found) == 1, (
            expression,
            [(row.expression, row.operation, row.line) for row in self.sites()],
        )
        return found[0]

    def function(self, name: str) -> FunctionRow:
        rows = [self.table.function(number) for number in range(1, 1 + self.functions())]
        (found,) = [row for row in rows if row is not None and row.name == name]
        return found

    def functions(self) -> int:
        return max(row.function for row in self.sites())

    def named(self, sources: tuple[int, ...]) -> set[str]:
        """Sources as texts: a site by its expression, a parameter by `$` and its number."""
        names = set()
        for source in sources:
            row = self.table.site(source >> 1)
            names.add(f"${source >> 1}" if source & 1 else row.expression if row else "?")
        return names


def rewrite(source: str, hooks: dict[str, Hook] | None = None, path: str = PATH) -> Subject:
    text = textwrap.dedent(source)
    notes: list[str] = []
    table = SiteTable()
    rewriter = Rewriter(table, hooks or silent_hooks())
    rewriter.on_note = notes.append
    code = rewriter.compile(text.encode(), path, "subject", path)
    assert notes == []
    return Subject(table, code, text)


def rewritten_text(source: str) -> str:
    """The rewritten source as text, functions' `enter` and `leave` left out of sight of no one."""
    text = textwrap.dedent(source)
    tree = ast.parse(text)
    rewrite_tree(tree, text)
    return ast.unparse(tree)
