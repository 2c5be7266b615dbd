"""What counts as an attribute's cell, and what its reads and writes tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from trace_reader import Trace

TraceOf = Callable[..., Trace]
ABSENT = ("absent",)

CLASSES = """
    import functools, threading, types

    class Plain:
        pass

    class Slotted:
        __slots__ = ("value",)

    class Derived(Slotted):
        pass

    class WithDefault:
        value = 5

    class WithProperty:
        @property
        def value(self):
            return 1
        @value.setter
        def value(self, new):
            pass

    class WithCached:
        @functools.cached_property
        def value(self):
            return 1

    class Guarded:
        def __getattribute__(self, name):
            return object.__getattribute__(self, name)

    class Local(threading.local):
        pass
    """


def program(body: str) -> str:
    lines = [f"        {line}" for line in body.strip().splitlines()]
    return CLASSES + "\n    def work():\n" + "\n".join(lines) + "\n\n    work()\n"


CASES: dict[str, tuple[str, list[tuple[str, str, Any, Any]]]] = {
    "an instance attribute": (
        "x = Plain()\nx.value = 1\nx.value\ndel x.value",
        [("write", "Plain", "value", 1), ("read", "Plain", "value", 1), ("write", "Plain", "value", ABSENT)],
    ),
    "an augmented assignment": (
        "x = Plain()\nx.value = 1\nx.value += 2",
        [("write", "Plain", "value", 1), ("read", "Plain", "value", 1), ("write", "Plain", "value", 3)],
    ),
    "a slot": (
        "x = Slotted()\nx.value = 1\nx.value",
        [("write", "Slotted", "value", 1), ("read", "Slotted", "value", 1)],
    ),
    "a slot of a base": (
        "x = Derived()\nx.value = 1\nx.value",
        [("write", "Derived", "value", 1), ("read", "Derived", "value", 1)],
    ),
    "a default in the class is the instance's": (
        "x = WithDefault()\nx.value\nx.value = 6\nx.value",
        [
            ("read", "WithDefault", "value", 5),
            ("write", "WithDefault", "value", 6),
            ("read", "WithDefault", "value", 6),
        ],
    ),
    "what is not there": (
        "x = Plain()\ntry:\n    x.value\nexcept AttributeError:\n    pass",
        [("read", "Plain", "value", ABSENT)],
    ),
    "hasattr, getattr, setattr, delattr": (
        "x = Plain()\nhasattr(x, 'value')\nsetattr(x, 'value', 1)\ngetattr(x, 'value')\ndelattr(x, 'value')",
        [
            ("read", "Plain", "value", ABSENT),
            ("write", "Plain", "value", 1),
            ("read", "Plain", "value", 1),
            ("write", "Plain", "value", ABSENT),
        ],
    ),
    "a property is no cell": ("x = WithProperty()\nx.value = 1\nx.value", []),
    "a cached property is no cell": ("x = WithCached()\nx.value\nx.value", []),
    "nor is what a class looks up itself": ("x = Guarded()\nx.value = 1\nx.value", []),
    "nor is what each thread has for itself": ("x = Local()\nx.value = 1\nx.value", []),
}


@pytest.mark.parametrize("name", CASES)
def test_cells(name: str, trace_of: TraceOf) -> None:
    body, expected = CASES[name]
    assert trace_of(program(body)).accesses("work") == expected


def test_a_class_attribute_that_is_written_as_such_is_the_classs(trace_of: TraceOf) -> None:
    trace = trace_of(
        program("x = WithDefault()\nWithDefault.value = 6\nx.value\nWithDefault.value\ntype(x).value += 1")
    )
    assert {event.object_kind for event in trace.of("object")} == {2}
    assert [access[0] for access in trace.accesses("work")] == ["write", "read", "read", "read", "write"]
    assert len({event.object for event in trace.of("read", "write")}) == 1


def test_methods_and_functions_of_modules_are_no_cells(trace_of: TraceOf) -> None:
    trace = trace_of(
        """
        import json, os
        class Plain:
            def method(self): pass
            @staticmethod
            def static(): pass
            @classmethod
            def cls(cls): pass
        def work():
            x = Plain()
            x.method(); x.static(); x.cls()
            x.method; Plain.static; json.dumps; os.path
        work()
        """
    )
    assert trace.accesses() == []


def test_module_attributes(trace_of: TraceOf) -> None:
    trace = trace_of(
        """
        import sys
        limit = 1
        def work():
            global limit
            this = sys.modules['__main__']
            this.limit = 2
            limit += 1
            return this.limit
        work()
        """
    )
    expected = [("write", 2), ("read", 2), ("write", 3), ("read", 3)]
    assert [(access[0], access[3]) for access in trace.accesses("work") if access[2] == "limit"] == expected
    assert {access[1] for access in trace.accesses("work") if access[2] == "limit"} == {"__main__"}
    assert len({event.object for event in trace.of("object") if event.object_kind == 3}) == 1


def test_globals_and_closures(trace_of: TraceOf) -> None:
    trace = trace_of(
        """
        flag = False
        def outer():
            count = 0
            def inner():
                nonlocal count
                count += 1
                return count
            return inner
        def work():
            global flag
            if not flag:
                flag = True
            first, second = outer(), outer()
            first(), first(), second()
            del flag
        work()
        """
    )
    flags = [(access[0], access[3]) for access in trace.accesses("work") if access[2] == "flag"]
    assert flags == [("read", False), ("write", True), ("write", ABSENT)]
    scopes = [event.object for event in trace.of("object") if event.object_kind == 4]
    assert len(scopes) == 2
    written = [event for event in trace.of("write") if event.object in scopes and event.value & 7 == 2]
    assert [(scopes.index(event.object), trace.value_of(event.value)) for event in written] == [
        (0, 0),
        (1, 0),
        (0, 1),
        (0, 2),
        (1, 1),
    ]
    assert {event.object for event in trace.of("drop")} >= set(scopes)
