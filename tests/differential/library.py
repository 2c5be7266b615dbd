"""The modules of the standard library, imported as they are and instrumented: what a program finds in them.

In: which modules. Out: how the two differ. Each module is imported in processes of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from instrumented_library import LIBRARY, instrumented_library, module_name, plain_library

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
import importlib, sys, warnings
warnings.simplefilter("ignore")
sys.path.append(sys.argv[1])
from inspection import of_module
try:
    module = importlib.import_module(sys.argv[2])
except BaseException as problem:
    print(type(problem).__name__, problem)
else:
    print(of_module(module))
"""


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


def compare_library(folder: Path, modules: list[str]) -> tuple[int, list[str]]:
    """How many modules were compared, and what differs."""
    wanted = set(modules)
    tops = {name.partition(".")[0] for name in modules}
    notes: list[str] = []
    plain = plain_library(folder)
    instrumented = instrumented_library(
        folder, lambda name: name in wanted or name.partition(".")[0] in tops, notes.append
    )
    found = [f"cannot be rewritten: {note}" for note in notes]
    for name in modules:
        one, other = look(plain, name), look(instrumented, name)
        if one != other:
            found.append(f"{name}:\n{_first_difference(one, other)}")
    return len(modules), found


def look(place: Path, module: str) -> str:
    here = str(Path(__file__).parent)
    environment = {**os.environ, "PYTHONPATH": str(place), "PYTHONHASHSEED": "1"}
    words = [sys.executable, "-c", LOOK, here, module]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=120, check=False)
    return (done.stdout + done.stderr).replace(str(place), "LIBRARY")


def _first_difference(one: str, other: str) -> str:
    for left, right in zip(one.splitlines(), other.splitlines(), strict=False):
        if left != right:
            return f"  - {left[:600]}\n  + {right[:600]}"
    return f"  - {one[-300:]}\n  + {other[-300:]}"
