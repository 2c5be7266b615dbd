"""A rewritten program does what the plain one does: results, output, exceptions and the lines in their tracebacks.

Every snippet defines `run()`, plain or async. Each is run plainly and rewritten, and everything observable is compared.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import io
import sys
import textwrap
import traceback
from typing import Any

import pytest
from rewriting import PATH, Heard, rewrite
from snippets import SNIPPETS


def outcome(code: Any) -> dict[str, Any]:
    """All that can be seen of running a snippet."""
    names: dict[str, Any] = {"__name__": "subject"}
    printed = io.StringIO()
    seen: dict[str, Any] = {}
    with contextlib.redirect_stdout(printed):
        try:
            exec(code, names)
            result = names["run"]()
            if inspect.iscoroutine(result):
                result = asyncio.run(result)
            seen["result"] = repr(result)
        except BaseException as problem:
            seen["exception"] = chain(problem)
    seen["printed"] = printed.getvalue()
    seen["doc"] = {name: value.__doc__ for name, value in names.items() if inspect.isfunction(value)}
    seen["names"] = sorted(names)
    return seen


def chain(problem: BaseException | None) -> list[Any]:
    """An exception, its causes, and the frames of the snippet that they went through."""
    found: list[Any] = []
    while problem is not None:
        frames = [
            (frame.name, frame.lineno, getattr(frame, "colno", None), getattr(frame, "end_colno", None))
            for frame in traceback.extract_tb(problem.__traceback__)
            if frame.filename == PATH
        ]
        found.append((type(problem).__name__, str(problem), frames))
        problem = problem.__cause__ or problem.__context__
    return found


@pytest.mark.parametrize("name", sorted(SNIPPETS))
def test_a_rewritten_snippet_behaves_as_the_plain_one(name: str) -> None:
    needed, source = SNIPPETS[name]
    if sys.version_info < needed:
        pytest.skip(f"needs Python {needed}")
    text = textwrap.dedent(source)
    heard = Heard()
    subject = rewrite(text, heard.hooks())
    plain = outcome(compile(text, PATH, "exec", dont_inherit=True))
    assert outcome(subject.code) == plain
    assert heard.calls, "nothing was rewritten"


@pytest.mark.parametrize("name", sorted(SNIPPETS))
def test_hooks_are_balanced_and_know_their_sites(name: str) -> None:
    needed, source = SNIPPETS[name]
    if sys.version_info < needed:
        pytest.skip(f"needs Python {needed}")
    heard = Heard()
    subject = rewrite(source, heard.hooks())
    outcome(subject.code)
    assert len(heard.of("_sr_enter")) == len(heard.of("_sr_leave"))
    assert len(heard.of("_sr_locked")) == len(heard.of("_sr_unlocked"))
    without_site = {"_sr_enter", "_sr_leave", "_sr_enter_gen", "_sr_leave_gen", "_sr_pause", "_sr_scope"}
    for hook, given in heard.calls:
        if hook not in without_site:
            number = given[3] if hook in ("_sr_setattr", "_sr_delattr", "_sr_called_key") else None
            number = given[2] if hook == "_sr_set_item" else number or given[-1]
            row = subject.table.site(number)
            assert row is not None and row.number == number


def test_no_tracer_sees_a_line_that_is_not_the_programs() -> None:
    text = textwrap.dedent(
        """
        class Box:
            def fill(self, key):
                self.size = 1
                self.items = {}
                for name in [key, key]:
                    self.items[name] = self.size
                if key in self.items:
                    del self.items[key]
                return self.size

        def run():
            return Box().fill("k")
        """
    )

    def lines_of(code: Any) -> list[int | None]:
        seen: list[int | None] = []

        def trace(frame: Any, event: str, argument: object) -> Any:
            if frame.f_code.co_filename != PATH:
                return None
            if event == "line":
                seen.append(frame.f_lineno)
            return trace

        names: dict[str, Any] = {"__name__": "subject"}
        exec(code, names)
        before = sys.gettrace()
        sys.settrace(trace)
        try:
            names["run"]()
        finally:
            sys.settrace(before)
        return seen

    assert lines_of(rewrite(text).code) == lines_of(compile(text, PATH, "exec"))


def test_a_frame_that_an_exception_left_still_has_a_line() -> None:
    names = rewrite(
        """
        class Box:
            def fail(self):
                self.size = 1
                raise ValueError
        """
    ).run()
    with pytest.raises(ValueError) as caught:
        names["Box"]().fail()
    frame = caught.tb
    while frame.tb_next is not None:
        frame = frame.tb_next
    assert frame.tb_lineno == 5
    assert frame.tb_frame.f_lineno is not None
