"""A command bare and the same command recorded: what both did, so that a test can say that it is the same."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from recording import SECONDS_MAX, environment
from trace_reader import Trace, read_trace

_CHANGING = (
    (re.compile(r"0x[0-9a-f]{6,}"), "0x…"),
    (re.compile(r"\b\d+\.\d+ ?s(econds)?\b"), "…s"),
    (re.compile(r"pytest-\d+"), "pytest-…"),
)


@dataclass
class Outcome:
    status: int
    stdout: str
    stderr: str


@dataclass
class Both:
    bare: Outcome
    recorded: Outcome
    path: Path

    @property
    def trace(self) -> Trace:
        return read_trace(self.path)

    def assert_same(self) -> None:
        """And nothing was lost of the recording."""
        assert vars(self.recorded) == vars(self.bare)
        end = self.trace.end
        assert end is not None and "off" not in end, end


def run_both(
    folder: Path,
    *command: str,
    flags: Sequence[str] = (),
    folders: Sequence[str] = (),
    variables: dict[str, str] | None = None,
    stdin: str = "",
) -> Both:
    """`command` is what stands behind `python`, such as `program.py` or `-m pytest`; flags are the interpreter's own."""
    path = folder / "trace.srt"
    environ = {**environment(folders), **(variables or {})}
    record = ("-m", "staleread", "record", "--quiet", "-o", str(path))

    def outcome(*words: str) -> Outcome:
        done = subprocess.run(
            [sys.executable, *flags, *words],
            cwd=folder,
            env=environ,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=SECONDS_MAX,
            check=False,
        )
        return Outcome(done.returncode, settled(done.stdout), settled(done.stderr))

    return Both(outcome(*command), outcome(*record, *command), path)


def settled(text: str) -> str:
    """Without what is never twice the same: addresses, times, temporary folders."""
    for pattern, replacement in _CHANGING:
        text = pattern.sub(replacement, text)
    return text
