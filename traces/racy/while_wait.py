"""A while loop waits for a free slot, an await later the slot is taken: check-then-act on Gate.inside."""

import asyncio


class Gate:
    def __init__(self):
        self.inside = 0
        self.peak = 0

    async def enter(self):
        while self.inside >= 1:
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        self.inside += 1
        self.peak = max(self.peak, self.inside)

    def leave(self):
        self.inside -= 1


async def visit(gate):
    await gate.enter()
    await asyncio.sleep(0)
    gate.leave()


async def main():
    gate = Gate()
    await asyncio.gather(*(visit(gate) for _ in range(3)))
    print("OK" if gate.peak == 1 else f"BAD: {gate.peak} inside, the limit is 1")


if __name__ == "__main__":
    asyncio.run(main())
