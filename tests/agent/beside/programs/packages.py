"""Packages that look into classes and functions: attrs, pydantic, cloudpickle, typeguard, beartype."""

import asyncio
import importlib
import sys

import accounts


def with_attr():
    import attr

    @attr.define
    class Counter:
        value: int = 0
        names: list = attr.field(factory=list)

        async def add(self, amount):
            before = self.value
            await asyncio.sleep(0)
            self.value = before + amount
            self.names.append(amount)
            return attr.asdict(self)

    counter = Counter()
    print(asyncio.run(counter.add(3)), counter, Counter.__slots__, Counter(1) == Counter(1))


def with_pydantic():
    import pydantic

    class Order(pydantic.BaseModel):
        count: int
        lines: list[str] = []

        @pydantic.field_validator("count")
        @classmethod
        def positive(cls, value):
            if value < 0:
                raise ValueError("negative")
            return value

        async def more(self):
            count = self.count
            await asyncio.sleep(0)
            self.count = count + 1
            self.lines.append(str(count))

    order = Order(count=1)
    asyncio.run(order.more())
    print(order, order.model_dump_json(), order.model_copy(update={"count": 5}), sorted(Order.model_fields))
    try:
        Order(count=-1)
    except pydantic.ValidationError as error:
        print(error.errors(include_url=False, include_context=False))


def with_cloudpickle():
    import cloudpickle

    kept = {"base": 2}

    def add(number, *, times=3):
        kept["last"] = number
        return sum(kept["base"] + number for _ in range(times))

    class Local:
        def __init__(self):
            self.value = 1

        def grow(self):
            self.value += 1
            return self.value

    again = cloudpickle.loads(cloudpickle.dumps(add))
    local = cloudpickle.loads(cloudpickle.dumps(Local()))
    print(add(1), again(1), local.grow(), local.grow(), again.__defaults__, again.__kwdefaults__)


def with_import_hook(install):
    """A package that changes modules as they are imported, as the agent does."""
    sys.modules.pop("typed", None)
    with install():
        typed = importlib.import_module("typed")
    print(asyncio.run(typed.total(typed.Basket())), typed.total.__qualname__)
    try:
        typed.double("no number")
    except Exception as error:
        print(type(error).__name__, str(error)[:60])


def with_typeguard():
    import typeguard

    with_import_hook(lambda: typeguard.install_import_hook("typed"))


def with_beartype():
    import contextlib

    from beartype import claw

    @contextlib.contextmanager
    def install():
        claw.beartype_package("typed")
        yield

    with_import_hook(install)


for name in sys.argv[1:]:
    globals()[f"with_{name}"]()
print(asyncio.run(accounts.transfer(accounts.Account(3), accounts.Account(0), 1)))
