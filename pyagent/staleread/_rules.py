"""The two lists of a rules file that matter while recording: `watch` and `ignore`.

The agent has no YAML reader. It understands what people write there, a list with one pattern a line or in
brackets, and says so where it meets something else. Everything else in the file is the analyzer's.
"""

from __future__ import annotations

import re
from pathlib import Path

_TOP_LEVEL = re.compile(r"(watch|ignore)\s*:\s*(.*)$")
_ITEM = re.compile(r"\s*-\s+(.*)$")


class RulesError(Exception):
    """A sentence for the user."""


def read_rules(path: str) -> tuple[list[str], list[str]]:
    """The patterns to watch and those to ignore."""
    try:
        text = Path(path).read_text("utf-8")
    except OSError as error:
        raise RulesError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise RulesError(f"{path}: this is not text") from None
    found: dict[str, list[str]] = {"watch": [], "ignore": []}
    current: list[str] | None = None
    for number, raw in enumerate(text.splitlines(), 1):
        line = _without_comment(raw).rstrip()
        if not line.strip() or line.strip() == "---":
            continue
        where = f"{path}: line {number}"
        item = _ITEM.match(line)
        if item and current is not None:
            current.append(_scalar(item[1], where))
            continue
        top = _TOP_LEVEL.match(line)
        if top:
            current = found[top[1]]
            current += _inline(top[2], where)
        elif line[0] not in " \t-":
            current = None
        elif current is not None:
            raise RulesError(f"{where}: `watch` and `ignore` are lists, one `- pattern` a line")
    return found["watch"], found["ignore"]


def _inline(text: str, where: str) -> list[str]:
    if not text or text in ("[]", "~", "null"):
        return []
    if text.startswith("[") and text.endswith("]"):
        return [_scalar(part, where) for part in text[1:-1].split(",") if part.strip()]
    raise RulesError(f"{where}: `watch` and `ignore` are lists, one `- pattern` a line")


def _scalar(text: str, where: str) -> str:
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    if not text or (text[0] in "&*!|>{[%@`'\"" and not text.startswith("*")):
        raise RulesError(f"{where}: the agent reads plain and quoted patterns only, not {text!r}")
    return text


def _without_comment(line: str) -> str:
    """Up to a `#` that starts a comment: at the beginning or after a space, outside of quotes."""
    quote = ""
    for at, character in enumerate(line):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character == "#" and (at == 0 or line[at - 1].isspace()):
            return line[:at]
    return line
