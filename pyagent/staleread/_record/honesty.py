"""What a recording did not exercise, and what it could not see: so that silence is not read as safety.

In: what the events refer to, batch by batch; coroutines and types of unwatched code as they are met; at the end, the
modules that were loaded. Out: pairs for the end frame.
"""

from __future__ import annotations

import os
import sys
from inspect import CO_COROUTINE
from types import CodeType
from typing import Any

from staleread._record.frames import Frames
from staleread._record.kinds import MISSING, TypeInfo, Types
from staleread._rewrite.sites import SiteTable

_ENTER_HOOKS = frozenset({"_sr_enter", "_sr_enter_gen"})
_NOT_RUN_MAX = 20
_UNWATCHED_MAX = 50
_NOTES_MAX = 20
_UNSEEN_MAX = 20
_LOCK_WORDS = ("lock", "mutex", "semaphore", "limiter", "latch")

_NOT_FOLLOWED = {
    "trio": "trio",
    "anyio._backends._trio": "anyio-trio",
    "curio": "curio",
    "gevent": "gevent",
    "eventlet": "eventlet",
    "janus": "janus",
}
"""By module that is loaded where it is in use: the word of formats/trace.md."""


_BY_EXEC = frozenset({"multiprocessing.popen_spawn_posix", "multiprocessing.popen_forkserver"})


class Honesty:
    def __init__(self, frames: Frames, sites: SiteTable, types: Types, acquired_at: set[int]) -> None:
        self.not_followed: set[str] = set()
        """More such words, of what is loaded and could not be patched."""
        self.running: list[str] = []
        """Functions that ran already when the recording began, and go on without hooks."""
        self._notes: dict[str, None] = {}
        self._codes = frames.codes
        self._sites = sites
        self._types = types
        self._acquired_at = acquired_at
        self._reached_sites: set[int] = set()
        self._reached_functions: set[int] = set()
        self._task_codes: dict[int, tuple[CodeType, str]] = {}
        """By `id()` of the code of an unwatched coroutine that ran as a task: that, and its module."""
        self._entered: dict[int, tuple[TypeInfo, set[int] | None]] = {}
        """By `id()` of what is known of a type: that, and where it is entered by `async with`; None: looks like no lock."""

    def reached(self, sites: set[int], functions: set[int]) -> None:
        """Events refer to these."""
        self._reached_sites |= sites
        self._reached_functions |= functions

    def note(self, sentence: str) -> None:
        """What the user asked for and cannot be had."""
        if len(self._notes) < _NOTES_MAX:
            self._notes[sentence] = None

    @property
    def notes(self) -> list[str]:
        return list(self._notes)

    def unwatched_task(self, code: Any, coroutine: Any) -> None:
        if id(code) not in self._task_codes and isinstance(code, CodeType):
            frame = getattr(coroutine, "cr_frame", None)
            module = frame.f_globals.get("__name__") if frame is not None else None
            self._task_codes[id(code)] = code, module if type(module) is str else ""

    def entered(self, subject: Any, site: int) -> None:
        """Something is entered by `async with`."""
        info = self._types.info(type(subject))
        known = self._entered.get(id(info))
        if known is None:
            known = self._entered[id(info)] = (info, set() if self._may_be_lock(info) else None)
        if known[1] is not None:
            known[1].add(site)

    def _may_be_lock(self, info: TypeInfo) -> bool:
        """By what it is called or can do; not where the program's own code tells what it does."""
        entering = info.class_attribute("__aenter__")[0]
        if id(getattr(entering, "__code__", None)) in self._codes:
            return False
        methods = (info.class_attribute(name)[0] is not MISSING for name in ("acquire", "lock"))
        return any(methods) or any(word in info.name.lower() for word in _LOCK_WORDS)

    def pairs(self) -> dict[str, str]:
        return {
            **self._exercised(),
            "unwatched": "\n".join(self.unwatched()),
            "unseen": "\n".join(self._unseen()),
        }

    def _exercised(self) -> dict[str, str]:
        """Only functions that tell when they are entered: of the others nothing is known, and little to be known."""
        reached = self._reached_functions | set(map(self._function_of, self._reached_sites))
        functions: dict[int, bool] = {}
        for watched in list(self._codes.values()):
            if watched.function and _ENTER_HOOKS.intersection(watched.code.co_names):
                functions[watched.function] = bool(watched.code.co_flags & CO_COROUTINE)
        coroutines = {function for function, is_coroutine in functions.items() if is_coroutine}
        not_run = sorted(coroutines - reached)
        return {
            "functions": str(len(functions)),
            "functions_run": str(len(reached.intersection(functions))),
            "coroutines": str(len(coroutines)),
            "coroutines_run": str(len(coroutines) - len(not_run)),
            "not_run": "\n".join(filter(None, map(self._name, not_run[:_NOT_RUN_MAX]))),
        }

    def _function_of(self, site: int) -> int:
        row = self._sites.site(site) if site else None
        return row.function if row is not None else 0

    def _name(self, function: int) -> str:
        row = self._sites.function(function)
        return row.name if row is not None else ""

    def unwatched(self) -> list[str]:
        """Packages, besides the standard library, whose coroutines ran as tasks or whose objects were touched."""
        modules = {module for _, module in self._task_codes.values()}
        modules |= {info.module() for info in list(self._types.known.values()) if info.is_numbered}
        packages = {module.partition(".")[0] for module in modules}
        watched = {code.module.partition(".")[0] for code in list(self._codes.values())}
        packages -= watched | {"", "__main__", "staleread", "uvloop"} | sys.stdlib_module_names
        return sorted(packages)[:_UNWATCHED_MAX]

    def _unseen(self) -> list[str]:
        words = [word for module, word in _NOT_FOLLOWED.items() if module in sys.modules]
        words += sorted(self.not_followed)
        if _has_made_processes() and "STALEREAD" not in os.environ:
            words.append("multiprocessing")
        words += [f"running:{name}" for name in self.running[:_UNSEEN_MAX]]
        return words + [f"lock:{name}" for name in sorted(self._unknown_locks())][:_UNSEEN_MAX]

    def _unknown_locks(self) -> set[str]:
        """Classes of what was entered where nothing is ever acquired."""
        entered = list(self._entered.values())
        return {
            f"{info.module()}.{info.name}"
            for info, sites in entered
            if sites and not sites & self._acquired_at
        }


def _has_made_processes() -> bool:
    """Other than by a fork, which is followed. Many import the module who make no process."""
    counter = getattr(sys.modules.get("multiprocessing.process"), "_process_counter", None)
    has_made_any = counter is not None and repr(counter) != "count(1)"
    return has_made_any and not _BY_EXEC.isdisjoint(sys.modules)
