"""Starts the shop on a free port of this machine, prints it, and serves until it is told to stop.

GET /processor   the seconds of processor time that this process has used
GET /stop        ends it
"""

from __future__ import annotations

import asyncio
import time

from aiohttp import web
from shop import application


async def serve() -> None:
    stopping = asyncio.Event()

    async def processor(_: web.Request) -> web.Response:
        return web.Response(text=repr(time.process_time()))

    async def stop(_: web.Request) -> web.Response:
        stopping.set()
        return web.Response(text="stopping")

    app = application()
    app.router.add_get("/processor", processor)
    app.router.add_get("/stop", stop)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await stopping.wait()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve())
