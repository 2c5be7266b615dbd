"""Statements at random, of every kind that the running Python knows.

In: choices and a place. Out: lines of source text. Every loop calls `tick`, which ends the program when it has gone on for
too long, where nothing in the loop can catch it.
"""

from __future__ import annotations

from dataclasses import replace

from grammar import ASYNC_GENERATOR, COROUTINE, GENERATOR, Block, Place, indented, since_311, since_312
from grammar_definitions import DefinitionMaker
from grammar_expressions import BINARY

EXCEPTIONS = (
    "Boom",
    "KeyError",
    "(KeyError, Boom)",
    "Exception",
    "AttributeError",
    "say(ValueError)",
    "BaseException",
)


class StatementMaker(DefinitionMaker):
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
            self.stepping,
            self.recursion,
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
                f"{self.box(place)}.{self.pick(['value', 'other', 'twice', '__private', 'level', 'kept'])}",
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
            [
                "raise ExceptionGroup('several', [Boom(1), KeyError(2)])"
                if since_311
                else "raise Boom(3).with_traceback(None)"
            ],
            [f"raise Boom(2) from {self.pick(['None', 'KeyError(1)', value])}"],
            ["raise"],
        ]
        if place.in_loop:
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
            self.pick(
                [
                    "type Alias = list[int]",
                    "type Alias[T] = dict[T, G]",
                    "type Alias = say(b.value)",
                    "type Alias[T: say(G)] = say(T); say(Alias.__value__)",
                ]
            )
        ]

    def stepping(self, place: Place) -> Block:
        """A generator, or an asynchronous one, that is resumed, thrown into and closed by hand."""
        kinds = [GENERATOR, *([ASYNC_GENERATOR] if place.awaits else [])]
        made = [(name, kind) for name, kind in self.made.kinds.items() if kind in kinds]
        if not made:
            return self.definition(place)
        name, kind = self.pick(made)
        if kind == GENERATOR:
            steps = ["next(v)", "v.send(2)", "v.throw(Boom(3))", "v.throw(KeyError)", "v.close()", "list(v)"]
            form = "say({})"
        else:
            steps = ["anext(v)", "v.asend(2)", "v.athrow(Boom(3))", "v.athrow(KeyError)", "v.aclose()"]
            form = "say(await {})"
        lines = [f"v = {name}(a, b, {self.leaf(place)})", "tick()"]
        lines += [form.format(step) for step in self.some(lambda: self.pick(steps), 1, 4)]
        return lines

    def recursion(self, place: Place) -> Block:
        """The function around it once more, `tick` says how often."""
        if not place.function or place.in_class:
            return self.expression_statement(place)
        call = f"{place.function}(a, b, {self.pick(['c - 1', '1', self.leaf(place)])})"
        call = {
            GENERATOR: f"next({call}, None)",
            COROUTINE: f"(await {call})",
            ASYNC_GENERATOR: f"(await anext({call}, None))",
        }.get(place.kind, call)
        return [
            f"if tick() and c is not a and {self.pick(['c', self.expression(place)])}:",
            f"    say({call})",
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
            word, iterable = "for", self.pick([self.iterable(place), self.iterable(place), "*b.rows, c"])
        inner = replace(place, in_loop=True)
        lines = [f"{word} {self.targets(place)} in {iterable}:", *indented(["tick()", *self.block(inner)])]
        if self.seldom():
            lines += ["else:", *indented(self.block(place))]
        return lines

    def loop_while(self, place: Place) -> Block:
        inner = replace(place, in_loop=True)
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
            [
                *(self.expression(place), "b.rows", "b.items", "Point(1, c)", "(c, 1)", "b.value, G"),
                *("b", "Point(b, Point(a, 2))", "(v := b.value)", "{'k': Point(1, 2), 0: b.rows}"),
            ]
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
        plain = [
            "1",
            "'k'",
            "None",
            "-1",
            "1 + 2j",
            "Point.ORIGIN",
            "int()",
            "str()",
            "b'x'",
            "list()",
            "Box()",
        ]
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
                    f"Point({', '.join(parts)})",
                    f"Box(value={parts[0]}, twice={parts[1]})",
                    f"(Box(twice={self.pick(plain)}) | Point(y={self.pick(plain)}))",
                    f"int({fresh})" if fresh != "_" else "int(_)",
                    f"{self.pick(plain)} | {self.pick(plain)}",
                    f"[{parts[0]}, _, *_] as {fresh}" if fresh != "_" else "[*_]",
                ]
            )
        )
