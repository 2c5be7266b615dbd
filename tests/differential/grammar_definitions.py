"""Functions and classes at random, and what is done with them.

In: choices and a place. Out: lines of source text. Annotations, type parameters and decorators are as the running Python
knows them.
"""

from __future__ import annotations

from dataclasses import replace

from grammar import (
    ASYNC_GENERATOR,
    COROUTINE,
    FUNCTION,
    GENERATOR,
    Block,
    Place,
    indented,
    since_311,
    since_312,
    since_313,
    since_314,
)
from grammar_expressions import ExpressionMaker

ALWAYS_BOUND = ("x", "y")
"""Local variables of every function made."""


class DefinitionMaker(ExpressionMaker):
    def block(self, place: Place, most: int = 3) -> Block:
        raise NotImplementedError

    def definition(self, place: Place) -> Block:
        """A nested function, and what is done with it."""
        name = self.new_name("inner")
        kind = self.pick([FUNCTION, FUNCTION, GENERATOR, COROUTINE, ASYNC_GENERATOR])
        lines = self.function(name, kind, place)
        goes_through = kind == ASYNC_GENERATOR and place.awaits
        argument = self.pick(
            ["c", self.expression(replace(place, in_iterable=True) if goes_through else place)]
        )
        used = [f"say({self.run(name, kind, place, argument)})", f"describe({name})"]
        if since_311 or not goes_through:  # One in the other was not allowed before.
            used.append(f"say([{self.run(name, kind, place, 'c')} for _ in range(2)])")
        used.append(f"say(copies({name}))")
        form = self.pick(used)
        return [*lines, form if not (place.in_class and "await" in form) else f"describe({name})"]

    def run(self, name: str, kind: str, place: Place, argument: str) -> str:
        """A call of a function, and what brings it to its end."""
        call = f"{name}(a, b, {argument})"
        if kind == COROUTINE and place.awaits:
            return f"await {call}"
        if kind == GENERATOR:
            return f"list({call})"
        if kind == ASYNC_GENERATOR and place.awaits:
            return f"[(tick(), h) async for h in {call}]"
        return call

    def function(self, name: str, kind: str, place: Place | None, first: str = "") -> Block:
        """`first` is the name of a method's first parameter."""
        outer = place if place is not None else Place(names=())
        reached = outer.outer if outer.in_class or place is None else ALWAYS_BOUND
        declared: list[str] = ["G"] if self.seldom(3) else []
        if reached and self.seldom(2):
            declared += [self.pick(reached)]
        inner = Place(
            kind=kind,
            depth=min(3, outer.depth) if place is not None else 3,
            names=("a", "b", "c", *ALWAYS_BOUND, *([first] if first else [])),
            stored=("x", "y", "z", *declared[:1]),
            function="" if first else name,
        )
        lines: Block = [f"{'global' if variable == 'G' else 'nonlocal'} {variable}" for variable in declared]
        lines = [*([f'"""What {name} says."""'] if self.seldom() else []), *lines]
        lines += self.pick(
            [["x = y = c"], ["x, y = a, c"], ["x = b.value", "y = mortal(5)"], ["x = y = z = None"]]
        )
        lines += self.block(inner, 4)
        if kind in (GENERATOR, ASYNC_GENERATOR):
            lines += [f"yield {self.leaf(inner)}"]
        if kind != ASYNC_GENERATOR:
            lines += [self.pick(["return x, y", "return [x]", "pass"])]
        generic = self.type_parameters()
        header = f"{'async ' if kind in (COROUTINE, ASYNC_GENERATOR) else ''}def {name}{generic}"
        outer = replace(outer, in_generic=bool(generic))
        parameters = self.parameters(outer, first)
        returned = f" -> {self.annotation(outer)}" if self.seldom(3) else ""
        return [*self.decorators(outer, first), f"{header}({parameters}){returned}:", *indented(lines)]

    def annotation(self, place: Place) -> str:
        """Evaluated where it stands, when somebody asks for it (from 3.14 on), or never."""
        name = self.pick(["G", *place.names])
        forms = ["int", "say(int)", "'text'", "list[int]", f"say({name})", "shared.twice"]
        # Python 3.12 allows no scope within that of a generic function in a class.
        if since_313 or not (place.in_class and place.in_generic):
            forms += [f"(lambda: {name})()", "[say(i) for i in ROWS]"]
        if since_312 and place.in_generic:
            forms += ["T", "say(T)"]
        return self.pick([*forms, "unknown"] if since_314 else forms)

    def parameters(self, place: Place, first: str) -> str:
        default = self.expression(replace(place, depth=1, kind=FUNCTION)) if place.names else "say(3)"
        forms = [
            "a, b, c=1",
            f"a, b, /, c={default}",
            f"a: {self.annotation(place)}, b, c: int = 2, *rest, d=4, **others",
            "a, b, c=3, *, d=None, e=1",
        ]
        return (first + ", " if first else "") + self.pick(forms)

    def decorators(self, place: Place, first: str) -> Block:
        if not self.seldom():
            return []
        return self.pick([["@unchanged"], ["@wrapped"], ["@unchanged", "@say"], ["@(lambda f: f)"]])

    def type_parameters(self) -> str:
        if not since_312 or not self.seldom(6):
            return ""
        forms = ["[T]", "[T: int, *Ts, **P]", "[T: (int, str)]", "[T: say(int)]"]
        return self.pick([*forms, "[T = int]", "[T = say(G)]"] if since_313 else forms)

    def class_definition(self, place: Place) -> Block:
        return self.a_class(self.new_name("Class"), replace(place, depth=min(place.depth, 2)))

    def a_class(self, name: str, place: Place | None) -> Block:
        """A class of boxes, or of objects with slots, with methods of every sort."""
        outer = place or Place(names=(), depth=2)
        inside = replace(
            outer, in_class=True, in_loop=False, names=("__name__",), stored=("x", "shared"), kind=FUNCTION
        )
        inside = replace(inside, outer=(outer.outer if outer.in_class else ALWAYS_BOUND) if place else ())
        lines: Block = [*(['"""Documented."""'] if self.seldom() else [])]
        bases = self.pick(
            ["Box", "Box", "(say(Box))", "*[Box]", "Box, metaclass=say(type)", "Slots", "Box, metaclass=Meta"]
        )
        if bases == "Slots" and self.seldom(2):
            slots = self.pick(["()", "('extra', '__private')", "say(('kept_',))"])
            lines += [f"__slots__ = {slots}"]
        for _ in range(1 + self.choose(2)):
            lines += self.member(inside)
        if self.seldom(2):
            lines += self.class_attribute(inside)
        header = [f"class {name}{self.type_parameters()}({bases}):"]
        if self.seldom(6):
            header = [f"@{self.pick(['unchanged', 'say', '(lambda kind: kind)'])}", *header]
        used = ["describe(" + name + ")"]
        if place is not None:
            used += [self.pick([f"say({name}(1).method(a, b, c))", f"say(copies({name}(1)))"])]
        return [*header, *indented(lines), *used]

    def class_attribute(self, inside: Place) -> Block:
        value = self.pick(["1", "[1]", "[i for i in range(2)]", "say(2)", "(lambda self: self.value)", "{}"])
        name = self.pick(["shared", "made"])
        return self.pick(
            [
                [f"{name} = {value}"],
                [f"{name}: {self.annotation(inside)} = {value}"],
                [f"{name}: {self.annotation(inside)}"],
                ["kept = Kept()"],
                ["kept, made = Kept(), say(1)"],
            ]
        )

    def member(self, inside: Place) -> Block:
        place = replace(inside, depth=2)
        kind = self.pick([FUNCTION, FUNCTION, GENERATOR])
        form = self.choose(7)
        if form == 1:
            return self.a_property(place)
        if form == 2:
            return ["@classmethod", *self.function("make", FUNCTION, place, "cls")]
        if form == 3:
            return ["@staticmethod", *self.function("plain", FUNCTION, place)]
        if form == 5:
            return self.special_method(place)
        method = self.function("method", kind, place, "self")
        extra = self.pick(
            [
                *(
                    ["super().note(1)"],
                    ["self.__private = self.value"],
                    ["x = super().value"],
                    ["y = __class__"],
                ),
                *(["self.kept = self.kept"], ["self.level = say(self.level)"], ["del self.level"]),
            ]
        )
        last = len(method) - 1
        return [*method[:last], *indented(extra), method[last]] if form == 4 else method

    def a_property(self, place: Place) -> Block:
        body = self.pick(
            [["return super().twice, __class__"], ["self.value += 1", "return self.value"], ["return a"]]
        )
        if self.seldom(2):
            return ["@property", "def twice(self):", *indented(body)]
        inner = Place(depth=1, names=("self", "a", "b", "c"), stored=("x",))
        setter = ["x = y = b = c = a", *self.block(inner, 2), "self.value = a"]
        lines = ["@property", "def level(self):", *indented(body)]
        lines += ["@level.setter", "def level(self, a):", *indented(setter)]
        return [*lines, "@level.deleter", "def level(self):", "    del self.value", "    say(self.items)"]

    def special_method(self, place: Place) -> Block:
        """One that the interpreter calls, in the midst of what other code does."""
        name, given = self.pick(
            [
                *(("__getattr__", "a"), ("__getitem__", "a"), ("__setitem__", "a, b"), ("__contains__", "a")),
                *(
                    ("__eq__", "a"),
                    ("__iadd__", "a"),
                    ("__call__", "a=1, *b"),
                    ("__len__", ""),
                    ("__bool__", ""),
                ),
                *(("__iter__", ""), ("__enter__", ""), ("__format__", "a"), ("__set_name__", "a, b")),
                *(("__init_subclass__", "**a"), ("__class_getitem__", "a"), ("__missing__", "a")),
            ]
        )
        inner = Place(depth=1, names=("self", "a", "b", "c"), stored=("x",))
        body = [
            "tick()",
            "x = y = a = b = c = 1" if not given else "x = y = c = b = a",
            *self.block(inner, 2),
        ]
        last = {"__len__": "2", "__bool__": "True", "__iter__": "iter([1])", "__format__": "'formed'"}
        last |= {"__iadd__": "self", "__class_getitem__": "self", "__getattr__": "say(a)"}
        lines = [f"def {name}(self{', ' + given if given else ''}):", *indented(body)]
        return [*lines, f"    return {last.get(name, 'a')}", "__hash__ = Box.__hash__"]
