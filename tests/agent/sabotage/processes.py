"""A program that makes processes, each of which does something that is watched. What it prints is always the same."""

import multiprocessing
import os
import threading
import warnings


class Box:
    def __init__(self):
        self.items = {}


box = Box()


def work(name):
    box.value = name
    box.items[name] = len(box.items)
    return box.items[name]


def fork(act):
    """What a child gives back."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            os.write(writing, repr(act()).encode())
        finally:
            os._exit(3)
    os.close(writing)
    told = os.read(reading, 1000)
    os.close(reading)
    return told, os.waitpid(child, 0)[1]


def nothing():
    return None


def become_another():
    work("before")
    os.execv("/bin/true", ["true"])


def give_up_rights():
    os.setuid(os.getuid())
    return work("with fewer rights")


def child_of_a_child():
    return work("child"), fork(lambda: work("child of a child"))


def main():
    warnings.simplefilter(
        "ignore", DeprecationWarning
    )  # From 3.12 on, of a fork beside threads: it has the number of the process.
    work("parent")
    for act in (nothing, give_up_rights, child_of_a_child, become_another):
        print(act.__name__, fork(act))
    try:
        os.execv("/no/such/program", ["x"])
    except OSError as error:
        print(error.errno, work("not replaced"))
    process = multiprocessing.get_context("fork").Process(target=work, args=("process",))
    process.start()
    process.join()
    forking = threading.Thread(target=lambda: print("in a thread", fork(lambda: work("thread's"))))
    forking.start()
    forking.join()
    print(process.exitcode, work("parent"))


main()
