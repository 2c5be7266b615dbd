"""Processes that a recorded one forks: each has a trace of its own, which stands for itself and names its parent."""

from __future__ import annotations

import os
import sys
import textwrap
from pathlib import Path

import pytest
from recording import run_python
from trace_reader import Trace, read_trace

BOX = """
import asyncio, multiprocessing, os, sys, threading, time
from concurrent.futures import ProcessPoolExecutor

class Box:
    def __init__(self):
        self.items = {}

box = Box()

def work(name):
    box.value = name
    box.items[name] = name
    return name
"""

FORKS = {
    "exits": """
        child = os.fork()
        if child == 0:
            work("child")
            sys.exit(3)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        """,
    "leaves at once": """
        child = os.fork()
        if child == 0:
            work("child")
            os._exit(3)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        """,
    "beside threads": """
        stop = threading.Event()
        def busy():
            while not stop.is_set():
                work("thread")
                time.sleep(0.001)
        threads = [threading.Thread(target=busy) for _ in range(2)]
        for thread in threads:
            thread.start()
        import warnings
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            child = os.fork()
        if child == 0:
            work("child")
            os._exit(0)
        print(os.waitpid(child, 0)[1])
        stop.set()
        for thread in threads:
            thread.join()
        """,
    "multiprocessing": """
        context = multiprocessing.get_context("fork")
        process = context.Process(target=work, args=("child",))
        process.start()
        process.join()
        print(process.exitcode)
        """,
    "a pool": """
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
            print(list(pool.map(work, ["child"])))
        """,
    "from a task": """
        async def main():
            work("before")
            await asyncio.sleep(0)
            child = os.fork()
            if child == 0:
                work("child")
                os._exit(0)
            print(os.waitpid(child, 0)[1])
            await asyncio.sleep(0)
        asyncio.run(main())
        """,
}


def record(folder: Path, source: str, *options: str) -> tuple[dict[str, Trace], str]:
    """The traces by name, of a program that does what it does without us; and what it prints."""
    (folder / "program.py").write_text(BOX + textwrap.dedent(source))
    alone = run_python(folder, "program.py")
    done = run_python(
        folder, "-m", "staleread", "record", "--quiet", "-o", "t.srt", *options, str(folder / "program.py")
    )
    assert (done.returncode, done.stdout) == (alone.returncode, alone.stdout)
    assert done.stderr.replace(f"{folder}/", "") == alone.stderr.replace(f"{folder}/", "")
    traces = {path.name: read_trace(path) for path in sorted(folder.glob("t*.srt"))}
    for trace in traces.values():
        assert trace.end is not None and "off" not in trace.end
        stands_for_itself(trace)
    return traces, done.stdout


def stands_for_itself(trace: Trace) -> None:
    declared = {event.object for event in trace.of("object")}
    for event in trace.of("read", "write"):
        assert event.object in declared and event.site in trace.sites
        assert trace.key_text(event.key) is not None


def written(trace: Trace) -> list[str]:
    return [
        trace.key_text(event.key)
        for event in trace.of("write")
        if trace.key_text(event.key) not in ("structure", "items")
    ]


@pytest.mark.parametrize("name", FORKS)
def test_a_forked_child_has_a_trace_of_its_own(name: str, tmp_path: Path) -> None:
    traces, _ = record(tmp_path, f"work('parent')\n{textwrap.dedent(FORKS[name])}\nwork('parent')")
    parent = traces.pop("t.srt")
    assert len(traces) == 1
    [(file, child)] = traces.items()
    assert file == f"t.{child.pid}.srt"
    assert child.meta["parent"] == str(parent.pid) and child.meta["parent_trace"] == "t.srt"
    assert parent.end is not None and parent.end["children"] == str(child.pid)
    # Nothing of one is in the other: not what the parent had recorded when it forked, nor what the child did.
    assert written(parent).count("'parent'") >= 2 and "'child'" not in written(parent)
    assert "'child'" in written(child) and "'parent'" not in written(child)[:2]


def test_a_child_of_a_child_names_its_own_parent(tmp_path: Path) -> None:
    traces, out = record(
        tmp_path,
        """
        def fork(depth):
            child = os.fork() if depth else 1
            if child == 0:
                work(depth)
                fork(depth - 1)
                os._exit(0)
            if depth:
                os.waitpid(child, 0)
        work(0)
        fork(2)
        """,
    )
    assert len(traces) == 3
    by_pid = {str(trace.pid): trace for trace in traces.values()}
    child = next(trace for trace in traces.values() if trace.meta.get("parent") == str(traces["t.srt"].pid))
    grandchild = next(trace for trace in traces.values() if trace.meta.get("parent") == str(child.pid))
    assert child.end is not None and by_pid[child.end["children"]] is grandchild
    assert grandchild.meta["parent_trace"] == f"t.{child.pid}.srt"


