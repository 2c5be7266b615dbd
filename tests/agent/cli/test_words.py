"""The words of `staleread record`, and the way to the analyzer for all others."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from recording import SECONDS_MAX, Record, environment
from staleread import _cli
from staleread._cli import UsageError, find_analyzer, parse
from staleread._rules import Rules, RulesError, read_rules
from trace_reader import read_trace


def staleread(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "staleread", *words],
        cwd=folder,
        env={**environment(), **more},
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )


def test_options_stand_before_the_program() -> None:
    words = parse(
        ["-o", "x", "--watch", "a", "--watch=b", "--keys", "off", "prog.py", "-o", "y", "--watch", "c"]
    )
    assert (words.output, words.watch, words.keys) == ("x", ["a", "b"], "off")
    assert (words.kind, words.name, words.arguments) == ("script", "prog.py", ["-o", "y", "--watch", "c"])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["-m", "pkg.mod", "-m", "x"], ("module", "pkg.mod", ["-m", "x"])),
        (["-c", "print(1)", "a"], ("code", "print(1)", ["a"])),
        (["-oT", "s.py"], ("script", "s.py", [])),
    ],
)
def test_three_kinds_of_programs(words: list[str], expected: tuple[str, str, list[str]]) -> None:
    parsed = parse(words)
    assert (parsed.kind, parsed.name, parsed.arguments) == expected


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "nothing to run"),
        (["--watch"], "--watch needs a word"),
        (["-m"], "-m needs a word"),
        (["-o", "x"], "nothing to run"),
        (["-o", "", "x.py"], "-o needs a word"),
        (["--watch=", "x.py"], "--watch needs a word"),
        (["--loud", "x.py"], "unknown option '--loud'; see staleread record --help"),
        (
            ["--wach", "x", "x.py"],
            "unknown option '--wach'; did you mean --watch? Or see staleread record --help",
        ),
        (["--values", "some", "x.py"], "--values is one of on, off, not 'some'"),
    ],
)
def test_a_wrong_word_gets_a_sentence(words: list[str], sentence: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=re.escape(sentence)):
        parse(words)
    done = staleread(tmp_path, "record", *words)
    assert done.returncode == 2
    assert done.stderr.startswith("staleread: record: ") and sentence in done.stderr
    assert done.stderr.count("\n") == 1 and list(tmp_path.iterdir()) == []


def test_help(tmp_path: Path) -> None:
    done = staleread(tmp_path, "record", "--help")
    assert done.returncode == 0 and done.stderr == ""
    for word in (
        "-o, --output FILE",
        "--watch",
        "--ignore",
        "--rules",
        "--values",
        "--strings",
        "--keys",
        "--quiet",
    ):
        assert word in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    done = staleread(tmp_path, "record", "nothing.py")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "staleread: nothing.py: no such file; a module is run with -m nothing.py\n"
    assert list(tmp_path.iterdir()) == []


def test_no_path_is_obeyed_by_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert _cli.main(["record", "caf\xe9 \x1b[2J\n\u202e\udcff.py"]) == 2
    assert capsys.readouterr().err.startswith(
        "staleread: caf\xe9 \\x1b[2J\\n\\u202e\\udcff.py: no such file; "
    )


def test_an_unwritable_output_stops_before_the_program_starts(tmp_path: Path) -> None:
    done = staleread(tmp_path, "record", "-o", "no/such/folder/t.srt", "-c", "print('started')")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "staleread: no/such/folder/t.srt: cannot write the trace: No such file or directory\n"
    )
    done = staleread(tmp_path, "record", "-o", ".", "-c", "print('started')")
    assert (done.returncode, done.stdout) == (2, "") and "Is a directory" in done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    done = staleread(tmp_path, "record", "-c", "print('started')")
    assert (done.returncode, done.stdout) == (2, "") and "Permission denied" in done.stderr


def test_the_default_name_and_mode(tmp_path: Path) -> None:
    done = staleread(tmp_path, "record", "-c", "import os; print(os.getpid())")
    path = tmp_path / f"staleread-{done.stdout.strip()}.srt"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert f"events in {path.name}" in done.stderr


SCRIPT = """\
import os, threading

