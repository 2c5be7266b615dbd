"""Runs the main program rewritten, in a `__main__` module like the one the interpreter makes."""

from __future__ import annotations

import builtins
import contextlib
import importlib.util
import io
import linecache
import os
import sys
from collections.abc import Sequence
from importlib.machinery import BuiltinImporter, ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType

from .importer import Finder, WatchedLoader


def run_script(finder: Finder, path: str, arguments: Sequence[str]) -> None:
    """As `python PATH ARGUMENTS` does; a folder or an archive is asked for its `__main__`."""
    sys.argv[:] = [path, *arguments]
    if _finds_main_in(path):
        folder = os.path.join(os.getcwd(), path)
        _replace_first_path(folder)
        spec = PathFinder.find_spec("__main__", [folder])
        if spec is None:
            raise SystemExit(f"{sys.executable}: can't find '__main__' module in {path!r}")
        _run_found(finder, spec)
        return
    absolute = os.path.join(os.getcwd(), path)
    _replace_first_path(os.path.dirname(os.path.realpath(path)))
    with io.open_code(absolute) as file:
        source = file.read()
    module = _new_main(absolute, SourceFileLoader("__main__", absolute))
    exec(_code(finder, source, absolute), module.__dict__)


def run_module(finder: Finder, name: str, arguments: Sequence[str]) -> None:
    """As `python -m NAME ARGUMENTS` does."""
    sys.argv[:] = ["-m", *arguments]
    _replace_first_path(os.getcwd())
    spec = _find_module(finder, name)
    sys.argv[0] = spec.origin or name
    _run_found(finder, spec)


def run_code(finder: Finder, text: str, arguments: Sequence[str]) -> None:
    """As `python -c TEXT ARGUMENTS` does."""
    sys.argv[:] = ["-c", *arguments]
    _replace_first_path("")
    if sys.version_info >= (3, 13):
        # Tracebacks show its lines.
        lines = [line + "\n" for line in text.splitlines()]
        linecache.cache["<string>"] = (len(text), None, lines, "<string>")
    module = _new_main(None, BuiltinImporter)
    exec(finder.rewriter.compile(text.encode(), "<string>", "__main__", "<string>"), module.__dict__)


def _finds_main_in(path: str) -> bool:
    if os.path.isdir(path):
        return True
    with open(path, "rb") as file:
        return file.read(4) == b"PK\x03\x04"


def _find_module(finder: Finder, name: str) -> ModuleSpec:
    """The module to run: of a package its `__main__`."""
    finder.main = name
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, AttributeError, TypeError, ValueError) as problem:
        raise SystemExit(
            f"{sys.executable}: Error while finding module specification for {name!r} "
            f"({type(problem).__name__}: {problem})"
        ) from None
    if spec is None:
        raise SystemExit(f"{sys.executable}: No module named {name}")
    if spec.submodule_search_locations is None:
        return spec
    if name.endswith(".__main__"):
        raise SystemExit(f"{sys.executable}: Cannot use package as __main__ module")
    finder.main = ""
    importlib.import_module(name)
    finder.main = name + ".__main__"
    inner = importlib.util.find_spec(finder.main)
    if inner is None:
        raise SystemExit(
            f"{sys.executable}: No module named {finder.main}; {name!r} is a package and cannot be directly executed"
        )
    return inner


def _run_found(finder: Finder, spec: ModuleSpec) -> None:
    loader = spec.loader
    if type(loader) is SourceFileLoader and spec.origin:
        with contextlib.suppress(Exception):  # What is wrong with the program its own loader says.
            if finder.watched("__main__", spec.origin):
                loader = finder.loader("__main__", spec.origin, spec.cached)
    get_code = getattr(loader, "get_code", None)
    code = get_code(spec.name) if get_code is not None else None
    if code is None:
        raise SystemExit(f"{sys.executable}: No code object available for {spec.name}")
    if isinstance(loader, WatchedLoader):
        spec.loader = loader
    module = _new_main(spec.origin, spec.loader)
    module.__spec__ = spec
    module.__package__ = spec.parent
    module.__dict__["__cached__"] = spec.cached
    exec(code, module.__dict__)


def _code(finder: Finder, source: bytes, path: str) -> CodeType:
    """Rewritten where it is watched. Raises what is wrong with the source, and nothing else."""
    try:
        if finder.watched("__main__", path):
            return finder.rewriter.compile(source, path, "__main__", finder.watched.relative(path))
    except (
        Exception
    ):  # Of ours: the program runs, unwatched. Or of the source, which has the same said of it again.
        pass
    return _plain(source, path)


def _plain(source: bytes, path: str) -> CodeType:
    code: CodeType = compile(source, path, "exec", dont_inherit=True)
    return code


def _new_main(path: str | None, loader: object) -> ModuleType:
    """A fresh `__main__`, with the names the interpreter gives it."""
    module = ModuleType("__main__")
    names = module.__dict__
    names.update(__builtins__=builtins, __loader__=loader, __package__=None, __spec__=None)
    if sys.version_info < (3, 14):
        names["__annotations__"] = {}
    if path is not None:
        names.update(__file__=path, __cached__=None)
    sys.modules["__main__"] = module
    return module


def _replace_first_path(folder: str) -> None:
    """Puts the program's folder where ours is."""
    if getattr(sys.flags, "safe_path", False) or not sys.path:
        return
    sys.path[0] = folder
