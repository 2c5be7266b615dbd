"""A running service that is told to start and stop recording."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from recording import SECONDS_MAX, environment, run_python
from trace_reader import Trace, read_trace

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


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Start]:
    """Runs until there is a file `stop`."""
    (tmp_path / "program.py").write_text(textwrap.dedent(SERVICE))
    (tmp_path / "late.py").write_text("import os\ndef is_over():\n    return os.path.exists('stop')\n")
    started: list[subprocess.Popen[str]] = []

    def start(*options: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "staleread", "record", "-o", "t.srt", *options, "program.py"],
            cwd=tmp_path,
            env={**environment(), "TMPDIR": str(tmp_path)},
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
    limit = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.01)


def whole(path: Path) -> Trace:
    trace = read_trace(path)
    assert trace.end is not None and "off" not in trace.end
    assert trace.of("write")
    return trace


def test_a_signal_starts_and_stops(service: Start, tmp_path: Path) -> None:
    process = service("--start-paused")
    time.sleep(0.1)
    assert not list(tmp_path.glob("*.srt"))
    for name in ("t.srt", f"t.{process.pid}.srt"):
        process.send_signal(signal.SIGUSR1)
        until((tmp_path / name).exists)
        time.sleep(0.3)
        process.send_signal(signal.SIGUSR1)
        until(lambda name=name: read_trace(tmp_path / name).end is not None)  # type: ignore[misc]
        trace = whole(tmp_path / name)
        # The steps are those of the tasks that were there before, not of who knows what.
        assert {"Task-2", "Task-3"} <= set(trace.actors().values())
        assert "status" not in (trace.end or {})
    end(process, tmp_path)


def test_a_signal_stops_what_was_started_with_the_program(service: Start, tmp_path: Path) -> None:
    process = service("--control-signal", "USR2")
    time.sleep(0.2)
    process.send_signal(signal.SIGUSR2)
    until(lambda: read_trace(tmp_path / "t.srt").end is not None)
    whole(tmp_path / "t.srt")
    err = end(process, tmp_path)
    assert err.count("events in t.srt") == 1


def test_attach_starts_and_stops(service: Start, tmp_path: Path) -> None:
    process = service("--start-paused", "--quiet")
    pid = str(process.pid)
    path = tmp_path / "mine.srt"
    answers = [
        (attach(tmp_path, pid, "--stop"), "nothing is recorded"),
        (attach(tmp_path, pid, "-o", "mine.srt"), f"recording into {path}"),
        (attach(tmp_path, pid), f"already recording into {path}"),
    ]
    time.sleep(0.2)
    answers.append((attach(tmp_path, pid, "--stop"), f"recorded into {path}"))
    answers.append((attach(tmp_path, pid, "-o", "no/such/folder.srt"), "it cannot: [Errno 2]"))
    for done, answer in answers:
        assert done.stdout.startswith(f"process {pid}: {answer}"), (done.stdout, done.stderr)
        assert (done.returncode, done.stderr) == (0, "")
    whole(path)
    assert end(process, tmp_path) == ""
    assert not list(tmp_path.glob("staleread-*/*"))


def test_who_does_not_listen_is_refused_with_a_sentence(tmp_path: Path) -> None:
    here = str(os.getpid())
    for words, sentence in (
        (
            [here],
            f"process {here} does not listen: only one that was started by `staleread record --start-paused`",
        ),
        (["999999999"], "process 999999999: No such process"),
        (["--stop"], "attach: the number of a process is missing"),
        ([here, "--what"], "attach: '--what' is not understood"),
    ):
        done = attach(tmp_path, *words)
        assert done.returncode == 2 and done.stderr.startswith(f"staleread: {sentence}"), done.stderr


def test_a_folder_of_somebody_else_is_not_trusted(tmp_path: Path) -> None:
    folder = tmp_path / f"staleread-{os.getuid()}"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    done = attach(tmp_path, str(os.getpid()))
    assert done.returncode == 2 and "it is not a folder of this user alone" in done.stderr