class Counter:
    def __init__(self):
        self.value = 0
    def add(self):
        self.value += 1

thread = threading.Thread(target=Counter().add)
thread.start()
thread.join()
os.chdir("/")
"""


def closing_line(folder: Path, **more: str) -> str:
    (folder / "script.py").write_text(SCRIPT)
    done = staleread(folder, "record", "-o", "the trace.srt", "script.py", **more)
    assert re.match(r"staleread: \d+ events in the trace.srt \([\d,]+ bytes\); ", done.stderr), done.stderr
    assert done.stderr.count("\n") == 1
    return done.stderr.rstrip("\n").partition("; ")[2]


def test_the_last_line_says_what_to_type_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "bin"
    place.mkdir()
    found = shutil.which("true")
    assert found is not None
    (place / "staleread").symlink_to(found)  # any program will do: it is only looked for
    assert closing_line(tmp_path, PATH=str(place)) == "now: staleread analyze 'the trace.srt'"
    monkeypatch.setattr(_cli, "find_analyzer", lambda: found)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert _cli._now("t.srt") == f"now: {os.path.basename(sys.executable)} -m staleread analyze t.srt"


def test_where_only_the_agent_is_the_last_line_does_not_promise_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_cli, "find_analyzer", lambda: None)
    assert _cli._now("t.srt") == "now, where the analyzer is installed: staleread analyze t.srt"


def test_where_nothing_is_recorded_the_last_line_says_why(tmp_path: Path) -> None:
    done = staleread(tmp_path, "record", "-o", "t.srt", "-c", "import json")
    assert re.fullmatch(
        r"staleread: 0 events in t.srt \(\d+ bytes\): nothing that is watched has run; --watch PATTERN watches more than "
        rf"what lies below {re.escape(os.path.realpath(tmp_path))}\n",
        done.stderr,
    )


def test_an_older_trace_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "t.srt").write_bytes(b"x" * 100_000)
    assert staleread(tmp_path, "record", "-o", "t.srt", "-c", "0").returncode == 0
    assert read_trace(tmp_path / "t.srt").end is not None


def test_a_full_disk_hurts_the_trace_only(tmp_path: Path) -> None:
    done = staleread(tmp_path, "record", "-o", "/dev/full", "-c", "print('ran'); raise SystemExit(5)")
    assert (done.returncode, done.stdout) == (5, "ran\n")
    assert done.stderr.startswith("staleread: /dev/full: No space left on device; 0 events are not in it")


def test_arguments_and_names_are_the_programs_own(record: Record) -> None:
    recorded = record(
        """
        import sys
        print(sys.argv[1:], __name__, __file__.endswith('program.py'), sys.path[0] == __file__[:-11])
        """,
        arguments=("a", "--keys"),
    )
    assert recorded.stdout == "['a', '--keys'] __main__ True True\n"
    assert recorded.trace.meta["argv"] == "program.py\na\n--keys"
    assert not {"watch", "ignore"} & set(recorded.trace.meta)


def test_a_module_and_a_text(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("")
    (tmp_path / "package" / "__main__.py").write_text("import sys; print(__name__, sys.argv[1:])")
    done = staleread(tmp_path, "record", "--quiet", "-o", "t.srt", "-m", "package", "x")
    assert (done.stdout, done.stderr) == ("__main__ ['x']\n", "")
    done = staleread(tmp_path, "record", "--quiet", "-o", "t.srt", "-c", "import sys; print(sys.argv)", "y")
    assert (done.stdout, done.stderr) == ("['-c', 'y']\n", "")


def test_what_is_watched_is_told_as_it_was_asked_for(tmp_path: Path) -> None:
    words = ("--watch", "json", "--watch", "lib/*.py", "--ignore", "x.*", "-o", "t.srt", "-c", "pass")
    staleread(tmp_path, "record", "--quiet", *words)
    meta = read_trace(tmp_path / "t.srt").meta
    assert (meta["watch"], meta["ignore"]) == ("json\nlib/*.py", "x.*")


WATCHED = """
class Box: pass
def touch():
    box = Box()
    box.mark = 1
