"""Loops: several at once, one after another, one within a step of itself; and what is left behind when they are gone."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import pytest
import tool
from edges import Case, check
from recording import Record, TraceOf
from trace_order import TASK, Order
from trace_reader import read_trace

REENTRANT = """
    import contextlib, heapq
    from asyncio import events, futures, tasks

    # Lets a loop run again within one of its steps, as packages for notebooks do.
    asyncio.Task = tasks.Task = tasks._CTask = tasks._PyTask
    asyncio.Future = futures.Future = futures._CFuture = futures._PyFuture

    class Loop(asyncio.SelectorEventLoop):
        @contextlib.contextmanager
        def entered(self):
            thread, before = self._thread_id, events._get_running_loop()
            try:
                self._thread_id = threading.get_ident()
                events._set_running_loop(self)
                yield
            finally:
                self._thread_id = thread
                events._set_running_loop(before)

        def run_until_complete(self, future):
            with self.entered():
                future = asyncio.ensure_future(future, loop=self)
                while not future.done():
                    self._run_once()
                return future.result()

        def _run_once(self):
            ready, scheduled = self._ready, self._scheduled
            now = self.time()
            timeout = 0 if ready else max(scheduled[0]._when - now, 0) if scheduled else None
            self._process_events(self._selector.select(timeout))
            while scheduled and scheduled[0]._when < self.time() + self._clock_resolution:
                ready.append(heapq.heappop(scheduled))
            for _ in range(len(ready)):
                if not ready:
                    break
                handle = ready.popleft()
                if not handle._cancelled:
                    current = tasks._current_tasks.pop(self, None)
                    try:
                        handle._run()
                    finally:
                        if current is not None:
                            tasks._current_tasks[self] = current
