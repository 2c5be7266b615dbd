"""What can happen to a program: every schedule is run, or many where they are too many."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from interpret import Run
from ledger import Key
from loop import Schedule
from model import Program
from render import Text


@dataclass(frozen=True)
class Bounds:
    """How far to look: at most so many schedules of a program, and which (see loop.py)."""

    schedules_max: int = 1000
    by_rounds: bool = False


@dataclass
class Truth:
    """`possible`: the windows that some schedule lets a rival into, each with the lines of those rivals."""

    complete: bool = False
    schedules: int = 0
    possible: dict[Key, set[int]] = field(default_factory=dict)

    def add(self, run: Run) -> None:
        for key, lines in hit(run).items():
            self.possible.setdefault(key, set()).update(lines)


def hit(run: Run) -> dict[Key, set[int]]:
    """The windows that a rival's write fell into in this run, and the lines of those that changed the cell."""
    found: dict[Key, set[int]] = {}
    for window in run.ledger.windows:
        rivals = run.ledger.rivals(window)
        if rivals:
            changing = {write.line for write in rivals if write.value != window.read.value}
            found.setdefault(window.key(), set()).update(changing)
    return found


def run_once(program: Program, text: Text, answers: list[int], bounds: Bounds) -> tuple[Run, Schedule]:
    schedule = Schedule(answers)
    run = Run(program, text)
    run.execute(schedule, bounds.by_rounds)
    return run, schedule


def explore(program: Program, text: Text, bounds: Bounds, seed: int) -> Truth:
    """Depth first; a program that has more schedules gets as many random ones besides."""
    truth = Truth()
    answers: list[int] | None = []
    while answers is not None and truth.schedules < bounds.schedules_max:
        run, schedule = run_once(program, text, answers, bounds)
        truth.add(run)
        truth.schedules += 1
        answers = schedule.next()
    truth.complete = answers is None
    if not truth.complete:
        random = Random(seed)
        for _ in range(bounds.schedules_max):
            truth.add(random_run(program, text, random, bounds)[0])
            truth.schedules += 1
    return truth


def random_run(program: Program, text: Text, random: Random, bounds: Bounds) -> tuple[Run, list[int]]:
    taken: list[int] = []

    def choose(options: int) -> int:
        taken.append(random.randrange(options))
        return taken[-1]

    run = Run(program, text)
    run.execute(choose, bounds.by_rounds)
    return run, taken
