"""A job keeps its scheduler in a local variable, because the link to it is dropped as soon as the work is done: in every
run, and while the job waits for just that."""

import asyncio


class Scheduler:
    def __init__(self):
        self.failed = 0

    def note_failure(self):
        self.failed += 1


class Job:
    def __init__(self, scheduler):
        self.scheduler = scheduler
        self.task = asyncio.create_task(self.work())
        self.task.add_done_callback(self.done)

    async def work(self):
        await asyncio.sleep(0.001)
        raise OSError("no route")

    def done(self, task):
        self.scheduler = None

    async def close(self):
        scheduler = self.scheduler
        try:
            await self.task
        except OSError:
            scheduler.note_failure()


async def main():
    scheduler = Scheduler()
    await Job(scheduler).close()
    print("OK" if scheduler.failed == 1 else f"BAD: {scheduler.failed}")


if __name__ == "__main__":
    asyncio.run(main())
