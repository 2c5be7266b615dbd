"""Makes a program on which the two sides differ as small as it goes, with the same difference left.

Every round tries the programs that are one cut smaller, some in each recording, each under a few schedules, and goes on
with the first that will do.
"""

from __future__ import annotations

from collections.abc import Callable

from compare import Case, Disagreement, compare, new_scores, prepare_for, report
from cuts import cuts

rounds_max = 60
programs_at_once = 8
seeds = (None, 1, 2)
"""The schedules that a program is tried under: as before, as far as that goes, and two others."""

Matching = Callable[[Disagreement], bool]
Smaller = tuple[Case, list[Disagreement]]


def shrink(case: Case, matching: Matching) -> Smaller:
    """The smallest case found, with what still differs in it."""
    best, left = case, _differing(case, matching)
    for _ in range(rounds_max):
        smaller = _first_that_differs(best, matching)
        if smaller is None:
            break
        best, left = smaller
    return best, left


def _differing(case: Case, matching: Matching) -> list[Disagreement]:
    return [found for found in compare(case, new_scores()) if matching(found)]


def _first_that_differs(case: Case, matching: Matching) -> Smaller | None:
    programs = list(enumerate(cuts(case.program)))
    for first in range(0, len(programs), programs_at_once):
        tried = [
            prepare_for(program, f"cut{number}_{seed}", case.answers, seed, case.bounds)
            for number, program in programs[first : first + programs_at_once]
            for seed in seeds
        ]
        report(tried)
        for candidate in tried:
            left = _differing(candidate, matching)
            if left:
                return candidate, left
    return None
