"""Threads with a loop each and one asyncio.Lock for all: it protects nobody from another loop,
a lost update is predicted."""

import asyncio
import threading
import time


class Counter:
    def __init__(self):
        self.value = 0
        self.lock = asyncio.Lock()

    async def increment(self):
        async with self.lock:
            value = self.value
            await asyncio.sleep(0)
            self.value = value + 1


def work(counter, delay):
    time.sleep(delay)  # they happen to come one after the other
    asyncio.run(counter.increment())


def main():
    counter = Counter()
    threads = [threading.Thread(target=work, args=(counter, n * 0.03)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("OK" if counter.value == 5 else f"BAD: 5 increments, counted {counter.value}")


if __name__ == "__main__":
    main()
