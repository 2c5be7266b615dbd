"""Batches become frames below the limits; the file survives what happens to it."""

from __future__ import annotations

import itertools
import random
import threading
from pathlib import Path

import pytest
from staleread._record import accelerated
from staleread._record.buffer import EVENT_BYTES, Buffer
from staleread._trace import events as kinds
from staleread._trace import writer as writer_module
from staleread._trace.frames import BATCH_EVENTS_MAX, INFLATED_BYTES_MAX, Batch, FrameEncoder
from staleread._trace.tables import SITE, STRING, KeptTables, Tables
from trace_reader import BY_NUMBER, read_trace
from writing import Scene, padded


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path / "t.srt")


def test_every_kind_comes_back(scene: Scene) -> None:
    rng = random.Random(1)
    sent = []
    for _ in range(3000):
        kind = rng.choice(list(kinds.FIELDS))
        fields = tuple(
            0 if name in ("string", "site", "function") else rng.getrandbits(64)
            for name in kinds.FIELDS[kind]
        )
        sent.append((kind, 7, *fields))
    scene.writer.start({"agent": "x"})
    scene.writer.resume()
    for event in sent:
        scene.send(*event)
    scene.finish()
    trace = read_trace(scene.path)
    read = [event for event in trace.events if event.name != "clock"][2:]
    expected = [event for event in sent if event[0] != kinds.CLOCK]
    assert [(BY_NUMBER[event[0]]["name"], list(event[2:])) for event in expected] == [
        (event.name, list(event.fields.values())) for event in read
    ]
    assert trace.meta == {"agent": "x"} and trace.end == {"events": str(len(trace.events))}


def test_a_batch_in_the_widest_encodings_fits_into_a_frame() -> None:
    rng = random.Random(2)
    widest = max(kinds.FIELDS, key=lambda kind: len(kinds.FIELDS[kind]))
    batch = [widest, 0, *(rng.getrandbits(64) for _ in range(6))] * BATCH_EVENTS_MAX
    batch = [number ^ (rng.getrandbits(64) if at % 8 > 1 else 0) for at, number in enumerate(batch)]
    threads = [rng.getrandbits(64) for _ in range(BATCH_EVENTS_MAX)]
    assert len(Batch(batch, threads).payload()) <= INFLATED_BYTES_MAX


def test_large_batches_are_split(scene: Scene) -> None:
    scene.writer.start({})
    scene.writer.resume()
    count = 3 * BATCH_EVENTS_MAX
    for number in range(count):
        scene.send(kinds.AWAIT, 1, number % 5)
    scene.finish()
    trace = read_trace(scene.path)
    assert [event.site for event in trace.of("await")] == [number % 5 for number in range(count)]
    assert trace.frames >= 5


def test_tables_are_split_and_endless_records_left_out(scene: Scene) -> None:
    encoder = FrameEncoder()
    records = [b"\x7f" + bytes((0x80, 0x80, 0x10)) + bytes(0x40000)] * 10
    frames = encoder.tables([*records, bytes(INFLATED_BYTES_MAX + 1)])
    assert frames.count(b"SRFR") == 4  # Three of these records fit into one frame.
    assert encoder.tables([]) == b""


