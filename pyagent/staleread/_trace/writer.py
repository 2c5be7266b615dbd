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
from functools import partial

from staleread._record.buffer import Block, Buffer
from staleread._trace.background import Background, Breath
from staleread._trace.clock import now_ns
from staleread._trace.events import BEGIN, CLOCK, DROP, EVENT_NUMBERS, LOST, THREAD_GONE
from staleread._trace.file import Output, TraceFile
from staleread._trace.frames import (
    BATCH_EVENTS_MAX,
    END,
    IS_RING,
    META,
    SEGMENT,
    STATE,
    Batch,
    FrameEncoder,
    file_header,
    make_batch,
)
from staleread._trace.rings import RingFile
from staleread._trace.segments import APART, Segments, in_batches
from staleread._trace.standing import Event, Standing, flat
from staleread._trace.tables import Tables

# A kill costs so much, and what the writer needs for it; the two together shall be less than 250 ms.
_INTERVAL_S = 0.1
_MUCH_INTERVAL_S = 0.05
_BUSY_INTERVAL_S = 0.02
_MUCH_EVENTS = 1024
"""With fewer of them a frame would cost more than they do."""
_FINAL_WAIT_S = 30.0
_GOING_WAIT_S = 5.0
# Events that are older and not written yet: the program records more than the writer can take beside it.
_LATE_NS = 120_000_000
_LATE_S = 0.001
_LATER_NS = 10_000_000
_GIVEN_MAX_S = 0.01
_sleep = partial(time.sleep)
_BATCHES_KEPT = 16


