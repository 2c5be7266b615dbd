"""Hooks on module globals, closure variables and local names.

In: values of variables. Out: `read` and `write` events on the module's or the call's cells, names of
containers.
"""

from __future__ import annotations

import sys
from _thread import get_ident
from collections.abc import Callable
from typing import Any

from staleread._record.identity import Scope
from staleread._record.recorder import Recorder
from staleread._trace.events import ABSENT, READ, WRITE, ObjectKind

_NAMELESS = frozenset({ObjectKind.INSTANCE, ObjectKind.CLASS, ObjectKind.MODULE})


class Variables:
    def __init__(self, recorder: Recorder) -> None:
        self._identity = recorder.identity
        self._types = recorder.types
        self._value = recorder.values.value
        self._record = recorder.record
        self._sites = recorder.sites
        self._string = recorder.tables.string
        self._attribute_key = recorder.attribute_key
        self._keys: dict[int, int] = {}

    def key(self, site: int) -> int:
        key = self._keys.get(site)
        if key is None:
            key = self._keys[site] = self._attribute_key(self._sites.names[site])
        return key

    def access(self, kind: int, site: int, owner: int, value: object) -> None:
        key = self.key(site)
        column = self._value(value)
        if column & 7 == 4 and column >> 3 in self._identity.unnamed:
            self._identity.keep(column >> 3, owner, key)
        self._record((kind, get_ident(), site, owner, key, column, 0, 0))

    def deleted(self, site: int, owner: int) -> None:
        self._record((WRITE, get_ident(), site, owner, self.key(site), ABSENT, 0, 0))

    def kept(self, value: object, namespace: dict[str, Any], site: int) -> None:
        """A global's value is named after it, where it is a container or the like."""
        number = self._container(value)
        if number in self._identity.unnamed:
            self._identity.keep(number, self._identity.module(namespace), self.key(site))

    def local(self, value: object, site: int) -> None:
        number = self._container(value)
        row = self._sites.site(site)
        if number in self._identity.unnamed and row is not None:
            self._identity.local(number, row.function, self._string(row.name), row.line)

    def _container(self, value: object) -> int:
        known = self._identity.numbers.get(id(value))
        if known is not None:
            return known
        if self._types.info(type(value)).kind in _NAMELESS:
            return 0
        return self._identity.add(value)

    def scope(self, function: int) -> Scope:
        scope = Scope(function)
        self._take(scope)
        return scope

    def _take(self, scope: Scope) -> int:
        row = self._sites.function(scope.function)
        return self._identity.take(scope, row.name if row is not None else "")

    def number(self, scope: Scope) -> int:
        """Of one that may have been made before this recording began."""
        return scope.number if scope.identity is self._identity else self._take(scope)


def variable_hooks(recorder: Recorder) -> dict[str, Callable[..., Any]]:
    return {**_global_hooks(recorder), **_closure_hooks(recorder), **_naming_hooks(recorder)}


def _global_hooks(recorder: Recorder) -> dict[str, Callable[..., Any]]:
    variables, fail, module = Variables(recorder), recorder.fail, recorder.identity.module
    frame = sys._getframe

    def read(value: Any, site: int) -> Any:
        try:
            variables.access(READ, site, module(frame(1).f_globals), value)
        except Exception as error:
            fail(error)
        return value

    def wrote(value: Any, site: int) -> Any:
        try:
            variables.access(WRITE, site, module(frame(1).f_globals), value)
        except Exception as error:
            fail(error)
        return value

    def deleted(site: int) -> None:
        try:
            variables.deleted(site, module(frame(1).f_globals))
        except Exception as error:
            fail(error)

    return {"_sr_global": read, "_sr_global_wrote": wrote, "_sr_global_deleted": deleted}


def _closure_hooks(recorder: Recorder) -> dict[str, Callable[..., Any]]:
    variables, fail = Variables(recorder), recorder.fail

    def scope(function: int) -> Any:
        try:
            return variables.scope(function)
        except Exception as error:
            fail(error)
        return None

    def read(value: Any, scope: Scope | None, site: int) -> Any:
        try:
            if scope is not None:
                variables.access(READ, site, variables.number(scope), value)
        except Exception as error:
            fail(error)
        return value

    def wrote(value: Any, scope: Scope | None, site: int) -> Any:
        try:
            if scope is not None:
                variables.access(WRITE, site, variables.number(scope), value)
        except Exception as error:
            fail(error)
        return value

    def deleted(scope: Scope | None, site: int) -> None:
        try:
            if scope is not None:
                variables.deleted(site, variables.number(scope))
        except Exception as error:
            fail(error)

    return {
        "_sr_scope": scope,
        "_sr_closure": read,
        "_sr_closure_wrote": wrote,
        "_sr_closure_deleted": deleted,
    }


def _naming_hooks(recorder: Recorder) -> dict[str, Callable[..., Any]]:
    variables, fail = Variables(recorder), recorder.fail
    frame = sys._getframe

    def kept(value: Any, site: int) -> Any:
        try:
            variables.kept(value, frame(1).f_globals, site)
        except Exception as error:
            fail(error)
        return value

    def local(value: Any, site: int) -> Any:
        try:
            variables.local(value, site)
        except Exception as error:
            fail(error)
        return value

    return {"_sr_kept": kept, "_sr_local": local}
