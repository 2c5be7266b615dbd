"""Code of watched modules for one recording: numbered, told of, and bound to its hooks.

In: source files. Out: code that calls the hooks, and its rows in the table of sites. What turns the text into code
is imported only where that is not known from before (`cache.py`).
"""

from __future__ import annotations

import builtins
import gc
from collections.abc import Callable, Mapping
from types import CodeType
from typing import Any

from .cache import Cache
from .hook_names import HOOKS
from .ignores import Ignore
from .leaving import function_manager, generator_managers
from .packed import PackedRows
from .portable import Portable
from .sites import SiteTable

OnCode = Callable[[CodeType, str, int], None]


class Rewriter:
    """Compiles watched modules. One for a recording."""

    def __init__(self, sites: SiteTable, hooks: Mapping[str, Callable[..., object]]) -> None:
        self.sites = sites
        self.cache: Cache | None = None
        """Where rewritten code is kept from one recording to another."""
        self.on_code: OnCode | None = None
        """Told of every code object of a watched module: the code, the module's name, its function's number (0: none)."""
        self.on_ignore: Callable[[str, Ignore, list[int]], None] | None = None
        """Told of every ignore in a watched module: the file, what it says, the sites it covers."""
        self.on_note: Callable[[str], None] | None = None
        """Told in words what could not be rewritten."""
        self._namespaces = [vars(builtins), *_restored_at_exit()]
        self.bind(hooks)
        self.set_alone(False)

    def set_alone(self, alone: bool) -> None:
        """Whether only one thread of the program runs: then a loop may tell once what it reads again and again."""
        for names in self._namespaces:
            names["_sr_alone"] = alone

    def bind(self, hooks: Mapping[str, Callable[..., object]]) -> None:
        """Puts the hooks where rewritten code finds them. They stay there: the code does, too."""
        missing = set(HOOKS).difference(hooks)
        if missing:
            raise ValueError(f"no hook {', '.join(sorted(missing))}")
        given: dict[str, object] = {name: hooks[name] for name in HOOKS}
        given["_sr_leave"] = function_manager(hooks["_sr_leave"])
        given["_sr_leave_gen"] = generator_managers(hooks["_sr_leave_gen"])
        for names in self._namespaces:
            names.update(given)

    def load(self, source: bytes, path: str, bytecode: str | None, module: str, file: str) -> CodeType:
        """What `compile` gives, from the cache where that has it; `bytecode` is where the interpreter keeps its own."""
        cache = self.cache
        if cache is None:
            return self.compile(source, path, module, file)

        def load() -> CodeType:
            kept = cache.read(source, path, bytecode)
            if kept is not None:
                return self._take(kept, module, file)[1]
            made, code = self._compile(source, path, module, file)
            cache.write(source, path, bytecode, made)
            return code

        return self._or_plain(load, source, path, file)

    def compile(self, source: bytes, path: str, module: str, file: str) -> CodeType:
        """The code of a watched module; `file` is its name in the trace. Raises what `compile` raises."""
        return self._or_plain(lambda: self._compile(source, path, module, file)[1], source, path, file)

    def _or_plain(self, work: Callable[[], CodeType], source: bytes, path: str, file: str) -> CodeType:
        """A module must run, watched or not. What is wrong with the source itself is said by the plain compilation."""
        try:
            return work()
        except Exception as problem:
            reason = f"{type(problem).__name__}: {problem}"
        plain: CodeType = compile(source, path, "exec", dont_inherit=True)
        self.note(f"{file}: not watched, because it cannot be rewritten: {reason}")
        return plain

    def _compile(self, source: bytes, path: str, module: str, file: str) -> tuple[Portable, CodeType]:
        import ast

        from .compiling import compile_rewritten

        return self._take(compile_rewritten(ast.parse(source, path), source, path), module, file)

    def _take(self, made: Portable, module: str, file: str) -> tuple[Portable, CodeType]:
        """Numbers a module, and tells who is to know of it."""
        rows = PackedRows(file, made.sites, made.functions, made.rows)
        self.sites.add(module, rows)
        made = made.numbered(rows.first_site, rows.first_function)
        contents = made.contents()
        rows.packed_names = contents.names
        if self.on_ignore is not None:
            for fields, sites in contents.ignores:
                self.on_ignore(file, Ignore(*fields), list(sites))
        on_code = self.on_code
        if on_code is not None:
            for code, function in zip(contents.codes, contents.functions, strict=False):
                on_code(code, module, function)
        return made, contents.codes[0]

    def note(self, text: str) -> None:
        if self.on_note is not None:
            self.on_note(text)


def _restored_at_exit() -> list[dict[str, Any]]:
    """The built-in names that the interpreter puts back when it ends: finalizers and generators run after that."""
    anchor = builtins.__build_class__
    found = (
        names for names in gc.get_referrers(anchor) if type(names) is dict and names is not vars(builtins)
    )
    return [names for names in found if names.get("__build_class__") is anchor and "BaseException" in names]
