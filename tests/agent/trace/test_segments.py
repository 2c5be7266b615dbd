"""Traces that keep the newest: what is left can be read, and says what has to be known of what is not."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from staleread._trace import events as kinds
from staleread._trace.events import ObjectKind, attribute_key, numbered_key, object_value
from staleread._trace.rings import RingFile, TurningFiles
from staleread._trace.standing import Event, Standing, flat
from trace_reader import Trace, read_trace
from writing import Scene

APART = 99


@pytest.fixture(autouse=True)
def even_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """How much fits into a ring depends on how well its times compress: on a busy machine as on an idle one."""
    times = itertools.count(step=1_000_000)
    monkeypatch.setattr("staleread._trace.writer.now_ns", lambda: next(times))


class Program:
    """Random events of a program that might be: actors, calls, locks, objects, keys."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.running: dict[int, list[int]] = {1: [], 2: []}
        self.actors: list[int] = []
        self.objects: list[int] = []
        self.numbers = iter(range(1, 1 << 30))

    def events(self, count: int) -> Iterator[tuple[int, ...]]:
        """Kind, thread, fields."""
        for _ in range(count):
            thread = self.rng.choice((1, 2))
            yield from self.rng.choice((self.step, self.call, self.touch, self.lock, self.end))(thread)

    def step(self, thread: int) -> Iterator[tuple[int, ...]]:
        if not self.actors or self.rng.random() < 0.3:
            self.actors.append(next(self.numbers))
            yield kinds.ACTOR, thread, self.actors[-1], 1, 0, 0, 0, 0
        free = [actor for actor in self.actors if not any(actor in stack for stack in self.running.values())]
        if free and len(self.running[thread]) < 3:
            token = next(self.numbers)
            yield kinds.SCHEDULE, thread, token, 1, 0
            self.running[thread].append(self.rng.choice(free))
            yield kinds.BEGIN, thread, self.running[thread][-1], token

    def end(self, thread: int) -> Iterator[tuple[int, ...]]:
        if self.running[thread]:
            actor = self.running[thread].pop()
            if self.rng.random() < 0.4:
                self.actors.remove(actor)
                yield kinds.FINISH, thread, actor
            yield kinds.END, thread, 5

    def call(self, thread: int) -> Iterator[tuple[int, ...]]:
        if self.running[thread]:
            yield self.rng.choice(
                ((kinds.ENTER, thread, 0, 0, 0), (kinds.LEAVE, thread, 0), (kinds.AWAIT, thread, 0))
            )

    def touch(self, thread: int) -> Iterator[tuple[int, ...]]:
        if not self.objects or self.rng.random() < 0.2:
            number, key = next(self.numbers), next(self.numbers)
            yield kinds.OBJECT, thread, number, ObjectKind.DICT, 0
            yield kinds.KEY, thread, key, 0
            if self.objects:
                yield kinds.KEEP, thread, number, self.rng.choice(self.objects), numbered_key(key)
            self.objects.append(number)
        if self.running[thread]:
            one, other = self.rng.choice(self.objects), self.rng.choice(self.objects)
            yield kinds.WRITE, thread, 0, one, attribute_key(0), object_value(other)
        if len(self.objects) > 20:
            yield kinds.DROP, thread, self.objects.pop(self.rng.randrange(20))

    def lock(self, thread: int) -> Iterator[tuple[int, ...]]:
        if self.running[thread] and self.objects:
            lock = self.rng.choice(self.objects)
            yield self.rng.choice(((kinds.ACQUIRE, thread, lock, 0), (kinds.RELEASE, thread, lock, 0)))


def batch(events: Iterator[tuple[int, ...]]) -> tuple[list[int], list[int]]:
    return flat((kind, thread, fields) for kind, thread, *fields in events)  # type: ignore[misc]


def told(standing: Standing) -> list[Event]:
    return [*standing.declared(APART), *standing.all_objects(APART), *standing.state(APART)]


@pytest.mark.parametrize("seed", range(20))
def test_a_state_leads_to_the_same_state(seed: int) -> None:
    program, whole = Program(seed), Standing()
    whole.take(*batch(program.events(400)))
    late = Standing()
    late.take(*flat(told(whole)))
    assert sorted(told(late)) == sorted(told(whole))
    numbers, threads = batch(program.events(400))
    whole.take(numbers, threads)
    late.take(numbers, threads)
    assert sorted(told(late)) == sorted(told(whole))


