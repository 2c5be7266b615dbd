"""Writes src/cmd/agent_rows.c: the agent's options (`staleread._words`) as rows of the analyzer's table of commands.

python tests/support/agent_rows.py      (with the agent on PYTHONPATH)
"""

from __future__ import annotations

import json
import subprocess

from staleread._words import COMMANDS, Command, Option
from tool import ROOT

PATH = ROOT / "src" / "cmd" / "agent_rows.c"

HEAD = """\
/* In: pyagent/staleread/_words.py, from which tests/support/agent_rows.py has written this. Out: what the agent's commands
 * take, for help, man pages and shells. Must hold: it says what that table says (tests/cli/test_commands.py). */
#include "cmd/agent_rows.h"

"""


def _literal(text: str) -> str:
    return json.dumps(text)


def _choices(choices: tuple[str, ...]) -> str:
    words = ", ".join(map(_literal, choices))
    return (
        f"static const char *choice_{'_or_'.join(choices)}(size_t i)\n{{\n"
        f"    static const char *const words[] = {{{words}}};\n"
        "    return i < sizeof words / sizeof *words ? words[i] : NULL;\n}\n\n"
    )


def _option(option: Option) -> str:
    fields = {
        "word": _literal(option.word) if option.word else None,
        "letter": f"'{option.letter}'" if option.letter else None,
        "value": _literal(option.value) if option.value else None,
        "help": _literal(option.help),
        "choice": f"choice_{'_or_'.join(option.choices)}" if option.choices else None,
    }
    return "{" + ", ".join(f".{name} = {text}" for name, text in fields.items() if text) + "},\n"


def _command(command: Command) -> str:
    details = "\n".join(map(_literal, command.details.splitlines(keepends=True)))
    return (
        f"static const struct cmd_option {command.name}_options[] = {{\n"
        f"{''.join(map(_option, command.options))}}};\n\n"
        f"const struct cmd agent_{command.name} = {{\n"
        f".name = {_literal(command.name)},\n"
        f".operands = {_literal(command.operands)},\n"
        f".summary = {_literal(command.summary)},\n"
        f".details = {details},\n"
        f".options = {command.name}_options,\n"
        f".option_count = sizeof {command.name}_options / sizeof *{command.name}_options,\n"
        f".wraps = {json.dumps(command.wraps)},\n"
        "};\n\n"
    )


def rows() -> str:
    """The file's text, in the project's form where clang-format is there to give it."""
    choices = dict.fromkeys(
        option.choices for command in COMMANDS for option in command.options if option.choices
    )
    return HEAD + "".join(map(_choices, choices)) + "".join(map(_command, COMMANDS)).rstrip() + "\n"


if __name__ == "__main__":
    PATH.write_text(rows(), encoding="utf-8")
    subprocess.run(["clang-format", "-i", PATH], check=True)
