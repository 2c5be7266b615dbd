"""A thread measures, a thread shows: two halves of a reading may be of different times. A data race between threads."""

import threading


class Sensor:
    def __init__(self):
        self.low = 0
        self.high = 0

    def measure(self, times):
        for number in range(times):
            self.low = number
            self.high = number + 10

    def show(self, times):
        spans = set()
        for _ in range(times):
            spans.add(self.high - self.low)
        return spans


def main():
    sensor = Sensor()
    threads = [
        threading.Thread(target=sensor.measure, args=(50,)),
        threading.Thread(target=sensor.show, args=(50,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("OK")


if __name__ == "__main__":
    main()
