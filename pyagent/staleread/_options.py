"""What a recording is to do: in one place for the command line and the session."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field

from staleread._primitives import Primitive


@dataclass(frozen=True)
class Options:
    """`root` is the project's folder; `values` on or off, `strings` and `keys` repr, hash or off;
    steps that take longer than `blocked_after_ms` are told, 0: none; `cache`: rewritten code is kept and used again."""

    path: str
    root: str
    argv: list[str] = field(default_factory=list)
    watch: list[str] = field(default_factory=list)
    ignore: list[str] = field(default_factory=list)
    primitives: list[Primitive] = field(default_factory=list)
    values: str = "on"
    strings: str = "hash"
    keys: str = "repr"
    blocked_after_ms: int = 100
    cache: bool = True
    max_bytes: int = 0
    """The newest is kept in so much of a file; 0: all of it."""
    rotate_bytes: int = 0
    """A file so large gets a number, and another begins; 0: none does."""
    rotate_keep: int = 4

    memory_bytes: int = 64 << 20
    """What the agent may take, for what it remembers, for events on their way and for itself."""

    dump_on: frozenset[str] = frozenset()
    """Where not empty: the newest stays in memory until one of these happens (`_dumps.OCCASIONS`)."""
    dump_signal: int = 0

    @property
    def keeps_newest(self) -> bool:
        return bool(self.max_bytes or self.rotate_bytes or self.dump_on)


def project_folder(script: str) -> str:
    """The current folder, or that of the script, where it lies elsewhere and is not one that a package has installed."""
    here = os.path.realpath(os.getcwd())
    if not script:
        return here
    real = os.path.realpath(script)
    folder = real if os.path.isdir(real) else os.path.dirname(real)
    if (folder + os.sep).startswith(here.rstrip(os.sep) + os.sep):
        return here
    return here if os.path.dirname(os.path.abspath(script)) in _folders_of_installed_scripts() else folder


def _folders_of_installed_scripts() -> list[str]:
    import sysconfig  # It reads how Python was built, which few programs ask.

    schemes = {"posix_prefix", "posix_user", "venv"}.intersection(sysconfig.get_scheme_names())
    return [os.path.dirname(sys.executable), *(sysconfig.get_path("scripts", scheme) for scheme in schemes)]
