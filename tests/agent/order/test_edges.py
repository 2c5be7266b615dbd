"""What must happen before what, and what need not: one small program for each row of the table of order."""

from __future__ import annotations

import pytest
from edges import IN_A_LOOP, IN_A_THREAD, Case, check, parameters
from recording import TraceOf

CASES: dict[str, Case] = {
    "create_task": (
        """
        async def main():
            mark('a')
            task = asyncio.create_task(marked('b'))
            mark('c')
            await asyncio.sleep(0)
            mark('d')
            await task
            mark('e')
        """,
        "a<b c<b a<c b<e d<e",
        "",
    ),
    "two tasks that wait are unordered": (
        """
        async def one(name):
            await asyncio.sleep(0.001)
            mark(name)
        async def main():
            await asyncio.gather(one('a'), one('b'))
            mark('c')
        """,
        "a<c b<c",
        "a|b",
    ),
    "a loop runs what is ready in order": (
        """
        async def main():
            first = asyncio.create_task(marked('a'))
            second = asyncio.create_task(marked('b'))
            await first; await second
        """,
        "a<b",
        "",
    ),
    "a protocol is told of its connection first": (
        """
        class Link(asyncio.Protocol):
            def __init__(self, made, received):
                self.made, self.received = made, received
            def connection_made(self, transport):
                mark(self.made)
            def data_received(self, data):
                mark(self.received)
                asyncio.create_task(marked(self.received.upper()))
        async def main():
            loop = asyncio.get_running_loop()
            links = []
            async def connect(made, received, returned):
                import socket
                ours, theirs = socket.socketpair()
                link, _ = await loop.create_unix_connection(lambda: Link(made, received), sock=ours)
                mark(returned)
                theirs.send(b'hello')
                await asyncio.sleep(0.01)
                link.close(), theirs.close()
            await asyncio.gather(connect('a', 'b', 'c'), connect('d', 'e', 'f'))
            mark('g')
        """,
        "a<b a<c d<e d<f b<B a<B d<E",
        "b|c e|f b|e b|f",
    ),
    "gather waits for every child": (
        """
        async def one(name, time):
            await asyncio.sleep(time)
            mark(name)
        async def main():
            await asyncio.gather(one('a', 0.001), one('b', 0.004), one('c', 0.008))
            mark('d')
        """,
        "a<d b<d c<d",
        "a|b b|c",
    ),
    "a gather that is done already": (
        """
        async def one(name, time):
            await asyncio.sleep(time)
            mark(name)
        async def main():
            both = asyncio.gather(one('a', 0.001), one('b', 0.002))
            await asyncio.sleep(0.02)
            mark('c')
            await both
            mark('d')
        """,
        "a<d b<d",
        "a|c b|c",
    ),
    "wait for all": (
        """
        async def one(name, time):
            await asyncio.sleep(time)
            mark(name)
        async def main():
            tasks = [asyncio.create_task(one('a', 0.001)), asyncio.create_task(one('b', 0.005))]
            await asyncio.wait(tasks)
            mark('c')
        """,
        "a<c b<c",
        "a|b",
    ),
    "wait for the first": (
        """
        async def one(name, time):
            await asyncio.sleep(time)
            mark(name)
        async def main():
            tasks = [asyncio.create_task(one('a', 0.001)), asyncio.create_task(one('b', 0.02))]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            mark('c')
            await tasks[1]
            mark('d')
        """,
        "a<c b<d",
        "b|c",
    ),
    "as_completed": (
        """
        async def one(name, done, others):
            await asyncio.sleep(0.001)
            while len(done) < others:
                await asyncio.sleep(0)
            mark(name)
            done.append(name)
        async def main():
            done = []
            tasks = [one('a', done, 0), one('b', done, 1)]
            for number, next_one in enumerate(asyncio.as_completed(tasks)):
                await next_one
                mark('cd'[number])
        """,
        "a<c a<d b<d",
        "a|b",
    ),
    "whoever asks a task that is done": (
        """
        async def one():
            await asyncio.sleep(0.001)
            mark('a')
        async def other(task):
            await asyncio.sleep(0.01)
            mark('b')
            if task.done():
                mark('c')
        async def main():
            task = asyncio.create_task(one())
            await other(task)
        """,
        "a<c",
        "a|b",
    ),
    "a future": (
        """
        async def one(future):
            await asyncio.sleep(0)
            mark('a')
            future.set_result(1)
            mark('b')
        async def main():
            future = asyncio.get_running_loop().create_future()
            task = asyncio.create_task(one(future))
            await future
            mark('c')
        """,
        "a<c b<c",
        "",
    ),
    "call_soon and call_later": (
        """
        async def main():
            loop = asyncio.get_running_loop()
            mark('a')
            loop.call_later(0.001, mark, 'b')
            loop.call_soon(mark, 'c')
            loop.call_soon(mark, 'd')
            mark('e')
            await asyncio.sleep(0.02)
            mark('f')
        """,
        "a<b e<b a<c c<d e<d c<f d<f",
        "b|c b|f",
    ),
    "an event": (
        """
        async def setter(event):
            mark('a')
            event.set()
        async def main():
            event = asyncio.Event()
            asyncio.create_task(setter(event))
            await event.wait()
            mark('b')
        """,
        "a<b",
        "",
    ),
    "an event that is set already": (
        """
        async def setter(event):
            await asyncio.sleep(0.001)
            mark('a')
            event.set()
        async def main():
            event = asyncio.Event()
            task = asyncio.create_task(setter(event))
            await asyncio.sleep(0.01)
            mark('b')
            await event.wait()
            mark('c')
        """,
        "a<c",
        "a|b",
    ),
    "an event that was set by another": (
        """
        async def setter(event, name, time):
            await asyncio.sleep(time)
            mark(name)
            event.set()
        async def main():
            event = asyncio.Event()
            tasks = [asyncio.create_task(setter(event, 'a', 0.001)), asyncio.create_task(setter(event, 'b', 0.005))]
            await asyncio.sleep(0.02)
            await event.wait()
            mark('c')
        """,
        "a<c",
        "b|c",
    ),
    "a condition": (
        """
        ready = []
        async def waiter(condition):
            async with condition:
                await condition.wait_for(lambda: ready)
            mark('b')
        async def main():
            condition = asyncio.Condition()
            task = asyncio.create_task(waiter(condition))
            await asyncio.sleep(0.001)
            async with condition:
                mark('a')
                ready.append(1)
                condition.notify()
            await task
        """,
        "a<b",
        "",
    ),
    "a lock is no order": (
        """
        async def one(lock, name):
            await asyncio.sleep(0.001)
            async with lock:
                await asyncio.sleep(0.002)
                mark(name)
        async def main():
            lock = asyncio.Lock()
            await asyncio.gather(one(lock, 'a'), one(lock, 'b'), one(lock, 'c'))
        """,
        "",
        "a|b b|c a|c",
    ),
    "nor is a semaphore": (
        """
        async def one(lock, name):
            await asyncio.sleep(0.001)
            async with lock:
                await asyncio.sleep(0.002)
                mark(name)
        async def main():
            lock = asyncio.Semaphore(1)
            await asyncio.gather(one(lock, 'a'), one(lock, 'b'), one(lock, 'c'))
        """,
        "",
        "a|b b|c a|c",
    ),
    "an item of a queue": (
        """
        async def producer(queue, name, time):
            await asyncio.sleep(time)
            mark(name)
            await queue.put(name)
        async def main():
            queue = asyncio.Queue()
            tasks = [asyncio.create_task(producer(queue, name, time)) for name, time in (('a', 0.001), ('b', 0.005))]
            await asyncio.sleep(0.02)
            await queue.get()
            mark('c')
            await queue.get()
            mark('d')
        """,
        "a<c b<d",
        "b|c a|b",
    ),
    "a queue in another order": (
        """
        async def producer(queue, name, time):
            await asyncio.sleep(time)
            mark(name)
            queue.put_nowait(name)
        async def main():
            queue = asyncio.LifoQueue()
            tasks = [asyncio.create_task(producer(queue, name, time)) for name, time in (('a', 0.001), ('b', 0.005))]
            await asyncio.sleep(0.02)
            queue.get_nowait()
            mark('c')
            queue.get_nowait()
            mark('d')
        """,
        "b<c a<d",
        "a|c",
    ),
    "task_done and join": (
        """
        async def worker(queue, name, time):
            await queue.get()
            await asyncio.sleep(time)
            mark(name)
            queue.task_done()
            await asyncio.sleep(1)
        async def main():
            queue = asyncio.Queue()
            queue.put_nowait(1); queue.put_nowait(2)
            tasks = [asyncio.create_task(worker(queue, name, time)) for name, time in (('a', 0.001), ('b', 0.005))]
            await queue.join()
            mark('c')
            for task in tasks: task.cancel()
        """,
        "a<c b<c",
        "a|b",
    ),
    "a queue that was full": (
        """
        async def consumer(queue):
            await asyncio.sleep(0.001)
            mark('a')
            await queue.get()
            await asyncio.sleep(1)
        async def main():
            queue = asyncio.Queue(maxsize=1)
            task = asyncio.create_task(consumer(queue))
            await queue.put(1)
            await asyncio.sleep(0.01)
            mark('b')
            await queue.put(2)
            mark('c')
            task.cancel()
        """,
        "a<c",
        "a|b",
    ),
    "wait_for and a timeout": (
        """
        async def inner():
            try:
                await asyncio.sleep(1)
            finally:
                mark('a')
        async def main():
            try:
                await asyncio.wait_for(inner(), 0.001)
            except asyncio.TimeoutError:
                mark('b')
        """,
        "a<b",
        "",
    ),
    "cancellation": (
        """
        async def inner():
            try:
                await asyncio.sleep(1)
            finally:
                mark('b')
        async def main():
            task = asyncio.create_task(inner())
            await asyncio.sleep(0.001)
            mark('a')
            task.cancel()
            try:
                await task
            except asyncio.CancelledError:
                mark('c')
        """,
        "a<b b<c",
        "",
    ),
    "to_thread": (
        """
        def work():
            mark('b')
        async def main():
            mark('a')
            await asyncio.to_thread(work)
            mark('c')
        """,
        "a<b b<c",
        "",
    ),
    "two jobs of an executor": (
        """
        def work(name):
            mark(name)
        async def main():
            loop = asyncio.get_running_loop()
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                await asyncio.gather(*(loop.run_in_executor(pool, work, name) for name in 'ab'))
            mark('c')
        """,
        "a<c b<c",
        "a|b",
    ),
    "two jobs of a single worker": (
        """
        def work(name):
            mark(name)
        async def main():
            loop = asyncio.get_running_loop()
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                await asyncio.gather(*(loop.run_in_executor(pool, work, name) for name in 'ab'))
        """,
        "a<b",
        "",
    ),
    "call_soon_threadsafe": (
        """
        def work(loop, future):
            mark('a')
            loop.call_soon_threadsafe(future.set_result, 1)
            time.sleep(0.02)
            mark('b')
        async def main():
            loop = asyncio.get_running_loop()
            future = loop.create_future()
            thread = threading.Thread(target=work, args=(loop, future))
            thread.start()
            await future
            mark('c')
            thread.join()
            mark('d')
        """,
        "a<c b<d",
        "b|c",
    ),
    "run_coroutine_threadsafe": (
        """
        def work(loop):
            mark('a')
            asyncio.run_coroutine_threadsafe(marked('b'), loop).result()
            mark('c')
        async def main():
            await asyncio.to_thread(work, asyncio.get_running_loop())
            mark('d')
        """,
        "a<b b<c c<d",
        "",
    ),
    "a reader": (
        """
        import os
        async def main():
            loop = asyncio.get_running_loop()
            reader, writer = os.pipe()
            done = loop.create_future()
            def readable():
                mark('b')
                loop.remove_reader(reader)
                done.set_result(1)
            mark('a')
            loop.add_reader(reader, readable)
            os.write(writer, b'x')
            await done
            mark('c')
        """,
        "a<b b<c",
        "",
    ),
}