def test_a_record_comes_before_the_event_that_needs_it(scene: Scene) -> None:
    scene.writer.start({})
    scene.writer.resume()
    stop = threading.Event()

    def produce() -> None:
        number = 0
        while not stop.is_set() and number < 20_000:
            number += 1
            scene.send(kinds.LOOP, 5, number, scene.tables.string(f"name {number}"))

    threads = [threading.Thread(target=produce) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    stop.set()
    scene.finish()
    trace = read_trace(scene.path)  # Looks every string up as it meets it.
    assert {trace.strings[event.string] for event in trace.of("loop")} >= {
        f"name {n}" for n in (1, 500, 20_000)
    }


def test_strings_are_numbered_once() -> None:
    tables = Tables()
    assert tables.string("") == 0
    assert tables.string("a") == tables.string("a") != tables.string("b")
    assert tables.once("c") != tables.once("c")
    assert len(tables.take()) == 4 and tables.take() == []
    tables.add(SITE, b"x")
    assert len(tables.take()) == 1


def test_a_record_that_still_waits_as_a_segment_begins_has_its_strings_in_it() -> None:
    """As it does where the one before was broken off."""
    tables = KeptTables()
    rows = tables.for_rows()
    rows.add(SITE, bytes([rows.string("name")]))
    tables.begin_segment()
    assert [record[0] for record in tables.take()] == [STRING, SITE]


def test_threads_are_numbered_and_introduced(scene: Scene) -> None:
    scene.writer.start({})
    scene.writer.resume()
    for ident in (90, 80, 90, 70):
        scene.send(kinds.AWAIT, ident, 0)
    scene.send(kinds.THREAD_GONE, 80)
    scene.send(kinds.BEGIN, 80, 55, 0)
    scene.send(kinds.AWAIT, 80, 0)
    scene.finish()
    trace = read_trace(scene.path)
    shown = [(event.thread, event.name) for event in trace.events if event.name != "clock"]
    introduced = [
        (0, "actor"),
        (0, "begin"),
        (0, "await"),
        (1, "actor"),
        (1, "begin"),
        (1, "await"),
        (0, "await"),
    ]
    # The identifier of a thread that is over comes again for one that introduces itself.
    assert shown == [*introduced, (2, "actor"), (2, "begin"), (2, "await"), (1, "begin"), (1, "await")]
    assert trace.strings[trace.of("actor")[0].string] == "thread 90"


def accesses(buffer: Buffer, count: int) -> None:
    for number in range(count):
        buffer.record(padded(kinds.READ, 1, number, 1, 1, 1))


def test_whoever_records_too_much_waits_while_events_are_taken() -> None:
    buffer = Buffer(bytes_max=EVENT_BYTES * 2 * 100)
    most, taken, is_over = 0, 0, threading.Event()

    def take() -> None:
        nonlocal most, taken
        while not is_over.is_set() or len(buffer):
            most = max(most, len(buffer))
            taken += len(buffer.take(50))

    taker = threading.Thread(target=take)
    taker.start()
    accesses(buffer, 5000)
    is_over.set()
    taker.join()
    assert most <= 101 and taken == 5000 and not buffer.lost


def test_whoever_records_too_much_waits_once_for_a_disk_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = Buffer(bytes_max=EVENT_BYTES * 2 * 800)
    naps: list[float] = []
    monkeypatch.setattr("staleread._record.buffer._sleep", naps.append)
    accesses(buffer, 5000)
    assert 0.1 < sum(naps) < 0.2
    left = buffer.numbers[:: kinds.EVENT_NUMBERS].count(kinds.READ)
    assert len(buffer) <= 901 and buffer.lost + left == 5000
    taker = threading.Thread(target=buffer.take, args=(800,))
    taker.start()
    taker.join()
    accesses(buffer, 1000)
    assert sum(naps) > 0.2  # It is given another chance.


def test_accesses_are_lost_before_anything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("staleread._record.buffer._sleep", lambda _: None)
    buffer = Buffer(bytes_max=EVENT_BYTES * 2 * 100)

    def kinds_left() -> list[int]:
        return buffer.numbers[:: kinds.EVENT_NUMBERS]

    def lost_told() -> int:
        at = range(0, len(buffer.numbers), kinds.EVENT_NUMBERS)
        return sum(buffer.numbers[i + 2] for i in at if buffer.numbers[i] == kinds.LOST)

    for number in range(150):
        buffer.record(padded(kinds.READ, 1, number, 1, 1, 1))
        if number % 3 == 0:
            buffer.record(padded(kinds.ENTER, 1, number, 0, 0))
    buffer.record(padded(kinds.THREAD_GONE, 1))  # which only the writer is told
    assert kinds_left().count(kinds.ENTER) == 50 and kinds_left()[-1] == kinds.THREAD_GONE
    assert kinds_left().count(kinds.READ) == 150 - buffer.lost < 90
    assert lost_told() == buffer.lost
    before = buffer.numbers[: 100 * kinds.EVENT_NUMBERS]
    for number in range(300):
        buffer.record(padded(kinds.ENTER, 1, number, 0, 0))
    assert len(buffer) <= 2 * 100 + 100 // 8 + 1 and buffer.numbers[: len(before)] == before
    assert buffer.lost + sum(kind != kinds.LOST for kind in kinds_left()) == 501
    assert lost_told() == buffer.lost


def test_at_the_end_the_thread_is_gone_however_long_it_takes(scene: Scene) -> None:
    """Who holds nothing of a recording any more has nothing of it left; who forks is alone."""
    may_end, is_over = threading.Lock(), threading.Event()
    background = scene.writer._background
    work = background._work

    def work_slowly() -> None:
        work()
        with may_end:
            is_over.set()

    background._work = work_slowly
    scene.writer.start({})
    scene.writer.resume()
    may_end.acquire()
    threading.Timer(0.05, may_end.release).start()
    scene.finish()
    assert is_over.is_set()


@pytest.mark.parametrize("count, is_told", [(BATCH_EVENTS_MAX, True), (BATCH_EVENTS_MAX // 2, False)])
def test_a_writer_that_becomes_late_within_a_frame_says_so_then(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, count: int, is_told: bool
) -> None:
    """Not when the frame is done: what it holds is lost until then. One that has little to write is never late. (The
    accelerator makes a frame in one go, without the interpreter.)"""
    told: list[int] = []
    scene.writer.start({})
    scene.writer.on_late = lambda: told.append(scene.writer.events)
    for number in range(count):
        scene.send(*some_event(number))
    passing = itertools.count(writer_module.now_ns(), 30_000_000)
    monkeypatch.setattr(writer_module, "now_ns", passing.__next__)
    scene.writer.flush()
    monkeypatch.undo()
    assert bool(told) == is_told
    assert accelerated.IS_THERE or 0 in told or not is_told
    assert not scene.writer.is_late
    scene.finish()
    assert scene.errors == []


def some_event(number: int) -> tuple[int, int, int, int]:
    """Of several kinds, so that a frame has several parts."""
    return (kinds.AWAIT, kinds.READ, kinds.WRITE)[number % 3], 1, number % 5, number % 7
