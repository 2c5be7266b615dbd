"""Recordings that stay in memory until something happens.

In: what to wait for, and that it has happened: an exception that reaches nobody, a signal, the end. Out: traces of the
newest, each in a file of its own. What must hold: nothing is written while nothing happens; whoever tells that something
has happened does not wait; a program that fails all the time does not fill the disk.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

from staleread._options import Options
from staleread._order.patching import Patches
from staleread._processes import claim
from staleread._trace.clock import now_ns
from staleread._trace.file import TraceFile
from staleread._trace.rings import MemoryRing
from staleread._waiting import waiting

EXCEPTION, SIGNAL, FINDING = "exception", "signal", "finding"
OCCASIONS = (EXCEPTION, SIGNAL, FINDING)

_EXCEPTIONS_APART_NS = 10_000_000_000
_DUMPS_MAX = 20
_JUDGE_SECONDS_MAX = 600
_HAS_NONE = 0


class Dumps:
    def __init__(self, options: Options, path: str) -> None:
        self.made: list[str] = []
        """The files, in order."""
        self._options = options
        self._path = path
        self._wanted: list[str] = []
        self._due: list[str] = []
        """Those that happened before what the writer just takes was recorded to its end."""
        self._last_exception_ns = 0

    def install(self, patches: Patches) -> None:
        """Looks out for signals and for exceptions of threads; others tell of those of tasks, and of the end."""
        if SIGNAL in self._options.dump_on and threading.current_thread() is threading.main_thread():
            self._catch(patches, self._options.dump_signal)
        if EXCEPTION in self._options.dump_on:
            patches.replace(threading, "excepthook", self._hooking)

    def _catch(self, patches: Patches, number: int) -> None:
        before = signal.getsignal(number)

        def handler(number: int, frame: Any) -> None:
            self._wanted.append(SIGNAL)
            if callable(before):
                before(number, frame)

        def undo() -> None:
            if signal.getsignal(number) is handler:
                signal.signal(number, before)

        signal.signal(number, handler)
        patches.on_undo(undo)

    def _hooking(self, original: Any) -> Any:
        def wrapper(arguments: Any) -> Any:
            if arguments.exc_type is not SystemExit:
                self.failed()
            return original(arguments)

        return wrapper

    def failed(self) -> None:
        """An exception of the program reached nobody. A Ctrl-C meanwhile may be lost, in a finalizer say: a dump is not."""
        if EXCEPTION not in self._options.dump_on:
            return
        try:
            self._want_apart()
        except BaseException:
            if EXCEPTION not in self._wanted:
                self._wanted.append(EXCEPTION)
            raise

    def _want_apart(self) -> None:
        now = now_ns()
        if not self._last_exception_ns or now - self._last_exception_ns > _EXCEPTIONS_APART_NS:
            self._last_exception_ns = now
            self._wanted.append(EXCEPTION)

    def flush_begins(self) -> None:
        """The writer is about to take all that is recorded by now."""
        while self._wanted:
            self._due.append(self._wanted.pop(0))

    def flush_ends(self, ring: MemoryRing, end: Callable[[dict[str, str]], bytes]) -> None:
        """It is in the ring."""
        while self._due:
            self._write(ring, end, self._due.pop(0))

    def _write(self, ring: MemoryRing, end: Callable[[dict[str, str]], bytes], occasion: str) -> str:
        """The file's name; "" where there is none."""
        if len(self.made) >= _DUMPS_MAX:
            return ""
        try:
            path = claim(self._path, self._path)
            file = TraceFile(path)
        except OSError as error:
            ring.trouble = error
            return ""
        if file.append(b"".join(ring.parts()) + end({"dumped": occasion})):
            self.made.append(path)
        else:
            ring.trouble = file.trouble
            with contextlib.suppress(OSError):
                os.unlink(path)
        file.close()
        return path

    def judge(self, ring: MemoryRing, end: Callable[[dict[str, str]], bytes]) -> None:
        """At the end: what there is stays if the analyzer finds something in it."""
        if FINDING not in self._options.dump_on:
            return
        path = self._write(ring, end, FINDING)
        if path in self.made and not _has_findings(path):
            self.made.remove(path)
            with contextlib.suppress(OSError):
                os.unlink(path)


def _has_findings(path: str) -> bool:
    from staleread._cli import find_analyzer

    program = find_analyzer()
    if program is None:
        return True  # Nobody can tell any more: it was there when the recording began.
    try:
        with waiting("looking for findings"):
            done = subprocess.run(
                [program, "analyze", path],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=_JUDGE_SECONDS_MAX,
                check=False,
            )
    except (OSError, subprocess.SubprocessError):
        return True
    return done.returncode != _HAS_NONE


def ended_by_exception() -> bool:
    """Whether the interpreter has told of an exception that nobody caught."""
    return isinstance(getattr(sys, "last_value", None), Exception)
