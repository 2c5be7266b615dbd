"""Kills recorded programs at random moments and tells what their traces have lost.

In: how often, a seed, which loads. Out: for each load how much of the last moments is missing: the time between
the last that the program is known to have done and the last of it that is in the trace.

    ./dev survive [--count N] [--seed N] [--load NAME] [--limit MS]
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from dataclasses import dataclass
from pathlib import Path

from recording import environment
from trace_reader import Trace, read_trace

# What all of them count with: `told` says, unbuffered, when the counter had which value.
_PRELUDE = """
import asyncio, os, sys, threading, time

class Box:
    def __init__(self):
        self.counter = 0
        self.other = 0

box = Box()

def count(times):
    for _ in range(times):
        box.counter += 1
    told(box.counter)

def told(value, tell=os.write, clock=time.perf_counter_ns, own=time.thread_time_ns):
    tell(1, b"%d %d %d\\n" % (clock(), value, own()))
"""

LOADS = {
    # 100,000 events a second, in many short steps.
    "steps": """
        async def work():
            while True:
                count(24)
                await asyncio.sleep(0.001)
        async def main():
            await asyncio.gather(work(), work())
        asyncio.run(main())
        """,
    # As fast as it can.
    "busy": """
        async def main():
            while True:
                count(50)
                await asyncio.sleep(0)
        asyncio.run(main())
        """,
    "threads": """
        def work():
            while True:
                for _ in range(24):
                    box.other += 1
                time.sleep(0.001)
        threading.Thread(target=work, daemon=True).start()
        while True:
            count(24)
            time.sleep(0.001)
        """,
    # Long calls that keep the interpreter to themselves.
    "calls": """
        while True:
            for _ in range(20):
                count(24)
                time.sleep(0.001)
            sum(range(2_000_000))
            told(box.counter)
        """,
}


@dataclass
class Killed:
    load: str
    after_s: float
    events: int
    values: list[int]
    """Of the counter, as the trace has them."""
    missing_ms: float
    """Between the last value told and when the last one in the trace was."""
    computed_ms: float
    """What the program's thread had of a processor meanwhile: on a machine that has other things to do, much less."""
    missing_events: int


def kill(load: str, after_s: float, folder: Path) -> Killed:
    """Runs a load for so long, kills it and looks at what is left."""
    program, trace, log = folder / "program.py", folder / "t.srt", folder / "log"
    program.write_text(_PRELUDE + textwrap.dedent(LOADS[load]))
    words = ["-m", "staleread", "record", "--quiet", "-o", str(trace), str(program)]
    with open(log, "wb") as out:
        process = subprocess.Popen([sys.executable, *words], cwd=folder, env=environment(), stdout=out)
        deadline = time.monotonic() + 30
        while not log.stat().st_size and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(after_s)
        process.send_signal(signal.SIGKILL)
        process.wait()
    told = [tuple(map(int, line.split())) for line in log.read_text().splitlines() if line.count(" ") == 2]
    return _compare(load, after_s, told, read_trace(trace))


def _compare(load: str, after_s: float, told: list[tuple[int, ...]], trace: Trace) -> Killed:
    counter = next((event.key for event in trace.of("write") if trace.key_text(event.key) == "counter"), None)
    written = [trace.value_of(event.value) for event in trace.of("write") if event.key == counter]
    written = [value for value in written if value]  # Not the one that it is made with.
    last = written[-1] if written else 0
    missing = [line for line in told if line[1] > last] or told[-1:]
    (began_ns, _, own_began_ns), (end_ns, end_value, own_end_ns) = missing[0], missing[-1]
    missing_ms, computed_ms = (end_ns - began_ns) / 1e6, (own_end_ns - own_began_ns) / 1e6
    missing_events = 2 * max(0, end_value - last)
    return Killed(load, after_s, len(trace.events), written, missing_ms, computed_ms, missing_events)


def kills(count: int, seed: int, loads: list[str], longest_s: float) -> list[Killed]:
    """So many, by turns of each load; the moments depend on the seed."""
    rng = random.Random(seed)
    done = []
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(count):
            done.append(kill(loads[turn % len(loads)], rng.uniform(0.05, longest_s), Path(folder)))
    return done


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev survive")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--load", action="append", choices=LOADS)
    parser.add_argument("--longest", type=float, default=1.5, help="after so many seconds, at most")
    parser.add_argument("--limit", type=float, default=250, help="what may be missing, in ms")
    options = parser.parse_args()
    done = kills(options.count, options.seed, options.load or list(LOADS), options.longest)
    for load in options.load or LOADS:
        ours = [one for one in done if one.load == load]
        missing = sorted(one.missing_ms for one in ours)
        print(
            f"{load:8} {len(missing):4} kills: median {missing[len(missing) // 2]:6.1f} ms missing, "
            f"at most {missing[-1]:6.1f} ms ({max(one.computed_ms for one in ours):.1f} ms of the program's own) and "
            f"{max(one.missing_events for one in ours):,} events"
        )
    worst = max(one.missing_ms for one in done)
    print(
        f"{len(done)} traces opened; the most that is missing: {worst:.1f} ms (load {os.getloadavg()[0]:.1f})"
    )
    return 0 if worst <= options.limit else 1


if __name__ == "__main__":
    sys.exit(main())
