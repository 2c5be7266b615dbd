"""A booking service on aiohttp: seats in memory, a payment service behind HTTP."""

from __future__ import annotations

import asyncio

from aiohttp import ClientSession, web


class Theatre:
    """The seats of tonight's show and who has them."""

    def __init__(self, seats: int) -> None:
        self.seats = seats
        self.bookings: dict[str, int] = {}

    async def book(self, name: str, count: int, payment: Payment) -> bool:
        left = self.seats - count
        if left < 0:
            return False
        await payment.charge(name, count)
        self.seats = left
        self.bookings[name] = count
        return True


class Payment:
    """The client of the payment service."""

    def __init__(self, session: ClientSession, url: str) -> None:
        self.session = session
        self.url = url

    async def charge(self, name: str, count: int) -> None:
        async with self.session.post(self.url, json={"name": name, "seats": count}) as response:
            response.raise_for_status()


THEATRE: web.AppKey[Theatre] = web.AppKey("theatre", Theatre)
PAYMENT: web.AppKey[Payment] = web.AppKey("payment", Payment)


async def book(request: web.Request) -> web.Response:
    wish = await request.json()
    theatre = request.app[THEATRE]
    if await theatre.book(wish["name"], wish["seats"], request.app[PAYMENT]):
        return web.json_response({"left": theatre.seats}, status=201)
    return web.json_response({"error": "sold out"}, status=409)


async def charge(request: web.Request) -> web.Response:
    await request.json()
    await asyncio.sleep(0.002)
    return web.json_response({"paid": True})


def payment_service() -> web.Application:
    app = web.Application()
    app.router.add_post("/charge", charge)
    return app


def booking_service(seats: int, payment: Payment) -> web.Application:
    app = web.Application()
    app[THEATRE] = Theatre(seats)
    app[PAYMENT] = payment
    app.router.add_post("/bookings", book)
    return app
