"""Both services under load: some hundred customers want seats at once. Ends with what was sold."""

from __future__ import annotations

import asyncio
from collections import Counter

from aiohttp import ClientSession, web
from app import THEATRE, Payment, booking_service, payment_service

SEATS = 120
CUSTOMERS = 200


async def serve(app: web.Application) -> tuple[web.AppRunner, str]:
    """Starts an application on a free port of this machine."""
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    return runner, f"http://{host}:{port}"


async def want(browser: ClientSession, url: str, number: int) -> int:
    async with browser.post(f"{url}/bookings", json={"name": f"customer {number}", "seats": 1}) as response:
        await response.json()
        return response.status


async def main() -> None:
    async with ClientSession() as browser, ClientSession() as till:
        bank, bank_url = await serve(payment_service())
        app = booking_service(SEATS, Payment(till, f"{bank_url}/charge"))
        theatre, theatre_url = await serve(app)
        answers = Counter(await asyncio.gather(*(want(browser, theatre_url, n) for n in range(CUSTOMERS))))
        await theatre.cleanup()
        await bank.cleanup()
    sold = sum(app[THEATRE].bookings.values())
    print(f"{sum(answers.values())} requests answered")
    print("OK" if sold <= SEATS else f"BAD: more seats sold than the {SEATS} there are")


if __name__ == "__main__":
    asyncio.run(main())