NEWER: dict[str, Case] = {
    "a task group": (
        """
        async def one(name, time):
            await asyncio.sleep(time)
            mark(name)
        async def main():
            async with asyncio.TaskGroup() as group:
                mark('a')
                group.create_task(one('b', 0.001))
                group.create_task(one('c', 0.005))
            mark('d')
        """,
        "a<b a<c b<d c<d",
        "b|c",
    ),
    "a task group whose tasks are done": (
        """
        async def one(name, time):
            await asyncio.sleep(time)
            mark(name)
        async def main():
            async with asyncio.TaskGroup() as group:
                group.create_task(one('a', 0.001))
                group.create_task(one('b', 0.002))
                await asyncio.sleep(0.02)
                mark('c')
            mark('d')
        """,
        "a<d b<d",
        "a|c b|c",
    ),
    "a barrier": (
        """
        async def one(barrier, name, time):
            await asyncio.sleep(time)
            mark('before_' + name)
            await barrier.wait()
            mark('after_' + name)
        async def main():
            barrier = asyncio.Barrier(3)
            await asyncio.gather(*(one(barrier, name, time) for name, time in (('a', 0.001), ('b', 0.004), ('c', 0.008))))
        """,
        "before_a<after_b before_a<after_c before_b<after_a before_b<after_c before_c<after_a before_c<after_b",
        "before_a|before_b",
    ),
}

