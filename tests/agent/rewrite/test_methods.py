"""What is known of methods by name covers all that is known of them by type."""

from __future__ import annotations

from staleread._record.containers import FUNCTIONS as CHANGES
from staleread._record.containers import METHODS as BY_TYPE
from staleread._rewrite.methods import FUNCTIONS
from staleread._rewrite.methods import METHODS as BY_NAME
from staleread._rewrite.sites import READ

KEYED = {
    "get",
    "pop",
    "setdefault",
    "add",
    "discard",
    "remove",
    "__contains__",
    "__setitem__",
    "__delitem__",
    "update",
}


def test_every_method_that_the_recorder_knows_is_shown_to_it() -> None:
    known = {name for rows in BY_TYPE.values() for name in rows}
    assert known - BY_NAME.keys() == set()


def test_functions_that_change_a_list_are_known_to_both() -> None:
    assert CHANGES.keys() == {name for names in FUNCTIONS.values() for name in names}


def test_methods_that_are_about_a_key_show_it() -> None:
    assert {name for name in KEYED if BY_NAME[name].keyed} == KEYED


def test_a_name_that_may_change_something_is_no_read() -> None:
    changing = {"append", "clear", "pop", "put_nowait", "set_result", "update", "add", "sort", "cancel"}
    assert all(BY_NAME[name].operation != READ for name in changing)
