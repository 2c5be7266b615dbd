"""The finder that has watched modules rewritten as they are imported.

A module is compiled when it is found, not when it is loaded: so one that cannot be compiled is left to the normal
loader, and its error looks as ever.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import decode_source
from pathlib import Path
from types import CodeType, ModuleType

from .accesses import Accesses
from .drafts import ModuleDrafts
from .flow import FunctionFlow
from .scopes import FunctionNode, ModuleNames, Scope, analyze, parameters
from .sites import COROUTINE, GENERATOR, METHOD, NESTED_EXPRESSION, SiteTable
from .transform import HOOKS, own_nodes_of_body, transform
from .watch import Watched

__all__ = ["Finder", "Rewriter", "WatchedLoader", "install"]

OnCode = Callable[[CodeType, str, int], None]


class Rewriter:
    """Compiles watched modules. One for a recording."""

    def __init__(self, sites: SiteTable, hooks: Mapping[str, Callable[..., object]]) -> None:
        self.sites = sites
        self.on_code: OnCode | None = None
        """Told of every code object of a watched module: the code, the module's name, its function's number (0: none)."""
        self.on_note: Callable[[str], None] | None = None
        """Told in words what could not be rewritten."""
        self.bind(hooks)

    def bind(self, hooks: Mapping[str, Callable[..., object]]) -> None:
        """Puts the hooks where rewritten code finds them. They stay there: the code does, too."""
        missing = set(HOOKS).difference(hooks)
        if missing:
            raise ValueError(f"no hook {', '.join(sorted(missing))}")
        for name in HOOKS:
            setattr(builtins, name, hooks[name])

    def compile(self, source: bytes, path: str, module: str, file: str) -> CodeType:
        """The code of a watched module; `file` is its name in the trace. Raises what `compile` raises."""
        tree = ast.parse(source, path)
        try:
            rewritten, functions = self.rewrite(tree, decode_source(source), module, file)
            code: CodeType = compile(rewritten, path, "exec", dont_inherit=True)
        except Exception as problem:  # a module must run, watched or not
            plain: CodeType = compile(source, path, "exec", dont_inherit=True)
            self.note(
                f"{file}: not watched, because it cannot be rewritten: {type(problem).__name__}: {problem}"
            )
            return plain
        if self.on_code is not None:
            for part, function in _numbered(code, functions):
                self.on_code(part, module, function)
        return code

    def rewrite(
        self, tree: ast.Module, source: str, module: str, file: str
    ) -> tuple[ast.Module, list[Scope]]:
        """A tree with hooks, its sites in the table; and the scopes of its functions."""
        names = analyze(tree)
        accesses = Accesses(names)
        drafts = ModuleDrafts(self.sites, module, file, source)
        functions = list(_flow(names, accesses, drafts))
        transform(tree, accesses, drafts)
        drafts.finish()
        return tree, functions

    def note(self, text: str) -> None:
        if self.on_note is not None:
            self.on_note(text)


def _flow(names: ModuleNames, accesses: Accesses, drafts: ModuleDrafts) -> Iterator[Scope]:
    """Numbers every function and fills in its dependences."""
    for scope in names.scopes.values():
        if not scope.is_function:
            continue
        node = scope.node
        assert isinstance(node, FunctionNode)
        draft = drafts.new_function(
            scope.qualified_name(), node.lineno, function_flags(node, scope), parameters(node)
        )
        scope.number = draft.number
        FunctionFlow(accesses, drafts, scope, draft).run(node)
        yield scope


def function_flags(node: FunctionNode, scope: Scope) -> int:
    """The flags of a function's row."""
    if isinstance(node, ast.Lambda):
        return NESTED_EXPRESSION
    flags = COROUTINE if isinstance(node, ast.AsyncFunctionDef) else 0
    if any(isinstance(inner, (ast.Yield, ast.YieldFrom)) for inner in own_nodes_of_body(node)):
        flags |= GENERATOR
    is_static = any(isinstance(name, ast.Name) and name.id == "staticmethod" for name in node.decorator_list)
    if (
        scope.parent is not None
        and scope.parent.is_class
        and not is_static
        and node.args.args + node.args.posonlyargs
    ):
        flags |= METHOD
    return flags


def _numbered(code: CodeType, functions: list[Scope]) -> Iterator[tuple[CodeType, int]]:
    """Every code object in a module's, with the number of its function; a comprehension's is 0."""
    by_place: dict[tuple[str, int], list[int]] = {}
    for scope in functions:
        node = scope.node
        decorators = getattr(node, "decorator_list", [])
        line = decorators[0].lineno if decorators else getattr(node, "lineno", 0)
        by_place.setdefault((getattr(node, "name", "<lambda>"), line), []).append(scope.number)
    pending = [code]
    while pending:
        part = pending.pop(0)
        numbers = by_place.get((part.co_name, part.co_firstlineno))
        # The last one stays: what stands in a `finally` is compiled several times.
        yield part, (numbers.pop(0) if len(numbers) > 1 else numbers[0]) if numbers else 0
        pending.extend(constant for constant in part.co_consts if isinstance(constant, CodeType))


class WatchedLoader(SourceFileLoader):
    """Loads a module from code that was made when it was found."""

    def __init__(self, fullname: str, path: str, code: CodeType, recompile: Callable[[], CodeType]) -> None:
        super().__init__(fullname, path)
        self._code: CodeType | None = code
        self._recompile = recompile

    def get_code(self, fullname: str) -> CodeType:
        code, self._code = self._code, None
        return code or self._recompile()


class Finder:
    """Lets the finders behind it look, and has what they find rewritten where it is watched."""

    def __init__(self, watched: Watched, rewriter: Rewriter) -> None:
        self.watched = watched
        self.rewriter = rewriter
        self.main = ""
        """The module that is to run as `__main__`."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = self._find_behind(fullname, path, target)
        if spec is None or type(spec.loader) is not SourceFileLoader or spec.origin is None:
            return spec
        try:
            if self.watched(fullname, spec.origin):
                module = "__main__" if fullname == self.main else fullname
                spec.loader = self.loader(module, spec.loader.path, fullname)
        except Exception:  # whatever is wrong with the module, the normal loader says it better
            return spec
        return spec

    def loader(self, module: str, path: str, fullname: str = "__main__") -> WatchedLoader:
        """A loader with the rewritten module; `module` is its `__name__` when it runs."""

        def compiled() -> CodeType:
            source = Path(path).read_bytes()
            return self.rewriter.compile(source, path, module, self.watched.relative(path))

        return WatchedLoader(fullname, path, compiled(), compiled)

    def _find_behind(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None
    ) -> ModuleSpec | None:
        finders = list(sys.meta_path)
        behind = finders[finders.index(self) + 1 :] if self in finders else finders
        for finder in behind:
            find = getattr(finder, "find_spec", None)
            spec: ModuleSpec | None = find(fullname, path, target) if find is not None else None
            if spec is not None:
                return spec
        return None

    def invalidate_caches(self) -> None:
        """The finders behind are asked themselves."""

    def uninstall(self) -> None:
        """Modules found from now on are left alone."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)


def install(watch: Sequence[str], ignore: Sequence[str], root: Path, rewriter: Rewriter) -> Finder:
    """Watches what is imported from now on, until `uninstall` of what is returned."""
    finder = Finder(Watched(watch, ignore, root), rewriter)
    finders: list[object] = list(sys.meta_path)
    place = finders.index(PathFinder) if PathFinder in finders else len(finders)
    sys.meta_path.insert(place, finder)
    return finder
