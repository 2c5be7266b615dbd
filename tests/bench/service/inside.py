"""Asks the shop from within its own process, without sockets, and prints what a request takes.

    python inside.py [REQUESTS]

In: how many requests. Out: microseconds of the thread's processor time for one, in the best fifth of the rounds. No system
calls, no second process, and rounds of some milliseconds, of which those that others disturbed most do not count: so
two runs differ less than those with requests over sockets. To be recorded with `--ignore inside.py`.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import loading
from aiohttp import web
from shop import application

ROUND = 300


class Transport(asyncio.Transport):
    """The other end of a connection: sends the next request as soon as the last one is answered."""

    def __init__(
        self, protocol: asyncio.Protocol, requests: list[bytes], ended: asyncio.Future[None]
    ) -> None:
        super().__init__()
        self._protocol = protocol
        self._requests = requests
        self._ended = ended
        self._loop = asyncio.get_running_loop()
        protocol.connection_made(self)
        self._next()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """An answer comes in one piece or in two: its head, its body."""
        piece = bytes(data)
        assert piece.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201", b"{")), piece
        if not piece.endswith(b"\r\n\r\n"):
            self._next()

    def _next(self) -> None:
        if self._requests:
            self._loop.call_soon(self._protocol.data_received, self._requests.pop())
        else:
            self._ended.set_result(None)

    def is_closing(self) -> bool:
        return False

    def close(self) -> None:
        """Nobody else has it."""

    pause_reading = resume_reading = abort = close


async def answer(server: Callable[[], asyncio.Protocol], requests: list[bytes]) -> None:
    ends = []
    protocols = [server() for _ in range(loading.CONNECTIONS)]
    for protocol in protocols:
        ends.append(asyncio.get_running_loop().create_future())
        Transport(protocol, requests, ends[-1])
    await asyncio.gather(*ends)
    for protocol in protocols:
        protocol.connection_lost(None)


async def main(requests: int) -> None:
    runner = web.AppRunner(application(), access_log=None)
    await runner.setup()
    assert runner.server is not None
    wishes = loading.wishes(ROUND)
    await answer(runner.server, list(wishes))
    each = []
    for _ in range(requests // ROUND):
        started = time.thread_time()
        await answer(runner.server, list(wishes))
        each.append((time.thread_time() - started) / ROUND * 1e6)
    print(f"{sorted(each)[len(each) // 5]:.1f}")
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 6000))
