"""For an agent that is not installed: with this folder in PYTHONPATH, a process is recorded that has STALEREAD in its
environment.

In: the environment. Out: what another `sitecustomize`, which this one stands in the way of, does besides. What must hold:
any Python can read this.
"""

import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))


def _run_the_other():
    # type: () -> None
    """Raises ImportError where there is none: `site` takes that for an answer."""
    ours = sys.modules.pop(__name__)
    place = next(
        (at for at, folder in enumerate(sys.path) if os.path.abspath(folder) == _HERE), len(sys.path)
    )
    folders = sys.path[place : place + 1]
    del sys.path[place : place + 1]
    try:
        import sitecustomize  # type: ignore[import-not-found]  # noqa: F401
    except BaseException:
        sys.modules.setdefault(__name__, ours)
        raise
    finally:
        sys.path[place:place] = folders


if os.environ.get("STALEREAD"):
    _PACKAGE = os.path.dirname(os.path.dirname(_HERE))
    if _PACKAGE not in sys.path:
        sys.path.append(_PACKAGE)
    from staleread._beginning import begin

    begin()

_run_the_other()
