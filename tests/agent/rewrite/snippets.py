"""Small programs for every form of syntax that the rewriter touches; the version says from which Python on."""

from __future__ import annotations

ANY = (3, 10)

SNIPPETS: dict[str, tuple[tuple[int, int], str]] = {
    "attributes": (
        ANY,
        """
        class Box:
            count = 0
            def __init__(self):
                self.value = self.other = 1
                self.value: int = 2
            def step(self):
                self.value += self.other
                del self.other
                return hasattr(self, "other"), self.value
            @property
            def twice(self):
                return self.value * 2
        def run():
            box = Box()
            Box.count += 1
            return box.step(), box.twice, Box.count, getattr(box, "none", 7), vars(box)
        """,
    ),
    "lambdas_in_iterables": (
        ANY,
        """
        def key():
            return "a"
        def run():
            tables = [{"a": [1]}, {}]
            found = [n for n in map(lambda t: t.get(key(), [t[k] for k in t if t[k][0] > 0]), tables)]
            return found, [n for t in tables for n in sorted(t, key=lambda m: t[key()] and len(t[key()]))]
        """,
    ),
    "private_names": (
        ANY,
        """
        class _Box:
            def __init__(self):
                self.__hidden = {}
            def put(self, key):
                self.__hidden[key] = self.__hidden.get(key, 0) + 1
                self.__hidden[key] += 1
                return self.__hidden
        def run():
            box = _Box()
            return box.put("a"), vars(box)
        """,
    ),
    "subscripts": (
        ANY,
        """
        def run():
            d, l, seen = {}, [1, 2, 3, 4, 5], []
            def key(name):
                seen.append(name)
                return name
            def value(name):
                seen.append(("value", name))
                return name
            d[key("a")] = value("x")
            d[key("b")] = d[key("c")] = value("y")
            d[key("a")] += value("z")
            del d[key("b")]
            l[1:3] = [9]
            l[0:1] += [8]
            del l[-1:]
            d[key("p")], l[key(0)] = value(1), value(2)
            (d["q"], *d["r"]) = range(4)
            return d, l, l[1], l[::2], seen
        """,
    ),
    "order_of_evaluation": (
        ANY,
        """
        log = []
        class Loud:
            def __init__(self, name):
                self.name = name
            def __getattr__(self, name):
                log.append(("get", name))
                if name == "missing":
                    raise AttributeError(name)
                return Loud(name)
            def __getitem__(self, key):
                log.append(("item", self.name, key))
                return Loud(key)
            def __setitem__(self, key, value):
                log.append(("set", self.name, key))
            def __contains__(self, key):
                log.append(("in", key))
                return True
            def __bool__(self):
                log.append(("bool", self.name))
                return True
            def __call__(self, *args, **kwargs):
                log.append(("call", self.name, len(args), sorted(kwargs)))
                return self
            def __iter__(self):
                log.append(("iter", self.name))
                return iter("ab")
        def say(name):
            log.append(name)
            return name
        def run():
            a = Loud("a")
            a.b[say("k")].c(say(1), *a.rest, x=say(2), **{"y": say(3)})
            a.get(say("k1"), say("k2"))
            a.b.update(say(1), key=say(2))
            a[say("i")], a.b[say("j")] = say("v"), say("w")
            a.get(a.pop(say("inner")), default=a.add(say("x")))
            say("left") in a.x and a.y or a.z
            if not a.flag and a.other:
                log.append("no")
            [x for x in a.items if a.ok]
            setattr(a, say("n"), say("v"))
            hasattr(a, say("missing"))
            try:
                a.missing(say("never"))
            except AttributeError:
                log.append("missing")
            return log
        """,
    ),
    "comparisons": (
        ANY,
        """
        def run():
            d = {1: "a"}
            calls = []
            def f(x):
                calls.append(x)
                return x
            return (
                1 in d, 2 not in d, f(1) in d, 0 < f(1) in d, 1 in d in [d], f(0) in d in f(9), "a" in "abc",
                (f(1), 2) in [(1, 2)], calls,
            )
        """,
    ),
    "truth": (
        ANY,
        """
        def run():
            empty, full = [], [1]
            class Odd:
                def __bool__(self):
                    raise ValueError("no truth")
            out = [empty or full, empty and full, not empty, full if empty else "else", len(full) and 5]
            while full:
                out.append(full.pop())
            assert not full, "full"
            try:
                if Odd():
                    pass
            except ValueError as problem:
                out.append(str(problem))
            assert empty, "empty is empty"
        """,
    ),
    "globals": (
        ANY,
        """
        TOTAL, CACHE = 0, {}
        def bump():
            global TOTAL, LATE
            TOTAL += 1
            LATE = TOTAL
            CACHE[TOTAL] = LATE
            for LATE in range(3):
                pass
            return [TOTAL for _ in CACHE]
        def drop():
            global LATE
            del LATE
            return LATE
        def run():
            bump()
            global WALRUS
            if (WALRUS := 5) > 4:
                bump()
            return bump(), TOTAL, WALRUS, CACHE, drop()
        """,
    ),
    "closures": (
        ANY,
        """
        def counter(start, /, *, step=1):
            total = start
            def bump():
                nonlocal total
                total += step
                return total
            def reset():
                nonlocal total
                del total
                total = 0
                (total := 3)
                for total in (1, 2):
                    pass
            def deeper():
                def deepest():
                    nonlocal total
                    total, other = total * 2, 1
                    return total
                return deepest()
            return bump, reset, deeper, lambda: total
        def run():
            bump, reset, deeper, get = counter(5, step=2)
            out = [bump(), get()]
            reset()
            return out, deeper(), get(), bump.__closure__[0].cell_contents, get.__closure__[0].cell_contents
        """,
    ),
    "unbound_argument": (
        ANY,
        """
        def run():
            seen = set()
            for late in ():
                pass
            seen.discard(late)
        """,
    ),
    "unbound": (
        ANY,
        """
        def run():
            def inner():
                nonlocal late
                late += 1
            try:
                inner()
            except NameError as problem:
                print(type(problem).__name__, problem)
            late = 1
            inner()
            return late, missing
        """,
    ),
    "comprehensions": (
        ANY,
        """
        class Box:
            def __init__(self):
                self.items = {"a": [1, 2], "b": [3]}
                self.keys = ["a", "b"]
            def all(self):
                return (
                    [x for k in self.keys for x in self.items[k] if x in self.items["a"]],
                    {k: v[0] for k, v in self.items.items() if v},
                    {self.items[k][0] for k in self.keys},
                    list(y for k in self.keys if (y := self.items[k][-1]) > 1),
                    [[self.items[k][i] for i in range(len(self.items[k]))] for k in self.keys],
                    [k for k in self.items[self.keys[0]]],
                    [k for k in self.items.get(self.keys[0], [])],
                    sorted(self.items, key=lambda k: -self.items[k][0]),
                    any(self.items[k] for k in self.keys), sum(len(v) for v in self.items.values()),
                )
        def run():
            return Box().all()
        """,
    ),
    "calls": (
        ANY,
        """
        from collections import deque, defaultdict
        def run():
            d, s, l, q = {}, set(), [], deque()
            d.update(a=1); d.setdefault("l", []).append(d.get("a")); d.pop("zz", None)
            s.add((1, 2)); s.discard(5); s |= {7}
            l.append(len(s)); l.extend(x for x in s); l.insert(0, *["first"]); l.sort(key=str)
            q.append(1); q.appendleft(2); q.popleft()
            dd = defaultdict(list)
            dd["x"].append(dd["y"])
            out = [d, sorted(map(str, s)), l, q, dict(dd), "a,b".split(","), ",".join(["x", "y"])]
            try:
                d.pop(*["none"])
            except KeyError as problem:
                out.append(repr(problem))
            d.popitem(1)
        """,
    ),
    "own_get_and_add": (
        ANY,
        """
        class Store:
            def get(self, key, default=None, *, deep=False):
                return key, default, deep
            def add(self, *parts, **named):
                return parts, named
            def use(self):
                return self.get(1, deep=True), self.add(1, *[2], **{"a": 3})
        def run():
            store = Store()
            return store.get("k"), store.get(key="k", default=store.get(1)), store.add(), store.use()
        """,
    ),
    "super_and_class_cell": (
        ANY,
        """
        class Base:
            def __init__(self, x):
                self.x = x
            def get(self):
                return self.x
            kind = "base"
        class Derived(Base):
            def __init__(self, x):
                super().__init__(x)
                self.y = super().kind
            def get(self):
                return super().get() + 1, __class__.__name__, [super(Derived, self).get() for _ in "a"]
            @classmethod
            def make(cls, *args):
                return cls(*args)
            @staticmethod
            def plain(x):
                return x.y
        def run():
            return Derived.make(1).get(), Derived.plain(Derived(2))
        """,
    ),
    "docstrings": (
        ANY,
        '''
        def documented():
            """First."""
            return documented.x
        def only():
            """Only."""
        class C:
            """Class."""
            def method(self):
                "Method."
                self.x = 1
                return self.x
        documented.x = 3
        def run():
            return documented(), only(), C().method(), C.__doc__, C.method.__doc__, only.__doc__
        ''',
    ),
    "defaults_and_decorators": (
        ANY,
        """
        registry = {}
        def register(name, **options):
            def wrap(function):
                registry[name] = (function.__name__, options)
                return function
            return wrap
        class Settings:
            default = [1]
        def run():
            s = Settings()
            s.names = {"a": 1}
            @register("one", size=s.names["a"])
            def inner(x=s.default[0], *, y=s.names.get("a", 5), z=lambda k=s.default: k[0]) -> s.nothing if 0 else int:
                return x, y, z()
            @register("cls")
            class Local(s.base if hasattr(s, "base") else object):
                attribute = s.default
                def method(self):
                    return self.attribute
            return inner(), Local().method(), registry, inner.__defaults__
        """,
    ),
    "annotations_with_functions": (
        ANY,
        """
        level: (lambda box: box.value) = 1
        class Box:
            size: (lambda box: box.value)
            value: [box for box in (1, 2)] = 3
            def get(self, other: (lambda: None) = 4, *rest: [i for i in (1,)]) -> (lambda: 5):
                def inner(box: (lambda: self.value)):
                    return box.value
                class Inner:
                    item: (lambda: self.value) = self.value
                    def get(self): return self.item
                held: (lambda: self.value) = inner(self)
                self.value: (lambda: other) = held
                return inner(self), Inner().get(), held, [type(a).__name__ for a in Inner.__annotations__.values()]
        def run():
            box = Box()
            asked = __annotations__["level"](box), Box.__annotations__["size"](box), Box.get.__annotations__["return"]()
            return box.get(), asked
        """,
    ),
    "deferred_annotations": (
        (3, 14),
        """
        import annotationlib
        seen = []
        def tell(what):
            seen.append(what)
            return what
        class Box:
            later: Unknown[tell("class")] = 1
            def get(self, other: tell("function"), third: Unknown.name = 2) -> "text":
                kept = other
                def inner(box: kept, held: tell(self.later)) -> Gone:
                    nonlocal kept
                    kept = box
                return inner
        def run():
            inner = Box().get(5)
            first = list(seen)
            texts = [annotationlib.get_annotations(x, format=annotationlib.Format.STRING) for x in (Box, Box.get, inner)]
            try:
                inner.__annotations__
            except NameError as problem:
                lines = problem.__traceback__.tb_next.tb_lineno
            inner(7)
            Gone, globals()["Gone"] = 1, int
            return first, texts, lines, inner.__annotations__, seen, Box.get.__annotate__.__name__
        """,
    ),
    "template_strings": (
        (3, 14),
        """
        class Box:
            def __init__(self):
                self.items, self.width = {"k": [1]}, 9
            def show(self, key):
                made = t"<{self.items[key]!r:>{self.width}}> {self.items.get(key, f'{self.width}')=} {(x := self.width)}"
                parts = [(p.value, p.expression, p.conversion, p.format_spec) for p in made.interpolations]
                return made.strings, parts, x, bool(t""), t"{self.width}" t"{t'{key}'}".values[0]
        def run():
            return Box().show("k")
        """,
    ),
    "future_annotations": (
        ANY,
        """
        from __future__ import annotations
        class Node:
            next: Node | None = None
            def link(self, other: Missing) -> AlsoMissing:
                local: StillMissing = self.next
                self.next: Nowhere = other
                return local
        def run():
            a, b = Node(), Node()
            return a.link(b), a.next is b, a.link.__annotations__
        """,
    ),
    "loops": (
        ANY,
        """
        class Box:
            pass
        def run():
            box, d, out = Box(), {}, []
            box.items = [1, 2, 3]
            for box.i in box.items:
                if box.i == 2:
                    continue
                out.append(box.i)
            else:
                out.append("else")
            for i, d[i] in enumerate("ab"):
                pass
            for d["k"], (box.x, *box.rest) in [(1, (2, 3, 4))]:
                break
            else:
                out.append("never")
            while box.items:
                if box.items.pop() == 2:
                    break
            else:
                out.append("never")
            return out, d, vars(box)
        """,
    ),
    "linked_rebinding": (
        ANY,
        """
        class Node:
            def __init__(self, value):
                self.value, self.next = value, None
        def run():
            head = tail = Node(0)
            for i in range(3):
                tail.next = tail = Node(i + 1)
            out, node = [], head
            while node:
                out.append(node.value)
                node = node.next
            d = {}
            k = "a"
            d[k], k = 1, "b"
            k, d[k] = "c", 2
            x = x2 = {}
            x["self"], x = x, 5
            head.next, head = head, None
            return out, d, x, list(x2)
        """,
    ),
    "with_statements": (
        ANY,
        """
        import threading
        class Manager:
            def __init__(self, name, log, swallow=False):
                self.name, self.log, self.swallow = name, log, swallow
            def __enter__(self):
                self.log.append(("enter", self.name))
                return self
            def __exit__(self, kind, value, tb):
                self.log.append(("exit", self.name, kind and kind.__name__, tb and tb.tb_lineno))
                return self.swallow
        class Box:
            pass
        def run():
            log, box, lock = [], Box(), threading.Lock()
            with Manager("a", log), Manager("b", log) as box.b:
                log.append("body")
            with Manager("c", log, True):
                raise ValueError
            with lock:
                locked = lock.locked()
            def early():
                with Manager("d", log) as m, lock:
                    return m.name
            for _ in range(2):
                with Manager("e", log):
                    continue
            early()
            try:
                with Manager("f", log):
                    1 / 0
            except ZeroDivisionError:
                log.append("caught")
            return log, locked, lock.locked(), box.b.name
        """,
    ),
    "exceptions": (
        ANY,
        """
        class Box:
            def __init__(self):
                self.log = []
            def work(self, how):
                try:
                    self.log.append(how)
                    if how == "raise":
                        raise KeyError(how)
                    if how == "return":
                        return self.log
                except KeyError as problem:
                    self.problem = problem
                    raise ValueError("wrapped") from problem
                else:
                    self.log.append("else")
                finally:
                    self.log.append("finally")
                return how
        def run():
            box = Box()
            box.work("return"); box.work("fine")
            try:
                box.work("raise")
            except ValueError:
                pass
            print(box.log)
            box.work(
                "raise"
            )
        """,
    ),
    "deep_traceback": (
        ANY,
        """
        class Box:
            def __init__(self):
                self.items = {}
            def a(self, key):
                return [
                    self.items[k]
                    for k in [key]
                ]
            def b(self):
                value = (
                    self
                    .a(
                        "missing"
                    )
                )
                return value
        def run():
            return Box().b()
        """,
    ),
    "match": (
        ANY,
        """
        class Point:
            __match_args__ = ("x", "y")
            def __init__(self, x, y):
                self.x, self.y = x, y
        class Kind:
            ORIGIN = (0, 0)
        def where(thing, box={}):
            match thing:
                case Point(x=0, y=y) if y in box or not box:
                    return "axis", y
                case Kind.ORIGIN | (0, 0, *_):
                    return "origin"
                case {"k": value, **rest}:
                    return value, rest
                case [a, *others] as whole if others:
                    return a, others, whole
                case str() as text:
                    return text.upper()
            return None
        def run():
            return [where(t) for t in (Point(0, 1), (0, 0), {"k": 1, "z": 2}, [1, 2], "s", 5)]
        """,
    ),
    "walrus": (
        ANY,
        """
        class Box:
            items = [1, 2, 3]
        def run():
            box = Box()
            if (n := len(box.items)) > 2 and (first := box.items[0]):
                out = [n, first]
            out += [last := x for x in box.items]
            while (item := box.items.pop()) != 1:
                out.append(item)
            f = lambda k: (y := box.items, y[k:], y is box.items)
            return out, last, item, f(0), {(z := k): z for k in "ab"}
        """,
    ),
    "generators": (
        ANY,
        """
        class Source:
            def __init__(self):
                self.left = 3
            def numbers(self):
                while self.left:
                    got = yield self.left
                    self.left -= 1
                    if got:
                        self.left = got
                return "done"
            def wrapped(self):
                result = yield from self.numbers()
                yield
                yield result, (yield "inner")
        def run():
            source = Source()
            g = source.wrapped()
            out = [next(g), next(g), g.send(2), *g]
            h = source.numbers()
            source.left = 2
            out += [next(h)]
            h.close()
            k = Source().numbers()
            next(k)
            try:
                k.throw(KeyError("thrown"))
            except KeyError as problem:
                out.append(str(problem))
            e = (x for x in Source().numbers() if x != 2)
            return out, list(e), list((lambda: (yield 1))())
        """,
    ),
    "coroutines": (
        ANY,
        """
        import asyncio
        class Counter:
            def __init__(self):
                self.value, self.lock, self.log = 0, asyncio.Lock(), []
            async def load(self):
                await asyncio.sleep(0)
                return self.value
            async def bump(self, by=1):
                async with self.lock:
                    self.value = await self.load() + by
                    self.log.append(self.value)
                self.value += await self.load() * 0
                return self.value
            async def numbers(self, n):
                for i in range(n):
                    await asyncio.sleep(0)
                    got = yield i
                    self.log.append(got)
            async def all(self):
                out = [x async for x in self.numbers(3) if await self.load()]
                async for y in self.numbers(2):
                    out.append(y)
                else:
                    out.append("else")
                d = {}
                d[await self.load()] = await self.load()
                d.update({"k": await self.load()})
                d.setdefault(await self.load(), await self.load())
                gen = self.numbers(2)
                out.append(await gen.asend(None))
                out.append(await gen.asend("sent"))
                await gen.aclose()
                return out, d, {k: v async for k, v in self.pairs()}
            async def pairs(self):
                yield 1, 2
        async def fails():
            counter = Counter()
            await asyncio.gather(*(counter.bump() for _ in range(3)))
            print(await counter.all(), counter.log)
            try:
                await asyncio.wait_for(asyncio.sleep(10), 0.001)
            except asyncio.TimeoutError:
                print("timeout")
            await counter.load.nothing
        def run():
            return fails()
        """,
    ),
    "cancellation": (
        ANY,
        """
        import asyncio
        async def worker(log):
            try:
                log.append("start")
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                log.append("cancelled")
                raise
            finally:
                log.append("finally")
                await asyncio.sleep(0)
                log.append("cleaned")
        async def run():
            log = []
            task = asyncio.create_task(worker(log))
            await asyncio.sleep(0)
            task.cancel()
            try:
                await task
            except asyncio.CancelledError:
                log.append(task.cancelled())
            return log
        """,
    ),
    "fstrings": (
        ANY,
        """
        class Box:
            items = {"a": 1.5}
            width = 8
        def run():
            box = Box()
            first = f"{box.items['a']:>{box.width}.2f}|{box.items!r:>20}|{box.width=}"
            return first + f"{'x' in box.items}|{box.items.get('a', 0):{'>'}10}"
        """,
    ),
    "star_expressions": (
        ANY,
        """
        def collect(*args, **kwargs):
            return args, kwargs
        class Box:
            items, named = [1, 2], {"k": 3}
        def run():
            box = Box()
            first, *rest = box.items
            return collect(*box.items, *rest, **box.named, z=0), [*box.items, *"ab"], {**box.named}, (*rest, first)
        """,
    ),
    "locals_and_exec": (
        ANY,
        """
        class Box:
            items = {"a": 1}
        def inspects(box, key):
            count = 0
            def bump():
                nonlocal count
                count += 1
                return box.items[key]
            box.items[key + ""] = bump()
            return sorted(locals()), sorted(vars()), dir(), count
        def run():
            x = 1
            exec("y = x + 1")
            return inspects(Box(), "a"), eval("x + 1"), (lambda z: locals())(5)
        """,
    ),
    "class_in_function": (
        ANY,
        """
        def make(base):
            limit = base.limit
            class Local:
                limit = limit if False else 5
                table = {k: v for k, v in [(1, 2)]}
                fetch = lambda self: self.table[1]
                def use(self):
                    self.table[limit] = 3
                    return sorted(self.table), __class__.__name__
                class Inner:
                    def deep(self):
                        return limit
            return Local
        class Base:
            limit = 7
        def run():
            try:
                return make(Base)().use()
            except NameError as problem:
                print(problem)
            return make.__code__.co_name
        """,
    ),
    "dataclasses_and_slots": (
        ANY,
        """
        from dataclasses import dataclass, field
        @dataclass
        class Item:
            name: str
            tags: list = field(default_factory=list)
            def tag(self, t):
                self.tags.append(t)
                return self
        class Slotted:
            __slots__ = ("a", "b")
            def __init__(self):
                self.a = 1
            def swap(self):
                self.a, self.b = getattr(self, "b", 0), self.a
                return self.a, self.b
        def run():
            s = Slotted()
            return Item("x").tag("y"), s.swap(), s.swap(), s.c
        """,
    ),
    "return_in_finally_and_nesting": (
        ANY,
        """
        class Box:
            def __init__(self): self.n = 0
            def go(self):
                for _ in range(3):
                    try:
                        self.n += 1
                        if self.n == 2:
                            break
                        continue
                    finally:
                        self.n += 10
                try:
                    return self.n
                finally:
                    self.n = 0
        def run():
            box = Box()
            return box.go(), box.n
        """,
    ),
    "one_liners": (
        ANY,
        """
        class Box:
            def set(self, v): self.v = v; return self
            def get(self): return self.v if self.v else None
        def run(): b = Box(); b.set(1).set([2]).v.append(3); return b.get(), (lambda x: x.v)(b), [i.v for i in [b]][0][0]
        """,
    ),
    "except_groups": (
        (3, 11),
        """
        import asyncio
        class Box:
            def __init__(self):
                self.seen = []
            async def child(self, n):
                await asyncio.sleep(0)
                self.seen.append(n)
                if n:
                    raise ValueError(n)
            async def all(self):
                try:
                    async with asyncio.TaskGroup() as self.group:
                        for n in (0, 1):
                            self.group.create_task(self.child(n))
                except* ValueError as problems:
                    self.seen.append([str(p) for p in problems.exceptions])
                except* KeyError:
                    self.seen.append("never")
                finally:
                    self.seen.append("finally")
                async with asyncio.timeout(5):
                    return self.seen
        async def run():
            return await Box().all()
        """,
    ),
    "generics": (
        (3, 12),
        """
        class Stack[T]:
            def __init__(self) -> None:
                self.items: list[T] = []
            def push(self, item: T) -> None:
                self.items.append(item)
            def first[U](self, default: U) -> T | U:
                return self.items[0] if self.items else default
        type Names = list[str]
        def run():
            def make(x): return {x: Stack}
            class Sub[T](make("k")["k"][T]):
                def size(self): return len(self.items)
            s = Sub()
            s.push(1)
            return s.first(None), s.size(), Names.__value__, f"{s.items[f'{0}'.__len__() - 1]}"
        """,
    ),
}
