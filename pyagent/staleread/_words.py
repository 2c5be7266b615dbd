"""The words of `staleread record` and `staleread attach`: one table for what is taken and for what is told.

Help is made from it here; the analyzer has a copy (`src/cmd/agent_rows.c`, written by tests/support/agent_rows.py) for its
help, its man pages and what shells complete.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Option(NamedTuple):
    word: str
    """Without the dashes; empty where it has a letter only."""
    help: str
    """Where there are choices, they are told behind it."""
    letter: str = ""
    value: str = ""
    """Name of what follows it; empty: nothing does."""
    choices: tuple[str, ...] = ()
    is_setting: bool = False
    """It says how to record: `attach` takes it, too."""

    @property
    def told(self) -> str:
        """Help as it is printed."""
        *first, last = self.choices or ("",)
        return f"{self.help}; {', '.join(first)} or {last}" if first else self.help


class Command(NamedTuple):
    name: str
    operands: str
    summary: str
    details: str
    """Paragraphs, each with a newline behind it."""
    options: tuple[Option, ...]
    wraps: bool = False
    """What follows its first operand is another program's command line."""


OUTPUT = Option(
    "output",
    "where to write the trace (default: staleread-%p.srt); %p is the process id. A forked process has a trace of its own: "
    "FILE with its process id before .srt",
    letter="o",
    value="FILE",
)

SETTINGS = (
    Option(
        "watch",
        "watch these modules too: a package (aiohttp) or files (lib/*.py); may be repeated",
        value="PATTERN",
    ),
    Option("ignore", "do not watch these; may be repeated", value="PATTERN"),
    Option("rules", "take `watch`, `ignore` and `primitives` from a rules file", value="FILE"),
    Option("values", "whether to write down numbers (default: on)", value="WHETHER", choices=("on", "off")),
    Option(
        "strings",
        "how to write down strings: as they are, only whether they are the same, or not at all (default: hash)",
        value="HOW",
        choices=("repr", "hash", "off"),
    ),
    Option(
        "keys",
        "the same for the keys of containers (default: repr)",
        value="HOW",
        choices=("repr", "hash", "off"),
    ),
    Option(
        "blocked-after", "tell where a step holds its loop for so long (default: 100; 0: never)", value="MS"
    ),
    Option("no-cache", "rewrite every module anew, and keep nothing in __pycache__"),
    Option(
        "max-size",
        "keep the newest only, in one file of at most so many bytes (512M; K, M and G are powers of 1024; at least 64K)",
        value="SIZE",
    ),
    Option(
        "rotate",
        "begin a new file whenever one is as large; the older ones are called FILE.1, FILE.2 and so on",
        value="SIZE",
    ),
    Option("keep", "how many of the older ones --rotate keeps (default: 4)", value="N"),
    Option(
        "memory",
        "what the agent may take (default: 64M); beyond that new objects and keys are not followed, and the report says so",
        value="SIZE",
    ),
)

RECORD = Command(
    "record",
    "(-m MODULE | -c CODE | SCRIPT) [ARGUMENT...]",
    "run a program, write a trace (agent: python -m staleread record)",
    "Runs a Python program as ever and writes down what its tasks do to shared state.\n"
    "By default all modules below the current folder are watched, except installed packages.\n"
    "The exit status is the program's.\n"
    "Where the start command cannot be changed, `STALEREAD=FILE` in the environment does the same, with options in "
    "`STALEREAD_OPTIONS`.\n",
    (
        Option("", "run a module, as python does", letter="m", value="MODULE"),
        Option("", "run this code, as python does", letter="c", value="CODE"),
        OUTPUT,
        *SETTINGS,
        Option(
            "dump-on",
            "write nothing until it happens, and then the newest: an exception that nobody catches, a signal, or a finding "
            "(which is looked for at the end); some of these, with commas between",
            value="WHAT",
            choices=("exception", "signal", "finding"),
        ),
        Option("dump-signal", "the signal (default: SIGUSR2)", value="SIGNAL"),
        Option("start-paused", "record nothing before the control signal or `staleread attach`"),
        Option(
            "control-signal",
            "start and stop recording whenever this signal comes, each time into a new file (with --start-paused: "
            "SIGUSR1)",
            value="SIGNAL",
        ),
        Option("quiet", "no closing line on stderr"),
    ),
    wraps=True,
)

ATTACH = Command(
    "attach",
    "PID",
    "have a running process recorded (agent: python -m staleread attach)",
    "Has a running process start recording: one that was started with `staleread record --start-paused`, or, from "
    "Python 3.14 on, any.\n"
    "Only a process that was started without the agent takes options other than --output and --stop. Code that is running "
    "already in it, a coroutine that waits say, goes on unseen.\n",
    (
        OUTPUT._replace(
            help="where to write the trace (default: as the process was told when it was started, or staleread-PID.srt in "
            "its folder)"
        ),
        Option("stop", "end the recording, while the process goes on"),
        *SETTINGS,
    ),
)

COMMANDS = (RECORD, ATTACH)

SETTING_WORDS = frozenset(f"--{option.word}" for option in SETTINGS if option.value)
"""Words of the command line, with another word behind them, that say how to record."""

WORDS_WITH_VALUE = frozenset(f"--{option.word}" for option in RECORD.options if option.word and option.value)

_PAGE_COLUMNS, _OPTION_COLUMNS = 80, 31


def help_of(command: Command) -> str:
    """As the analyzer prints that of its own commands."""
    lines = [f"Usage: staleread {command.name} [OPTION...] {command.operands}", ""]
    for paragraph in command.details.splitlines():
        lines += _folded("", paragraph, 0)
    lines += ["", "Options:"]
    for option in (*command.options, Option("help", "this text", letter="h")):
        lines += _folded(f"  {_words_of(option):{_OPTION_COLUMNS - 3}} ", option.told, _OPTION_COLUMNS)
    return "\n".join(lines) + "\n"


def _words_of(option: Option) -> str:
    letter = f"-{option.letter}" if option.letter else "  "
    word = f"{', ' if option.letter else '  '}--{option.word}" if option.word else ""
    return f"{letter}{word}{' ' if option.value else ''}{option.value}"


def _folded(start: str, text: str, indent: int) -> Iterator[str]:
    line = start
    for word in text.split(" "):
        if len(line) > max(indent, len(start)) and len(line) + 1 + len(word) > _PAGE_COLUMNS:
            yield line
            line = " " * indent
        elif len(line) > max(indent, len(start)):
            line += " "
        line += word
    yield line
