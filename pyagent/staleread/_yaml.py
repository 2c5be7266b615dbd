"""As much of YAML as the agent's part of a rules file needs: the agent comes without a library for it.

In: lines. Out: mappings, lists and texts. Whatever is not understood is an error with its line, never a guess: no anchors,
aliases, tags, block texts, texts over several lines, and no escapes but those of quotes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

Value = str | list["Value"] | dict[str, "Value"] | None

_KEY = re.compile(r"""([A-Za-z_][\w-]*|"[^"\\]*"|'[^']*')\s*:(?:\s+|$)""")
_NULLS = frozenset({"", "~", "null"})
_FOREIGN = "&*!|>%@`"
_DEPTH_MAX = 8


class YamlError(Exception):
    """What is not understood, and in which line."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(f"line {line}: {sentence}")


@dataclass
class Line:
    number: int
    indent: int
    text: str
    """Without what is before and behind, comments too; never empty."""


def lines_of(text: str) -> list[Line]:
    """Those that say something."""
    found = []
    for number, raw in enumerate(text.splitlines(), 1):
        line = _without_comment(raw).rstrip()
        content = line.lstrip(" ")
        if content and content != "---":
            found.append(Line(number, len(line) - len(content), content))
    return found


def section(lines: Sequence[Line], key: str) -> tuple[Line, list[Line]] | None:
    """The line of a key of the whole document, and what is below it."""
    found = None
    for at, line in enumerate(lines):
        if line.indent > 0 or _is_item(line):
            continue
        match = _KEY.match(line.text)
        if match is None:
            raise YamlError(line.number, "a key is expected, `key: value`")
        if _plain(match[1]) != key:
            continue
        if found is not None:
            raise YamlError(line.number, f"`{key}` is given twice")
        end = at + 1
        while end < len(lines) and (lines[end].indent > 0 or _is_item(lines[end])):
            end += 1
        found = line, list(lines[at + 1 : end])
    return found


def value_of(head: Line, below: Sequence[Line]) -> Value:
    """What a key has: behind it or below."""
    match = _KEY.match(head.text)
    rest = head.text[match.end() :].strip() if match else ""
    return _value(rest, head.number, list(below), 0)


def _value(rest: str, number: int, below: list[Line], depth: int) -> Value:
    if depth > _DEPTH_MAX:
        raise YamlError(number, "nested too deep")
    if rest:
        if below:
            raise YamlError(below[0].number, "a value goes on here: it is to stand in one line")
        return _Flow(rest, number).whole()
    if not below:
        return None
    indent = below[0].indent
    for line in below:
        if line.indent < indent or "\t" in line.text:
            raise YamlError(line.number, "indented in a way that is not understood")
    if _is_item(below[0]):
        return [_item(chunk, depth) for chunk in _chunks(below, indent)]
    return _mapping(below, indent, depth)


def _is_item(line: Line) -> bool:
    return line.text == "-" or line.text.startswith("- ")


def _chunks(lines: list[Line], indent: int) -> list[list[Line]]:
    """Each line of this indent with what is below it."""
    chunks: list[list[Line]] = []
    for line in lines:
        if line.indent == indent:
            chunks.append([line])
        else:
            chunks[-1].append(line)
    return chunks


def _item(chunk: list[Line], depth: int) -> Value:
    head, below = chunk[0], chunk[1:]
    if not _is_item(head):
        raise YamlError(head.number, "an item of a list is expected, `- item`")
    text = head.text[1:].lstrip(" ")
    if text and _KEY.match(text):
        inner = Line(head.number, head.indent + len(head.text) - len(text), text)
        return _value("", head.number, [inner, *below], depth + 1)
    return _value(text, head.number, below, depth + 1)


def _mapping(lines: list[Line], indent: int, depth: int) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for head, *below in _chunks(lines, indent):
        match = _KEY.match(head.text)
        if match is None:
            raise YamlError(head.number, "a key and a value are expected, `key: value`")
        key = _plain(match[1])
        if key in found:
            raise YamlError(head.number, f"`{key}` is given twice")
        found[key] = _value(head.text[match.end() :].strip(), head.number, below, depth + 1)
    return found


class _Flow:
    """A value that stands in one line: a text, or lists and mappings in brackets."""

    def __init__(self, text: str, number: int) -> None:
        self._text, self._number, self._at = text, number, 0

    def whole(self) -> Value:
        if self._text[0] not in "[{\"'":
            return self._scalar(self._text)
        value = self._any(0)
        if self._at < len(self._text):
            raise self._error(f"unexpected {self._text[self._at :]!r}")
        return value

    def _error(self, sentence: str) -> YamlError:
        return YamlError(self._number, sentence)

    def _any(self, depth: int) -> Value:
        if depth > _DEPTH_MAX:
            raise self._error("nested too deep")
        first = self._peek()
        if first == "[":
            return self._list(depth)
        if first == "{":
            return self._mapping(depth)
        if first and first in "\"'":
            return self._quoted(first)
        end = re.compile(r"[,\[\]{}]|:\s|$").search(self._text, self._at)
        text = self._text[self._at : end.start() if end else None]
        self._at += len(text)
        self._skip()
        if text[:1] in ("?", ":"):
            raise self._error(f"in brackets {text!r} goes in quotes")
        return self._scalar(text.strip())

    def _list(self, depth: int) -> list[Value]:
        items: list[Value] = []
        while self._next_of("[", "]", bool(items)):
            items.append(self._any(depth + 1))
        return items

    def _mapping(self, depth: int) -> dict[str, Value]:
        found: dict[str, Value] = {}
        while self._next_of("{", "}", bool(found)):
            key = self._any(depth + 1)
            if not isinstance(key, str) or self._peek() != ":":
                raise self._error("a key and a value are expected, `key: value`")
            self._take()
            if key in found:
                raise self._error(f"`{key}` is given twice")
            found[key] = self._any(depth + 1)
        return found

    def _next_of(self, opening: str, closing: str, is_further: bool) -> bool:
        """Whether another one follows: past the opening bracket, or the comma behind the one before."""
        if (self._peek() == opening and not is_further) or self._peek() == ",":
            self._take()
        elif self._peek() != closing:
            raise self._error(
                f"`{closing}` is missing" if not self._peek() else f"unexpected {self._peek()!r}"
            )
        if self._peek() == closing:
            self._take()
            return False
        return True

    def _quoted(self, quote: str) -> str:
        end = self._text.find(quote, self._at + 1)
        text = self._text[self._at + 1 : end]
        if end < 0 or "\\" in text or self._text[end + 1 : end + 2] == quote:
            raise self._error("a quoted text is understood in one line and without escapes")
        self._at = end + 1
        self._skip()
        return text

    def _scalar(self, text: str) -> str | None:
        if text in _NULLS:
            return None
        # A pattern that begins with a star is told from an alias by what stands behind: nothing else is one here.
        is_odd = text[0] in _FOREIGN and not text.startswith("*")
        if is_odd or text[0] in ",]}#\"'" or re.match(r"[-?:](\s|$)", text) or re.search(r":\s|:$|\s#", text):
            raise self._error(f"the agent reads plain and quoted patterns only, not {text!r}")
        return text

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self) -> None:
        self._at += 1
        self._skip()

    def _skip(self) -> None:
        while self._peek() == " ":
            self._at += 1


def _plain(key: str) -> str:
    return key[1:-1] if key[0] in "\"'" else key


def _without_comment(line: str) -> str:
    """Up to a `#` that starts a comment: at the beginning or after a space, outside of quotes."""
    quote = ""
    for at, character in enumerate(line):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"" and (at == 0 or line[at - 1] in " [{,:"):
            quote = character
        elif character == "#" and (at == 0 or line[at - 1].isspace()):
            return line[:at]
    return line
