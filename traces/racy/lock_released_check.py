"""The lock is held at the check and at the act, but let go in between:
lock-released-between on Seats.taken."""

import asyncio


class Seats:
    def __init__(self):
        self.taken = {}
        self.lock = asyncio.Lock()

    async def book(self, seat, guest):
        async with self.lock:
            if seat in self.taken:
                return False
        await asyncio.sleep(0)  # payment
        async with self.lock:
            self.taken[seat] = guest
            return True


async def main():
    seats = Seats()
    booked = await asyncio.gather(*(seats.book("12A", guest) for guest in ("ann", "bob")))
    print("OK" if sum(booked) == 1 else f"BAD: the seat was sold {sum(booked)} times")


if __name__ == "__main__":
    asyncio.run(main())
