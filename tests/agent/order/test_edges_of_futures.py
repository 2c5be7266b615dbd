"""What must happen before what around futures, groups of them, generators and what a loop calls by itself."""

from __future__ import annotations

import pytest
from edges import IN_A_LOOP, Case, check, parameters
from recording import TraceOf

CASES: dict[str, Case] = {
    "a future that is done already": (
        """
        async def setter(future):
            await asyncio.sleep(0.001)
            mark('a')
            future.set_result(1)
        async def main():
            future = asyncio.get_running_loop().create_future()
            task = asyncio.create_task(setter(future))
            await asyncio.sleep(0.02)
            mark('b')
            await future
            mark('c')
        """,
        "a<c",
        "a|b",
    ),
    "a future that fails, one that is cancelled": (
        """
        async def fail(future):
            await asyncio.sleep(0.001)
            mark('a')
            future.set_exception(KeyError())
        async def cancel(future):
            await asyncio.sleep(0.005)
            mark('b')
            future.cancel()
        async def ended(future):
            try:
                await future
            except (KeyError, asyncio.CancelledError):
                pass
        async def main():
            loop = asyncio.get_running_loop()
            one, other = loop.create_future(), loop.create_future()
            first = asyncio.create_task(fail(one))
            second = asyncio.create_task(cancel(other))
            await ended(one)
            mark('c')
            await ended(other)
            mark('d')
        """,
        "a<c b<d a<d",
        "b|c",
    ),
    "groups of what is done already": (
        """
        async def one(name):
            await asyncio.sleep(0.001)
            mark(name)
        async def main():
            tasks = [asyncio.create_task(one(name)) for name in 'abcde']
            await asyncio.sleep(0.05)
            mark('f')
            await asyncio.gather(tasks[0])
            mark('g')
            await asyncio.wait([tasks[1]])
            mark('h')
            await asyncio.wait_for(tasks[2], 1)
            mark('i')
            await asyncio.shield(tasks[3])
            mark('j')
            for each in asyncio.as_completed([tasks[4]]):
                await each
            mark('k')
        """,
        "a<g b<h c<i d<j e<k",
        "a|f b|g c|h d|i e|j",
    ),
    "futures of others that are done already": (
        """
        async def one(name):
            await asyncio.sleep(0.001)
            mark(name)
        async def main():
            shielded = asyncio.shield(asyncio.create_task(one('a')))
            threaded = asyncio.get_running_loop().run_in_executor(None, mark, 'b')
            gathered = asyncio.gather(one('c'), one('d'))
            await asyncio.sleep(0.05)
            mark('e')
            await shielded
            mark('f')
            await threaded
            mark('g')
            await gathered
            mark('h')
        """,
        "a<f b<g c<h d<h",
        "a|e b|f c|g d|g",
    ),
    "a job that was done before anybody could wait for it": (
        """
        async def main():
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                job = pool.submit(mark, 'a')
                while job.running() or pool._work_queue.qsize():
                    time.sleep(0.001)
                time.sleep(0.01)
                future = asyncio.wrap_future(job)
                mark('b')
                await future
                mark('c')
        """,
        "a<c b<c",
        "a|b",
    ),
    "a job that was done before code that is not watched could wait for it": (
        """
        class Patient(concurrent.futures.ThreadPoolExecutor):
            def submit(self, *job):
                future = super().submit(*job)
                time.sleep(0.05)
                return future
        async def main():
            asyncio.get_running_loop().set_default_executor(Patient(1))
            await asyncio.to_thread(mark, 'a')
            mark('b')
        """,
        "a<b",
        "",
    ),
    "a callback of a future": (
        """
        async def work():
            await asyncio.sleep(0.001)
            mark('b')
        async def main():
            task = asyncio.create_task(work())
            mark('a')
            task.add_done_callback(lambda _: mark('c'))
            await asyncio.sleep(0.02)
            mark('d')
        """,
        "a<c b<c",
        "b|d c|d",
    ),
    "shield": (
        """
        async def inner():
            await asyncio.sleep(0.01)
            mark('a')
        async def main():
            task = asyncio.create_task(inner())
            try:
                await asyncio.wait_for(asyncio.shield(task), 0.001)
            except asyncio.TimeoutError:
                mark('b')
            await asyncio.shield(task)
            mark('c')
        """,
        "a<c b<c",
        "a|b",
    ),
    "gather that fails early": (
        """
        async def fails():
            await asyncio.sleep(0.001)
            mark('a')
            raise KeyError
        async def slow():
            await asyncio.sleep(0.01)
            mark('b')
        async def main():
            task = asyncio.create_task(slow())
            try:
                await asyncio.gather(fails(), task)
            except KeyError:
                mark('c')
            await task
            mark('d')
        """,
        "a<c b<d",
        "b|c",
    ),
    "gather that keeps exceptions": (
        """
        async def fails(name, seconds):
            await asyncio.sleep(seconds)
            mark(name)
            raise KeyError
        async def main():
            await asyncio.gather(fails('a', 0.001), fails('b', 0.005), return_exceptions=True)
            mark('c')
        """,
        "a<c b<c",
        "a|b",
    ),
    "wait for the first exception": (
        """
        async def one(name, seconds, fails=False):
            await asyncio.sleep(seconds)
            mark(name)
            if fails:
                raise KeyError
        async def main():
            tasks = [asyncio.create_task(one('a', 0.001, True)), asyncio.create_task(one('b', 0.02))]
            done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            mark('c')
            done.pop().exception()
            await pending.pop()
            mark('d')
        """,
        "a<c b<d",
        "b|c",
    ),
    "wait with a timeout": (
        """
        async def one(name, seconds):
            await asyncio.sleep(seconds)
            mark(name)
        async def main():
            tasks = [asyncio.create_task(one('a', 0.001)), asyncio.create_task(one('b', 0.05))]
            done, pending = await asyncio.wait(tasks, timeout=0.02)
            mark('c')
            for task in done:
                task.result()
            mark('d')
            await asyncio.wait(pending)
            mark('e')
        """,
        "a<d a<e b<e",
        "b|c b|d",
    ),
    "wait_for in time": (
        """
        async def inner():
            await asyncio.sleep(0.001)
            mark('a')
        async def beside():
            await asyncio.sleep(0.002)
            mark('b')
        async def main():
            task = asyncio.create_task(beside())
            await asyncio.wait_for(inner(), 1)
            mark('c')
            await task
        """,
        "a<c",
        "b|c",
    ),
    "timers are not ordered": (
        """
        async def main():
            loop = asyncio.get_running_loop()
            mark('a')
            loop.call_later(0.001, mark, 'b')
            loop.call_later(0.005, mark, 'c')
            loop.call_at(loop.time() + 0.01, mark, 'd')
            await asyncio.sleep(0.05)
            mark('e')
        """,
        "a<b a<c a<d",
        "b|c c|d d|e",
    ),
    "the order of what is ready holds only for who queues in order": (
        """
        async def one(name, seconds):
            await asyncio.sleep(seconds)
            asyncio.get_running_loop().call_soon(mark, name)
            asyncio.get_running_loop().call_soon(mark, name + '2')
        async def main():
            await asyncio.gather(one('a', 0.001), one('b', 0.005))
            await asyncio.sleep(0.01)
        """,
        "a<a2 b<b2",
        "a|b a2|b a|b2",
    ),
    "an await that does not suspend is no order": (
        """
        class Ready:
            def __await__(self):
                return iter(())
        async def one(name, seconds, lock):
            await asyncio.sleep(seconds)
            await Ready()
            async with lock:
                await Ready()
            mark(name)
        async def main():
            lock = asyncio.Lock()
            await asyncio.gather(one('a', 0.001, lock), one('b', 0.005, lock))
        """,
        "",
        "a|b",
    ),
    "cancelling is telling": (
        """
        async def inner():
            try:
                await asyncio.sleep(1)
            except asyncio.CancelledError:
                mark('b')
                await asyncio.sleep(0.001)
                mark('c')
        async def main():
            task = asyncio.create_task(inner())
            await asyncio.sleep(0.001)
            mark('a')
            task.cancel()
            await asyncio.sleep(0.005)
            mark('d')
            await task
            mark('e')
        """,
        "a<b a<c c<e",
        "c|d",
    ),
    "a generator that is closed late": (
        """
        async def numbers():
            try:
                yield 1
                yield 2
            finally:
                await asyncio.sleep(0)
                mark('b')
        async def main():
            mark('a')
            async for number in numbers():
                break
            await asyncio.sleep(0.02)
            mark('c')
        """,
        "a<b",
        "b|c",
    ),
    "a generator that is closed when the loop ends": (
        """
        kept = []
        async def numbers():
            try:
                yield 1
            finally:
                mark('b')
        async def main():
            kept.append(numbers())
            async for number in kept[0]:
                mark('a')
                break
        """,
        "a<b",
        "",
    ),
    "a signal": (
        """
        import os, signal
        async def main():
            loop = asyncio.get_running_loop()
            done = loop.create_future()
            def handler():
                mark('b')
                if not done.done():
                    done.set_result(1)
            mark('a')
            loop.add_signal_handler(signal.SIGUSR1, handler)
            mark('a2')
            os.kill(os.getpid(), signal.SIGUSR1)
            await asyncio.sleep(0.02)
            mark('c')
            await done
            mark('d')
        """,
        "a<b a2<b b<d",
        "b|c",
    ),
    "a writer": (
        """
        import os
        async def main():
            loop = asyncio.get_running_loop()
            reader, writer = os.pipe()
            def writable():
                mark('b')
                loop.remove_writer(writer)
            mark('a')
            loop.add_writer(writer, writable)
            await asyncio.sleep(0.02)
            mark('c')
        """,
        "a<b",
        "b|c",
    ),
    "call_soon_threadsafe on the loop's own thread": (
        """
        async def main():
            loop = asyncio.get_running_loop()
            mark('a')
            loop.call_soon_threadsafe(mark, 'b')
            mark('c')
            await asyncio.sleep(0.01)
            mark('d')
        """,
        "a<b c<b",
        "b|d",
    ),
}

