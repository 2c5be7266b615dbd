"""What must happen before what between threads: threading, queue, concurrent.futures."""

from __future__ import annotations

import pytest
from edges import IN_A_THREAD, Case, check, parameters
from recording import Record, TraceOf

CASES: dict[str, Case] = {
    "join that times out": (
        """
        def work():
            time.sleep(0.1)
            mark('a')
        def main():
            thread = threading.Thread(target=work)
            thread.start()
            thread.join(0.001)
            mark('b')
            thread.join()
            mark('c')
        """,
        "a<c",
        "a|b",
    ),
    "a timer": (
        """
        def main():
            mark('a')
            timer = threading.Timer(0.001, mark, ('b',))
            timer.start()
            time.sleep(0.05)
            mark('c')
            timer.join()
            mark('d')
        """,
        "a<b b<d",
        "b|c",
    ),
    "an event waited for in vain": (
        """
        def work(event):
            time.sleep(0.1)
            mark('a')
            event.set()
        def main():
            event = threading.Event()
            threading.Thread(target=work, args=(event,)).start()
            event.wait(0.001)
            mark('b')
            event.wait()
            mark('c')
        """,
        "a<c",
        "a|b",
    ),
    "asking an event of threads": (
        """
        def work(event):
            mark('a')
            event.set()
            time.sleep(0.05)
            mark('b')
        def main():
            event = threading.Event()
            thread = threading.Thread(target=work, args=(event,))
            thread.start()
            while not event.is_set():
                time.sleep(0.001)
            mark('c')
            thread.join()
        """,
        "a<c",
        "b|c",
    ),
    "a condition of threads": (
        """
        ready = []
        def work(condition):
            time.sleep(0.05)
            with condition:
                mark('a')
                ready.append(1)
                condition.notify_all()
            time.sleep(0.05)
            mark('b')
        def main():
            condition = threading.Condition()
            thread = threading.Thread(target=work, args=(condition,))
            with condition:
                thread.start()
                condition.wait_for(lambda: ready)
            mark('c')
            thread.join()
        """,
        "a<c",
        "b|c",
    ),
    "a re-entrant lock is no order": (
        """
        def work(lock, name):
            with lock:
                with lock:
                    mark(name)
        def main():
            lock = threading.RLock()
            threads = [threading.Thread(target=work, args=(lock, name)) for name in 'ab']
            for thread in threads: thread.start()
            for thread in threads: thread.join()
            mark('c')
        """,
        "a<c b<c",
        "a|b",
    ),
    "a semaphore of threads is no order": (
        """
        def work(semaphore, name):
            with semaphore:
                mark(name)
        def main():
            semaphore = threading.Semaphore(1)
            threads = [threading.Thread(target=work, args=(semaphore, name)) for name in 'ab']
            for thread in threads: thread.start()
            for thread in threads: thread.join()
        """,
        "",
        "a|b",
    ),
    "a semaphore of threads as a signal": (
        """
        def work(semaphore):
            mark('a')
            semaphore.release()
            time.sleep(0.05)
            mark('b')
        def main():
            semaphore = threading.Semaphore(0)
            thread = threading.Thread(target=work, args=(semaphore,))
            thread.start()
            semaphore.acquire()
            mark('c')
            thread.join()
        """,
        "a<c",
        "b|c",
    ),
    "a queue of threads by priority": (
        """
        def work(queue, name, priority):
            mark(name)
            queue.put((priority, name))
        def main():
            numbers = queue.PriorityQueue()
            threads = [threading.Thread(target=work, args=(numbers, *each)) for each in (('a', 2), ('b', 1))]
            for thread in threads: thread.start()
            time.sleep(0.05)
            numbers.get()
            mark('c')
            numbers.get()
            mark('d')
            for thread in threads: thread.join()
        """,
        "b<c a<d",
        "a|c a|b",
    ),
    "a queue of threads that was full": (
        """
        def work(queue):
            time.sleep(0.02)
            mark('a')
            queue.get()
            mark('a2')
        def main():
            numbers = queue.Queue(1)
            numbers.put(1)
            thread = threading.Thread(target=work, args=(numbers,))
            thread.start()
            mark('b')
            numbers.put(2)
            mark('c')
            thread.join()
        """,
        "a<c",
        "a|b",
    ),
    "a future completed by hand": (
        """
        def work(future):
            mark('a')
            future.set_result(1)
            time.sleep(0.05)
            mark('b')
        def main():
            future = concurrent.futures.Future()
            thread = threading.Thread(target=work, args=(future,))
            thread.start()
            future.result()
            mark('c')
            thread.join()
        """,
        "a<c",
        "b|c",
    ),
    "asking a future of threads": (
        """
        def work(future):
            mark('a')
            future.set_exception(KeyError())
        def main():
            future = concurrent.futures.Future()
            thread = threading.Thread(target=work, args=(future,))
            thread.start()
            while not future.done():
                time.sleep(0.001)
            mark('c')
            thread.join()
        """,
        "a<c",
        "",
    ),
    "leaving an executor": (
        """
        def work(name, seconds):
            time.sleep(seconds)
            mark(name)
        def main():
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                pool.submit(work, 'a', 0.001)
                pool.submit(work, 'b', 0.02)
                pool.submit(work, 'c', 0.001)
                mark('d')
            mark('e')
        """,
        "a<e b<e c<e",
        "a|b b|c a|d",
    ),
    "an executor that is not waited for": (
        """
        def work():
            time.sleep(0.05)
            mark('a')
        def main():
            pool = concurrent.futures.ThreadPoolExecutor(1)
            pool.submit(work)
            pool.shutdown(wait=False)
            mark('b')
        """,
        "",
        "a|b",
    ),
    "the jobs of a map": (
        """
        def work(name):
            mark(name)
            return name
        def main():
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                for name in pool.map(work, 'ab'):
                    mark('after_' + name)
        """,
        "a<after_a b<after_b",
        "a|b",
    ),
    "waiting for futures of threads": (
        """
        def work(name, seconds):
            time.sleep(seconds)
            mark(name)
        def main():
            pool = concurrent.futures.ThreadPoolExecutor(3)
            futures = [pool.submit(work, *each) for each in (('a', 0.001), ('b', 0.03), ('c', 0.2))]
            concurrent.futures.wait(futures[:2])
            mark('d')
            pool.shutdown()
        """,
        "a<d b<d",
        "a|b c|d",
    ),
    "futures of threads as they complete": (
        """
        def work(name, seconds):
            time.sleep(seconds)
            mark(name)
        def main():
            pool = concurrent.futures.ThreadPoolExecutor(2)
            futures = [pool.submit(work, *each) for each in (('a', 0.001), ('b', 0.1))]
            for number, future in enumerate(concurrent.futures.as_completed(futures)):
                mark('cd'[number])
            pool.shutdown()
        """,
        "a<c b<d a<d",
        "b|c",
    ),
    "a callback of a future of threads": (
        """
        def work():
            time.sleep(0.02)
            mark('a')
        def main():
            pool = concurrent.futures.ThreadPoolExecutor(1)
            mark('b')
            pool.submit(work).add_done_callback(lambda future: mark('c'))
            time.sleep(0.1)
            mark('d')
            pool.shutdown()
        """,
        "a<c b<c",
        "a|d c|d",
    ),
    "the default executor of a loop": (
        """
        def work(name):
            mark(name)
        async def run():
            loop = asyncio.get_running_loop()
            mark('a')
            future = loop.run_in_executor(None, work, 'b')
            await asyncio.sleep(0.02)
            mark('c')
            await future
            mark('d')
        def main():
            asyncio.run(run())
            mark('e')
        """,
        "a<b b<d d<e",
        "b|c",
    ),
}