def test_a_child_that_does_nothing_watched_leaves_nothing(tmp_path: Path) -> None:
    """Such as one that becomes another program."""
    traces, _ = record(
        tmp_path,
        """
        work("parent")
        for _ in range(3):
            child = os.fork()
            if child == 0:
                os.execv("/bin/sh", ["sh", "-c", "exit 5"])
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        """,
    )
    assert list(traces) == ["t.srt"]
    assert traces["t.srt"].end is not None and "children" not in traces["t.srt"].end


def test_traces_are_named_by_the_pattern_and_replace_nothing(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(
        BOX
        + textwrap.dedent(
            """
            work("parent")
            child = os.fork()
            if child == 0:
                open(f"t-{os.getpid()}.srt", "w").write("precious")
                work("child")
                sys.exit()
            os.waitpid(child, 0)
            print(os.getpid(), child)
            """
        )
    )
    done = run_python(tmp_path, "-m", "staleread", "record", "-o", "t-%p.srt", "program.py")
    parent, child = done.stdout.split()
    names = sorted(path.name for path in tmp_path.glob("t-*"))
    assert names == sorted([f"t-{parent}.srt", f"t-{child}.srt", f"t-{child}-2.srt"])
    assert (tmp_path / f"t-{child}.srt").read_text() == "precious"
    assert read_trace(tmp_path / f"t-{child}-2.srt").meta["parent"] == parent
    assert f"staleread analyze t-{parent}.srt t-{child}.srt" in done.stderr


@pytest.mark.skipif(sys.version_info < (3, 12), reason="nothing is warned of before")
def test_no_warning_of_threads_that_are_ours(tmp_path: Path) -> None:
    source = """
        import warnings
        warnings.simplefilter("error")
        for _ in range(3):
            work("parent")
            child = os.fork()
            if child == 0:
                work("child")
                grandchild = os.fork()
                if grandchild == 0:
                    work("grandchild")
                    os._exit(0)
                os.waitpid(grandchild, 0)
                os._exit(0)
            os.waitpid(child, 0)
        """
    traces, _ = record(tmp_path, source)
    assert len(traces) == 7


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to give up")
def test_a_worker_that_gives_up_its_rights_has_a_trace_all_the_same(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    traces, out = record(
        tmp_path,
        """
        child = os.fork()
        if child == 0:
            os.setgid(65534)
            os.setuid(65534)
            work("child")
            os._exit(0)
        print(os.waitpid(child, 0)[1])
        """,
    )
    assert out == "0\n"
    [child] = [trace for trace in traces.values() if "parent" in trace.meta]
    assert "'child'" in written(child)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to give up")
def test_a_process_that_may_make_no_file_there_does_its_work(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "program.py").write_text(
        BOX
        + textwrap.dedent(
            """
            os.setgid(65534)
            os.setuid(65534)
            work("parent")
            child = os.fork()
            if child == 0:
                work("child")
                sys.exit(7)
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            work("parent")
            """
        )
    )
    done = run_python(tmp_path, "-m", "staleread", "record", "--quiet", "-o", "t.srt", "program.py")
    assert (done.returncode, done.stdout) == (0, "7\n")
    (said,) = done.stderr.splitlines()
    assert said.endswith(": cannot write the trace: Permission denied")
    (path,) = tmp_path.glob("*.srt")
    assert read_trace(path).end is not None


def test_where_processes_cannot_share_memory_nobody_is_named(tmp_path: Path) -> None:
    traces, out = record(
        tmp_path,
        """
        import mmap
        def no_more(*_):
            raise OSError(12, "no more memory")
        mmap.mmap = no_more
        for _ in range(2):
            child = os.fork()
            if child == 0:
                work("child")
                sys.exit(3)
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), work("parent"))
        """,
    )
    assert out == "3 parent\n3 parent\n"
    assert [trace.meta.get("parent") is None for trace in traces.values()].count(True) == 1
    assert len(traces) == 3


def test_a_ctrl_c_around_a_fork_comes_behind_it(tmp_path: Path) -> None:
    """The interpreter drops what is raised around a fork. It is the parent's alone."""
    (tmp_path / "program.py").write_text(INTERRUPTED)
    done = run_python(tmp_path, "-m", "staleread", "record", "--quiet", "-o", "t.srt", "program.py")
    assert done.stdout.splitlines() == ["the child goes on"] * 2 + ["interrupted"] * 2, done.stderr
    end = read_trace(tmp_path / "t.srt").end
    assert end is not None and "off" not in end


INTERRUPTED = """
import os, signal
from staleread import _current

def interrupted(name):
    session = _current.session
    part, tried = getattr(session, name), []
    def interrupt_first():
        if not tried:
            tried.append(1)
            signal.raise_signal(signal.SIGINT)
        part()
    setattr(session, name, interrupt_first)
    try:
        if os.fork() == 0:
            print("the child goes on", flush=True)
            os._exit(0)
    except KeyboardInterrupt:
        os.wait()
        return "interrupted"

print(*[interrupted(name) for name in ("_pause", "_resume")], sep="\\n")
"""