NEWER: dict[str, Case] = {
    "asyncio.timeout": (
        """
        async def main():
            task = asyncio.create_task(marked('a', 3))
            try:
                async with asyncio.timeout(0.005):
                    await asyncio.sleep(1)
            except TimeoutError:
                mark('b')
            await task
            mark('c')
        """,
        "a<c",
        "a|b",
    ),
    "a task group that fails": (
        """
        async def fails():
            await asyncio.sleep(0.001)
            mark('a')
            raise KeyError
        async def other():
            try:
                await asyncio.sleep(1)
            finally:
                mark('b')
        async def main():
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(fails())
                    group.create_task(other())
            except BaseException:
                mark('c')
        """,
        "a<b a<c b<c",
        "",
    ),
    "two runs of a runner": (
        """
        async def main():
            pass
        with asyncio.Runner() as runner:
            mark('a')
            runner.run(marked('b', 1))
            mark('c')
            runner.run(marked('d', 1))
            mark('e')
        """,
        "a<b b<c c<d d<e",
        "",
    ),
}

EAGER: dict[str, Case] = {
    "an eager task that waits is as any other": (
        """
        async def one(name, seconds):
            mark(name + '1')
            await asyncio.sleep(seconds)
            mark(name + '2')
        async def main():
            asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
            tasks = [asyncio.create_task(one('a', 0.001)), asyncio.create_task(one('b', 0.005))]
            await asyncio.sleep(0.02)
            mark('c')
            await tasks[0]
            mark('d')
            await tasks[1]
        """,
        "a1<a2 b1<b2 a2<d",
        "a2|b2 a2|c b2|d",
    ),
}


@pytest.mark.parametrize(
    "case", [*parameters(CASES), *parameters(NEWER, (3, 11)), *parameters(EAGER, (3, 12))]
)
def test_order(case: Case, trace_of: TraceOf) -> None:
    check(trace_of, case, IN_A_LOOP)
