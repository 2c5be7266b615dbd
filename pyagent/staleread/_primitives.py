"""What is said of a primitive that the agent does not know: which method of which class does what.

In: rules, from a file or from the table of well-known ones below. Out: checked `Primitive`s. Nothing is imported here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Roles = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Primitive:
    """`roles` has the names of the methods by what they do; `same` the attribute by which several objects are one;
    `permits` how many may hold a semaphore, or the attribute that tells; `where` is for sentences."""

    kind: str
    owner: str
    roles: Roles
    same: str = ""
    permits: int | str = 1
    where: str = ""


class PrimitiveError(Exception):
    """A sentence about a rule."""


ROLES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "lock": (("acquire", "release"), ()),
    "semaphore": (("acquire", "release"), ()),
    "event": (("set", "wait"), ("clear",)),
    "queue": (("put", "get"), ("close",)),
}
"""By kind: what its methods may do. Of the first, a lock and a semaphore have both, an event and a queue at least one, as
it may have classes of their own for either side."""

_ALL_NEEDED = frozenset({"lock", "semaphore"})


def primitive(kind: str, said: Mapping[str, object], where: str) -> Primitive:
    """Of what a rule says; a PrimitiveError where that is not enough, or too much."""
    if kind not in ROLES:
        raise PrimitiveError(f"there is no primitive `{kind}`; there are {', '.join(ROLES)}")
    needed, optional = ROLES[kind]
    known = ("class", *needed, *optional, "same", *(["permits"] if kind == "semaphore" else []))
    for key in said:
        if key not in known:
            raise PrimitiveError(f"unknown key `{key}` of a {kind}; there are {', '.join(known)}")
    owner = _text(said, "class")
    if "." not in owner.strip("."):
        raise PrimitiveError("`class` is written in full: its module, a dot and its name")
    roles = {role: _names(said, role) for role in (*needed, *optional) if role in said}
    missing = [role for role in needed if role not in roles]
    if missing and (kind in _ALL_NEEDED or len(missing) == len(needed)):
        raise PrimitiveError(f"a {kind} needs `{missing[0]}`")
    same = _text(said, "same") if "same" in said else ""
    return Primitive(kind, owner, roles, same, _permits(kind, said), where)


def _text(said: Mapping[str, object], key: str) -> str:
    value = said.get(key)
    if not isinstance(value, str) or not value:
        article = "an" if key[0] in "aeiou" else "a"
        raise PrimitiveError(f"`{key}` wants a text" if key in said else f"{article} `{key}` is missing")
    if not all(part.isidentifier() for part in value.split(".")):
        raise PrimitiveError(f"`{key}` is no name: {value!r}")
    return value


def _names(said: Mapping[str, object], role: str) -> tuple[str, ...]:
    value = said[role]
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(name, str) and name.isidentifier() for name in names):
        raise PrimitiveError(f"`{role}` wants the name of a method, or a list of them in brackets")
    return tuple(map(str, names))


def _permits(kind: str, said: Mapping[str, object]) -> int | str:
    if kind != "semaphore":
        return 1
    value = said.get("permits")
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    if isinstance(value, str) and value.isidentifier():
        return value
    raise PrimitiveError("a semaphore needs `permits`: how many may hold it, or the attribute that tells")


_ANYIO = "anyio._backends._asyncio"
_STREAMS = "anyio.streams.memory"

WELL_KNOWN: tuple[Primitive, ...] = (
    # In this form since anyio 4.5; before, its core had one form for all backends.
    Primitive("lock", f"{_ANYIO}.Lock", {"acquire": ("acquire", "acquire_nowait"), "release": ("release",)}),
    Primitive(
        "semaphore",
        f"{_ANYIO}.Semaphore",
        {"acquire": ("acquire", "acquire_nowait"), "release": ("release",)},
        permits="_value",
    ),
    Primitive(
        "semaphore",
        f"{_ANYIO}.CapacityLimiter",
        {
            "acquire": (
                *("acquire", "acquire_nowait"),
                *("acquire_on_behalf_of", "acquire_on_behalf_of_nowait"),
            ),
            "release": ("release", "release_on_behalf_of"),
        },
        permits="_total_tokens",
    ),
    Primitive(
        "queue",
        f"{_STREAMS}.MemoryObjectSendStream",
        {"put": ("send", "send_nowait"), "close": ("close",)},
        same="_state",
    ),
    Primitive(
        "queue",
        f"{_STREAMS}.MemoryObjectReceiveStream",
        {"get": ("receive", "receive_nowait")},
        same="_state",
    ),
)
