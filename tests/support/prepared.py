"""`staleread record` of a program at a fraction of what starting Python takes: see prepared_process.py.

For tests of what is recorded. Those of how a recording starts, and of what a process is given, start one.
"""

from __future__ import annotations

import atexit
import functools
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

PROCESS = Path(__file__).with_name("prepared_process.py")


def record(
    folder: Path, words: list[str], environment: dict[str, str], seconds_max: float
) -> subprocess.CompletedProcess[str]:
    """`python -m staleread record WORDS` in a folder: its status and what it printed."""
    settings = {name: value for name, value in environment.items() if name != "PYTEST_CURRENT_TEST"}
    return _prepared(frozenset(settings.items())).run(folder, ["record", *words], seconds_max)


@functools.cache
def _prepared(environment: frozenset[tuple[str, str]]) -> Prepared:
    """One for each environment, from the first use until this process ends."""
    return Prepared(dict(environment))


class Prepared:
    def __init__(self, environment: dict[str, str]) -> None:
        self._connection, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(
                [sys.executable, PROCESS, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        self._answers = self._connection.makefile("r")
        atexit.register(process.wait)
        atexit.register(self._connection.shutdown, socket.SHUT_WR)

    def run(self, folder: Path, words: list[str], seconds_max: float) -> subprocess.CompletedProcess[str]:
        pipes = [os.pipe(), os.pipe()]
        request = "\0".join((str(folder), *words)).encode()
        socket.send_fds(self._connection, [request], [write for _, write in pipes])
        for _, write in pipes:
            os.close(write)
        child = self._answer()
        try:
            out, err = _read_to_end([read for read, _ in pipes], seconds_max)
        except TimeoutError:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            raise subprocess.TimeoutExpired(words, seconds_max) from None
        finally:
            status = self._answer()
        return subprocess.CompletedProcess(words, status, out.decode(), err.decode())

    def _answer(self) -> int:
        line = self._answers.readline()
        assert line, "the process that was to fork has ended"
        return int(line)


def _read_to_end(descriptors: list[int], seconds_max: float) -> list[bytes]:
    """What is written to each until nobody can write to it any more."""
    found = {descriptor: bytearray() for descriptor in descriptors}
    until = time.monotonic() + seconds_max
    with selectors.DefaultSelector() as selector:
        for descriptor in descriptors:
            selector.register(descriptor, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(max(until - time.monotonic(), 0))
            if not ready:
                raise TimeoutError
            for key, _ in ready:
                part = os.read(key.fd, 1 << 16)
                found[key.fd] += part
                if not part:
                    selector.unregister(key.fd)
    for descriptor in descriptors:
        os.close(descriptor)
    return [bytes(content) for content in found.values()]
