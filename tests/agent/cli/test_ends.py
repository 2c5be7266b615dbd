"""The rarer ends of a process: recorded it has the same status and says the same, and the trace can be read."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest
from recording import run_python
from trace_reader import read_trace

WORK = """
import asyncio, atexit, ctypes, faulthandler, gc, os, signal, subprocess, sys, threading, time, weakref

class Box:
    pass

box = Box()

def work(value=1):
    box.value = value
    return box.value

def work_until_written():
    # Twice, as the first time may tell of what was there before.
    for _ in range(2 * os.path.exists("t.srt")):
        size = os.path.getsize("t.srt")
        while os.path.getsize("t.srt") == size:
            work(2)
            time.sleep(0.001)

work()
"""

WHOLE = {
    "threads, handlers and finalizers": """
        thread = threading.Thread(target=lambda: (work(), sys.exit(5)))
        thread.start()
        thread.join()

        def deep(depth):
            box.depth = depth
            return deep(depth + 1)
        sys.setrecursionlimit(400)
        try:
            deep(0)
        except RecursionError as error:
            print(type(error).__name__, work())
        sys.setrecursionlimit(1000)

        class Last:
            def __del__(self):
                print("gone", box is not None and work())
        last = Last()
        cycle = [Last()]
        cycle.append(cycle)
        del cycle
        weakref.finalize(last, print, "finalized")

        def fail():
            work()
            raise LookupError("at exit")
        atexit.register(print, "still called")
        atexit.register(lambda: (work(), sys.exit(6)))
        atexit.register(fail)
        sys.exit(4)
        """,
    "threads of both kinds at the end": """
        def on(seconds):
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                work()
                time.sleep(0.0001)
        threading.Thread(target=on, args=(60,), daemon=True).start()
        threading.Thread(target=on, args=(0.05,)).start()
        sys.exit(7)
        """,
    "a task that never ends": """
        async def forever():
            while True:
                work()
                await asyncio.sleep(0)
        async def main():
            task = asyncio.create_task(forever())
            await asyncio.sleep(0.01)
            sys.exit(8)
        asyncio.run(main())
        """,
    "other programs meanwhile": """
        show = [sys.executable, "-S", "-c", "import os; print(sorted(os.listdir('/proc/self/fd')))"]
        def ended(child):
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), work())
        ended(os.posix_spawn(sys.executable, show, os.environ))
        ended(os.posix_spawnp("sh", ["sh", "-c", "exit 3"], os.environ, setsigmask=[], setsigdef=[signal.SIGINT]))
        given, taken = os.pipe()
        os.set_inheritable(taken, True)
        subprocess.run(show, close_fds=False, check=True)
        subprocess.run(["sh", "-c", f"echo given >&{taken}"], close_fds=False, check=True)
        print(os.read(given, 10), work())
        """,
    "signals, and an exec that fails": """
        try:
            os.execv("/no/such/program", ["x"])
        except OSError as error:
            print(error.errno, work())

        class Late(Exception):
            pass
        def late(*_):
            work()
            raise Late("too late")
        signal.signal(signal.SIGALRM, late)
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        try:
            time.sleep(5)
        except Late as error:
            print(error)
        print([signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1)])
        print(signal.pthread_sigmask(signal.SIG_BLOCK, []), signal.set_wakeup_fd(-1))
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(work(9)))
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)
        """,
}

AFTER_A_WHILE = "faulthandler.dump_traceback_later(0.05, exit=True); threading.Event().wait()"

ADDRESS = re.compile("0x[0-9a-f]+")

CUT = {
    "becomes another program": """
        work(2)
        os.execlp("sh", "sh", "-c", "echo other; exit 3")
        """,
    "a signal of its own": "work(2); signal.raise_signal(signal.SIGTERM)",
    "a signal to itself": "work(2); os.kill(os.getpid(), signal.SIGKILL)",
    "an abort in a thread": """
        def give_up():
            work_until_written()
            os.abort()
        thread = threading.Thread(target=give_up)
        thread.start()
        thread.join()
        """,
    "a broken memory": "work_until_written(); os.kill(os.getpid(), signal.SIGSEGV)",
    "a termination that nobody handles": "work_until_written(); os.kill(os.getpid(), signal.SIGTERM)",
}


def same_end(folder: Path, source: str) -> None:
    (folder / "program.py").write_text(WORK + textwrap.dedent(source))
    program = str(folder / "program.py")
    alone = run_python(folder, program)
    recorded = run_python(folder, "-m", "staleread", "record", "--quiet", "-o", "t.srt", program)
    assert (recorded.returncode, recorded.stdout) == (alone.returncode, alone.stdout)
    assert ADDRESS.sub("", recorded.stderr) == ADDRESS.sub("", alone.stderr)


@pytest.mark.parametrize("name", WHOLE)
def test_it_ends_as_ever_and_the_trace_is_whole(name: str, tmp_path: Path) -> None:
    same_end(tmp_path, WHOLE[name])
    trace = read_trace(tmp_path / "t.srt")
    assert trace.end is not None and "off" not in trace.end
    assert trace.of("write")


@pytest.mark.parametrize("name", CUT)
def test_it_ends_as_ever_and_the_trace_has_all_until_then(name: str, tmp_path: Path) -> None:
    same_end(tmp_path, CUT[name])
    trace = read_trace(tmp_path / "t.srt")
    assert trace.end is None
    assert [trace.value_of(event.value) for event in trace.of("write")][-1] == 2


@pytest.mark.parametrize(
    "source, status",
    [("faulthandler.enable(); ctypes.string_at(0)", -11), (AFTER_A_WHILE, 1)],
    ids=["a broken memory", "a limit of time"],
)
def test_what_the_interpreter_tells_of_its_end_is_told(source: str, status: int, tmp_path: Path) -> None:
    """And frames of ours, too, in that which is told of all threads."""
    (tmp_path / "program.py").write_text(f"{WORK}\ndef end():\n    {source}\nwork_until_written()\nend()\n")
    program = str(tmp_path / "program.py")
    alone = run_python(tmp_path, program)
    recorded = run_python(tmp_path, "-m", "staleread", "record", "--quiet", "-o", "t.srt", program)
    assert recorded.returncode == alone.returncode == status
    told, told_alone = (
        [line for line in done.stderr.splitlines() if program in line or "rror" in line or "!" in line]
        for done in (recorded, alone)
    )
    assert told == told_alone != []
    trace = read_trace(tmp_path / "t.srt")
    assert [trace.value_of(event.value) for event in trace.of("write")][-1] == 2


def test_where_there_is_no_more_memory_the_program_goes_on(tmp_path: Path) -> None:
    """The agent may be the one that finds none: then it is off, and says so."""
    (tmp_path / "program.py").write_text(WORK + textwrap.dedent(NO_MEMORY))
    alone = run_python(tmp_path, "program.py")
    recorded = run_python(tmp_path, "-m", "staleread", "record", "--quiet", "-o", "t.srt", "program.py")
    assert (recorded.returncode, recorded.stdout) == (alone.returncode, alone.stdout)
    end = read_trace(tmp_path / "t.srt").end
    assert end is not None
    said = f"staleread: t.srt: the agent switched itself off: {end['off']}\n" if "off" in end else ""
    assert recorded.stderr == alone.stderr + said
    assert end.get("off", "MemoryError").startswith("MemoryError")


NO_MEMORY = """
        import resource
        pages = int(open("/proc/self/statm").read().split()[0])
        limit = pages * resource.getpagesize() + 200_000_000
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        def fill(kept, size):
            try:
                while True:
                    kept.append(bytearray(size))
            except MemoryError:
                return "full"
        kept = []
        print([fill(kept, 1 << bits) for bits in (24, 20, 16)])
        def more():
            failed = 0
            for turn in range(2_000):
                try:
                    box.items = [work(turn)]
                except MemoryError:
                    failed += 1
            return failed < 2_000
        more()
        kept.clear()
        print(more(), work())
        """
