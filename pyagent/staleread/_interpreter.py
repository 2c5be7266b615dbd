"""Which interpreters the agent is right on.

In: the one that runs. Out: a sentence for those that it refuses, so that nobody trusts what such a recording says. What
must hold: asking imports nothing and works on every interpreter that gets as far as here.
"""

from __future__ import annotations

import sys

OLDEST = (3, 10)


def refusal() -> str | None:
    """Why nothing can be recorded here; None: it can.

    The agent relies on the interpreter's lock, which makes appending to a list one operation, and on its reference counts. A
    free-threaded build has other counts even while its lock is on.
    """
    name = sys.implementation.name
    if name != "cpython":
        return f"this is {name}; only CPython, 3.10 or newer, can be recorded"
    version = "{}.{}".format(*sys.version_info)
    if sys.version_info < OLDEST:
        return f"this is Python {version}; recording needs 3.10 or newer"
    if is_free_threaded():
        return (
            f"this is a free-threaded build of Python {version}, whose threads run side by side; "
            "only a build with the global interpreter lock can be recorded"
        )
    return None


def is_free_threaded() -> bool:
    return "t" in getattr(sys, "abiflags", "")
