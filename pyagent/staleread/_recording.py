"""One recording: from the making of its file to its end frame. A process may have several, one after another.

In: what it is to do, and what the process watches. Out: a trace file, and the program as if nothing had been. What
must hold: whatever happens in here, the program runs on; nothing of one recording reaches the next, as each has its own
numbers for objects, actors and strings, and tells every row of its tables itself.
"""

from __future__ import annotations

import contextlib
import gc
import os
import platform
import sys
import threading
import time
from _thread import get_ident
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial

from staleread import __version__
from staleread._current_frames import current_frames
from staleread._dumps import Dumps, ended_by_exception
from staleread._late import LateBeginning
from staleread._options import Options
from staleread._order import install_order
from staleread._order.patching import Patches
from staleread._processes import Children, claim, path_of_child
from staleread._record.frames import Frames
from staleread._record.garbage import Garbage
from staleread._record.hooks import make_hooks, make_pass_throughs
from staleread._record.ignores import Ignores
from staleread._record.recorder import Recorder
from staleread._record.rows import SiteRows
from staleread._rewrite.importer import Rewriter
from staleread._rewrite.sites import SiteTable
from staleread._trace.events import ACTOR, BEGIN, OFF, ActorKind
from staleread._trace.rings import MemoryRing, open_file
from staleread._trace.segments import Segments
from staleread._trace.tables import KeptTables
from staleread._trace.writer import Writer

_META_TEXT_CHARACTERS_MAX = 16_384


@dataclass
class Watching:
    """What the process has rewritten, which outlives its recordings."""

    frames: Frames = field(default_factory=lambda: Frames(SiteTable()))
    ignores: Ignores = field(default_factory=Ignores)

    def __post_init__(self) -> None:
        self.rewriter = Rewriter(self.frames.table, make_pass_throughs())
        self.rewriter.on_code = self.frames.on_code
        self.rewriter.on_ignore = self.ignores.found


