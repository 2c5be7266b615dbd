"""Which name is local, global or a closure variable, and what a module says about its names and attributes.

In: a parsed module. Out: a scope for each function, class and comprehension. Python's own rules hold: class bodies are
no enclosing scope of their functions, a comprehension has its own names, a walrus in it binds outside.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
ComprehensionNode = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp

# What a name stands for, seen from a scope.
LOCAL = "local"
FREE = "free"
GLOBAL = "global"


@dataclass(eq=False)
class Scope:
    """The names of one module, class, function or comprehension."""

    node: ast.AST
    parent: Scope | None
    bound: set[str] = field(default_factory=set)
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)
    shared: set[str] = field(default_factory=set)
    """Variables of this function that some function in it declares `nonlocal`."""
    captured: set[str] = field(default_factory=set)
    """Variables of this function that some function in it uses."""
    free: set[str] = field(default_factory=set)
    """Variables of functions around this one that it uses, or a function in it."""
    functions: dict[str, FunctionNode] = field(default_factory=dict)
    """Functions whose `def` stands here, by name."""
    left_alone: bool = False
    """The function asks for its own local variables, or another compiler reads it: it must stay as it was written."""
    number: int = 0
    """Of a function: its number."""
    in_iterable: bool = False
    """A lambda within what a comprehension goes through: there Python allows no walrus, in functions neither."""

    @property
    def is_function(self) -> bool:
        return isinstance(self.node, FunctionNode)

    @property
    def is_class(self) -> bool:
        return isinstance(self.node, ast.ClassDef)

    @property
    def is_comprehension(self) -> bool:
        return isinstance(self.node, ComprehensionNode)

    def is_inside_function(self) -> bool:
        """Whether the expression that this is belongs to a function's body."""
        parent = self.parent
        while parent is not None and (parent.is_comprehension or isinstance(parent.node, ast.Lambda)):
            parent = parent.parent
        return parent is not None and parent.is_function

    def binder(self) -> Scope:
        """Where a walrus binds: not in a comprehension."""
        scope = self
        while scope.is_comprehension and scope.parent is not None:
            scope = scope.parent
        return scope

    def up_to(self, owner: Scope) -> Iterator[Scope]:
        """This scope and those around it, but for the owner and those around that."""
        scope: Scope | None = self
        while scope is not None and scope is not owner:
            yield scope
            scope = scope.parent

    def passed_in(self) -> list[str]:
        """Variables of functions around this one that only those assign: to it they are like parameters.

        The object that a method around it is bound to is none of them: it is no source.
        """
        found = []
        for name in sorted(self.free):
            owner = self.owner(name)
            if owner is not None and name not in owner.shared and name != owner.bound_name():
                found.append(name)
        return found

    def bound_name(self) -> str | None:
        """The name of a method's first parameter."""
        if isinstance(self.node, FunctionNode) and self.parent is not None and self.parent.is_class:
            return next(iter(parameters(self.node)), None)
        return None

    def owner(self, name: str) -> Scope | None:
        """The function or comprehension that a name belongs to; None for a global (or built-in) one."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.globals:
                return None
            visible = scope is self or not scope.is_class
            if visible and name in scope.bound and name not in scope.nonlocals:
                return None if isinstance(scope.node, ast.Module) else scope
            scope = scope.parent
        return None

    def kind(self, name: str) -> str:
        """LOCAL, FREE or GLOBAL."""
        owner = self.owner(name)
        if owner is None:
            return GLOBAL
        return LOCAL if owner is self or owner.binder() is self.binder() else FREE

    def class_name(self) -> str | None:
        """The class whose name mangles private names here."""
        scope: Scope | None = self
        while scope is not None:
            if isinstance(scope.node, ast.ClassDef):
                return scope.node.name
            scope = scope.parent
        return None

    def mangled(self, name: str) -> str:
        """The name as Python keeps it: `__x` of class C is `_C__x`."""
        if not name.startswith("__") or name.endswith("__") or "." in name:
            return name
        class_name = self.class_name()
        stripped = (class_name or "").lstrip("_")
        return f"_{stripped}{name}" if stripped else name

    def qualified_name(self) -> str:
        """As `__qualname__` has it."""
        if isinstance(self.node, ast.Module):
            return ""
        name = getattr(self.node, "name", "<lambda>")
        parent = self.parent
        while parent is not None and parent.is_comprehension:
            parent = parent.parent
        if parent is None or isinstance(parent.node, ast.Module):
            return name
        if parent.is_function:
            return f"{parent.qualified_name()}.<locals>.{name}"
        return f"{parent.qualified_name()}.{name}"


@dataclass
class ModuleNames:
    """What is known of a module's names and attributes from its text alone."""

    tree: ast.Module
    scopes: dict[ast.AST, Scope] = field(default_factory=dict)
    declared_global: set[str] = field(default_factory=set)
    """Names that some function declares `global`."""
    stored_attributes: set[str] = field(default_factory=set)
    """Attributes that are assigned somewhere, in a class body too."""
    imported_modules: dict[str, str] = field(default_factory=dict)
    """Names that `import x` binds at module level: the module."""
    imported_names: set[str] = field(default_factory=set)
    """Names that `from x import y` binds at module level."""
    assigned_names: set[str] = field(default_factory=set)
    """Names assigned at module level to something that may be a container."""
    methods: dict[ast.ClassDef, set[str]] = field(default_factory=dict)
    """The functions in each class's body that a call of their name calls: no properties."""
    deciding: set[str] = field(default_factory=set)
    """Functions that raise or wait under a condition, or call one that does: whoever goes on after calling one was let
    through by a check."""
    suspending: set[ast.AST] = field(default_factory=set)
    """Functions in which somebody else may run: they await or yield."""
    selecting: set[str] = field(default_factory=set)
    """Generators that yield under a condition: whoever is given something by one is so because of a check."""


