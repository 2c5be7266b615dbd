"""What a program can say to the agent, where the interpreter is too old for it: it is heard by nobody.

In: the calls of `_api.py`. Out: what they give back; `start` tells on stderr that nothing is recorded.
"""

import contextlib
import sys

from staleread._interpreter import refusal


def start(*_, **__):
    # type: (object, object) -> None
    sys.stderr.write("staleread: nothing is recorded: {}\n".format(refusal()))


def stop():
    # type: () -> None
    pass


@contextlib.contextmanager
def recording(*_, **__):  # type: ignore[no-untyped-def]
    start()
    yield


def watch(target):  # type: ignore[no-untyped-def]
    return target


recorded = watch


def lock_acquired(lock):
    # type: (object) -> None
    pass


lock_released = lock_acquired


def order(*_, **__):
    # type: (object, object) -> None
    pass
