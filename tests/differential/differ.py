"""One program plain and instrumented, under several plans: where the two differ.

In: a program's text. Out: the first differences, or none. It is instrumented once, and run with hooks that only pass on what
they are given, with those of a recorder, and with those that are in C.
"""

from __future__ import annotations

import ast
import gc
import random
import sys
from dataclasses import dataclass, replace
from itertools import zip_longest
from unittest.mock import patch

from grammar_program import Program
from staleread._options import Options
from staleread._record import accelerated
from staleread._record.hooks import make_hooks, make_pass_throughs
from staleread._record.recorder import Recorder
from staleread._rewrite.cache import Cache
from staleread._rewrite.portable import Portable
from staleread._rewrite.rewriter import Rewriter
from transcript import EVENTS, Plan, Transcript, transcript
from world import SUBJECT

TRACED = "traced"
RECORDED, ACCELERATED = "recorder", "accelerator"
RECORDERS = (RECORDED, ACCELERATED) if accelerated.IS_THERE else (RECORDED,)


@dataclass(frozen=True)
class Difference:
    how: str
    """`pass-through`, `recorder`, `accelerator` (a recorder's hooks in C), or `traced`: with pass-throughs, and a debugger
    looking on."""
    plan: Plan
    plain: str
    instrumented: str
    before: list[str]
    """The last lines on which both agree."""

    def __str__(self) -> str:
        agreed = "".join(f"      {line}\n" for line in self.before[-4:])
        return f"{self.how}, {self.plan}\n{agreed}    - {self.plain}\n    + {self.instrumented}"


class _Once(Cache):
    """What a program's rewriting came to: it takes long, and both recorders need it."""

    made: Portable | None = None

    def __init__(self) -> None:
        pass

    def read(self, source: bytes, path: str, bytecode: str | None) -> Portable | None:
        return self.made

    def write(self, source: bytes, path: str, bytecode: str | None, made: Portable) -> None:
        self.made = made


class Recorded:
    """A program's code with the hooks of a recorder, in C or in Python."""

    def __init__(self, text: str, how: str, rewritten: Cache) -> None:
        self.how = how
        self.off: list[str] = []
        """Why the recorder switched itself off."""
        with patch.object(accelerated, "IS_THERE", how == ACCELERATED):
            self.recorder = Recorder(Options("", "/"), self.off.append)
            self.hooks = make_hooks(self.recorder)
        self.rewriter = Rewriter(self.recorder.sites, make_pass_throughs())
        self.rewriter.on_code = self.recorder.frames.on_code
        self.rewriter.on_note = self.off.append
        self.rewriter.cache = rewritten
        self.code = self.rewriter.load(text.encode(), SUBJECT, None, "subject", SUBJECT)

    def transcript(self, plan: Plan) -> Transcript:
        self.rewriter.bind(self.hooks)
        self.rewriter.set_alone(True)
        try:
            return transcript(self.code, plan, lambda: self.recorder.identity.release(gc.is_tracked))
        finally:
            self.rewriter.set_alone(False)
            self.rewriter.bind(make_pass_throughs())
            self.recorder.identity.forget_all()
            self.recorder.buffer.take(len(self.recorder.buffer))


class Subject:
    """A program's code, plain and instrumented."""

    def __init__(self, text: str) -> None:
        self.plain = compile(text, SUBJECT, "exec", dont_inherit=True)
        rewritten = _Once()
        self.recorded = [Recorded(text, how, rewritten) for how in RECORDERS]
        self.instrumented = self.recorded[0].code


