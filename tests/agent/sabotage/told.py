"""A program that says itself when to record, what to follow and what comes before what; and is told by a signal, too."""

import os
import signal
import tempfile
import threading
import time

import staleread
from staleread import _current


class Box:
    def __init__(self):
        self.value = 0

    def add(self):
        self.value += 1
        return self.value


def is_recording():
    return _current.session.recording is not None


def told_to(wanted):
    """By the signal; it need not obey."""
    if is_recording() == wanted:
        return
    os.kill(os.getpid(), signal.SIGUSR2)
    until = time.monotonic() + 5
    while is_recording() != wanted and time.monotonic() < until:
        time.sleep(0.001)
    with _current.session._changing:  # Until that is done.
        pass


def primitives(box):
    staleread.lock_acquired(box)
    box.add()
    staleread.lock_released(box)
    staleread.order(before="a point")
    staleread.order(after="a point")
    staleread.order("one", "another")


def main():
    box = Box()
    path = os.path.join(tempfile.gettempdir(), "t.srt")
    with staleread.recording(path, watch="__main__"):
        staleread.watch(Box)
        staleread.recorded(main)
        primitives(box)
        thread = threading.Thread(target=box.add)
        thread.start()
        thread.join()
    print(box.add(), Box.add.__name__, Box.add.__defaults__)
    told_to(True)
    print(box.add())
    told_to(False)
    staleread.stop()
    print(box.add())


main()
