"""What threads of Python programs do in good order: none of it is a data race."""

import queue
import threading
from concurrent.futures import ThreadPoolExecutor


class Worker:
    def __init__(self):
        self.lock = threading.Lock()
        self.ready = threading.Event()
        self.inbox = queue.Queue()
        self.local = threading.local()
        self.settings = None
        self.total = 0
        self.stopping = False
        self.config = None

    def get_config(self):
        if self.config is None:
            with self.lock:
                if self.config is None:
                    self.config = {"size": 4}
        return self.config

    def is_stopping(self):
        with self.lock:
            return self.stopping

    def run(self):
        self.ready.wait()
        self.local.seen = 0
        while not self.is_stopping():
            item = self.inbox.get()
            if item is None:
                break
            self.local.seen += 1
            self.get_config()
            with self.lock:
                self.total += item.value * self.settings
        item_count = self.local.seen
        return item_count


class Item:
    def __init__(self, value):
        self.value = value


def double(item):
    item.value *= 2
    return item


def main():
    worker = Worker()
    threads = [threading.Thread(target=worker.run) for _ in range(3)]
    for thread in threads:
        thread.start()
    worker.settings = 2
    worker.ready.set()
    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(double, Item(number)) for number in range(20)]:
            worker.inbox.put(future.result())
    for _ in threads:
        worker.inbox.put(None)
    for thread in threads:
        thread.join()
    with worker.lock:
        worker.stopping = True
    print("OK" if worker.total == 760 else "BAD: something was lost")


if __name__ == "__main__":
    main()
