"""What was there before the recording, and is followed from then on.

In: modules, classes, functions, objects and patterns that the program names; the modules that were imported before. Out:
functions with hooks in them, until the recording ends. What cannot be followed is told when the recording is over.
"""

from __future__ import annotations

import os
import sys
from asyncio import events
from collections import defaultdict
from collections.abc import Iterator
from inspect import CO_OPTIMIZED
from types import (
    AsyncGeneratorType,
    CodeType,
    CoroutineType,
    FrameType,
    FunctionType,
    GeneratorType,
    MethodType,
    ModuleType,
)
from typing import Any

from staleread._current_frames import current_frames
from staleread._record.alive import of_types
from staleread._record.kinds import module_namespace
from staleread._recording import Recording
from staleread._rewrite.present import Present
from staleread._session import Session

_NAMED_MAX = 4

_SUSPENDED: dict[type, str] = {CoroutineType: "cr", GeneratorType: "gi", AsyncGeneratorType: "ag"}
"""What waits, and how the names of its attributes begin."""

_REASONS = (OSError, SyntaxError, ValueError, UnicodeError)


class Following:
    """One for a process. What it changes is put back with the recording that it was changed for."""

    def __init__(self, session: Session) -> None:
        self._session = session
        codes = session.watching.frames.codes
        self._present = Present(session.watching.rewriter, lambda code: id(code) in codes)
        self._recording: Recording | None = None
        """The one that everything here is for."""
        self._unfinished: dict[str, int] = {}
        """Modules whose bodies still run, and how many names they had when they were looked at."""

    def _begin(self) -> None:
        recording = self._session.recording
        if recording is None or recording is self._recording:
            return
        self._recording = recording
        self._unfinished.clear()
        recording.patches.on_undo(self._present.restore)
        recording.patches.replace(events, "_set_running_loop", self._around_loop_setting)

    def _note(self, sentence: str) -> None:
        if self._recording is not None:
            self._recording.recorder.honesty.note(sentence)

    # What the program names

    def follow(self, target: Any) -> None:
        """A pattern, a module, a class, a function; of anything else its class."""
        self._begin()
        if isinstance(target, str):
            self._session.finder.watched.add(target)
            self.imported(matching=target)
        elif isinstance(target, ModuleType):
            self._session.finder.watched.add(target.__name__)
            self.imported(matching=target.__name__)
        elif isinstance(target, type):
            self._follow_in(target.__module__, target.__qualname__)
        elif isinstance(target, (FunctionType, MethodType)):
            self._follow_function(target)
        else:
            self._follow_in(type(target).__module__, type(target).__qualname__)

    def _follow_function(self, target: Any) -> None:
        """A decorated one too, where its decorator says what it decorates."""
        while True:
            inner = getattr(target, "__func__", None) or getattr(target, "__wrapped__", None)
            if inner is None:
                break
            target = inner
        if isinstance(target, FunctionType):
            path = target.__code__.co_filename
            self._exchange([target], target.__module__, path, target.__qualname__)

    def _follow_in(self, module: str, qualified: str) -> None:
        path = getattr(sys.modules.get(module), "__file__", None)
        if not isinstance(path, str):
            self._note(f"{module}.{qualified} is not followed: there is no source of it")
            return
        functions = _functions({os.path.realpath(path)})
        for file, found in functions.items():
            self._exchange(found, module, file, qualified)

    # What was imported before

    def imported(self, matching: str = "") -> None:
        """All modules that are watched, or those of a pattern."""
        self._begin()
        watched = self._session.finder.watched
        modules, refused = {}, set()
        for name, path in _sources().items():
            if watched.matches(matching, name, path) if matching else watched(name, path):
                modules[os.path.realpath(path)] = name
                self._remember_unfinished(name, sys.modules.get(name))
            elif watched.is_foundation(path) and watched.is_asked_for(name, path):
                refused.add(name)
        self._refuse(refused)
        self._look(modules)
        if self._recording is not None:
            self._recording.recorder.honesty.running = _running(set(map(id, self._present.exchanged())))

    def asked_for(self) -> bool:
        """What `--watch` means and was there when the recording began; tells whether that is anything.

        Of the library that is what we ourselves need: with hooks in it, our own doings would be recorded.
        """
        self._begin()
        watched = self._session.finder.watched
        found = {name: path for name, path in _sources().items() if watched.is_asked_for(name, path)}
        needed = {name for name, path in found.items() if watched.is_of_library(path)}
        if self._recording is not None and not self._recording.is_child:  # Told once.
            self._refuse(needed)
        others = {name: path for name, path in found.items() if name not in needed and watched(name, path)}
        self._look({os.path.realpath(path): name for name, path in others.items()})
        return bool(found)

    def _refuse(self, modules: set[str]) -> None:
        packages = {name.partition(".")[0] for name in modules}
        named = sorted(packages, key=lambda name: (name.startswith("_"), name))
        if len(named) > _NAMED_MAX:
            named[_NAMED_MAX:] = [f"{len(named) - _NAMED_MAX} more"]
        if named:
            self._note(f"not followed, because the agent itself needs it: {', '.join(named)}")

    def _remember_unfinished(self, name: str, module: Any) -> None:
        spec = getattr(module, "__spec__", None)
        if name == "__main__" or getattr(spec, "_initializing", False):
            self._unfinished[name] = len(module_namespace(module))

    def _look(self, modules: dict[str, str]) -> None:
        if not modules:
            return
        for path, functions in _functions(set(modules)).items():
            self._exchange(functions, modules[os.path.realpath(path)], path)

    def _around_loop_setting(self, original: Any) -> Any:
        """By the time that a loop starts, the module that started the recording is likely to be complete."""

        def wrapper(loop: Any) -> None:
            original(loop)
            try:
                if loop is not None and self._unfinished:
                    self._look_again()
            except Exception as error:
                if self._recording is not None:
                    self._recording.recorder.fail(error)

        return wrapper

    def _look_again(self) -> None:
        """Modules whose bodies had not come to their end may have functions by now that they had not."""
        modules = {}
        for name, size in list(self._unfinished.items()):
            module = sys.modules.get(name)
            path = _source_of(module)
            if path and len(module_namespace(module)) != size:
                modules[os.path.realpath(path)] = name
                self._unfinished[name] = len(module_namespace(module))
        if modules:
            self._look(modules)

    def _exchange(self, functions: list[FunctionType], module: str, path: str, within: str = "") -> None:
        if self._session.finder.watched.is_foundation(path):
            self._refuse({module})
            return
        file = self._session.finder.watched.relative(path)
        try:
            done, left = self._present.exchange(functions, path, module, file, within)
        except _REASONS as error:
            self._note(f"{file} is not followed: {type(error).__name__}: {error}")
            return
        if left and not done:
            self._note(f"{within or module} is not followed: what runs is not what {file} says")


