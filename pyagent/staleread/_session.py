"""One recording: start, stop, fork, exit. The only place that knows all the others.

In: where to write, what to watch, what may be told. Out: a trace file, and the program as if nothing had
been. What must hold: whatever happens in here, the program runs on.
"""

from __future__ import annotations

import atexit
import gc
import os
import platform
import sys
import threading
import time
from _thread import get_ident
from collections.abc import Callable
from pathlib import Path
from typing import Any

from staleread import __version__
from staleread._options import Options
from staleread._order import install_order
from staleread._order.patching import Patches
from staleread._record.garbage import Garbage
from staleread._record.hooks import make_hooks, make_pass_throughs
from staleread._record.ignores import Ignores
from staleread._record.recorder import Recorder
from staleread._record.rows import SiteRows
from staleread._rewrite.cache import Cache
from staleread._rewrite.importer import Rewriter, install
from staleread._rewrite.program import run_code, run_module, run_script
from staleread._trace.events import ACTOR, BEGIN, OFF, ActorKind
from staleread._trace.rings import open_file
from staleread._trace.segments import Segments
from staleread._trace.tables import KeptTables
from staleread._trace.writer import Writer

_META_TEXT_CHARACTERS_MAX = 16_384


class Session:
    """`start` raises OSError where the file cannot be made; nothing else of it ever raises."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.status = 0
        self.off_reason = ""
        self.file = os.path.abspath(options.path)
        """Where the trace is, also after the program has gone to another folder."""
        self.on_stop: Callable[[], None] = lambda: None
        """Called when the file is closed."""
        self.recorder = Recorder(options, self._switch_off)
        self.rewriter = Rewriter(self.recorder.sites, make_pass_throughs())
        self.rewriter.cache = Cache() if options.cache else None
        self.rewriter.on_code = self.recorder.frames.on_code
        tables = self.recorder.tables.for_rows()
        self._site_rows = SiteRows(self.recorder.sites, tables)
        self._ignores = Ignores(tables)
        self.rewriter.on_ignore = self._ignores.found
        self._finder = install(options.watch, options.ignore, Path(options.root), self.rewriter)
        self._patches = Patches()
        self._paused: list[bool] = []
        """One item while the writer's thread waits, after a fork, to be brought back."""
        self._recording = False
        self._garbage = Garbage(self.recorder.identity)
        self.writer: Writer

    def start(self) -> None:
        recorder = self.recorder
        self.writer = Writer(
            open_file(self.options),
            recorder.buffer,
            recorder.tables,
            self._add_rows,
            self._introduce_thread,
            recorder.identity.request_sweep,
            recorder.fail,
            self._segments(),
        )
        self.writer.start(self._meta())
        self._recording = True
        try:
            self._install()
        except Exception as error:
            self._switch_off(f"{type(error).__name__}: {error}")
        os.register_at_fork(
            before=self._forking, after_in_parent=self._has_forked, after_in_child=self._forked
        )
        atexit.register(self.stop)

    def _install(self) -> None:
        install_order(self._patches, self.recorder, self.writer.meta)
        self._patches.replace(os, "_exit", self._exiting)
        self._patches.replace(gc, "collect", self._garbage.collecting)
        self.rewriter.bind(make_hooks(self.recorder))

    def stop(self) -> None:
        """Ends the recording; a second call does nothing."""
        if not self._recording:
            return
        self._look_back()
        self._recording = False
        self._restore()
        self.writer.meta["packages"] = self._packages()
        self.writer.finish(self._end)
        self.recorder.identity.forget_all()
        self.on_stop()

    def _look_back(self) -> None:
        """What can only be told when the program is over."""
        if self.off_reason:
            return
        try:
            for call in self.recorder.on_stop:
                call()
        except Exception as error:
            self.recorder.fail(error)

    @property
    def lost(self) -> int:
        return self.recorder.buffer.lost

    def run(self, kind: str, name: str, arguments: list[str]) -> None:
        """Runs a script, a module or a text of code as the interpreter would."""
        runners = {"script": run_script, "module": run_module, "code": run_code}
        runners[kind](self._finder, name, arguments)

    def _switch_off(self, reason: str) -> None:
        """Something of ours failed: the program goes on without us."""
        if self.off_reason:
            return
        self.off_reason = reason
        self._restore()
        self.recorder.record((OFF, get_ident(), self.recorder.tables.string(reason), 0, 0, 0, 0, 0))

    def _restore(self) -> None:
        self.rewriter.bind(make_pass_throughs())
        self._finder.uninstall()
        self._patches.undo()
        self.recorder.watchdog.stop()

    def _exiting(self, original: Any) -> Any:
        """`os._exit` runs no exit handler: the file is completed before."""

        def wrapper(status: int) -> None:
            try:
                self.status = status
                self.stop()
            finally:
                original(status)

        return wrapper

    def _forking(self) -> None:
        if self._recording and not self._paused:
            self.recorder.watchdog.pause()
            self.writer.pause()

    def _has_forked(self) -> None:
        """In the parent. From 3.13 on, the interpreter counts threads after this, and would warn of ours: the next
        watched function brings it back."""
        if not self._recording:
            return
        self.recorder.honesty.has_forked = True
        if sys.version_info >= (3, 13):
            if not self._paused:
                self._paused.append(True)
            self.recorder.on_enter = self._resume
        else:
            self._resume_threads()

    def _resume(self) -> None:
        self.recorder.on_enter = None
        try:
            self._paused.pop()  # Of several threads that come here at once, one finds it.
        except IndexError:
            return
        if self._recording:
            self._resume_threads()

    def _resume_threads(self) -> None:
        self.writer.resume()
        self.recorder.watchdog.resume()

    def _forked(self) -> None:
        """In a child: the file is the parent's, and so is the recording."""
        if not self._recording:
            return
        self._recording = False
        self.recorder.watchdog.abandon()
        self._restore()
        self.writer.abandon()

    def _add_rows(self, sites: set[int], functions: set[int]) -> None:
        """What the tables need for events that refer to these."""
        self._site_rows.add(sites, functions)
        self._ignores.reached(sites)
        self.recorder.honesty.reached(sites, functions)

    def _segments(self) -> Segments | None:
        tables = self.recorder.tables
        return Segments(tables, self._forget_rows) if isinstance(tables, KeptTables) else None

    def _forget_rows(self) -> None:
        """Has everything that was told of the source told again."""
        self.recorder.sites.forget_taken()
        self._ignores.again()

    def _introduce_thread(self, ident: int) -> list[int]:
        """A thread that was there before us, or that `threading` did not start."""
        thread = threading._active.get(ident)  # type: ignore[attr-defined]
        name = getattr(thread, "_name", "") or f"thread {ident}"
        actor = self.recorder.identity.next_actor()
        string = self.recorder.tables.string(name)
        declared = [ACTOR, ident, actor, ActorKind.THREAD, string, 0, 0, 0]
        return [*declared, BEGIN, ident, actor, 0, 0, 0, 0, 0]

    def _meta(self) -> dict[str, str]:
        options = self.options
        meta = {
            "agent": __version__,
            "python": platform.python_version(),
            "implementation": platform.python_implementation(),
            "platform": platform.platform(),
            "hostname": platform.node(),
            "argv": "\n".join(options.argv),
            "root": options.root,
            "values": options.values,
            "strings": options.strings,
            "keys": options.keys,
            "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        }
        return {name: text[:_META_TEXT_CHARACTERS_MAX] for name, text in meta.items()}

    def _end(self) -> dict[str, str]:
        end = {
            "events": str(self.writer.events),
            "lost_events": str(self.recorder.buffer.lost),
            "status": str(self.status),
        }
        try:
            end.update(self.recorder.honesty.pairs())
        except Exception as error:
            self.recorder.fail(error)
        if self.off_reason:
            end["off"] = self.off_reason
        return end

    def _packages(self) -> str:
        """`name==version` of the installed packages that were watched."""
        watched = {code.module.partition(".")[0] for code in self.recorder.frames.codes.values()}
        watched.discard("__main__")
        if not watched:
            return ""
        from importlib import metadata

        found = []
        for name in sorted(watched):
            try:
                found.append(f"{name}=={metadata.version(name)}")
            except Exception:
                continue
        return "\n".join(found)
