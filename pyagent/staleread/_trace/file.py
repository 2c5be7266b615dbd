"""The file of a trace, whatever becomes of it.

In: frames. Out: each of them whole at its place, or not at all. What must hold: nothing is ever written into a file that
is not the trace, though the program may close our descriptor and get its number for a file of its own; only its owner
may read it; nobody else chooses where it lies; a file system that had no room is asked again.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Callable

from staleread._trace.clock import now_ns

_HEAD_BYTES = 32
_RETRY_NS = 1_000_000_000
_DESCRIPTORS_MAX = 1024
_SPARE_DESCRIPTORS = 24

# As they are, whatever the program puts in their place.
_open, _close, _fstat, _truncate = os.open, os.close, os.fstat, os.ftruncate
_read, _write = os.read, os.write
_getpid = os.getpid
_pwrite = getattr(os, "pwrite", None)

_FOLLOW_NOT = getattr(os, "O_NOFOLLOW", 0)
_CLOSE_ON_EXEC = getattr(os, "O_CLOEXEC", 0)


class Output:
    """Where frames go."""

    def __init__(self) -> None:
        self.bytes = 0
        """How much of it is written: the next frame's place."""
        self.error: OSError | None = None
        """Why nothing can be written now."""
        self.trouble: OSError | None = None
        """Why something could not be written, the latest time."""

    def is_writable(self) -> bool:
        """Whether it is worth a try."""
        return True

    def retry(self) -> None:
        """Has the next frame tried at once."""

    def is_in_place(self) -> bool:
        """Whether it is still what it is called; nobody has deleted it or put something else there."""
        return True

    def append(self, data: bytes) -> bool:
        """At the end, whole or not at all."""
        raise NotImplementedError

    def wants_segment(self) -> bool:
        """Whether what follows should be such that it can be read by itself."""
        return False

    def begin_segment(self, end: Callable[[], bytes]) -> None:
        """What follows is; `end` gives the frame for the end of a file that nothing more comes into."""

    def replace_end(self, offset: int, data: bytes) -> bool:
        """In place of all that stands from this offset on: where there is no more room, what was there has some."""
        return False

    def close(self) -> None:
        """Nothing more comes."""


