"""The background thread that turns what is in the buffer into frames.

In: the buffer and the tables that the hooks fill. Out: the file. What must hold: the program never waits
for the file, records stand before the events that use them, a frame is written whole or cut off again, and
after the first error of the file system nothing is written but everything is still counted.
"""

from __future__ import annotations

import _thread
import contextlib
import os
import time
from collections.abc import Callable, Iterator, Sequence

from staleread._record.buffer import Buffer
from staleread._trace.background import Background
from staleread._trace.clock import now_ns
from staleread._trace.events import BEGIN, CLOCK, DROP, EVENT_NUMBERS, THREAD_GONE
from staleread._trace.frames import BATCH_EVENTS_MAX, END, META, Batch, FrameEncoder, file_header
from staleread._trace.tables import Tables

_INTERVAL_S = 0.15
_BUSY_INTERVAL_S = 0.02
_FINAL_WAIT_S = 30.0


class Writer:
    """Owns the file descriptor.

    `rows` adds to the tables what these sites and functions need; `declare_thread` gives the events that
    introduce a thread; `before_flush` is called before each look into the buffer.
    """

    def __init__(
        self,
        descriptor: int,
        buffer: Buffer,
        tables: Tables,
        rows: Callable[[set[int], set[int]], None],
        declare_thread: Callable[[int], list[int]],
        before_flush: Callable[[], None],
        fail: Callable[[Exception], None],
    ) -> None:
        self.events = 0
        self.error: OSError | None = None
        self.meta: dict[str, str] = {}
        """What became known since: leaves with the next flush."""
        self._descriptor = descriptor
        self._buffer = buffer
        self._tables = tables
        self._rows = rows
        self._declare_thread = declare_thread
        self._before_flush = before_flush
        self._fail = fail
        self._encoder = FrameEncoder()
        self._threads: dict[int, int] = {}
        self._known: set[int] = set()
        self._started_ns = now_ns()
        self._clock_ns = 0
        self.bytes = 0
        self._stopping = False
        self._wake = _thread.allocate_lock()
        self._draining = _thread.allocate_lock()
        self._background = Background(self._drain_until_woken)

    def start(self, meta: dict[str, str]) -> None:
        """Writes header and meta frame at once, then drains in the background."""
        self._write(file_header(os.getpid(), time.time_ns()))
        self._write(self._encoder.pairs(META, meta))
        self._wake.acquire()
        self.resume()

    def resume(self) -> None:
        """Starts the background thread."""
        self._background.start()

    def pause(self) -> None:
        """Ends the background thread until `resume`, so that the program may fork as if it were not there."""
        self._wake.release()
        self._background.wait()

    def finish(self, end: Callable[[], dict[str, str]]) -> None:
        """Drains what is left, writes the end frame and closes the file. Any thread may call it, once."""
        self._stopping = True
        self._wake.release()
        if not self._draining.acquire(timeout=_FINAL_WAIT_S):
            return
        try:
            self._drain()
        except Exception as error:
            self._fail(error)
        self._write(self._encoder.pairs(END, end()))
        self._close()
        # Never released: the background thread, should it still run, has nothing left to do.

    def abandon(self) -> None:
        """In a forked child: the file is the parent's."""
        self._stopping = True
        with contextlib.suppress(OSError):
            os.close(self._descriptor)

    def _drain_until_woken(self) -> None:
        interval = _INTERVAL_S
        while not self._wake.acquire(timeout=interval) and not self._stopping:
            if not self._draining.acquire(blocking=False):
                return
            busy = False
            try:
                busy = self._drain()
            except Exception as error:
                self._fail(error)
            finally:
                self._draining.release()
            interval = _BUSY_INTERVAL_S if busy else _INTERVAL_S

    def _drain(self) -> bool:
        """Writes all there is; whether that was more than one frame."""
        self._before_flush()
        if self.meta:
            meta = dict(self.meta)
            self.meta.clear()
            self._write(self._encoder.pairs(META, meta))
        left = len(self._buffer)
        busy = left > BATCH_EVENTS_MAX
        clock = now_ns() - self._started_ns
        while left > 0:
            self._buffer.trim()
            taken = self._buffer.take(BATCH_EVENTS_MAX // 2)
            if not taken:
                break
            left -= len(taken) // EVENT_NUMBERS
            self._write_batch(taken)
        self._clock_ns = clock
        return busy

    def _write_batch(self, taken: list[int]) -> None:
        clock = [CLOCK, taken[1], self._clock_ns] + [0] * (EVENT_NUMBERS - 3)
        numbers, threads = self._number_threads(clock + taken)
        frames = b""
        if not self.error:
            batch = Batch(numbers, threads)
            self._rows(batch.values("site"), batch.values("function"))
            frames = self._encoder.tables(self._tables.take()) + self._encoder.events(batch)
        if self._write(frames):
            self.events += len(threads)
        else:
            self._buffer.lost += len(threads)

    def _number_threads(self, numbers: list[int]) -> tuple[list[int], list[int]]:
        """The batch, and the thread index of each event."""
        idents = numbers[1::EVENT_NUMBERS]
        if not set(idents) <= self._known or THREAD_GONE in numbers[0::EVENT_NUMBERS]:
            numbers = [number for event in self._introduce_threads(numbers) for number in event]
            idents = numbers[1::EVENT_NUMBERS]
        return numbers, list(map(self._threads.__getitem__, idents))

    def _introduce_threads(self, numbers: list[int]) -> Iterator[Sequence[int]]:
        """The events of a batch, with what is missing for threads that nobody announced."""
        for at in range(0, len(numbers), EVENT_NUMBERS):
            kind, ident = numbers[at], numbers[at + 1]
            if ident not in self._threads:
                self._threads[ident] = len(self._threads)
            if kind == THREAD_GONE:
                self._known.discard(ident)
                continue
            if ident not in self._known and kind not in (CLOCK, DROP):
                self._known.add(ident)
                if kind != BEGIN:
                    yield self._declare_thread(ident)
            yield numbers[at : at + EVENT_NUMBERS]

    def _write(self, data: bytes) -> bool:
        if self.error:
            return False
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError as error:
            self.error = error
            self._cut_back()
            return False
        self.bytes += len(data)
        return True

    def _cut_back(self) -> None:
        with contextlib.suppress(OSError):
            os.ftruncate(self._descriptor, self.bytes)

    def _close(self) -> None:
        try:
            os.close(self._descriptor)
        except OSError as error:
            self.error = self.error or error
