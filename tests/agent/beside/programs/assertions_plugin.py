"""A plugin of `assertions.py`, in which assertions are rewritten as well."""

import pytest


def check_positive(account):
    assert account.balance > 0 and not account.log


@pytest.fixture
def plugged():
    return {"a": [1, 2]}
