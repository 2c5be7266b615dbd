"""The worker asks again after its await, in the step that takes the job: nothing to find."""

import asyncio


class Board:
    def __init__(self):
        self.jobs = {"report": "write it"}
        self.done = 0

    async def work(self):
        if "report" in self.jobs:
            await asyncio.sleep(0)
            if "report" in self.jobs:
                del self.jobs["report"]
                self.done += 1


async def main():
    board = Board()
    await asyncio.gather(board.work(), board.work())
    print("OK" if board.done == 1 else f"BAD: done {board.done} times")


if __name__ == "__main__":
    asyncio.run(main())
