"""How people are shown what was found: width, colours, links, more and less of it."""

from __future__ import annotations

import re
import shlex
import shutil
import socket
import unicodedata
from pathlib import Path

import pytest
import small_trace
import terminal
from conftest import PROGRAM, ROOT, Program
from trace_writer import TraceWriter, string
from wcwidth import wcswidth

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
LINK = re.compile(r"\x1b\]8;;(.*?)\x1b\\(.*?)\x1b\]8;;\x1b\\")


def trace_of(root: Path, strings: list[str] = small_trace.STRINGS) -> TraceWriter:
    """The small trace as recorded below `root`, with other names."""
    made = TraceWriter()
    made.meta({"agent": "0.1.0", "python": "3.11.7", "root": str(root)})
    names = [string(number, value) for number, value in enumerate(strings, 1)]
    made.tables(names + small_trace.tables()[len(names) :])
    for events in (small_trace.opening(), small_trace.first_steps(), small_trace.last_steps()):
        made.events(events)
    made.end({})
    return made


@pytest.fixture
def trace(staleread: Program) -> str:
    (staleread.folder / "small.srt").write_bytes(trace_of(staleread.folder).bytes())
    (staleread.folder / "counter.py").write_text("\n" * 10)
    return "small.srt"


def shown(staleread: Program, *words: str, columns: int = 80, **values: str) -> str:
    """The report on a terminal; links are off unless something is said about them."""
    values = {"FORCE_HYPERLINK": "0", **values}
    seen = terminal.run([PROGRAM, "analyze", *words], staleread.folder, columns=columns, **values)
    assert (seen.status, seen.err) == (1, "")
    return seen.out


# ---- colour ----


def test_colour_says_no_more_than_the_words(staleread: Program, trace: str) -> None:
    plain = staleread("analyze", trace).out
    coloured = shown(staleread, trace)
    assert coloured != plain
    assert COLOUR.sub("", coloured) == plain


@pytest.mark.parametrize(
    ("environment", "on_terminal", "elsewhere"),
    [
        ({}, True, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"TERM": "dumb"}, False, False),
        ({"CLICOLOR": "0"}, False, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"CLICOLOR_FORCE": "1"}, True, True),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
    ],
)
def test_what_the_environment_says_of_colour(
    staleread: Program, trace: str, environment: dict[str, str], on_terminal: bool, elsewhere: bool
) -> None:
    assert bool(COLOUR.search(shown(staleread, trace, **environment))) == on_terminal
    assert bool(COLOUR.search(staleread("analyze", trace, **environment).out)) == elsewhere
    # The command line has the last word.
    assert not COLOUR.search(shown(staleread, trace, "--color=never", **environment))
    assert COLOUR.search(staleread("analyze", trace, "--color=always", **environment).out)


def test_files_are_the_same_wherever_they_are_written(staleread: Program, trace: str) -> None:
    plain = staleread("analyze", trace).out
    shown(
        staleread, trace, "-o", "report.txt", columns=120, FORCE_COLOR="1", FORCE_HYPERLINK="1", COLUMNS="70"
    )
    assert (staleread.folder / "report.txt").read_text() == plain


# ---- width ----


def widest(text: str) -> int:
    return max(map(wcswidth, COLOUR.sub("", text).splitlines()))


def test_text_is_as_wide_as_it_may_be(staleread: Program, trace: str) -> None:
    assert widest(shown(staleread, trace, columns=100)) == 100
    for columns in (40, 50, 60):
        lines = shown(staleread, trace, columns=columns).splitlines()
        assert (
            widest("\n".join(line for line in lines if "  staleread " not in line)) <= columns
        )  # to be copied
    assert widest(shown(staleread, trace, columns=400)) == 120
    assert widest(shown(staleread, trace, columns=100, COLUMNS="70")) == 70
    assert widest(shown(staleread, trace, "--width", "90", columns=100, COLUMNS="70")) == 90
    assert widest(staleread("analyze", trace, COLUMNS="100").out) == 100
    assert widest(staleread("analyze", trace, COLUMNS="nonsense").out) == 80
    assert widest(staleread("analyze", trace, "--width=200").out) == 200


