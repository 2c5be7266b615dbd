"""`python -m staleread._rewrite FILE`: shows what becomes of a file, and its sites."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from . import sites
from .compiling import rewrite
from .sites import FunctionRow, SiteRow, SiteTable

_OPERATIONS = {
    getattr(sites, name): name.lower()
    for name in (
        "READ",
        "WRITE",
        "DELETE",
        "CALL",
        "AWAIT",
        "ITERATE",
        "CONTAINS",
        "LENGTH",
        "TRUTH",
        "UPDATE",
    )
}


def describe(sources: tuple[int, ...]) -> str:
    return "{" + " ".join(f"p{source >> 1}" if source & 1 else f"s{source >> 1}" for source in sources) + "}"


def describe_sources(row: SiteRow | FunctionRow) -> str:
    waited = f" waited {describe(row.waited)}" if row.waited else ""
    return f"data {describe(row.data)} control {describe(row.control)}{waited}"


def describe_site(row: SiteRow) -> str:
    arguments = "".join(
        f" {argument.slot}{argument.name and ':' + argument.name}={describe(argument.data)}"
        for argument in row.arguments
    )
    flags = "".join(letter for bit, letter in ((1, "c"), (2, "u"), (4, "s"), (8, "o")) if row.flags & bit)
    return (
        f"s{row.number} f{row.function} {row.line}:{row.column} {_OPERATIONS[row.operation]} {flags or '-'} "
        f"{row.expression!r} {describe_sources(row)}{arguments}"
    )


def _shown(tree: ast.Module) -> ast.Module:
    """A template string has the source of each expression in it, too: what is to be shown is what became of that."""
    for node in ast.walk(tree):
        if type(node).__name__ == "Interpolation":
            node.str = None  # type: ignore[attr-defined]
    return tree


def main(words: list[str]) -> int:
    if len(words) != 1:
        print("usage: python -m staleread._rewrite FILE", file=sys.stderr)
        return 2
    text = Path(words[0]).read_bytes().decode()
    table = SiteTable()
    tree = ast.parse(text)
    drafts, functions = rewrite(tree, text)
    table.add("__main__", drafts.rows(words[0]))
    print(ast.unparse(_shown(tree)))
    for scope in functions:
        row = table.function(scope.number)
        if row is not None:
            print(f"f{row.number} {row.name} {row.parameters} {describe_sources(row)}")
    number = 1
    while number <= table.count:
        site = table.site(number)
        if site is not None:
            print(describe_site(site))
        number += 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
