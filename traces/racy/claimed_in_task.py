"""A job is claimed by the task that it is given to, not where that is made; the two ticks are far apart in this run:
check-then-act on Scheduler.running, predicted."""

import asyncio


class Scheduler:
    def __init__(self):
        self.running = set()
        self.runs = []

    def tick(self, job):
        if job in self.running:
            return None
        return asyncio.create_task(self.run(job))

    async def run(self, job):
        self.running.add(job)
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
