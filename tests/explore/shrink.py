"""Makes a program on which the two sides differ as small as it goes, with the same difference left.

Every round tries all the programs that are one cut smaller, in one recording, each under a few schedules.
"""

from __future__ import annotations

from collections.abc import Callable

from compare import Case, Disagreement, compare, new_scores, prepare_for, report
from cuts import cuts

rounds_max = 60
schedules_tried = 4

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
    tried = []
    for number, program in enumerate(cuts(case.program)):
        for variant in range(schedules_tried):
            seed = None if variant == 0 else variant
            tried.append(prepare_for(program, f"cut{number}_{variant}", case.answers, seed, case.bounds))
    if tried:
        report(tried)
    for candidate in tried:
        left = _differing(candidate, matching)
        if left:
            return candidate, left
    return None