EAGER: dict[str, Case] = {
    "an eager task": (
        """
        async def one(name):
            mark(name + '1')
            await asyncio.sleep(0)
            mark(name + '2')
        async def done():
            mark('d')
        async def main():
            asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
            mark('a')
            task = asyncio.create_task(one('b'))
            mark('c')
            other = asyncio.create_task(done())
            await other
            await task
            mark('e')
        """,
        "a<b1 b1<b2 c<b2 b2<e d<e",
        "",
    ),
    "a task that is told to start right away": (
        """
        async def one(name, seconds):
            mark(name + '1')
            await asyncio.sleep(seconds)
            mark(name + '2')
        async def main():
            loop = asyncio.get_running_loop()
            mark('a')
            times = {'b': 0.004, 'c': 0.001}
            tasks = [asyncio.Task(one(each, times[each]), loop=loop, eager_start=True) for each in times]
            await tasks[0]
            await tasks[1]
            mark('e')
        """,
        "a<b1 a<c1 b1<b2 c1<c2 b2<e c2<e",
        "b2|c2",
    ),
}

THREADS: dict[str, Case] = {
    "a thread": (
        """
        def work():
            mark('b')
        def main():
            mark('a')
            thread = threading.Thread(target=work)
            thread.start()
            mark('c')
            thread.join()
            mark('d')
        """,
        "a<b b<d c<d",
        "b|c",
    ),
    "an event of threads": (
        """
        def work(event):
            mark('a')
            event.set()
            mark('b')
        def main():
            event = threading.Event()
            thread = threading.Thread(target=work, args=(event,))
            thread.start()
            event.wait()
            mark('c')
            thread.join()
        """,
        "a<c",
        "b|c",
    ),
    "a queue of threads": (
        """
        def work(items):
            mark('a')
            items.put('x')
            mark('b')
        def main():
            items = queue.Queue()
            thread = threading.Thread(target=work, args=(items,))
            thread.start()
            items.get()
            mark('c')
            thread.join()
        """,
        "a<c",
        "b|c",
    ),
    "join of a queue of threads": (
        """
        def work(items, name):
            items.get()
            mark(name)
            items.task_done()
        def main():
            items = queue.Queue()
            threads = [threading.Thread(target=work, args=(items, name)) for name in 'ab']
            for thread in threads: thread.start()
            items.put(1); items.put(2)
            items.join()
            mark('c')
        """,
        "a<c b<c",
        "a|b",
    ),
    "a barrier of threads": (
        """
        def work(barrier, name):
            mark('before_' + name)
            barrier.wait()
            mark('after_' + name)
        def main():
            barrier = threading.Barrier(2)
            threads = [threading.Thread(target=work, args=(barrier, name)) for name in 'ab']
            for thread in threads: thread.start()
            for thread in threads: thread.join()
        """,
        "before_a<after_b before_b<after_a",
        "before_a|before_b",
    ),
    "a lock of threads is no order": (
        """
        def work(lock, name):
            with lock:
                mark(name)
        def main():
            lock = threading.Lock()
            threads = [threading.Thread(target=work, args=(lock, name)) for name in 'ab']
            for thread in threads: thread.start()
            for thread in threads: thread.join()
        """,
        "",
        "a|b",
    ),
    "a job and its future": (
        """
        def work():
            mark('b')
            return 1
        def main():
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                mark('a')
                future = pool.submit(work)
                time.sleep(0.02)
                mark('c')
                future.result()
                mark('d')
        """,
        "a<b b<d",
        "b|c",
    ),
    "asyncio.run": (
        """
        def main():
            mark('a')
            asyncio.run(marked('b', 2))
            mark('c')
        """,
        "a<b b<c",
        "",
    ),
    "a loop that is closed": (
        """
        done = []
        async def background():
            await asyncio.sleep(0.001)
            mark('a')
            done.append('a')
            await asyncio.sleep(60)
        async def inner():
            task = asyncio.create_task(background())
            task._log_destroy_pending = False
            while not done:
                await asyncio.sleep(0)
        def main():
            loop = asyncio.new_event_loop()
            loop.run_until_complete(inner())
            mark('b')
            loop.close()
            mark('c')
        """,
        "a<c",
        "a|b",
    ),
    "two loops in two threads": (
        """
        def work(name):
            asyncio.run(marked(name, 1))
        def main():
            threads = [threading.Thread(target=work, args=(name,)) for name in 'ab']
            for thread in threads: thread.start()
            for thread in threads: thread.join()
            mark('c')
        """,
        "a<c b<c",
        "a|b",
    ),
}


@pytest.mark.parametrize(
    "case", [*parameters(CASES), *parameters(NEWER, (3, 11)), *parameters(EAGER, (3, 12))]
)
def test_order_in_a_loop(case: Case, trace_of: TraceOf) -> None:
    check(trace_of, case, IN_A_LOOP)


@pytest.mark.parametrize("case", parameters(THREADS))
def test_order_between_threads(case: Case, trace_of: TraceOf) -> None:
    check(trace_of, case, IN_A_THREAD)
