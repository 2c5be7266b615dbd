"""Runs the C program as a user would. Which one: the environment's STALEREAD_PROGRAM, or what `./dev build` left."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import terminal

# Texts are compared: nothing that tells programs how to show things may come from who runs the tests.
for name in terminal.VARIABLES:
    os.environ.pop(name, None)

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("STALEREAD_PROGRAM", ROOT / "build" / "release" / "staleread"))

# What a sanitizer's exit status is set to below: none of the program's own.
SANITIZER_STATUS = 99


@dataclass(frozen=True)
class Outcome:
    status: int
    out: str
    err: str


class Program:
    """Calls the program; whatever it is asked, it neither crashes nor hangs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(
        self, *words: str | Path, stdout: int | None = None, timeout: float = 60, **environment: str
    ) -> Outcome:
        done = subprocess.run(
            [PROGRAM, *words],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if stdout is None else stdout,
            stderr=subprocess.PIPE,
            timeout=timeout,
            env={
                **os.environ,
                "ASAN_OPTIONS": f"exitcode={SANITIZER_STATUS}",
                "UBSAN_OPTIONS": f"print_stacktrace=1:exitcode={SANITIZER_STATUS}",
                **environment,
            },
            check=False,
        )
        out = (done.stdout or b"").decode(errors="surrogateescape")
        err = done.stderr.decode(errors="surrogateescape")
        assert done.returncode in (0, 1, 2), f"status {done.returncode} of {words}\n{err}"
        assert "Sanitizer" not in err and "runtime error" not in err, err
        return Outcome(done.returncode, out, err)


def blocks(out: str) -> dict[str, dict[str, str]]:
    """What `info` printed, by file and by name."""
    found: dict[str, dict[str, str]] = {}
    for line in out.splitlines():
        if not line.startswith(" "):
            found[line] = {}
            block = found[line]
            continue
        name, value = line[2:17].strip(), line[17:]
        block[name or "reasons"] = value if name else block.get("reasons", "") + value + "\n"
    return found


@pytest.fixture
def staleread(tmp_path: Path) -> Program:
    """The program, run in an empty folder."""
    return Program(tmp_path)
