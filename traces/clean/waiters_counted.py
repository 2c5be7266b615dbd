"""Threads that wait for work to be done count themselves while they wait, and take that back whatever happened
meanwhile: it is no act on the check that sent them to wait."""

import threading
import time


class Work:
    def __init__(self):
        self.changed = threading.Condition()
        self.unfinished = 2
        self.waiting = 0

    def join(self):
        with self.changed:
            while self.unfinished:
                self.waiting += 1
                try:
                    self.changed.wait()
                finally:
                    self.waiting -= 1

    def done(self):
        time.sleep(0.01)
        with self.changed:
            unfinished = self.unfinished - 1
            if unfinished < 0:
                raise ValueError("done too often")
            if unfinished == 0 and self.waiting:
                self.changed.notify_all()
            self.unfinished = unfinished


def main():
    work = Work()
    threads = [threading.Thread(target=job) for job in (work.join, work.join, work.done, work.done)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("OK" if work.waiting == 0 else f"BAD: {work.waiting}")


if __name__ == "__main__":
    main()
