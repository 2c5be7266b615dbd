"""The modules of the standard library, imported as they are and instrumented or recorded: what a program finds in them.

In: which modules. Out: how the two differ. Each module is imported in processes of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from instrumented_library import LIBRARY, instrumented_library, module_name, plain_library
from recorded import Traces, python_path

_NOT_IMPORTED = (
    "test",
    "idlelib",
    "turtle",
    "antigravity",
    "this",
    "lib2to3",
    "ensurepip",
    "tkinter",
    "pydoc_data",
)

LOOK = """
import importlib, os, sys, warnings
warnings.simplefilter("ignore")
sys.path.append(sys.argv[1])
from inspection import of_module
for name in sys.argv[2:]:
    print("\\f" + name, flush=True)
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        continue
    try:
        print(of_module(importlib.import_module(name)))
    except BaseException as problem:
        print(type(problem).__name__, problem)
    sys.stdout.flush()
    os._exit(0)
"""
"""Imports each module in a child of its own, and tells of them one after the other, each behind a form feed."""


def library_modules() -> list[str]:
    paths = [path.relative_to(LIBRARY) for path in sorted(LIBRARY.rglob("*.py"))]
    names = [
        module_name(path) for path in paths if all(part.isidentifier() for part in path.with_suffix("").parts)
    ]
    return [
        name
        for name in names
        if not name.startswith(_NOT_IMPORTED) and not {"test", "tests", "__main__"} & set(name.split("."))
    ]


def compare_library(folder: Path, modules: list[str], recorded: bool) -> tuple[int, list[str]]:
    """How many modules were compared, and what differs: `recorded`, or with hooks that only pass on what they are given."""
    compare = _compare_recorded if recorded else _compare_instrumented
    found, one, other = compare(folder, modules)
    for name in modules:
        if one.get(name) != other.get(name):
            found.append(f"{name}:\n{_first_difference(one.get(name, ''), other.get(name, ''))}")
    return len(one), found


Contents = dict[str, str]
"""Of modules, by name."""


def _compare_recorded(folder: Path, modules: list[str]) -> tuple[list[str], Contents, Contents]:
    plain = plain_library(folder)
    traces = Traces()
    with traces:
        one, other = look(plain, modules, []), look(plain, modules, traces.words())
        return traces.troubles(), one, other


def _compare_instrumented(folder: Path, modules: list[str]) -> tuple[list[str], Contents, Contents]:
    wanted = set(modules)
    tops = {name.partition(".")[0] for name in modules}
    notes: list[str] = []
    plain = plain_library(folder)
    instrumented = instrumented_library(
        folder, lambda name: name in wanted or name.partition(".")[0] in tops, notes.append
    )
    found = [f"cannot be rewritten: {note}" for note in notes]
    return found, look(plain, modules, []), look(instrumented, modules, [])


def look(place: Path, modules: list[str], record: list[str]) -> Contents:
    """What is in each module; `record` are the words that have this recorded."""
    here = str(Path(__file__).parent)
    environment = {**os.environ, "PYTHONPATH": python_path(place), "PYTHONHASHSEED": "1"}
    words = [sys.executable, *record, "-c", LOOK, here, *modules]
    done = subprocess.run(
        words,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=4000,
        check=False,
    )
    told = done.stdout.replace(str(place), "LIBRARY").split("\f")[1:]
    parted = [part.partition("\n") for part in told]
    return {name: contents for name, _, contents in parted}


def _first_difference(one: str, other: str) -> str:
    for left, right in zip(one.splitlines(), other.splitlines(), strict=False):
        if left != right:
            same = len(os.path.commonprefix((left, right)))
            start = max(0, same - 100)
            return f"  - {left[:60]} … {left[start : same + 200]}\n  + {right[:60]} … {right[start : same + 200]}"
    return f"  - {one[-300:]}\n  + {other[-300:]}"
