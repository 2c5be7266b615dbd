"""Services that are told to start and stop recording while they run."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from recording import SECONDS_MAX, environment, run_python

SERVICE = """
    import asyncio, sys

    class Box: pass
    box = Box()
    box.value = 0

    async def serve():
        import late
        while not late.is_over():
            before = box.value
            await asyncio.sleep(0.002)
            box.value = before + 1
        print("over")

    async def main():
        print("ready", flush=True)
        await asyncio.gather(serve(), serve())

    asyncio.run(main())
    """

Start = Callable[..., "subprocess.Popen[str]"]


def run_services(folder: Path) -> Iterator[Start]:
    """What a fixture is made of: each runs until there is a file `stop`."""
    (folder / "late.py").write_text("import os\ndef is_over():\n    return os.path.exists('stop')\n")
    started: list[subprocess.Popen[str]] = []

    def start(
        *options: str, recorded: bool = True, text: str = SERVICE, **variables: str
    ) -> subprocess.Popen[str]:
        (folder / "program.py").write_text(textwrap.dedent(text))
        words = (
            ["-m", "staleread", "record", "-o", "t.srt", *options, "program.py"]
            if recorded
            else ["program.py"]
        )
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=folder,
            env={**environment(), "TMPDIR": str(folder), **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def end(process: subprocess.Popen[str], folder: Path) -> str:
    """What it says on stderr."""
    (folder / "stop").touch()
    out, err = process.communicate(timeout=SECONDS_MAX)
    assert (process.returncode, out) == (0, "over\nover\n"), err
    return err


def attach(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run_python(folder, "-m", "staleread", "attach", *words, TMPDIR=str(folder))


def until(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + SECONDS_MAX
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.01)
