"""A process that waits to be told to start and stop recording: by a signal, or by `staleread attach`, which sends it.

In: a signal, and perhaps a command in a file that only the process's user can write. Out: recordings, and an answer in
another file. What must hold: the program's own thread only has a thread of ours begin; whatever is wrong is an answer.
"""

from __future__ import annotations

import _thread
import atexit
import contextlib
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from staleread._letters import born, letter, take, write
from staleread._processes import claim, expanded, path_of_child

if TYPE_CHECKING:
    from staleread._session import Session


class Control:
    """Of a process that waits to be told."""

    def __init__(self, session: Session, number: int) -> None:
        self._session = session
        self._number = number
        self._obeying = _thread.allocate_lock()

    def listen(self) -> None:
        """From now on. To be called by the main thread."""
        signal.signal(self._number, self._come)
        self._publish()
        os.register_at_fork(after_in_child=self._has_been_forked)
        atexit.register(self._withdraw)

    def _has_been_forked(self) -> None:
        self._obeying = _thread.allocate_lock()
        self._publish()

    def _publish(self) -> None:
        """Says that there is somebody who listens, and for which signal. Without that the signal alone must do."""
        with contextlib.suppress(OSError):
            write(letter("listens"), {"signal": self._number, "born": born(os.getpid())})

    def _withdraw(self) -> None:
        with contextlib.suppress(OSError):
            os.unlink(letter("listens"))

    def _come(self, number: int, frame: Any) -> None:
        try:
            _thread.start_new_thread(self._obey, ())
        except Exception:  # `attach` waits for an answer, and tells that there is none.
            return

    def _obey(self) -> None:
        with self._obeying:
            command = take(letter("command"))
            try:
                answer = self._do(command)
            except Exception as error:
                answer = f"it cannot: {error}"
            if command is None:
                return
            with contextlib.suppress(OSError):
                write(letter("answer"), {"answer": answer})

    def _do(self, command: dict[str, Any] | None) -> str:
        if command is None:  # A signal alone does the one or the other.
            command = {"do": "start" if self._session.recording is None else "stop"}
        return carry_out(command, self._session, lambda: self._start(command.get("path") or ""))

    def _start(self, given: str) -> str:
        path = claimed(given or self._session.options.path)
        self._session.start(replace(self._session.options, path=path))
        return path


def carry_out(command: dict[str, Any], session: Session | None, start: Callable[[], str]) -> str:
    """Does what a command says, and tells what came of it; `start` returns the path of the trace."""
    recording = session.recording if session is not None else None
    if command.get("do") == "start":
        return (
            f"already recording into {recording.file}"
            if recording is not None
            else f"recording into {start()}"
        )
    if session is None or recording is None:
        return "nothing is recorded"
    session.stop()
    return f"recorded into {recording.file}"


def claimed(pattern: str) -> str:
    """A trace's path that was not there before."""
    absolute, pid = os.path.abspath(pattern), os.getpid()
    return claim(expanded(absolute, pid), path_of_child(absolute, pid))
