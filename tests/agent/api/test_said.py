"""What a program says of its own locks and of its own order, and what it does not say."""

from __future__ import annotations

from pathlib import Path

import pytest
import tool
from edges import Case, check_together, record_together
from trace_order import Order
from trace_reader import read_trace

IMPORTS = """
import staleread

async def later(name, seconds, *calls):
    await asyncio.sleep(seconds)
    mark(name)
    for call in calls:
        call()
"""

CASES: dict[str, Case] = {
    "a point": (
        """
        async def main():
            point = Marks()
            task = asyncio.create_task(later('sent', 0.005, lambda: staleread.order(before=point)))
            other = asyncio.create_task(later('other', 0.005))
            await asyncio.sleep(0.03)
            mark('before')
            staleread.order(after=point)
            mark('received')
        """,
        "sent<received",
        "sent|before other|received",
    ),
    "a named point, and several who come before": (
        """
        async def main():
            asyncio.create_task(later('one', 0.005, lambda: staleread.order(before='arrived')))
            asyncio.create_task(later('two', 0.008, lambda: staleread.order(before='arr' + 'ived')))
            await asyncio.sleep(0.03)
            staleread.order(after='arrived')
            mark('all')
        """,
        "one<all two<all",
        "one|two",
    ),
    "two tasks": (
        """
        async def main():
            first = asyncio.create_task(later('did', 0.005, ))
            async def working():
                await first_is_suspended()
                mark('later')
            async def first_is_suspended():
                mark('first')
                await asyncio.sleep(0.02)
            first = asyncio.create_task(working())
            then = asyncio.create_task(later('then', 0.03))
            await asyncio.sleep(0.01)
            mark('caller')
            staleread.order(first, then)
            await then
        """,
        "first<then",
        "later|then caller|then did|then",
    ),
    "the caller and a task": (
        """
        async def main():
            then = asyncio.create_task(later('then', 0.02))
            await asyncio.sleep(0.005)
            mark('said')
            staleread.order(None, then)
            await asyncio.sleep(0.002)
            mark('rest')
            await then
        """,
        "said<then",
        "rest|then",
    ),
    "a future that is done, and a point": (
        """
        async def main():
            loop = asyncio.get_running_loop()
            future = loop.create_future()
            asyncio.create_task(later('completed', 0.005, lambda: future.set_result(1)))
            async def linking():
                await asyncio.sleep(0.015)
                mark('linking')
                staleread.order(future, 'linked')
            asyncio.create_task(linking())
            await asyncio.sleep(0.03)
            staleread.order(after='linked')
            mark('received')
        """,
        "completed<received",
        "linking|received",
    ),
    "threads": (
        """
        async def main():
            pass
        def work():
            mark('work')
            staleread.order(before='done')
            mark('more')
        thread = threading.Thread(target=work)
        thread.start()
        while f'{case}_more' not in vars(marks):
            time.sleep(0.002)
        staleread.order(after='done')
        mark('seen')
        thread.join()
        """,
        "work<seen",
        "more|seen",
    ),
}


@pytest.fixture(scope="module")
def order(tmp_path_factory: pytest.TempPathFactory) -> Order:
    return record_together(CASES, IMPORTS, tmp_path_factory.mktemp("said"))


@pytest.mark.parametrize("name", CASES)
def test_order(name: str, order: Order) -> None:
    check_together(order, CASES, name)


LOCK = """
import asyncio, os
import staleread

class LockFile:
    async def __aenter__(self):
        while True:
            try:
                os.close(os.open("lock", os.O_CREAT | os.O_EXCL))
                break
            except FileExistsError:
                await asyncio.sleep(0.001)
        {acquired}
    async def __aexit__(self, *_):
        {released}
        os.unlink("lock")

class Account:
    def __init__(self):
        self.balance = 0
        self.lock = LockFile()
    async def deposit(self, amount):
        async with self.lock:
            balance = self.balance
            await asyncio.sleep(0.002)
            self.balance = balance + amount

async def main():
    account = Account()
    await asyncio.gather(account.deposit(1), account.deposit(2))

asyncio.run(main())
"""


@pytest.mark.parametrize("is_said", [True, False])
def test_a_lock_of_the_programs_own(tmp_path: Path, is_said: bool) -> None:
    acquired, released = (
        f"staleread.lock_{what}(self)" if is_said else "pass" for what in ("acquired", "released")
    )
    program = tmp_path / "program.py"
    program.write_text(LOCK.format(acquired=acquired, released=released))
    done = tool.record(program, tmp_path / "trace.srt", options=("--quiet",))
    assert (done.returncode, done.stderr) == (0, "")
    trace = read_trace(tmp_path / "trace.srt")
    assert [len(trace.of(name)) for name in ("lock", "acquire", "release")] == (
        [1, 2, 2] if is_said else [0, 0, 0]
    )
    found = {finding["kind"] for finding in tool.analyze(tmp_path / "trace.srt")["findings"]}
    assert found == (set() if is_said else {"lost-update"})
