"""Recordings that keep the newest: the analyzer reads what is left of them, and makes no races of what it does not know."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from conftest import Program
from tool import ROOT, record, run

# One task for all the time, which holds its lock when segments begin; many that come and go, half of them with a lock.
PROGRAM = """
    import asyncio, random

    class Account:
        def __init__(self):
            self.balance = 0
            self.guarded = 0

    account, chance = Account(), random.Random(1)

    async def deposit():
        value = account.balance
        await asyncio.sleep(0)
        account.balance = value + chance.getrandbits(40)

    async def deposit_guarded(lock):
        async with lock:
            value = account.guarded
            await asyncio.sleep(0)
            account.guarded = value + chance.getrandbits(40)

    async def all_the_time(lock):
        while True:
            await deposit_guarded(lock)

    async def main():
        lock = asyncio.Lock()
        task = asyncio.create_task(all_the_time(lock))
        for _ in range(ROUNDS):
            await asyncio.gather(deposit(), deposit(), deposit_guarded(lock))
        task.cancel()

    asyncio.run(main())
    """


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With the same program recorded three ways."""
    folder = tmp_path_factory.mktemp("newest")
    (folder / "program.py").write_text(textwrap.dedent(PROGRAM).replace("ROUNDS", "1500"))
    for name, options in (
        ("whole", ()),
        ("ring", ("--max-size", "64K")),
        ("turns", ("--rotate", "64K", "--keep", "1")),
    ):
        done = record(folder / "program.py", folder / f"{name}.srt", options=options)
        assert done.returncode == 0, done.stderr
    return folder


def analyze(staleread: Program, trace: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(staleread("analyze", trace, "--format", "json").out)
    return report


def ids(report: dict[str, Any]) -> list[str]:
    return sorted(finding["id"] for finding in report["findings"])


@pytest.mark.parametrize("name", ["ring.srt", "turns.srt", "turns.srt.1"])
def test_what_is_left_tells_the_same(staleread: Program, folder: Path, name: str) -> None:
    whole, rest = analyze(staleread, folder / "whole.srt"), analyze(staleread, folder / name)
    assert ids(rest) == ids(whole) and len(ids(whole)) == 1
    assert (folder / name).stat().st_size < 80_000 < (folder / "whole.srt").stat().st_size
    trace = rest["traces"][0]
    assert trace["complete"] and trace["damaged_frames"] == trace["lost_events"] == 0
    assert any("events before those that were kept" in unseen for unseen in trace["unseen"])


def test_a_ring_is_bounded_and_says_what_is_missing(staleread: Program, folder: Path) -> None:
    assert (folder / "ring.srt").stat().st_size <= 64 * 1024
    out = staleread("info", folder / "ring.srt").out
    assert "whole          yes" in out and "events_before" in out


def test_a_torn_ring_is_read_as_far_as_it_goes(staleread: Program, folder: Path) -> None:
    data = (folder / "ring.srt").read_bytes()
    places = [*range(40, len(data), len(data) // 6), *large_frames(data)]
    for at in places:
        torn = folder / "torn.srt"
        torn.write_bytes(data[:at] + os.urandom(50) + data[at + 50 :])
        done = staleread("analyze", torn, "--format", "json")
        assert done.status in (0, 1), done.err
        found = {finding["cell"]["attribute"] for finding in json.loads(done.out)["findings"]}
        assert found <= {"balance"}, f"torn at {at}"


def large_frames(data: bytes) -> list[int]:
    """Within the payload of each frame of events that has many of them."""
    starts = [match.start() for match in re.finditer(b"SRFR\x03", data)]
    return [start + 40 for start in starts if int.from_bytes(data[start + 24 : start + 28], "little") > 1000]


# Records in pieces so small as no user would want them.
IN_PIECES = """
import sys
from staleread import _cli
from staleread._trace import writer

_cli._FILE_BYTES_MIN = 256
writer._INTERVAL_S, writer.BATCH_EVENTS_MAX = 0.005, 512
sys.exit(_cli.main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    "program", sorted((ROOT / "traces").glob("*/*.py"))[::19], ids=lambda path: path.stem
)
def test_no_piece_tells_more_than_the_whole(staleread: Program, tmp_path: Path, program: Path) -> None:
    """Checked for all programs under traces/ with pieces of 2 kB: none of 317 does."""
    shutil.copytree(program.parent, tmp_path / "programs", ignore=shutil.ignore_patterns("*.srt"))
    common = ("-c", IN_PIECES, "record", "--quiet", "--no-cache")
    for trace, options in (("whole.srt", ()), ("piece.srt", ("--rotate", "1K", "--keep", "200"))):
        words = (*common, *options, "-o", tmp_path / trace, program.name)
        run(sys.executable, *words, cwd=tmp_path / "programs")
    whole = ids(analyze(staleread, tmp_path / "whole.srt"))
    for piece in tmp_path.glob("piece.srt*"):
        report = analyze(staleread, piece)
        assert set(ids(report)) <= set(whole), piece.name
        assert report["traces"][0]["complete"] and not report["traces"][0]["damaged_frames"]


@pytest.mark.parametrize("has_race", [True, False])
def test_a_recording_may_wait_for_a_finding(staleread: Program, tmp_path: Path, has_race: bool) -> None:
    source = textwrap.dedent(PROGRAM).replace("ROUNDS", "20")
    if not has_race:
        source = source.replace("deposit(), deposit(), ", "")
    (tmp_path / "program.py").write_text(source)
    done = record(tmp_path / "program.py", tmp_path / "t.srt", options=("--dump-on", "finding"))
    assert done.returncode == 0 and (tmp_path / "t.srt").exists() == has_race
    if has_race:
        assert len(ids(analyze(staleread, tmp_path / "t.srt"))) == 1
    else:
        assert "nothing happened" in done.stderr


def test_a_ring_does_not_come_through_a_pipe(staleread: Program, folder: Path) -> None:
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    keep = os.open(pipe, os.O_RDWR)
    os.write(keep, (folder / "ring.srt").read_bytes()[:60_000])
    done = staleread("info", pipe)
    os.close(keep)
    assert done.status == 2 and "cannot be read from a pipe" in done.err
