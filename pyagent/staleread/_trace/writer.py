"""The background thread that turns what is in the buffer into frames.

In: the buffer and the tables that the hooks fill. Out: the file. What must hold: the program never waits
for the file, records stand before the events that use them, and while the file system takes nothing
everything is still counted, so that what comes after can be understood.
"""

from __future__ import annotations

import _thread
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence

from staleread._record.buffer import Buffer
from staleread._trace.background import Background
from staleread._trace.clock import now_ns
from staleread._trace.events import BEGIN, CLOCK, DROP, EVENT_NUMBERS, LOST, THREAD_GONE
from staleread._trace.file import TraceFile
from staleread._trace.frames import BATCH_EVENTS_MAX, END, META, Batch, FrameEncoder, file_header
from staleread._trace.standing import Standing, flat
from staleread._trace.tables import Tables

# A kill costs so much, and what the writer needs for it; the two together shall be less than 250 ms.
_INTERVAL_S = 0.1
_BUSY_INTERVAL_S = 0.02
_FINAL_WAIT_S = 30.0
_BATCHES_KEPT = 16


class Writer:
    """Owns the file.

    `rows` adds to the tables what these sites and functions need; `declare_thread` gives the events that
    introduce a thread; `before_flush` is called before each look into the buffer.
    """

    def __init__(
        self,
        file: TraceFile,
        buffer: Buffer,
        tables: Tables,
        rows: Callable[[set[int], set[int]], None],
        declare_thread: Callable[[int], list[int]],
        before_flush: Callable[[], None],
        fail: Callable[[Exception], None],
    ) -> None:
        self.events = 0
        self.file = file
        self.meta: dict[str, str] = {}
        """What became known since: leaves with the next flush."""
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
        self._head = b""
        """With what the file begins."""
        self._records: list[bytes] = []
        """What the tables gave and the file has not taken yet."""
        self._gap_events = 0
        """So many were lost since the last frame."""
        self._gap: Standing | None = None
        """What was declared in them."""
        self._latest: deque[tuple[int, int, int]] = deque(maxlen=_BATCHES_KEPT)
        """Of the last batches: where they stand, their first frame's number, how many events they are."""
        self._stopping = False
        self._wake = _thread.allocate_lock()
        self._draining = _thread.allocate_lock()
        self._background = Background(self._drain_until_woken)

    def start(self, meta: dict[str, str]) -> None:
        """Writes header and meta frame at once, then drains in the background."""
        self._head = file_header(os.getpid(), time.time_ns()) + self._encoder.pairs(META, meta)
        self._append(b"")
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
        self.file.retry()
        try:
            self._drain()
        except Exception as error:
            self._fail(error)
        if not self._write_pairs(END, end()):
            self._make_room(end)
        self.file.close()
        # Never released: the background thread, should it still run, has nothing left to do.

    def _make_room(self, end: Callable[[], dict[str, str]]) -> None:
        """On a full disk: the end stands in the place of the last events, which are lost then."""
        while self._latest:
            offset, number, events = self._latest.pop()
            self.events -= events
            self._lose_events(events)
            self._encoder.number = number
            batch = Batch(self._clock() + self._lost(), [0, 0])
            self.events += len(batch)
            self.file.retry()
            if self.file.replace_end(offset, self._encoder.events(batch) + self._encoder.pairs(END, end())):
                return
            self.events -= len(batch)

    def abandon(self) -> None:
        """In a forked child: the file is the parent's."""
        self._stopping = True
        self.file.close()

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
            if self._write_pairs(META, meta):
                for name in meta:
                    self.meta.pop(name, None)
        if self._gap is not None and self.file.is_writable():
            self._bridge_gap()
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
        numbers, threads = self._number_threads(self._clock(taken[1]) + taken)
        if not self._write_events(numbers, threads):
            self._lose(numbers, threads)

    def _clock(self, ident: int = 0) -> list[int]:
        return [CLOCK, ident, self._clock_ns] + [0] * (EVENT_NUMBERS - 3)

    def _lost(self) -> list[int]:
        return [LOST, 0, self._gap_events] + [0] * (EVENT_NUMBERS - 3)

    def _write_events(self, numbers: list[int], threads: Sequence[int]) -> bool:
        if not self.file.is_writable():
            return False
        batch = Batch(numbers, threads)
        self._rows(batch.values("site"), batch.values("function"))
        self._records += self._tables.take()
        offset, number = self.file.bytes or len(self._head), self._encoder.number
        if not self._append(self._encoder.tables(self._records) + self._encoder.events(batch)):
            self._encoder.number = number
            return False
        self._records.clear()
        self.events += len(batch)
        self._latest.append((offset, number, len(batch)))
        return True

    def _write_pairs(self, kind: int, pairs: dict[str, str]) -> bool:
        number = self._encoder.number
        if self._append(self._encoder.pairs(kind, pairs)):
            return True
        self._encoder.number = number
        return False

    def _append(self, frames: bytes) -> bool:
        return self.file.append(frames if self.file.bytes else self._head + frames)

    # What cannot be written

    def _lose_events(self, count: int) -> None:
        self._buffer.lost += count
        self._gap_events += count

    def _lose(self, numbers: list[int], threads: Sequence[int]) -> None:
        self._lose_events(len(threads))
        if self._gap is None:
            self._gap = Standing()
        self._gap.take(numbers, threads)

    def _bridge_gap(self) -> None:
        """Tells how much was lost, and what was declared in it."""
        gap = self._gap or Standing()
        numbers, threads = flat([*gap.declared(0), *gap.all_objects(0)])
        if not self._write_events(self._clock() + self._lost(), [0, 0]):
            return
        self._gap_events, self._gap = 0, None
        for at in range(0, len(threads), BATCH_EVENTS_MAX - 1):
            part = slice(at, at + BATCH_EVENTS_MAX - 1)
            of_part = slice(part.start * EVENT_NUMBERS, part.stop * EVENT_NUMBERS)
            if not self._write_events(self._clock() + numbers[of_part], [0, *threads[part]]):
                self._lose(numbers[of_part], threads[part])

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
