"""Random programs of threads, judged by the analyzer, by a slow reference, and by RAPID: `./dev threads [--count N]`.

Compared are the accesses that race by happens-before, and whether blocks are atomic. Ends with 1 where two differ, and
prints the first such log, made smaller. RAPID (https://github.com/umangm/rapid) is taken from RAPID_CLASSPATH, the class
path of a built one; without it the reference alone is asked.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import std_log
from std_answers import RAPID, Rapid, against_rapid, against_reference, class_path, report
from std_log import Event
from std_programs import SHAPES, interleaved, program, shape_of
from std_smaller import smaller

log_sizes = (60, 1, 1, 1, 1, 1, 5, 30)
"""So many programs in one log, in turn: alone, or among others that have nothing to do with them."""


class Campaign:
    """Many programs, log by log."""

    def __init__(self, folder: Path, rapid: Rapid | None) -> None:
        self.folder = folder
        self.rapid = rapid
        self.counts: Counter[str] = Counter()

    def differences(self, log: list[Event]) -> list[str]:
        said = report(log, self.folder)
        found = against_reference(log, said)
        if self.rapid is not None:
            found += against_rapid(log, said, self.rapid)
        self.counts.update(races=len(said.racy), predicted=len(said.predicted), broken=len(said.broken))
        return found

    def run(self, seed: int, count: int) -> list[Event] | None:
        """The first log on which two differ."""
        for seeds in in_logs(seed, count):
            log, _ = interleaved(seeds[0], [program(each, f"p{each}") for each in seeds])
            self.counts.update(programs=len(seeds), logs=1, events=len(log))
            if self.differences(log):
                return log
        return None

    def summary(self) -> str:
        counts = self.counts
        lines = [
            f"{counts['programs']} programs of {len(SHAPES)} shapes in {counts['logs']} logs, {counts['events']} events",
            f"{counts['races']} accesses race, {counts['predicted']} pairs could, "
            f"{counts['broken']} programs are not atomic",
        ]
        if self.rapid is not None:
            failed = ", ".join(f"{engine} {count}" for engine, count in self.rapid.silent.items()) or "none"
            lines.append(
                f"of RAPID: engines that failed: {failed}; Aerodrome missed {self.rapid.missed} of AerodromeBasic"
            )
        return "\n".join(lines)


def in_logs(seed: int, count: int) -> Iterator[range]:
    last, turn = seed + count, 0
    while seed < last:
        size = min(log_sizes[turn % len(log_sizes)], last - seed)
        yield range(seed, seed + size)
        seed, turn = seed + size, turn + 1


def show(campaign: Campaign, log: list[Event]) -> None:
    shapes = {shape_of(int(event.thread[1:].split("T")[0])) for event in log}
    print(
        f"two differ on a log of {len(log)} events ({', '.join(sorted(shapes))}); made smaller:", flush=True
    )
    small = smaller(log, lambda events: bool(campaign.differences(events)))
    print("\n" + std_log.text(small))
    print("\n".join(campaign.differences(small)))


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev threads", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the first program")
    parser.add_argument("--count", type=int, default=1000, help="how many programs")
    words = parser.parse_args()
    print(f"seed {words.seed}", flush=True)
    with ExitStack() as open_things:
        folder = Path(open_things.enter_context(tempfile.TemporaryDirectory(prefix="staleread-")))
        path = class_path()
        if path is None:
            print(f"without {RAPID}, the class path of a built RAPID, only the reference is asked")
        campaign = Campaign(folder, open_things.enter_context(Rapid(path)) if path is not None else None)
        log = campaign.run(words.seed, words.count)
        print(campaign.summary(), flush=True)
        if log is None:
            return 0
        show(campaign, log)
        return 1


if __name__ == "__main__":
    sys.exit(main())
