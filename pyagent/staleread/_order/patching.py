"""Replaces attributes of the standard library, all or none, and puts them back in reverse.

In: owners, names, and what makes the replacement from the original. Out: the library as it was, after `undo`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from staleread._record.kinds import MISSING


class Patches:
    def __init__(self) -> None:
        self._undo: list[Callable[[], None]] = []

    def replace(self, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
        """`make` gets the original and returns what stands in its place, dressed like it."""
        own = vars(owner).get(name, MISSING)
        original = getattr(owner, name)
        replacement = _dressed(make(original), original)
        if isinstance(own, staticmethod):
            replacement = staticmethod(replacement)
        self.on_undo(partial(_put_back, owner, name, own))
        setattr(owner, name, replacement)

    def replace_if_there(self, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
        """For what not every version of Python has."""
        if hasattr(owner, name):
            self.replace(owner, name, make)

    def watch(self, owner: Any, attribute: Any) -> None:
        """Puts a stand-in for an instance attribute into the class: a `Watched`, or what goes before it."""
        self.on_undo(partial(_put_back, owner, attribute.name, MISSING))
        setattr(owner, attribute.name, attribute)

    def on_undo(self, call: Callable[[], None]) -> None:
        """To be called in its turn when everything is put back."""
        self._undo.append(call)

    def undo(self) -> None:
        """All of it, also where a part fails or a Ctrl-C comes; the last failure is raised when nothing is left."""
        failure: BaseException | None = None
        while self._undo:
            try:
                part = self._undo[-1]
            except IndexError:  # Another thread is here, too.
                break
            try:
                part()
            except BaseException as error:
                failure = error
                with suppress(Exception):  # Once more: it may have been interrupted before it began.
                    part()
            with suppress(ValueError):
                self._undo.remove(part)
        if failure is not None:
            raise failure


def _put_back(owner: Any, name: str, own: Any) -> None:
    """`own` is what was there, or `MISSING`; where nothing could be put in its place it is there still."""
    if vars(owner).get(name, MISSING) is own:
        return
    if own is MISSING:
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


def pass_unseen(error: BaseException) -> None:
    """Takes the wrapper that caught an exception of its original out of the traceback.

    To be followed by a bare `raise`, which from Python 3.11 on adds nothing to a traceback. A wrapper that lets go
    of its arguments besides leaves no cycle through the frames of the traceback.
    """
    if error.__traceback__ is not None:
        error.__traceback__ = error.__traceback__.tb_next


def install_all(patches: Patches, installers: list[Callable[[], None]]) -> None:
    """Runs all installers; if one fails nothing stays patched."""
    try:
        for install in installers:
            install()
    except BaseException:
        patches.undo()
        raise


class Watched:
    """Stands for an attribute of a library's instances and tells when it is read or assigned.

    The value stays in the instance under its own name, so that nothing is left behind when this is taken
    away. A library's own code that changes the attribute thus tells exactly what happened, in the actor that
    it happened to, with no frame of ours in any coroutine.
    """

    def __init__(
        self,
        name: str,
        fail: Callable[[Exception], None],
        assigned: Callable[[Any, Any, Any], None],
        read: Callable[[Any, Any], None] | None = None,
    ) -> None:
        """`assigned` gets the object, what was there (`MISSING` at first) and what is there now."""
        self.name = name
        self._fail = fail
        self._assigned = assigned
        self._read = read

    def __get__(self, obj: Any, owner: type) -> Any:
        if obj is None:
            return self
        try:
            value = obj.__dict__[self.name]
        except KeyError:
            raise AttributeError(self.name) from None
        if self._read is not None:
            try:
                self._read(obj, value)
            except Exception as error:
                self._fail(error)
        return value

    def __set__(self, obj: Any, value: Any) -> None:
        attributes = obj.__dict__
        before = attributes.get(self.name, MISSING)
        attributes[self.name] = value
        try:
            self._assigned(obj, before, value)
        except Exception as error:
            self._fail(error)

    def __delete__(self, obj: Any) -> None:
        try:
            del obj.__dict__[self.name]
        except KeyError:
            raise AttributeError(self.name) from None
