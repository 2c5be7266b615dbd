"""What each side says about a log: the analyzer, the reference, and RAPID where there is one.

An answer has every access that races with an earlier one, by variable and location, and the programs of the log whose
blocks are not atomic. Names of a program begin with its own prefix, so that many fit into one log.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any

import std_log
import std_reference
import tool
from std_log import Event

RAPID = "RAPID_CLASSPATH"
"""In the environment, where a built RAPID is: https://github.com/umangm/rapid."""

Races = set[tuple[str, int]]
Pairs = set[tuple[int, int]]


@dataclass(frozen=True)
class Reported:
    """By the analyzer."""

    racy: Races
    racy_count: int
    """As findings count them."""
    predicted: Pairs
    broken: set[str]
    """Programs whose blocks are not atomic."""


def report(events: Iterable[Event], folder: Path) -> Reported:
    log, trace = folder / "log.std", folder / "log.srt"
    log.write_text("".join(event.line() + "\n" for event in events))
    done = tool.run(tool.ANALYZER, "import", "--from", "std", log, "-o", trace)
    assert done.returncode == 0, done.stderr
    findings: list[dict[str, Any]] = tool.analyze(trace)["findings"]
    races = [each for each in findings if each["kind"] == "data-race"]
    observed = [each for each in races if each["status"] == "observed"]
    return Reported(
        racy={(each["cell"]["text"], each["last"]["line"]) for each in observed},
        racy_count=sum(each["count"] for each in observed),
        predicted={
            (each["first"]["line"], each["last"]["line"]) for each in races if each["status"] == "predicted"
        },
        broken={program_of(each["first"]["actor"]) for each in findings if each["kind"] == "atomicity"},
    )


def programs_of(log: Iterable[Event]) -> dict[str, list[Event]]:
    """By what all names of a program begin with."""
    programs: dict[str, list[Event]] = defaultdict(list)
    for event in log:
        programs[program_of(event.thread)].append(event)
    return programs


def program_of(thread: str) -> str:
    return thread.split("T")[0]


def against_reference(log: list[Event], said: Reported) -> list[str]:
    """Where the analyzer and the reference differ."""
    programs = programs_of(log).values()
    truth = set[tuple[str, int]]().union(*map(std_reference.racy, programs))
    could = set[tuple[int, int]]().union(*map(std_reference.could_race, programs))
    broken = {
        program_of(events[0].thread) for events in programs if not std_reference.is_serializable(events)
    }
    found = _by_both(truth, said, broken, "the reference")
    if said.racy_count != len(said.racy):
        found.append(f"{said.racy_count} accesses are counted, but {len(said.racy)} race")
    found += [
        f"{one} and {other}: predicted, but cannot race" for one, other in sorted(said.predicted - could)
    ]
    return found


def against_rapid(log: list[Event], said: Reported, rapid: Rapid) -> list[str]:
    """Where the analyzer and RAPID differ. Not asked about threads that are forked again after they were joined: to RAPID a
    join ends no epoch of the thread that was joined, so that whatever it does later came before the join, too."""
    programs = {name: events for name, events in programs_of(log).items() if not forks_again(events)}
    known = {event.location for events in programs.values() for event in events}
    atomic = {name: rapid.is_atomic(events) for name, events in programs.items()}
    clear = replace(
        said,
        racy={(name, line) for name, line in said.racy if line in known},
        broken={name for name in said.broken if atomic.get(name) is not None},
    )
    racy = rapid.racy([event for event in log if event.location in known])
    return _by_both(racy, clear, {name for name, answer in atomic.items() if answer is False}, "RAPID")


def forks_again(events: list[Event]) -> bool:
    """Whether a thread has the name of one that was joined."""
    joined = set()
    for event in events:
        if event.operation == "join":
            joined.add(event.operand)
        elif event.operation == "fork" and event.operand in joined:
            return True
    return False


def _by_both(racy: Races, said: Reported, broken: set[str], other: str) -> list[str]:
    found = [f"{name} at line {line}: races by {other} alone" for name, line in sorted(racy - said.racy)]
    found += [
        f"{name} at line {line}: races by the analyzer alone" for name, line in sorted(said.racy - racy)
    ]
    found += [f"program `{name}`: not atomic by {other} alone" for name in sorted(broken - said.broken)]
    return found + [
        f"program `{name}`: not atomic by the analyzer alone" for name in sorted(said.broken - broken)
    ]


class Rapid:
    """One process of Java that is asked again and again."""

    def __init__(self, class_path: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="staleread-")
        self._java = subprocess.Popen(
            ["java", "-cp", class_path, str(Path(__file__).with_name("RunMany.java"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.silent: Counter[str] = Counter()
        """By engine: so many logs it had no answer to."""
        self.missed = 0
        """So many logs that AeroDrome says nothing is wrong with, and AeroDrome without optimizations does."""

    def __enter__(self) -> Rapid:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._java.communicate()
        self._folder.cleanup()

    def racy(self, events: list[Event]) -> Races:
        """By happens-before: `HB` looks at each access, `HBEpoch` forgets what raced."""
        said = self._ask("HB", events)
        found = re.findall(r"^Race detected at event (\d+) ", said or "", re.MULTILINE)
        assert said is not None and "Analysis complete" in said, said
        return {(events[int(each) - 1].operand, events[int(each) - 1].location) for each in found}

    def is_atomic(self, events: list[Event]) -> bool | None:
        """By AeroDrome, as it is and without its optimizations; None: neither says anything.

        The optimized one forgets a block that it takes to have nothing before it too early, and misses circles; or fails."""
        answers = {engine: self._atomic_by(engine, events) for engine in ("Aerodrome", "AerodromeBasic")}
        self.silent.update(engine for engine, answer in answers.items() if answer is None)
        if answers["AerodromeBasic"] is False and answers["Aerodrome"]:
            self.missed += 1
        return None if set(answers.values()) == {None} else False not in answers.values()

    def _atomic_by(self, engine: str, events: list[Event]) -> bool | None:
        said = self._ask(engine, events)
        assert said is None or "Analysis complete" in said, said
        return said if said is None else "No atomicity violation detected" in said

    def _ask(self, engine: str, events: list[Event]) -> str | None:
        assert self._java.stdin is not None and self._java.stdout is not None
        log = Path(self._folder.name) / "log.std"
        # Every event of RAPID's has an operand but `begin` and `end`, which may have one.
        log.write_text(std_log.text(events))
        print(engine, "-f", "std", "-v", "1", "-p", log, sep="\t", file=self._java.stdin, flush=True)
        said = []
        for line in self._java.stdout:
            if not line.startswith(" "):
                break
            said.append(line[1:])
        else:
            raise SystemExit(f"RAPID does not start: is {RAPID} the class path of a built one?")
        if line.startswith("threw java.lang.NullPointerException"):
            return None
        assert line == "done\n", line
        return "".join(said)


def class_path() -> str | None:
    return os.environ.get(RAPID)
