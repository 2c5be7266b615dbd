"""Records a program in a process where nothing moves but the program: `python still_recording.py TRACE PROGRAM [OPTION...]`.

No time passes for the agent, nothing is random in it, its writer takes all events at once at the end, and no garbage is
collected because so many objects were made. So two recordings of a program that always does the same have the same bytes,
but for the file's header and the first frame.
"""

from __future__ import annotations

import gc
import os
import sys

from staleread._trace import clock


def main() -> int:
    clock.now_ns = clock.processor_ns = lambda: 0  # type: ignore[misc,assignment]
    os.urandom = bytes
    gc.disable()
    from staleread import _cli
    from staleread._trace import writer

    writer._INTERVAL_S = 1e6
    trace, program, *options = sys.argv[1:]
    return _cli.main(["record", "--quiet", "-o", trace, *options, program]) or 0


if __name__ == "__main__":
    sys.exit(main())
