"""A running service that is told to start and stop recording."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from services import Start, attach, end, until
from trace_reader import Trace, read_trace

CAN_BE_ENTERED = sys.version_info >= (3, 14)


def has_begun(path: Path) -> bool:
    """Both tasks are in the trace, and what they do. At first the file is empty: it is there for nobody to take its name."""
    if not path.exists() or not path.stat().st_size:
        return False
    trace = read_trace(path)
    return bool(trace.of("write")) and {"Task-2", "Task-3"} <= set(trace.actors().values())


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
        until(lambda name=name: has_begun(tmp_path / name))  # type: ignore[misc]
        process.send_signal(signal.SIGUSR1)
        until(lambda name=name: read_trace(tmp_path / name).end is not None)  # type: ignore[misc]
        trace = whole(tmp_path / name)
        # The steps are those of the tasks that were there before, not of who knows what.
        assert {"Task-2", "Task-3"} <= set(trace.actors().values())
        assert "status" not in (trace.end or {})
    end(process, tmp_path)


def test_a_signal_stops_what_was_started_with_the_program(service: Start, tmp_path: Path) -> None:
    process = service("--control-signal", "USR2")
    until(lambda: has_begun(tmp_path / "t.srt"))
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
    until(lambda: has_begun(path))
    answers.append((attach(tmp_path, pid, "--stop"), f"recorded into {path}"))
    answers.append((attach(tmp_path, pid, "-o", "no/such/folder.srt"), "it cannot: [Errno 2]"))
    for done, answer in answers:
        assert done.stdout.startswith(f"process {pid}: {answer}"), (done.stdout, done.stderr)
        assert (done.returncode, done.stderr) == (0, "")
    whole(path)
    assert end(process, tmp_path) == ""
    assert not list(tmp_path.glob("staleread-*/*"))


def test_who_does_not_listen_is_refused_with_a_sentence(service: Start, tmp_path: Path) -> None:
    here = str(service(recorded=False, PYTHON_DISABLE_REMOTE_DEBUG="1").pid)
    refused = (
        "was started with PYTHON_DISABLE_REMOTE_DEBUG"
        if CAN_BE_ENTERED
        else "does not listen: only one that was"
    )
    for words, sentence in (
        ([here], f"process {here} {refused}"),
        (["999999999"], "process 999999999: No such process"),
        (["--stop"], "attach: the number of a process is missing"),
        ([here, "--what"], "attach: '--what' is not understood"),
        ([here, "--keys", "some"], "record: --keys is one of repr, hash, off, not 'some'"),
    ):
        done = attach(tmp_path, *words)
        assert done.returncode == 2 and done.stderr.startswith(f"staleread: {sentence}"), done.stderr
        assert "staleread record --start-paused" in done.stderr or words != [here]
    assert not list(tmp_path.glob("staleread-*/*"))


def test_who_listens_was_given_its_options_before(service: Start, tmp_path: Path) -> None:
    done = attach(tmp_path, str(service("--start-paused").pid), "--keys", "hash")
    assert done.returncode == 2 and "attach takes only -o for it, not --keys" in done.stderr


def test_a_process_that_has_the_number_of_one_that_was_killed_gets_no_signal(
    service: Start, tmp_path: Path
) -> None:
    process = service(recorded=False, PYTHON_DISABLE_REMOTE_DEBUG="1")
    folder = tmp_path / f"staleread-{os.getuid()}"
    folder.mkdir(mode=0o700)
    (folder / f"{process.pid}.listens").write_text('{"signal": 10, "born": "1"}')
    assert attach(tmp_path, str(process.pid)).returncode == 2
    assert process.poll() is None


def test_a_folder_of_somebody_else_is_not_trusted(tmp_path: Path) -> None:
    folder = tmp_path / f"staleread-{os.getuid()}"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    done = attach(tmp_path, str(os.getpid()))
    assert done.returncode == 2 and "it is not a folder of this user alone" in done.stderr
