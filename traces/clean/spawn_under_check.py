"""The scheduler marks the job in the step that asks, before it spawns the task: nothing to find."""

import asyncio


class Scheduler:
    def __init__(self):
        self.running = set()
        self.runs = []

    async def run(self, job):
        await asyncio.sleep(0.001)
        self.runs.append(job)
        self.running.discard(job)

    def tick(self, job):
        if job not in self.running:
            self.running.add(job)
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
