"""uvloop's loops: the same order, the same findings, and the program as it was."""

from __future__ import annotations

import runpy
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import expectation
import pytest
import tool
from comparing import run_both
from edges import Case, check, check_together, record_together
from recording import Record, TraceOf
from trace_order import Order
from trace_reader import Event, Trace

pytest.importorskip("uvloop", exc_type=ImportError)

ON_UVLOOP = "import uvloop\nasyncio.events.new_event_loop = uvloop.new_event_loop\n"
"""What `asyncio.run` asks for a loop. From Python 3.12 on `uvloop.run` calls `asyncio.run` itself."""
ORDER = Path(__file__).parent.parent / "order"


def cases_of(*modules: str, table: str = "CASES") -> dict[str, Case]:
    tables = [runpy.run_path(str(ORDER / f"{module}.py"))[table] for module in modules]
    return {name: case for table in tables for name, case in table.items()}


LOOP_CASES = cases_of("test_edges", "test_edges_of_futures", "test_edges_of_primitives")
THREAD_CASES = cases_of("test_edges", table="THREADS")
PAIRS = ("counter", "condition", "fed_by_threads", "event_cleared_late")


@pytest.fixture(scope="module")
def order(tmp_path_factory: pytest.TempPathFactory) -> Order:
    return record_together(LOOP_CASES, ON_UVLOOP, tmp_path_factory.mktemp("uvloop"))


@pytest.mark.parametrize("name", LOOP_CASES)
def test_order_is_as_on_asyncios_loop(name: str, order: Order) -> None:
    check_together(order, LOOP_CASES, name)


@pytest.mark.parametrize("name", ["asyncio.run", "two loops in two threads"])
def test_order_between_loop_and_thread(name: str, trace_of: TraceOf) -> None:
    program, ordered, unordered = THREAD_CASES[name]
    check(trace_of, (ON_UVLOOP + textwrap.dedent(program), ordered, unordered), "\nmain()\n")


def test_a_closed_loop_comes_before_what_follows(trace_of: TraceOf) -> None:
    program, ordered, unordered = THREAD_CASES["a loop that is closed"]
    program = program.replace("asyncio.new_event_loop()", "uvloop.new_event_loop()")
    check(trace_of, (ON_UVLOOP + textwrap.dedent(program), ordered, unordered), "\nmain()\n")


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("folder", ["racy", "clean"])
def test_findings_are_as_on_asyncios_loop(folder: str, name: str, tmp_path: Path) -> None:
    source = tool.ROOT / "traces" / folder / f"{name}.py"
    program = tmp_path / source.name
    program.write_text(source.read_text().replace("asyncio.run(", "__import__('uvloop').run("))
    done = tool.record(program, tmp_path / "trace.srt", options=("--quiet",))
    assert done.stderr == ""
    report = tool.analyze(tmp_path / "trace.srt")
    differences = expectation.differences(expectation.load(source.with_suffix(".expected.yaml")), report)
    assert not differences, "\n".join(["", *differences])


PROTOCOLS = """
import asyncio, uvloop

class Service(asyncio.Protocol):
    calls = 0
    def connection_made(self, transport):
        self.transport = transport
        Service.calls += 1
    def data_received(self, data):
        Service.calls += 1
        asyncio.get_running_loop().call_soon(self.answer, data)
    def answer(self, data):
        self.transport.write(data)
    def connection_lost(self, error):
        Service.calls += 1

async def client(port, words):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for word in words:
        writer.write(word)
        print(await reader.readexactly(len(word)))
    writer.close()
    await writer.wait_closed()

async def main():
    server = await asyncio.get_running_loop().create_server(Service, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    await client(port, [b"one", b"two"])
    await client(port, [b"three"])
    await asyncio.sleep(0.02)
    server.close()
    print(Service.calls)

uvloop.run(main())
"""


def test_what_libuv_calls_directly_runs_in_steps_of_its_own(record: Record) -> None:
    recording = record(PROTOCOLS)
    assert (recording.status, recording.stderr) == (0, "")
    trace = recording.trace
    names = [trace.strings[event.string] for event in trace.events if event.name == "actor"]
    made, received = (
        sum(name.endswith(f".{method}") for name in names) for method in ("connection_made", "data_received")
    )
    assert (made, received) >= (2, 3)
    threads = {event.actor for event in trace.events if event.name == "actor" and event.actor_kind == 3}
    assert {event.name for _, event in accesses(trace)} == {"read", "write"}
    assert not [event for actor, event in accesses(trace) if actor in threads]


