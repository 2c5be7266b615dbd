"""Ten threads, a loop each, a threading.Lock from read to write: nothing to find."""

import asyncio
import threading


class Counter:
    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    async def increment(self):
        with self.lock:
            value = self.value
            await asyncio.sleep(0)
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
    print("OK" if counter.value == 30 else f"BAD: 30 increments, counted {counter.value}")


if __name__ == "__main__":
    main()
