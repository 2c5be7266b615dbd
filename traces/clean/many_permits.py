"""Whoever starts the workers holds many permits of a semaphore: what counts is the lock around check and act. The racy twin
has none."""

import threading


class Pool:
    def __init__(self):
        self.lock = threading.Lock()
        self.connections = []

    def work(self, number):
        with self.lock:
            if len(self.connections) < 3:
                self.connections.append(number)


def main():
    streams = threading.Semaphore(99)
    for _ in range(40):
        streams.acquire()
    pool = Pool()
    workers = [threading.Thread(target=pool.work, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("OK" if len(pool.connections) == 3 else f"BAD: {len(pool.connections)}")


if __name__ == "__main__":
    main()
