"""The words of the command line: help, wrong words, outputs, exit statuses."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
import small_trace
from conftest import PROGRAM, ROOT, Program, blocks
from staleread import _words

COMMANDS = [
    "analyze",
    "show",
    "explain",
    "dump",
    "info",
    "export",
    "import",
    "merge",
    "diff",
    "slice",
    "bundle",
    "completion",
    "version",
    "help",
]
VERSION = re.search(
    r'^__version__ = "(.+)"$', (ROOT / "pyagent" / "staleread" / "__init__.py").read_text(), re.MULTILINE
)


@pytest.fixture
def trace(staleread: Program) -> str:
    (staleread.folder / "small.srt").write_bytes(small_trace.writer().bytes())
    return "small.srt"


# ---- help and wrong words ----


def test_help_lists_every_command(staleread: Program) -> None:
    outcome = staleread("help")
    assert (outcome.status, outcome.err) == (0, "")
    listed = re.findall(r"^  (\w+) +\w", outcome.out, re.MULTILINE)
    assert listed == ["record", "attach", *COMMANDS]
    assert max(map(len, outcome.out.splitlines())) <= 80
    assert staleread("--help") == outcome == staleread("-h")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_help(staleread: Program, command: str) -> None:
    outcome = staleread(command, "--help")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.startswith(f"Usage: staleread {command}")
    assert "-h, --help" in outcome.out
    assert staleread("help", command) == outcome
    assert max(map(len, outcome.out.splitlines())) <= 80


@pytest.mark.parametrize("command", _words.COMMANDS, ids=lambda command: command.name)
def test_the_agents_commands_are_told_as_the_agent_tells_them(
    staleread: Program, command: _words.Command
) -> None:
    """If not: tests/support/agent_rows.py writes src/cmd/agent_rows.c anew."""
    outcome = staleread("help", command.name)
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out == _words.help_of(command)
    assert " ".join(command.summary.split()) in " ".join(staleread("help").out.split())


def test_the_version_is_the_agents(staleread: Program) -> None:
    assert VERSION is not None
    outcome = staleread("version")
    first, second = outcome.out.splitlines()
    assert first == f"staleread {VERSION[1]} (trace format 1.0)"
    assert re.fullmatch(r"inflates by (zlib|libdeflate) [\d.]+", second)
    assert staleread("--version") == outcome


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "no command given; `staleread help` lists them"),
        (["analyse"], "there is no command `analyse`; did you mean `analyze`? (`staleread help` lists all)"),
        (["frobnicate"], "there is no command `frobnicate`; `staleread help` lists all"),
        (["\x1b[2J"], "there is no command `\\x1b[2J`; `staleread help` lists all"),
        (
            ["record", "program.py"],
            "there is no command `record` in this program: recording is done by the agent, "
            "`python -m staleread record`",
        ),
        (
            ["attach", "17"],
            "there is no command `attach` in this program: starting and stopping a recording are done by the agent, "
            "`python -m staleread attach`",
        ),
        (["help", "nothing"], "there is no command `nothing`; `staleread help` lists all"),
        (["info"], "info: what is missing: `TRACE...` (`staleread info --help` lists its options)"),
        (["dump"], "dump: what is missing: `TRACE` (`staleread dump --help` lists its options)"),
        (
            ["dump", "a", "b"],
            "dump: this is one word too many: `b` (`staleread dump --help` lists its options)",
        ),
        (
            ["analyze", "--fromat", "json", "a"],
            "analyze: there is no option `--fromat`; did you mean `--format`? "
            "(`staleread analyze --help` lists its options)",
        ),
        (
            ["dump", "a", "--output"],
            "dump: something must follow the option `--output` (`staleread dump --help` lists its options)",
        ),
        (
            ["analyze", "--format", "jsno", "a"],
            "analyze: `--format jsno` means nothing; did you mean `json`?",
        ),
        (
            ["analyze", "--confidence", "absolute", "a"],
            "analyze: `--confidence absolute` means nothing; it is low, medium or high",
        ),
        (["analyze", "--known", "a"], "analyze: --known means nothing without --baseline"),
        (
            ["analyze", "-o", "x", "--write-baseline", "x", "a"],
            "analyze: --output and --write-baseline name one file",
        ),
        (
            ["analyze", "--fail-on", "always", "a"],
            "analyze: `--fail-on always` means nothing; it is predicted, observed or never",
        ),
    ],
)
def test_a_wrong_word_is_answered(staleread: Program, words: list[str], sentence: str) -> None:
    outcome = staleread(*words)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == f"staleread: {sentence}\n"


# ---- exit statuses ----


@pytest.mark.parametrize(("fail_on", "status"), [(None, 1), ("predicted", 1), ("observed", 1), ("never", 0)])
def test_fail_on(staleread: Program, trace: str, fail_on: str | None, status: int) -> None:
    words = ["--fail-on", fail_on] if fail_on else []
    outcome = staleread("analyze", *words, trace)
    assert (outcome.status, outcome.err) == (status, "")
    assert "lost-update" in outcome.out


def test_one_unreadable_trace_does_not_hide_the_others(staleread: Program, trace: str) -> None:
    outcome = staleread("analyze", "missing.srt", trace)
    assert outcome.status == 2
    assert outcome.err == "staleread: missing.srt: cannot open the trace: No such file or directory\n"
    assert "lost-update" in outcome.out
    outcome = staleread("info", "missing.srt", trace)
    assert outcome.status == 2
    assert list(blocks(outcome.out)) == [trace]


# ---- outputs ----


@pytest.mark.parametrize("command", ["dump", "analyze"])
def test_output_goes_to_a_file(staleread: Program, trace: str, command: str) -> None:
    printed = staleread(command, trace)
    written = staleread(command, "-o", "out.txt", trace)
    assert (written.status, written.out, written.err) == (printed.status, "", "")
    assert (staleread.folder / "out.txt").read_text() == printed.out


@pytest.mark.parametrize("command", ["dump", "analyze"])
def test_an_output_that_cannot_be_made(staleread: Program, trace: str, command: str) -> None:
    outcome = staleread(command, "-o", "no/where.txt", trace)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == "staleread: no/where.txt: cannot write the output: No such file or directory\n"


@pytest.mark.parametrize("command", ["dump", "analyze"])
def test_what_is_read_is_not_written_over(staleread: Program, trace: str, command: str) -> None:
    (staleread.folder / "also.srt").symlink_to(trace)
    before = (staleread.folder / trace).read_bytes()
    outcome = staleread(command, "-o", "also.srt", trace)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == "staleread: also.srt: this is what is read; name another file for the output\n"
    assert (staleread.folder / trace).read_bytes() == before


def test_rules_are_not_written_over(staleread: Program, trace: str) -> None:
    (staleread.folder / "rules.yaml").write_text("version: 1\n")
    outcome = staleread("analyze", "--rules", "rules.yaml", "-o", "rules.yaml", trace)
    assert (outcome.status, outcome.out) == (2, "")
    assert (staleread.folder / "rules.yaml").read_text() == "version: 1\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("command", ["dump", "analyze"])
def test_a_full_disk_is_told(staleread: Program, trace: str, command: str) -> None:
    outcome = staleread(command, "-o", "/dev/full", trace)
    assert outcome.status == 2
    assert outcome.err == "staleread: /dev/full: cannot write the output: No space left on device\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("words", [["help"], ["version"], ["info"], ["dump"], ["analyze"]])
def test_a_full_disk_behind_standard_output_is_told(staleread: Program, trace: str, words: list[str]) -> None:
    if words[0] in ("info", "dump", "analyze"):
        words = [*words, trace]
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        outcome = staleread(*words, stdout=full)
    finally:
        os.close(full)
    assert outcome.status == 2
    assert outcome.err == "staleread: cannot write the output: No space left on device\n"


def test_nobody_listening_is_no_crash_and_no_noise(staleread: Program) -> None:
    made = small_trace.writer()
    for _ in range(200):  # more than a pipe holds
        made.events(small_trace.first_steps() * 20)
    (staleread.folder / "long.srt").write_bytes(made.bytes())
    for restore in (True, False):  # with SIGPIPE at work, and ignored
        with subprocess.Popen(
            [PROGRAM, "dump", "long.srt"],
            cwd=staleread.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            restore_signals=restore,
        ) as process:
            assert process.stdout is not None and process.stderr is not None
            process.stdout.readline()
            process.stdout.close()
            noise = process.stderr.read()
            status = process.wait(60)
        assert noise == b""
        assert status == (-13 if restore else 2)


def test_nothing_is_coloured_and_no_progress_shown_unless_on_a_terminal(
    staleread: Program, trace: str
) -> None:
    for command in ("info", "dump", "analyze"):
        outcome = staleread(command, trace)
        assert "\x1b" not in outcome.out + outcome.err


# ---- dump and info ----


def test_dump_is_golden(staleread: Program, trace: str) -> None:
    lines = staleread("dump", trace).out.splitlines()
    assert lines[:3] == ["0 actor actor=a1 actor_kind=thread", "0 begin actor=a1", "0 loop loop=l1"]
    assert lines[8:14] == [
        "0 begin actor=a2 token=t1",
        "0 enter function=Counter.increment",
        "0 read site=<counter.py:5 self.value> object=o1 key=.value value=0",
        "0 await site=<counter.py:6 asyncio.sleep(0)>",
        "0 schedule token=t3 how=soon loop=l1",
        "0 end",
    ]
    assert len(lines) == 30


def test_dump_shows_times_and_numbers_when_asked(staleread: Program, trace: str) -> None:
    lines = staleread("dump", "--times", "--numbers", trace).out.splitlines()
    assert lines[0] == "0 0 clock nanoseconds=1"
    assert lines[14] == "14 0 end microseconds=10"
    assert len(lines) == 31


def test_info_tells_what_is_there(staleread: Program, trace: str) -> None:
    outcome = staleread("info", trace)
    assert (outcome.status, outcome.err) == (0, "")
    found = blocks(outcome.out)[trace]
    size = (staleread.folder / trace).stat().st_size
    assert (found["whole"], found["format"], found["process"]) == ("yes", "1.0", "4242")
    assert (found["bytes"], found["frames"]) == (str(size), "6")
    assert (found["agent"], found["python"], found["root"]) == ("0.1.0", "3.11.7", "/srv/app")


def test_a_trace_may_come_through_a_pipe(staleread: Program, trace: str) -> None:
    os.mkfifo(staleread.folder / "pipe.srt")
    content = (staleread.folder / trace).read_bytes()
    with subprocess.Popen(["sh", "-c", "cat small.srt > pipe.srt"], cwd=staleread.folder) as feeder:
        found = blocks(staleread("info", "pipe.srt").out)["pipe.srt"]
        feeder.wait(60)
    assert (found["whole"], found["bytes"]) == ("yes", str(len(content)))


def test_what_the_agent_lost_is_told(staleread: Program) -> None:
    made = small_trace.writer()
    made.events([small_trace.Event("lost", events=17)])
    made.end({"lost_events": "20", "off": "TypeError: broken"})
    (staleread.folder / "lossy.srt").write_bytes(made.bytes())
    found = blocks(staleread("info", "lossy.srt").out)["lossy.srt"]
    assert found["whole"] == "no"
    assert found["reasons"] == (
        "20 events were lost by the agent\nthe agent switched itself off: TypeError: broken\n"
    )
