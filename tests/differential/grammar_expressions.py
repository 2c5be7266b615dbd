"""Expressions at random, of every kind that the running Python knows.

In: choices and a place. Out: source text, in parentheses wherever precedence could matter. What is called in them is in
`world.py`. Values are chosen so that most of it works: an operand is seldom of a type that does not fit.
"""

from __future__ import annotations

from dataclasses import replace

from grammar import (
    ASYNC_GENERATOR,
    COROUTINE,
    FUNCTION,
    GENERATOR,
    Maker,
    Place,
    since_311,
    since_312,
    since_314,
)

BINARY = ("+", "-", "*", "/", "//", "%", "@", "**", "<<", ">>", "|", "^", "&")
COMPARING = ("==", "!=", "<", "<=", ">", ">=", "is", "is not")

CONSTANTS = ("0", "1", "2", "'k'", "None", "True", "-1", "1.5", "b'x'", "...", "'k' 'l'", "1j", "()")


class ExpressionMaker(Maker):
    def expression(self, place: Place) -> str:
        """Any expression."""
        if place.depth <= 0:
            return self.leaf(place)
        forms = [
            self.leaf,
            self.attribute,
            self.item,
            self.call,
            self.container_call,
            self.builtin_call,
            self.binary,
            self.boolean,
            self.comparison,
            self.conditional,
            self.display,
            self.comprehension,
            self.lambda_expression,
            self.walrus,
            self.literal,
            self.suspension,
            self.call_of_made,
            self.unary,
            self.slice,
        ]
        text = self.pick(forms)(place.deeper())
        if not place.in_literal and self.seldom(8):
            return f"(\n{text}\n)"
        return text

    def leaf(self, place: Place) -> str:
        if self.seldom(3):
            return self.pick(CONSTANTS)
        return self.pick([*place.names, "say(1)", "G", "b.value", "__name__"])

    # What fits where

    def box(self, place: Place) -> str:
        """Something with attributes that are cells."""
        if self.seldom(8):
            return f"say({self.box(place)})"
        return self.pick(["b", "b.inner", "a", "shared", *(["self"] if "self" in place.names else [])])

    def dictionary(self, place: Place) -> str:
        return self.pick(
            [f"{self.box(place)}.items", "{0: a, 1: b, 'k': c}", "TABLE", f"{self.box(place)}._table"]
        )

    def row(self, place: Place) -> str:
        return self.pick([f"{self.box(place)}.rows", f"[{self.expression(place.deeper())}]", "ROWS"])

    def key(self, place: Place) -> str:
        return self.pick(["0", "1", "'k'", "say(1)", "c", self.expression(place.deeper())])

    def iterable(self, place: Place) -> str:
        """What ends by itself; who goes through it calls `tick` for each element, so that it does even while it grows."""
        inner = place.deeper()
        return self.pick(
            [
                "range(2)",
                f"{self.row(inner)}",
                f"{self.dictionary(inner)}",
                f"{self.dictionary(inner)}.items()",
                f"sorted({self.box(inner)}.seen)",
                f"({self.expression(inner)}, {self.expression(inner)})",
                "a",
                f"enumerate({self.row(inner)})",
                f"zip({self.row(inner)}, {self.row(inner)})",
                f"map(say, {self.row(inner)})",
                f"reversed({self.row(inner)})",
                f"list({self.iterable(inner)})" if inner.depth > 0 else "b.rows",
                self.comprehension(inner),
                self.expression(inner),
            ]
        )

    def arguments(self, place: Place) -> str:
        inner = place.deeper()
        forms = self.some(
            lambda: self.pick(
                [
                    self.expression(inner),
                    f"*{self.starred(inner)}",
                    f"{self.pick(['d', 'e'])}={self.expression(inner)}",
                    f"**{self.named(inner)}",
                ]
            ),
            0,
            3,
        )
        return ", ".join(_in_order(forms))

    def starred(self, place: Place) -> str:
        return self.pick(
            ["b.rows", "say([1, 2])", f"[{self.expression(place)}]", "'ab'", f"({self.expression(place)})"]
        )

    def named(self, place: Place) -> str:
        return self.pick(["{}", "{'z': a}", f"dict(w={self.expression(place)})", "b.named"])

    # Kinds of expressions

    def attribute(self, place: Place) -> str:
        name = self.pick(
            [
                "value",
                "other",
                "inner",
                "rows",
                "shared",
                "twice",
                "__private",
                "missing",
                "get",
                "level",
                "kept",
            ]
        )
        return f"{self.pick([self.box(place), f'({self.expression(place)})'])}.{name}"

    def item(self, place: Place) -> str:
        return self.pick(
            [
                f"{self.dictionary(place)}[{self.key(place)}]",
                f"{self.row(place)}[{self.pick(['0', '-1', 'c', self.expression(place)])}]",
                f"a[{self.key(place)}, {self.key(place)}]",
                f"a[{self.key(place)}][{self.key(place)}]",
                f"mortal(3)[{self.key(place)}]",
                *([f"a[*{self.starred(place)}]"] if since_311 else []),
            ]
        )

    def slice(self, place: Place) -> str:
        part = self.pick(
            ["1:", ":1", "::2", f"{self.pick(['0', 'c'])}:{self.expression(place)}", "0:1, 2", ":"]
        )
        return f"{self.pick([self.row(place), 'a', 'ROWS'])}[{part}]"

    def call(self, place: Place) -> str:
        function = self.pick(
            [
                "say",
                "a",
                f"{self.box(place)}.note",
                f"{self.box(place)}.get",
                f"{self.box(place)}.inner.note",
                f"mortal({self.choose(5)})",
                "where",
                "current",
                "warn",
                f"({self.lambda_expression(place)})",
                "a.b.c",
                "copies",
            ]
        )
        return f"{function}({self.arguments(place)})"

    def container_call(self, place: Place) -> str:
        """Methods that the agent knows: their hooks stand among the arguments."""
        value = self.expression(place)
        rows, table = self.row(place), self.dictionary(place)
        seen = f"{self.box(place)}.seen"
        return self.pick(
            [
                f"{table}.get({self.key(place)}, {value})",
                f"{table}.setdefault({self.key(place)}, {value})",
                f"{table}.pop({self.key(place)}, {value})",
                f"{table}.pop({self.key(place)})",
                f"{table}.update({self.key(place)}, d={value})",
                f"{table}.update({self.named(place)})",
                f"{table}.{self.pick(['keys', 'values', 'items', 'copy', 'popitem', 'clear'])}()",
                f"{rows}.append({value})",
                f"{rows}.insert({self.pick(['0', self.key(place)])}, {value})",
                f"{rows}.pop({self.pick(['', '0', self.key(place)])})",
                f"{rows}.extend([{value}])",
                f"{rows}.remove({value})",
                f"{rows}.index({value})",
                f"{rows}.sort(key=lambda m: repr(type(m)))",
                f"{seen}.add({self.pick(['1', 'c', self.key(place)])})",
                f"{seen}.discard({value})",
                f"{seen}.union({self.iterable(place)})",
                f"heapq.heappush(b.heap, {self.pick(['1', 'c', value])})",
                f"heappop({self.pick(['b.heap', 'say(b.heap)'])})",
                f"mortal(2).get({self.key(place)}, {value})",
            ]
        )

    def builtin_call(self, place: Place) -> str:
        value, box = self.expression(place), self.box(place)
        name = self.pick(["'value'", "'other'", "say('value')", "'missing'", value])
        several = self.pick(
            ["list", "tuple", "sorted", "sum", "any", "all", "min", "max", "set", "dict", "iter", "len"]
        )
        return self.pick(
            [
                f"len({self.pick([self.row(place), self.dictionary(place), value])})",
                f"getattr({box}, {name})",
                f"getattr({box}, {name}, {value})",
                f"hasattr({box}, {name})",
                f"setattr({box}, {name}, {value})",
                f"delattr({box}, {name})",
                f"{several}({self.iterable(place)})",
                f"max({value}, {self.expression(place)})",
                f"isinstance({value}, {self.pick(['int', '(int, str)', 'type(b)'])})",
                f"next(iter({self.iterable(place)}), None)",
                f"eval({self.pick([repr('a'), repr('b.value'), repr('G')])})",
                f"sorted({self.row(place)}, key=lambda m, n={value}: str(type(m)))",
            ]
        )

    def unary(self, place: Place) -> str:
        return f"({self.pick(['not ', '-', '+', '~'])}{self.expression(place)})"

    def binary(self, place: Place) -> str:
        left = self.pick(["a", "c", "b.value", self.expression(place)])
        operator = self.pick(BINARY)
        return f"({left} {operator} {self.operand(place, operator)})"

    def operand(self, place: Place, operator: str) -> str:
        """What stands on the right: not what makes numbers and lists grow without end."""
        small = ["1", "a"]
        return self.pick(small if operator in ("*", "**", "<<") else [*small, self.expression(place)])

    def boolean(self, place: Place) -> str:
        word = self.pick([" and ", " or "])
        return f"({word.join(self.some(lambda: self.expression(place), 2, 3))})"

    def comparison(self, place: Place) -> str:
        parts = [self.expression(place)]
        for _ in range(1 + self.choose(2)):
            if self.seldom(2):
                container = self.pick(
                    [self.dictionary(place), self.row(place), "b.seen", "a", self.expression(place)]
                )
                parts += [self.pick(["in", "not in"]), container]
            else:
                parts += [self.pick(COMPARING), self.pick(["a", "1", self.expression(place)])]
        return f"({' '.join(parts)})"

    def conditional(self, place: Place) -> str:
        return f"({self.expression(place)} if {self.expression(place)} else {self.expression(place)})"

    def display(self, place: Place) -> str:
        def element() -> str:
            return f"*{self.starred(place)}" if self.seldom() else self.expression(place)

        elements = self.some(element, 1, 3)
        pairs = [
            f"**{self.named(place)}" if self.seldom() else f"{self.key(place)}: {self.expression(place)}"
            for _ in elements
        ]
        return self.pick(
            [
                f"[{', '.join(elements)}]",
                f"({', '.join(elements)},)",
                f"{{{', '.join(pairs)}}}",
                f"{{{', '.join(elements)}}}",
                "{}",
            ]
        )

    def comprehension(self, place: Place) -> str:
        """Its iterables see no walrus; of those behind the first one, the comprehension's own names are seen."""
        if place.depth <= 0:
            return "sorted(b.seen)"
        inner, clauses = replace(place, in_comprehension=True), []
        for number in range(1 + self.choose(2)):
            name = f"{'ijk'[number]}{place.depth}"
            is_async = place.awaits and self.seldom(5)
            source = replace(inner if number else place, in_iterable=True).deeper()
            iterable = "several(2)" if is_async else self.iterable(source)
            target = self.pick([name, name, f"{name}, *_", f"b.{name}"]) if not is_async else name
            inner = inner.knowing(name) if target == name else inner
            conditions = [f" if {self.expression(inner.deeper())}" for _ in range(self.choose(2))]
            word = "async for" if is_async else "for"
            clauses.append(f" {word} {target} in {iterable} if tick(){''.join(conditions)}")
        element, rest = self.expression(inner), "".join(clauses)
        return self.pick(
            [
                f"[{element}{rest}]",
                f"list({element}{rest})",
                f"{{{element}{rest}}}",
                f"{{{self.key(inner)}: {element}{rest}}}",
                f"({element}{rest})",
            ]
        )

    def lambda_expression(self, place: Place) -> str:
        inner = replace(
            place,
            kind=FUNCTION,
            in_comprehension=False,
            in_iterable=False,
            in_class=False,
            names=(*place.names, "m"),
        )
        if not place.in_literal and self.seldom(8):
            inner = replace(inner, kind=GENERATOR)
        default = f"={self.expression(place)}"
        parameters = self.pick(["m=1", f"m{default}", f"*m, n{default}", "m=2, /, **n", "m=1, *, n=2"])
        return f"(lambda {parameters}: {self.expression(inner)})"

    def walrus(self, place: Place) -> str:
        if place.in_iterable or (place.in_class and place.in_comprehension):
            return self.leaf(place)
        return f"({self.pick(['x', 'y', 'z'])} := {self.expression(place)})"

    def literal(self, place: Place) -> str:
        """An f-string, or a template string: before 3.12 no line may end in one, and each level has its own quotes."""
        if place.in_literal >= (4 if since_312 else 2):
            return self.leaf(place)
        inner = replace(place, in_literal=place.in_literal + 1)
        value = self.expression(inner)
        quotes = '"""' if place.in_literal == 0 else "'''"
        if since_312 and (place.in_literal > 1 or self.seldom(3)):
            quotes = '"'
        form = self.pick(
            ["{(V)}", "{(V)!r}", "<{(V)=}>", "{(V)!s:>{(W)}}", "{(V)}{(W)}", "{(V):{'>'}9}", "{{}} {(V)}"]
        )
        wide = self.pick(["3", "c", self.expression(inner)])
        prefix = "t" if since_314 and self.seldom() else "f"
        written = "".join({"V": value, "W": wide}.get(part, part) for part in form)
        return f"{prefix}{quotes}{written}{quotes}"

    def suspension(self, place: Place) -> str:
        """`await` and `yield`, where they are allowed."""
        forms = []
        if place.awaits:
            later = f"(await {self.pick(['later', 'now'])}({self.expression(place)}))"
            forms += [later, "(await a)", f"(await ({self.expression(place)}))"]
        if place.yields:
            forms += [f"(yield {self.expression(place)})", "(yield)"]
        if place.yields and place.kind == GENERATOR:
            forms += [f"(yield from {self.iterable(place)})"]
        return self.pick(forms) if forms else self.leaf(place)

    def call_of_made(self, place: Place) -> str:
        if not self.made.kinds:
            return self.leaf(place)
        name, kind = self.pick(list(self.made.kinds.items()))
        call = f"{name}({self.pick(['a', 'say(a)'])}, b, {self.pick(['c', '1', self.expression(place)])})"
        if kind == GENERATOR:
            return self.pick(
                [
                    f"list({call})",
                    *([f"(yield from {call})"] if place.kind == GENERATOR and place.yields else []),
                ]
            )
        if kind == COROUTINE and place.awaits:
            return f"(await {call})"
        if kind == ASYNC_GENERATOR and place.awaits and not place.in_comprehension:
            return f"[(tick(), h) async for h in {call}]"
        return call


def _in_order(arguments: list[str]) -> list[str]:
    """What goes by position comes first; a keyword stands once."""
    keywords = {text[:2]: text for text in arguments if text.startswith(("d=", "e="))}
    mappings = [text for text in arguments if text.startswith("**")]
    return [text for text in arguments if not text.startswith(("**", "d=", "e="))] + [
        *keywords.values(),
        *mappings,
    ]
