"""Comments `# staleread: ignore[kind] reason`: which findings somebody has looked at and lets stand.

In: the source text of a module. Out: what each such comment says, and which lines it covers. What a kind is and
whether there is one of that name is the analyzer's affair (formats/rules.md).
"""

from __future__ import annotations

import contextlib
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

_COMMENT = re.compile(r"#\s*staleread\s*:\s*ignore\b(?![-.])\s*(?:\[([^\]]*)\]?)?[\s:,;\u2013\u2014-]*(.*)")
_NO_STATEMENT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}


@dataclass(frozen=True)
class Ignore:
    line: int
    """Where the comment stands."""
    first_line: int
    last_line: int
    """The lines it covers: those of the statement on whose line it stands, or right above which."""
    kinds: str
    """Names with commas between; empty: all."""
    reason: str


def find_ignores(source: str) -> list[Ignore]:
    """All of a module, in order. Strings that look like such a comment are none."""
    if _COMMENT.search(source) is None:
        return []
    found: list[Ignore] = []
    with contextlib.suppress(tokenize.TokenError, SyntaxError):  # The compiler says it better.
        found.extend(_walk(tokenize.generate_tokens(io.StringIO(source).readline)))
    return found


def _walk(tokens: Iterator[tokenize.TokenInfo]) -> Iterator[Ignore]:
    waiting: list[tuple[int, str, str]] = []  # Comments whose statement has not ended yet.
    first = 0  # Where the statement begins; 0 between two.
    line_is_blank = True
    for token in tokens:
        if token.type == tokenize.COMMENT:
            waiting.extend(_read(token))
        elif token.type == tokenize.NEWLINE:
            yield from _covering(waiting, first, token.start[0])
            waiting, first = [], 0
        elif (token.type == tokenize.NL and line_is_blank and not first) or token.type == tokenize.ENDMARKER:
            yield from _covering(waiting)
            waiting = []
        elif token.type not in _NO_STATEMENT:
            first = first or token.start[0]
        line_is_blank = token.type in (tokenize.NL, tokenize.NEWLINE)


def _covering(waiting: list[tuple[int, str, str]], first: int = 0, last: int = 0) -> Iterator[Ignore]:
    for line, kinds, reason in waiting:
        yield Ignore(line, first or line, last or line, kinds, reason)


def _read(token: tokenize.TokenInfo) -> Iterator[tuple[int, str, str]]:
    found = _COMMENT.search(token.string)
    if found is not None:
        kinds = ",".join(filter(None, map(str.strip, (found[1] or "").split(","))))
        reason = "" if found[2].startswith("#") else found[2].strip()
        yield token.start[0], kinds, reason
