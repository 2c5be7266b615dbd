"""Traces that mean harm: numbers beyond all reason, depth without end, circles, and texts that a terminal would obey."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import small_trace
from conftest import PROGRAM, Program
from trace_writer import Event, TraceWriter, column, frame, kinds, string

NUMBERS = [
    *(2**bits + more for bits in (8, 16, 20, 24, 31, 32, 33, 53, 62, 63) for more in (-1, 0)),
    2**64 - 2,
    2**64 - 1,
]
MEGABYTES_MAX = 700  # the sanitizers' own share is most of it

# Escapes that recolour, retitle or clear; NUL; what is no UTF-8; what turns writing around or is not seen; markup.
NASTY = b"\x1b]0;x\x07\x1b[2J\x00\xff\xc2\x9b2J\xe2\x80\xae\xd8\x9c\xe2\x80\xa8\xf3\xa0\x81\x81\r\n\x7f`<b>|*_$HOME```"


def write(folder: Path, name: str, *batches: list[Event]) -> str:
    made = TraceWriter()
    made.meta({"python": "3.11.7"})
    made.tables(small_trace.tables())
    for events in (small_trace.opening(), small_trace.first_steps(), *batches, small_trace.last_steps()):
        made.events(events)
    made.end()
    (folder / name).write_bytes(made.bytes())
    return name


def run_bounded(folder: Path, *words: str) -> None:
    """It ends well, and takes little memory and little time."""
    with subprocess.Popen(
        [PROGRAM, *words], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        errors = process.stderr.read().decode()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 1), errors
    assert errors == ""
    assert used.ru_maxrss / 1024 < MEGABYTES_MAX


# ---- numbers ----


def numbered() -> Iterator[tuple[str, list[Event]]]:
    """Of each kind, every field with every number, in a file of its own."""
    for kind in kinds().values():
        events = []
        for field in kind.fields:
            for number in NUMBERS:
                rest = {other: 1 for other in kind.fields if other != field}
                events.append(Event(kind.name, **rest, **{field: number}))
        if events:
            yield f"{kind.name}.srt", events


def test_every_field_takes_every_number(tmp_path: Path) -> None:
    names = [write(tmp_path, name, events) for name, events in numbered()]
    everything = [event for _, events in numbered() for event in events]
    names.append(write(tmp_path, "everything.srt", everything, list(reversed(everything))))
    for words in (["analyze", "--confidence", "low"], ["analyze", "--format", "json"], ["info"]):
        run_bounded(tmp_path, *words, *names)
    for form in choices("analyze", "--format"):
        run_bounded(tmp_path, "analyze", "--confidence", "low", "--format", form, "everything.srt")
    for target in choices("export", "--to"):
        run_bounded(tmp_path, "export", "--to", target, "everything.srt")
    run_bounded(tmp_path, "dump", "everything.srt")


def test_indexes_of_threads_are_far_apart(tmp_path: Path) -> None:
    events = [Event("begin", thread=thread, actor=2 + i) for i, thread in enumerate((1, 2**16, 2**20 - 1))]
    run_bounded(tmp_path, "analyze", write(tmp_path, "threads.srt", events))


def test_a_small_file_of_very_many_is_little(tmp_path: Path) -> None:
    """Columns that stand for many events: each frame has as many, of new numbers each."""
    count = 65_536
    made = TraceWriter()
    made.tables(small_trace.tables())
    made.events(small_trace.opening())
    for number, (kind, fields) in enumerate(
        (("actor", (1, 1, 0, 1, 1, 1)), ("object", (1, 1, 0)), ("read", (1, 1, 1, 2)), ("lock", (1, 1, 1)))
    ):
        first = 1000 + number * count
        payload = bytes([kinds()[kind].number]) * count + column([0], 0)
        payload += bytes([kinds()[kind].number, len(fields)])
        payload += column([*range(first, first + count)], 17)
        payload += b"".join(column([value], 0) for value in fields[1:])
        made.raw(frame(3, payload, number=2 + number, events=count))
    made.end()
    (tmp_path / "many.srt").write_bytes(made.bytes())
    assert (tmp_path / "many.srt").stat().st_size < 20_000
    for command in ("info", "analyze"):
        run_bounded(tmp_path, command, "many.srt")


# ---- depth and circles ----


def test_depth_has_no_end(tmp_path: Path) -> None:
    deep = 30_000
    calls = [Event("enter", function=1, site=small_trace.AWAIT_SITE, activation=i) for i in range(deep)]
    steps = [Event("begin", actor=100 + i) for i in range(deep)]
    kept = [Event("keep", object=2 + i, owner=3 + i, key=small_trace.VALUE) for i in range(deep)]
    kept_before = [Event("keep", object=3 + i, owner=2 + i, key=small_trace.VALUE) for i in range(deep)]
    reads = [Event("read", site=1, object=2, key=small_trace.VALUE, value=small_trace.integer(0))] * 3
    names = [
        write(tmp_path, "calls.srt", calls, reads),
        write(tmp_path, "steps.srt", steps, reads),
        write(tmp_path, "kept.srt", kept, reads),
        write(tmp_path, "kept_before.srt", kept_before, reads),
    ]
    run_bounded(tmp_path, "analyze", *names)
    run_bounded(tmp_path, "dump", "kept.srt")


def test_what_is_kept_in_circles_has_a_name(staleread: Program) -> None:
    key = small_trace.VALUE
    circles = [
        Event("keep", object=small_trace.OBJECT, owner=small_trace.OBJECT, key=key),
        Event("keep", object=small_trace.OBJECT, owner=7, key=key),
        Event("keep", object=7, owner=8, key=key),
        Event("keep", object=8, owner=small_trace.OBJECT, key=key),
    ]
    outcome = staleread("analyze", write(staleread.folder, "circles.srt", circles))
    assert outcome.status == 1
    assert "lost-update" in outcome.out


# ---- texts ----


@pytest.fixture
def nasty(staleread: Program) -> str:
    """A trace whose every text means harm, and so does its name."""
    made = TraceWriter()
    text = NASTY.decode(errors="surrogateescape")
    names = ("python", "loop", "started", "root", "argv", "hostname", "off")
    counts = {"functions": "2", "functions_run": "1", "coroutines": "2", "coroutines_run": "1"}
    lists = {name: f"a{text}\nb{text}" for name in ("not_run", "unwatched", "unseen")}
    meta = {**{name: name + text for name in names}, **counts, **lists, text: text}
    made.meta(meta)
    rest = small_trace.tables()[len(small_trace.STRINGS) :]
    made.tables([*(string(n, s.encode() + NASTY) for n, s in enumerate(small_trace.STRINGS, 1)), *rest])
    for events in (small_trace.opening(), small_trace.first_steps(), small_trace.last_steps()):
        made.events(events)
    made.events([Event("off", string=1)])
    made.end()
    name = "n" + text.replace("\0", "").replace("/", "")
    (staleread.folder / name).write_bytes(made.bytes())
    return name


def assert_printable(out: str) -> None:
    bad = {character for character in out if not character.isprintable()} - {"\n", "\t"}
    assert not bad, bad


# What the program's own tables have: whoever adds a row there is tested here.


def choices(command: str, option: str) -> list[str]:
    """What the option may be, as the program says when it is something else."""
    words = [PROGRAM, command, option, "no such", *("x" for _ in range(2))]
    said = subprocess.run(words, capture_output=True, text=True, check=False).stderr
    found = re.search(r" means nothing; it is (.+)$", said)
    assert found, said
    return re.split(", | or ", found[1])


def commands() -> list[str]:
    """Those of the analyzer, not the agent's."""
    said = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=True).stdout
    listed = said[said.index("Commands:") : said.index("`staleread COMMAND --help`")]
    return [
        name for name in re.findall(r"^  (\w+)", listed, re.MULTILINE) if name not in ("record", "attach")
    ]


