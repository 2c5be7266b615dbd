"""Looks at everything that the garbage collector knows, without another thread noticing.

In: what is looked for. Out: those objects. What must hold: no list of everything is there while another thread runs. It
would be found there (`gc.get_referrers`), and until Python 3.14 a thread that is just making a tuple would fail
(`SystemError`), because that belongs to somebody else, too.

So the list is made, gone through and forgotten within one operation of C, in which nobody takes the interpreter away.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Container, Iterator
from functools import partial
from itertools import chain, compress, starmap, tee
from typing import Any

_FULL = 2


def of_types(types: Container[int]) -> list[Any]:
    """The objects of exactly these types, which are given by `id()`."""
    objects, same = _everything(gc.get_objects)
    return list(compress(objects, map(types.__contains__, map(id, map(type, same)))))


def numbered(wanted: Container[int]) -> list[Any]:
    """Of those that have lived through a full collection, the ones with these `id()`s."""
    objects, same = _everything(partial(gc.get_objects, generation=_FULL))
    return list(compress(objects, map(wanted.__contains__, map(id, same))))


def _everything(get_objects: Callable[[], list[Any]]) -> tuple[Iterator[Any], Iterator[Any]]:
    """Twice what is there when the first object is asked for, and not before."""
    first, second = tee(chain.from_iterable(starmap(get_objects, [()])))
    return first, second