"""

NESTED: dict[str, Case] = {
    "a loop that is run again within a step": (
        REENTRANT
        + """
    async def inner():
        mark('b')
        await asyncio.sleep(0.001)
        mark('c')

    async def other():
        mark('x')
        await asyncio.sleep(0.005)
        mark('y')

    async def main():
        task = asyncio.ensure_future(other())
        mark('a')
        loop.run_until_complete(inner())
        mark('d')
        await task
        mark('e')

    loop = Loop()
    loop.run_until_complete(main())
    mark('f')
    """,
        "a<b b<c c<d d<e x<y y<e",
        "c|y d|y",
    ),
    "another loop in the place of the one that runs": (
        """
    async def inner():
        mark('b')
        await asyncio.sleep(0)
        mark('c')

    async def main():
        mark('a')
        running, task = asyncio.get_running_loop(), asyncio.current_task()
        asyncio.tasks._leave_task(running, task)
        asyncio.events._set_running_loop(None)
        other = asyncio.new_event_loop()
        try:
            other.run_until_complete(inner())
        finally:
            other.close()
            asyncio.events._set_running_loop(running)
            asyncio.tasks._enter_task(running, task)
        mark('d')
        await asyncio.sleep(0)
        mark('e')

    asyncio.run(main())
    mark('f')
    """,
        "a<b b<c c<d d<e e<f",
        "",
    ),
}

LOOPS: dict[str, Case] = {
    "a loop handed to another thread": (
        """
    def work():
        loop.run_until_complete(marked('b', 2))
        mark('c')

    loop = asyncio.new_event_loop()
    loop.run_until_complete(marked('a', 2))
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    loop.run_until_complete(marked('d', 2))
    mark('e')
    """,
        "a<b b<c c<d d<e",
        "",
    ),
    "a loop that is stopped and runs on": (
        """
    def first():
        mark('a')
        loop.call_soon(second)
        loop.stop()

    def second():
        mark('c')
        loop.call_later(0.001, third)

    def third():
        mark('d')
        loop.stop()

    loop = asyncio.new_event_loop()
    loop.call_soon(first)
    loop.run_forever()
    mark('b')
    loop.run_forever()
    mark('e')
    loop.close()
    """,
        "a<c c<d",
        "b|c b|d",
    ),
    "loops in several threads that run at once": (
        """
    def work(one, other):
        async def both():
            await asyncio.gather(marked(one, 50), marked(other, 50))
        together.wait()
        asyncio.run(both())

    together = threading.Barrier(3)
    pairs = ['ab', 'cd', 'ef']
    threads = [threading.Thread(target=work, args=pair) for pair in pairs]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    mark('g')
    """,
        "a<g b<g c<g d<g e<g f<g",
        "a|c b|d c|e d|f",
    ),
    "a task factory of the program's own": (
        """
    class Task(asyncio.Task):
        pass

    def factory(loop, coroutine, **options):
        return Task(coroutine, loop=loop, **options)

    async def main():
        asyncio.get_running_loop().set_task_factory(factory)
        mark('a')
        one = asyncio.create_task(marked('b', 2))
        await asyncio.sleep(0.01)
        mark('c')
        await one
        mark('d')

    asyncio.run(main())
    """,
        "a<b a<c b<d c<d",
        "b|c",
    ),
    "handles put into a loop by other threads": (
        """
    def work(name):
        mark(name)
        loop.call_soon_threadsafe(done, name.upper())

    def done(name):
        mark(name)
        if hasattr(marks, 'A') and hasattr(marks, 'B'):
            loop.stop()

    loop = asyncio.new_event_loop()
    threads = [threading.Thread(target=work, args=(name,)) for name in 'ab']
    loop.call_soon(lambda: [thread.start() for thread in threads])
    loop.run_forever()
    """,
        "a<A b<B",
        "a|b",
    ),
}

RUNNER: Case = (
    """
    with asyncio.Runner() as runner:
        runner.run(marked('a', 2))
        mark('b')
        runner.run(marked('c', 2))
    mark('d')
    """,
    "a<b b<c c<d",
    "",
)


@pytest.mark.parametrize("name", LOOPS)
def test_order_of_loops(name: str, trace_of: TraceOf) -> None:
    check(trace_of, LOOPS[name], "")


@pytest.mark.parametrize("name", NESTED)
def test_order_within_a_step(name: str, trace_of: TraceOf) -> None:
    check(trace_of, NESTED[name], "")


@pytest.mark.skipif(sys.version_info < (3, 11), reason="came with Python 3.11")
def test_order_in_several_runs_of_a_runner(trace_of: TraceOf) -> None:
    check(trace_of, RUNNER, "")


def test_every_step_ends_where_it_began(trace_of: TraceOf) -> None:
    """Also where a callback stops the loop, an exception leaves it, or a handle is cancelled while it is ready."""
    trace = trace_of(
        """
        import asyncio
        def fail():
            raise ValueError
        def leave():
            raise KeyboardInterrupt
        async def main():
            loop = asyncio.get_running_loop()
            loop.set_exception_handler(lambda *_: None)
            loop.call_soon(fail)
            ready = loop.call_soon(fail)
            loop.call_soon(ready.cancel)
            cancelled = loop.call_soon(fail)
            cancelled.cancel()
            await asyncio.sleep(0.001)
            loop.call_soon(leave)
            await asyncio.sleep(10)
        loop = asyncio.new_event_loop()
        for _ in range(2):
            try:
                loop.run_until_complete(main())
            except KeyboardInterrupt:
                pass
        loop.call_soon(loop.stop)
        loop.run_forever()
        """
    )
    open_steps = 0
    for event in trace.events:
        open_steps += {"begin": 1, "end": -1}.get(event.name, 0)
        assert 0 <= open_steps <= 2  # the thread's, which never ends, and one within
    assert open_steps == 1
    begun = [event.actor for event in trace.of("begin")]
    assert all(event.actor in begun for event in trace.of("finish"))


def test_nothing_is_left_of_handles_that_never_run(record: Record) -> None:
    recording = record(
        """
        import asyncio, gc, os, socket
        async def main():
            loop = asyncio.get_running_loop()
            for _ in range(100):
                for handle in [loop.call_later(3600, print) for _ in range(1000)]:
                    handle.cancel()
                await asyncio.sleep(0)
            ours, theirs = socket.socketpair()
            for _ in range(1000):
                loop.add_reader(ours, print)
                loop.remove_reader(ours)
                loop.call_soon(print).cancel()
            await asyncio.sleep(0)
            ours.close(), theirs.close()
        asyncio.run(main())
        steps = next(obj for obj in gc.get_objects() if type(obj).__name__ == "Steps")
        tables = [value for value in vars(steps).values() if isinstance(value, (dict, set, list))]
        print(max(len(table) for table in tables) < 100)
        """
    )
    assert (recording.stdout, recording.stderr) == ("True\n", "")


def test_loops_leave_nothing_behind(record: Record) -> None:
    """They are freed when nobody has them any more, without the garbage collector, as they were before."""
    recording = record(
        """
        import asyncio, gc, weakref
        async def main():
            await asyncio.gather(*(asyncio.sleep(0) for _ in range(2)))
        def run():
            loop = asyncio.new_event_loop()
            loop.run_until_complete(main())
            loop.call_later(3600, print)
            queue = weakref.ref(loop._ready)
            loop.close()
            return weakref.ref(loop), queue
        run()
        gc.collect()
        gc.disable()
        alive = [ref for _ in range(1000) for ref in run() if ref() is not None]
        print(len(alive))
        """,
        "--blocked-after",
        "0",  # Who looks at a thread holds its frames for a moment.
    )
    assert (recording.stdout, recording.stderr) == ("0\n", "")


def test_single_turns_of_a_loop_hold_nothing(record: Record) -> None:
    """A program that turns a loop by itself finds a task destroyed that nobody has; `gather` may fail half-way."""
    recording = record(
        """
        import asyncio, gc
        async def main():
            await loop.create_future()
        async def failing():
            try:
                asyncio.gather(asyncio.sleep(0), {})
            except TypeError:
                await asyncio.sleep(0.001)
        loop = asyncio.new_event_loop()
        loop.set_exception_handler(lambda loop, context: print(context['message']))
        task = loop.create_task(main())
        asyncio._set_running_loop(loop)  # Python 3.14 wants it
        loop._run_once()
        asyncio._set_running_loop(None)
        del task
        gc.collect()
        print(len(asyncio.all_tasks(loop)))
        loop.run_until_complete(failing())
        """
    )
    assert (recording.stdout, recording.stderr) == ("Task was destroyed but it is pending!\n0\n", "")
    trace = recording.trace
    assert trace.end is not None and "off" not in trace.end


def test_what_an_exception_handler_is_told_goes_unless_it_keeps_it(record: Record) -> None:
    """It has a task in it; a dict cannot be watched by a weak reference."""
    recording = record(
        """
        import asyncio, gc
        kept = []
        def goes(loop, context):
            print(context['message'])
        def keeps(loop, context):
            kept.append(context)
            kept[0]['seen'] = True
        async def main():
            await loop.create_future()
        def abandon(handler):
            loop.set_exception_handler(handler)
            task = loop.create_task(main())
            loop.call_soon(loop.stop)
            loop.run_forever()
            del task
            gc.collect()
            print(len(asyncio.all_tasks(loop)))
        loop = asyncio.new_event_loop()
        abandon(goes)
        abandon(keeps)
        def look():
            return kept[0]['seen']
        look()
        """
    )
    tasks = "1" if sys.version_info >= (3, 14) else "0"  # one that is kept alive in its `__del__`
    assert recording.stdout == f"Task was destroyed but it is pending!\n0\n{tasks}\n"
    trace = recording.trace
    assert trace.end is not None and "off" not in trace.end
    seen = [event for event in trace.of("read", "write") if trace.key_text(event.key) == "'seen'"]
    assert [event.name for event in seen] == ["write", "read"] and seen[0].object == seen[1].object


def test_a_loops_queue_is_what_it_was(record: Record) -> None:
    recording = record(
        """
        import asyncio, collections
        loop = asyncio.new_event_loop()
        ready = loop._ready
        first, second, third = (loop.call_soon(print, word) for word in 'abc')
        assert isinstance(ready, collections.deque) and not isinstance(ready[0], tuple)
        assert ready and len(ready) == 3 and ready[0] is first and ready[-1] is third
        assert list(ready) == [first, second, third] == list(reversed(ready))[::-1]
        assert second in ready and ready.index(second) == 1 and ready.count(third) == 1
        assert ready.copy() == collections.deque([first, second, third]) == ready
        ready.remove(second)
        assert ready.pop() is third
        ready.appendleft(third)
        ready.insert(1, second)
        ready.rotate(1)
        loop.call_soon(loop.stop)
        loop.run_forever()
        assert not ready
        ready.extend([first, second])
        ready.clear()
        loop.close()
        """
    )
    assert (recording.stdout, recording.stderr) == ("a\nc\nb\n", "")
    trace = recording.trace
    assert trace.end is not None and "off" not in trace.end


def test_what_objects_lead_to_is_the_programs_own(record: Record) -> None:
    """Who measures what an object holds passes functions, classes and modules by, and finds nothing of ours that grows."""
    recording = record(
        """
        import asyncio, gc, queue, threading, types
        PASSED_BY = tuple(getattr(types, name) for name in types.__all__ if name.endswith("Type"))
        def led_to(start):
            found, pending = {id(start): start}, [start]
            while pending:
                for each in gc.get_referents(pending.pop()):
                    if not isinstance(each, PASSED_BY) and id(each) not in found:
                        found[id(each)] = each
                        pending.append(each)
            return found.values()
        async def main():
            loop, event, lock = asyncio.get_running_loop(), asyncio.Event(), asyncio.Lock()
            waiting = asyncio.create_task(event.wait())
            await asyncio.sleep(0)
            ours = set()
            things = [event, lock, asyncio.Condition(), asyncio.Semaphore(2), asyncio.Queue(), waiting]
            for thing in [*things, loop, loop.create_future(), threading.Barrier(1), queue.Queue()]:
                ours |= {type(each).__name__ for each in led_to(thing) if "staleread" in type(each).__module__}
            event.set()
            await waiting
            print(*sorted(ours))
        asyncio.run(main())
        """
    )
    found = set(recording.stdout.split())
    assert found - {"Passing"} == {"ReadyQueue", "Watched"}  # The third is the accelerator's.


def test_loops_that_run_when_the_recording_starts(tmp_path: Path) -> None:
    """A step of this thread's loop is under way, another thread's loop runs: from here on both are seen."""
    (tmp_path / "watched.py").write_text(
        "import asyncio\n"
        "class Marks: pass\n"
        "marks = Marks()\n"
        "def mark(name): setattr(marks, name, 1)\n"
        "async def marked(name):\n"
        "    await asyncio.sleep(0)\n"
        "    mark(name)\n"
        "async def main(event):\n"
        "    mark('a')\n"
        "    task = asyncio.create_task(marked('b'))\n"
        "    await asyncio.sleep(0)\n"
        "    mark('c')\n"
        "    event.set()\n"
        "    await task\n"
        "    mark('d')\n"
    )
    (tmp_path / "program.py").write_text(
        textwrap.dedent(
            """
            import asyncio, collections, threading
            import staleread

            ready, go = threading.Event(), threading.Event()

            async def elsewhere():
                ready.set()
                while not go.is_set():
                    await asyncio.sleep(0.001)
                from watched import marked
                await marked('x')
                await marked('y')

            async def waiting(event):
                await event.wait()
                from watched import mark
                mark('e')

            async def main():
                loop = asyncio.get_running_loop()
                event = asyncio.Event()
                waiter = asyncio.create_task(waiting(event))
                other = threading.Thread(target=lambda: asyncio.run(elsewhere()))
                other.start()
                await asyncio.sleep(0.001)
                ready.wait()
                staleread.start('trace.srt')
                import watched
                await watched.main(event)
                await waiter
                watched.mark('f')
                go.set()
                while other.is_alive():
                    await asyncio.sleep(0.001)
                staleread.stop()
                await asyncio.sleep(0.001)
                print(type(loop._ready) is collections.deque)

            asyncio.run(main())
            """
        )
    )
    done = tool.run(sys.executable, "program.py", cwd=tmp_path)
    assert (done.stdout, done.stderr) == ("True\n", "")
    trace = read_trace(tmp_path / "trace.srt")
    assert trace.end is not None and "off" not in trace.end
    order = Order(trace)
    for first, second in ("ab", "ac", "bd", "ce", "ef", "df", "xy"):
        assert order.before(first, second), f"{first} is before {second}"
    assert order.unordered("b", "x")
    kinds = {event.actor: event.actor_kind for event in trace.of("actor")}
    assert {kinds[order.marks[name].actor] for name in "abcdefxy"} == {TASK}
