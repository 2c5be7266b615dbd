"""Tells when a module has been imported, so that its classes can be patched.

In: names of modules. Out: a call for each, at once where it is there already. What must hold: the import happens as it
would, and neither the module nor its loader shows anything of it afterwards.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from staleread._order.patching import Patches, pass_unseen
from staleread._rewrite.importer import find_behind

Arrived = Callable[[ModuleType], None]


class Arrivals:
    """A finder that finds nothing of its own."""

    def __init__(self, fail: Callable[[Exception], None]) -> None:
        self._fail = fail
        self._wanted: dict[str, list[Arrived]] = {}

    def install(self, patches: Patches) -> None:
        sys.meta_path.insert(0, self)
        patches.on_undo(self._uninstall)

    def _uninstall(self) -> None:
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def expect(self, module: str, call: Arrived) -> None:
        there = sys.modules.get(module)
        if isinstance(there, ModuleType) and not _is_being_imported(there):
            call(there)
        else:
            self._wanted.setdefault(module, []).append(call)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in self._wanted:
            return None
        try:
            spec = find_behind(self, fullname, path, target)
        except Exception:  # What one of them raises it raises once more when the interpreter asks it itself.
            return None
        try:
            if spec is not None and not isinstance(spec.loader, type):
                self._follow(fullname, spec.loader)
        except Exception as error:
            self._fail(error)
        return spec

    def invalidate_caches(self) -> None:
        """The finders behind are asked themselves."""

    def _follow(self, fullname: str, loader: Any) -> None:
        """The loader's own `exec_module` is called once through us."""
        original = getattr(loader, "exec_module", None)
        if original is None or not hasattr(loader, "__dict__"):
            return

        def exec_module(module: ModuleType) -> None:
            loader.__dict__.pop("exec_module", None)
            try:
                original(module)
            except BaseException as error:
                pass_unseen(error)
                raise
            try:
                for call in self._wanted.pop(fullname, ()):
                    call(module)
            except Exception as error:
                self._fail(error)

        loader.__dict__["exec_module"] = exec_module


def _is_being_imported(module: ModuleType) -> bool:
    return bool(getattr(getattr(module, "__spec__", None), "_initializing", False))
