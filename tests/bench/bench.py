"""What recording costs a program and how fast its trace is analyzed, as ratios within one run.

    ./dev bench [EVENTS]         EVENTS of the synthetic trace, 1,000,000 unless told

Numbers of two machines, or of two hours on one, do not compare; the ratios do, roughly.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import synthetic  # first: it makes the packages of the checkout importable
import tool
import trace_frames

HERE = Path(__file__).resolve().parent
ROUNDS = 3


def main() -> None:
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(prefix="staleread-bench-") as folder:
        recording(Path(folder))
        analyzing(Path(folder), events)


def recording(folder: Path) -> None:
    """The workload and a real service, plain and recorded, and the size of the latter's trace."""
    workload = HERE / "workload.py"
    plain = json.loads(tool.run(sys.executable, workload.name, cwd=HERE).stdout)
    result = tool.record(workload, folder / "workload.srt")
    recorded = json.loads(result.stdout.splitlines()[-1])
    print(f"{'recording':<24}{'bare':>12}{'recorded':>12}{'ratio':>10}")
    for name, bare in plain.items():
        print(f"{name:<24}{bare:>9.0f} ns{recorded[name]:>9.0f} ns{recorded[name] / bare:>10.1f}")
    trace = folder / "booking.srt"
    service = tool.ROOT / "examples" / "booking" / "load.py"
    before = best(lambda: timed(lambda: tool.run(sys.executable, service)))
    after = best(lambda: timed(lambda: tool.record(service, trace)))
    print(f"{'an aiohttp service':<24}{before:>10.2f} s{after:>10.2f} s{after / before:>10.1f}")
    print_size(trace)


def analyzing(folder: Path, events: int) -> None:
    """`analyze` on a large trace, against inflating the same file with zlib alone."""
    trace = folder / "synthetic.srt"
    with trace.open("wb") as file:
        synthetic.write(events, file)
    alone = best(lambda: inflating(trace)[2])
    analyze = best(lambda: timed(lambda: tool.run(tool.ANALYZER, "analyze", "--fail-on", "never", trace)))
    print()
    print(f"{'analyzing':<24}{'seconds':>12}{'events/s':>12}{'ratio':>10}")
    print(f"{'zlib alone':<24}{alone:>12.3f}{events / alone / 1e6:>10.1f} M{1:>10.1f}")
    print(
        f"{'staleread analyze':<24}{analyze:>12.3f}{events / analyze / 1e6:>10.1f} M{analyze / alone:>10.1f}"
    )
    print_size(trace)


def print_size(trace: Path) -> None:
    events, stored, _ = inflating(trace)
    print(f"{'bytes in the trace':<24}{stored / events:>11.2f} for each of {events:,} events")


def inflating(trace: Path) -> tuple[int, int, float]:
    """How many events the file has, how many bytes, and the seconds that its frames take zlib."""
    content = trace.read_bytes()
    every = list(trace_frames.frames(content))
    seconds = timed(lambda: [frame.inflated() for frame in every])
    return sum(frame.events for frame in every), len(content), seconds


def timed(function: Callable[[], object]) -> float:
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def best(seconds: Callable[[], float]) -> float:
    return min(seconds() for _ in range(ROUNDS))


if __name__ == "__main__":
    main()
