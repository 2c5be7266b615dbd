"""Files that keep the newest: a ring in one file, or files that take turns.

In: frames, and where a segment begins, which can be read without what came before. Out: files that never take more room than
they may. What must hold: at every moment, be it the last, what is there can be read, and lacks the oldest only.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections import deque
from collections.abc import Callable

from staleread._options import Options
from staleread._trace.file import Output, TraceFile
from staleread._trace.frames import HEADER_BYTES

_MEMORY_RING_BYTES = 32 << 20
SEGMENTS = 8
"""A ring loses so small a part of itself at a time."""


def open_file(options: Options) -> Output:
    """The file that the options ask for. Raises OSError where it cannot be made."""
    if options.dump_on:
        return MemoryRing(options.max_bytes or _MEMORY_RING_BYTES)
    if options.max_bytes:
        return RingFile(options.path, options.max_bytes)
    if options.rotate_bytes:
        return TurningFiles(options.path, options.rotate_bytes, options.rotate_keep)
    return TraceFile(options.path)


class RingFile(TraceFile):
    """What comes stands in the place of the oldest, once there is no more room."""

    def __init__(self, path: str, bytes_max: int) -> None:
        super().__init__(path)
        self._bytes_max = bytes_max
        self._at = 0
        self._segment_bytes = 0

    def wants_segment(self) -> bool:
        return self._segment_bytes >= self._bytes_max // SEGMENTS

    def begin_segment(self, end: Callable[[], bytes]) -> None:
        self._segment_bytes = 0

    def append(self, data: bytes) -> bool:
        if not self._at:
            self._head = data[:HEADER_BYTES]
        if self._at + len(data) > self._bytes_max:
            if HEADER_BYTES + len(data) > self._bytes_max:
                self.error = self.trouble = OSError(errno.EFBIG, os.strerror(errno.EFBIG))
                return False
            self.cut(self._at)
            self._at = HEADER_BYTES
        if not self.overwrite(self._at, data):
            return False
        self._segment_bytes += len(data)
        self._at += len(data)  # Last: what fails before it is taken back.
        return True

    def take_back(self) -> None:
        self.cut(self._at)

    def replace_end(self, offset: int, data: bytes) -> bool:
        return False  # Where there is room for a ring there is some for its end.


class _Segment:
    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.bytes = 0


class MemoryRing(Output):
    """A ring that is no file."""

    def __init__(self, bytes_max: int) -> None:
        super().__init__()
        self._bytes_max = bytes_max
        self._head = b""
        self._segments = deque([_Segment()])

    def parts(self) -> list[bytes]:
        """What a file of it consists of, but for its end."""
        return [self._head, *(part for segment in self._segments for part in segment.parts)]

    def wants_segment(self) -> bool:
        return self._segments[-1].bytes >= self._bytes_max // SEGMENTS

    def begin_segment(self, end: Callable[[], bytes]) -> None:
        self._segments.append(_Segment())

    def append(self, data: bytes) -> bool:
        if not self.bytes:
            self._head, data = data[:HEADER_BYTES], data[HEADER_BYTES:]
        newest = self._segments[-1]
        newest.bytes += len(data)
        self.bytes += len(data)
        while len(self._segments) > 1 and self._held_bytes() > self._bytes_max:
            self._segments.popleft()
        newest.parts.append(data)  # Last: what fails before it is not there.
        return True

    def _held_bytes(self) -> int:
        return sum(segment.bytes for segment in self._segments)


class TurningFiles(TraceFile):
    """Once a file is full it gets a number, and the next one has its name; so many are kept besides."""

    def __init__(self, path: str, bytes_max: int, kept: int) -> None:
        super().__init__(path)
        self._bytes_max = bytes_max
        self._kept = kept

    def wants_segment(self) -> bool:
        return self.bytes >= self._bytes_max

    def begin_segment(self, end: Callable[[], bytes]) -> None:
        """In a file of its own; where that cannot be, it goes on in this one."""
        if not self.wants_segment() or not self.is_in_place():
            return
        try:
            following = TraceFile(f"{self._path}.next")
        except OSError:
            return
        self.append(end())
        with contextlib.suppress(OSError):
            self._make_way()
            os.replace(f"{self._path}.next", self._path)
        self.become(following)

    def _make_way(self) -> None:
        """Each takes the name of the one that is older."""
        for number in range(self._kept, 0, -1):
            older = self._path if number == 1 else f"{self._path}.{number - 1}"
            if os.path.exists(older):
                os.replace(older, f"{self._path}.{number}")
