"""A server that tests need, on a port of its own, for the length of one run.

In: its command, with `{port}` in it. Out: the port, once it listens. It begins empty each time, so that what one run
leaves there is nothing to the next.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator

SECONDS_MAX = 20


@contextlib.contextmanager
def serving(command: tuple[str, ...]) -> Iterator[int]:
    """Runs no server, and gives port 0, where there is no command."""
    if not command:
        yield 0
        return
    if shutil.which(command[0]) is None:
        raise RuntimeError(f"{command[0]} is not installed, and the tests need it")
    port = free_port()
    words = [word.replace("{port}", str(port)) for word in command]
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        try:
            wait_for(server, port, command[0])
            yield port
        finally:
            server.terminate()
            server.wait(SECONDS_MAX)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


def wait_for(server: subprocess.Popen[bytes], port: int, name: str) -> None:
    until = time.monotonic() + SECONDS_MAX
    while time.monotonic() < until and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{name} does not listen on port {port}")
