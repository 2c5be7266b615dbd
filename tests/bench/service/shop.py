"""The service that the benchmark loads: a shop on aiohttp, everything in memory, everything shared.

A request does what small services do: finds the session, looks a thing up in a cache, takes from the stock under a
lock, counts, and hands an order to a worker that writes it down in batches.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

ARTICLES = 200
CACHED_MAX = 64
BATCH = 20


class Metrics:
    """What the service tells of itself."""

    def __init__(self) -> None:
        self.requests = 0
        self.running = 0
        self.by_status: dict[int, int] = {}

    def started(self) -> None:
        self.requests += 1
        self.running += 1

    def ended(self, status: int) -> None:
        self.running -= 1
        self.by_status[status] = self.by_status.get(status, 0) + 1


class Cache:
    """The descriptions of articles most recently asked for."""

    def __init__(self) -> None:
        self._entries: OrderedDict[int, dict[str, Any]] = OrderedDict()
        self.hits = 0
        self.misses = 0

    async def describe(self, article: int) -> dict[str, Any]:
        found = self._entries.get(article)
        if found is not None:
            self.hits += 1
            self._entries.move_to_end(article)
            return found
        self.misses += 1
        await asyncio.sleep(0)
        made = {"article": article, "name": f"article {article}", "price": 100 + article % 17}
        self._entries[article] = made
        if len(self._entries) > CACHED_MAX:
            self._entries.popitem(last=False)
        return made


class Stock:
    """How many of each article there are; taken under a lock, filled up when it runs low."""

    def __init__(self) -> None:
        self._left = dict.fromkeys(range(ARTICLES), 1000)
        self._lock = asyncio.Lock()

    async def take(self, article: int, count: int) -> int:
        async with self._lock:
            left = self._left[article]
            if left < count:
                left += 1000
            self._left[article] = left - count
            return self._left[article]


class Sessions:
    """What each customer has in the basket."""

    def __init__(self) -> None:
        self._baskets: dict[str, list[int]] = {}

    def basket(self, customer: str) -> list[int]:
        basket = self._baskets.get(customer)
        if basket is None:
            basket = self._baskets[customer] = []
        return basket


class Orders:
    """A worker takes orders from a queue and writes them down in batches."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[tuple[str, int]] = asyncio.Queue()
        self._batch: list[tuple[str, int]] = []
        self.written = 0
        self.turnover = 0

    async def order(self, customer: str, price: int) -> None:
        await self._queue.put((customer, price))

    async def work(self) -> None:
        while True:
            self._batch.append(await self._queue.get())
            if len(self._batch) >= BATCH:
                self.turnover += sum(price for _, price in self._batch)
                self.written += len(self._batch)
                self._batch.clear()


class Shop:
    def __init__(self) -> None:
        self.metrics = Metrics()
        self.cache = Cache()
        self.stock = Stock()
        self.sessions = Sessions()
        self.orders = Orders()

    async def look(self, request: web.Request) -> web.Response:
        article = int(request.match_info["article"])
        return web.json_response(await self.cache.describe(article))

    async def buy(self, request: web.Request) -> web.Response:
        wish = await request.json()
        customer, article, count = wish["customer"], wish["article"], wish["count"]
        described = await self.cache.describe(article)
        left = await self.stock.take(article, count)
        basket = self.sessions.basket(customer)
        basket.append(article)
        if len(basket) > 10:
            basket.clear()
        price = described["price"] * count
        await self.orders.order(customer, price)
        return web.json_response({"left": left, "price": price, "basket": len(basket)}, status=201)


def application() -> web.Application:
    shop = Shop()

    @web.middleware
    async def measured(request: web.Request, handler: Handler) -> web.StreamResponse:
        shop.metrics.started()
        status = 500
        try:
            response = await handler(request)
            status = response.status
            return response
        finally:
            shop.metrics.ended(status)

    async def background(_: web.Application) -> Any:
        worker = asyncio.create_task(shop.orders.work())
        yield
        worker.cancel()

    app = web.Application(middlewares=[measured])
    app.cleanup_ctx.append(background)
    app.router.add_get("/articles/{article}", shop.look)
    app.router.add_post("/orders", shop.buy)
    return app
