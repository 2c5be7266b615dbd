"""From the source of a module to its code with hooks, and its rows.

In: source text. Out: code and rows that know nothing of the recording they will be part of (`portable.py`,
`packed.py`), made from the text alone. Whoever changes what the result depends on besides the text and the sources of
this package tells `cache.py` of it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.util import decode_source
from types import CodeType

from .accesses import Accesses
from .drafts import FunctionDraft, ModuleDrafts
from .flow import FunctionFlow
from .ignores import find_ignores
from .portable import Contents, IgnoreTuple, Portable, first_mark, make_portable
from .scopes import FunctionNode, ModuleNames, Scope, analyze, own_nodes_of_body, parameters
from .sites import COROUTINE, GENERATOR, METHOD, NESTED_EXPRESSION
from .spans import statement_spans
from .transform import transform


def compile_rewritten(tree: ast.Module, source: bytes, path: str) -> Portable:
    """The module of this tree, which is rewritten in place."""
    text = decode_source(source)
    drafts, functions = rewrite(tree, text, first_mark(source))
    code: CodeType = compile(tree, path, "exec", dont_inherit=True)
    parts = list(_numbered(code, functions))
    contents = Contents(
        tuple(part for part, _ in parts),
        tuple(drafts.function_mark(function) if function else 0 for _, function in parts),
        drafts.packed_names(),
        tuple(_ignores(drafts, text)),
    )
    site_marks = [site.mark for site in drafts.by_number.values()]
    function_marks = [function.mark for function in drafts.functions]
    return make_portable(site_marks, function_marks, contents, drafts.packed())


def rewrite(tree: ast.Module, source: str, first_mark: int = 0) -> tuple[ModuleDrafts, list[Scope]]:
    """Puts hooks into a tree. Returns its rows, and the scopes of its functions."""
    names = analyze(tree)
    accesses = Accesses(names)
    drafts = ModuleDrafts(source, statement_spans(tree), first_mark)
    functions = list(_flow(names, accesses, drafts))
    transform(tree, accesses, drafts)
    return drafts, functions


def _ignores(drafts: ModuleDrafts, source: str) -> Iterator[IgnoreTuple]:
    """The comments that let findings stand, each with the marks of the sites it covers."""
    for ignore in find_ignores(source):
        covered = range(ignore.first_line, ignore.last_line + 1)
        sites = tuple(site.mark for site in drafts.by_number.values() if site.node.lineno in covered)
        yield (ignore.line, ignore.first_line, ignore.last_line, ignore.kinds, ignore.reason), sites


def _flow(names: ModuleNames, accesses: Accesses, drafts: ModuleDrafts) -> Iterator[Scope]:
    """Numbers every function and fills in its dependences."""
    numbered: list[tuple[Scope, FunctionNode, FunctionDraft]] = []
    for scope in names.scopes.values():
        node = scope.node
        if isinstance(node, FunctionNode):
            taken = [*parameters(node), *scope.passed_in()]
            last_line = 0 if isinstance(node, ast.Lambda) else node.end_lineno or 0
            draft = drafts.new_function(
                scope.qualified_name(), node.lineno, function_flags(node, scope), taken, last_line
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
