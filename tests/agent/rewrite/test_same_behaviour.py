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
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
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


STEPPED_THROUGH = {
    "accesses": """
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
        """,
    "beginnings": """
        class Box:
            a = 1
        def same(function):
            return function
        def declares(box):
            '''Documented.'''
            global G
            G = (
                box.a
            )
            return G
        def decorates(box):
            @same
            def inner():
                nonlocal box
                box = box
                return box
            return inner().a
        def tests(box):
            if (
                box.a
            ):
                return [
                    *box.a,
                ]
        def yields(box):
            value: int
            x = [
                box.a,
                box
            ]
            yield x
        def run():
            box = Box()
            declares(box), decorates(box), list(yields(box))
            return tests(box)
        """,
    "several lines": """
        class Box:
            def get(self, *given):
                return self
            a, items = 1, {"k": 1}
        def run():
            box = Box()
            x = (box
                 .get(1)
                 .get(
                     box.a,
                     2)
                 .a)
            assert (y := (
                getattr(box, "a")
            ))
            box.items[
                "k"
            ] = (
                box.a
                + box
                .a
            )
            return [
                box.items
                [z]
                for z in
                box.items
                if box.a
            ], x, y
        """,
    "an exception": """
        class Box:
            def fail(self):
                self.a = 1
                for x in self.a:
                    pass
        def run():
            box = Box()
            try:
                box.fail()
            except TypeError:
                box.a += 1
            return box.missing
        """,
    "a conditional expression that is returned": """
        def choose(box):
            return ((
                1.5
            ) if box else (
                [] if box is None else ()
            ))
        def run():
            return choose(0), choose(1), choose(None)
        """,
    "values over several lines": """
        class Box:
            def __init__(self, size):
                self.size = size
            def __bool__(self):
                return self.size > 1
            def add(self):
                return self
            def __await__(self):
                return iter(())
        def chained(box):
            return (box
                .add()
                .add()
                .size)
        def either(one, other):
            return (one or
                other)
        def given(one, other):
            got = yield (one or
                other)
            yield from [(one and
                other).size]
        async def waiting(one, other):
            await (one or
                other)
        def run():
            for one, other in (Box(1), Box(2)), (Box(2), Box(1)):
                chained(one), list(given(one, other))
                size = (either(one, other) or
                    one).size
                (one or
                    other).size = size
                list(waiting(one, other).__await__())
        """,
    "ends where several ways meet": """
        class Box:
            def __init__(self):
                self.size, self.items = 1, {1: 2}
            def get(self):
                return self.size
            def __enter__(self):
                return self
            def __exit__(self, *_):
                return True
        def handled(box):
            try:
                if box.items[box.get()] > 5:
                    pass
            except KeyError:
                box.size = 4
        def looped(box, size):
            try:
                while box.items.get(box.get(), 3) < size:
                    box.size += 1
                    if size > 5:
                        break
            except KeyError:
                box.size = 4
            else:
                for _ in range(size):
                    if box.size > 5:
                        box.get()
        def matched(box, size):
            if size:
                match box.items.get(box.get(), 3):
                    case 3:
                        box.get()
                    case 2 if size > 1:
                        pass
            elif box.size:
                pass
        def managed(box, size):
            try:
                with (
                    box
                ):
                    if box.items[size] > 5:
                        box.size = 4
            except KeyError:
                pass
        def run():
            box = Box()
            for size in 0, 1, 2, 9:
                handled(box), looped(box, size), matched(box, size), managed(box, size)
        """,
}


def events_of(code: Any) -> list[tuple[str, str, int | None]]:
    """What a debugger sees of a program. CPython 3.12 tells a line twice behind instructions that have none, and a function
    that ends with a `with` returns without one there."""
    seen: list[tuple[str, str, int | None]] = []
    last: dict[str, tuple[str, str, int | None]] = {}

    def trace(frame: Any, event: str, argument: object) -> Any:
        name = frame.f_code.co_name
        if frame.f_code.co_filename != PATH:
            return None
        is_loose = sys.version_info[:2] == (3, 12)
        found = (event, name, None if is_loose and event == "return" else frame.f_lineno)
        if last.get(name) != found or event != "line" or not is_loose:
            seen.append(found)
        last[name] = found
        return trace

    names: dict[str, Any] = {"__name__": "subject"}
    exec(code, names)
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        with contextlib.suppress(AttributeError, TypeError):
            names["run"]()
    finally:
        sys.settrace(before)
    return seen


@pytest.mark.parametrize("name", STEPPED_THROUGH)
def test_no_tracer_sees_what_is_not_the_programs(name: str) -> None:
    text = textwrap.dedent(STEPPED_THROUGH[name])
    assert events_of(rewrite(text).code) == events_of(compile(text, PATH, "exec"))


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
    assert frame.tb_frame.f_lineno == 5


