"""Statements at random, of every kind that the running Python knows, and the functions and classes that hold them.

In: choices and a place. Out: lines of source text. Every loop calls `tick`, which ends the program when it has gone on for
too long, where nothing in the loop can catch it.
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
from grammar_expressions import BINARY, ExpressionMaker

EXCEPTIONS = (
    "Boom",
    "KeyError",
    "(KeyError, Boom)",
    "Exception",
    "AttributeError",
    "say(ValueError)",
    "BaseException",
)

ALWAYS_BOUND = ("x", "y")
"""Local variables of every function made."""


class StatementMaker(ExpressionMaker):
    def block(self, place: Place, most: int = 3) -> Block:
        return [line for made in self.some(lambda: self.statement(place), 1, most) for line in made]

    def statement(self, place: Place) -> Block:
        simple = [
            self.expression_statement,
            self.assignment,
            self.augmented,
            self.annotated,
            self.container_write,
            self.deletion,
            self.leaving,
            self.assertion,
            self.importing,
        ]
        if place.depth <= 0:
            return self.pick(simple)(replace(place, depth=1))
        compound = [
            self.condition,
            self.loop,
            self.loop_while,
            self.block_with,
            self.attempt,
            self.matching,
            self.definition,
            self.class_definition,
            self.type_alias,
        ]
        return self.pick([*simple, *compound])(place.deeper())

    # Simple statements

    def expression_statement(self, place: Place) -> Block:
        return [self.expression(place)]

    def target(self, place: Place) -> str:
        """One target of an assignment."""
        inner = place.deeper()
        stored = list(place.stored) or ["x"]
        return self.pick(
            [
                self.pick(stored),
                f"{self.box(place)}.{self.pick(['value', 'other', 'twice', '__private'])}",
                f"{self.dictionary(inner)}[{self.key(inner)}]",
                f"b.rows[{self.pick(['0', 'c', ':1', '1:', self.key(inner)])}]",
                f"a[{self.key(inner)}]",
                f"mortal(1).{self.pick(['value', 'items[1]'])}",
                f"say({self.box(place)}).value",
            ]
        )

    def targets(self, place: Place) -> str:
        inner = place.deeper()
        several = [self.target(inner), self.target(inner)]
        return self.pick(
            [
                self.target(place),
                self.target(place),
                ", ".join(several),
                f"[{several[0]}, ({several[1]}, *{self.target(inner)})]" if place.depth > 0 else several[0],
                f"{several[0]}, *{several[1]}",
            ]
        )

    def assignment(self, place: Place) -> Block:
        places = self.some(lambda: self.targets(place), 1, 2)
        value = self.pick([self.expression(place), self.expression(place), "[1, 2]", "(1, (2, 3))", "pair()"])
        return [" = ".join([*places, value])]

    def augmented(self, place: Place) -> Block:
        target = self.pick(
            [
                self.target(place),
                f"{self.box(place)}.value",
                "mortal(4).value",
                f"a.b[{self.key(place)}].c",
                f"{self.box(place)}.items[{self.key(place)}]",
            ]
        )
        operator = self.pick(BINARY)
        return [f"{target} {operator}= {self.operand(place, operator)}"]

    def annotated(self, place: Place) -> Block:
        target = self.pick(["v", f"({self.pick(['x', 'y'])})", "b.value", f"TABLE[{self.key(place)}]"])
        annotation = self.annotation(place)
        value = f" = {self.expression(place)}" if not self.seldom() else ""
        return [f"{target}: {annotation}{value}"]

    def annotation(self, place: Place | None) -> str:
        """Evaluated where it stands, when somebody asks for it (from 3.14 on), or never."""
        known = ["G"] if place is None or not place.names else ["G", *place.names]
        name = self.pick(known)
        return self.pick(
            [
                "int",
                "say(int)",
                "'text'",
                "list[int]",
                f"say({name})",
                f"(lambda: {name})()",
                "[say(i) for i in ROWS]",
                "shared.twice",
                *(["unknown"] if since_314 else []),
            ]
        )

    def container_write(self, place: Place) -> Block:
        return self.pick(
            [
                [f"{self.dictionary(place)}[{self.key(place)}] = {self.expression(place)}"],
                [
                    f"{self.dictionary(place)}[{self.key(place)}] = {self.target(place)} = {self.expression(place)}"
                ],
                [self.container_call(place)],
                [f"{self.row(place)}[1:] = {self.iterable(place)}"],
                [f"x = {self.pick(['[]', '{}', 'set()', 'dict(k=a)', '[a]'])}", "say(x)"],
            ]
        )

    def deletion(self, place: Place) -> Block:
        stored = list(place.stored) or ["x"]
        return [
            "del "
            + self.pick(
                [
                    f"{self.dictionary(place)}[{self.key(place)}]",
                    f"{self.box(place)}.{self.pick(['value', 'other', 'missing'])}",
                    "b.rows[:1]",
                    self.pick(stored),
                    f"(b.rows[0], TABLE[{self.key(place)}])",
                    "a.b, a[1]",
                    "mortal(2).value",
                ]
            )
        ]

    def leaving(self, place: Place) -> Block:
        value = self.expression(place)
        forms = [
            ["pass"],
            [
                f"raise {self.pick(['Boom(1)', 'KeyError', 'say(ValueError)', f'Boom({value})', 'StopIteration'])}"
            ],
            [f"raise Boom(2) from {self.pick(['None', 'KeyError(1)', value])}"],
            ["raise"],
        ]
        if place.in_loop and not place.in_except_star:
            forms += [["break"], ["continue"], ["continue"]]
        if not (place.in_class or place.in_except_star):
            forms += (
                [["return"]]
                if place.kind == ASYNC_GENERATOR
                else [[f"return {value}"], [f"return {value}, *b.rows"]]
            )
        return self.pick(forms)

    def assertion(self, place: Place) -> Block:
        message = f", {self.expression(place)}" if self.seldom(2) else ""
        return [f"assert {self.expression(place)}{message}"]

    def importing(self, place: Place) -> Block:
        return [
            self.pick(
                [
                    "import os.path",
                    "import os.path as v",
                    "from collections import deque",
                    "from heapq import nothing as v",
                    "from bisect import insort as v",
                ]
            )
        ]

    def type_alias(self, place: Place) -> Block:
        if not since_312:
            return ["pass"]
        return [
            self.pick(["type Alias = list[int]", "type Alias[T] = dict[T, G]", "type Alias = say(b.value)"])
        ]

    # Blocks

    def condition(self, place: Place) -> Block:
        lines = [f"if {self.test(place)}:", *indented(self.block(place))]
        if self.seldom(3):
            lines += [f"elif {self.test(place)}:", *indented(self.block(place))]
        if self.seldom(2):
            lines += ["else:", *indented(self.block(place))]
        return lines

    def test(self, place: Place) -> str:
        return self.pick(
            [self.expression(place), f"not {self.row(place)}", self.dictionary(place), self.box(place)]
        )

    def loop(self, place: Place) -> Block:
        if place.awaits and self.seldom(3):
            word, iterable = "async for", self.pick(["several(2)", "a", "say(several(1))"])
        else:
            word, iterable = "for", self.iterable(place)
        inner = replace(place, in_loop=True, in_except_star=False)
        lines = [f"{word} {self.targets(place)} in {iterable}:", *indented(["tick()", *self.block(inner)])]
        if self.seldom():
            lines += ["else:", *indented(self.block(place))]
        return lines

    def loop_while(self, place: Place) -> Block:
        inner = replace(place, in_loop=True, in_except_star=False)
        lines = [f"while tick() and {self.test(place)}:", *indented(self.block(inner))]
        if self.seldom():
            lines += ["else:", *indented(self.block(place))]
        return lines

    def block_with(self, place: Place) -> Block:
        is_async = place.awaits and self.seldom(2)
        managers = ["context(1)", "context(2)", "a", f"say(context({self.key(place)}))", "LOCK"]
        if is_async:
            managers = ["async_context(1)", "async_context(2)", "a"]

        def item() -> str:
            return self.pick(managers) + (f" as {self.with_target(place)}" if self.seldom(2) else "")

        word = "async with" if is_async else "with"
        return [f"{word} {', '.join(self.some(item, 1, 2))}:", *indented(self.block(place))]

    def with_target(self, place: Place) -> str:
        return self.pick([self.target(place), f"({self.target(place)}, {self.target(place)})"])

    def attempt(self, place: Place) -> Block:
        starred = since_311 and self.seldom(5)
        lines = ["try:", *indented(self.block(place))]
        handlers = self.choose(3)
        inner = replace(place, in_except_star=True, in_loop=False) if starred else place
        for _ in range(handlers):
            kind = self.pick(["Boom", "KeyError", "ValueError"] if starred else EXCEPTIONS)
            name = " as problem" if self.seldom(2) else ""
            known = inner.knowing("problem") if name else inner
            lines += [f"except{'*' if starred else ''} {kind}{name}:", *indented(self.block(known, 2))]
        if handlers and not starred and self.seldom():
            lines += ["except:", *indented(self.block(place, 2))]
        if handlers and self.seldom():
            lines += ["else:", *indented(self.block(place, 2))]
        if not handlers or self.seldom(3):
            lines += ["finally:", *indented(self.block(place, 2))]
        return lines

    def matching(self, place: Place) -> Block:
        subject = self.pick(
            [self.expression(place), "b.rows", "b.items", "Point(1, c)", "(c, 1)", "b.value, G"]
        )
        lines = [f"match {subject}:"]
        for _ in range(1 + self.choose(3)):
            names = iter(("p", "q", "r", "s", "t"))
            pattern = self.pattern(2, names)
            bound = [name for name in ("p", "q", "r", "s", "t") if name not in list(names)]
            guard = f" if {self.expression(place)}" if self.seldom(3) else ""
            lines += indented([f"case {pattern}{guard}:", *indented(self.block(place.knowing(*bound), 2))])
        if self.seldom(3):
            lines += indented([f"case {self.pick(['_', 'whole'])}:", *indented(self.block(place, 2))])
        return lines

    def pattern(self, depth: int, names: object) -> str:
        plain = ["1", "'k'", "None", "-1", "1 + 2j", "Point.ORIGIN", "int()", "str()", "b'x'"]
        fresh = next(names, "_")  # type: ignore[call-overload]
        if depth <= 0:
            return str(self.pick([*plain, fresh, "_"] if fresh != "_" else plain))
        parts = [self.pattern(depth - 1, names), self.pattern(depth - 1, names)]
        return str(
            self.pick(
                [
                    self.pick(plain),
                    f"[{', '.join(parts)}]",
                    f"({parts[0]}, *{fresh})",
                    f"{{'k': {parts[0]}, **{fresh}}}" if fresh != "_" else "{1: 2}",
                    f"{{0: {parts[0]}}}",
                    f"Point({parts[0]}, y={parts[1]})",
                    f"{self.pick(plain)} | {self.pick(plain)}",
                    f"[{parts[0]}, _, *_] as {fresh}" if fresh != "_" else "[*_]",
                ]
            )
        )

    # Functions and classes

    def definition(self, place: Place) -> Block:
        """A nested function, and what is done with it."""
        name = self.new_name("inner")
        kind = self.pick([FUNCTION, FUNCTION, GENERATOR, COROUTINE, ASYNC_GENERATOR])
        lines = self.function(name, kind, place)
        call = f"{name}(a, b, {self.pick(['c', self.expression(place)])})"
        if kind == COROUTINE and place.awaits:
            call = f"await {call}"
        elif kind == GENERATOR:
            call = f"list({call})"
        elif kind == ASYNC_GENERATOR and place.awaits:
            call = f"[(tick(), h) async for h in {call}]"
        used = self.pick([f"say({call})", f"describe({name})", f"say([{call} for _ in range(2)])"])
        return [*lines, used if not (place.in_class and "await" in used) else f"describe({name})"]

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
        header = (
            f"{'async ' if kind in (COROUTINE, ASYNC_GENERATOR) else ''}def {name}{self.type_parameters()}"
        )
        parameters = self.parameters(outer, first)
        returned = f" -> {self.annotation(place)}" if self.seldom(3) else ""
        return [*self.decorators(outer, first), f"{header}({parameters}){returned}:", *indented(lines)]

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
        forms = ["[T]", "[T: int, *Ts, **P]", "[T: (int, str)]"]
        return self.pick([*forms, "[T = int]"] if since_313 else forms)

    def class_definition(self, place: Place) -> Block:
        return self.a_class(self.new_name("Class"), replace(place, depth=min(place.depth, 2)))

    def a_class(self, name: str, place: Place | None) -> Block:
        """A class of boxes, with methods of every sort."""
        outer = place or Place(names=(), depth=2)
        inside = replace(
            outer, in_class=True, in_loop=False, names=("__name__",), stored=("x", "shared"), kind=FUNCTION
        )
        inside = replace(inside, outer=(outer.outer if outer.in_class else ALWAYS_BOUND) if place else ())
        lines: Block = [*(['"""Documented."""'] if self.seldom() else [])]
        for _ in range(1 + self.choose(2)):
            lines += self.member(inside)
        if self.seldom(2):
            attribute = self.pick(
                ["1", "[1]", "[i for i in range(2)]", "say(2)", "(lambda self: self.value)", "{}"]
            )
            lines += [f"{self.pick(['shared', 'made'])} = {attribute}"]
        bases = self.pick(["Box", "Box", "(say(Box))", "*[Box]", "Box, metaclass=say(type)"])
        used = ["describe(" + name + ")"]
        if place is not None:
            used += [f"say({name}(1).method(a, b, c))"]
        return [f"class {name}{self.type_parameters()}({bases}):", *indented(lines), *used]

    def member(self, inside: Place) -> Block:
        place = replace(inside, depth=2)
        kind = self.pick([FUNCTION, FUNCTION, GENERATOR])
        form = self.choose(5)
        if form == 1:
            body = self.pick(
                [["return super().twice, __class__"], ["self.value += 1", "return self.value"], ["return a"]]
            )
            return ["@property", "def twice(self):", *indented(body)]
        if form == 2:
            return ["@classmethod", *self.function("make", FUNCTION, place, "cls")]
        if form == 3:
            return ["@staticmethod", *self.function("plain", FUNCTION, place)]
        method = self.function("method", kind, place, "self")
        extra = self.pick(
            [["super().note(1)"], ["self.__private = self.value"], ["x = super().value"], ["y = __class__"]]
        )
        last = len(method) - 1
        return [*method[:last], *indented(extra), method[last]] if form == 4 else method
