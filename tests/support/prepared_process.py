"""A process that has Python and the agent ready, and forks a child for each program that is to be recorded.

usage: prepared_process.py SOCKET, with the number of a connected socket. A request is the folder and the words of the
command line, with zeros between them, and two descriptors for what the child prints. The answer to each is two lines: the
child's process id and, when it has ended, its status as `subprocess` gives it.

What must hold: a child goes on as `python -m staleread` would, from where that has imported what it always imports.
"""

from __future__ import annotations

import gc
import os
import runpy  # noqa: F401, by which `-m` starts
import signal
import socket
import sys

import staleread._cli
import staleread._program
import staleread._rewrite.compiling
import staleread._rules
import staleread._session

REQUEST_BYTES_MAX = 1 << 16


def next_words(connection: socket.socket) -> list[str] | None:
    """In a child, the words of its command line; in the process itself, None when nobody asks any more."""
    while True:
        request, descriptors, _, _ = socket.recv_fds(connection, REQUEST_BYTES_MAX, 2)
        if not request:
            return None
        child = os.fork()
        if child == 0:
            connection.close()
            folder, *words = request.decode().split("\0")
            as_started(folder, descriptors)
            return words
        for descriptor in descriptors:
            os.close(descriptor)
        connection.sendall(b"%d\n" % child)
        _, status = os.waitpid(child, 0)
        connection.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))


def as_started(folder: str, descriptors: list[int]) -> None:
    """Makes a child look as if it had been started in this folder."""
    for number, descriptor in enumerate(descriptors, 1):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(folder)
    sys.path[0] = folder


def main(words: list[str]) -> int:
    # A shell ignores interrupts for what it runs in the background.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    gc.freeze()  # Or each child would touch all of it, only to end.
    asked = next_words(socket.socket(fileno=int(words[0])))
    return 0 if asked is None else staleread._cli.main(asked)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