@pytest.mark.parametrize("width", ["39", "1001", "wide", "-1", ""])
def test_a_width_that_means_nothing(staleread: Program, trace: str, width: str) -> None:
    outcome = staleread("analyze", f"--width={width}", trace)
    assert (outcome.status, outcome.out) == (2, "")
    assert (
        outcome.err
        == f"staleread: analyze: `--width {width}` means nothing; it is a number from 40 to 1000\n"
    )


WIDE = [
    "計數器.増やす",
    "計數器.py",
    "self.\u5024",
    "計數器",
    "\u5024",
    "見 = self.\u5024  # " + "長い行の終わりはどこにあるのか " * 4,
    "self.e\u0301te\u0301 = 見 + 1",
    "await \U0001f40d\U0001f469\u200d\U0001f469\u200d\U0001f467.sleep(0)",
    "asyncio.sleep(0)",
    "타스크-1",
    "Aufgabe-\u00fc\u0308",
]


def test_wide_characters_take_two_columns(staleread: Program) -> None:
    (staleread.folder / "wide.srt").write_bytes(trace_of(staleread.folder, WIDE).bytes())
    out = staleread("analyze", "wide.srt").out
    assert "計數器.値" in unicodedata.normalize("NFC", out)
    assert widest(out) == 80
    (location,) = {line.index("計數器.py") for line in out.splitlines() if " reads " in line}
    columns = {
        wcswidth(line[: line.index("計數器.py")]) for line in out.splitlines() if " in 計數器." in line
    }
    assert columns == {wcswidth("  Aufgabe-\u00fc\u0308  overwrites   ")}, location


def test_nothing_of_a_trace_commands_the_terminal(staleread: Program) -> None:
    evil = ["\x1b[31m\x1b]8;;http://evil\x1b\\x", "a\u202eb\u2066.py", *["\x9bm\x07\r\n\x7f\u200b"] * 9]
    (staleread.folder / "evil.srt").write_bytes(trace_of(staleread.folder, evil).bytes())
    for detail in ("--quiet", "--verbose", "--color=never"):
        out = shown(staleread, "evil.srt", detail, FORCE_HYPERLINK="1", NO_COLOR="1")
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]", out)


# ---- links ----


def test_places_open_where_their_files_are(staleread: Program, trace: str) -> None:
    out = COLOUR.sub("", shown(staleread, trace, FORCE_HYPERLINK=""))
    url = f"file://{socket.gethostname()}{staleread.folder}/counter.py"
    assert LINK.findall(out) == [
        (f"{url}#5", "counter.py:5"),
        (f"{url}#6", "counter.py:6"),
        (f"{url}#7", "counter.py:7"),
        (f"{url}#7", "counter.py:7"),
    ]
    assert LINK.sub(r"\2", out) == staleread("analyze", trace).out


def test_no_place_opens_where_there_is_no_file(staleread: Program, trace: str) -> None:
    (staleread.folder / "counter.py").unlink()
    assert "\x1b]" not in shown(staleread, trace, FORCE_HYPERLINK="1")
    (staleread.folder / "elsewhere.srt").write_bytes(small_trace.writer().bytes())
    assert "\x1b]" not in shown(staleread, "elsewhere.srt", FORCE_HYPERLINK="1")


@pytest.mark.parametrize(
    ("environment", "linked"),
    [
        ({}, True),
        ({"TERM": "dumb"}, False),
        ({"TERM": "linux"}, False),
        ({"TERM": "screen.xterm"}, False),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"INSIDE_EMACS": "29.1"}, False),
        ({"VTE_VERSION": "4803"}, False),
        ({"VTE_VERSION": "6800"}, True),
        ({"NO_COLOR": "1"}, True),
    ],
)
def test_who_gets_links(staleread: Program, trace: str, environment: dict[str, str], linked: bool) -> None:
    values = {"FORCE_HYPERLINK": "", **environment}
    assert bool(LINK.search(shown(staleread, trace, **values))) == linked
    assert not LINK.search(shown(staleread, trace, "--hyperlinks=never", **values))
    assert LINK.search(staleread("analyze", trace, "--hyperlinks=always", **values).out)
    assert not LINK.search(staleread("analyze", trace, **values).out)


