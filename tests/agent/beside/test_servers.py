"""Servers that fork their workers, or spawn them: each worker has a trace of its own, in which its races are found.

What only `./dev beside` has installed is skipped elsewhere.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from recording import ROOT, environment
from trace_reader import Trace, read_trace

SHOP = Path(__file__).parent / "programs" / "shop.py"
WORKERS = 2
AT_A_TIME = 8
SECONDS_MAX = 40.0

SERVERS = {
    "uvicorn": ["shop:asgi", "--workers", str(WORKERS), "--host", "127.0.0.1", "--port", "{port}"],
    "gunicorn": ["shop:wsgi", "-w", str(WORKERS), "--threads", "4", "-b", "127.0.0.1:{port}"],
}


def ask(port: int) -> int:
    """The number of the process that answers."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
        return int(answer.read())


def serve(folder: Path, name: str) -> Counter[int]:
    """Has a server sell until all its workers have, and ends it; how often each has."""
    shutil.copy(SHOP, folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [word.format(port=port) for word in SERVERS[name]]
    startup = str(ROOT / "pyagent" / "staleread" / "_startup")
    server = subprocess.Popen(
        [sys.executable, "-m", name, *words],
        cwd=folder,
        env={**environment(), "PYTHONPATH": startup, "STALEREAD": "t.srt"},
        stdout=subprocess.DEVNULL,
        stderr=(folder / "log").open("w"),
        start_new_session=True,
    )
    answers: Counter[int] = Counter()
    until = time.monotonic() + SECONDS_MAX
    try:
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            while time.monotonic() < until and (len(answers) < WORKERS or min(answers.values()) < 20):
                asked = [pool.submit(ask, port) for _ in range(AT_A_TIME)]
                for one in asked:
                    with contextlib.suppress(OSError):
                        answers[one.result()] += 1
        server.send_signal(signal.SIGTERM)
        server.wait(30)
    finally:
        with contextlib.suppress(OSError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait(30)
    return answers


def findings(trace: Path) -> list[tuple[str, str]]:
    program = ROOT / "build" / "release" / "staleread"
    done = subprocess.run(
        [program, "analyze", "--format", "json", "--fail-on", "never", trace],
        capture_output=True,
        check=True,
    )
    return [(found["kind"], found["cell"]["text"]) for found in json.loads(done.stdout)["findings"]]


@pytest.mark.parametrize("name", SERVERS)
def test_every_worker_has_a_trace_with_its_race(name: str, tmp_path: Path) -> None:
    if importlib.util.find_spec(name) is None:
        pytest.skip(f"needs {name}")
    answers = serve(tmp_path, name)
    log = (tmp_path / "log").read_text()
    assert len(answers) == WORKERS, log
    files: dict[int, Path] = {}
    traces: dict[int, Trace] = {}
    for path in tmp_path.glob("t*.srt"):
        trace = read_trace(path)
        files[trace.pid], traces[trace.pid] = path, trace
    assert set(answers) <= set(traces), f"{set(answers)} {set(traces)}\n{log}"
    parents = {traces[pid].meta["parent"] for pid in answers}
    assert len(parents) == 1 and parents.isdisjoint(map(str, answers))
    for pid in answers:
        end = traces[pid].end
        assert "off" not in (end or {}), f"{pid}: {end}\n{log}"
        assert ("lost-update", "Shop.sold") in findings(files[pid])
        # The workers of uvicorn die of the signal that they were told to end by.
        assert end is not None or name == "uvicorn"
