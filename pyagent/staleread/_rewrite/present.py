"""Functions that are there already get the code with hooks.

In: functions, and the files that they are from. Out: the same function objects, so that whoever has one has it still,
with other code in them; and what they had, at the end. What must hold: only what the file really says is exchanged: the file
is compiled as it is, too, and a function whose code is not the same as that is left alone.
"""

from __future__ import annotations

import io
import weakref
from collections.abc import Callable, Iterable, Iterator
from importlib.util import cache_from_source
from inspect import CO_OPTIMIZED
from types import CodeType, FunctionType

from .rewriter import Rewriter


class _File:
    """The code of a file, as it is and with hooks. `names` has the qualified name of each function's plain code."""

    def __init__(self, plain: CodeType, rewritten: CodeType) -> None:
        self.rewritten: dict[CodeType, CodeType] = {}
        self.names: dict[CodeType, str] = {}
        self._pair(plain, rewritten, "")

    def _pair(self, plain: CodeType, rewritten: CodeType, prefix: str) -> None:
        """What stands in a `finally` is compiled several times, but rewritten alike."""
        inner = list(_inner(rewritten))
        for code in _inner(plain):
            alike = [other for other in inner if _place(other) == _place(code)]
            if not alike:
                continue
            if len(alike) > 1:
                inner.remove(alike[0])
            name = prefix + code.co_name
            is_function = bool(code.co_flags & CO_OPTIMIZED)
            if is_function:
                self.rewritten[code] = alike[0]
                self.names[code] = name
            self._pair(code, alike[0], f"{name}.<locals>." if is_function else f"{name}.")


class Present:
    """One for a process."""

    def __init__(self, rewriter: Rewriter, is_watched: Callable[[CodeType], bool]) -> None:
        """`is_watched` tells whether code has its hooks."""
        self._rewriter = rewriter
        self._is_watched = is_watched
        self._files: dict[tuple[str, str], _File] = {}
        self._exchanged: list[tuple[weakref.ref[FunctionType], CodeType, CodeType]] = []

    def exchange(
        self, functions: Iterable[FunctionType], path: str, module: str, file: str, within: str = ""
    ) -> tuple[int, int]:
        """How many of the functions of a file have hooks now, and how many could not be given any; `within`: of those in
        the class or function of that qualified name. Raises what reading and compiling the file raises."""
        known = self._file(path, module, file)
        done = left = 0
        for function in functions:
            if self._is_watched(function.__code__):
                done += 1
                continue
            name = known.names.get(function.__code__)
            if name is None:
                left += 1
            elif not within or name == within or name.startswith((f"{within}.", f"{within}.<locals>.")):
                is_done = self._exchange(function, known.rewritten[function.__code__])
                done, left = done + is_done, left + (not is_done)
        return done, left

    def exchanged(self) -> Iterator[CodeType]:
        """What functions had before."""
        return (before for _, before, _ in self._exchanged)

    def restore(self) -> None:
        """Gives all functions back what they had."""
        while self._exchanged:
            ref, before, after = self._exchanged.pop()
            function = ref()
            if function is not None and function.__code__ is after:
                function.__code__ = before

    def _exchange(self, function: FunctionType, rewritten: CodeType) -> bool:
        """Not where it would need variables of the function around it that it does not have."""
        before = function.__code__
        if rewritten.co_freevars != before.co_freevars:
            return False
        function.__code__ = rewritten
        self._exchanged.append((weakref.ref(function), before, rewritten))
        return True

    def _file(self, path: str, module: str, file: str) -> _File:
        known = self._files.get((path, module))
        if known is None:
            with io.open_code(path) as opened:
                source = opened.read()
            plain: CodeType = compile(source, path, "exec", dont_inherit=True)
            bytecode = cache_from_source(path)
            known = _File(plain, self._rewriter.load(source, path, bytecode, module, file))
            self._files[path, module] = known
        return known


def _inner(code: CodeType) -> Iterator[CodeType]:
    return (constant for constant in code.co_consts if isinstance(constant, CodeType))


def _place(code: CodeType) -> tuple[str, int]:
    return code.co_name, code.co_firstlineno