@pytest.mark.parametrize(
    ("pattern", "url"),
    [
        ("vscode", "vscode://file{folder}/counter.py:5"),
        ("pycharm", "pycharm://open?file={folder}/counter.py&line=5"),
        ("my://{host}?{path}!{line}\x1b\n{}", "my://{host}?{folder}/counter.py!5{{}}"),
    ],
)
def test_an_editor_opens_them(staleread: Program, trace: str, pattern: str, url: str) -> None:
    out = staleread("analyze", trace, "--hyperlinks=always", STALEREAD_HYPERLINKS=pattern).out
    assert LINK.findall(out)[0][0] == url.format(folder=staleread.folder, host=socket.gethostname())


def test_an_editor_that_nobody_knows(staleread: Program, trace: str) -> None:
    assert staleread("analyze", trace, STALEREAD_HYPERLINKS="vscodd").status == 1  # Nobody wants links there.
    outcome = staleread("analyze", trace, "--hyperlinks=always", STALEREAD_HYPERLINKS="vscodd")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith("staleread: STALEREAD_HYPERLINKS is `vscodd`: ")


def test_what_means_something_in_a_url_is_quoted(staleread: Program) -> None:
    folder = staleread.folder / "a b%#?\u00e9"
    folder.mkdir()
    (folder / "counter.py").touch()
    (staleread.folder / "odd.srt").write_bytes(trace_of(folder).bytes())
    out = staleread("analyze", "odd.srt", "--hyperlinks=always").out
    assert LINK.findall(out)[0][0].endswith("/a%20b%25%23%3F%C3%A9/counter.py#5")


# ---- less and more ----


def test_quiet_is_what_compilers_print(staleread: Program, trace: str) -> None:
    outcome = staleread("analyze", trace, "--quiet")
    assert outcome.status == 1
    assert re.sub(r"SR-\w{12}", "SR-…", outcome.out) == (
        "counter.py:7: lost-update · observed · high · once · Counter.value · SR-…\n"
        "1 finding: 1 lost-update; 1 observed.\n"
    )


RULES = """\
version: 1
suppress:
  - cell: Counter.value
    reason: roughly is good enough
"""


def test_verbose_tells_what_else_is_known(staleread: Program, trace: str) -> None:
    out = staleread("analyze", trace, "-v").out
    assert out.count("value `1`, holding no lock\n") == 2
    assert re.search(r"  Told as in `small.srt`, at event \d+.\n", out)
    (staleread.folder / "rules.yaml").write_text(RULES)
    (identity,) = re.findall(r"SR-\w+", out.splitlines()[0])
    out = staleread("analyze", trace, "--verbose", "--rules", "rules.yaml").out.replace("\n", " ")
    assert (
        f"Not shown: {identity}, lost-update of `Counter.value` at `counter.py:7`, suppressed by `rules.yaml:3` "
        "(`roughly is good enough`). "
    ) in out
    assert "Not shown" not in staleread("analyze", trace, "--rules", "rules.yaml").out


def test_quiet_and_verbose_are_opposites(staleread: Program, trace: str) -> None:
    outcome = staleread("analyze", trace, "-q", "-v")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == "staleread: analyze: --verbose and --quiet are opposites\n"


@pytest.mark.parametrize("detail", ["--quiet", "--verbose", "--width=80"])
def test_the_last_line_says_what_it_comes_to(staleread: Program, trace: str, detail: str) -> None:
    assert staleread("analyze", trace, detail).out.splitlines()[-1] == "1 finding: 1 lost-update; 1 observed."
    (staleread.folder / "rules.yaml").write_text(RULES)
    out = staleread("analyze", trace, detail, "--rules", "rules.yaml").out
    assert out.splitlines()[-1] == "No findings."


# ---- pages ----

MARKING = "sed s/^/page:/"
RACY = sorted(str(path) for path in (ROOT / "traces" / "racy").glob("*.srt"))


def paged(
    staleread: Program, *words: str, rows: int = 10, typed: bytes = b"", **environment: str
) -> terminal.Shown:
    return terminal.run(
        [PROGRAM, "analyze", *words],
        staleread.folder,
        rows=rows,
        typed=typed,
        **{"NO_COLOR": "1", **environment},
    )


