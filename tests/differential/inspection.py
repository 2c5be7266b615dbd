"""What can be asked of functions and classes without running them.

In: a function or class of a program. Out: one line of text with everything that `inspect` and its like tell.
"""

from __future__ import annotations

import copy
import inspect
import pickle
import re
from _thread import get_ident
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from types import CodeType
from typing import Any

from world import places, show

NO_FREE_VARIABLES = 0x40
"""A flag of CPython 3.10, which the variable takes away that stands for the variables of a call."""

OURS = ("_sr_", "ω_sr_")
"""How names begin that rewriting brings in."""


def of_function(function: Any) -> str:
    code = function.__code__
    asked = [
        ("name", function.__qualname__),
        ("module", function.__module__),
        ("signature", evaluated(lambda: inspect.signature(function))),
        ("doc", function.__doc__),
        ("annotations", evaluated(lambda: show(function.__annotations__))),
        ("defaults", show(function.__defaults__)),
        ("keywords", show(function.__kwdefaults__)),
        ("free", [name for name in code.co_freevars if not name.startswith(OURS)]),
        ("closure", [_kept(cell) for cell, name in _cells(function) if not name.startswith(OURS)]),
        ("type parameters", [str(part) for part in getattr(function, "__type_params__", ())]),
        ("coroutine", inspect.iscoroutinefunction(function)),
        ("generator", inspect.isgeneratorfunction(function)),
        ("async generator", inspect.isasyncgenfunction(function)),
        *of_code(code),
    ]
    return " ".join(f"{name}={value}" for name, value in asked)


def evaluated(ask: Callable[[], object]) -> str:
    """From Python 3.14 on annotations are evaluated when they are asked for: that may fail, in the program's own lines."""
    try:
        return str(ask())
    except BaseException as problem:
        return f"{show(problem)} {places(problem)}"


def of_code(code: CodeType) -> list[tuple[str, object]]:
    arguments = code.co_argcount + code.co_kwonlyargcount
    return [
        ("code", code.co_name),
        ("line", code.co_firstlineno),
        ("file", code.co_filename),
        ("flags", code.co_flags & ~NO_FREE_VARIABLES),
        ("counts", (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount)),
        ("parameters", code.co_varnames[:arguments]),
        ("locals", sorted({*code.co_varnames[arguments:], *code.co_cellvars} - set(_ours(code)))),
    ]


def of_class(kind: type) -> str:
    members = sorted(name for name in vars(kind) if name not in ("__firstlineno__", "__static_attributes__"))
    functions = [of_function(value) for value in list(vars(kind).values()) if inspect.isfunction(value)]
    annotations = evaluated(lambda: show(getattr(kind, "__annotations__", None)))
    asked = (
        kind.__qualname__,
        kind.__doc__,
        members,
        getattr(kind, "__static_attributes__", ()),
        functions,
        annotations,
    )
    return show(asked, 5) + " ".join(functions)


def of_copies(thing: Any) -> list[str]:
    """What becomes of a thing that is copied or pickled."""
    return [evaluated(lambda way=way: _copied(thing, way(thing))) for way in _COPYING]  # type: ignore[misc]


def _copied(thing: Any, copied: Any) -> str:
    return "itself" if copied is thing else f"{show(copied)} {show(getattr(copied, '__dict__', None))}"


_COPYING: tuple[Callable[[Any], Any], ...] = (
    copy.copy,
    copy.deepcopy,
    lambda thing: pickle.loads(pickle.dumps(thing)),
    lambda thing: thing.__reduce_ex__(4),
)


def _ours(code: CodeType) -> list[str]:
    return [name for name in (*code.co_varnames, *code.co_cellvars) if name.startswith(OURS)]


def _cells(function: Any) -> list[tuple[Any, str]]:
    return list(zip(function.__closure__ or (), function.__code__.co_freevars, strict=True))


def _kept(cell: Any) -> str:
    try:
        return show(cell.cell_contents)
    except ValueError:
        return "empty"


def of_module(module: Any) -> str:
    """A line for each name in a module; functions and classes that it defines, in full."""
    found = []
    for name, value in sorted(vars(module).items()):
        own = getattr(value, "__module__", None) == module.__name__
        try:
            if inspect.isfunction(value) and own:
                found.append(f"{name} {of_function(value)}")
            elif isinstance(value, type) and own:
                found.append(f"{name} {of_class(value)}")
            elif isinstance(value, SourceFileLoader):  # Or one of ours, which derives from it.
                found.append(f"{name} SourceFileLoader")
            else:
                found.append(f"{name} {type(value).__name__}")
        except (ValueError, TypeError, NameError, AttributeError) as problem:
            found.append(f"{name} {type(problem).__name__}")
    text = "\n".join(found).replace(str(get_ident()), "THREAD")
    return re.sub("0x[0-9a-f]{6,}", "0x", text)
