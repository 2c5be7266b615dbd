"""The standard library, a slice of it: everything is rewritten and compiles, and what is in a module stays as it was."""

from __future__ import annotations

import sysconfig
import warnings
from pathlib import Path
from types import CodeType, ModuleType

import pytest
from inspection import of_module
from rewriting import silent_hooks
from staleread._rewrite.importer import Rewriter
from staleread._rewrite.sites import SiteTable

LIBRARY = Path(sysconfig.get_paths()["stdlib"])
EVERY = 20


def slice_of_library() -> list[Path]:
    modules = sorted(path for path in LIBRARY.rglob("*.py") if "site-packages" not in path.parts)
    return modules[7::EVERY]


@pytest.mark.parametrize("part", range(4))
def test_the_library_is_rewritten(part: int) -> None:
    notes: list[str] = []
    table = SiteTable()
    rewriter = Rewriter(table, silent_hooks())
    rewriter.on_note = notes.append
    for path in slice_of_library()[part::4]:
        source = path.read_bytes()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                compile(source, str(path), "exec", dont_inherit=True)
            except (SyntaxError, ValueError):
                continue
            rewriter.compile(source, str(path), path.stem, str(path))
    assert notes == []
    assert table.count > 1000


@pytest.mark.parametrize(
    "name", ["argparse", "collections/__init__", "dataclasses", "enum", "functools", "textwrap"]
)
def test_what_is_in_a_module_stays_as_it_was(name: str) -> None:
    path = LIBRARY / f"{name}.py"
    source = path.read_bytes()
    rewriter = Rewriter(SiteTable(), silent_hooks())
    plain = compile(source, str(path), "exec", dont_inherit=True)
    instrumented = rewriter.compile(source, str(path), "subject", str(path))
    assert instrumented.co_consts != plain.co_consts
    assert contents(instrumented) == contents(plain)


def contents(code: CodeType) -> str:
    module = ModuleType("subject")
    exec(code, vars(module))
    return of_module(module)


def test_every_source_refers_to_a_site_of_the_same_function() -> None:
    table = SiteTable()
    rewriter = Rewriter(table, silent_hooks())
    for name in ("asyncio/queues.py", "asyncio/locks.py", "asyncio/tasks.py", "threading.py"):
        path = LIBRARY / name
        rewriter.compile(path.read_bytes(), str(path), path.stem, name)
    for number in range(1, table.count + 1):
        row = table.site(number)
        assert row is not None
        parameters = table.function(row.function)
        assert parameters is not None
        for source in (*row.data, *row.control):
            if source & 1:
                assert source >> 1 < len(parameters.parameters)
            else:
                referred = table.site(source >> 1)
                assert referred is not None and referred.function == row.function
