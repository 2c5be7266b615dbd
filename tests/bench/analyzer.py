"""How fast traces are analyzed, and in how much memory, against the bars that the analyzer has to keep.

In: a folder for what is generated, scenarios by name, and what to multiply their sizes by. Out: a table. Each row is
one run of the program, or the median of three; ratios are of runs in turn. A bar is kept or missed.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import tool

TOOLS = tool.ROOT / "build" / "release" / "tests" / "bench"
ROUNDS = 3
SEED = 1
CALLS = 40
"""Of a worker in a mixed trace: with these, some 21,000 workers make 10,000,000 events."""
SHORT_EVENTS = 10
"""A worker of one short call gives so many, one of n calls 7 n and a few."""
CELL_ACTORS = 10
RAPID = "RAPID_CLASSPATH"
"""In the environment, where a built RAPID is: https://github.com/umangm/rapid."""


@dataclass(frozen=True)
class Run:
    """What one command took."""

    seconds: float
    processor_seconds: float
    peak_bytes: int
    said: str


@dataclass(frozen=True)
class Bar:
    """What a figure may at most be, or has to be at least."""

    most: float | None = None
    least: float | None = None

    def kept(self, figure: float) -> bool:
        return (self.most is None or figure <= self.most) and (self.least is None or figure >= self.least)

    def __str__(self) -> str:
        return f"<= {self.most:g}" if self.most is not None else f">= {self.least:g}"


@dataclass
class Bench:
    """Where generated files go, and how large they are made."""

    folder: Path
    scale: float = 1.0

    def size(self, events: float) -> int:
        return max(1, int(events * self.scale))

    def generate(self, kind: str, size: int, calls: int, form: str = "trace", seed: int = SEED) -> Path:
        """A trace, or an STD file; made once."""
        path = self.folder / f"{kind}-{size}-{calls}-{seed}.{'std' if form == 'std' else 'srt'}"
        if not path.exists():
            words = [TOOLS / "generate", kind, form, str(size), str(calls), str(seed), path]
            subprocess.run([str(word) for word in words], check=True)
        return path

    def analyze(self, *traces: Path) -> Run:
        report = self.folder / "report.json"
        words = ("analyze", "--fail-on", "never", "--format", "json", "--output", report)
        return run(tool.ANALYZER, *words, *traces)

    def report(self) -> dict[str, object]:
        """Of the latest analysis."""
        loaded: dict[str, object] = json.loads((self.folder / "report.json").read_text())
        return loaded

    def findings(self) -> list[dict[str, object]]:
        """Of the latest analysis."""
        found = self.report()["findings"]
        assert isinstance(found, list) and found
        return found


