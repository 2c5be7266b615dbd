"""What recording costs a program, against the bars that the agent has to keep.

In: a folder for what is recorded. Out: a table. Each figure is a ratio of two runs one right after the other; of several
such pairs the median counts, and the least and the most are shown. What the best runs give is shown, too: on a busy
machine that is nearer to the truth, as others can only slow a run down. Pure Python and the accelerator, where it was
built, are measured in turn.
"""

from __future__ import annotations

import importlib.util
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import importing
import loading
import many
import tool
import trace_frames

HERE = Path(__file__).resolve().parent
SERVICE = HERE / "service"
ROUNDS = 5
REQUESTS = 2_500
PAUSE_SECONDS = 0.2
SECONDS_MAX = 120
MANY = "0.3"
"""Of the counts of `many.py`: memory is at its most long before all of them are there."""
RIVAL = "viztracer==1.1.1"
RIVAL_FOLDER = tool.ROOT / "build" / "bench" / "viztracer"


@dataclass(frozen=True)
class Way:
    """How a program is run: what stands before its name, and what the environment says."""

    name: str
    command: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    recorded: bool = False

    def start(
        self, program: Path, *arguments: str, trace: Path, output: int = subprocess.PIPE
    ) -> subprocess.Popen[str]:
        command = [word.replace("{trace}", str(trace)) for word in self.command]
        path = os.pathsep.join(filter(None, (str(tool.AGENT), os.environ.get("PYTHONPATH"))))
        environment = {**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "0", **self.environment}
        return subprocess.Popen(
            [sys.executable, *command, program.name, *arguments],
            cwd=program.parent,
            env=environment,
            stdout=output,
            text=True,
        )


_RECORD = ("-m", "staleread", "record", "--quiet", "-o", "{trace}")
BARE = Way("bare")
PURE = Way("pure Python", _RECORD, {"STALEREAD_ACCELERATOR": "off"}, recorded=True)
ACCELERATED = Way("accelerator", _RECORD, {}, recorded=True)
SETTRACED = Way("sys.settrace")
VIZTRACED = Way(
    "viztracer",
    ("-m", "viztracer", "--log_async", "--quiet", "-o", "{trace}.json", "--"),
    {"PYTHONPATH": str(RIVAL_FOLDER)},
)


@dataclass(frozen=True)
class Bar:
    """A line of the table. `bars` are for pure Python and for the accelerator; less is better, or more."""

    name: str
    unit: str
    bars: tuple[float | None, float | None] = (None, None)
    more_is_better: bool = False


BARS = [
    Bar("attribute read, once a loop", "ns", (6, 2.5)),
    Bar("attribute read, each told", "ns", (6, 2.5)),
    Bar("attribute write", "ns"),
    Bar("item read", "ns"),
    Bar("item write", "ns"),
    Bar("function entered", "ns"),
    Bar("step of a task", "ns", (1.6, 1.25)),
    Bar("service: requests/s", "", (0.7, 0.85), more_is_better=True),
    Bar("service: processor/request", "µs"),
]


def measure(folder: Path) -> None:
    ways = [PURE, *([ACCELERATED] if accelerated() else [])]
    figures = Figures()
    for _ in range(ROUNDS):
        micro(figures, ways, folder)
    rivals = [*([VIZTRACED] if rival_is_there() else []), SETTRACED]
    for _ in range(ROUNDS):
        for way in [BARE, *ways, *rivals]:
            service(figures, way, folder)
    print_bars(figures, ways)
    print_rivals(figures, ways, rivals)
    print_import()
    print_sizes(ways, folder)
    print_memory(ways, folder)


class Figures:
    """What was measured, by what it is of and by the way that the program was run; in the order of the rounds."""

    def __init__(self) -> None:
        self._measured: dict[tuple[str, str], list[float]] = {}

    def add(self, name: str, way: Way, figure: float) -> None:
        self._measured.setdefault((name, way.name), []).append(figure)

    def median(self, name: str, way: Way) -> float:
        return statistics.median(self._measured[name, way.name])

    def of_best(self, bar: Bar, way: Way) -> float:
        """The ratio of the best runs."""
        best = max if bar.more_is_better else min
        return best(self._measured[bar.name, way.name]) / best(self._measured[bar.name, BARE.name])

    def ratios(self, name: str, way: Way) -> list[float]:
        """To the bare run of the same round."""
        pairs = zip(self._measured[name, way.name], self._measured[name, BARE.name], strict=True)
        return [figure / bare for figure, bare in pairs]


def accelerated() -> bool:
    """Whether the C part was built for this Python."""
    sys.path.insert(0, str(tool.AGENT))
    return importlib.util.find_spec("staleread._accelerator") is not None


def micro(figures: Figures, ways: Sequence[Way], folder: Path) -> None:
    for way in [BARE, *ways]:
        pause = str(PAUSE_SECONDS) if way.recorded else "0"
        process = way.start(HERE / "workload.py", pause, trace=folder / "workload.srt")
        output, _ = process.communicate(timeout=SECONDS_MAX)
        for name, nanoseconds in json.loads(output.splitlines()[-1]).items():
            figures.add(name, way, nanoseconds)