def analyze(tree: ast.Module) -> ModuleNames:
    """The scopes of a module."""
    names = ModuleNames(tree)
    builder = _ScopeBuilder(names)
    builder.build()
    _spread(names.deciding, builder.calls)
    _mark_captured(names)
    return names


def parameters(node: FunctionNode) -> list[str]:
    """Names of the parameters: positional ones in order, keyword-only ones, then `*args` and `**kwargs`."""
    arguments = node.args
    found = [arg.arg for arg in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    if arguments.vararg:
        found.append("*" + arguments.vararg.arg)
    if arguments.kwarg:
        found.append("**" + arguments.kwarg.arg)
    return found


def _mark_captured(names: ModuleNames) -> None:
    for scope in names.scopes.values():
        for name in scope.nonlocals:
            parent = scope.parent
            owner = parent.owner(name) if parent is not None else None
            if owner is not None and not owner.left_alone:
                owner.shared.add(name)


class _ScopeBuilder(ast.NodeVisitor):
    """Fills the scopes, the module's names and its attributes in one walk."""

    def __init__(self, names: ModuleNames) -> None:
        self.names = names
        self.scope = Scope(names.tree, None)
        self.uses: list[tuple[Scope, str]] = []
        self.calls: dict[str, set[str]] = {}
        """What is called by itself, as a statement, in the functions of a name."""
        self.iterables = 0
        """What comprehensions go through: how many of these are around."""

    def build(self) -> None:
        self.names.scopes[self.names.tree] = self.scope
        self.visit_all(self.names.tree.body)
        for scope, name in self.uses:
            owner = scope.owner(name)
            if owner is not None and owner.binder() is not scope.binder():
                owner.captured.add(name)
                for user in scope.up_to(owner):
                    user.free.add(name)

    def visit_all(self, nodes: list[ast.stmt] | list[ast.expr]) -> None:
        for node in nodes:
            self.visit(node)

    def open(self, node: ast.AST) -> Scope:
        scope = Scope(node, self.scope, in_iterable=self.iterables > 0)
        self.names.scopes[node] = scope
        return scope

    def bind(self, name: str) -> None:
        self.scope.bound.add(name)

    # Scopes

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.bind(node.name)
        self.scope.functions[node.name] = node
        self.visit_all(node.decorator_list)
        self.visit_defaults(node.args)
        if isinstance(self.scope.node, ast.ClassDef) and all(map(_binds_only, node.decorator_list)):
            self.names.methods.setdefault(self.scope.node, set()).add(node.name)
        self.note_checks(node)
        self.visit_function_body(node, node.body)

    visit_AsyncFunctionDef = visit_FunctionDef

    def note_checks(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """What calling this function by itself, or going through what it yields, tells of checks in it."""
        calls = self.calls.setdefault(node.name, set())
        pending: list[tuple[ast.AST, bool]] = [(statement, False) for statement in node.body]
        while pending:
            part, conditional = pending.pop()
            if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
                continue
            conditional |= isinstance(part, (ast.If, ast.While))
            if suspends(part):
                self.names.suspending.add(node)
            if conditional and isinstance(part, (ast.Raise, ast.Await, ast.AsyncWith, ast.AsyncFor)):
                self.names.deciding.add(node.name)
            elif conditional and isinstance(part, ast.Yield):
                self.names.selecting.add(node.name)
            elif isinstance(part, ast.Expr):
                calls.add(called_name(part.value))
            pending.extend((child, conditional) for child in ast.iter_child_nodes(part))
        calls.discard("")

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.visit_defaults(node.args)
        self.visit_function_body(node, [node.body])

    def visit_defaults(self, arguments: ast.arguments) -> None:
        for default in (*arguments.defaults, *arguments.kw_defaults):
            if default is not None:
                self.visit(default)

    def visit_function_body(self, node: FunctionNode, body: list[ast.stmt] | list[ast.expr]) -> None:
        outer, self.scope = self.scope, self.open(node)
        self.scope.left_alone = any(map(_compiles, getattr(node, "decorator_list", [])))
        self.scope.bound.update(name.lstrip("*") for name in parameters(node))
        self.visit_all(body)
        self.scope = outer

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.bind(node.name)
        self.visit_all(node.decorator_list)
        self.visit_all(node.bases)
        for keyword in node.keywords:
            self.visit(keyword.value)
        outer, self.scope = self.scope, self.open(node)
        self.visit_all(node.body)
        functions = {
            part.name for part in node.body if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef))
        }
        self.names.stored_attributes |= self.scope.bound - functions
        self.scope = outer

    def visit_comprehension_node(self, node: ComprehensionNode) -> None:
        self.visit_iterable(node.generators[0].iter)
        outer, self.scope = self.scope, self.open(node)
        for index, generator in enumerate(node.generators):
            if index:
                self.visit_iterable(generator.iter)
            self.visit(generator.target)
            self.visit_all(generator.ifs)
        if isinstance(node, ast.DictComp):
            self.visit(node.key)
            self.visit(node.value)
        else:
            self.visit(node.elt)
        self.scope = outer

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_comprehension_node

    def visit_iterable(self, node: ast.expr) -> None:
        self.iterables += 1
        self.visit(node)
        self.iterables -= 1

    # Names

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.uses.append((self.scope, node.id))
        else:
            self.bind(node.id)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.scope.binder().bound.add(node.target.id)
        self.visit(node.value)

    def visit_Global(self, node: ast.Global) -> None:
        self.scope.globals.update(node.names)
        if not isinstance(self.scope.node, ast.Module):
            self.names.declared_global.update(self.scope.mangled(name) for name in node.names)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self.scope.nonlocals.update(node.names)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self.bind(node.name)
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        if node.name:
            self.bind(node.name)
        self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name:
            self.bind(node.name)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest:
            self.bind(node.rest)
        self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            self.bind(name)
            if isinstance(self.scope.node, ast.Module):
                self.names.imported_modules[name] = alias.name

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            name = alias.asname or alias.name
            self.bind(name)
            if isinstance(self.scope.node, ast.Module):
                self.names.imported_names.add(name)

    # Attributes and module-level assignments

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if not isinstance(node.ctx, ast.Load):
            self.names.stored_attributes.add(node.attr)
        self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id == "setattr" and len(node.args) == 3:
            name = node.args[1]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                self.names.stored_attributes.add(name.value)
        if isinstance(node.func, ast.Name) and node.func.id in ("locals", "vars", "dir") and not node.args:
            self.scope.binder().left_alone = True
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.note_assigned(node.targets, node.value)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.visit(node.target)
        if node.value is not None:
            self.note_assigned([node.target], node.value)
            self.visit(node.value)

    def note_assigned(self, targets: list[ast.expr], value: ast.expr) -> None:
        if isinstance(self.scope.node, ast.Module) and not isinstance(value, (ast.Constant, ast.Lambda)):
            for target in targets:
                if isinstance(target, ast.Name):
                    self.names.assigned_names.add(target.id)


