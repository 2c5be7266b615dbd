"""Replaces attributes of the standard library, all or none, and puts them back in reverse.

In: owners, names, and what makes the replacement from the original. Out: the library as it was, after `undo`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_ABSENT: Any = object()


class Patches:
    def __init__(self) -> None:
        self._done: list[tuple[Any, str, Any]] = []

    def replace(self, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
        """`make` gets the original and returns what stands in its place, dressed like it."""
        own = vars(owner).get(name, _ABSENT)
        original = getattr(owner, name)
        replacement = _dressed(make(original), original)
        if isinstance(own, staticmethod):
            replacement = staticmethod(replacement)
        setattr(owner, name, replacement)
        self._done.append((owner, name, own))

    def replace_if_there(self, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
        """For what not every version of Python has."""
        if hasattr(owner, name):
            self.replace(owner, name, make)

    def undo(self) -> None:
        while self._done:
            owner, name, own = self._done.pop()
            if own is _ABSENT:
                delattr(owner, name)
            else:
                setattr(owner, name, own)


def _dressed(replacement: Any, original: Any) -> Any:
    """With the names, the documentation and the signature of the original."""
    for attribute in ("__module__", "__name__", "__qualname__", "__doc__"):
        if hasattr(original, attribute):
            setattr(replacement, attribute, getattr(original, attribute))
    replacement.__wrapped__ = original
    return replacement


def install_all(patches: Patches, installers: list[Callable[[], None]]) -> None:
    """Runs all installers; if one fails nothing stays patched."""
    try:
        for install in installers:
            install()
    except BaseException:
        patches.undo()
        raise
