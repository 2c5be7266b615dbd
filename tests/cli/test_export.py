"""Exported traces, read back by libraries that are not ours: lanes, slices, arrows, locks, findings.

STALEREAD_GOLDEN=write pytest tests/cli/test_export.py      writes the text of one picture anew
"""

from __future__ import annotations

import json
import os
import subprocess
from itertools import pairwise
from pathlib import Path

import perfetto_picture
import pytest
import small_trace
import tool
from conftest import PROGRAM, Program
from perfetto_picture import Picture, assert_nested
from test_hostile import NASTY, numbered, write
from trace_reader import read_trace
from trace_writer import Event, TraceWriter, string

TRACES = tool.ROOT / "traces"
GOLDEN = Path(__file__).resolve().parent / "golden"
COMMITTED = sorted([*TRACES.glob("racy/*.srt"), *TRACES.glob("clean/*.srt")])


def export(staleread: Program, trace: Path | str, *options: str) -> Picture:
    done = staleread("export", *options, "-o", "picture", trace)
    assert (done.status, done.err) == (0, "")
    picture = perfetto_picture.read(staleread.folder / "picture")
    assert_nested(picture)
    return picture


# ---- every committed trace ----


@pytest.mark.parametrize("trace", COMMITTED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_lanes_are_the_tasks_and_findings_are_there(staleread: Program, trace: Path) -> None:
    picture = export(staleread, trace)
    events = read_trace(trace)
    tasks = {event.actor: event for event in events.of("actor") if event.actor_kind == 1}
    began = {event.actor for event in events.of("begin")} & tasks.keys()
    lanes = [lane.split()[1] for lane in picture.lanes()]
    if len(tasks) <= 500:
        assert sorted(lanes) == sorted(events.strings[tasks[actor].string] for actor in began)
    else:
        lives = {each.name for each in picture.slices("actor") if each.begin != each.end}
        assert lives == {events.strings[tasks[actor].string] for actor in began}
    report = tool.analyze(trace)
    told = {each.arguments["finding"] for each in picture.slices("finding")}
    assert told == {finding["id"] for finding in report["findings"]}


def test_steps_and_holdings_are_as_many_as_there_were(staleread: Program) -> None:
    trace = TRACES / "racy" / "lock_order.srt"
    picture = export(staleread, trace)
    events = read_trace(trace)
    assert len(picture.slices("step")) == len(events.of("begin"))
    assert len(picture.slices("lock")) == len(events.of("acquire"))
    assert {each.begin // 1000 for each in picture.slices("step")} == {
        number for number, event in enumerate(events.events) if event.name == "begin"
    }


def test_who_is_scheduled_is_reached_by_an_arrow(staleread: Program) -> None:
    trace = TRACES / "racy" / "lock_order.srt"
    picture = export(staleread, trace)
    events = read_trace(trace)
    scheduled = {event.token for event in events.of("schedule")}
    reached = {to.begin // 1000 for _, to in picture.arrows.values() if to.category == "step"}
    for number, event in enumerate(events.events):
        if event.name == "begin" and event.token in scheduled and number not in reached:
            # Who scheduled themselves come after their own steps without an arrow.
            assert events.actors()[event.actor].startswith("Task")
    assert all(sender.end <= to.begin or sender.begin <= to.begin for sender, to in picture.arrows.values())


def test_the_picture_is_the_golden_one(staleread: Program) -> None:
    text = export(staleread, TRACES / "racy" / "lock_released.srt").text()
    golden = GOLDEN / "export-lock_released.txt"
    if os.environ.get("STALEREAD_GOLDEN") == "write":
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_the_ends_of_a_finding_are_connected(staleread: Program) -> None:
    trace = TRACES / "racy" / "lock_released.srt"
    picture = export(staleread, trace)
    (found,) = tool.analyze(trace)["findings"]
    ends = [each for each in picture.slices("finding") if "role" in each.arguments]
    assert {each.arguments["role"] for each in ends} == {"first", "window", "other", "last"}
    for each in ends:
        place = found[each.arguments["role"]]
        assert (each.begin // 1000, each.arguments["line"]) == (place["event"], place["line"])
        if "actor" in place:
            assert place["actor"] in picture.tracks[each.track].name.split()
    along = [(one.begin, other.begin) for one, other in picture.arrows.values() if one in ends]
    assert sorted(along) == list(pairwise(sorted(each.begin for each in ends)))


def test_the_axis_is_told(staleread: Program) -> None:
    picture = export(staleread, TRACES / "racy" / "counter.srt")
    (whole,) = picture.slices("recording")
    assert whole.begin == 0
    assert "no time" in whole.arguments["axis"]
    assert (
        whole.end // 1000
        == whole.arguments["events"]
        == len(read_trace(TRACES / "racy" / "counter.srt").events)
    )


# ---- Chrome's form ----


def chrome(staleread: Program, trace: Path | str) -> list[dict[str, object]]:
    done = staleread("export", "--to", "chrome", trace)
    assert (done.status, done.err) == (0, "")
    events: list[dict[str, object]] = json.loads(done.out)["traceEvents"]
    return events


@pytest.mark.parametrize("name", ["lock_order", "threads_counter", "semaphore"])
def test_chrome_shows_the_same(staleread: Program, name: str) -> None:
    trace = TRACES / "racy" / f"{name}.srt"
    picture, events = export(staleread, trace), chrome(staleread, trace)
    tracks = {event["tid"]: event["args"]["name"] for event in events if event["name"] == "thread_name"}  # type: ignore[index]
    assert sorted(tracks.values()) == sorted(t.name for t in picture.tracks.values() if t.kind != "process")
    shown = sorted(
        (tracks[event["tid"]], event["ts"], event["name"]) for event in events if event["ph"] in "Xi"
    )
    assert shown == sorted(
        (track.name, each.begin / 1000, each.name)
        for track in picture.tracks.values()
        for each in track.slices
    )
    begins = [event["id"] for event in events if event["ph"] == "s"]
    ends = [event["id"] for event in events if event["ph"] == "f"]
    assert len(set(begins)) == len(begins) and sorted(begins) == sorted(ends) == sorted(picture.arrows)  # type: ignore[type-var]


# ---- what is not whole, and what means harm ----


def test_what_is_cut_anywhere_is_shown_up_to_there(staleread: Program) -> None:
    content = (TRACES / "clean" / "task_group.srt").read_bytes()
    for size in range(len(content) // 4, len(content), len(content) // 30):
        (staleread.folder / "cut.srt").write_bytes(content[:size])
        picture = export(staleread, "cut.srt")
        (whole,) = picture.slices("recording")
        assert "missing" in whole.name


def test_a_gap_ends_what_was_open(staleread: Program, tmp_path: Path) -> None:
    made = TraceWriter()
    made.meta({"python": "3.11.7"})
    made.tables(small_trace.tables())
    made.events(small_trace.opening())
    made.events(small_trace.first_steps())
    made.events([Event("begin", actor=2), Event("enter", function=1), Event("lost", events=7), Event("end")])
    made.events(small_trace.last_steps())
    (tmp_path / "gap.srt").write_bytes(made.bytes())
    picture = export(staleread, "gap.srt")
    (gap,) = (each for each in picture.slices("recording") if "gap" in each.name)
    assert gap.arguments["lost_events"] == 7
    cut = [each for each in picture.slices("step") if "missing" in each.arguments.get("cut", "")]
    assert gap.begin in {each.end for each in cut}


def test_steps_nest_though_ends_were_lost(staleread: Program) -> None:
    """A callback begins again, elsewhere or in itself, while what began in it goes on."""
    one, other = 10, 11
    events = [Event("actor", actor=actor, actor_kind=2) for actor in (one, other)]
    for thread in (1, 0):
        events += [Event("begin", actor=one), Event("begin", actor=other), Event("enter", function=1)]
        events += [Event("begin", thread=thread, actor=one), Event("end"), Event("end"), Event("end")]
        events += [Event("end", thread=thread)]
    write(staleread.folder, "lost_ends.srt", events)
    picture = export(staleread, "lost_ends.srt")
    assert len([each for each in picture.slices("step") if "its end" in each.arguments.get("cut", "")]) == 4


def test_logs_of_threads_have_lanes_blocks_and_locks(staleread: Program) -> None:
    (staleread.folder / "log.std").write_text(
        "T1|begin(m)|1\nT1|acq(l)|2\nT1|w(x)|3\nT1|rel(l)|4\nT1|end(m)|5\n"
    )
    assert staleread("import", "--from", "std", "-o", "log.srt", "log.std").status == 0
    picture = export(staleread, "log.srt")
    (thread,) = picture.named("T1")
    (block,) = (each for each in thread.slices if each.category == "call")
    (held,) = picture.named("lock l")[0].slices
    assert (block.name, held.name, held.arguments["location"]) == ("m", "T1", 2)
    assert block.begin < held.begin < held.end < block.end


def test_every_field_takes_every_number(staleread: Program) -> None:
    for name, events in numbered():
        write(staleread.folder, name, events)
        export(staleread, name)


def test_names_mean_nothing(staleread: Program) -> None:
    made = TraceWriter()
    made.meta({"python": "3.11.7", "argv": "x\x1b[2J\ny"})
    made.tables([*small_trace.tables(), *(string(n, NASTY + b'"\\' + str(n).encode()) for n in range(1, 12))])
    for events in (small_trace.opening(), small_trace.first_steps(), small_trace.last_steps()):
        made.events(events)
    made.end()
    (staleread.folder / "nasty.srt").write_bytes(made.bytes())
    picture = export(staleread, "nasty.srt")
    names = [track.name for track in picture.tracks.values()]
    names += [each.name for track in picture.tracks.values() for each in track.slices]
    assert any("<b>" in name for name in names)
    assert all(name.isprintable() for name in names)
    events = chrome(staleread, "nasty.srt")
    assert {event["name"] for event in events if event["ph"] in "Xi"} == {
        each.name for track in picture.tracks.values() for each in track.slices
    }


def many_tasks(count: int) -> list[Event]:
    """Each begins and ends before the next one is made, but for one that waits all the time."""
    events = [Event("actor", actor=9, actor_kind=1, string=10), Event("begin", actor=9), Event("end")]
    for actor in range(10, 10 + count):
        events += [Event("actor", actor=actor, actor_kind=1, string=11), Event("begin", actor=actor)]
        events += [Event("finish", actor=actor), Event("end")]
    return [*events, Event("begin", actor=9), Event("finish", actor=9), Event("end")]


def test_many_tasks_share_lanes(staleread: Program) -> None:
    write(staleread.folder, "many.srt", many_tasks(600))
    picture = export(staleread, "many.srt")
    lives = [each for each in picture.slices("actor") if each.begin != each.end]
    assert len(lives) == 600 + 1 + 2
    assert len(picture.lanes()) == 4  # one that waits, two that never end, and one for all the others
    assert all(
        each.depth == 1 for each in picture.slices("step") if picture.tracks[each.track].kind == "lane"
    )


# ---- the command ----


def test_the_same_trace_gives_the_same_bytes(staleread: Program) -> None:
    trace = TRACES / "racy" / "counter.srt"
    contents = []
    for name in ("one", "other"):
        staleread("export", "-o", name, trace)
        contents.append((staleread.folder / name).read_bytes())
    assert contents[0] == contents[1]
    with open(staleread.folder / "piped", "wb") as piped:
        subprocess.run([PROGRAM, "export", "-o", "-", trace], stdout=piped, check=True)
    assert (staleread.folder / "piped").read_bytes() == contents[0]


def test_a_terminal_is_refused(staleread: Program) -> None:
    ours, theirs = os.openpty()
    try:
        done = staleread("export", TRACES / "racy" / "counter.srt", stdout=theirs)
        assert done.status == 2
        assert "-o FILE" in done.err
        assert (
            staleread("export", "--to", "chrome", TRACES / "racy" / "lock_order.srt", stdout=theirs).status
            == 0
        )
    finally:
        os.close(ours)
        os.close(theirs)


def test_what_is_read_is_not_written_over(staleread: Program) -> None:
    content = (TRACES / "racy" / "counter.srt").read_bytes()
    (staleread.folder / "counter.srt").write_bytes(content)
    done = staleread("export", "counter.srt", "-o", "./counter.srt")
    assert done.status == 2 and "what is read" in done.err
    assert (staleread.folder / "counter.srt").read_bytes() == content


def test_after_an_error_there_is_no_output(staleread: Program) -> None:
    (staleread.folder / "no.srt").write_bytes(b"no trace")
    done = staleread("export", "no.srt", "-o", "picture")
    assert done.status == 2 and "no.srt" in done.err
    assert not (staleread.folder / "picture").exists()
    assert staleread("export", "-", "-o", "picture").status == 2
    done = staleread("export", TRACES / "racy" / "counter.srt", "-o", "/dev/full")
    assert done.status == 2 and "No space left" in done.err
