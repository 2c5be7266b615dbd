"""Time as it passes, also where a test of the program has stopped it.

Libraries that freeze time put a clock of their own in the place of the real functions, in every module that has one of these
as an attribute. These here are not the functions themselves.
"""

from __future__ import annotations

import time
from functools import partial
from typing import Final

now_ns: Final = partial(time.perf_counter_ns)
processor_ns: Final = partial(time.process_time_ns)
"""What the whole process has used of its processors."""