def run(*command: str | Path) -> Run:
    words = [str(TOOLS / "measure"), *map(str, command)]
    result = subprocess.run(words, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise SystemExit(f"{command[0]} ended with {result.returncode}: {result.stderr}")
    wall, processor, peak = result.stderr.split()[-3:]
    return Run(float(wall), float(processor), int(peak) * 1024, result.stdout)


def median(measure: Callable[[], float], rounds: int = ROUNDS) -> float:
    return statistics.median(measure() for _ in range(rounds))


def in_turn(*measures: Callable[[], Run], rounds: int = ROUNDS) -> list[Run]:
    """Of each the run with the median time: what disturbs one, disturbs all."""
    taken = [[measure() for measure in measures] for _ in range(rounds)]
    return [sorted(of_one, key=lambda run: run.seconds)[rounds // 2] for of_one in zip(*taken, strict=True)]


# ---- the table ----


def heading() -> None:
    words = ("seconds", "processor", "M events/s", "peak MiB", "figure", "bar")
    print(f"{'':<40}" + "".join(f"{word:>11}" for word in words), flush=True)


def row(name: str, run: Run, events: int, figure: float | None = None, bar: Bar | None = None) -> None:
    processor = f"{run.processor_seconds:.3f}" if run.processor_seconds else ""
    speed = f"{events / run.seconds / 1e6:.2f}"
    peak = f"{run.peak_bytes / 2**20:.0f}" if run.peak_bytes else ""
    print(
        f"{name:<40}{run.seconds:>11.3f}{processor:>11}{speed:>11}{peak:>11}{judged(figure, bar)}", flush=True
    )


def line(name: str, figure: float, bar: Bar) -> None:
    print(f"{name:<84}{judged(figure, bar)}", flush=True)


def judged(figure: float | None, bar: Bar | None) -> str:
    if figure is None:
        return ""
    if bar is None:
        return f"{figure:>11.2f}"
    return f"{figure:>11.2f}{bar!s:>11}  {'kept' if bar.kept(figure) else 'MISSED'}"


# ---- scenarios ----


def mixed(bench: Bench) -> None:
    """10^7 events of 64 workers that do all that programs do, against zlib alone inflating the file."""
    events = bench.size(1e7)
    trace = bench.generate("mixed", events, CALLS)
    alone = median(lambda: float(run(TOOLS / "inflate", trace).said.split()[0]))
    (analyzed,) = in_turn(lambda: bench.analyze(trace))
    row(
        f"mixed: zlib alone, {trace.stat().st_size / events:.2f} bytes an event", Run(alone, 0, 0, ""), events
    )
    row("mixed: analyze, times zlib", analyzed, events, analyzed.seconds / alone, Bar(most=4))


def tasks(bench: Bench) -> None:
    """10^7 events by 10^6 short tasks against 10^3, the same steps."""
    events = bench.size(1e7)
    few = bench.generate("short", events, max(1, events // (7 * 1000)))
    many = bench.generate("short", events, 1)
    by_few, by_many = in_turn(lambda: bench.analyze(few), lambda: bench.analyze(many))
    row("tasks: 10^3", by_few, events)
    row("tasks: 10^6, times the time", by_many, events, by_many.seconds / by_few.seconds, Bar(most=1.5))
    line("tasks: 10^6, times the memory", by_many.peak_bytes / by_few.peak_bytes, Bar(most=1.5))


def forgotten(bench: Bench) -> None:
    """10^6 tasks and callbacks that nobody waits for, against 10^5 of them."""
    events = bench.size(1.3e7)
    few, many = bench.generate("forgotten", events // 10, 1), bench.generate("forgotten", events, 1)
    by_few, by_many = in_turn(lambda: bench.analyze(few), lambda: bench.analyze(many), rounds=1)
    row("forgotten: 10^5 tasks", by_few, events // 10)
    row("forgotten: 10^6 tasks, times the memory", by_many, events, by_many.peak_bytes / by_few.peak_bytes,
        Bar(most=1.2))  # fmt: skip


def long(bench: Bench) -> None:
    """10^8 events against 10^7 with the same live state: in a mixed run cells come to be written by others all the time."""
    events = bench.size(1e7)
    short_trace = bench.generate("steady", events, CALLS)
    long_trace = bench.generate("steady", 10 * events, CALLS)
    short_run, long_run = in_turn(
        lambda: bench.analyze(short_trace), lambda: bench.analyze(long_trace), rounds=1
    )
    row("long: 10^7 events", short_run, events)
    row("long: 10^8 events, times the time", long_run, 10 * events, long_run.seconds / short_run.seconds,
        Bar(most=11))  # fmt: skip
    line("long: 10^8 events, times the memory", long_run.peak_bytes / short_run.peak_bytes, Bar(most=1.2))
    long_trace.unlink()


def cells(bench: Bench) -> None:
    """10^6 cells, each touched by ten workers."""
    count = bench.size(1e6)
    (analyzed,) = in_turn(lambda: bench.analyze(bench.generate("cells", count, 0)), rounds=1)
    pairs = count * CELL_ACTORS
    row("cells: bytes for each cell and actor", analyzed, pairs, analyzed.peak_bytes / pairs, Bar(most=64))


def many(bench: Bench) -> None:
    """64 small traces at once: how many processors are busy."""
    events = bench.size(1e5)
    traces = [bench.generate("mixed", events, CALLS, seed=1 + i) for i in range(64)]
    at_once, one = in_turn(lambda: bench.analyze(*traces), lambda: bench.analyze(traces[0]))
    processors = len(os.sched_getaffinity(0))
    row("many: 64 traces, processors busy", at_once, 64 * events, at_once.processor_seconds / at_once.seconds,
        Bar(least=0.8 * processors))  # fmt: skip
    row("many: one of them", one, events)


def export(bench: Bench) -> None:
    """10^6 events as timelines, against analyzing them, which is done for each of them, too."""
    events = bench.size(1e6)
    trace = bench.generate("mixed", events, CALLS)
    files = {target: bench.folder / f"exported.{target}" for target in ("perfetto", "chrome")}
    words = [("export", "--to", target, "--output", file, trace) for target, file in files.items()]
    analyzed, *exported = in_turn(
        lambda: bench.analyze(trace), *(lambda each=each: run(tool.ANALYZER, *each) for each in words)
    )
    row("export: analyze alone", analyzed, events)
    for (target, file), taken in zip(files.items(), exported, strict=True):
        size = f"{file.stat().st_size / 1e6:.1f} MB"
        row(f"export: {target}, {size}, times analyze", taken, events, taken.seconds / analyzed.seconds,
            Bar(most=3))  # fmt: skip


def slices(bench: Bench) -> None:
    """Some findings of 2.6 x 10^7 events (100 MB), each sliced, one bundled, against analyzing them."""
    events = bench.size(2.6e7)
    trace = bench.generate("mixed", events, CALLS)
    small = bench.folder / "slice.srt"
    analyzed = bench.analyze(trace)
    found = [str(each["id"]) for each in bench.findings()]
    row(f"slice: analyze alone, {trace.stat().st_size / 1e6:.0f} MB", analyzed, events)
    for finding in (found[0], found[len(found) // 2], found[-1]):
        taken = run(tool.ANALYZER, "slice", "--finding", finding, "--output", small, trace)
        row(f"slice: {finding}, times analyze", taken, events, taken.seconds / analyzed.seconds, Bar(most=3))
        line("slice: times its memory", taken.peak_bytes / analyzed.peak_bytes, Bar(most=1.2))
        line("slice: kB", small.stat().st_size / 1e3, Bar(most=8))
    taken = run(tool.ANALYZER, "bundle", "--finding", found[0], "--output", bench.folder / "bug.zip", trace)
    row("slice: bundle, times analyze", taken, events, taken.seconds / analyzed.seconds, Bar(most=3))


def std(bench: Bench) -> None:
    """Threads in STD form, read and judged by happens-before, against RAPID's `HBEpoch`: 64 alive, and 10,000 short ones."""
    files = {
        ("64 alive", 50): bench.generate("mixed", bench.size(1e6), CALLS, form="std"),
        ("10,000 short", 1000): bench.generate("short", bench.size(4.2e5), 10, form="std"),
    }
    for (threads, bar), file in files.items():
        (ours,) = in_turn(lambda file=file: import_and_analyze(bench, file))  # type: ignore[misc]
        events = sum(1 for _ in file.open("rb"))
        if RAPID not in os.environ:
            row(f"std: {threads} threads", ours, events)
            continue
        rapid = rapid_run(file)
        row(f"std: {threads} threads, RAPID", rapid, events)
        row(
            f"std: {threads} threads, times RAPID", ours, events, rapid.seconds / ours.seconds, Bar(least=bar)
        )
    if RAPID not in os.environ:
        print(f"(without {RAPID}, the class path of a built RAPID, there is nothing to compare that with)")


def import_and_analyze(bench: Bench, file: Path) -> Run:
    """Both together; the larger memory."""
    trace = bench.folder / "imported.srt"
    first = run(tool.ANALYZER, "import", "--from", "std", "--output", trace, file)
    then = bench.analyze(trace)
    return Run(
        first.seconds + then.seconds,
        first.processor_seconds + then.processor_seconds,
        max(first.peak_bytes, then.peak_bytes),
        then.said,
    )


def rapid_run(file: Path) -> Run:
    """By the clock what RAPID itself says that its analysis took: without the start of Java."""
    whole = run("java", "-cp", os.environ[RAPID], "HBEpoch", "-f", "std", "-p", file)
    milliseconds = re.search(r"Time for analysis = (\d+) milliseconds", whole.said)
    if milliseconds is None:
        raise SystemExit(f"RAPID does not say how long it took: {whole.said[-500:]}")
    return Run(int(milliseconds[1]) / 1000, whole.processor_seconds, whole.peak_bytes, "")


SCENARIOS: dict[str, Callable[[Bench], None]] = {
    each.__name__: each for each in (mixed, tasks, forgotten, long, cells, many, export, slices, std)
}


def measure(folder: Path, names: Sequence[str], scale: float = 1.0) -> None:
    bench = Bench(folder, scale)
    heading()
    for name in names or SCENARIOS:
        SCENARIOS[name](bench)
