"""Where the two halves of staleread lie in a checkout, and how a test runs them."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import prepared
from recording import SECONDS_MAX

ROOT = Path(__file__).resolve().parents[2]
AGENT = ROOT / "pyagent"
ANALYZER = Path(os.environ.get("STALEREAD_PROGRAM", ROOT / "build" / "release" / "staleread"))


def environment() -> dict[str, str]:
    """That of a process which finds both."""
    # What the tests themselves were given stays: that is where another Python finds aiohttp.
    path = os.pathsep.join(filter(None, (str(AGENT), os.environ.get("PYTHONPATH"))))
    programs = os.pathsep.join((str(ANALYZER.parent), os.environ.get("PATH", os.defpath)))
    fixed = {"PYTHONPATH": path, "PATH": programs, "PYTHONHASHSEED": "0", "NO_COLOR": "1"}
    return {**os.environ, **fixed}


def run(*command: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """A program as its user starts it; what it prints and its status are the caller's to judge."""
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )


def record(program: Path, trace: Path, options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """`staleread record` of a script, from the script's own folder, as a user would."""
    words = ["-o", str(trace), *options, program.name]
    return prepared.record(program.parent, words, environment(), SECONDS_MAX)


def analyze(trace: Path, *options: str) -> dict[str, Any]:
    """The JSON report on a trace; fails loudly where there is none."""
    result = run(ANALYZER, "analyze", trace, "--format", "json", *options)
    assert result.returncode in (0, 1), f"analyze ended with {result.returncode}: {result.stderr}"
    report: dict[str, Any] = json.loads(result.stdout)
    return report
