"""Assertions that fail, for what pytest says of them: `test_assertions.py` where it runs."""

import asyncio

import assertions_plugin
import conftest
import pytest
from accounts import Account, Point, numbered, transfer

pytest_plugins = ["assertions_plugin"]


class Box:
    def __init__(self):
        self.items = [1, 2, 3]
        self.by_name = {"a": 1}
        self.number = 0

    def get(self, key):
        return self.by_name.get(key)


def test_attribute(account):
    assert account.balance == 11


def test_item():
    box = Box()
    assert box.items[1] == 3, "with a message"


def test_membership():
    box = Box()
    assert 7 in box.items


def test_dicts():
    box = Box()
    assert box.by_name == {"a": 2, "b": 3}


def test_either():
    box = Box()
    assert box.number or box.items[0] > 5 or not box.by_name["a"]


def test_call():
    assert Box().get("zz") is not None


def test_length():
    assert len(Box().items) == 4


def test_all():
    box = Box()
    assert all(item > 1 for item in box.items)


def test_walrus():
    box = Box()
    assert (number := box.number) != 0 and number


def test_conditional():
    box = Box()
    assert (box.number if box.items else box.by_name) == box.items


def test_chain():
    box = Box()
    assert 0 < box.number < box.items[2] == 3


def test_helper():
    conftest.same(Account(1), Account(2))


def test_accounts():
    assert Account(1) == Account(2)


def test_points():
    assert Point(1, 2) == Point(1, 3)


def test_plugged(plugged):
    assert plugged["a"] == [1, 3]


def test_plugin():
    account = Account(1)
    account.add(1)
    assertions_plugin.check_positive(account)


def test_transfer():
    one, other = Account(10), Account(1)
    result = asyncio.run(transfer(one, other, 3))
    assert result == (7, 5)


def test_raises():
    with pytest.raises(TypeError, match="unsupported"):
        Account(1).add("x")
    with pytest.raises(ValueError):
        Account(1).add("x")


def test_await():
    async def add():
        box = Box()
        await asyncio.sleep(0)
        assert box.items.pop() + box.number == await take(box)

    async def take(box):
        return box.number

    asyncio.run(add())


@pytest.mark.parametrize("times", [1, 2])
def test_parameter(times, account):
    assert account.balance * times == 10


def test_fixtures(capsys, monkeypatch):
    monkeypatch.setattr("accounts.loaded", 5)
    import accounts

    print("five", accounts.loaded)
    assert capsys.readouterr().out == "four 5\n"


def test_generator():
    assert list(numbered(3)) == [0, 1, 3]


def test_locals():
    box = Box()
    assert sorted(locals()) == ["box", "more"], box.items
