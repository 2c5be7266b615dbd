"""Traces that are still being written: findings come before the end, and the end comes by itself or by a signal."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest
import small_trace
from conftest import PROGRAM, Program
from trace_writer import TraceWriter, header

WRITER = small_trace.writer()
WHOLE = WRITER.bytes()
BEFORE_END = WRITER.offsets[-1]
SOON = 30


class Followed:
    """The program at work; what it says is there line by line as it comes."""

    def __init__(self, folder: Path, *words: str, stdin: IO[bytes] | int = subprocess.DEVNULL) -> None:
        self.process = subprocess.Popen(
            [PROGRAM, *words],
            cwd=folder,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "ASAN_OPTIONS": "exitcode=99", "UBSAN_OPTIONS": "exitcode=99"},
            text=True,
        )
        self.lines: queue.Queue[str] = queue.Queue()
        self.errors: queue.Queue[str] = queue.Queue()
        assert self.process.stdout is not None and self.process.stderr is not None
        self.threads = [
            threading.Thread(target=self._read, args=pair)
            for pair in ((self.process.stdout, self.lines), (self.process.stderr, self.errors))
        ]
        for thread in self.threads:
            thread.start()

    def _read(self, stream: IO[str], lines: queue.Queue[str]) -> None:
        with stream:
            for line in stream:
                lines.put(line)

    def wait_for(self, word: str, lines: queue.Queue[str] | None = None) -> None:
        while word not in (lines or self.lines).get(timeout=SOON):
            pass

    def end(self) -> tuple[int, str, str]:
        """The exit status, and what was not waited for of both streams."""
        status = self.process.wait(SOON)
        for thread in self.threads:
            thread.join(SOON)
        return status, "".join(self.lines.queue), "".join(self.errors.queue)


@pytest.fixture
def follow(tmp_path: Path) -> Iterator[type[Followed]]:
    begun = []

    def begin(*words: str, stdin: IO[bytes] | int = subprocess.DEVNULL) -> Followed:
        begun.append(Followed(tmp_path, *words, stdin=stdin))
        return begun[-1]

    yield begin  # type: ignore[misc]
    for each in begun:
        with contextlib.suppress(ProcessLookupError):
            each.process.kill()
        each.end()


def gone_process() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    return process.pid


def test_findings_come_before_the_end(tmp_path: Path, follow: type[Followed]) -> None:
    with (tmp_path / "x.srt").open("wb", buffering=0) as file:
        file.write(WHOLE[:BEFORE_END])
        followed = follow("analyze", "--follow", "x.srt")
        followed.wait_for("lost-update · observed")
        assert followed.process.poll() is None
        file.write(WHOLE[BEFORE_END:])
        status, out, err = followed.end()
    assert (status, err) == (1, "")
    told, report = out.split("So far as it came; now the whole:\n\n")
    assert "Advice:" in told
    assert (
        report
        == subprocess.run(
            [PROGRAM, "analyze", "x.srt"], cwd=tmp_path, capture_output=True, text=True, check=False
        ).stdout
    )


def test_a_report_for_programs_stays_one(tmp_path: Path, follow: type[Followed]) -> None:
    with (tmp_path / "x.srt").open("wb", buffering=0) as file:
        file.write(WHOLE[:BEFORE_END])
        followed = follow("analyze", "--follow", "--format", "json", "x.srt")
        followed.wait_for("lost-update · observed", followed.errors)
        file.write(WHOLE[BEFORE_END:])
        status, out, _ = followed.end()
    assert status == 1
    assert json.loads(out)["traces"][0]["complete"] is True


def test_what_is_suppressed_is_not_told(tmp_path: Path, follow: type[Followed]) -> None:
    (tmp_path / "rules.yaml").write_text("version: 1\nsuppress:\n  - {cell: Counter.*, reason: known}\n")
    (tmp_path / "x.srt").write_bytes(WHOLE)
    status, out, err = follow("analyze", "--follow", "--rules", "rules.yaml", "x.srt").end()
    assert (status, err) == (0, "")
    assert "lost-update" not in out and "So far" not in out
    assert "1 finding is suppressed by `rules.yaml`." in out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_the_report_so_far(
    tmp_path: Path, follow: type[Followed], number: signal.Signals
) -> None:
    with (tmp_path / "x.srt").open("wb", buffering=0) as file:
        file.write(WHOLE[: BEFORE_END + 7])
        followed = follow("analyze", "--follow", "x.srt")
        followed.wait_for("lost-update · observed")
        followed.process.send_signal(number)
        status, out, err = followed.end()
    assert (status, err) == (1, "")
    assert "1 finding: 1 lost-update; 1 observed." in out
    assert "incomplete" in out and "damaged" not in out


def test_it_ends_when_the_writer_is_gone(tmp_path: Path, follow: type[Followed]) -> None:
    killed = header(process=gone_process()) + WHOLE[32 : BEFORE_END + 7]
    with (tmp_path / "x.srt").open("wb", buffering=0) as file:
        file.write(killed)
        followed = follow("analyze", "--follow", "x.srt")
        followed.wait_for("lost-update · observed")
        assert followed.process.poll() is None  # somebody has the file open
    status, out, err = followed.end()
    assert (status, err) == (1, "")
    assert "incomplete" in out and "damaged" not in out


def test_a_header_that_is_not_whole_is_waited_for(tmp_path: Path, follow: type[Followed]) -> None:
    with (tmp_path / "x.srt").open("wb", buffering=0) as file:
        followed = follow("analyze", "--follow", "x.srt")
        with pytest.raises(subprocess.TimeoutExpired):
            followed.process.wait(0.2)
        file.write(WHOLE[:20])
        file.write(WHOLE[20:])
        assert followed.end()[0] == 1


def test_nobody_will_write_a_header(tmp_path: Path, follow: type[Followed]) -> None:
    (tmp_path / "x.srt").write_bytes(b"")
    status, _, err = follow("analyze", "--follow", "x.srt").end()
    assert status == 2
    assert err == "staleread: x.srt: the file is empty: nothing was recorded in it\n"


def test_a_pipe_is_followed(tmp_path: Path, follow: type[Followed]) -> None:
    followed = follow("analyze", "--follow", "-", stdin=subprocess.PIPE)
    pipe = followed.process.stdin.buffer  # type: ignore[union-attr]
    pipe.write(WHOLE[:BEFORE_END])
    pipe.flush()
    followed.wait_for("lost-update · observed")
    pipe.write(WHOLE[BEFORE_END:])
    pipe.close()
    status, out, err = followed.end()
    assert (status, err) == (1, "")
    assert "incomplete" not in out


@pytest.mark.parametrize("command", ["analyze", "dump", "info"])
def test_standard_input_is_read(tmp_path: Path, command: str) -> None:
    (tmp_path / "x.srt").write_bytes(WHOLE)
    outcomes = []
    for words in (["x.srt"], ["-"]):
        with (tmp_path / "x.srt").open("rb") as file:
            done = subprocess.run(
                [PROGRAM, command, *words],
                cwd=tmp_path,
                stdin=file,
                capture_output=True,
                text=True,
                check=False,
            )
        assert done.stderr == ""
        # What came through a pipe cannot be named again: `staleread show SR-… TRACE`.
        shown = done.stdout.replace("x.srt`", "-`").replace(" x.srt", " TRACE")
        outcomes.append(
            (done.returncode, shown if command == "analyze" else done.stdout.replace("x.srt", "-"))
        )
    assert outcomes[0] == outcomes[1]


def test_dump_follows(tmp_path: Path, follow: type[Followed]) -> None:
    with (tmp_path / "x.srt").open("wb", buffering=0) as file:
        file.write(WHOLE[: WRITER.offsets[4]])
        followed = follow("dump", "--follow", "x.srt")
        followed.wait_for("await")
        file.write(WHOLE[WRITER.offsets[4] :])
        status, out, err = followed.end()
    assert (status, err) == (0, "")
    assert "write" in out


def test_one_trace_is_followed_and_no_ring(staleread: Program) -> None:
    made = TraceWriter()
    made.end()
    (staleread.folder / "x.srt").write_bytes(made.bytes())
    outcome = staleread("analyze", "--follow", "x.srt", "x.srt")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == "staleread: analyze: --follow follows one trace; 2 are given\n"
    ring = bytearray(made.bytes())
    ring[24] = 1
    ring[28:32] = zlib.crc32(ring[:28]).to_bytes(4, "little")
    (staleread.folder / "x.srt").write_bytes(ring)
    outcome = staleread("dump", "--follow", "x.srt")
    assert outcome.status == 2
    assert "this trace keeps the newest only and cannot be followed" in outcome.err