class Recording:
    """`start` raises OSError where the file cannot be made; nothing else of it ever raises."""

    def __init__(
        self,
        options: Options,
        watching: Watching,
        on_off: Callable[[], None],
        parent: Recording | None = None,
    ) -> None:
        """`on_off` is called when the agent has switched itself off. `parent` is the recording of the process that has
        forked this one."""
        self.options = options
        self.off_reason = ""
        self.trouble: OSError | None = None
        """Why there is no file, where it could not be made later."""
        self.pid = os.getpid()
        self.file = os.path.abspath(options.path)
        """Where the trace is, also after the program has gone to another folder."""
        self.pattern = self.file
        """What names the traces of processes that this one forks."""
        self.parent_pid = parent.pid if parent is not None else 0
        self.children = Children()
        self.recorder = Recorder(options, self.switch_off, watching.frames)
        self.patches = Patches()
        self.writer: Writer | None = None
        """None before there is a file."""
        self.dumps = Dumps(options, self.file) if options.dump_on else None
        """Where nothing is written before something happens."""
        if self.dumps is not None:
            self.recorder.on_failure = self.dumps.failed
        self._rewriter = watching.rewriter
        self._ignores = watching.ignores
        self._row_tables = self.recorder.tables.for_rows()
        self._site_rows = SiteRows(self.recorder.sites, self._row_tables, options.strings != "off")
        self._garbage = Garbage(self.recorder.identity, self.recorder.fail)
        self._on_off = on_off
        self._parent = parent
        self._late: LateBeginning | None = None
        self._late_meta: dict[str, str] = {}
        """What became known since the file's meta frame was written, or will be."""
        self._status: int | None = None
        self._ended = 0
        """How many parts of the end are done."""
        self._interrupted: BaseException | None = None
        self._alone = len(current_frames()) == 1
        """Whether the program has one thread only, before we have any."""
        self._paused: list[bool] = []
        """One item while the writer's thread waits, after a fork, to be brought back."""

    def start(self) -> None:
        self._open()
        self._install()

    def start_late(self) -> None:
        """The file is made with the first event, and is a new one."""
        self._late = LateBeginning(self.recorder.buffer, self._open_late, self.recorder.break_off)
        self._install()
        self._late.resume()

    def _open_late(self, goes_on: bool) -> None:
        try:
            if not self.options.dump_on:
                self.file = claim(self.file, path_of_child(self.pattern, self.pid))
            self.options = replace(self.options, path=self.file)
            with suppress(RuntimeError):  # The process has just begun to end: `stop` writes what there is.
                self._open(in_background=goes_on)
        except OSError as error:
            self.trouble = error
            self.switch_off(error.strerror or "the trace cannot be made")
            return
        if self._parent is not None:
            self._parent.children.tell()

    def _open(self, in_background: bool = True) -> None:
        recorder = self.recorder
        writer = Writer(
            open_file(self.options),
            recorder.buffer,
            recorder.tables,
            self._add_rows,
            self._introduce_thread,
            self._before_flush,
            recorder.break_off,
            self._segments(),
        )
        writer.on_late = partial(self._ask_for_time, writer)
        self.recorder.identity.on_sweep = writer.give_time
        ring = writer.file
        if self.dumps is not None and isinstance(ring, MemoryRing):
            writer.on_drained = partial(self.dumps.flush_ends, ring, self._end_of_dump)
        writer.meta = self._late_meta
        writer.start(self._meta())
        self.writer = writer  # Not before: there is no trace without its beginning.
        if in_background:
            writer.resume()

    def _install(self) -> None:
        try:
            self._ignores.begin(self._row_tables)
            install_order(self.patches, self.recorder, self._late_meta)
            if self.dumps is not None:
                self.dumps.install(self.patches)
            self.patches.replace(gc, "collect", self._garbage.collecting)
            self.patches.replace(gc, "get_referrers", self._garbage.referring)
            self.recorder.on_thread = self._no_longer_alone
            self._rewriter.set_alone(self._alone)
            self._rewriter.bind(make_hooks(self.recorder))
        except Exception as error:
            self.switch_off(f"{type(error).__name__}: {error}")

    def _no_longer_alone(self) -> None:
        """Another thread of the program is about to run."""
        self._rewriter.set_alone(False)

    def stop(self, status: int | None = None) -> None:
        """To be called once, and once more where that did not come to its end; `status` is the program's, where it ends."""
        if os.getpid() != self.pid:  # A fork that we have not been told of, or that went wrong.
            self.abandon()
            return
        self._status = status
        parts = (
            self._look_back,
            self._restore,
            self._begin_late,
            self._note_packages,
            self._finish,
            self._ignores.end,
            self.recorder.identity.forget_all,
        )
        while self._ended < len(parts):
            self._take_leave(parts[self._ended])
            self._ended += 1
        if self._interrupted is not None:
            raise self._interrupted

    def _take_leave(self, part: Callable[[], None]) -> None:
        """What fails is tried once more, and keeps nothing else from being done; nor does a Ctrl-C, which is kept."""
        try:
            part()
            return
        except Exception as error:
            self.recorder.fail(error)
        except BaseException as error:
            self._interrupted = error
        with suppress(Exception):
            part()

    def _begin_late(self) -> None:
        if self._late is not None:
            self._late.pause()
            self._late.begin(goes_on=False)

    def _note_packages(self) -> None:
        if self.writer is not None:
            self._late_meta["packages"] = self._packages()

    def _finish(self) -> None:
        if self.writer is None:
            return
        if ended_by_exception():
            self.recorder.on_failure()
        self.writer.finish(self._end)
        if self.dumps is not None and isinstance(self.writer.file, MemoryRing):
            self.dumps.judge(self.writer.file, self._end_of_dump)

    def open_now(self, without_event: bool = True) -> None:
        """Later the file might not be made any more: the process gives up its rights."""
        if self._late is not None and self.writer is None:
            self._late.pause()
            self._late.begin(without_event=without_event)
            self._late.resume()

    def flush(self) -> None:
        """The process may be another program in a moment, or may go on."""
        self.open_now(without_event=False)
        if self.writer is not None:
            self.writer.flush()

    def _look_back(self) -> None:
        """What can only be told when it is over."""
        if self.off_reason:
            return
        for call in self.recorder.on_stop:
            call()

    @property
    def is_child(self) -> bool:
        """Whether the process was forked by one that is recorded."""
        return self._parent is not None

    @property
    def lost(self) -> int:
        return self.recorder.buffer.lost

    def switch_off(self, reason: str) -> None:
        """Something of ours failed: the program goes on without us."""
        if not self.off_reason:
            self.off_reason = reason
            self._switch_off()

    def _switch_off(self) -> None:
        for part in (self._restore, self._on_off):
            with contextlib.suppress(Exception):  # It is told already that something failed.
                part()
        self.recorder.record((OFF, get_ident(), self.recorder.tables.string(self.off_reason), 0, 0, 0, 0, 0))

    def _restore(self) -> None:
        with contextlib.ExitStack() as stack:  # All three, whatever fails.
            stack.callback(self.recorder.watchdog.stop)
            stack.callback(self.patches.undo)
            self._rewriter.bind(make_pass_throughs())

    # Forks

    def pause(self) -> None:
        """The program is about to fork. What nobody has any more goes now, as it would have: not in the child once more."""
        with contextlib.ExitStack() as stack:  # The threads end, whatever fails: they begin again after it.
            if not self._paused:
                stack.callback(self._pause_writer)
                stack.callback(self._pause_late)
                stack.callback(self.recorder.watchdog.pause)
            self.children.fork()
            self.recorder.identity.sweep_fresh()
            self.recorder.identity.sweep()

    def _pause_late(self) -> None:
        if self._late is not None:
            self._late.pause()
            self._late.begin()  # Whoever is forked names our file.

    def _pause_writer(self) -> None:
        if self.writer is not None:
            self.writer.pause()

    def resume(self) -> None:
        """In the parent. From 3.13 on, the interpreter counts threads after this, and would warn of ours: the next
        watched function brings it back."""
        if sys.version_info >= (3, 13):
            if not self._paused:
                self._paused.append(True)
            self.recorder.on_enter = self._resume_on_enter
        else:
            self._resume_threads()

    def _resume_on_enter(self) -> None:
        self.recorder.on_enter = None
        try:
            self._paused.pop()  # Of several threads that come here at once, one finds it.
        except IndexError:
            return
        self._resume_threads()

    def _resume_threads(self) -> None:
        if self.writer is not None:
            self.writer.resume()
        elif self._late is not None:
            self._late.resume()
        self.recorder.watchdog.resume()

    def abandon(self) -> None:
        """In a child: the file is the parent's, and so is the recording."""
        self.recorder.watchdog.abandon()
        self._restore()
        self._ignores.end()
        if self.writer is not None:
            self.writer.abandon()
        self.recorder.identity.forget_all()

    # What the writer asks for

    def _add_rows(self, sites: set[int], functions: set[int]) -> None:
        """What the tables need for events that refer to these."""
        self._site_rows.add(sites, functions)
        self._ignores.reached(sites)
        self.recorder.honesty.reached(sites, functions)

    def _before_flush(self) -> None:
        if self.recorder.finds_no_memory:
            self.recorder.finds_no_memory = False
            self.off_reason = self.off_reason or MemoryError.__name__
            self._switch_off()
        self.recorder.identity.request_sweep()
        if self.dumps is not None:
            self.dumps.flush_begins()
        budget = self.recorder.budget
        budget.ask()
        self.recorder.bound_events()
        if budget.is_broken():
            self.switch_off("what has to be remembered of the program takes more memory than --memory allows")

    def _ask_for_time(self, writer: Writer) -> None:
        """The writer is late. Whoever enters a watched function, ends a step or has a new container gives it some."""
        self.recorder.identity.request_sweep()
        if self.recorder.on_enter is None:
            self.recorder.on_enter = partial(self._give_time, writer)

    def _give_time(self, writer: Writer) -> None:
        if not writer.is_late:
            self.recorder.on_enter = None
        writer.give_time()

    def _segments(self) -> Segments | None:
        tables = self.recorder.tables
        return Segments(tables, self._forget_rows) if isinstance(tables, KeptTables) else None

    def _forget_rows(self) -> None:
        """Has everything that was told of the source told again."""
        self.recorder.sites.forget_taken()
        self._ignores.again()

    def _introduce_thread(self, ident: int) -> list[int]:
        """A thread that was there before us, or that `threading` did not start."""
        if ident != threading.main_thread().ident:
            self._no_longer_alone()
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
            "argv": "\n".join(_command(options)),
            **{name: "\n".join(patterns) for name, patterns in self._patterns() if patterns},
            "root": options.root,
            "values": options.values,
            "strings": options.strings,
            "keys": options.keys,
            "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            **self._descent(),
        }
        return {name: text[:_META_TEXT_CHARACTERS_MAX] for name, text in meta.items()}

    def _patterns(self) -> list[tuple[str, list[str]]]:
        return [("watch", self.options.watch), ("ignore", self.options.ignore)]

    def _descent(self) -> dict[str, str]:
        parent = self._parent
        descent = {"parent": str(self.parent_pid)} if self.parent_pid else {}
        if parent is not None and parent.writer is not None:
            descent["parent_trace"] = os.path.relpath(parent.file, os.path.dirname(self.file))
        return descent

    def _end_of_dump(self, more: dict[str, str]) -> bytes:
        assert self.writer is not None
        return self.writer.end_frame({**self._end(), **more})

    def _end(self) -> dict[str, str]:
        events = self.writer.events if self.writer is not None else 0
        end = {"events": str(events), "lost_events": str(self.lost)}
        children = self.children.pids()
        if children:
            end["children"] = "\n".join(map(str, children))
        if self._status is not None:
            end["status"] = str(self._status)
        try:
            end.update(self.recorder.honesty.pairs())
        except Exception as error:
            self.recorder.fail(error)
        if self.recorder.budget.refused:
            end["unfollowed"] = str(self.recorder.budget.refused)
        if self.off_reason:
            end["off"] = self.off_reason
        return end

    def _packages(self) -> str:
        """`name==version` of the installed packages that were watched, that were used and not watched, and of the loop."""
        names = {code.module.partition(".")[0] for code in self.recorder.frames.codes.values()}
        names.update(self.recorder.honesty.unwatched(), {"uvloop"} & sys.modules.keys())
        names.discard("__main__")
        if not names:
            return ""
        from importlib import metadata

        found = []
        for name in sorted(names):
            try:
                found.append(f"{name}=={metadata.version(name)}")
            except Exception:
                continue
        return "\n".join(found)


def _command(options: Options) -> list[str]:
    """The command line; where strings are not told, what is run and how many arguments it was given."""
    if options.strings != "off":
        return options.argv
    told = 2 if options.argv[:1] == ["-m"] else 1
    return options.argv[:told] + ["…"] * len(options.argv[told:])
