"""Does instrumenting change what a program does? `./dev differential programs|library|suites [...]`.

`programs` runs functions made at random, plain and instrumented, and compares all that can be observed; `library` compares
every module of the standard library, imported plain and instrumented; `suites` runs CPython's own tests with the standard
library and the tests instrumented. Ends with 1 where something differs.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import warnings
from pathlib import Path

from cpython_tests import SUITES, compare_suites
from differ import TRACED, Difference, differences, is_valid
from grammar_program import Program, make_program
from smaller import smaller
from standard_library import compare_library, library_modules

RECORDED_HELP = "with a recording that runs, not with hooks that only pass on what they are given"
BUILD = Path(__file__).resolve().parents[2] / "build" / "differential"


def program_of(seed: int) -> tuple[Program, random.Random]:
    choices = random.Random(seed)
    return make_program(choices.randrange), choices


class Campaign:
    """Many programs, one after the other."""

    def __init__(self) -> None:
        self.programs = self.lines = self.invalid = 0
        self.found: list[tuple[int, Program, Difference]] = []

    def run(self, seeds: range, until: float = float("inf")) -> None:
        for seed in seeds:
            if time.monotonic() > until:
                break
            program, choices = program_of(seed)
            if not is_valid(program.text):
                self.invalid += 1
                continue
            self.programs += 1
            self.lines += program.text.count("\n")
            self.found += [(seed, program, difference) for difference in differences(program, choices)[:1]]

    def of(self, traced: bool) -> list[tuple[int, Program, Difference]]:
        return [found for found in self.found if (found[2].how == TRACED) == traced]

    def __str__(self) -> str:
        return (
            f"{self.programs} programs of {self.lines} lines (and {self.invalid} that Python refuses): "
            f"{len(self.of(False))} do something else, {len(self.of(True))} look different to a debugger"
        )


def show(seed: int, program: Program, difference: Difference) -> None:
    def differs(other: Program) -> bool:
        choices = random.Random(seed)
        make_program(choices.randrange)
        return any(found.how == difference.how for found in differences(other, choices))

    small = smaller(program, differs)
    lines = [f"{number:>4}  {line}" for number, line in enumerate(small.text.splitlines(), 1)]
    print(f"\nseed {seed}\n" + "\n".join(lines) + f"\n{difference}", flush=True)


def programs(words: argparse.Namespace) -> int:
    campaign = Campaign()
    until = time.monotonic() + words.seconds if words.seconds else float("inf")
    campaign.run(range(words.seed, words.seed + words.count), until)
    print(f"seed {words.seed}: {campaign}", flush=True)
    for seed, _, difference in campaign.found:
        print(f"  seed {seed} differs: {difference.how}", flush=True)
    for traced in (False, True):
        for found in sorted(campaign.of(traced), key=lambda found: len(found[1].text))[: words.show]:
            show(*found)
    return 1 if campaign.of(False) else 0


def library(words: argparse.Namespace) -> int:
    compared, found = compare_library(BUILD / "library", words.modules or library_modules(), words.recorded)
    print("\n".join([*found, f"{compared} modules: {len(found)} differ"]), flush=True)
    return 1 if found else 0


def suites(words: argparse.Namespace) -> int:
    found = compare_suites(BUILD / "suites", words.suites or list(SUITES), words.recorded)
    for title, tests in (("differs", found.differing), ("flaky", found.flaky), ("not run", found.without)):
        print("\n".join(f"{title}: {test}" for test in tests), end="\n" if tests else "")
    ended = f"{len(found.differing)} end differently, {found.known} because of what is known, {len(found.flaky)} are flaky"
    print(f"{found.tests} tests: {ended}", flush=True)
    return 1 if found.differing else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev differential", description=(__doc__ or "").splitlines()[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    verb = verbs.add_parser("programs", help="functions made at random")
    verb.add_argument("--seed", type=int, default=int(time.time()), help="of the first program")
    verb.add_argument("--count", type=int, default=1000, help="how many programs")
    verb.add_argument("--seconds", type=int, default=0, help="at most for so long")
    verb.add_argument("--show", type=int, default=1, help="how many examples, made smaller")
    verb.set_defaults(run=programs)
    verb = verbs.add_parser("library", help="the modules of the standard library")
    verb.add_argument("modules", nargs="*", metavar="MODULE", help="these, instead of all")
    verb.add_argument("--recorded", action="store_true", help=RECORDED_HELP)
    verb.set_defaults(run=library)
    verb = verbs.add_parser("suites", help="CPython's own tests")
    verb.add_argument("suites", nargs="*", metavar="NAME", help="these, like `dataclasses`, instead of all")
    verb.add_argument("--recorded", action="store_true", help=RECORDED_HELP)
    verb.set_defaults(run=suites)
    words = parser.parse_args()
    warnings.simplefilter("ignore")
    return int(words.run(words))


if __name__ == "__main__":
    sys.exit(main())
