"""Which site an instruction belongs to, and which rows leave for the trace."""

from __future__ import annotations

import sys
from itertools import islice
from types import FrameType
from typing import Any

import pytest
from rewriting import Subject, rewrite, silent_hooks
from staleread._rewrite.importer import Rewriter
from staleread._rewrite.sites import AWAIT, CALL, READ, WRITE, SiteRow, SiteTable

WITH_COLUMNS = sys.version_info >= (3, 11)


def site_of(table: SiteTable, frame: FrameType) -> SiteRow | None:
    """The site that a frame is at, found as the recording side finds it."""
    code = frame.f_code
    if WITH_COLUMNS:
        positions = next(islice(code.co_positions(), frame.f_lasti // 2, None))
        line, end_line, column, end_column = positions
    else:
        line, column, end_line, end_column = frame.f_lineno, None, None, None
    assert line is not None
    return table.site(table.site_at("subject", line, column, end_line, end_column))


def callers_site(source: str) -> tuple[str, int]:
    """Runs `run(probe)` and tells the expression and operation of the site that `probe` was called from."""
    subject = rewrite(source)
    found: list[SiteRow | None] = []

    def probe(*_: Any, **__: Any) -> Any:
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename != "subject.py":
            frame = frame.f_back
        assert frame is not None
        found.append(site_of(subject.table, frame))
        return probe

    result = subject.run()["run"](probe)
    if hasattr(result, "send"):
        with pytest.raises(StopIteration):
            result.send(None)
    assert len(found) == 1 and found[0] is not None
    return found[0].expression, found[0].operation


@pytest.mark.parametrize(
    ("source", "expression", "operation"),
    [
        ("def run(probe):\n    probe(1)", "probe(1)", CALL),
        ("class B: pass\ndef run(probe):\n    b = B()\n    b.go = probe\n    b.go(1, 2)", "b.go(1, 2)", CALL),
        (
            "class B: pass\ndef run(probe):\n    b = B()\n    b.get = probe\n    b.get('k')",
            "b.get('k')",
            READ,
        ),
        (
            "class B: pass\ndef run(probe):\n    b = B()\n    b.go = probe\n    (b\n     .go(\n        1)\n    )",
            "b .go( 1)",
            CALL,
        ),
        (
            "class B:\n    size = property(lambda self: self.probe())\n"
            "def run(probe):\n    b = B()\n    b.probe = lambda: probe()\n    return b.size",
            "probe()",
            CALL,
        ),
        ("def run(probe):\n    return [probe(x) for x in [1]]", "probe(x)", CALL),
    ],
)
def test_a_call_is_found_by_its_place(source: str, expression: str, operation: int) -> None:
    assert callers_site(source) == (expression, operation)


def test_a_property_is_entered_from_the_attributes_site() -> None:
    source = """
        class Box:
            @property
            def size(self):
                return LIBRARY(self)
            def go(self):
                return self.size
        """
    subject = rewrite(source)
    names = subject.run()
    found: list[SiteRow | None] = []

    def library(box: object) -> None:
        frame = sys._getframe(2)
        found.append(site_of(subject.table, frame))

    names["LIBRARY"] = library
    names["Box"]().go()
    assert found[0] is not None and (found[0].expression, found[0].operation) == ("self.size", READ)


@pytest.mark.skipif(not WITH_COLUMNS, reason="one line, several sites: told apart by columns only")
def test_calls_on_one_line_are_told_apart() -> None:
    assert callers_site("def other(x): return x\ndef run(probe):\n    other(other(probe(1)))") == (
        "probe(1)",
        CALL,
    )


def test_a_coroutine_is_entered_from_the_await() -> None:
    source = """
        async def inner(probe):
            LIBRARY()
        async def run(probe):
            await inner(probe)
        """
    subject = rewrite(source)
    names = subject.run()
    found: list[SiteRow | None] = []
    names["LIBRARY"] = lambda: found.append(site_of(subject.table, sys._getframe(2)))
    with pytest.raises(StopIteration):
        names["run"](None).send(None)
    assert found[0] is not None and (found[0].expression, found[0].operation) == ("await inner(probe)", AWAIT)


def test_every_code_object_is_reported_with_its_function() -> None:
    heard: list[tuple[str, str, int]] = []
    table = SiteTable()
    rewriter = Rewriter(table, silent_hooks())
    rewriter.on_code = lambda code, module, function: heard.append((code.co_name, module, function))
    source = b"""
def decorated(f): return f
class Box:
    @decorated
    def go(self):
        return [x for x in self.items], (lambda: 1, lambda: 2)
    @decorated
    def stop(self): return lambda: self
"""
    rewriter.compile(source, "box.py", "box", "box.py")
    names = {name: number for name, _, number in heard if name in ("go", "stop", "decorated")}
    assert all(module == "box" for _, module, _ in heard)
    rows = {name: table.function(number) for name, number in names.items()}
    assert {name: row.name for name, row in rows.items() if row} == {
        "go": "Box.go",
        "stop": "Box.stop",
        "decorated": "decorated",
    }
    lambdas = [number for name, _, number in heard if name == "<lambda>"]
    assert len(set(lambdas)) == 3 and 0 not in lambdas


def test_a_function_that_another_compiler_reads_stays_as_it_was() -> None:
    source = """
        def jit(f): return f
        class Box:
            items = {}
        @jit
        def plain(box):
            def inner():
                return box.items
            return box.items["k"], inner
        """
    names = rewrite(source).run()
    assert not [name for name in names["plain"].__code__.co_names if name.startswith("_sr_")]
    (inner,) = (part for part in names["plain"].__code__.co_consts if hasattr(part, "co_names"))
    assert "_sr_read" in inner.co_names


def counter() -> Subject:
    return rewrite(
        """
        class Counter:
            async def bump(self):
                seen = self.value
                await sleep(0)
                self.value = seen + 1
            def unrelated(self):
                self.other = self.third
        """
    )


def test_rows_are_given_out_once_and_with_what_they_refer_to() -> None:
    subject = counter()
    write = subject.site("self.value", WRITE)
    rows = subject.table.take_new([write.number])
    assert {row.expression for row in rows.sites} == {"self.value"}
    assert {row.operation for row in rows.sites} == {READ, WRITE}
    assert [row.name for row in rows.functions] == ["Counter.bump"]
    again = subject.table.take_new([write.number], [write.function])
    assert (again.sites, again.functions) == ([], [])


def test_what_nobody_refers_to_stays() -> None:
    subject = counter()
    taken = subject.table.take_new([subject.site("self.value", WRITE).number])
    assert all("other" not in row.expression for row in taken.sites)


def test_numbers_that_were_never_given_are_nothing() -> None:
    subject = counter()
    taken = subject.table.take_new([0, 10**6], [0, 10**6])
    assert (taken.sites, taken.functions) == ([], [])


def test_a_site_knows_its_place_and_text_in_bytes() -> None:
    subject = rewrite('def f(x):\n    return "ä", x.größe\n')
    row = subject.site("x.größe", READ)
    assert (row.line, row.column, row.end_column) == (2, 17, 26)
    assert row.source_line == 'return "ä", x.größe'
    assert subject.table.names[row.number] == "größe"


def test_private_names_are_known_as_python_keeps_them() -> None:
    subject = rewrite("class _Box:\n    def f(self):\n        self.__x = 1\n        return self.__x\n")
    assert {row.name for row in subject.sites()} == {"_Box__x"}


def test_a_form_feed_ends_no_line() -> None:
    subject = rewrite("X = 1\n\x0c\ndef f(x):\n    return x.value\n")
    assert subject.site("x.value", READ).source_line == "return x.value"
