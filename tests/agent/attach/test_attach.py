"""The agent is brought into a process that was started without it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import tool
from recording import run_python
from services import Start, attach, end, until
from staleread import _attach
from staleread._letters import read
from staleread._remote import _version_in
from trace_reader import read_trace

from_314 = pytest.mark.skipif(
    sys.version_info < (3, 14), reason="before Python 3.14 no interpreter lets anybody in from outside"
)

HANDLERS = """
    import asyncio, os, sys

    class Shop:
        def __init__(self):
            self.cans = 1000
        async def sell(self):
            cans = self.cans
            await asyncio.sleep(0.001)
            self.cans = cans - 1

    async def serve(shop):
        while not os.path.exists("stop"):
            await asyncio.gather(shop.sell(), shop.sell())

    print("ready", flush=True)
    asyncio.run(serve(Shop()))
    print("over\\nover")
    """


@from_314
def test_it_starts_and_stops_and_finds_the_race(service: Start, tmp_path: Path) -> None:
    process = service(recorded=False, text=HANDLERS)
    pid = str(process.pid)
    path = tmp_path / "mine.srt"
    unseen = "unseen until they are called again, because they run already: "
    answers = [
        (attach(tmp_path, pid, "--stop"), "nothing is recorded\n"),
        (attach(tmp_path, pid, "-o", "mine.srt"), f"recording into {path}\n{unseen}"),
        (attach(tmp_path, pid), f"already recording into {path}\n"),
    ]
    until(lambda: len(read_trace(path).of("write")) > 20)
    answers += [
        (attach(tmp_path, pid, "--stop"), f"recorded into {path}\n"),
        (
            attach(tmp_path, pid, "--strings", "off"),
            f"recording into {tmp_path}/staleread-{pid}.srt\n{unseen}",
        ),
    ]
    for done, answer in answers:
        assert done.stdout.startswith(f"process {pid}: {answer}"), (done.stdout, done.stderr)
        assert (done.returncode, done.stderr) == (0, "")
    report = tool.analyze(path)
    assert {(found["kind"], found["cell"]["text"]) for found in report["findings"]} == {
        ("lost-update", "Shop.cans")
    }
    assert "what `serve` did that ran already when the recording began" in report["traces"][0]["unseen"]
    assert end(process, tmp_path) == ""
    assert (read_trace(tmp_path / f"staleread-{pid}.srt").meta["strings"]) == "off"
    assert not list(tmp_path.glob("staleread-*/*"))


@from_314
def test_one_that_is_recorded_already(service: Start, tmp_path: Path) -> None:
    process = service()
    pid = str(process.pid)
    assert attach(tmp_path, pid).stdout == f"process {pid}: already recording into {tmp_path}/t.srt\n"
    assert attach(tmp_path, pid, "--stop").stdout == f"process {pid}: recorded into {tmp_path}/t.srt\n"
    trace = read_trace(tmp_path / "t.srt")
    assert trace.end is not None and trace.of("write")
    assert "events in t.srt" in end(process, tmp_path)


@from_314
def test_one_that_waits_does_it_when_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(_attach, "_ANSWER_S", 0.3)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    waiting = "print('ready', flush=True); input(); [None for _ in iter(input, '')]"
    with subprocess.Popen(
        [sys.executable, "-c", waiting],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdout.readline()
        assert _attach.attach([str(process.pid), "-o", str(tmp_path / "t.srt")]) == 2
        assert "It will do it as soon as it goes on" in capsys.readouterr().err
        print(flush=True, file=process.stdin)
        until((tmp_path / "t.srt").exists)
        (letters,) = tmp_path.glob("staleread-*")
        until(lambda: read(str(letters / f"{process.pid}.answer")) is not None)
        print(flush=True, file=process.stdin)
    assert process.returncode == 0
    assert read_trace(tmp_path / "t.srt").end is not None


def test_what_is_no_python_is_refused(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as process:
        done = attach(tmp_path, str(process.pid))
        process.kill()
    assert done.returncode == 2
    assert done.stderr.startswith(f"staleread: process {process.pid} is no Python program: it runs /")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_a_process_of_another_user_is_refused(tmp_path: Path) -> None:
    code = """
        import os
        from staleread._remote import Remote, RemoteError
        os.seteuid(65534)
        try:
            Remote(os.getppid())
        except RemoteError as error:
            print(error)
        """
    done = run_python(tmp_path, "-c", "if True:" + code)
    assert (
        done.stdout == f"process {os.getpid()} belongs to user root: attach as that user, or as root\n"
    ), done.stderr


@pytest.mark.parametrize(
    ("path", "version"),
    [
        ("/usr/bin/python3.14", (3, 14)),
        ("/opt/lib/libpython3.13.so.1.0", (3, 13)),
        ("/usr/lib/libpython3.14t.so.1.0", (3, 14)),
        ("/x/_ssl.cpython-312-x86_64-linux-gnu.so", (3, 12)),
        ("/usr/bin/python3", None),
        ("/usr/lib/libc.so.6", None),
        ("/srv/python3.11-notes.txt", None),
    ],
)
def test_the_version_of_a_process_is_told_by_its_files(path: str, version: tuple[int, int] | None) -> None:
    assert _version_in(path) == version
