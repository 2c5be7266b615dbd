"""Ten threads, a loop and a counter each, summed after the joins: nothing to find."""

import asyncio
import threading


class Counter:
    def __init__(self):
        self.value = 0

    async def increment(self):
        value = self.value
        await asyncio.sleep(0)
        self.value = value + 1


async def work(counter):
    for _ in range(3):
        await counter.increment()


def main():
    counters = [Counter() for _ in range(10)]
    threads = [threading.Thread(target=asyncio.run, args=(work(counter),)) for counter in counters]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    total = sum(counter.value for counter in counters)
    print("OK" if total == 30 else f"BAD: 30 increments, counted {total}")


if __name__ == "__main__":
    main()