def service(figures: Figures, way: Way, folder: Path) -> None:
    """The shop in a process of its own, under load from here."""
    program = SERVICE / ("settraced.py" if way is SETTRACED else "serve.py")
    process = way.start(program, trace=trace_of(way, folder))
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        came = loading.load(port, REQUESTS)
        loading.stop(port)
        process.communicate(timeout=SECONDS_MAX)
    finally:
        process.kill()
    figures.add("service: requests/s", way, came.requests_per_second)
    figures.add("service: processor/request", way, came.processor_seconds_per_request * 1e6)


def trace_of(way: Way, folder: Path) -> Path:
    return folder / f"{way.name.replace(' ', '-')}.srt"


def rival_is_there() -> bool:
    """viztracer, into a folder of its own the first time."""
    if not RIVAL_FOLDER.exists():
        command = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        subprocess.run([*command, "--target", RIVAL_FOLDER, RIVAL], check=False)
    return (RIVAL_FOLDER / "viztracer").exists()


# ---- what came out


def print_bars(figures: Figures, ways: Sequence[Way]) -> None:
    busy = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    print(f"the agent on CPython {sys.version.split()[0]}, {os.cpu_count()} processors, load {busy}")
    print(f"medians of {ROUNDS} ratios (least-most), and the ratio of the best runs")
    print(f"{'':<28}{'bare':>11}" + "".join(f"   {way.name:<48}" for way in ways))
    for bar in BARS:
        line = f"{bar.name:<28}{figures.median(bar.name, BARE):>8.{0 if not bar.unit else 1}f} {bar.unit:<2}"
        for way in ways:
            line += f"   {cell(figures, bar, way):<48}"
        print(line.rstrip())


def cell(figures: Figures, bar: Bar, way: Way) -> str:
    """Such as `5.1 ns  1.3 (1.2-1.5) bar 6 ok`."""
    ratios = figures.ratios(bar.name, way)
    ratio = statistics.median(ratios)
    value = figures.median(bar.name, way)
    text = f"{value:>8.{0 if not bar.unit else 1}f} {ratio:>6.2f} ({min(ratios):.2f}-{max(ratios):.2f})"
    text += f" {figures.of_best(bar, way):.2f}"
    limit = bar.bars[way is ACCELERATED]
    return text if limit is None else f"{text} bar {limit:g} {verdict(ratio, limit, bar.more_is_better)}"


def verdict(figure: float, limit: float, more_is_better: bool = False) -> str:
    return "ok" if (figure >= limit if more_is_better else figure <= limit) else "MISSED"


def print_rivals(figures: Figures, ways: Sequence[Way], rivals: Sequence[Way]) -> None:
    name, work = "service: requests/s", "service: processor/request"

    def share(way: Way) -> float:
        return statistics.median(figures.ratios(name, way))

    print(
        "\nthe same service, the same load, in turn: share of the bare requests/s; processor time of a request"
    )
    for way in [*ways, *rivals]:
        ratios = figures.ratios(name, way)
        line = f"  {way.name:<14}{statistics.median(ratios):>6.2f} ({min(ratios):.2f}-{max(ratios):.2f})"
        line += f"{statistics.median(figures.ratios(work, way)):>8.2f} x bare"
        if way.recorded:
            behind = [rival.name for rival in rivals if share(rival) >= share(way)]
            line += f"   {'BEHIND ' + ', '.join(behind) if behind else 'ahead of all others'}"
        print(line)


def print_import() -> None:
    measured = importing.measure(ROUNDS)
    print(f"\nimport of a package of {measured['lines']:,.0f} lines: bar 1.5 with a warm cache")
    print(
        f"  plain {measured['plain ms']:.0f} ms, warm {measured['warm ms']:.0f} ms, cold {measured['cold ms']:.0f} ms:",
        end="",
    )
    warm, worked = measured["warm ratio"], measured["warm ratio on the processor"]
    print(
        f" {warm:.2f} ({worked:.2f} of processor time) {verdict(warm, 1.5)}; cold {measured['cold ratio']:.1f}"
    )


def print_sizes(ways: Sequence[Way], folder: Path) -> None:
    print("\nbytes in the trace for each event: bar 4")
    for way in ways:
        for name, trace in (("service", trace_of(way, folder)), ("workload", folder / "workload.srt")):
            content = trace.read_bytes()
            events = sum(frame.events for frame in trace_frames.frames(content))
            each = len(content) / events
            print(f"  {way.name:<14}{name:<10}{each:>6.2f} of {events:,} events   {verdict(each, 4)}")


def print_memory(ways: Sequence[Way], folder: Path) -> None:
    """What the most memory that a program ever had is more with the agent in it."""
    print("\nmost memory, programs that have very many of something: bar 64 MiB more than bare")
    print(f"  {'':<16}{BARE.name:>9}" + "".join(f"   {way.name + ', more':<24}" for way in ways))
    for kind in ("objects", *many.KINDS):
        bare = memory(BARE, kind, folder)
        line = f"  {kind:<16}{bare:>5.0f} MiB"
        for way in ways:
            more = memory(way, kind, folder) - bare
            line += f"   {f'{more:>4.0f} MiB   {verdict(more, 64)}':<24}"
        print(line.rstrip(), flush=True)


def memory(way: Way, kind: str, folder: Path) -> float:
    program, words = ("many_objects.py", ()) if kind == "objects" else ("many.py", (kind, MANY))
    trace = folder / "many.srt"
    process = way.start(HERE / program, *words, trace=trace, output=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{kind}, {way.name}: ended with {process.returncode}")
    return usage.ru_maxrss / 1024