"""


def test_what_is_watched(tmp_path: Path) -> None:
    for folder in ("mine", "site-packages/theirs"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "__init__.py").write_text(WATCHED)
    program = (
        "import sys; sys.path[:0] = ['site-packages']; import mine, theirs; mine.touch(); theirs.touch()"
    )

    def files(*options: str) -> set[str]:
        done = staleread(tmp_path, "record", "--quiet", "-o", "t.srt", *options, "-c", program)
        assert done.stderr == ""
        return {function.file for function in read_trace(tmp_path / "t.srt").functions.values()}

    assert files() == {"mine/__init__.py"}
    assert files("--watch", "theirs") == {"mine/__init__.py", "site-packages/theirs/__init__.py"}
    assert files("--watch", "theirs", "--ignore", "mine") == {"site-packages/theirs/__init__.py"}
    (tmp_path / "rules.yaml").write_text("version: 1\nwatch:\n  - theirs # both\nignore: [mine]\n")
    assert files("--rules", "rules.yaml") == {"site-packages/theirs/__init__.py"}


@pytest.mark.parametrize(
    ("text", "watch", "ignore"),
    [
        ("", [], []),
        ("watch:\n- a.*\n- 'b c'\nsuppress:\n- id: x\n  watch: [z]\n", ["a.*", "b c"], []),
        ('ignore: [a, "b"] # none\nwatch: []\n', [], ["a", "b"]),
        ("thresholds:\n  blocking: 1\n# watch:\n", [], []),
        ("watch:\n  - '#x'\n  - y#z\n", ["#x", "y#z"], []),
    ],
)
def test_rules(text: str, watch: list[str], ignore: list[str], tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(text)
    assert read_rules(str(tmp_path / "r.yaml")) == Rules(watch, ignore)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("watch: a\n", "line 1: `watch` and `ignore` are lists"),
        ("watch:\n  deep: x\n", "line 2: `watch` and `ignore` are lists"),
        ("\nwatch:\n  - &anchor x\n", "line 3: the agent reads plain and quoted patterns only"),
    ],
)
def test_rules_that_are_not_understood(text: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(text)
    with pytest.raises(RulesError, match=sentence):
        read_rules(str(tmp_path / "r.yaml"))
    done = staleread(tmp_path, "record", "--rules", "r.yaml", "-c", "print('started')")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("staleread: r.yaml: ")


def test_missing_rules(tmp_path: Path) -> None:
    done = staleread(tmp_path, "record", "--rules", "none.yaml", "-c", "0")
    assert (done.returncode, done.stderr) == (2, "staleread: none.yaml: No such file or directory\n")


def test_other_words_go_to_the_analyzer(tmp_path: Path) -> None:
    """A program of that name on the PATH is found; a script, which may be the agent itself, is passed over."""
    (tmp_path / "script").mkdir()
    (tmp_path / "script" / "staleread").write_text("#!/bin/sh\nexit 9\n")
    (tmp_path / "script" / "staleread").chmod(0o755)
    if find_analyzer() is None:
        done = staleread(tmp_path, "analyze", "t.srt", PATH=str(tmp_path / "script"))
        assert done.returncode == 2 and "the analyzer is not installed here" in done.stderr
    else:
        done = staleread(tmp_path, "no-such-word", PATH=str(tmp_path / "script"))
        assert done.returncode == 2 and done.stderr.startswith("staleread: ")


def test_a_trace_that_the_program_deletes(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    code = "import os, shutil; shutil.rmtree('out'); os.chdir('/'); raise SystemExit(3)"
    done = staleread(tmp_path, "record", "-o", "out/t.srt", "-c", code)
    assert done.returncode == 3
    assert done.stderr.startswith("staleread: out/t.srt: not there any more") and done.stderr.count("\n") == 1


def test_a_program_that_goes_to_another_folder(tmp_path: Path) -> None:
    assert closing_line(tmp_path).endswith("staleread analyze 'the trace.srt'")
    assert read_trace(tmp_path / "the trace.srt").end is not None
