"""Rewritten code kept from one recording to another, beside the interpreter's own bytecode.

In: the source of a module. Out: what was made of the same source before, or nothing. What must hold: never anything
that this agent would not make of this source itself, whatever lies in the file; and whatever fails in here costs no
more than a module rewritten once more.

A file begins with a digest of all that follows, and has the key of what it was made from: the source's content, its
path, and all else that the result depends on. Nothing is read of a file that somebody else could have written.
"""

from __future__ import annotations

import contextlib
import os
import stat
import struct
import sys
from _thread import get_ident
from collections.abc import Iterator
from hashlib import sha256
from importlib.util import MAGIC_NUMBER, source_hash
from pathlib import Path

from staleread import __version__

from .builtin_names import BUILTIN_NAMES
from .portable import Portable

FORMAT = 1
FILE_BYTES_MAX = 32 * 1024 * 1024

_SUFFIX = f".staleread-{FORMAT}.srtc"
_KIND = b"srtc"
_HEADER = struct.Struct("<4s8s32s6I")
"""Kind of file, digest of what follows it, key, counts of sites and functions, the first one's numbers, bytes of the
stream and of the rows."""
_DIGESTED_FROM = 12


class Cache:
    """Finds, reads and writes the files. Nothing that it does raises."""

    def __init__(self) -> None:
        try:
            self._basis = _basis()
        except Exception:  # The sources of this package cannot be read, say.
            self._basis = b""

    def read(self, source: bytes, path: str, bytecode: str | None) -> Portable | None:
        """What was made of this source before; `bytecode` is where the interpreter keeps its own."""
        if not self._basis:
            return None
        try:
            key = self._key(source, path)
            for file in _places(path, bytecode):
                found = _parse(_content(file), key)
                if found is not None:
                    return found
        except Exception:
            return None
        return None

    def write(self, source: bytes, path: str, bytecode: str | None, made: Portable) -> None:
        """Keeps it in the first place where that is possible."""
        if sys.dont_write_bytecode or not self._basis:
            return
        try:
            content = _format(made, self._key(source, path))
            mode = os.stat(path).st_mode & 0o664 | 0o200
            if len(content) <= FILE_BYTES_MAX:
                any(_write(file, content, mode) for file in _places(path, bytecode))
        except Exception:
            return

    def _key(self, source: bytes, path: str) -> bytes:
        return sha256(b"\0".join((self._basis, os.fsencode(path), source))).digest()


def _basis() -> bytes:
    """What the result depends on besides a module's source: this agent, and this interpreter as it was started."""
    sample = compile("def f(x):\n    'text'\n    assert x.y\n", "", "exec", dont_inherit=True)
    function = sample.co_consts[0]
    parts = [b"%d" % FORMAT, __version__.encode(), MAGIC_NUMBER, sys.version.encode()]
    parts.append(repr(sorted(BUILTIN_NAMES)).encode())
    parts += [b"%d" % sys.flags.optimize, function.co_code, function.co_linetable]
    for source in sorted(Path(__file__).parent.glob("*.py")):
        parts += [source.name.encode(), source.read_bytes()]
    return sha256(b"".join(sha256(part).digest() for part in parts)).hexdigest().encode()


# Files


def _places(path: str, bytecode: str | None) -> Iterator[str]:
    """Where the file of a module may lie: beside its bytecode, or where the user keeps such things."""
    if bytecode is None:
        return
    plain = bytecode.removesuffix(".pyc")
    yield plain + _SUFFIX
    folder = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(folder):
        name = f"{sha256(os.fsencode(path)).hexdigest()[:16]}-{os.path.basename(plain)}{_SUFFIX}"
        yield os.path.join(folder, "staleread", name)


def _content(file: str) -> bytes:
    """Of a file that only this user or the system's could have written; else empty."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return b""
    try:
        found = os.fstat(descriptor)
        trusted = found.st_uid in (os.geteuid(), 0) and not found.st_mode & 0o002
        if not trusted or not stat.S_ISREG(found.st_mode) or found.st_size > FILE_BYTES_MAX:
            return b""
        return os.read(descriptor, found.st_size)
    finally:
        os.close(descriptor)


def _write(file: str, content: bytes, mode: int) -> bool:
    """Whole or not at all, and without waiting for others who do the same."""
    beside = f"{file}.{os.getpid()}-{get_ident()}"
    try:
        os.makedirs(os.path.dirname(file), exist_ok=True)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    except OSError:
        return False
    try:
        with open(descriptor, "wb") as opened:
            opened.write(content)
        os.replace(beside, file)
    except BaseException as problem:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        if not isinstance(problem, OSError):
            raise
        return False
    return True


# Their content


def _format(made: Portable, key: bytes) -> bytes:
    counts = (made.sites, made.functions, *made.first, len(made.stream), len(made.rows))
    content = _HEADER.pack(_KIND, b"", key, *counts) + made.stream + made.rows
    return _KIND + source_hash(content[_DIGESTED_FROM:]) + content[_DIGESTED_FROM:]


def _parse(content: bytes, key: bytes) -> Portable | None:
    """Nothing where it is damaged, or made from something else."""
    if len(content) < _HEADER.size:
        return None
    kind, digest, made_from, sites, functions, site, function, stream, rows = _HEADER.unpack_from(content)
    end = _HEADER.size + stream
    if kind != _KIND or made_from != key or len(content) != end + rows:
        return None
    view = memoryview(content)
    if source_hash(view[_DIGESTED_FROM:]) != digest:
        return None
    return Portable(sites, functions, (site, function), view[_HEADER.size : end], content[end:])
