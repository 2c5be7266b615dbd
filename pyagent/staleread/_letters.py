"""Small files by which one process tells another what to do, and is answered.

In: pairs of names and values. Out: files in a folder that only their user may look into. What must hold: a file is there
whole or not at all; nobody else can have put it there.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import tempfile
from typing import Any


def letter(what: str, pid: int = 0, uid: int = -1) -> str:
    """Its path: to or from a process (this one) of a user (this process's). Raises OSError where the folder is not safe."""
    return os.path.join(_folder(os.getuid() if uid < 0 else uid), f"{pid or os.getpid()}.{what}")


def _folder(uid: int) -> str:
    """Only its owner may look into it, and it is nobody else's."""
    folder = os.path.join(tempfile.gettempdir(), f"staleread-{uid}")
    with contextlib.suppress(FileExistsError):
        os.mkdir(folder, 0o700)
    about = os.lstat(folder)
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != uid or about.st_mode & 0o077:
        raise OSError(13, "it is not a folder of this user alone", folder)
    return folder


def write(path: str, content: dict[str, Any]) -> None:
    write_text(path, json.dumps(content))


def write_text(path: str, text: str) -> None:
    descriptor = os.open(f"{path}.new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
    os.rename(f"{path}.new", path)


def born(pid: int) -> str:
    """When a process was started: it is not the one that had its number before. Nothing where that is not told."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[19].decode()
    except (OSError, IndexError):
        return ""


def read(path: str) -> dict[str, Any] | None:
    try:
        with open(path, "rb") as file:
            content = json.loads(file.read())
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def take(path: str) -> dict[str, Any] | None:
    content = read(path)
    if content is not None:
        with contextlib.suppress(OSError):
            os.unlink(path)
    return content
