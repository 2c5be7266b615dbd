"""Source text without what stands in its strings.

In: the text of an expression, as a site has it. Out: the same with nothing of a string literal or a comment in it. What
cannot be taken apart, because it was cut short, is not shown at all.
"""

from __future__ import annotations

import io
import tokenize

_MASK = "…"
_MASKED = frozenset(
    getattr(tokenize, name)
    for name in ("COMMENT", "STRING", "FSTRING_MIDDLE", "TSTRING_MIDDLE")
    if hasattr(tokenize, name)
)


def masked(text: str) -> str:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(f"({text})").readline))
    except (tokenize.TokenError, SyntaxError):
        return _MASK
    if any(token.type == tokenize.ERRORTOKEN and not token.string.isspace() for token in tokens):
        return _MASK
    parts, at = [], 1  # behind the parenthesis, which lets an expression go on over several lines
    for token in tokens:
        if token.type in _MASKED:
            parts += [text[at - 1 : token.start[1] - 1], _literal(token)]
            at = token.end[1]
    return "".join(parts) + text[at - 1 :]


def _literal(token: tokenize.TokenInfo) -> str:
    """What shows that there is a string: its quotes, where they belong to the token."""
    return f"'{_MASK}'" if token.type == tokenize.STRING else _MASK
