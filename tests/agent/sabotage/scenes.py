"""Programs and ways to record them, which together reach the agent's lines; and one such recording.

In: a scene, a tracer. Out: what the user of the program saw of it, and what its traces are like. All in one process: so
what a recording leaves behind is noticed by the next one.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import io
import os
import signal
import struct
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from staleread._control import Control
from staleread._options import Options
from staleread._rewrite import compiling
from staleread._rewrite.cache import Cache
from staleread._session import Session
from staleread._trace.background import Background
from trace_reader import Damaged, read_trace

HERE = Path(__file__).resolve().parent
EVERYTHING, PROCESSES = HERE / "everything.py", HERE / "processes.py"

Tracer = Callable[[FrameType, str, Any], Any]


@dataclass(frozen=True)
class Scene:
    program: Path
    kind: str = "script"
    options: dict[str, Any] = field(default_factory=dict)
    begins: bool = True
    """Or the program begins by itself."""
    rewrites: bool = False
    """Its source is rewritten for every recording; that of others for the first only, as it takes half of the time."""

    def run(self, session: Session) -> None:
        name = self.program.stem if self.kind == "module" else str(self.program)
        session.run(self.kind, name, [])


SCENES = {
    "everything": Scene(EVERYTHING),
    "newest": Scene(EVERYTHING, options={"max_bytes": 1 << 16}),
    "turning": Scene(EVERYTHING, options={"rotate_bytes": 1 << 16}),
    "dumps": Scene(
        EVERYTHING,
        options={"dump_on": frozenset({"exception", "signal"}), "dump_signal": int(signal.SIGWINCH)},
    ),
    "module": Scene(EVERYTHING, kind="module", rewrites=True),
    "kept": Scene(EVERYTHING, kind="module"),
    "processes": Scene(PROCESSES),
    "told": Scene(HERE / "told.py", begins=False),
}


@dataclass
class Run:
    """One recording of the program, as its user saw it."""

    printed: str = ""
    said: str = ""
    """What the agent says to the user."""
    raised: str = ""
    off: str = ""
    """What the agent says of an error of its own, in the trace or to the user."""
    broken: str = ""
    """A trace that does not open."""
    cut: int = 0
    """How many have no end."""
    traces: int = 0
    left: str = ""
    """A function of the library in whose place something of ours still stands."""


class Stage:
    """Where scenes are recorded, again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._rewritten: dict[tuple[bytes, str], Any] = {}
        tempfile.tempdir = sys.pycache_prefix = str(folder)
        os.chdir(folder)
        self.session = Session(self._options(SCENES["everything"]))
        self.session.stands_by = True
        self.session.watching.rewriter.cache = Cache()
        Control(self.session, signal.SIGUSR2).listen()

    def _options(self, scene: Scene) -> Options:
        return Options(path=str(self.folder / "t.srt"), root=str(HERE), **scene.options)

    def record(self, name: str, tracer: Tracer) -> Run:
        """Runs a scene, with all code traced from the recording's beginning until it is closed."""
        scene, run, offs = SCENES[name], Run(), []
        for path in [*self.folder.glob("t*.srt*"), *(self.folder.rglob("*.srtc") if scene.rewrites else ())]:
            path.unlink()
        self.session.on_stop = lambda recording: offs.append(recording.off_reason)
        rewriting = contextlib.nullcontext() if scene.rewrites else rewritten_once(self._rewritten)
        with surroundings(tracer), rewriting, printing() as printed, traced(tracer):
            for part, words in (
                (self.session.start if scene.begins else None, "at the beginning"),
                (scene.run, ""),
                (self.session.stop, "at the end"),
            ):
                try:
                    if part == scene.run:
                        scene.run(self.session)
                    elif part == self.session.start:
                        part(self._options(scene))
                    elif part is not None:
                        part()
                except BaseException as error:
                    run.raised = f"{type(error).__name__} {words}".strip()
        lines = printed.getvalue().splitlines(keepends=True)
        run.printed = "".join(line for line in lines if not line.startswith("staleread: "))
        run.said = "".join(line for line in lines if line.startswith("staleread: "))
        run.off = next(filter(None, offs), "")
        self._look(run)
        return run

    def _look(self, run: Run) -> None:
        run.left = next(
            (function.__qualname__ for function in replaced() if hasattr(function, "__wrapped__")), ""
        )
        for path in sorted(self.folder.glob("t*.srt*")):
            if not path.stat().st_size:
                continue  # Only claimed.
            run.traces += 1
            try:
                end = read_trace(path).end
            except (AssertionError, Damaged, struct.error, IndexError, KeyError) as error:
                run.broken = f"{path.name}: {type(error).__name__}"
                continue
            if end is None:
                run.cut += 1
            else:
                run.off = run.off or end.get("off", "")


def replaced() -> tuple[Any, ...]:
    """Some of what a recording replaces: of the first ones and of the last ones."""
    return (
        *(asyncio.BaseEventLoop.run_until_complete, asyncio.Queue.put, asyncio.Event.set, asyncio.gather),
        *(
            threading.Thread.start,
            threading.Thread.join,
            threading.Event.set,
            threading.excepthook,
            gc.collect,
        ),
    )


@contextlib.contextmanager
def surroundings(tracer: Tracer) -> Iterator[None]:
    """Puts back what a program leaves behind, and has a child process say goodbye to the tracer."""
    leave, main, path, argv = os._exit, sys.modules["__main__"], list(sys.path), list(sys.argv)

    def leaving(status: int) -> None:
        getattr(tracer, "leave", lambda: None)()
        leave(status)

    os._exit = leaving  # type: ignore[assignment]
    sys.path.insert(0, str(HERE))
    try:
        yield
    finally:
        os._exit, sys.modules["__main__"], sys.path[:], sys.argv[:] = leave, main, path, argv
        sys.modules.pop("everything", None)


@contextlib.contextmanager
def printing() -> Iterator[io.StringIO]:
    """Everything that is printed, and what the interpreter says of exceptions that nobody can catch."""
    text = io.StringIO()
    hook, thread_hook = sys.unraisablehook, threading.excepthook
    sys.unraisablehook = lambda told: print(f"ignored: {told.exc_type.__name__}", file=text)
    try:
        with contextlib.redirect_stdout(text), contextlib.redirect_stderr(text):
            yield text
    finally:
        sys.unraisablehook, threading.excepthook = hook, thread_hook


@contextlib.contextmanager
def traced(tracer: Tracer) -> Iterator[None]:
    """In every thread, those of the agent too."""
    original = Background._run

    def run(self: Background) -> None:
        sys.settrace(tracer)
        original(self)

    Background._run = run  # type: ignore[method-assign]
    threading.settrace(tracer)
    sys.settrace(tracer)
    try:
        yield
    finally:
        sys.settrace(None)
        threading.settrace(None)  # type: ignore[arg-type]
        Background._run = original  # type: ignore[method-assign]


@contextlib.contextmanager
def rewritten_once(made: dict[tuple[bytes, str], Any]) -> Iterator[None]:
    """What was made of a source before is taken from there."""
    original = compiling.compile_rewritten

    def compiled(tree: Any, source: bytes, path: str) -> Any:
        if (source, path) not in made:
            made[source, path] = original(tree, source, path)
        return made[source, path]

    compiling.compile_rewritten = compiled
    try:
        yield
    finally:
        compiling.compile_rewritten = original
