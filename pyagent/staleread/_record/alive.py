"""Looks at everything that the garbage collector knows, in so short a time that no other thread notices.

In: what is looked for. Out: those objects. What must hold: no list of everything is there while another thread runs. Until
Python 3.14, one that is just making a tuple finds then that it belongs to somebody else, too, and fails (`SystemError`).

So the interpreter is given away just before: it is not wanted back for as long as the list is made. And only the two
iterators have it, which let go of it within the one operation that goes through them.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Container
from functools import partial
from itertools import compress
from typing import Any

_FULL = 2
_sleep = partial(time.sleep)


def of_types(types: Container[int]) -> list[Any]:
    """The objects of exactly these types, which are given by `id()`."""
    is_wanted, get_objects = types.__contains__, gc.get_objects
    _sleep(0)
    everything = get_objects()
    objects, same = iter(everything), iter(everything)
    del everything
    return list(compress(objects, map(is_wanted, map(id, map(type, same)))))


def numbered(wanted: Container[int]) -> list[Any]:
    """Of those that have lived through a full collection, the ones with these `id()`s."""
    is_wanted, get_objects = wanted.__contains__, gc.get_objects
    _sleep(0)
    everything = get_objects(generation=_FULL)
    objects, same = iter(everything), iter(everything)
    del everything
    return list(compress(objects, map(is_wanted, map(id, same))))