def test_what_is_long_is_paged(staleread: Program, trace: str) -> None:
    plain = staleread("analyze", trace).out
    seen = paged(staleread, trace, PAGER=MARKING)
    assert (seen.status, seen.err) == (1, "")
    assert seen.out == "".join(f"page:{line}\n" for line in plain.splitlines())
    for environment in ({"PAGER": "false", "STALEREAD_PAGER": MARKING}, {"STALEREAD_PAGER": MARKING}):
        assert paged(staleread, trace, **environment).out == seen.out
    assert paged(staleread, trace, "--format=json", PAGER=MARKING).out.startswith("page:{")


def test_what_is_not_long_is_not(staleread: Program, trace: str) -> None:
    plain = staleread("analyze", trace).out
    rows = len(plain.splitlines()) + 1
    assert paged(staleread, trace, rows=rows, PAGER=MARKING).out == plain
    assert paged(staleread, trace, rows=rows - 1, PAGER=MARKING).out != plain


@pytest.mark.parametrize(
    ("words", "environment"),
    [
        (["--no-pager"], {"PAGER": MARKING}),
        ([], {"PAGER": ""}),
        ([], {"PAGER": "cat"}),
        ([], {"PAGER": MARKING, "STALEREAD_PAGER": ""}),
        ([], {"PAGER": MARKING, "TERM": "dumb"}),
        ([], {"PAGER": MARKING, "ROWS": "0"}),
    ],
)
def test_who_wants_no_pager_gets_none(
    staleread: Program, trace: str, words: list[str], environment: dict[str, str]
) -> None:
    rows = int(environment.pop("ROWS", "10"))
    seen = paged(staleread, *words, trace, rows=rows, **{"FORCE_HYPERLINK": "0", **environment})
    assert seen.out == staleread("analyze", trace).out


def test_there_is_no_pager_off_the_terminal(staleread: Program, trace: str) -> None:
    assert "page:" not in staleread("analyze", trace, PAGER=MARKING, FORCE_COLOR="1").out
    assert "page:" not in paged(staleread, trace, "-o", "report.txt", PAGER=MARKING).out
    assert "page:" not in (staleread.folder / "report.txt").read_text()


@pytest.mark.parametrize("pager", ["head -n 1", "exit 3", "true", "kill -9 $$", "exec 0<&-; sleep 0.1"])
def test_a_pager_that_dies_early_is_no_error(staleread: Program, pager: str) -> None:
    seen = paged(staleread, "--format=json", *RACY, PAGER=pager)  # more than a pipe holds
    assert (seen.status, seen.err) == (1, "")
    assert seen.out.count("\n") <= 1
    assert paged(staleread, "--fail-on=never", *RACY[:3], PAGER=pager).status == 0


def test_a_pager_that_is_not_there_loses_nothing(staleread: Program, trace: str) -> None:
    seen = paged(staleread, trace, PAGER="no-such-pager-anywhere")
    assert seen.status == 1
    assert "no-such-pager-anywhere" in seen.err
    assert seen.out == staleread("analyze", trace).out


@pytest.mark.skipif(shutil.which("less") is None, reason="no less here")
@pytest.mark.parametrize("environment", [{}, {"PAGER": "less"}], ids=["default", "told"])
def test_less_shows_colours_and_leaves_at_a_key(
    staleread: Program, trace: str, environment: dict[str, str]
) -> None:
    seen = paged(staleread, trace, typed=b"q", NO_COLOR="", **environment)
    assert (seen.status, seen.err) == (1, "")
    assert "\x1b[1mlost-update\x1b[" in seen.out
    assert "ESC" not in seen.out
    assert "1 finding" not in seen.out  # It stands behind the first page.


def test_the_trace_is_told_live_without_a_pager(staleread: Program, trace: str) -> None:
    seen = paged(staleread, trace, "--follow", PAGER=MARKING)
    assert (seen.status, "page:" in seen.out) == (1, False)


# ---- what is long, and what comes next ----

