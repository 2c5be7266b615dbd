"""Processes that a recorded one forks: what their traces are called, and which of them have one.

In: paths as the user gave them, process numbers. Out: paths; lines of the meta and end frames that link the traces.
"""

from __future__ import annotations

import mmap
import os
import struct
from contextlib import suppress
from typing import Any

_SUFFIX = ".srt"
_TRIES_MAX = 1000
_CHILDREN_MAX = 1024
_PID = struct.Struct("=I")


def expanded(pattern: str, pid: int) -> str:
    """With the process's number for each `%p`."""
    return pattern.replace("%p", str(pid))


def path_of_child(pattern: str, pid: int) -> str:
    """What a forked process calls its trace, where its parent's came of this pattern."""
    if "%p" in pattern:
        return expanded(pattern, pid)
    stem, suffix = _split(pattern)
    return f"{stem}.{pid}{suffix}"


def _split(path: str) -> tuple[str, str]:
    return (path[: -len(_SUFFIX)], _SUFFIX) if path.endswith(_SUFFIX) else (path, "")


def claim(path: str, other: str) -> str:
    """Makes an empty file that was not there before, and returns its name: the first or the second, or that with a number.

    Raises OSError where that cannot be.
    """
    stem, suffix = _split(other)
    numbered = (f"{stem}-{number}{suffix}" for number in range(2, _TRIES_MAX))
    for candidate in (path, other, *numbered):
        try:
            os.close(os.open(candidate, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        except FileExistsError:
            continue
        return candidate
    raise FileExistsError(17, "there are too many of that name", path)


class Children:
    """The numbers of forked processes that have traces, in memory that they share with their parent.

    Each fork has a place of its own: so nobody has to wait for anybody.
    """

    def __init__(self) -> None:
        self._memory: Any = None
        self._forks = 0

    def fork(self) -> None:
        """To be called before each."""
        if self._memory is None:
            with suppress(OSError):  # No memory can be shared: nobody is named.
                self._memory = mmap.mmap(-1, _CHILDREN_MAX * _PID.size)
        self._forks += 1

    def tell(self) -> None:
        """In the child that the last fork made: it has a trace."""
        if self._memory is not None and self._forks <= _CHILDREN_MAX:
            _PID.pack_into(self._memory, (self._forks - 1) * _PID.size, os.getpid())

    def pids(self) -> list[int]:
        """In the parent: of those that have one until now."""
        if self._memory is None:
            return []
        count = min(self._forks, _CHILDREN_MAX)
        return [pid for (pid,) in _PID.iter_unpack(self._memory[: count * _PID.size]) if pid]
