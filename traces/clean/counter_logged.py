"""The locked counter that logs old value, new value and task behind the lock: nothing to find."""

import asyncio


class Counter:
    def __init__(self):
        self.value = 0
        self.lock = asyncio.Lock()
        self.log = []

    async def increment(self):
        async with self.lock:
            value = self.value
            await asyncio.sleep(0)
            self.value = value + 1
        task = asyncio.current_task()
        self.log.append((task.get_name(), value, self.value))


async def main():
    counter = Counter()
    await asyncio.gather(*(counter.increment() for _ in range(100)))
    print("OK" if len(counter.log) == counter.value == 100 else f"BAD: {counter.value}, {len(counter.log)}")


if __name__ == "__main__":
    asyncio.run(main())