READ_BY: dict[str, Callable[[str], Any]] = {
    "json": json.loads,
    "sarif": json.loads,
    "chrome": json.loads,
    "junit": ElementTree.fromstring,
    "html": HTMLParser(convert_charrefs=True).feed,
}
"""What reads it besides a terminal. Each format is tested in full elsewhere."""

FINDING = "SR-"  # the beginning of the only one's id

CALLS = {
    "analyze": [["--format", form] for form in choices("analyze", "--format")],
    "show": [["--format", form, FINDING] for form in choices("show", "--format")] + [[FINDING]],
    "export": [["--to", target] for target in choices("export", "--to")],
    "slice": [["--finding", FINDING, "-o", "-"]],
    "merge": [["--format", form] for form in choices("merge", "--format")],
}
"""The words before a trace, or a report where it takes one. Commands that are not here are called with a trace alone."""

TAKE_REPORTS = {"merge"}


@pytest.mark.parametrize("command", commands())
def test_texts_do_nothing_to_a_terminal(staleread: Program, nasty: str, command: str) -> None:
    name = nasty
    if command in TAKE_REPORTS:
        name = "report.json"
        assert staleread("analyze", "--format", "json", "-o", name, nasty).status == 1
    for words in CALLS.get(command, [[]]):
        outcome = staleread(command, *words, name)
        assert_printable(outcome.err)
        if words[-1:] == ["perfetto"] or command == "slice":
            assert b"\x1b[2J" not in outcome.out.encode(errors="surrogateescape"), words
            continue
        assert_printable(outcome.out)
        assert staleread(command, *words, name) == outcome, f"{words}: not the same bytes"
        if command in CALLS:
            assert outcome.status == (1 if command == "analyze" else 0), words
            assert "Counter" in outcome.out, words
            READ_BY.get(words[1] if len(words) > 1 else "", str)(outcome.out)


def test_colours_and_links_are_the_only_escapes(staleread: Program, nasty: str) -> None:
    own = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;;[!-~]*\x1b\\\\")
    for words in (["analyze"], ["analyze", "--verbose"], ["show", FINDING]):
        outcome = staleread(*words, "--color", "always", "--hyperlinks", "always", nasty)
        assert own.search(outcome.out), words
        assert_printable(own.sub("", outcome.out))


