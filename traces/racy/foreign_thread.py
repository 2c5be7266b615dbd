"""A thread sets an asyncio.Event: the loop is not told, and goes on sleeping until something else wakes it."""

import asyncio
import threading
import time


class Job:
    def __init__(self):
        self.done = asyncio.Event()

    def work(self, loop):
        time.sleep(0.01)
        self.done.set()


async def main():
    job = Job()
    thread = threading.Thread(target=job.work, args=(asyncio.get_running_loop(),))
    thread.start()
    started = time.monotonic()
    waiter = asyncio.create_task(job.done.wait())
    await asyncio.wait({waiter}, timeout=0.3)
    print("OK" if time.monotonic() - started < 0.2 else "BAD: told, and it slept on")
    thread.join()
    waiter.cancel()


if __name__ == "__main__":
    asyncio.run(main())