def differences(program: Program, choices: random.Random, plans: int = 3) -> list[Difference]:
    """The first of each sort. Before each instrumented run comes a plain one: the interpreter runs code in another way
    that ran often enough, and that shows in columns."""
    subject = Subject(program.text)
    found: list[Difference] = []
    fails_at = throws_at = 0
    for number in range(plans):
        plan = Plan(program.entries, fails_at, throws_at)
        plain = transcript(subject.plain, plan)
        _compare("pass-through", plan, _told(plain), _told(transcript(subject.instrumented, plan)), found)
        for recorded in subject.recorded:
            plain = transcript(subject.plain, plan)
            told = _told(recorded.transcript(plan))
            _compare(recorded.how, plan, _told(plain), [*told, *recorded.off], found)
        if number == 0:
            _compare_traced(subject, plan, found, _withs(program.text))
        fails_at = choices.randint(1, plain.operations) if plain.operations else 0
        throws_at = choices.randint(1, 4)
        if found:
            break
    return found


def _compare_traced(subject: Subject, plan: Plan, found: list[Difference], withs: set[int]) -> None:
    traced = replace(plan, traced=True)
    plain, instrumented = transcript(subject.plain, traced), transcript(subject.instrumented, traced)
    _compare(TRACED, traced, _lines(plain, withs), _lines(instrumented, withs), found, withs)


def _withs(text: str) -> set[int]:
    """The lines of `with` statements and of what they manage."""
    found: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.With, ast.AsyncWith)):
            found |= {node.lineno, *(item.context_expr.lineno for item in node.items)}
    return found


def _lines(run: Transcript, withs: set[int]) -> list[str]:
    """Without the same line twice in a row, whatever our objects say in between: CPython 3.10 and 3.12 see a line again
    behind instructions that have none. Without lines of CPython 3.11 that do not run, and without how generators are closed
    in which nothing looks out for that: from CPython 3.13 on nobody is told, and when one goes is for other tests."""
    found, last = [], ""
    told = _told(run)
    for place, line in enumerate(told):
        is_event = line.startswith(EVENTS)
        if not (is_event and (line == last or _is_made_up(line, told[place + 1], withs))):
            found.append(line)
        last = line if is_event else last
        if _is_closed(found[-3:]):
            del found[-3:]
    return found


def _is_made_up(line: str, following: str, withs: set[int]) -> bool:
    """Where an exception leaves a `finally`, CPython 3.11 tells of the last line of that: the frame stays on another."""
    if sys.version_info[:2] != (3, 11) or not line.startswith("line ") or not following.startswith("return "):
        return False
    (_, name, number, *_), (_, returning, left) = line.split(), following.split()
    return name == returning and left not in (number, "None") and int(number) not in withs


def _is_closed(events: list[str]) -> bool:
    kinds = [event.split(maxsplit=1) for event in events]
    return (
        [kind[0] for kind in kinds] == ["call", "exception", "return"]
        and kinds[1][1] == f"{kinds[0][1]} GeneratorExit()"
        and kinds[2][1] == kinds[0][1]
    )


def _told(run: Transcript) -> list[str]:
    """Temporary objects may outlive a part of their statement, and built-in containers a step, and so what is in them does:
    when things go is for other tests. Here they have to go in the end."""
    return [
        *[line for line in run.lines if not line.endswith(" died")],
        f"gone in the end: {sorted(run.deaths)}",
    ]


def _compare(
    how: str,
    plan: Plan,
    plain: list[str],
    instrumented: list[str],
    found: list[Difference],
    withs: set[int] | frozenset[int] = frozenset(),
) -> None:
    for place, (one, other) in enumerate(zip_longest(plain, instrumented, fillvalue="(nothing)")):
        if one != other and not _same_return(one, other, withs):
            found.append(Difference(how, plan, one, other, plain[:place]))
            return


def _same_return(plain: str, instrumented: str, withs: set[int] | frozenset[int]) -> bool:
    """A function that ends where several ways meet may return without a line, as functions of `with` statements do; and one
    that an exception leaves through a `with` on the line of that."""
    if not plain.startswith("return ") or not instrumented.startswith(f"{plain.rpartition(' ')[0]} "):
        return False
    line = instrumented.rpartition(" ")[2]
    return line == "None" or (line.isdecimal() and int(line) in withs)


def is_valid(text: str) -> bool:
    """Python's grammar has rules that are easier to ask for than to keep."""
    try:
        compile(ast.parse(text), SUBJECT, "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True
