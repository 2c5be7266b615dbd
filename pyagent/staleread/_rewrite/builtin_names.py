"""The names that are built in before the program runs.

Programs add some (`gettext.install` does). What a module is rewritten to must not depend on when that was.
"""

from __future__ import annotations

import builtins

BUILTIN_NAMES = frozenset(name for name in vars(builtins) if not name.startswith("_sr_"))