def replaced(value: Any, kind: type, other: Any) -> Any:
    """The same report with something else wherever there is such a value, but for what makes it a report."""
    if isinstance(value, dict):
        return {
            name: each if name == "schema" else replaced(each, kind, other) for name, each in value.items()
        }
    if isinstance(value, list):
        return [replaced(each, kind, other) for each in value]
    return other if type(value) is kind else value


@pytest.mark.parametrize("kind", [int, str, bool, type(None)], ids=lambda kind: kind.__name__)
def test_reports_that_mean_harm(staleread: Program, nasty: str, kind: type) -> None:
    report = json.loads(staleread("analyze", "--format", "json", nasty).out)
    for other in (2**64, -1, 0.5, True, None, [], {}, "\x1b[2J\0\u202e", "SR-0123456789ab"):
        (staleread.folder / "other.json").write_text(json.dumps(replaced(report, kind, other)))
        outcome = staleread("merge", "--format", "text", "other.json", "other.json")
        assert outcome.status in (0, 2)
        assert_printable(outcome.out + outcome.err)
    assert_printable(staleread("analyze", "--baseline", "other.json", nasty).err)


@pytest.mark.parametrize("form", choices("merge", "--format"))
def test_no_text_of_a_report_is_obeyed(staleread: Program, nasty: str, form: str) -> None:
    """Those that say what they are stay; the others mean harm, one by one."""
    report = json.loads(staleread("analyze", "--format", "json", nasty).out)
    (finding,) = report["findings"]
    owners = [report["traces"][0], finding, *(each for each in finding.values() if isinstance(each, dict))]
    fixed = {"id", "kind", "form", "status", "confidence", "baseline"}
    for owner in owners:
        harm = {name: "\x1b[2J\u202e" + each for name, each in owner.items() if type(each) is str}
        owner.update({name: each for name, each in harm.items() if owner is not finding or name not in fixed})
    (staleread.folder / "other.json").write_text(json.dumps(report))
    outcome = staleread("merge", "--format", form, "other.json")
    assert outcome.status == 0, outcome.err
    assert_printable(outcome.out)


def test_a_slice_has_the_texts_as_they_were(staleread: Program, nasty: str) -> None:
    assert staleread("slice", "--finding", FINDING, "-o", "small.srt", nasty).status == 0
    outcome = staleread("dump", "small.srt")
    assert outcome.status == 0 and "Counter" in outcome.out
    assert_printable(outcome.out)


def test_the_tables_are_known() -> None:
    assert set(CALLS) <= set(commands())
    assert {"text", "json", "markdown", "html", "sarif", "junit", "github"} <= set(
        choices("analyze", "--format")
    )


def test_what_rules_and_baselines_say_does_nothing_to_a_terminal(staleread: Program, nasty: str) -> None:
    quoted = '"a\\x1b[2J\\u202eb"'
    rules = f"version: 1\nsuppress:\n  - {{cell: {quoted}, reason: {quoted}}}\n"
    (staleread.folder / "r\x1b[2J.yaml").write_text(rules)
    (staleread.folder / "b\x1b[2J.json").write_text(
        '{"schema": "staleread-report/1", "findings": [{"id": "SR-0123456789ab"}]}'
    )
    for form in choices("analyze", "--format"):
        outcome = staleread(
            "analyze", "--format", form, "--rules", "r\x1b[2J.yaml", "--baseline", "b\x1b[2J.json", nasty
        )
        assert outcome.status == 1
        assert_printable(outcome.out + outcome.err)


@pytest.mark.parametrize(
    "rules",
    [
        b"version: 1\n\x1b[2J: 3\n",
        b'version: 1\n"\\e[2J": 3\n',
        b"version: 1\nwatch:\n  - \xff\xfe\n",
        b'version: "\\e[2J"\n',
        b'version: 1\nthresholds: {confidence: "\\e[2J"}\n',
        b'version: 1\nsuppress:\n  - {kind: "\\e[2J", reason: x}\n',
        b"\x00\x00",
    ],
)
def test_errors_quote_nothing_raw(staleread: Program, nasty: str, rules: bytes) -> None:
    (staleread.folder / "r.yaml").write_bytes(rules)
    (staleread.folder / "b.json").write_bytes(rules)
    for option, name in (("--rules", "r.yaml"), ("--baseline", "b.json")):
        outcome = staleread("analyze", option, name, nasty)
        assert (outcome.status, outcome.out) == (2, "")
        assert outcome.err.startswith(f"staleread: {name}: ")
        assert_printable(outcome.err)


def test_words_of_the_command_line_are_quoted(staleread: Program, nasty: str) -> None:
    for words in (
        ["\x1b[2J"],
        ["analyze", "--\x1b[2J"],
        ["analyze", "--format", "\x1b[2J", nasty],
        ["analyze", "--rules", "\x1b[2J", nasty],
        ["analyze", "-o", "no\x1b[2J/where", nasty],
        ["explain", "\x1b[2J"],
        ["import", "--from", "std", nasty],
    ):
        outcome = staleread(*words)
        assert outcome.status == 2, words
        assert outcome.err.startswith("staleread: ")
        assert_printable(outcome.out + outcome.err)