LONG = [
    "Repository" + "OfEverything" * 6 + ".add",
    "services/" + "of_a_long_name/" * 6 + "repositories.py",
    *small_trace.STRINGS[2:],
]


def test_a_path_is_never_broken(staleread: Program) -> None:
    (staleread.folder / "long.srt").write_bytes(trace_of(staleread.folder, LONG).bytes())
    lines = staleread("analyze", "long.srt").out.splitlines()
    assert [line.strip() for line in lines if LONG[1] in line] == [f"{LONG[1]}:5"]
    assert [line.split()[-1] for line in lines if "…/" in line] == [
        f"…/repositories.py:{line}" for line in (6, 7, 7)
    ]
    assert all(len(line) <= 80 for line in lines if LONG[1] not in line)
    assert not any(line.endswith(" ") for line in lines)
    wide = staleread("analyze", "long.srt", "--width", "400").out
    assert wide.count(f"{LONG[1]}:") == 4 and wide.count(f" in {LONG[0]}\n") == 4


def commands(out: str) -> list[list[str]]:
    """What is said that one could go on with, as a shell reads it."""
    block = out.partition("\nTo go on:\n")[2].partition("\n\n")[0]
    return [shlex.split(line, comments=True) for line in block.splitlines()]


@pytest.mark.parametrize("name", ["small.srt", "it's a trace.srt", "-small.srt", "$HOME;`x`.srt"])
def test_what_is_said_to_go_on_with_works(staleread: Program, trace: str, name: str) -> None:
    (staleread.folder / trace).rename(staleread.folder / name)
    given = f"./{name}" if name.startswith("-") else name
    explain, show, page = commands(staleread("analyze", given).out)
    assert explain == ["staleread", "explain", "lost-update"]
    assert show[1] == "show" and show[3:] == [given]
    for words in (explain, show):
        outcome = staleread(*words[1:])
        assert (outcome.status, outcome.err) == (0, "") and "lost-update" in outcome.out
    assert staleread(*page[1:]).status == 1
    assert "<html" in (staleread.folder / "report.html").read_text()


def test_who_has_merged_goes_on_with_reports(staleread: Program, trace: str) -> None:
    staleread("analyze", trace, "--format=json", "-o", "one.json")
    merged = staleread("merge", "--format=text", "one.json").out
    assert commands(merged)[2][:2] == ["staleread", "merge"]


def test_the_last_line_says_if_something_is_missing(staleread: Program, trace: str) -> None:
    outcome = staleread("analyze", trace, "missing.srt")
    assert outcome.status == 2
    assert outcome.out.splitlines()[-1].endswith("; 1 observed; not every trace could be read.")


def test_what_cannot_be_named_is_not(staleread: Program, trace: str) -> None:
    shutil.copy(staleread.folder / trace, staleread.folder / "\x1b[2J.srt")
    _, show, page = commands(staleread("analyze", "\x1b[2J.srt").out)
    assert (show[-1], page[-1]) == ("TRACE", "TRACE")
    _, show, page = commands(staleread("analyze", trace, "\x1b[2J.srt").out)
    assert (show[-1], page[-1]) == (trace, "TRACE...")


def test_where_nothing_was_found_it_is_told_what_to_record(staleread: Program) -> None:
    made = TraceWriter()
    made.meta({"agent": "0.1.0", "python": "3.11.7", "root": "/srv/app"})
    made.end({"functions": "3", "functions_run": "3", "coroutines": "1", "coroutines_run": "1"})
    (staleread.folder / "clean.srt").write_bytes(made.bytes())
    outcome = staleread("analyze", "clean.srt")
    assert outcome.status == 0
    assert "To see more, record a run " in outcome.out and "To go on" not in outcome.out
    assert staleread("analyze", "clean.srt", "--quiet").out == "No findings.\n"


def test_the_timeline_opens_places_too(staleread: Program, trace: str) -> None:
    (identity,) = re.findall(r"SR-\w{12}", staleread("analyze", trace, "--quiet").out)
    plain = staleread("show", identity, trace).out
    linked = staleread("show", identity, trace, "--hyperlinks=always").out
    assert LINK.sub(r"\2", linked) == plain
    assert len(LINK.findall(linked)) == plain.count("counter.py:")
