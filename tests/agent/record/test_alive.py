"""Who looks at everything is not seen by other threads."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Iterator

import pytest
from staleread._record import alive

OBJECTS = 100_000


class Wanted:
    pass


@pytest.fixture
def hasty() -> Iterator[None]:
    """The interpreter changes threads as often as it can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_what_is_looked_for_is_found() -> None:
    wanted, lists = [Wanted(), Wanted()], [[1], [2], [3]]
    gc.collect()
    assert sorted(map(id, alive.of_types({id(Wanted)}))) == sorted(map(id, wanted))
    assert sorted(map(id, alive.numbered({id(one) for one in lists}))) == sorted(map(id, lists))


@pytest.mark.usefixtures("hasty")
def test_no_other_thread_finds_a_list_of_everything() -> None:
    lists, sought = [[number] for number in range(OBJECTS)], Wanted()
    gc.collect()
    found: list[int] = []
    is_over = False

    def look() -> None:
        while not is_over:
            found.extend(len(one) for one in gc.get_referrers(sought) if type(one) is list)

    thread = threading.Thread(target=look)
    thread.start()
    for _ in range(5):
        assert len(alive.of_types({id(Wanted)})) == 1
        alive.numbered({id(lists[0])})
    is_over = True
    thread.join()
    assert not found or max(found) < OBJECTS
