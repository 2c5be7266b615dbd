"""A machine that runs out of something, really: recorded, a program does what it does alone, and the trace opens."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from recording import SECONDS_MAX, environment
from trace_reader import Trace, read_trace

# Does something watched, slowly enough for the writer to write in between, and never needs a file of its own.
WORK = """
import asyncio, os, resource, sys, time

class Box:
    def __init__(self):
        self.value = 0

box = Box()

def work(times):
    for _ in range(times):
        box.value = hash((box.value, times))
    return box.value % 7

def on(turns):
    for _ in range(turns):
        work(3000)
        time.sleep(0.02)
    return box.value % 7
"""

LIMITED = {
    "the size of files": """
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
        print(on(25))
        """,
    "descriptors": """
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
        taken = []
        try:
            while True:
                taken.append(os.open("/dev/null", os.O_RDONLY))
        except OSError as error:
            print(error.errno, len(taken))
        async def main():
            return on(2)
        print(on(4))
        for descriptor in taken:
            os.close(descriptor)
        print(asyncio.run(main()))
        """,
    "processes and threads": """
        import threading
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
        thread = threading.Thread(target=on, args=(1,))
        try:
            thread.start()
            thread.join()  # root has no such limit
        except RuntimeError as error:
            print(error)
        async def main():
            return on(2)
        print(asyncio.run(main()))
        """,
    "another folder, and none at all": """
        os.mkdir("gone")
        os.chdir("gone")
        os.rmdir("../gone")
        print(on(4))
        """,
}


def compare(folder: Path, source: str, trace: Path) -> tuple[Trace, str]:
    """The trace, and what the agent said, of a program that did what it does alone."""
    (folder / "program.py").write_text(WORK + textwrap.dedent(source))
    runs = []
    for words in ([], ["-m", "staleread", "record", "--quiet", "-o", str(trace)]):
        command = [sys.executable, *words, str(folder / "program.py")]
        runs.append(
            subprocess.run(
                command,
                cwd=folder,
                env={**environment(), "PYTHONHASHSEED": "0"},
                capture_output=True,
                text=True,
                timeout=SECONDS_MAX,
                check=False,
            )
        )
    alone, recorded = runs
    said = [line for line in recorded.stderr.splitlines(keepends=True) if line.startswith("staleread: ")]
    rest = recorded.stderr.replace("".join(said), "")
    assert (recorded.returncode, recorded.stdout, rest) == (alone.returncode, alone.stdout, alone.stderr)
    return read_trace(trace), "".join(said)


@pytest.mark.parametrize("name", LIMITED)
def test_a_limit_of_the_process(name: str, tmp_path: Path) -> None:
    trace, said = compare(tmp_path, LIMITED[name], tmp_path / "t.srt")
    assert trace.end is not None and "off" not in trace.end
    lost = int(trace.end["lost_events"])
    assert (lost > 0) == (name == "the size of files") == bool(said), said
    if lost:
        assert "File too large" in said


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with room for little."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=777", "staleread-test", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=True)


def test_a_disk_that_is_full_and_has_room_again(small_disk: Path, tmp_path: Path) -> None:
    source = f"""
        def fill():
            path = {str(small_disk / "other")!r}
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                while True:
                    os.write(descriptor, bytes(4096))
            except OSError as error:
                print(error.errno, on(8))
            os.close(descriptor)
            os.unlink(path)
        def mark():
            box.value = 4711
        on(5)
        fill()
        time.sleep(1.1)
        mark()
        print(on(1))
        """
    trace, said = compare(tmp_path, source, small_disk / "t.srt")
    assert trace.end is not None and "No space left on device" in said
    lost = int(trace.end["lost_events"])
    assert lost == sum(event.events for event in trace.of("lost")) > 0
    assert any(trace.value_of(event.value) == 4711 for event in trace.of("write"))


def test_a_disk_that_stays_full(small_disk: Path, tmp_path: Path) -> None:
    trace, said = compare(tmp_path, "print(on(45))", small_disk / "t.srt")
    assert trace.end is not None and "No space left on device" in said
    assert int(trace.end["lost_events"]) > 0
