"""Ten threads, a loop each by asyncio.run, one counter: a lost update between threads."""

import asyncio
import threading


class Counter:
    def __init__(self):
        self.value = 0

    async def increment(self):
        value = self.value
        await asyncio.sleep(0.005)
        self.value = value + 1


async def work(counter):
    for _ in range(3):
        await counter.increment()


def main():
    counter = Counter()
    threads = [threading.Thread(target=lambda: asyncio.run(work(counter))) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("OK" if counter.value == 30 else "BAD: increments were lost")


if __name__ == "__main__":
    main()
