"""`staleread import --from std`: what RAPID's traces say becomes a trace of ours, and what is no event is told."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from conftest import Program


def write(folder: Path, *lines: str, name: str = "log.std") -> Path:
    path = folder / name
    path.write_text("".join(line + "\n" for line in lines))
    return path


def dumped(staleread: Program, trace: str | Path) -> list[str]:
    outcome = staleread("dump", trace)
    assert outcome.status == 0, outcome.err
    return outcome.out.splitlines()


def test_events(staleread: Program, tmp_path: Path) -> None:
    log = write(
        tmp_path,
        "T0|fork(T1)|1",
        "T1|begin(a)|2",
        "T1|acq(l)|3",
        "T1|r(x)|4",
        "T1|w(x)|4294967295",
        "T1|rel(l)|6",
        "T1|end(a)|7",
        "T0|branch|8",
        "T0|join(T1)|9",
    )
    outcome = staleread("import", "--from", "std", log)
    assert (outcome.status, outcome.out) == (0, "")
    assert outcome.err == f"staleread: {log}: 9 events\n"
    assert dumped(staleread, f"{log}.srt") == [
        "0 actor actor=a1 actor_kind=thread string='T0'",
        "0 begin actor=a1",
        "0 object object=o1 object_kind=variables",
        "0 send_now token=t1",
        "0 actor actor=a2 actor_kind=thread string='T1'",
        "0 send_now token=t2",
        "1 begin actor=a2 token=t2",
        "1 retire token=t2",
        "1 block line=2 string='a'",
        "1 object object=o2 object_kind=lock string='l'",
        "1 lock object=o2 lock_kind=threading-rlock permits=1",
        "1 acquire_at object=o2 line=3",
        "1 read_at line=4 object=o1 key=.x",
        "1 write_at line=4294967295 object=o1 key=.x",
        "1 release_at object=o2 line=6",
        "1 block_end line=7",
        "1 send_now token=t3",
        "1 finish actor=a2",
        "1 end",
        "0 recv token=t3",
    ]


def test_the_report_says_where_it_comes_from(staleread: Program, tmp_path: Path) -> None:
    log = write(tmp_path, "T1|w(x)|1", "T2|w(x)|2")
    assert staleread("import", "--from", "std", log, "-o", "log.srt").status == 0
    outcome = staleread("analyze", "log.srt")
    assert outcome.status == 1
    assert "data-race · observed · high · once · x" in outcome.out
    assert "writes       location 2" in outcome.out
    assert "because another tool's log tells nothing of" in outcome.out


def test_a_number_is_the_thread_of_that_number(staleread: Program, tmp_path: Path) -> None:
    one = write(tmp_path, "T0|fork(9)|1", "T9|w(x)|2", "0|join(T9)|3", name="one")
    other = write(tmp_path, "T0|fork(T9)|1", "T9|w(x)|2", "T0|join(T9)|3", name="other")
    for log in (one, other):
        assert staleread("import", "--from", "std", log, "-o", f"{log}.srt").status == 0
    assert dumped(staleread, f"{one}.srt") == dumped(staleread, f"{other}.srt")


def test_compressed(staleread: Program, tmp_path: Path) -> None:
    log = write(tmp_path, "T0|w(x)|1")
    packed = tmp_path / "log.std.gz"
    packed.write_bytes(gzip.compress(log.read_bytes()))
    assert staleread("import", "--from", "std", log, "-o", "plain.srt").status == 0
    assert staleread("import", "--from", "std", packed, "-o", "packed.srt").status == 0
    assert (tmp_path / "plain.srt").read_bytes() == (tmp_path / "packed.srt").read_bytes()


BAD = {
    "": None,
    "T0|w(x)": "it has not three fields with `|` between",
    "T0|w(x)|1|2": "it has not three fields with `|` between",
    "|w(x)|1": "the thread has no name",
    "T 0|w(x)|1": "there is a blank in a name",
    "T0|w(x y)|1": "there is a blank in a name",
    "T0|w(x)|": "the location is no whole number from 0 to 4294967295",
    "T0|w(x)|4294967296": "the location is no whole number from 0 to 4294967295",
    "T0|w(x)|-1": "the location is no whole number from 0 to 4294967295",
    "T0|write(x)|1": "there is no such operation",
    "T0|w()|1": "the operation does not say on what",
    "T0|w(x|1": "the operation's bracket is not closed",
    "T0|fork(T0)|1": "a thread can neither fork nor join itself",
    "T0|w(" + 70000 * "x" + ")|1": "it is longer than 65536 bytes",
}


@pytest.mark.parametrize("bad", BAD, ids=lambda line: line[:12] or "blank")
def test_a_line_that_is_no_event(staleread: Program, tmp_path: Path, bad: str) -> None:
    log = write(tmp_path, "T0|r(a)|1", bad, "T0|w(b)|3")
    outcome = staleread("import", "--from", "std", log, "-o", "out.srt")
    assert outcome.status == 0
    said = outcome.err.splitlines()
    if BAD[bad] is None:
        assert said == [f"staleread: {log}: 2 events"]
    else:
        assert said[0].startswith(f"staleread: {log}: line 2: {BAD[bad]}")
        assert said[1:] == [
            f"staleread: {log}: 2 events; 1 line is no event and was left out, so that findings may be wrong"
        ]
    accesses = [line for line in dumped(staleread, "out.srt") if "_at " in line]
    assert accesses == ["0 read_at line=1 object=o1 key=.a", "0 write_at line=3 object=o1 key=.b"]


def test_many_bad_lines_are_counted(staleread: Program, tmp_path: Path) -> None:
    log = write(tmp_path, *(30 * ["nonsense\x1b[2J"]), "T0|w(x)|1")
    outcome = staleread("import", "--from", "std", log, "-o", "out.srt")
    said = outcome.err.splitlines()
    assert outcome.status == 0 and len(said) == 11 and "30 lines are no events" in said[-1]
    assert "\x1b" not in outcome.err


def test_reports_tell_which_lines_were_none(staleread: Program, tmp_path: Path) -> None:
    log = write(tmp_path, "T0|w(x)|1", *(12 * ["nonsense"]), "T1|w(x)|2")
    assert staleread("import", "--from", "std", log, "-o", "out.srt").status == 0
    said = "12 lines of the log were no events and were left out, so that findings may be wrong: lines 2, 3, 4, 5, 6, 7, "
    said += "8, 9, 10, 11 and more"
    report = json.loads(staleread("analyze", "out.srt", "--format", "json").out)
    assert report["traces"][0]["notes"] == [said]
    for form in ("text", "markdown", "html", "sarif"):
        outcome = staleread("analyze", "out.srt", "--format", form)
        assert "lines 2, 3, 4, 5, 6, 7, 8," in " ".join(outcome.out.split()), form


@pytest.mark.parametrize(
    ("numbers", "said"), [((2,), "line 2"), ((2, 4), "lines 2 and 4"), ((2, 3, 5), "lines 2, 3 and 5")]
)
def test_few_bad_lines_are_all_named(
    staleread: Program, tmp_path: Path, numbers: tuple[int, ...], said: str
) -> None:
    log = write(tmp_path, *("no" if number in numbers else "T0|w(x)|1" for number in range(1, 7)))
    assert staleread("import", "--from", "std", log, "-o", "out.srt").status == 0
    report = json.loads(staleread("analyze", "out.srt", "--format", "json").out)
    assert report["traces"][0]["notes"][0].endswith(f", so that findings may be wrong: {said}")


def test_opposite_orders_of_locks_have_locations(staleread: Program, tmp_path: Path) -> None:
    taking = "T1|acq(a)|1 T1|acq(b)|2 T1|rel(b)|3 T1|rel(a)|4 T2|acq(b)|0 T2|acq(a)|6 T2|rel(a)|7 T2|rel(b)|8"
    assert staleread("import", "--from", "std", write(tmp_path, *taking.split()), "-o", "out.srt").status == 0
    (finding,) = json.loads(staleread("analyze", "out.srt", "--format", "json").out)["findings"]
    assert (finding["kind"], finding["cell"]["text"]) == ("lock-misuse", "a and b")
    assert [(finding[each]["line"], finding[each]["source"]) for each in ("first", "other", "last")] == [
        (1, "acq(a)|1"),
        (6, "acq(a)|6"),
        (2, "acq(b)|2"),
    ]


def test_blocks_that_a_lock_breaks_have_locations(staleread: Program, tmp_path: Path) -> None:
    taking = "T1|begin|1 T1|acq(a)|2 T1|rel(a)|3 T2|acq(a)|4 T2|rel(a)|5 T1|acq(a)|6 T1|rel(a)|7 T1|end|8"
    assert staleread("import", "--from", "std", write(tmp_path, *taking.split()), "-o", "out.srt").status == 0
    (finding,) = json.loads(staleread("analyze", "out.srt", "--format", "json").out)["findings"]
    assert [(finding[each]["line"], finding[each]["source"]) for each in ("first", "other", "last")] == [
        (1, "begin()|1"),
        (5, "rel(a)|5"),
        (6, "acq(a)|6"),
    ]


def test_not_a_trace_at_all(staleread: Program, tmp_path: Path) -> None:
    for name, content in {"empty": b"", "text": b"hello\nworld\n", "noise": bytes(range(256)) * 100}.items():
        (tmp_path / name).write_bytes(content)
        outcome = staleread("import", "--from", "std", name)
        assert outcome.status == 2, name
        assert f"{name}: no line of it is an event of RAPID's STD form" in outcome.err
        assert not (tmp_path / f"{name}.srt").exists()


def test_a_torn_gzip_file_is_refused(staleread: Program, tmp_path: Path) -> None:
    whole = gzip.compress(b"".join(b"T0|w(x%d)|%d\n" % (i, i) for i in range(5000)))
    (tmp_path / "torn.gz").write_bytes(whole[: len(whole) // 2])
    outcome = staleread("import", "--from", "std", "torn.gz")
    assert outcome.status == 2 and "damaged or cut off after line" in outcome.err
    assert not (tmp_path / "torn.gz.srt").exists()


def test_usage(staleread: Program, tmp_path: Path) -> None:
    log = write(tmp_path, "T0|w(x)|1")
    for words in ([log], ["--from", "rr", log]):
        outcome = staleread("import", *words)
        assert outcome.status == 2 and "--from" in outcome.err and "std" in outcome.err
    outcome = staleread("import", "--from", "std", log, "-o", log)
    assert outcome.status == 2 and "this is what is read" in outcome.err
    assert staleread("import", "--from", "std", tmp_path).status == 2
    assert staleread("import", "--from", "std", "missing.std").status == 2
