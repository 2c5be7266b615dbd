"""Who looks at everything finds what is looked for, and holds nothing."""

from __future__ import annotations

import gc
import sys

from staleread._record import alive


class Wanted:
    pass


def test_what_is_looked_for_is_found() -> None:
    wanted, lists = [Wanted(), Wanted()], [[1], [2], [3]]
    gc.collect()
    assert sorted(map(id, alive.of_types({id(Wanted)}))) == sorted(map(id, wanted))
    assert sorted(map(id, alive.numbered({id(one) for one in lists}))) == sorted(map(id, lists))


def test_nothing_is_held_by_having_been_looked_at() -> None:
    wanted = Wanted()
    before = sys.getrefcount(wanted)
    gc.disable()
    try:
        assert alive.of_types({id(Wanted)}) == [wanted]
        assert sys.getrefcount(wanted) == before
    finally:
        gc.enable()
    gc.collect()
    assert alive.numbered({id(wanted)}) == [wanted]
    assert sys.getrefcount(wanted) == before