def _functions(files: set[str]) -> dict[str, list[FunctionType]]:
    """All functions there are from these files (as `realpath` has them), by the file as their code names it."""
    found: dict[str, list[FunctionType]] = defaultdict(list)
    real: dict[str, str] = {}
    for obj in of_types({id(FunctionType)}):
        if not obj.__code__.co_flags & CO_OPTIMIZED:
            continue  # Bodies of modules and classes run as functions, too.
        path = obj.__code__.co_filename
        if path not in real:
            real[path] = os.path.realpath(path)
        if real[path] in files:
            found[path].append(obj)
    return dict(found)


def _sources() -> dict[str, str]:
    """The files of all modules that are imported by now, where they have any."""
    found = {name: _source_of(module) for name, module in list(sys.modules.items())}
    return {name: path for name, path in found.items() if path}


def _running(codes: set[int]) -> list[str]:
    """The names of functions with one of these codes that run, or wait, just now: whatever others they are given."""
    return sorted(
        # Before Python 3.11 a code does not know where its function stands.
        {getattr(code, "co_qualname", code.co_name) for code in _codes_under_way() if id(code) in codes}
    )


def _codes_under_way() -> Iterator[CodeType]:
    for frame in current_frames().values():
        inner: FrameType | None = frame
        while inner is not None:
            yield inner.f_code
            inner = inner.f_back
    for obj in of_types(set(map(id, _SUSPENDED))):
        prefix = _SUSPENDED[type(obj)]
        if getattr(obj, f"{prefix}_frame") is not None:
            yield getattr(obj, f"{prefix}_code")


def _source_of(module: Any) -> str:
    if not isinstance(module, ModuleType):
        return ""
    path = module_namespace(module).get("__file__")
    return path if isinstance(path, str) and path.endswith(".py") else ""