def _binds_only(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Name) and decorator.id in ("staticmethod", "classmethod")


def _compiles(decorator: ast.expr) -> bool:
    """Whether a decorator is one of those that compile a function from its instructions."""
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in ("jit", "njit", "vectorize", "guvectorize", "cfunc", "stencil")


def _spread(deciding: set[str], calls: dict[str, set[str]]) -> None:
    """Adds who calls one of these, or one that was added."""
    grown = True
    while grown:
        found = {name for name, called in calls.items() if called & deciding}
        grown = not found <= deciding
        deciding |= found


def suspends(node: ast.AST) -> bool:
    """Whether somebody else may run just here."""
    if isinstance(node, ast.comprehension):
        return bool(node.is_async)
    return isinstance(node, (ast.Await, ast.AsyncFor, ast.AsyncWith, ast.Yield, ast.YieldFrom))


def called_name(node: ast.expr) -> str:
    """The name of what an expression calls, or awaits a call of."""
    call = node.value if isinstance(node, ast.Await) else node
    if not isinstance(call, ast.Call):
        return ""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def own_nodes(node: ast.AST) -> list[ast.AST]:
    """Everything in a statement or function that is executed by it itself, nested functions' bodies left out."""
    found: list[ast.AST] = []
    pending = list(ast.iter_child_nodes(node))
    while pending:
        child = pending.pop()
        found.append(child)
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            pending.extend(ast.iter_child_nodes(child))
    return found


def own_nodes_of_body(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.AST]:
    """What a function executes itself: not its decorators, defaults and annotations."""
    found: list[ast.AST] = []
    for statement in node.body:
        found.append(statement)
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.extend(own_nodes(statement))
    return found
