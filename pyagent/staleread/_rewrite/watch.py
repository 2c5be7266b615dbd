"""Which modules are watched: by default the project's own files, more by `--watch`, fewer by `--ignore`, and never those
that the agent takes the order of a program from.
"""

from __future__ import annotations

import fnmatch
import os
import sysconfig
from collections.abc import Sequence
from pathlib import Path

_FOREIGN_FOLDERS = frozenset(
    {"site-packages", "dist-packages", "node_modules", "__pypackages__", ".tox", ".nox"}
)
_FOUNDATIONS = ("asyncio", "concurrent", "queue", "threading")
"""Modules of the library whose functions the agent knows by their code, to find out who called them. With hooks in
them they would be taken for the program itself: every lock would be used in `asyncio/locks.py`."""


class Watched:
    """The decision for one recording."""

    def __init__(self, watch: Sequence[str], ignore: Sequence[str], root: Path) -> None:
        self._watch = list(watch)
        self._ignore = list(ignore)
        self._root = os.path.realpath(root)
        self._agent = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
        paths = sysconfig.get_paths()
        self._library = {os.path.realpath(paths[name]) for name in ("stdlib", "platstdlib")}
        self._foundations = [os.path.join(folder, name) for folder in self._library for name in _FOUNDATIONS]
        self._environments: dict[str, bool] = {}
        self._folders: dict[str, tuple[str, bool]] = {}
        """By folder, as it is named: its real path, and whether files right in it are the project's own."""

    def __call__(self, module: str, path: str) -> bool:
        """Whether the module of this name and file is watched."""
        real, own = self._known(path)
        if not (self._watch or self._ignore):
            return own
        if _below(real, self._agent) or any(_matches(pattern, module, real) for pattern in self._ignore):
            return False
        if any(_matches(pattern, module, real) for pattern in self._watch):
            return not self.is_foundation(real)
        return own

    def is_foundation(self, path: str) -> bool:
        """Whether the file is of the modules that the order is taken from."""
        real = os.path.realpath(path)
        return any(real == f"{place}.py" or _below(real, place) for place in self._foundations)

    def is_of_library(self, path: str) -> bool:
        """Whether the file is of the interpreter's own library, installed packages not among it."""
        real = os.path.realpath(path)
        return any(
            _below(real, library) and not _FOREIGN_FOLDERS.intersection(real[len(library) :].split(os.sep))
            for library in self._library
        )

    def is_asked_for(self, module: str, path: str) -> bool:
        """Whether `--watch` means the module and `--ignore` does not, watched or not."""
        real = os.path.realpath(path)
        return any(_matches(pattern, module, real) for pattern in self._watch) and not any(
            _matches(pattern, module, real) for pattern in self._ignore
        )

    def add(self, pattern: str) -> None:
        """From now on modules of this pattern are watched too."""
        if pattern not in self._watch:
            self._watch.append(pattern)

    def matches(self, pattern: str, module: str, path: str) -> bool:
        """Whether the module is of this pattern, and not to be left alone."""
        real = os.path.realpath(path)
        return _matches(pattern, module, real) and self(module, path)

    def relative(self, path: str) -> str:
        """A file's name as the trace has it."""
        real, _ = self._known(path)
        if _below(real, self._root):
            return real[len(self._root.rstrip(os.sep)) + 1 :].replace(os.sep, "/")
        return real

    def _known(self, path: str) -> tuple[str, bool]:
        """A file's real path, and whether it is the project's own: known from its folder, unless it is a link."""
        if not os.path.isabs(path) or os.path.islink(path):
            real = os.path.realpath(path)
            return real, self._is_own(real)
        folder, name = os.path.split(path)
        known = self._folders.get(folder)
        if known is None:
            real = os.path.realpath(folder)
            known = self._folders[folder] = real, self._is_own(os.path.join(real, name))
        return os.path.join(known[0], name), known[1]

    def _is_own(self, real: str) -> bool:
        return _below(real, self._root) and not _below(real, self._agent) and not self._is_foreign(real)

    def _is_foreign(self, path: str) -> bool:
        """Whether a file below the root is not the project's own: the library's, a package's, an environment's."""
        inner = os.path.relpath(path, self._root)
        if _FOREIGN_FOLDERS.intersection(inner.split(os.sep)[:-1]):
            return True
        if any(_below(path, library) for library in self._library if library != self._root):
            return True
        return self._in_environment(os.path.dirname(path))

    def _in_environment(self, folder: str) -> bool:
        if folder == self._root or not _below(folder, self._root):
            return False
        known = self._environments.get(folder)
        if known is None:
            marker = os.path.join(folder, "pyvenv.cfg")
            known = os.path.exists(marker) or self._in_environment(os.path.dirname(folder))
            self._environments[folder] = known
        return known


def _below(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip(os.sep) + os.sep)


def _matches(pattern: str, module: str, path: str) -> bool:
    """A pattern is a glob for files where it looks like one, else it names a package and all below."""
    if "/" in pattern or os.sep in pattern or pattern.endswith(".py"):
        absolute = pattern if pattern.startswith("*") else os.path.realpath(pattern)
        return fnmatch.fnmatch(path, absolute) or fnmatch.fnmatch(path, os.path.join(absolute, "*"))
    package = pattern[:-2] if pattern.endswith(".*") else pattern
    return fnmatch.fnmatchcase(module, package) or fnmatch.fnmatchcase(module, package + ".*")
