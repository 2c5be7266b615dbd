"""The context managers around the bodies of rewritten functions, made of the hooks that tell of leaving.

In: the hooks `_sr_leave` and `_sr_leave_gen`. Out: a manager for all functions, and a function that makes one for each run
of a generator. Neither swallows an exception.
"""

from __future__ import annotations

from collections.abc import Callable
from gc import isenabled

Leave = Callable[..., object]


def function_manager(leave: Leave) -> object:
    """`leave` is called with what `__exit__` is given, and must return nothing."""
    # Nothing of this is bound to an object when it runs. `isenabled` is as cheap as a call can be, and needs no memory:
    # where there was none the program would be told.
    members = {"__slots__": (), "__enter__": staticmethod(isenabled), "__exit__": staticmethod(leave)}
    return type("Leaving", (), members)()


def generator_managers(leave: Leave) -> Callable[[object], object]:
    """`leave` is called with what `_sr_enter_gen` returned."""

    class LeavingGenerator:
        __slots__ = ("activation",)
        __enter__ = staticmethod(isenabled)

        def __init__(self, activation: object) -> None:
            self.activation = activation

        def __exit__(self, kind: object, value: object, trace: object) -> None:
            leave(self.activation)

    return LeavingGenerator
