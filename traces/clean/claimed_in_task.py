"""The job is claimed in the step of the check, and given back by the task: nothing to find."""

import asyncio


class Scheduler:
    def __init__(self):
        self.running = set()
        self.runs = []

    def tick(self, job):
        if job in self.running:
            return None
        self.running.add(job)
        return asyncio.create_task(self.run(job))

    async def run(self, job):
        await asyncio.sleep(0)
        self.runs.append(job)
        self.running.discard(job)


async def nudge(scheduler, after):
    await asyncio.sleep(after)
    await (scheduler.tick("report") or asyncio.sleep(0))


async def main():
    scheduler = Scheduler()
    await asyncio.gather(nudge(scheduler, 0.001), nudge(scheduler, 0.2))
    print("OK")


if __name__ == "__main__":
    asyncio.run(main())