WARNED_OF = (
    "x is 'a'",
    "(1, 2)(3)",
    "[1]['a']",
    "[x, 1]['a']",
    "[*x]['a']",
    "{1}[2]",
    "(lambda: 1)[0]",
    "(y for y in x)['a']",
    "(x.y, 1)['k']",
    "None.x is 1",
    "f'{x}'(2)",
    "{'a': x}()",
    "'abc'['k']",
)


def warned(how: Callable[[], object]) -> list[tuple[str, int]]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        how()
    return [(str(warning.message), warning.lineno) for warning in caught]


@pytest.mark.parametrize("expression", WARNED_OF)
def test_python_warns_of_the_same(expression: str) -> None:
    text = f"def f(x):\n    return {expression}\n"
    plain = warned(lambda: compile(text, PATH, "exec", dont_inherit=True))
    assert warned(lambda: rewrite(text)) == plain


@pytest.mark.skipif(
    sys.version_info < (3, 14), reason="what leaves a `finally` is warned of from Python 3.14 on"
)
@pytest.mark.parametrize("word", ["return x.a", "break", "continue"])
def test_python_warns_of_what_leaves_a_finally(word: str) -> None:
    text = f"def f(x):\n    for y in x.rows:\n        try: x.a += 1\n        finally: {word}\n"
    assert len(warned(lambda: rewrite(text))) == 1
    assert warned(lambda: rewrite(text)) == warned(lambda: compile(text, PATH, "exec", dont_inherit=True))


PICKLED = """
    import copy, inspect, pickle
    class Box:
        def __init__(self, value):
            self.value, self.items = value, {"k": [value]}
        def put(self, key):
            self.items[key] = self.value
            return self
    def plain(box):
        return box.items["k"]
    def run():
        box = Box(1)
        same = copy.deepcopy(box.put("z")), copy.copy(plain) is plain, pickle.loads(pickle.dumps(box.put)).__self__.items
        return pickle.dumps([box, plain, Box.put, box.put]), inspect.getsource(Box.put), vars(same[0]), same[1:]
    """


def test_pickles_copies_and_sources_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = textwrap.dedent(PICKLED)
    file = tmp_path / "subject.py"
    file.write_text(text)
    module = ModuleType("subject")
    module.__file__ = str(file)
    monkeypatch.setitem(sys.modules, "subject", module)
    results = []
    for code in (compile(text, str(file), "exec", dont_inherit=True), rewrite(text, path=str(file)).code):
        exec(code, vars(module))
        results.append(module.run())
    assert results[0] == results[1]


LIFETIMES = """
    import weakref
    log = []
    class Mortal:
        def __init__(self, name):
            self.name, self.items = name, {}
            weakref.finalize(self, log.append, name).atexit = False
        def get(self, key, other=None):
            return other
    class Manager:
        def __enter__(self):
            return self
        def __exit__(self, kind, *_):
            return kind is not None
    def say(word):
        log.append(word)
        return word
    def run():
        manager = Manager()
        Mortal("augmented").name += say("!")
        say(1)
        Mortal("stored").items[say("k")] = say("v")
        say(2)
        if Mortal("condition").get(say("k"), say("d")):
            say("inside")
        if Mortal("condition").get(say("k"), say("")):
            say("never")
        elif not Mortal("other condition").get(say("k"), say("d")):
            say("never")
        say(3)
        while Mortal("while").get(say("k"), say("d")):
            say("inside")
            break
        for x in Mortal("for").get(say("k"), say("12")):
            say("inside")
        with Mortal("with").get(say("k"), manager):
            say("inside")
        with manager:
            say("inside")
            Mortal("swallowed").items[say("k")] += 1
        say(4)
        match Mortal("match").get(say("k"), say("d")):
            case "d":
                say("inside")
        try:
            Mortal("raised").items[say("k")] += 1
        except KeyError:
            say("handled")
        try:
            try:
                Mortal("raised once more").items[say("k")] += 1
            finally:
                say("finally")
        except KeyError:
            say("handled")
        assert Mortal("assertion").get(say("k"), say("d"))
        say(5)
        def inner(x=Mortal("default").get(say("k"), say("d"))):
            return x
        say(6)
        return log, inner()
"""


def test_temporary_objects_go_with_their_statement() -> None:
    """In the same order as ever, seen from one statement to the next."""
    text = textwrap.dedent(LIFETIMES)
    plain = outcome(compile(text, PATH, "exec", dont_inherit=True))
    assert "'condition', 'inside'" in plain["result"]
    assert outcome(rewrite(text).code) == plain
