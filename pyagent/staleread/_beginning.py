"""Where every process begins whose environment has STALEREAD, whatever Python it runs.

In: a call of `staleread.pth` (of an installed agent) or of `_startup/sitecustomize.py`, before the program. Out: what
`_environment.py` does; on an interpreter that is too old for that, one line on stderr, and the program as it is.
"""

import sys

from staleread._interpreter import IS_TOO_OLD, refusal

_told = []  # type: list[bool]
"""An agent may be there twice, installed and in a checkout."""


def begin():
    # type: () -> None
    if not IS_TOO_OLD:
        from staleread import _environment

        _environment.begin()
    elif not _told:
        _told.append(True)
        try:
            sys.stderr.write("staleread: the program runs unrecorded: {}\n".format(refusal()))
        except Exception:
            pass
