"""Two threads put messages into an outbox, one task takes them out if there are any: more than it saw are as good. In the
racy twin two take, and the last message may be gone."""

import asyncio
import threading
import time
from collections import deque


class Outbox:
    def __init__(self):
        self.messages = deque()
        self.sent = 0

    def feed(self, pause):
        for number in range(5):
            self.messages.append(number)
            time.sleep(pause)

    def send_one(self):
        if self.messages:
            self.messages.popleft()
            self.sent += 1


async def main():
    outbox = Outbox()
    feeders = [threading.Thread(target=outbox.feed, args=(pause,)) for pause in (0.001, 0.002)]
    for feeder in feeders:
        feeder.start()
    while outbox.sent < 10:
        outbox.send_one()
        await asyncio.sleep(0.001)
    for feeder in feeders:
        feeder.join()
    print("OK" if outbox.sent == 10 else f"BAD: {outbox.sent}")


if __name__ == "__main__":
    asyncio.run(main())
