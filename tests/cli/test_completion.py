"""What shells complete: the scripts are valid, and asked for real."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import terminal
from conftest import PROGRAM, Program
from staleread import _words

needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
needs_zsh = pytest.mark.skipif(shutil.which("zsh") is None, reason="no zsh here")
needs_fish = pytest.mark.skipif(shutil.which("fish") is None, reason="no fish here")


@pytest.fixture
def folder(staleread: Program) -> Path:
    """One with traces and other files in it, and the scripts."""
    for shell in ("bash", "zsh", "fish"):
        outcome = staleread("completion", shell)
        assert (outcome.status, outcome.err) == (0, "")
        (staleread.folder / f"script.{shell}").write_text(outcome.out)
    for name in ("one.srt", "two words.srt", "notes.txt"):
        (staleread.folder / name).touch()
    (staleread.folder / "inner").mkdir()
    return staleread.folder


@pytest.mark.parametrize(
    ("shell", "check"),
    [
        pytest.param("bash", ["bash", "-n"], marks=needs_bash),
        pytest.param("zsh", ["zsh", "-n"], marks=needs_zsh),
        pytest.param("fish", ["fish", "--no-execute"], marks=needs_fish),
    ],
)
def test_the_script_is_valid(folder: Path, shell: str, check: list[str]) -> None:
    done = subprocess.run([*check, f"script.{shell}"], cwd=folder, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_no_other_shell_is_known(staleread: Program) -> None:
    outcome = staleread("completion", "powershell")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == "staleread: completion: `powershell` means nothing; it is bash, zsh or fish\n"


# Words of the command line, the last of which is completed, and what is offered.
OFFERED = [
    (["an"], ["analyze"]),
    (["--v"], ["--version"]),
    (["explain", "lost"], ["lost-update", "lost-wakeup"]),
    (["explain", "lost-update", ""], []),
    (["help", "expl"], ["explain"]),
    (["completion", ""], ["bash", "fish", "zsh"]),
    (["analyze", "--form"], ["--format"]),
    (["analyze", "--color", ""], ["always", "auto", "never"]),
    (["analyze", "-f", "ma"], ["markdown"]),
    (["analyze", "--width", ""], []),
    (["analyze", "--no-p"], ["--no-pager"]),
    (["analyze", ""], ["inner", "one.srt", "two words.srt"]),
    (["analyze", "--verbose", "one.srt", "tw"], ["two words.srt"]),
    (["analyze", "--rules", "no"], ["notes.txt"]),
    (["analyze", "no"], ["notes.txt"]),
    (["dump", "one.srt", ""], []),
    (["show", ""], []),
    (["show", "SR-1234", "on"], ["one.srt"]),
    (["record", "--values", ""], ["off", "on"]),
    (["record", "--dump-o"], ["--dump-on"]),
    (["record", "--dump-on", "exc"], ["exception"]),
    (["record", "no"], ["notes.txt"]),
    (["record", "--values", "on", "notes.txt", "--ke"], []),
    (["record", "-m", "pytest", "--ke"], []),
    (["record", "-m", "pytest", "no"], ["notes.txt"]),
    (["attach", "--sto"], ["--stop"]),
]
JOINED = [
    (["analyze", "--format", "=", "sar"], ["sarif"]),
    (["analyze", "--format", "="], None),
    (["analyze", "--rules", "=", "notes.txt", "one"], ["one.srt"]),
]


@needs_bash
def test_bash_completes(folder: Path) -> None:
    asked = [*OFFERED, *JOINED]
    script = ["source script.bash"]
    for words, _ in asked:
        quoted = " ".join(f"'{word}'" for word in ["staleread", *words])
        script += [
            f"COMP_WORDS=({quoted}) COMP_CWORD={len(words)}",
            "_staleread",
            'printf "%s\\n" "${COMPREPLY[@]}"',
            "echo ==",
        ]
    done = subprocess.run(
        ["bash", "--norc", "-c", "\n".join(script)], cwd=folder, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    answers = [sorted(filter(None, answer.split("\n"))) for answer in done.stdout.split("==\n")[:-1]]
    assert len(answers) == len(asked)
    for (words, offered), answer in zip(asked, answers, strict=True):
        if offered is None:
            assert "markdown" in answer and len(answer) >= 4, words
        else:
            assert answer == offered, words


@needs_bash
def test_what_is_completed_is_what_is_taken(folder: Path, staleread: Program) -> None:
    """Every option of every help is offered, and nothing else."""
    listed = re.findall(r"^  (\w+) +\w", staleread("help").out, re.MULTILINE)
    script = ["source script.bash"]
    for command in listed:
        script += [f"COMP_WORDS=(staleread {command} -) COMP_CWORD=2", "_staleread", 'echo "${COMPREPLY[@]}"']
    done = subprocess.run(
        ["bash", "--norc", "-c", "\n".join(script)], cwd=folder, capture_output=True, text=True, check=True
    )
    for command, line in zip(listed, done.stdout.splitlines(), strict=True):
        told = re.findall(
            r"^ {2,6}(-\w|--[\w-]+)(?:, (--[\w-]+))?", staleread("help", command).out, re.MULTILINE
        )
        assert set(line.split()) == {word for pair in told for word in pair if word}
    assert {command.name for command in _words.COMMANDS} <= set(listed)


@needs_fish
def test_fish_completes(folder: Path) -> None:
    asked = {
        "staleread ana": ["analyze"],
        "staleread analyze --format mark": ["markdown"],
        "staleread analyze --format=mark": ["--format=markdown"],
        "staleread explain lost-u": ["lost-update"],
        "staleread record --dump-on exc": ["exception"],
        "staleread record no": ["notes.txt"],
        "staleread analyze on": ["one.srt"],
        "staleread attach --sto": ["--stop"],
    }
    script = "source script.fish;" + "".join(f"complete -C '{line}'; echo ==;" for line in asked)
    done = subprocess.run(
        ["fish", "--no-config", "-c", script], cwd=folder, capture_output=True, text=True, check=True
    )
    answers = [answer.splitlines() for answer in done.stdout.split("==\n")[:-1]]
    assert [[line.partition("\t")[0] for line in answer] for answer in answers] == list(asked.values())
    assert done.stderr == ""


@needs_zsh
def test_zsh_completes(folder: Path) -> None:
    """What is typed into a shell on a terminal, keys and all."""
    (folder / ".zshrc").write_text(
        "autoload -Uz compinit; compinit -u -D; PS1=; setopt no_beep\n"
        "source ./script.zsh\n"
        'staleread() { print -r -- "GOT:$*:" }\n'
    )
    typed = (
        b"staleread ana\t--form\tmark\ton\t\n"
        b"staleread explain lost-u\t\n"
        b"staleread show on\tx on\t\n"
        b"staleread record --dump-o\texc\t\n"
        b"exit\n"
    )
    seen = terminal.run(["zsh", "-i"], folder, typed=typed, ZDOTDIR=str(folder), TERM="dumb")
    assert re.findall(r"^GOT:(.*):", seen.out, re.MULTILINE) == [
        "analyze --format=markdown one.srt",
        "explain lost-update",
        "show onx one.srt",
        "record --dump-on=exception",
    ]


def test_it_is_the_same_for_whoever_asks(staleread: Program) -> None:
    here = staleread("completion", "bash").out
    there = terminal.run([PROGRAM, "completion", "bash"], staleread.folder, rows=10, PAGER="false").out
    assert here == there
