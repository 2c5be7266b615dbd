"""`conftest.py` beside `assertions.py`: assertions are rewritten here, too."""

import pytest
from accounts import Account


def same(one, other):
    assert one.balance == other.balance, f"{one.balance} is not {other.balance}"


@pytest.fixture
def account():
    account = Account(10)
    yield account
    assert account.log != ["bad"]


def pytest_assertrepr_compare(op, left, right):
    if isinstance(left, Account) and op == "==":
        return ["Comparing accounts:", f"  balances: {left.balance} != {right.balance}"]
    return None
