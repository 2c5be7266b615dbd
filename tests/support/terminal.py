"""Runs a program on a terminal of our own: what it prints there, and its exit status.

The terminal is a pseudo terminal with a size. What a user's environment says about colours and the like is taken away first.
"""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import termios
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# What tells programs how to show things.
VARIABLES = (
    "NO_COLOR FORCE_COLOR CLICOLOR CLICOLOR_FORCE FORCE_HYPERLINK COLUMNS LINES TERM TERM_PROGRAM COLORTERM VTE_VERSION "
    "INSIDE_EMACS PAGER STALEREAD_PAGER STALEREAD_HYPERLINKS LESS"
).split()

SECONDS_MAX = 60


def environment(**values: str) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    return {**plain, "TERM": "xterm-256color", **values}


@dataclass(frozen=True)
class Shown:
    status: int
    out: str
    """As printed, escape sequences and all, but with plain newlines."""
    err: str


def run(
    words: Sequence[str | Path],
    folder: Path,
    *,
    columns: int = 80,
    rows: int = 1000,
    typed: bytes = b"",
    **values: str,
) -> Shown:
    """Standard output and input are the terminal; `typed` is what somebody has typed there already."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    os.write(ours, typed)
    printed = b""
    with subprocess.Popen(
        words,
        cwd=folder,
        stdin=its,
        stdout=its,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env=environment(**values),
    ) as process:
        os.close(its)
        try:
            while piece := os.read(ours, 4096):
                printed += piece
        except OSError:  # Linux's way to say that the other end is closed
            pass
        os.close(ours)
        assert process.stderr is not None
        err = process.stderr.read().decode()
        status = process.wait(SECONDS_MAX)
    return Shown(status, printed.decode().replace("\r\n", "\n"), err)
