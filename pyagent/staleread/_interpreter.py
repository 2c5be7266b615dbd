"""Which interpreters the agent is right on.

In: the one that runs. Out: a sentence for those that it refuses, so that nobody trusts what such a recording says. What
must hold: asking imports nothing, and works on every interpreter that there is. Even Python 2 can read this file and those
that lead here: `__init__.py`, `__main__.py`, `_beginning.py`, `_refused.py`, `_startup/sitecustomize.py`.
"""

import sys

OLDEST = (3, 10)

IS_TOO_OLD = sys.version_info < OLDEST
"""Whether the rest of the agent cannot even be imported."""


def refusal():
    # type: () -> str | None
    """Why nothing can be recorded here; None: it can.

    The agent relies on the interpreter's lock, which makes appending to a list one operation, and on its reference counts. A
    free-threaded build has other counts even while its lock is on.
    """
    version = "{}.{}".format(*sys.version_info)
    name = sys.implementation.name if hasattr(sys, "implementation") else "cpython"
    if name != "cpython":
        return "this is {}; only CPython, 3.10 or newer, can be recorded".format(name)
    if sys.version_info < OLDEST:
        return "this is Python {}; recording needs 3.10 or newer".format(version)
    if is_free_threaded():
        return (
            "this is a free-threaded build of Python {}, whose threads run side by side; "
            "only a build with the global interpreter lock can be recorded".format(version)
        )
    return None


def is_free_threaded():
    # type: () -> bool
    return "t" in getattr(sys, "abiflags", "")
