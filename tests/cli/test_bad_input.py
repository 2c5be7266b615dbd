"""Files that are cut off, damaged, foreign or newer, or that lie: it is said, and no whole frame is lost."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import tempfile
import zlib
from collections.abc import Iterable
from pathlib import Path

import pytest
import small_trace
from conftest import PROGRAM, Program, blocks
from trace_writer import (
    END,
    EVENTS,
    HEADER_BYTES,
    META,
    STORED,
    TABLES,
    ZLIB,
    Event,
    Site,
    TraceWriter,
    column,
    frame,
    frame_header,
    header,
    record,
    string,
    varint,
)

WRITER = small_trace.writer()
WHOLE = WRITER.bytes()
BOUNDS = [*WRITER.offsets, len(WHOLE)]  # frame i stands from BOUNDS[i] to BOUNDS[i + 1]
FRAME_EVENTS = [
    0,
    0,
    len(small_trace.opening()),
    len(small_trace.first_steps()),
    len(small_trace.last_steps()),
    0,
]
ALL_EVENTS = sum(FRAME_EVENTS)
COMMANDS = ("info", "dump", "analyze")


def write(folder: Path, variants: Iterable[tuple[str, bytes]]) -> list[str]:
    names = []
    for name, content in variants:
        (folder / name).write_bytes(content)
        names.append(name)
    return names


def info(staleread: Program, names: list[str]) -> dict[str, dict[str, str]]:
    outcome = staleread("info", *names)
    return blocks(outcome.out)


# ---- cut off ----


def test_cut_at_every_byte_loses_no_whole_frame(staleread: Program) -> None:
    names = write(staleread.folder, ((f"{size:04}", WHOLE[:size]) for size in range(len(WHOLE) + 1)))
    found = info(staleread, names)
    for size, name in enumerate(names):
        if size < HEADER_BYTES:
            assert name not in found
            continue
        whole_frames = sum(end <= size for end in BOUNDS[1:])
        assert found[name]["frames"] == str(whole_frames)
        assert found[name]["events"].split()[0] == str(sum(FRAME_EVENTS[:whole_frames])) or name == names[-1]
        assert found[name]["whole"] == ("yes" if size == len(WHOLE) else "no")
        assert "damaged" not in found[name].get("reasons", "")


def test_cut_at_every_byte_is_analyzed(staleread: Program) -> None:
    names = write(
        staleread.folder, ((f"{size:04}", WHOLE[:size]) for size in range(HEADER_BYTES, len(WHOLE)))
    )
    outcome = staleread("analyze", *names)
    assert outcome.err == ""
    assert outcome.status == 1


@pytest.mark.parametrize("size", [1, 7, 8, 31])
def test_cut_inside_the_header(staleread: Program, size: int) -> None:
    write(staleread.folder, [("cut.srt", WHOLE[:size])])
    for command in COMMANDS:
        outcome = staleread(command, "cut.srt")
        assert outcome.status == 2
        assert (
            outcome.err
            == "staleread: cut.srt: the file stops inside its header: nothing was recorded in it\n"
        )


# ---- damaged ----


def flipped(content: bytes, at: int, bit: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :]


@pytest.mark.parametrize("number", range(len(FRAME_EVENTS)))
def test_each_bit_of_a_frame_header_flipped_costs_that_frame_only(staleread: Program, number: int) -> None:
    start = BOUNDS[number]
    names = write(
        staleread.folder,
        (
            (f"{at}.{bit}", flipped(WHOLE, at, bit))
            for at in range(start, start + HEADER_BYTES)
            for bit in range(8)
        ),
    )
    found = info(staleread, names)
    for name in names:
        assert found[name]["frames"] == str(len(FRAME_EVENTS) - 1), name
        assert "1 frames are damaged or missing" in found[name]["reasons"], name
    dumped = staleread("dump", names[0]).out.splitlines()
    assert sum("gap" in line for line in dumped) == 1
    clocks = 1 if number != 2 else 0
    assert len(dumped) == ALL_EVENTS - FRAME_EVENTS[number] - clocks + 1


@pytest.mark.parametrize("number", range(len(FRAME_EVENTS)))
def test_each_byte_of_a_payload_changed_costs_that_frame_only(staleread: Program, number: int) -> None:
    payload = range(BOUNDS[number] + HEADER_BYTES, BOUNDS[number + 1])
    names = write(staleread.folder, ((str(at), flipped(WHOLE, at, at % 8)) for at in payload))
    found = info(staleread, names)
    for name in names:
        assert found[name]["frames"] == str(len(FRAME_EVENTS) - 1), name
        assert f"with at least {FRAME_EVENTS[number]} events" in found[name]["reasons"], name


def test_each_bit_of_the_file_header_flipped_costs_nothing_but_the_header(staleread: Program) -> None:
    names = write(
        staleread.folder,
        ((f"{at}.{bit}", flipped(WHOLE, at, bit)) for at in range(HEADER_BYTES) for bit in range(8)),
    )
    found = info(staleread, names)
    for name in names:
        assert found[name]["frames"] == str(len(FRAME_EVENTS)), name
        assert "the file's header is damaged" in found[name]["reasons"], name
    assert staleread("analyze", names[0]).status == 1


@pytest.mark.parametrize("removed", [1, 31, 32, 40])
@pytest.mark.parametrize("number", range(len(FRAME_EVENTS) - 1))
def test_missing_bytes_cost_that_frame_only(staleread: Program, number: int, removed: int) -> None:
    middle = BOUNDS[number] + HEADER_BYTES - 8
    assert middle + removed <= BOUNDS[number + 1]
    names = write(staleread.folder, [("hole.srt", WHOLE[:middle] + WHOLE[middle + removed :])])
    assert info(staleread, names)["hole.srt"]["frames"] == str(len(FRAME_EVENTS) - 1)


def test_missing_bytes_in_the_last_frames_payload_do_not_hide_the_end(staleread: Program) -> None:
    middle = BOUNDS[4] + HEADER_BYTES + 4
    names = write(staleread.folder, [("hole.srt", WHOLE[:middle] + WHOLE[middle + 8 :])])
    assert info(staleread, names)["hole.srt"]["frames"] == str(len(FRAME_EVENTS) - 1)


def test_garbage_between_frames_is_a_gap(staleread: Program) -> None:
    for size in (1, 31, 32, 33, 70_000, 200_000):
        garbage = (b"SRFR" + bytes(range(256)) * 800)[:size]
        names = write(staleread.folder, [("noise.srt", WHOLE[: BOUNDS[3]] + garbage + WHOLE[BOUNDS[3] :])])
        found = info(staleread, names)["noise.srt"]
        assert found["frames"] == str(len(FRAME_EVENTS))
        assert "1 frames are damaged or missing" in found["reasons"]


def test_a_missing_frame_is_a_gap(staleread: Program) -> None:
    names = write(staleread.folder, [("step.srt", WHOLE[: BOUNDS[3]] + WHOLE[BOUNDS[4] :])])
    found = info(staleread, names)["step.srt"]
    assert found["frames"] == str(len(FRAME_EVENTS) - 1)
    assert "1 frames are damaged or missing" in found["reasons"]
    assert "- gap frames=1 events=0" in staleread("dump", "step.srt").out


# ---- foreign ----


FOREIGN = "this is no trace of staleread; record one with `staleread record`"


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "the file is empty: nothing was recorded in it"),
        (
            b"#!/bin/sh\necho hello\n" * 10,
            "this is no trace of staleread; record one with `staleread record`",
        ),
        (b"\0" * 5000, FOREIGN),
        (
            header(major=2) + WHOLE[HEADER_BYTES:],
            "the trace has format version 2.0, this program reads up to 1.x; use a newer staleread",
        ),
        (header(major=0) + WHOLE[HEADER_BYTES:], "the trace has format version 0.0, which there never was"),
    ],
    ids=["empty", "script", "zeros", "newer", "older"],
)
def test_foreign_files_are_named_and_refused(
    staleread: Program, command: str, content: bytes, sentence: str
) -> None:
    write(staleread.folder, [("some file.srt", content)])
    outcome = staleread(command, "some file.srt")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == f"staleread: some file.srt: {sentence}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_directory_and_a_missing_file(staleread: Program, command: str) -> None:
    (staleread.folder / "traces").mkdir()
    outcome = staleread(command, "traces")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == "staleread: traces: this is a directory; name the trace file in it\n"
    outcome = staleread(command, "nowhere.srt")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == "staleread: nowhere.srt: cannot open the trace: No such file or directory\n"


def test_no_permission() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        program = shutil.copy(PROGRAM, folder / "program")
        (folder / "secret.srt").write_bytes(WHOLE)
        (folder / "secret.srt").chmod(0)
        done = subprocess.run(
            [program, "info", "secret.srt"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            user=65534 if os.geteuid() == 0 else None,  # root may read everything
        )
    assert done.returncode == 2
    assert done.stderr == "staleread: secret.srt: cannot open the trace: Permission denied\n"


def test_a_file_name_cannot_write_to_the_terminal(staleread: Program) -> None:
    name = "evil\x1b[31m\n.srt"
    assert "evil\\x1b[31m\\n.srt: cannot open" in staleread("info", name).err
    write(staleread.folder, [(name, WHOLE)])
    assert staleread("info", name).out.startswith("evil\\x1b[31m\\n.srt\n")


# ---- newer minor versions ----


def test_a_newer_minor_version_is_read_and_what_is_new_skipped(staleread: Program) -> None:
    made = TraceWriter(minor=7)
    made.meta({"novelty": "yes"})
    made.tables([*small_trace.tables(), record(200, b"whatever")])
    made.raw(frame(77, b"whatever", number=2))
    payload = bytes([250, 44, 250])
    payload += column([0, 0, 0], 1)
    payload += bytes([44, 6]) + b"".join(column([value], 0) for value in (1, 1, small_trace.VALUE, 0, 9, 9))
    payload += bytes([250, 1]) + column([5, 6], 17)
    made.raw(frame(EVENTS, payload, number=3, events=3))
    made.end()
    write(staleread.folder, [("newer.srt", made.bytes())])
    found = info(staleread, ["newer.srt"])["newer.srt"]
    assert (found["format"], found["whole"], found["events"], found["unknown events"]) == (
        "1.7",
        "yes",
        "3",
        "2",
    )
    assert (
        staleread("dump", "newer.srt").out == "0 read site=<counter.py:5 self.value> object=o1 key=.value\n"
    )


def test_fields_that_a_frame_lacks_are_zero(staleread: Program) -> None:
    made = TraceWriter()
    payload = bytes([44]) + column([3], 0) + bytes([44, 1]) + column([9], 0)
    made.raw(frame(EVENTS, payload, number=0, events=1))
    made.end()
    write(staleread.folder, [("few.srt", made.bytes())])
    assert staleread("dump", "few.srt").out == "3 read site=<site 9> key=*\n"


# ---- lies ----


def lying(kind: int, payload: bytes, **lies: int) -> bytes:
    """A frame whose header says something untrue, with checksums that are right."""
    codec = lies.pop("codec", ZLIB)
    stored = payload if codec == STORED else zlib.compress(payload)
    truth = {
        "kind": kind,
        "codec": codec,
        "number": 1,
        "inflated": len(payload),
        "stored": len(stored),
        "crc": zlib.crc32(stored),
    }
    return frame_header(**{**truth, **lies}) + stored


ONE_EVENT = bytes([43]) + column([0], 0) + bytes([43, 1]) + column([1], 0)

LIES = {
    "inflates to more than it says": lying(EVENTS, ONE_EVENT, inflated=len(ONE_EVENT) - 1, events=1),
    "inflates to less than it says": lying(EVENTS, ONE_EVENT, inflated=len(ONE_EVENT) + 1, events=1),
    "says nothing is inflated": lying(EVENTS, ONE_EVENT, inflated=0, events=1),
    "inflates to four gigabytes": lying(EVENTS, ONE_EVENT, inflated=2**32 - 1, events=1),
    "is stored in four gigabytes": lying(EVENTS, ONE_EVENT, stored=2**32 - 1, events=1),
    "is stored in less than it is": lying(EVENTS, ONE_EVENT, stored=3, events=1),
    "is stored in more than is left": lying(EVENTS, ONE_EVENT, stored=1_000_000, events=1),
    "is a bomb": lying(EVENTS, bytes(64 << 20), inflated=1 << 20, events=1),
    "has more events than bytes": lying(EVENTS, ONE_EVENT, events=262_144),
    "has more events than allowed": lying(EVENTS, ONE_EVENT, events=2**32 - 1),
    "has fewer events than columns": lying(EVENTS, ONE_EVENT, events=0),
    "has a codec that there is not": lying(EVENTS, ONE_EVENT, codec=9, events=1),
    "is stored but says otherwise": lying(EVENTS, ONE_EVENT, codec=STORED, inflated=2, events=1),
    "is no zlib": lying(EVENTS, ONE_EVENT, codec=STORED, events=1).replace(b"SRFR\x03\x00", b"SRFR\x03\x01"),
    "has a huge column": lying(EVENTS, bytes([43]) + struct.pack("<BQ", 8, 0), events=1),
    "has a column of an encoding that there is not": lying(
        EVENTS, bytes([43]) + struct.pack("<BQ", 3, 0) + bytes(20), events=1
    ),
    "has a kind that does not occur": lying(EVENTS, bytes([43]) + column([0], 0) + bytes([44, 0]), events=1),
    "has thread indexes beyond reason": lying(
        EVENTS, bytes([43]) + column([2**63], 0) + bytes([43, 1]) + column([1], 0), events=1
    ),
    "has 255 fields": lying(
        EVENTS, bytes([43]) + column([0], 0) + bytes([43, 255]) + column([1], 0), events=1
    ),
    "says more pairs than it has": lying(META, varint(2**40)),
    "has a pair that is longer than it": lying(META, varint(1) + varint(2**63) + b"ab"),
    "has a record that is longer than it": lying(TABLES, varint(1) + varint(2**35) + b"ab"),
    "has an endless number": lying(TABLES, b"\xff" * 40),
    "has a number of more than 64 bits": lying(TABLES, b"\xff" * 9 + b"\x7f" + b"\x01\x00"),
    "has a string of a huge number": lying(TABLES, string(2**31, "a")),
    "has a string numbered 0": lying(TABLES, string(0, "a")),
    "has a function with too many parameters": lying(
        TABLES, record(2, bytes([1, 0, 0, 0, 0]) + varint(2**32 - 1) + b"\0")
    ),
    "has a site with too many sources": lying(TABLES, record(3, bytes([1] * 11) + varint(2**31))),
    "has a site with too many arguments": lying(
        TABLES, record(3, bytes([1] * 11) + b"\0\0" + varint(2**31) + b"\0")
    ),
    "has a site that is cut off": lying(TABLES, record(3, bytes([1] * 7))),
    "ends with a lie": lying(END, varint(3) + b"\1a\1b"),
}


@pytest.mark.parametrize("name", LIES)
def test_a_frame_that_lies_costs_itself_only(staleread: Program, name: str) -> None:
    made = TraceWriter()
    made.meta({"python": "3.11.7"})
    made.raw(LIES[name])
    made.tables(small_trace.tables())
    made.events([*small_trace.opening(), *small_trace.first_steps(), *small_trace.last_steps()])
    made.end()
    write(staleread.folder, [("lie.srt", made.bytes())])
    found = info(staleread, ["lie.srt"])["lie.srt"]
    assert (
        "1 frames are damaged or missing" in found.get("reasons", "")
        or name == "has fewer events than columns"
    )
    assert found["events"] == str(ALL_EVENTS)
    outcome = staleread("analyze", "lie.srt")
    assert outcome.status == 1
    assert "lost-update" in outcome.out


def test_a_column_that_is_small_and_stands_for_much_costs_little(staleread: Program) -> None:
    count = 262_144
    payload = bytes([44]) * count + column([0], 0) + bytes([44, 4]) + column([1], 0) * 4
    made = TraceWriter()
    made.raw(frame(EVENTS, payload, number=0, events=count))
    made.end()
    write(staleread.folder, [("constant.srt", made.bytes())])
    assert (staleread.folder / "constant.srt").stat().st_size < 1000
    assert info(staleread, ["constant.srt"])["constant.srt"]["events"] == str(count)
    assert staleread("analyze", "constant.srt").status == 0


def resident_megabytes(folder: Path, *words: str) -> float:
    """The most memory that the program ever had."""
    with subprocess.Popen([PROGRAM, *words], cwd=folder, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return used.ru_maxrss / 1024


def test_a_small_file_cannot_take_much_memory(staleread: Program) -> None:
    """Bombs, columns that stand for much, and numbers that are far apart: each frame is a few kilobytes."""
    count = 262_144
    column_bomb = bytes([44]) * count + column([0], 0) + bytes([44, 4]) + column([1], 0) * 4
    far_apart = b"".join(string(1 + 1024 * i, "") for i in range(16_000))
    made = TraceWriter()
    made.raw(lying(EVENTS, bytes(64 << 20), number=0, inflated=1 << 20, events=1))
    for number in range(1, 20):
        made.raw(frame(EVENTS, column_bomb, number=number, events=count))
    made.tables([far_apart])
    made.end()
    write(staleread.folder, [("bomb.srt", made.bytes())])
    assert (staleread.folder / "bomb.srt").stat().st_size < 300_000
    # The sanitizers' own share is most of it.
    assert resident_megabytes(staleread.folder, "info", "bomb.srt") < 600


# ---- tables that make no sense ----


def test_tables_that_refer_to_nothing_or_in_circles(staleread: Program) -> None:
    made = TraceWriter()
    made.tables(
        [
            Site(1, 77, 1, 0, expression=99, source=2**32 - 1, data=[2, 4], control=[2]).record(),
            Site(2, 1, 2, 2**32 - 1, data=[4, 2, 2**32 - 2, 2**32 - 1], control=[4, 2]).record(),
            Site(3, 1, 4, 1, data=[6], control=[6], flags=2**32 - 1).record(),
        ]
    )
    events = small_trace.opening() + small_trace.first_steps() + small_trace.last_steps()
    made.events(events)
    made.events([Event("enter", function=9, site=3, activation=9), Event("leave", activation=10)] * 50)
    made.end()
    write(staleread.folder, [("circles.srt", made.bytes())])
    assert info(staleread, ["circles.srt"])["circles.srt"]["whole"] == "yes"
    for command in ("dump", "analyze"):
        staleread(command, "circles.srt")


def test_text_of_the_trace_cannot_write_to_the_terminal(staleread: Program) -> None:
    made = TraceWriter()
    made.meta({"python": "3.11\x1b[2J", "\x1bname": "\u202eback\u2028", "raw": "\x80"})
    made.tables([string(1, b"\xff\x1b]0;title\x07\xc0\x80 \xed\xa0\x80 \xf4\x90\x80\x80 fine \xc3\xa9")])
    made.events([Event("object", object=1, object_kind=5, string=1)])
    made.end()
    write(staleread.folder, [("text.srt", made.bytes())])
    for command in COMMANDS:
        out = staleread(command, "text.srt").out
        assert not any(character in out for character in "\x1b\x07\u202e\u2028\x80")
        assert out.isprintable() or out.replace("\n", "").isprintable()
    assert "fine é" in staleread("dump", "text.srt").out
