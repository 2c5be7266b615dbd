"""What a user does with traces, done with all that are committed: each command, in each format.

usage: every_command.py [--of K/N] PROGRAM [WORD...]: how `staleread` is started, under valgrind say. With --of, every N-th
trace from the K-th on. Prints what ended otherwise than commands end, or what a sanitizer complained of; ends with 1 then.

What is found is asked of the program itself, so that each finding can be shown, sliced and packed.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOGS = ROOT / "tests" / "fuzz" / "corpus" / "std"
COMPLAINTS = ("==ERROR", "==WARNING", "WARNING: ThreadSanitizer", "runtime error:")
SHOWN = 4000

Words = list[str]


def with_one(trace: Path, name: str, folder: Path) -> Iterator[Words]:
    path = str(trace)
    yield ["analyze", "--format", "json", "--confidence", "low", "-o", str(folder / f"{name}.json"), path]
    yield (
        ["analyze", "--follow", "--memory", "1M", "--verbose", path]
        if trace.parent.name != "broken"
        else ["info", path]
    )
    yield ["dump", "--numbers", "--times", path]
    for target in ("perfetto", "chrome"):
        yield ["export", "--to", target, "-o", str(folder / f"{name}.{target}"), path]


def with_findings(trace: Path, name: str, folder: Path) -> Iterator[Words]:
    path = str(trace)
    for finding in findings(folder / f"{name}.json"):
        to = str(folder / f"{name}.{finding}")
        yield ["show", finding, path]
        yield ["slice", "--finding", finding, "-o", f"{to}.srt", path]
        yield ["slice", "--redact", "--finding", finding, "-o", f"{to}.redacted.srt", path]
        yield ["bundle", "--finding", finding, "-o", f"{to}.zip", path]


def with_all(traces: list[Path], names: list[str], folder: Path) -> Iterator[Words]:
    paths = [str(trace) for trace in traces]
    reports = [str(folder / f"{name}.json") for name in names if (folder / f"{name}.json").exists()]
    judged = [path for path, name in zip(paths, names, strict=True) if (folder / f"{name}.json").exists()]
    yield ["analyze", *paths]
    yield ["info", *paths]
    for form in ("text", "json", "markdown", "html", "sarif", "junit", "github"):
        yield ["analyze", "--jobs", "4", "--confidence", "low", "--format", form, *judged]
    yield ["analyze", "--write-baseline", str(folder / "known.json"), *judged]
    for form in ("text", "json", "markdown", "html", "sarif"):
        yield ["merge", "--format", form, *reports]
    for form in ("text", "json", "markdown"):
        for one, other in itertools.pairwise(paths):
            yield ["diff", "--format", form, one, other]
        yield ["diff", "--format", form, reports[0], reports[-1]]
    for log in sorted(LOGS.iterdir()):
        yield ["import", "--from", "std", "-o", str(folder / f"{log.name}.srt"), str(log)]
    yield from (["help"], ["help", "--man"], ["completion", "bash"], ["explain", "lost-update"], ["version"])


def findings(report: Path) -> list[str]:
    try:
        found = json.loads(report.read_text(encoding="utf-8"))["findings"]
    except FileNotFoundError:  # of a trace that cannot be judged
        return []
    return sorted({finding["id"] for finding in found})


def wrong(program: Words, words: Words) -> str:
    """What is wrong with how the command ended; nothing, if nothing is."""
    environment = {**os.environ, "NO_COLOR": "1"}
    done = subprocess.run([*program, *words], capture_output=True, env=environment, check=False)
    said = done.stderr.decode(errors="replace")
    refused = done.returncode == 2 and any("broken" in word for word in words)
    if (done.returncode in (0, 1) or refused) and not any(complaint in said for complaint in COMPLAINTS):
        return ""
    return f"status {done.returncode} of {' '.join(words)[:200]}\n{said[-SHOWN:]}"


def stages(traces: list[Path], folder: Path) -> Iterator[list[Words]]:
    """One after the other: what is found has to be known before it is asked for."""
    names = [f"{trace.parent.name}-{trace.stem}" for trace in traces]
    both = list(zip(traces, names, strict=True))
    yield [words for trace, name in both for words in with_one(trace, name, folder)]
    yield [words for trace, name in both for words in with_findings(trace, name, folder)]
    yield list(with_all(traces, names, folder))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--of", default="0/1")
    parser.add_argument("program", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    program: Words = options.program
    first, step = map(int, options.of.split("/"))
    traces = sorted(ROOT.glob("traces/*/*.srt"))[first::step]
    count = complaints = 0
    with tempfile.TemporaryDirectory() as made, ThreadPoolExecutor(os.cpu_count()) as pool:
        for commands in stages(traces, Path(made)):
            for complaint in pool.map(lambda words: wrong(program, words), commands):
                count += 1
                if complaint:
                    complaints += 1
                    print(complaint, flush=True)
    print(f"{count} commands, {complaints} went wrong")
    return bool(complaints) or not count


if __name__ == "__main__":
    sys.exit(main())
