"""Two threads take messages out of an outbox if there are any: between check and act the other one may take the last. In
the clean twin only one takes."""

import threading
import time
from collections import deque


class Outbox:
    def __init__(self):
        self.messages = deque(range(10))

    def drain(self, pause):
        for _ in range(5):
            if self.messages:
                self.messages.popleft()
            time.sleep(pause)


def main():
    outbox = Outbox()
    senders = [threading.Thread(target=outbox.drain, args=(pause,)) for pause in (0.001, 0.002)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    print("OK" if not outbox.messages else f"BAD: {outbox.messages}")


if __name__ == "__main__":
    main()
