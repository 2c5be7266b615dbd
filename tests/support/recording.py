"""What a recording of a program gives to a test."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from trace_reader import Trace, read_trace

ROOT = Path(__file__).resolve().parents[2]
SECONDS_MAX = 300
"""What hangs is ended then. Nothing takes a tenth of it, but a machine may have other things to do."""


@dataclass
class Recording:
    status: int
    stdout: str
    stderr: str
    path: Path

    @property
    def trace(self) -> Trace:
        return read_trace(self.path)


Record = Callable[..., Recording]


def environment(path: Sequence[str] = ()) -> dict[str, str]:
    """That of a process which finds the agent, and modules in the folders of `path`."""
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "pyagent"), *path]),
        "PYTHONHASHSEED": "0",
    }


TraceOf = Callable[..., Trace]


def run_python(folder: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Python with these words in a folder, where it finds the agent; `variables` are added to its environment."""
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env={**environment(), **variables},
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )
