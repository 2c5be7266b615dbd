"""However a program ends, recorded it ends the same way."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from recording import SECONDS_MAX, Record, environment
from trace_reader import Event, read_trace

PROGRAMS = {
    "falls off its end": "print('done')",
    "exits with a number": "import sys; sys.exit(7)",
    "exits with a large number": "import sys; sys.exit(256 + 3)",
    "exits with a negative number": "import sys; sys.exit(-1)",
    "exits with nothing": "import sys; sys.exit()",
    "exits with a sentence": "import sys; sys.exit('no luck')",
    "exits with another object": "import sys; sys.exit([1, 2])",
    "exits with True": "import sys; sys.exit(True)",
    "raises": "def f():\n    {}['missing']\nf()",
    "raises from a cause": """
        def f():
            try:
                {}['a']
            except KeyError as error:
                raise ValueError('b') from error
        f()
        """,
    "raises within a task": """
        import asyncio
        async def inner():
            await asyncio.sleep(0)
            raise RuntimeError('lost')
        async def main():
            await asyncio.gather(inner(), inner())
        asyncio.run(main())
        """,
    "raises what is caught by wait_for": """
        import asyncio
        async def main():
            await asyncio.wait_for(asyncio.sleep(10), 0.001)
        try:
            asyncio.run(main())
        except asyncio.TimeoutError:
            print('late')
        """,
    "has its own excepthook": """
        import sys
        sys.excepthook = lambda tp, value, trace: print('mine', tp.__name__, trace.tb_lineno)
        1 / 0
        """,
    "has an excepthook that raises": """
        import sys
        def hook(tp, value, trace):
            raise LookupError('in the hook')
        sys.excepthook = hook
        1 / 0
        """,
    "leaves at once": "import os; print('x', flush=True); os._exit(4)",
    "has exit handlers": """
        import atexit
        atexit.register(print, 'bye')
        print('hello')
        """,
    "leaves a thread that goes on": """
        import threading, time
        def work():
            time.sleep(0.05)
            print('thread done')
        threading.Thread(target=work).start()
        print('main done')
        """,
    "leaves a daemon thread": """
        import threading, time
        def work():
            while True:
                time.sleep(0.001)
        threading.Thread(target=work, daemon=True).start()
        print('main done')
        """,
    "raises in a thread": """
        import threading
        def work():
            raise ValueError('in a thread')
        thread = threading.Thread(target=work, name='worker')
        thread.start()
        thread.join()
        """,
    "has a syntax error": "print('x'\n",
    "imports what is not there": "import there_is_no_such_module",
    "forks": """
        import os, sys
        class Box: pass
        box = Box()
        def work():
            box.value = 1
        work()
        child = os.fork()
        if child == 0:
            work()
            sys.exit(3)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        work()
        """,
    "aborts": "import os; os.abort()",
    "kills itself": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
}


def plain(source: str, folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "program.py").write_text(textwrap.dedent(source))
    return subprocess.run(
        [sys.executable, "program.py"],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )


@pytest.mark.parametrize("name", PROGRAMS)
def test_ends_as_it_would_have(name: str, record: Record, tmp_path: Path) -> None:
    recorded = record(PROGRAMS[name])
    alone = plain(PROGRAMS[name], tmp_path)
    assert recorded.status == alone.returncode
    assert recorded.stdout == alone.stdout
    # Run as a script, a file is named as on the command line; recorded, by its whole path.
    assert recorded.stderr.replace(str(tmp_path) + "/", "") == alone.stderr.replace(str(tmp_path) + "/", "")


@pytest.mark.parametrize("name", sorted(PROGRAMS.keys() - {"aborts", "kills itself"}))
def test_the_trace_ends_with_the_status(name: str, record: Record) -> None:
    recorded = record(PROGRAMS[name])
    end = recorded.trace.end
    assert end is not None
    assert int(end["status"]) & 0xFF == recorded.status
    assert int(end["events"]) == len(recorded.trace.events)


def test_code_of_the_command_line_fails_as_ever(tmp_path: Path) -> None:
    code = "def f(box):\n    box.value\nf(1)"
    alone, recorded = (
        subprocess.run(
            [sys.executable, *words, "-c", code],
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=SECONDS_MAX,
            check=False,
        )
        for words in ([], ["-m", "staleread", "record", "--quiet"])
    )
    assert "AttributeError" in alone.stderr
    assert (recorded.returncode, recorded.stderr) == (alone.returncode, alone.stderr)


WAITING = """
    import asyncio, sys
    class Box: pass
    async def main():
        box = Box()
        box.value = 1
        for turn in range(100):
            box.value += 1
            await asyncio.sleep(0.01)
            if turn == 40:
                print('ready', flush=True)
        await asyncio.sleep(60)
    asyncio.run(main())
    """


def interrupted(tmp_path: Path, how: signal.Signals, *words: str, writes: int = 0) -> tuple[int, str]:
    """Once it is `ready`, and so many writes are in the trace: a busy machine takes its time."""
    (tmp_path / "program.py").write_text(textwrap.dedent(WAITING))
    # A shell ignores interrupts for what it runs in the background, and children inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [sys.executable, *words, "program.py"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    until = time.monotonic() + SECONDS_MAX
    while writes and len(writes_in(tmp_path / "t.srt")) < writes and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(how)
    _, errors = process.communicate(timeout=SECONDS_MAX)
    return process.returncode, errors


def writes_in(path: Path) -> list[Event]:
    trace = read_trace(path)
    return [event for event in trace.of("write") if trace.key_text(event.key) == "value"]


def test_an_interrupt_ends_it_as_ever(tmp_path: Path) -> None:
    status, errors = interrupted(
        tmp_path, signal.SIGINT, "-m", "staleread", "record", "--quiet", "-o", "t.srt"
    )
    assert (status, errors) != (0, "")
    alone = interrupted(tmp_path, signal.SIGINT)
    assert status == alone[0] == -signal.SIGINT
    assert "staleread" not in errors
    assert errors.splitlines()[-1] == alone[1].splitlines()[-1] == "KeyboardInterrupt"
    end = read_trace(tmp_path / "t.srt").end
    assert end is not None and end["status"] == "130"


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_signal_that_ends_it_costs_the_last_moment_only(how: signal.Signals, tmp_path: Path) -> None:
    words = ("-m", "staleread", "record", "--quiet", "-o", "t.srt")
    status, _ = interrupted(tmp_path, how, *words, writes=10)
    assert status == -how
    assert read_trace(tmp_path / "t.srt").end is None
    assert len(writes_in(tmp_path / "t.srt")) >= 10


def test_the_end_does_not_wait_for_a_busy_thread(record: Record) -> None:
    """Where the agent waits, it waits for 30 seconds; without that, this takes one."""
    started = time.monotonic()
    recorded = record(
        """
        import threading
        class Box: pass
        box = Box()
        def work():
            while True:
                box.value = 1
        threading.Thread(target=work, daemon=True).start()
        while not hasattr(box, 'value'):
            pass
        print('done')
        """
    )
    assert (recorded.status, recorded.stdout, recorded.stderr) == (0, "done\n", "")
    assert time.monotonic() - started < 29
    assert recorded.trace.end is not None
