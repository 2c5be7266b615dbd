"""A forked child in which most tests record finds itself as if it had been started."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import prepared
import pytest
from recording import SECONDS_MAX, environment, run_python

PROGRAM = """
import sys
modules = sorted(sys.modules)
import gc, json, os, signal, threading
print(json.dumps({
    "modules": modules, "path": sys.path, "argv": sys.argv, "flags": sys.flags, "file": __file__, "folder": os.getcwd(),
    "environment": dict(os.environ), "files": sorted(os.listdir("/proc/self/fd")), "umask": os.umask(0),
    "stdin": sys.stdin.read(), "stdout": [sys.stdout.encoding, sys.stdout.line_buffering], "hook": repr(sys.excepthook),
    "limits": [sys.getswitchinterval(), sys.getrecursionlimit(), gc.isenabled(), gc.get_threshold()],
    "threads": [thread.name for thread in threading.enumerate()], "interrupt": str(signal.getsignal(signal.SIGINT)),
}))
print("said", file=sys.stderr)
"""


def words_of(folder: Path, program: str) -> list[str]:
    (folder / "program.py").write_text(program)
    return ["--quiet", "-o", "t.srt", "program.py", "word"]


def test_it_is_as_if_it_had_been_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = words_of(tmp_path, PROGRAM)
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # It may be ignored, as a shell does in the background.
    started = run_python(tmp_path, "-m", "staleread", "record", *words)
    forked = prepared.record(tmp_path, words, environment(), SECONDS_MAX)
    assert json.loads(forked.stdout) == json.loads(started.stdout)
    assert (forked.returncode, forked.stderr) == (started.returncode, started.stderr) == (0, "said\n")


@pytest.mark.parametrize(
    ("ending", "status"),
    [("raise SystemExit(3)", 3), ("os._exit(4)", 4), ("os.kill(os.getpid(), 9)", -9), ("os.fork()", 0)],
)
def test_how_it_ends_is_told(tmp_path: Path, ending: str, status: int) -> None:
    words = words_of(tmp_path, f"import os\n{ending}\n")
    assert prepared.record(tmp_path, words, {**os.environ, **environment()}, SECONDS_MAX).returncode == status


def test_one_that_does_not_end_is_killed(tmp_path: Path) -> None:
    words = words_of(tmp_path, "import time\ntime.sleep(60)\n")
    with pytest.raises(subprocess.TimeoutExpired):
        prepared.record(tmp_path, words, environment(), 0.3)
    assert prepared.record(tmp_path, words_of(tmp_path, ""), environment(), SECONDS_MAX).returncode == 0
