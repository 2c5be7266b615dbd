"""The scheduler asks whether a job runs; the task it spawns marks it, a step later:
check-then-act across two tasks."""

import asyncio


class Scheduler:
    def __init__(self):
        self.running = set()
        self.runs = []

    async def run(self, job):
        await asyncio.sleep(0)
        self.running.add(job)
        self.runs.append(job)
        await asyncio.sleep(0.001)
        self.running.discard(job)

    def tick(self, job):
        if job not in self.running:
            return asyncio.create_task(self.run(job))


async def ticker(scheduler):
    task = scheduler.tick("backup")
    if task:
        await task


async def main():
    scheduler = Scheduler()
    await asyncio.gather(ticker(scheduler), ticker(scheduler))
    print("OK" if len(scheduler.runs) == 1 else f"BAD: {len(scheduler.runs)} runs")


if __name__ == "__main__":
    asyncio.run(main())
