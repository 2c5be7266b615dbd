"""Has the interpreter note where coroutines are made, without the program seeing that it does.

In: threads as they start, what the program itself asks of the interpreter. Out: `cr_origin` of one entry, at least, in
every coroutine; warnings and answers as if nobody but the program had asked.
"""

from __future__ import annotations

import sys
import warnings
from _thread import get_ident
from collections.abc import Callable
from types import FunctionType, SimpleNamespace
from typing import Any

from staleread._order.patching import Patches, pass_unseen

_get_depth: Any = sys.get_coroutine_origin_tracking_depth
_set_depth: Any = sys.set_coroutine_origin_tracking_depth

_ORIGINAL: Any = warnings._warn_unawaited_coroutine  # type: ignore[attr-defined]
IS_POSSIBLE = "warn" in _ORIGINAL.__code__.co_names
"""Whether the interpreter's warning is made the way that is known here."""


class Origins:
    """The depth is a matter of each thread: `depths` has what the program wants, by thread. `noting` has the interpreter
    note coroutines only while watched code runs, or waits for what runs, as long as the program does not ask for it."""

    def __init__(self, noting: Any) -> None:
        self._noting = noting
        self.depths: dict[int, int] = {}
        self.fail: Callable[[Exception], None] | None = None
        """Told what goes wrong in here, until it is over."""
        self.dying: Callable[[Any], None] | None = None
        """Called with every coroutine that was never awaited, until it is over."""
        self._asked_for_one = False

    def begin(self, dying: Callable[[Any], None], fail: Callable[[Exception], None]) -> None:
        self.dying, self.fail = dying, fail
        self._noting.is_selective = True

    def note_in_this_thread(self) -> None:
        depth = _get_depth()
        self.depths[get_ident()] = depth
        self._asked_for_one = self._asked_for_one or depth == 1
        self._allow(depth)

    def _allow(self, depth: int) -> None:
        """The program wants this depth: notes one frame where it wants none."""
        if depth == 0:
            _set_depth(1)
        else:
            self._noting.is_selective = False

    def note_again(self) -> None:
        """No loop runs on this thread any more."""
        self._noting.rest()

    @property
    def is_selective(self) -> bool:
        """Whether a coroutine of which nothing was noted was made by unwatched code."""
        return bool(self._noting.is_selective)

    def leave_this_thread(self) -> None:
        depth = self.depths.pop(get_ident(), None)
        if depth is not None:
            _set_depth(depth)

    def end(self) -> None:
        """Coroutines that are marked live on, but nobody is to be told of them any more."""
        self.dying = self.fail = None
        self._noting.is_selective = False
        self.leave_this_thread()

    def getting(self, original: Any) -> Any:
        def wrapper() -> int:
            depth: int = original()
            try:
                return self.depths.get(get_ident(), depth)
            except Exception as error:
                self.failed(error)
            return depth

        return wrapper

    def setting(self, original: Any) -> Any:
        def wrapper(depth: int) -> None:
            original(depth)  # Raises where it always did.
            try:
                self._wants(depth)
            except Exception as error:
                self.failed(error)

        return wrapper

    def _wants(self, depth: int) -> None:
        ident = get_ident()
        if ident in self.depths:
            self.depths[ident] = depth
            self._asked_for_one = self._asked_for_one or depth == 1
            self._allow(depth)

    def failed(self, error: Exception) -> None:
        if self.fail is not None:
            self.fail(error)

    def is_ours(self, coroutine: Any) -> bool:
        """Whether the program does not know that it was noted where the coroutine was made: it is never a single
        frame, below the frames that run the program, for whom asks for more."""
        origin = coroutine.cr_origin
        return origin is not None and len(origin) == 1 and not self._asked_for_one


def install(
    patches: Patches, origins: Origins, dying: Callable[[Any], None], fail: Callable[[Exception], None]
) -> None:
    """`dying` is called with every coroutine that was never awaited, before the interpreter warns."""
    patches.replace(sys, "get_coroutine_origin_tracking_depth", origins.getting)
    patches.replace(sys, "set_coroutine_origin_tracking_depth", origins.setting)
    patches.on_undo(origins.end)
    origins.begin(dying, fail)
    # Not to be undone, only replaced by a later recording's: coroutines that live longer than the recording are marked
    # all the same.
    warnings._warn_unawaited_coroutine = _warning(_ORIGINAL, origins)  # type: ignore[attr-defined]
    origins.note_in_this_thread()


class _Unmarked:
    """Stands for a coroutine of which it was not noted where it was made."""

    cr_origin = None

    def __init__(self, coroutine: Any) -> None:
        self.coroutine = coroutine
        self.__qualname__ = coroutine.__qualname__


def _warning(theirs: Any, origins: Origins) -> Any:
    """The interpreter's own code, with a `warn` that knows how many frames of ours are in between."""

    def warn(message: Any, category: Any = None, stacklevel: int = 1, source: Any = None) -> None:
        original = warnings.warn
        try:
            if type(source) is _Unmarked:
                source = source.coroutine
            module = names.get("_wm")
            original = names["warn"] if module is None else module.warn
        except Exception as error:
            origins.failed(error)
        original(message, category, stacklevel + 2, source)

    names = theirs.__globals__
    # From Python 3.14 on it asks the module for `warn`, which may be another one in the library's own tests.
    ours = {"warn": warn, "_wm": SimpleNamespace(warn=warn)}
    original = FunctionType(theirs.__code__, {**names, **ours}, theirs.__name__)

    def wrapper(coro: Any) -> None:
        told = coro
        try:
            if origins.dying is not None:
                origins.dying(coro)
            told = _Unmarked(coro) if origins.is_ours(coro) else coro
        except Exception as error:
            origins.failed(error)
        try:
            original(told)
        except BaseException as error:
            _pass_inner(error)
            raise

    wrapper.__name__ = wrapper.__qualname__ = theirs.__name__
    return wrapper


def _pass_inner(error: BaseException) -> None:
    """Leaves, of three frames, the one that would be there without us."""
    pass_unseen(error)
    if error.__traceback__ is not None:
        error.__traceback__.tb_next = None
