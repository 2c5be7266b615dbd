"""A running process that is told to start and stop recording: by a signal, or by `staleread attach`, which sends it.

In: a signal, and perhaps a command in a file that only the process's user can write. Out: recordings, and an answer in
another file. What must hold: the program's own thread only has a thread of ours begin; whatever is wrong is an answer.
"""

from __future__ import annotations

import _thread
import atexit
import contextlib
import json
import os
import signal
import stat
import sys
import tempfile
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from staleread._processes import claim, expanded, path_of_child

if TYPE_CHECKING:
    from staleread._session import Session

_ANSWER_S = 15.0
_POLL_S = 0.02


class ControlError(Exception):
    """A sentence for who attaches."""


class Control:
    """Of a process that waits to be told."""

    def __init__(self, session: Session, number: int) -> None:
        self._session = session
        self._number = number
        self._obeying = _thread.allocate_lock()
        self._pid = os.getpid()

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
            _write(_file("listens"), {"signal": self._number})

    def _withdraw(self) -> None:
        with contextlib.suppress(OSError):
            os.unlink(_file("listens"))

    def _come(self, number: int, frame: Any) -> None:
        _thread.start_new_thread(self._obey, ())

    def _obey(self) -> None:
        with self._obeying:
            command = _take(_file("command"))
            try:
                answer = self._do(command)
            except Exception as error:
                answer = f"it cannot: {error}"
            if command is None:
                return
            with contextlib.suppress(OSError):
                _write(_file("answer"), {"answer": answer})

    def _do(self, command: dict[str, Any] | None) -> str:
        recording = self._session.recording
        wanted = recording is None if command is None else command.get("do") == "start"
        if not wanted:
            if recording is None:
                return "nothing is recorded"
            self._session.stop()
            return f"recorded into {recording.file}"
        if recording is not None:
            return f"already recording into {recording.file}"
        path = self._start((command or {}).get("path") or "")
        return f"recording into {path}"

    def _start(self, given: str) -> str:
        options = self._session.options
        pattern = os.path.abspath(given or options.path)
        path = claim(expanded(pattern, os.getpid()), path_of_child(pattern, os.getpid()))
        self._session.start(replace(options, path=path))
        return path


# ---- who attaches


def tell(pid: int, do: str, path: str = "") -> str:
    """Has a process that listens start or stop; its answer. Raises ControlError."""
    listens = _read(_file("listens", pid))
    try:
        os.kill(pid, 0)
    except OSError as error:
        raise ControlError(f"process {pid}: {error.strerror}") from None
    if listens is None:
        raise ControlError(
            f"process {pid} does not listen: only one that was started by `staleread record --start-paused` (or with "
            "STALEREAD and STALEREAD_OPTIONS=--start-paused in its environment) can be told to record, because "
            "the modules to watch must have been rewritten when they were imported"
        )
    with contextlib.suppress(OSError):
        os.unlink(_file("answer", pid))
    _write(_file("command", pid), {"do": do, "path": os.path.abspath(path) if path else ""})
    os.kill(pid, int(listens["signal"]))
    until = time.monotonic() + _ANSWER_S
    while time.monotonic() < until:
        answer = _take(_file("answer", pid))
        if answer is not None:
            return str(answer["answer"])
        time.sleep(_POLL_S)
    raise ControlError(
        f"process {pid} has not answered within {_ANSWER_S:.0f} s: its main thread may be busy"
    )


# ---- files


def _folder() -> str:
    """Only its owner may look into it, and it is nobody else's. Raises OSError."""
    folder = os.path.join(tempfile.gettempdir(), f"staleread-{os.getuid()}")
    with contextlib.suppress(FileExistsError):
        os.mkdir(folder, 0o700)
    about = os.lstat(folder)
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.getuid() or about.st_mode & 0o077:
        raise OSError(13, "it is not a folder of this user alone", folder)
    return folder


def _file(what: str, pid: int = 0) -> str:
    return os.path.join(_folder(), f"{pid or os.getpid()}.{what}")


def _write(path: str, content: dict[str, Any]) -> None:
    """Whole or not at all."""
    descriptor = os.open(f"{path}.new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        os.write(descriptor, json.dumps(content).encode())
    finally:
        os.close(descriptor)
    os.rename(f"{path}.new", path)


def _read(path: str) -> dict[str, Any] | None:
    try:
        with open(path, "rb") as file:
            content = json.loads(file.read())
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def _take(path: str) -> dict[str, Any] | None:
    content = _read(path)
    if content is not None:
        with contextlib.suppress(OSError):
            os.unlink(path)
    return content


# ---- the command line

ATTACH_HELP = """\
usage: staleread attach PID [-o FILE] [--stop]

Has a running process start recording, which was started with `staleread record --start-paused`.

  -o FILE   where to write the trace (default: as the process was told when it was started)
  --stop    end the recording, while the process goes on
"""


def attach(words: list[str]) -> int:
    """`staleread attach`: 0, or 2 with a sentence."""
    if "-h" in words or "--help" in words or not words:
        print(ATTACH_HELP, end="")
        return 0 if words else 2
    pending, pid, path, do = list(words), 0, "", "start"
    try:
        while pending:
            word = pending.pop(0)
            if word == "--stop":
                do = "stop"
            elif word == "-o" and pending:
                path = pending.pop(0)
            elif word.isdigit() and not pid:
                pid = int(word)
            else:
                raise ControlError(f"attach: {word!r} is not understood; see staleread attach --help")
        if not pid:
            raise ControlError("attach: the number of a process is missing; see staleread attach --help")
        print(f"process {pid}: {tell(pid, do, path)}")
    except (ControlError, OSError) as error:
        print(f"staleread: {error}", file=sys.stderr)
        return 2
    return 0