@pytest.mark.parametrize("case", parameters(CASES))
def test_order(case: Case, trace_of: TraceOf) -> None:
    check(trace_of, case, IN_A_THREAD)


def test_what_is_per_thread_or_context_is_no_cell(trace_of: TraceOf) -> None:
    trace = trace_of(
        """
        import contextvars, threading
        class Own(threading.local):
            pass
        local, own, name = threading.local(), Own(), contextvars.ContextVar('name')
        class Box: pass
        box = Box()
        def work():
            local.value = own.value = 1
            name.set(name.get(0) + local.value + own.value)
            box.value = 1
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        work()
        """
    )
    assert {owner for _, owner, _, _ in trace.accesses()} == {"Box"}


def test_nothing_is_left_of_jobs_and_threads_that_never_run(record: Record) -> None:
    recording = record(
        """
        import concurrent.futures, threading
        from concurrent.futures.thread import _WorkItem
        pool = concurrent.futures.ThreadPoolExecutor(1)
        go = threading.Event()
        pool.submit(go.wait)
        for _ in range(1000):
            pool.submit(print)
        pool.shutdown(wait=False, cancel_futures=True)
        go.set()
        pool.shutdown()
        thread = threading.Thread(target=int)
        thread.start()
        thread.join()
        try:
            thread.start()
        except RuntimeError:
            pass
        for function, table in ((_WorkItem.__init__, 'jobs'), (threading.Thread.start, 'started')):
            cell = function.__closure__[function.__code__.co_freevars.index(table)]
            print(len(cell.cell_contents))
        """
    )
    assert (recording.stdout, recording.stderr) == ("0\n0\n", "")
