"""What kind of access an expression is. Dependence and rewriting ask the same questions and get the same answers."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable

from .builtin_names import BUILTIN_NAMES
from .methods import (
    CONTAINER_TYPES,
    FUNCTIONS,
    ITERATING,
    ITERATING_ALL,
    LAZY,
    METHODS,
    PRIMITIVE_TYPES,
    REMOVING,
    YIELDING_BOOL,
    Method,
    raises_where_absent,
)
from .scopes import GLOBAL, LOCAL, ComprehensionNode, ModuleNames, Scope, own_nodes, suspends

# What a name's load or store is.
PLAIN = "plain"
CLOSURE_CELL = "closure"
GLOBAL_CELL = "global"
KEPT = "kept"

# Built-in functions whose result nobody else can change while it is gone through.
_SNAPSHOTS = frozenset({"list", "tuple", "set", "frozenset", "dict", "sorted", "reversed"})

# Built-in functions that no watched function is entered from, but for special methods of its arguments.
_QUIET = frozenset(
    "abs ascii bin bytearray bytes chr complex delattr dir divmod enumerate filter float format frozenset getattr "
    "globals hasattr hash hex id input int isinstance issubclass iter len list locals map max min object oct ord pow "
    "print range repr reversed round set setattr slice sorted str sum super tuple type vars zip any all bool callable "
    "dict memoryview breakpoint".split()
)

# What has no attributes that anybody could assign. Template strings came with Python 3.14.
_LITERALS = (ast.Constant, ast.JoinedStr, getattr(ast, "TemplateStr", ast.JoinedStr))

# What nobody else has where an item of it is read. Python warns of wrong items of these, if it can see them.
_MADE_HERE = (
    *(*_LITERALS, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Lambda),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)


class Accesses:
    """The questions, asked from inside one module."""

    def __init__(self, names: ModuleNames) -> None:
        self.names = names
        module = names.scopes[names.tree]
        self._rebound = module.bound | names.declared_global
        self._kept_open: dict[ast.expr, list[ast.expr]] = {}

    def name_kind(self, name: str, scope: Scope) -> str:
        """Whether a name is a cell, and of what."""
        owner = scope.owner(name)
        if owner is not None:
            return CLOSURE_CELL if name in owner.shared else PLAIN
        if scope.mangled(name) in self.names.declared_global:
            return GLOBAL_CELL
        return KEPT if name in self.names.assigned_names or name in self.names.imported_names else PLAIN

    def is_local(self, node: ast.expr, scope: Scope) -> bool:
        """Whether a name is a variable of the running function that no other one rebinds."""
        if not isinstance(node, ast.Name):
            return False
        owner = scope.owner(node.id)
        return owner is not None and scope.kind(node.id) == LOCAL and node.id not in owner.shared

    def is_imported_module(self, node: ast.expr, scope: Scope) -> bool:
        """Whether an expression is a module of the standard library, imported by name."""
        if not isinstance(node, ast.Name) or scope.kind(node.id) != GLOBAL:
            return False
        module = self.names.imported_modules.get(node.id)
        return module is not None and module.partition(".")[0] in sys.stdlib_module_names

    def reads_attribute(self, node: ast.Attribute, scope: Scope, *, called: bool = False) -> bool:
        """Whether the load of an attribute may read a cell."""
        base = node.value
        if node.attr.startswith("__") and node.attr.endswith("__"):
            return False
        if isinstance(base, _LITERALS) or self.builtin_call(base, scope) == "super":
            return False
        if self.is_imported_module(base, scope):
            return False
        if called and node.attr not in self.names.stored_attributes:
            return False
        return not self.is_own_method(node, scope)

    def is_own_method(self, node: ast.Attribute, scope: Scope) -> bool:
        """Whether this is `self.m` with m a function of the class around, never assigned to."""
        function = scope.binder()
        if not isinstance(node.value, ast.Name) or node.attr in self.names.stored_attributes:
            return False
        if not isinstance(function.node, (ast.FunctionDef, ast.AsyncFunctionDef)) or function.parent is None:
            return False
        arguments = (*function.node.args.posonlyargs, *function.node.args.args)
        if (
            not arguments
            or arguments[0].arg != node.value.id
            or not isinstance(function.parent.node, ast.ClassDef)
        ):
            return False
        return node.attr in self.names.methods.get(function.parent.node, ())

    def container_method(self, node: ast.Call, scope: Scope) -> Method | None:
        """What `X.m(…)` does where X is a container, queue, event, future or lock."""
        function = node.func
        if not isinstance(function, ast.Attribute):
            return None
        method = METHODS.get(function.attr)
        if method is None or isinstance(function.value, _LITERALS):
            return None
        if self.is_imported_module(function.value, scope) or self.is_own_method(function, scope):
            return None
        if self.builtin_call(function.value, scope) == "super":
            return None
        return REMOVING if raises_where_absent(node, function.attr) else method

    def list_function(self, node: ast.Call, scope: Scope) -> str | None:
        """The name of a function of the standard library that changes the list which is its first argument."""
        function = node.func
        if not node.args or isinstance(node.args[0], ast.Starred):
            return None
        if isinstance(function, ast.Attribute) and self.is_imported_module(function.value, scope):
            assert isinstance(function.value, ast.Name)
            module = self.names.imported_modules[function.value.id]
            return function.attr if function.attr in FUNCTIONS.get(module, ()) else None
        if isinstance(function, ast.Name) and function.id in self.names.imported_names:
            known = any(function.id in names for names in FUNCTIONS.values())
            return function.id if known and scope.kind(function.id) == GLOBAL else None
        return None

    def builtin_call(self, node: ast.expr, scope: Scope) -> str | None:
        """The name of the built-in function that an expression calls."""
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            return None
        name = node.func.id
        if name not in BUILTIN_NAMES or name in self._rebound or scope.kind(name) != GLOBAL:
            return None
        return name

    def is_quiet_call(self, node: ast.Call, scope: Scope) -> bool:
        """Whether no watched function is entered from a call."""
        return self.builtin_call(node, scope) in _QUIET

    def iterated_arguments(self, node: ast.Call, scope: Scope) -> list[ast.expr]:
        """The arguments that a built-in function goes through."""
        name = self.builtin_call(node, scope)
        if name is None or name not in ITERATING:
            return []
        first = ITERATING[name]
        if name in ("min", "max") and len(node.args) > 1:
            return []
        last = len(node.args) if name in ITERATING_ALL else first + 1
        return [arg for arg in node.args[first:last] if self.may_be_container(arg, scope)]

    def kept_open(self, iterable: ast.expr, body: Iterable[ast.AST], scope: Scope) -> list[ast.expr]:
        """What a loop over `iterable` goes on with after it was suspended in its body: no copies made for it."""
        known = self._kept_open.get(iterable)
        if known is None:
            waits = scope.binder().node in self.names.suspending and may_suspend(body)
            known = self._kept_open[iterable] = self._gone_through(iterable, scope) if waits else []
        return known

    def iterator_kept_open(self, node: ast.Assign, scope: Scope) -> list[ast.expr]:
        """What `it = iter(X)` goes through, where the function may be suspended between one `next(it)` and another."""
        value = node.value
        if self.builtin_call(value, scope) != "iter" or scope.binder().node not in self.names.suspending:
            return []
        alone = len(node.targets) == 1 and self.is_local(node.targets[0], scope)
        assert isinstance(value, ast.Call)
        return self._gone_through(value, scope) if alone and len(value.args) == 1 else []

    def _gone_through(self, iterable: ast.expr, scope: Scope) -> list[ast.expr]:
        name = self.builtin_call(iterable, scope)
        if name in LAZY:
            assert isinstance(iterable, ast.Call)
            arguments = self.iterated_arguments(iterable, scope)
            arguments += [arg for arg in iterable.args if self.builtin_call(arg, scope) in LAZY]
            return [found for argument in arguments for found in self._gone_through(argument, scope)]
        copied = isinstance(iterable, ast.Call) and getattr(iterable.func, "attr", "") in ("copy", "deepcopy")
        sliced = isinstance(iterable, ast.Subscript) and isinstance(iterable.slice, ast.Slice)
        if copied or sliced or name in _SNAPSHOTS or not self.may_be_container(iterable, scope):
            return []
        return [iterable]

    def may_be_container(self, node: ast.expr, scope: Scope) -> bool:
        """Whether going through an expression, or asking for its length or truth, may read somebody's structure cell."""
        if isinstance(node, ast.Call):
            return self.builtin_call(node, scope) not in (
                *YIELDING_BOOL,
                "range",
                "enumerate",
                "zip",
                "map",
                "filter",
            )
        if isinstance(node, ast.NamedExpr):
            return self.may_be_container(node.value, scope)
        if isinstance(node, ast.IfExp):
            return self.may_be_container(node.body, scope) or self.may_be_container(node.orelse, scope)
        if isinstance(node, ast.BoolOp):
            return any(self.may_be_container(value, scope) for value in node.values)
        if isinstance(node, ast.Name):
            return node.id != "__debug__" and node.id != "TYPE_CHECKING"
        return isinstance(node, (ast.Attribute, ast.Subscript, ast.Await))

    def tells_truth(self, node: ast.expr, scope: Scope) -> bool:
        """Whether testing an expression asks it itself for its truth."""
        if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.Await, ast.NamedExpr)):
            return self.may_be_container(node, scope)
        return False

    def is_made_here(self, node: ast.expr) -> bool:
        """Whether an expression gives something new, which reading an item of is no access to a cell."""
        return isinstance(node, _MADE_HERE)

    def makes_container(self, node: ast.expr) -> bool:
        """Whether an expression makes a new container, queue, event or lock."""
        if isinstance(node, (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.SetComp, ast.DictComp)):
            return True
        if not isinstance(node, ast.Call):
            return False
        function = node.func
        name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
        return name in CONTAINER_TYPES or name in PRIMITIVE_TYPES


def may_suspend(body: Iterable[ast.AST]) -> bool:
    """Whether somebody else may run while one of these parts of a function does."""
    return any(suspends(node) for part in body for node in (part, *own_nodes(part)))


def loop_parts(node: ComprehensionNode, index: int) -> list[ast.AST]:
    """What a comprehension evaluates for each element of its iterable number `index`."""
    result = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    return [*node.generators[index].ifs, *node.generators[index + 1 :], *result]