class TraceFile(Output):
    """Raises OSError where the file cannot be made; nothing else of it ever raises."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._retry_ns = 0
        self._head = b""
        self._path = os.path.realpath(path)
        self._descriptor = _out_of_the_way(_create(path))
        about = _fstat(self._descriptor)
        self._identity = about.st_dev, about.st_ino
        self._is_regular = stat.S_ISREG(about.st_mode)
        self._pid = _getpid()

    def is_writable(self) -> bool:
        """Not by a forked process, where somebody forks without telling the interpreter."""
        return _getpid() == self._pid and (self.error is None or now_ns() >= self._retry_ns)

    def retry(self) -> None:
        self._retry_ns = 0

    def is_in_place(self) -> bool:
        if not self._is_regular:
            return True
        try:
            about = os.stat(self._path)
        except PermissionError:  # The process has given up the right to look.
            return True
        except OSError:
            return False
        return (about.st_dev, about.st_ino) == self._identity

    def append(self, data: bytes) -> bool:
        if not self._put(data, self.bytes):
            return False
        if not self.bytes:
            self._head = data[:_HEAD_BYTES]
        self.bytes += len(data)
        return True

    def become(self, other: TraceFile) -> None:
        """Goes on in another file, which is empty, under the same name."""
        self.close()
        self._descriptor, self._identity, self.bytes = other._descriptor, other._identity, 0

    def replace_end(self, offset: int, data: bytes) -> bool:
        if not self._is_regular or offset + len(data) > self.bytes or not self._put(data, offset):
            return False
        self.cut(offset + len(data))
        return True

    def close(self) -> None:
        if not self._is_ours():
            return
        try:
            _close(self._descriptor)
        except OSError as error:
            self.error = self.trouble = error

    def overwrite(self, offset: int, data: bytes) -> bool:
        """In place of what stands there, which ends within or before it."""
        if not self._put(data, offset):
            return False
        self.bytes = max(self.bytes, offset + len(data))
        return True

    def take_back(self) -> None:
        """What was not written whole, if anything."""
        self.cut(self.bytes)

    def cut(self, size: int) -> None:
        """Lets go of what stands behind."""
        self.bytes = size
        self._cut_back()

    def _put(self, data: bytes, offset: int) -> bool:
        if not self.is_writable():
            return False
        try:
            self._regain()
            self._write(memoryview(data), offset)
        except OSError as error:
            self.error = self.trouble = error
            self._retry_ns = now_ns() + _RETRY_NS
            self._cut_back()
            return False
        self.error = None
        return True

    def _write(self, data: memoryview, offset: int) -> None:
        while data:
            if self._is_regular and _pwrite is not None:
                written = _pwrite(self._descriptor, data, offset)
            else:
                written = _write(self._descriptor, data)
            data, offset = data[written:], offset + written

    def _cut_back(self) -> None:
        """Leaves no half of a frame, though a reader would pass over it."""
        with contextlib.suppress(OSError):
            if self._is_regular and self._is_ours() and _getpid() == self._pid:
                _truncate(self._descriptor, self.bytes)

    def _is_ours(self) -> bool:
        try:
            about = _fstat(self._descriptor)
        except OSError:
            return False
        return (about.st_dev, about.st_ino) == self._identity

    def _regain(self) -> None:
        """Opens the file again where the program has closed it, if it is still where it was."""
        if self._is_ours():
            return
        descriptor = _open(self._path, os.O_RDWR | _FOLLOW_NOT | _CLOSE_ON_EXEC)
        about = _fstat(descriptor)
        is_same = (about.st_dev, about.st_ino) == self._identity
        # Of a file that was deleted, another may have the number that it is known by.
        if not is_same or _read(descriptor, len(self._head)) != self._head:
            _close(descriptor)
            raise OSError(errno.EBADF, "the program has closed the trace and put something else in its place")
        self._descriptor = _out_of_the_way(descriptor)


def _create(path: str) -> int:
    """An empty file that only we may read, in place of one of ours that may be there."""
    flags = os.O_WRONLY | os.O_CREAT | _CLOSE_ON_EXEC
    if os.path.islink(path):
        _refuse_strangers(path)
    else:
        flags |= _FOLLOW_NOT
    descriptor = _open(path, flags, 0o600)
    try:
        about = _fstat(descriptor)
        if stat.S_ISREG(about.st_mode):
            _refuse_strangers(path)
            with contextlib.suppress(OSError):  # Of file systems that know no owners.
                os.fchmod(descriptor, 0o600)
            _truncate(descriptor, 0)
    except BaseException:
        _close(descriptor)
        raise
    return descriptor


def _refuse_strangers(path: str) -> None:
    """In a folder where everybody may put something, what somebody else has put there is a trap, or no affair of ours."""
    if not hasattr(os, "geteuid"):
        return
    folder = os.stat(os.path.dirname(os.path.abspath(path)))
    everybodys = stat.S_ISVTX | stat.S_IWOTH
    if folder.st_mode & everybodys == everybodys and os.lstat(path).st_uid not in (
        os.geteuid(),
        folder.st_uid,
    ):
        raise OSError(errno.EACCES, "it belongs to somebody else, in a folder that everybody may write to")


def _out_of_the_way(descriptor: int) -> int:
    """The same under a high number, so that the program's own files have the numbers that they would have had."""
    try:
        import fcntl

        limit = min(os.sysconf("SC_OPEN_MAX"), _DESCRIPTORS_MAX)
        high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, max(descriptor, limit - _SPARE_DESCRIPTORS))
    except (ImportError, OSError, ValueError):
        return descriptor
    _close(descriptor)
    return high
