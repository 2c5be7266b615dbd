"""A service with a race in every process: for ASGI servers `asgi`, for WSGI servers with threads `wsgi`."""

import asyncio
import os
import time


class Shop:
    def __init__(self):
        self.sold = 0


shop = Shop()


async def sell():
    before = shop.sold
    await asyncio.sleep(0.01)
    shop.sold = before + 1


def sell_in_a_thread():
    before = shop.sold
    time.sleep(0.01)
    shop.sold = before + 1


async def asgi(scope, receive, send):
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    await sell()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(os.getpid()).encode()})


def wsgi(environ, start_response):
    sell_in_a_thread()
    start_response("200 OK", [])
    return [str(os.getpid()).encode()]