def accesses(trace: Trace) -> Iterator[tuple[int, Event]]:
    """What is read and written in functions, with the actor that does it."""
    running: list[int] = []
    for event in trace.events:
        if event.name == "begin":
            running.append(event.actor)
        elif event.name == "end":
            running.pop()
        elif event.name in ("read", "write"):
            yield running[-1], event


EVERYTHING = """
import asyncio, contextvars, os, signal, socket, sys, traceback, uvloop

variable = contextvars.ContextVar("variable", default="none")
FOLDER = os.path.dirname(os.path.abspath(__file__))

class Callback:
    def __call__(self, *args):
        raise LookupError(*args)
    def __repr__(self):
        return "<a callback>"

def told(loop, context):
    error = context["exception"]
    frames = [(os.path.basename(frame.filename), frame.name) for frame in traceback.extract_tb(error.__traceback__)]
    print(context["message"].split(" at 0x")[0], repr(error), frames, sorted(context))

async def fails():
    await asyncio.sleep(0)
    raise KeyError("task")

async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(told)
    loop.slow_callback_duration = 60
    handles = [loop.call_soon(Callback(), 1), loop.call_later(0.001, Callback(), 2), loop.call_soon(print, "soon")]
    print(*map(repr, handles))
    handles[1].cancel()
    print(handles[1].cancelled(), type(handles[0]).__name__, asyncio.iscoroutinefunction(loop.create_server))
    variable.set("here")
    loop.call_soon(lambda: print(variable.get()), context=contextvars.Context())
    loop.call_soon(lambda: print(variable.get(), [frame.name for frame in traceback.extract_stack()][-1:]))
    await asyncio.sleep(0.005)
    try:
        await asyncio.create_task(fails())
    except KeyError as error:
        print([frame.name for frame in traceback.extract_tb(error.__traceback__)])
    for wrong in (lambda: loop.call_soon(), lambda: loop.call_later(None, print), lambda: loop.call_soon(None),
                  lambda: loop.add_signal_handler(signal.SIGUSR1, fails), lambda: loop.add_reader("x", print)):
        try:
            wrong()
        except Exception as error:
            print(type(error).__name__, str(error)[:60])
    ours, theirs = socket.socketpair()
    ours.setblocking(False); theirs.setblocking(False)
    got = asyncio.Event()
    def readable(sock):
        print(sock.recv(10)); loop.remove_reader(sock); got.set()
    loop.add_reader(ours, readable, ours)
    await loop.sock_sendall(theirs, b"hello")
    await got.wait()
    signalled = asyncio.Event()
    loop.add_signal_handler(signal.SIGUSR1, signalled.set)
    os.kill(os.getpid(), signal.SIGUSR1)
    await asyncio.wait_for(signalled.wait(), 5)
    print(loop.remove_signal_handler(signal.SIGUSR1))
    print(await loop.run_in_executor(None, sorted, [2, 1]))
    process = await asyncio.create_subprocess_exec("cat", stdin=-1, stdout=-1)
    print(await process.communicate(b"through a pipe"), process.returncode)
    print(sorted(vars(loop)), [name for name in dir(uvloop.Loop) if name.startswith("_sr")])
    sys.stdout.flush()
    raise SystemExit(3)

uvloop.run(main(), debug="debug" in sys.argv)
"""


@pytest.mark.parametrize("mode", ["plain", "debug"])
def test_a_program_is_what_it_was(mode: str, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(EVERYTHING)
    both = run_both(
        tmp_path, "program.py", mode, folders=[path for path in sys.path if "site-packages" in path]
    )
    both.assert_same()
    assert both.bare.status == 3 and "through a pipe" in both.bare.stdout


def test_it_may_have_been_imported_before(tmp_path: Path, record: Record) -> None:
    (tmp_path / "sitecustomize.py").write_text("import uvloop\n")
    recording = record(PROTOCOLS, folders=[str(tmp_path)])
    assert (recording.status, recording.stderr) == (0, "")
    assert recording.trace.meta["loop"] == "uvloop.Loop"
    assert any(event.name == "read" for event in recording.trace.events)
    assert "uvloop" not in recording.trace.end["unseen"]
