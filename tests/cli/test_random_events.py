"""Events in no sensible order, with numbers that refer to anything: the analyzer survives whatever a file holds."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tool import ANALYZER, run
from trace_writer import Argument, Event, Site, TraceWriter, function, kinds, string

SEEDS = range(24)
EVENTS = 4000


def random_tables(rng: random.Random) -> list[bytes]:
    def references() -> list[int]:
        return [rng.randrange(60) for _ in range(rng.randrange(6))]

    records = [string(number, f"text {number}") for number in range(1, 10)]
    for number in range(1, 6):
        records.append(
            function(
                number,
                rng.randrange(12),
                rng.randrange(12),
                flags=rng.randrange(16),
                parameters=[rng.randrange(10) for _ in range(rng.randrange(4))],
                data=references(),
                control=references(),
            )
        )
    for number in range(1, 30):
        arguments = tuple(
            Argument(rng.choice((0, 1, 2, 3, 4, 2000)), rng.randrange(10), references(), references())
            for _ in range(rng.randrange(3))
        )
        site = Site(
            number,
            rng.randrange(7),
            rng.randrange(13),
            rng.randrange(100),
            flags=rng.randrange(8),
            source=rng.randrange(12),
            name=rng.randrange(12),
            data=references(),
            control=references(),
            arguments=arguments,
        )
        records.append(site.record())
    return records


def random_event(rng: random.Random) -> Event:
    kind = rng.choice(list(kinds().values()))
    # Accesses and steps are what leads anywhere; the rest is seasoning.
    if rng.random() < 0.6:
        kind = kinds()[rng.choice(("read", "read", "write", "begin", "end", "enter", "leave", "await"))]
    fields = {name: rng.randrange(rng.choice((4, 8, 32, 1 << 64))) for name in kind.fields}
    return Event(kind.name, thread=rng.choice((0, 0, 0, 1, 2)), **fields)


@pytest.mark.parametrize("seed", SEEDS)
def test_random_events_are_survived(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    writer = TraceWriter()
    writer.tables(random_tables(rng))
    for _ in range(2):
        writer.events([random_event(rng) for _ in range(EVENTS)])
    trace = tmp_path / "random.srt"
    trace.write_bytes(writer.bytes())
    for word, statuses in (("analyze", (0, 1)), ("dump", (0,)), ("info", (0,))):
        done = run(ANALYZER, word, trace)
        assert (
            done.returncode in statuses
        ), f"seed {seed}: {word} ended with {done.returncode}: {done.stderr[-2000:]}"
