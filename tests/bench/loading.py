"""A load generator: so many connections to 127.0.0.1 ask one request after the other, until enough are answered.

In: a port. Out: requests answered in a second. It speaks as little HTTP as it needs, so that the service is what is slow.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from dataclasses import dataclass

CONNECTIONS = 16
SECONDS_MAX = 20
ARTICLES = 200
_LENGTH = b"content-length: "


@dataclass(frozen=True)
class Load:
    """What came of it: by the clock, and by the processor time of the service alone."""

    requests_per_second: float
    processor_seconds_per_request: float


class Connection(asyncio.Protocol):
    """Sends the next request as soon as the last one is answered."""

    def __init__(self, requests: list[bytes], ended: asyncio.Future[None]) -> None:
        self._requests = requests
        self._ended = ended
        self._received = b""
        self.last = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, separator, body = self._received.partition(b"\r\n\r\n")
        if not separator:
            return
        at = head.lower().index(_LENGTH) + len(_LENGTH)
        if len(body) < int(head[at:].partition(b"\r\n")[0]):
            return
        if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")):
            self._end(RuntimeError(f"the service answered {head[:40]!r}"))
            return
        self._received, self.last = b"", body
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        self._end(error or ConnectionError("the service hung up"))

    def _next(self) -> None:
        if self._requests:
            self._transport.write(self._requests.pop())
        else:
            self._end(None)
            self._transport.close()

    def _end(self, error: Exception | None) -> None:
        if not self._ended.done():
            if error is None:
                self._ended.set_result(None)
            else:
                self._ended.set_exception(error)


def load(port: int, count: int) -> Load:
    return asyncio.run(asyncio.wait_for(_load(port, count), SECONDS_MAX))


def stop(port: int) -> None:
    asyncio.run(_ask(port, "/stop"))


async def _load(port: int, count: int) -> Load:
    await _answer(port, wishes(count // 10), CONNECTIONS)
    processor = float(await _ask(port, "/processor"))
    started = time.perf_counter()
    await _answer(port, wishes(count), CONNECTIONS)
    seconds = time.perf_counter() - started
    processor = float(await _ask(port, "/processor")) - processor
    return Load(count / seconds, processor / count)


async def _answer(port: int, requests: list[bytes], connections: int) -> bytes:
    """All answered; the last answer of the first connection."""
    loop = asyncio.get_running_loop()
    made = [Connection(requests, loop.create_future()) for _ in range(connections)]
    for connection in made:
        await loop.create_connection(lambda chosen=connection: chosen, "127.0.0.1", port)  # type: ignore[misc]
    for connection in made:
        await connection._ended
    return made[0].last


async def _ask(port: int, path: str) -> bytes:
    return await _answer(port, [request("GET", path)], 1)


def wishes(count: int) -> list[bytes]:
    """Two of three want to look at an article, one buys it; the same ones each time."""
    chance = random.Random(count)
    made = []
    for number in range(count):
        article = int(chance.triangular(0, ARTICLES, 0))
        if number % 3:
            made.append(request("GET", f"/articles/{article}"))
        else:
            wish = {"customer": f"customer {chance.randrange(50)}", "article": article, "count": 1}
            made.append(request("POST", "/orders", json.dumps(wish).encode()))
    return made


def request(method: str, path: str, body: bytes = b"") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