class Writer:
    """Owns the file.

    `rows` adds to the tables what these sites and functions need; `declare_thread` gives the events that
    introduce a thread; `before_flush` is called before each look into the buffer.
    """

    def __init__(
        self,
        file: Output,
        buffer: Buffer,
        tables: Tables,
        rows: Callable[[set[int], set[int]], None],
        declare_thread: Callable[[int], list[int]],
        before_flush: Callable[[], None],
        fail: Callable[[Exception], None],
        segments: Segments | None = None,
    ) -> None:
        """`segments` for a file that keeps the newest."""
        self.on_drained: Callable[[], None] = lambda: None
        """Called when all that was recorded so far is written."""
        self.on_late: Callable[[], None] = lambda: None
        """Called when it is, batch after batch: threads of the program had better `give_time`."""
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
        self._segments = segments
        self._is_segment_due = segments is not None
        self._all_meta: dict[str, str] = {}
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
        self._breath = Breath()
        self._written_number = 0
        """The next frame's, as far as the file goes."""
        self.is_late = False
        """Whether what waits to be written has waited for too long."""
        self._left = 0
        """So many events are still to be taken."""
        self._is_much = False
        """Whether this drain has more than a frame's events."""
        self._given_ns = 0
        self._given_s = _LATE_S
        self._stopping = False
        self._is_last_turn = self._is_ended = False
        self._wake = _thread.allocate_lock()
        self._wake.acquire()
        self._draining = _thread.allocate_lock()
        self._background = Background(self._drain_until_woken, self._failed)

    def start(self, meta: dict[str, str]) -> None:
        """Writes header and meta frame. What follows is drained in the background from `resume` on, or at the end. If it
        raises, nothing is written."""
        try:
            self._begin(meta)
        except BaseException:
            if isinstance(self.file, TraceFile):
                self.file.cut(0)
            self.file.close()
            raise

    def _begin(self, meta: dict[str, str]) -> None:
        is_ring = isinstance(self.file, RingFile)
        self._head = file_header(os.getpid(), time.time_ns(), IS_RING if is_ring else 0)
        self._all_meta.update(meta)
        if self._segments is None:
            self._head += self._encoder.pairs(META, meta)
            self._append(b"")
        else:
            self._begin_segment(self._segments)

    def resume(self) -> None:
        """Starts the background thread."""
        self._background.start()

    def pause(self) -> None:
        """Ends the background thread until `resume`, so that the program may fork as if it were not there."""
        self._wake_up()
        self._background.wait()
        self._wake.acquire(blocking=False)

    def _wake_up(self) -> None:
        if self._wake.locked():
            self._wake.release()

    def flush(self) -> None:
        """Writes all that there is by now. Any thread may call it."""
        if not self._draining.acquire(timeout=_FINAL_WAIT_S):
            return
        try:
            self._drain()
        except Exception as error:
            self._failed(error)
        except BaseException:  # A Ctrl-C is the program's.
            self._take_back()
            raise
        finally:
            self._draining.release()

    def give_time(self) -> None:
        """Lets the writer have the interpreter for a moment, if it is late: what it has not written would be lost with the
        process. To be called by threads of the program; the later it is, the longer they wait between two
        milliseconds of their own."""
        if self.is_late and now_ns() - self._given_ns > _LATE_S * 1e9:
            _sleep(self._given_s)
            self._given_ns = now_ns()

    def finish(self, end: Callable[[], dict[str, str]]) -> None:
        """Drains what is left, writes the end frame and closes the file. Any thread may call it, once; and again where it
        failed."""
        again, self._stopping = self._stopping, True
        self._wake_up()
        if not self._is_last_turn:
            is_free = self._draining.acquire(timeout=_GOING_WAIT_S if again else _FINAL_WAIT_S)
            if not is_free and not again:  # Or a Ctrl-C came right when we had it.
                return
        self._is_last_turn = True  # Never released: the background thread has nothing left to do.
        if not self._is_ended:
            self.file.retry()
            try:
                self._write_last(end)
            except BaseException:  # A Ctrl-C, say: it is tried again.
                self._take_back()
                raise
        self.file.close()
        if not self._background.is_current():
            self._background.wait(_GOING_WAIT_S)

    def _write_last(self, end: Callable[[], dict[str, str]]) -> None:
        try:
            self._drain()
        except Exception as error:
            self._failed(error)
        try:
            self._is_ended = self._write_pairs(END, end())
        except Exception as error:
            self._failed(error)
            self._is_ended = self._write_pairs(END, end())  # once more: it says now what went wrong
        if not self._is_ended:
            self._make_room(end)
        self._is_ended = True

    def _make_room(self, end: Callable[[], dict[str, str]]) -> None:
        """On a full disk: the end stands in the place of the last events, which are lost then."""
        lost, written = 0, self.events
        for offset, number, events in reversed(self._latest):
            lost, self._encoder.number = lost + events, number
            self.events = written - lost + 2
            batch = make_batch(self._clock() + self._lost(lost), [0, 0])
            pairs = {**end(), "lost_events": str(self._buffer.lost + lost)}
            self.file.retry()
            if self.file.replace_end(offset, self._encoder.events(batch) + self._encoder.pairs(END, pairs)):
                self._lose_events(lost)
                return
        self.events = written

    def abandon(self) -> None:
        """In a forked child: the file is the parent's."""
        self._stopping, self.is_late = True, False
        self.file.close()

    def _drain_until_woken(self) -> None:
        interval = _interval_s(0)
        while not self._wake.acquire(timeout=interval) and not self._stopping:
            if not self._draining.acquire(blocking=False):
                continue  # Somebody else writes what there is: perhaps for the last time.
            events = 0
            try:
                events = self._drain()
            except Exception as error:
                self._failed(error)
            finally:
                self._draining.release()
            interval = _interval_s(events)

    def _failed(self, error: Exception) -> None:
        self._take_back()
        self._fail(error)

    def _take_back(self) -> None:
        """What was not written whole is no part of the file, and the numbers of its frames are given again."""
        self._encoder.number = self._written_number
        self._is_segment_due = self._segments is not None
        if isinstance(self.file, TraceFile):
            self.file.take_back()

    def _drain(self) -> int:
        """Writes all there is: so many events."""
        self._before_flush()
        if self.meta:
            meta = dict(self.meta)
            self._all_meta.update(meta)
            if self._write_pairs(META, meta):
                for name in meta:
                    self.meta.pop(name, None)
        events = left = self._left = len(self._buffer)
        self._is_much = left > BATCH_EVENTS_MAX // 2
        clock = now_ns() - self._started_ns
        try:
            while left > 0:
                taken = self._buffer.take(BATCH_EVENTS_MAX // 2)
                if not taken:
                    break
                left = self._left = left - len(taken)
                self._look_behind()
                self._write_block(taken)
        finally:
            self.is_late = self._is_much = False
        self._clock_ns = clock
        self.on_drained()
        return events

    def _pause(self) -> None:
        """Between two parts of the work."""
        if self._is_much and not self.is_late:
            self._look_behind()
        self._breath()

    def _look_behind(self) -> None:
        """Whether there was much to write, and some of it has waited for long: since the drain before this one, at most."""
        self._breath.is_hurried = self._stopping or self._left > BATCH_EVENTS_MAX
        age_ns = now_ns() - self._started_ns - self._clock_ns
        self.is_late = self._is_much and age_ns > _LATE_NS and not self._stopping
        if self.is_late:
            self._given_s = min(_LATE_S * (1 + (age_ns - _LATE_NS) // _LATER_NS), _GIVEN_MAX_S)
            self.on_late()

    def end_frame(self, pairs: dict[str, str]) -> bytes:
        """As it would stand here, for a copy of what is written."""
        number = self._encoder.number
        frame = self._encoder.pairs(END, pairs)
        self._encoder.number = number
        return frame

    def _write_block(self, taken: Block) -> None:
        try:
            if self._gap is not None and self.file.is_writable():
                self._bridge_gap()
            self._write_taken(taken)
        except BaseException:
            self._lose_events(len(taken))
            raise

    def _write_taken(self, taken: Block) -> None:
        clock = self._clock(taken.first_ident())
        is_plain = self._segments is None and self.file.is_writable() and not taken.has(THREAD_GONE)
        if (
            is_plain
            and taken.idents() <= self._known
            and self._write_batch(taken.batch(clock, self._threads, self._pause))
        ):
            return
        numbers, threads = self._number_threads(clock + taken.numbers())
        if not self._write_events(numbers, threads):
            self._lose(numbers, threads)
        if self._segments is not None:
            self._segments.take(numbers, threads)

    def _clock(self, ident: int = 0) -> list[int]:
        return [CLOCK, ident, self._clock_ns] + [0] * (EVENT_NUMBERS - 3)

    def _lost(self, more: int = 0) -> list[int]:
        return [LOST, 0, self._gap_events + more] + [0] * (EVENT_NUMBERS - 3)

    def _write_events(self, numbers: list[int], threads: list[int]) -> bool:
        if not self.file.is_writable():
            return False
        untold: Sequence[Batch] = ()
        batch = make_batch(numbers, threads, self._pause)
        if self._segments is not None:
            if (self._is_segment_due or self.file.wants_segment()) and not self._begin_segment(
                self._segments
            ):
                return False
            columns = Batch(numbers, threads)
            untold = self._batches(self._segments.untold(columns, self._threads[APART]))
        return self._write_batch(batch, untold)

    def _write_batch(self, batch: Batch, untold: Sequence[Batch] = ()) -> bool:
        """Its frames, after those that it needs."""
        offset, number = self.file.bytes or len(self._head), self._encoder.number
        tables = self._tables_for([*untold, batch])
        if not self._append(tables + b"".join(map(self._encoder.events, [*untold, batch]))):
            self._encoder.number = number
            self._is_segment_due = self._segments is not None
            return False
        self._records.clear()
        self.events += len(batch)
        self._latest.append((offset, number, len(batch)))
        return True

    def _tables_for(self, batches: list[Batch]) -> bytes:
        for batch in batches:
            self._rows(batch.values("site"), batch.values("function"))
        self._records += self._tables.take()
        return self._encoder.tables(self._records)

    def _begin_segment(self, segments: Segments) -> bool:
        """From here on a reader needs nothing that came before."""
        self.file.begin_segment(lambda: self._encoder.pairs(END, {"events": str(self.events)}))
        apart = self._threads.setdefault(APART, len(self._threads))
        number = self._encoder.number
        before = {"events_before": str(self.events), "lost_before": str(self._buffer.lost)}
        frames = self._encoder.pairs(SEGMENT, {**self._all_meta, **before})
        batches = self._batches(segments.begin(apart))
        frames += self._tables_for(batches)
        frames += b"".join(self._encoder.events(batch, STATE) for batch in batches)
        self._is_segment_due = not self._append(frames)
        if self._is_segment_due:
            self._encoder.number = number
        else:
            self._records.clear()
        return not self._is_segment_due

    def _batches(self, events: list[Event]) -> list[Batch]:
        numbers, threads = flat(events)
        return [
            make_batch(self._clock() + part, [of_part[0], *of_part])
            for part, of_part in in_batches(numbers, threads, BATCH_EVENTS_MAX - 1)
        ]

    def _write_pairs(self, kind: int, pairs: dict[str, str]) -> bool:
        number = self._encoder.number
        if self._append(self._encoder.pairs(kind, pairs)):
            return True
        self._encoder.number = number
        return False

    def _append(self, frames: bytes) -> bool:
        if not self.file.append(frames if self.file.bytes else self._head + frames):
            return False
        self._written_number = self._encoder.number
        return True

    # What cannot be written

    def _lose_events(self, count: int) -> None:
        self._buffer.lost += count
        self._gap_events += count

    def _lose(self, numbers: list[int], threads: list[int]) -> None:
        self._lose_events(len(threads))
        if self._gap is None:
            self._gap = Standing()
        if self._segments is None:  # A segment tells of all anyway.
            self._gap.take(numbers, threads)

    def _bridge_gap(self) -> None:
        """Tells how much was lost, and what was declared in it."""
        gap = self._gap or Standing()
        numbers, threads = flat([*gap.declared(0), *gap.all_objects(0)])
        if not self._write_events(self._clock() + self._lost(), [0, 0]):
            return
        self._gap_events, self._gap = 0, None
        for part, of_part in in_batches(numbers, threads, BATCH_EVENTS_MAX - 1):
            if not self._write_events(self._clock() + part, [0, *of_part]):
                self._lose(part, of_part)

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


def _interval_s(events: int) -> float:
    """Until the next drain, after one of so many."""
    if events > BATCH_EVENTS_MAX:
        return _BUSY_INTERVAL_S
    return _MUCH_INTERVAL_S if events > _MUCH_EVENTS else _INTERVAL_S
