"""The finder that has watched modules rewritten as they are imported.

A module is compiled when it is found, not when it is loaded: so one that cannot be compiled is left to the normal
loader, and its error looks as ever.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from .rewriter import Rewriter
from .watch import Watched

__all__ = ["Finder", "Rewriter", "WatchedLoader", "install"]


class WatchedLoader(SourceFileLoader):
    """Loads a module from code that was made when it was found."""

    def __init__(self, fullname: str, path: str, code: CodeType, recompile: Callable[[], CodeType]) -> None:
        super().__init__(fullname, path)
        self._code: CodeType | None = code
        self._recompile = recompile

    def get_code(self, fullname: str) -> CodeType | None:
        code, self._code = self._code, None
        if code is not None:
            return code
        try:
            return self._recompile()
        except Exception:  # Whatever is wrong with the module, the normal loader says it better.
            return super().get_code(fullname)


class Finder:
    """Lets the finders behind it look, and has what they find rewritten where it is watched."""

    def __init__(self, watched: Watched, rewriter: Rewriter) -> None:
        self.watched = watched
        self.rewriter = rewriter
        self.main = ""
        """The module that is to run as `__main__`."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        try:
            spec = find_behind(self, fullname, path, target)
        except Exception:  # What one of them raises it raises once more when the interpreter asks it itself.
            return None
        if spec is None or type(spec.loader) is not SourceFileLoader or spec.origin is None:
            return spec
        try:
            if self.watched(fullname, spec.origin):
                module = "__main__" if fullname == self.main else fullname
                spec.loader = self.loader(module, spec.loader.path, spec.cached, fullname)
        except Exception:  # whatever is wrong with the module, the normal loader says it better
            return spec
        return spec

    def loader(
        self, module: str, path: str, bytecode: str | None, fullname: str = "__main__"
    ) -> WatchedLoader:
        """A loader with the rewritten module; `module` is its `__name__` when it runs."""

        def compiled() -> CodeType:
            with io.open_code(path) as file:
                source = file.read()
            return self.rewriter.load(source, path, bytecode, module, self.watched.relative(path))

        return WatchedLoader(fullname, path, compiled(), compiled)

    def invalidate_caches(self) -> None:
        """The finders behind are asked themselves."""

    def install(self) -> None:
        """Modules found from now on are watched."""
        if self in sys.meta_path:
            return
        finders: list[object] = list(sys.meta_path)
        place = finders.index(PathFinder) if PathFinder in finders else len(finders)
        sys.meta_path.insert(place, self)

    def uninstall(self) -> None:
        """Modules found from now on are left alone."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)


def find_behind(
    finder: Any, fullname: str, path: Sequence[str] | None, target: ModuleType | None
) -> ModuleSpec | None:
    """What the finders say that come after this one in `sys.meta_path`."""
    finders = list(sys.meta_path)
    behind = finders[finders.index(finder) + 1 :] if finder in finders else finders
    for other in behind:
        find = getattr(other, "find_spec", None)
        spec: ModuleSpec | None = find(fullname, path, target) if find is not None else None
        if spec is not None:
            return spec
    return None


def install(watch: Sequence[str], ignore: Sequence[str], root: Path, rewriter: Rewriter) -> Finder:
    """Watches what is imported from now on, until `uninstall` of what is returned."""
    finder = Finder(Watched(watch, ignore, root), rewriter)
    finder.install()
    return finder
