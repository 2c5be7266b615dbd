"""From the source of a module to its code with hooks, and its rows to the table of sites."""

from __future__ import annotations

import ast
import builtins
import gc
from collections.abc import Callable, Iterator, Mapping
from importlib.util import decode_source
from types import CodeType
from typing import Any

from .accesses import Accesses
from .drafts import FunctionDraft, ModuleDrafts
from .flow import FunctionFlow
from .ignores import Ignore, find_ignores
from .scopes import FunctionNode, ModuleNames, Scope, analyze, own_nodes_of_body, parameters
from .sites import COROUTINE, GENERATOR, METHOD, NESTED_EXPRESSION, SiteTable
from .spans import statement_spans
from .transform import HOOKS, transform

OnCode = Callable[[CodeType, str, int], None]


class Rewriter:
    """Compiles watched modules. One for a recording."""

    def __init__(self, sites: SiteTable, hooks: Mapping[str, Callable[..., object]]) -> None:
        self.sites = sites
        self.on_code: OnCode | None = None
        """Told of every code object of a watched module: the code, the module's name, its function's number (0: none)."""
        self.on_ignore: Callable[[str, Ignore, list[int]], None] | None = None
        """Told of every ignore in a watched module: the file, what it says, the sites it covers."""
        self.on_note: Callable[[str], None] | None = None
        """Told in words what could not be rewritten."""
        self._namespaces = [vars(builtins), *_restored_at_exit()]
        self.bind(hooks)

    def bind(self, hooks: Mapping[str, Callable[..., object]]) -> None:
        """Puts the hooks where rewritten code finds them. They stay there: the code does, too."""
        missing = set(HOOKS).difference(hooks)
        if missing:
            raise ValueError(f"no hook {', '.join(sorted(missing))}")
        given = {name: hooks[name] for name in HOOKS}
        for names in self._namespaces:
            names.update(given)

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
        drafts = ModuleDrafts(self.sites, module, file, source, statement_spans(tree))
        functions = list(_flow(names, accesses, drafts))
        transform(tree, accesses, drafts)
        drafts.finish()
        self._tell_ignores(drafts, source)
        return tree, functions

    def _tell_ignores(self, drafts: ModuleDrafts, source: str) -> None:
        """The comments that let findings stand, each with the sites it covers."""
        if self.on_ignore is None:
            return
        for ignore in find_ignores(source):
            covered = range(ignore.first_line, ignore.last_line + 1)
            sites = [site.number for site in drafts.by_number.values() if site.node.lineno in covered]
            self.on_ignore(drafts.file, ignore, sites)

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


def _flow(names: ModuleNames, accesses: Accesses, drafts: ModuleDrafts) -> Iterator[Scope]:
    """Numbers every function and fills in its dependences."""
    numbered: list[tuple[Scope, FunctionNode, FunctionDraft]] = []
    for scope in names.scopes.values():
        node = scope.node
        if isinstance(node, FunctionNode):
            taken = [*parameters(node), *scope.passed_in()]
            draft = drafts.new_function(
                scope.qualified_name(), node.lineno, function_flags(node, scope), taken
            )
            scope.number = draft.number
            numbered.append((scope, node, draft))
    for scope, node, draft in numbered:
        if not (isinstance(node, ast.Lambda) and scope.is_inside_function()):
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
