"""A worker asks whether a job is there, awaits, and takes it: check-then-act, two workers take one job."""

import asyncio


class Board:
    def __init__(self):
        self.jobs = {"report": "write it"}
        self.failures = 0

    async def work(self):
        if "report" in self.jobs:
            await asyncio.sleep(0)
            try:
                del self.jobs["report"]
            except KeyError:
                self.failures += 1


async def main():
    board = Board()
    await asyncio.gather(board.work(), board.work())
    print("OK" if board.failures == 0 else f"BAD: {board.failures} workers found the job gone")


if __name__ == "__main__":
    asyncio.run(main())