def test_what_is_over_takes_no_room() -> None:
    standing = Standing()
    for number in range(1, 1000):
        events = [(kinds.ACTOR, 1, number, 1), (kinds.BEGIN, 1, number, 0), (kinds.OBJECT, 1, number, 5, 0)]
        events += [(kinds.ENTER, 1, 3, 0, 0), (kinds.KEEP, 1, number, 1, 0), (kinds.DROP, 1, number)]
        events += [(kinds.FINISH, 1, number), (kinds.END, 1, 0)]
        standing.take(*batch(iter(events)))
    assert told(standing) == []


def undeclared(trace: Trace) -> set[tuple[str, int]]:
    """What events refer to that no event before them declared."""
    known: set[tuple[str, int]] = {("object", 0), ("actor", 0), ("key", 0)}
    missing = set()
    for event in trace.events:
        if event.name in ("object", "actor", "key"):
            known.add((event.name, next(iter(event.fields.values()))))
        elif event.name in ("begin", "finish"):
            missing |= {("actor", event.actor)} - known
        elif event.name == "write":
            missing |= {("object", event.object), ("object", event.value >> 3)} - known
        elif event.name == "keep":
            missing |= {("object", event.object), ("object", event.owner), ("key", event.key >> 2)} - known
    return missing


def record(scene: Scene, program: Program, rounds: int, bytes_max: int) -> list[tuple[int, ...]]:
    """What was sent."""
    sent = []
    scene.writer.start({"agent": "x"})
    for number in range(rounds):
        for event in program.events(300):
            scene.send(*event)
            sent.append(event)
        scene.send(kinds.LOOP, 1, number, scene.tables.string(f"loop {number % 7}"))
        sent.append((kinds.LOOP, 1, number, 0))
        scene.writer._drain()
        assert scene.path.stat().st_size <= bytes_max
    scene.finish()
    assert scene.path.stat().st_size <= bytes_max and not scene.errors
    return sent


@pytest.mark.parametrize("bytes_max", [16_000, 40_000])
def test_a_ring_keeps_the_newest(tmp_path: Path, bytes_max: int) -> None:
    scene = Scene(tmp_path / "t.srt", file=RingFile(str(tmp_path / "t.srt"), bytes_max))
    sent = record(scene, Program(bytes_max), 60, bytes_max)
    trace = read_trace(scene.path)
    assert trace.first_frame > 0 and trace.end is not None and trace.meta["agent"] == "x"
    assert int(trace.meta["events_before"]) > 0
    assert undeclared(trace) == set()
    loops = [trace.strings[event.string] for event in trace.of("loop")]
    assert loops[-5:] == [f"loop {number % 7}" for number in range(55, 60)]
    assert len(trace.events) > len(sent) * 0.6 * bytes_max / total_bytes(tmp_path, bytes_max)


def total_bytes(tmp_path: Path, seed: int) -> int:
    """How large the same is where everything is kept."""
    scene = Scene(tmp_path / "whole.srt")
    record(scene, Program(seed), 60, 1 << 30)
    return scene.path.stat().st_size


def test_a_ring_can_be_read_at_any_moment(tmp_path: Path) -> None:
    path = tmp_path / "t.srt"
    ring = RingFile(str(path), 12_000)
    scene = Scene(path, file=ring)
    program = Program(3)
    scene.writer.start({})
    for _ in range(60):
        for event in program.events(100):
            scene.send(*event)
        scene.writer._drain()
        trace = read_trace(path)
        assert undeclared(trace) == set() and trace.events
        # As a kill in the middle of the next write would leave it.
        torn = path.read_bytes()
        at = min(ring._at, len(torn))
        (tmp_path / "torn.srt").write_bytes(torn[:at] + bytes(100) + torn[at + 100 :])
        assert undeclared(read_trace(tmp_path / "torn.srt")) == set()
    scene.finish()


def test_files_take_turns(tmp_path: Path) -> None:
    path = tmp_path / "t.srt"
    scene = Scene(path, file=TurningFiles(str(path), 8_000, 3))
    record(scene, Program(4), 60, 1 << 30)
    names = ["t.srt", "t.srt.1", "t.srt.2", "t.srt.3"]
    assert sorted(file.name for file in tmp_path.iterdir()) == names
    traces = [read_trace(tmp_path / name) for name in reversed(names)]
    for trace in traces:
        assert trace.end is not None and undeclared(trace) == set()
    before = [int(trace.meta["events_before"]) for trace in traces]
    assert before == sorted(before)
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in tmp_path.iterdir())
