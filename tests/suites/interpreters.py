"""CPython's own tests of asyncio, a row for each interpreter that has them.

In: the interpreters that `./dev` found. Out: a Suite for each module of tests, because in one process, where
tests collect all garbage hundreds of times over what the tests before have left, recording takes hours.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from workshop import Suite

PYTHONS = "STALEREAD_SUITES_PYTHONS"
"""The environment variable with the paths of interpreters, as in PATH."""
TESTS = "test.test_asyncio"


@dataclass(frozen=True)
class Interpreter:
    python: Path
    version: str
    watch: tuple[str, ...] = (TESTS,)

    @property
    def name(self) -> str:
        return "asyncio-" + self.version.rpartition(".")[0]

    def requirement(self) -> str:
        return f"asyncio of CPython {self.version}"

    def suites(self, place: Path) -> list[Suite]:
        home = place / f"{self.name}-{self.version}"
        environment = {"PYTHONPYCACHEPREFIX": str(home / "kept")}
        found = []
        for module in modules(self.python):
            folder = home / module
            (folder / "empty").mkdir(parents=True, exist_ok=True)
            runner, names = ("-m", "asyncio_tests"), (f"{TESTS}.{module}",)
            found.append(
                Suite(module, self.python, folder / "empty", folder, self.watch, runner, names, environment)
            )
        return found


def interpreters() -> tuple[Interpreter, ...]:
    """Those that `./dev` found, but for those that were installed without their tests."""
    paths = [Path(word).absolute() for word in os.environ.get(PYTHONS, "").split(os.pathsep) if word]
    found = (Interpreter(path, version(path)) for path in paths if modules(path))
    return tuple(sorted(found, key=lambda each: [int(part) for part in each.version.split(".")]))


def version(python: Path) -> str:
    return said(python, "import platform; print(platform.python_version())")


def modules(python: Path) -> list[str]:
    """The names of the test modules of an interpreter; none where its tests are missing."""
    text = (
        "import pkgutil, test; from pathlib import Path; "
        "found = pkgutil.iter_modules([str(Path(each, 'test_asyncio')) for each in test.__path__]); "
        "print(*(each.name for each in found if each.name.startswith('test_')))"
    )
    return sorted(said(python, text).split())


def said(python: Path, text: str) -> str:
    done = subprocess.run((str(python), "-c", text), capture_output=True, text=True, check=False)
    return done.stdout.strip()
