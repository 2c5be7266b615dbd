"""How fast a large trace is analyzed, against zlib alone inflating the same file.

In: how many events, and a folder. Out: a table.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import synthetic  # first: it makes the packages of the checkout importable
import tool
import trace_frames

ROUNDS = 3


def measure(folder: Path, events: int) -> None:
    trace = folder / "synthetic.srt"
    with trace.open("wb") as file:
        synthetic.write(events, file)
    stored, alone = trace.stat().st_size, best(lambda: inflating(trace))
    analyze = best(lambda: timed(lambda: tool.run(tool.ANALYZER, "analyze", "--fail-on", "never", trace)))
    print(f"{'analyzing':<24}{'seconds':>12}{'events/s':>12}{'ratio':>10}")
    print(f"{'zlib alone':<24}{alone:>12.3f}{events / alone / 1e6:>10.1f} M{1:>10.1f}")
    print(
        f"{'staleread analyze':<24}{analyze:>12.3f}{events / analyze / 1e6:>10.1f} M{analyze / alone:>10.1f}"
    )
    print(f"{'bytes in the trace':<24}{stored / events:>11.2f} for each of {events:,} events")


def inflating(trace: Path) -> float:
    """The seconds that its frames take zlib."""
    every = list(trace_frames.frames(trace.read_bytes()))
    return timed(lambda: [frame.inflated() for frame in every])


def timed(function: Callable[[], object]) -> float:
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def best(seconds: Callable[[], float]) -> float:
    return min(seconds() for _ in range(ROUNDS))
