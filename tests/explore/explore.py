"""Random programs against the truth: `./dev explore [--seed N] [--count N] [--show N]`.

Prints precision and recall by kind, status and confidence, and the smallest programs on which the two sides differ.
Ends with 1 where they differ on what was observed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from functools import partial

from compare import Case, Disagreement, Scores, compare, new_scores, prepare, report
from generate import generate
from shrink import shrink
from truth import Bounds

batch_programs = 100


class Campaign:
    """Many programs, batch by batch."""

    def __init__(self, seed: int, bounds: Bounds) -> None:
        self.seed = seed
        self.bounds = bounds
        self.scores: Scores = new_scores()
        self.programs = 0
        self.schedules = 0
        self.complete = 0
        self.differing: dict[str, list[Case]] = defaultdict(list)
        """By what differs, and how sure it is."""

    def run(self, count: int) -> None:
        for first in range(self.seed, self.seed + count, batch_programs):
            self._run_batch(range(first, min(first + batch_programs, self.seed + count)))

    def _run_batch(self, seeds: range) -> None:
        cases = [prepare(generate(seed), f"p{seed}", seed, self.bounds) for seed in seeds]
        report(cases)
        for case in cases:
            self.programs += 1
            self.schedules += case.truth.schedules
            self.complete += case.truth.complete
            for label in {found.label() for found in compare(case, self.scores)}:
                self.differing[label].append(case)

    def table(self) -> str:
        head = (
            f"{self.programs} programs from seed {self.seed}, {self.schedules} schedules, "
            f"{self.complete} programs under all of them\n"
        )
        rows = [
            f"{'kind':<23}{'status':<11}{'confidence':<11}  right  wrong missed unclear  precision  recall"
        ]
        for (kind, status, confidence), score in sorted(self.scores.items()):
            rows.append(
                f"{kind:<23}{status:<11}{confidence:<11}{score.right:>7}{score.wrong:>7}{score.missed:>7}"
                f"{score.unclear:>8}{score.precision():>11.4f}{score.recall():>8.4f}"
            )
        return head + "\n".join(rows)


def tell(case: Case, left: list[Disagreement]) -> str:
    """A small program and what each side says about it."""
    lines = [f"{number:>4}  {line}" for number, line in enumerate(str(case.text).splitlines(), 1)]
    said = [
        f"      analyzer: {kind} {first} -> {last}: {row['status']} {row['confidence']}"
        for (kind, first, last), row in sorted(case.reported.items())
    ]
    possible = [
        f"      truth:    {kind} {first} -> {last}: possible by {sorted(rivals)}"
        for (kind, first, last), rivals in sorted(case.truth.possible.items())
    ]
    differ = [f"   => {found.label()} {found.key[1]} -> {found.key[2]}" for found in left]
    return "\n".join([*lines, f"      schedule: {case.answers}", *possible, *said, *differ])


def _is_called(label: str, found: Disagreement) -> bool:
    return found.label() == label


def show(campaign: Campaign, count: int) -> None:
    """The smallest of each sort of difference, made smaller."""
    for label, cases in sorted(campaign.differing.items()):
        print(f"\n{label}: {len(cases)} programs", flush=True)
        for case in sorted(cases, key=lambda case: len(case.text.lines))[:count]:
            small, left = shrink(case, partial(_is_called, label))
            print(f"\n  from {case.name}\n{tell(small, left)}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev explore", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the first program")
    parser.add_argument("--count", type=int, default=500, help="how many programs")
    parser.add_argument("--schedules", type=int, default=1000, help="at most so many for each program")
    parser.add_argument("--show", type=int, default=1, help="how many examples of each difference")
    parser.add_argument("--by-rounds", action="store_true", help="only what asyncio's own loop does today")
    words = parser.parse_args()
    print(f"seed {words.seed}", flush=True)
    campaign = Campaign(words.seed, Bounds(words.schedules, words.by_rounds))
    campaign.run(words.count)
    print(campaign.table(), flush=True)
    show(campaign, words.show)
    return 1 if any(" observed " in label for label in campaign.differing) else 0


if __name__ == "__main__":
    sys.exit(main())
