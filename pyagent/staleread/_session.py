"""The process that records: what it watches, and one recording after another.

In: what to watch, and when to record. Out: recordings, started and stopped, ended with the process and told of its
forks. What must hold: whatever happens in here, the program runs on.
"""

from __future__ import annotations

import atexit
import io
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import CodeType
from typing import Any

from staleread import _current
from staleread._interrupts import Interrupts
from staleread._options import Options, project_folder
from staleread._order.patching import Patches, pass_unseen
from staleread._processes import expanded, path_of_child
from staleread._record.recorder import reason
from staleread._recording import Recording, Watching
from staleread._rewrite.cache import Cache
from staleread._rewrite.importer import Finder, install
from staleread._rewrite.program import run_code, run_module, run_script
from staleread._rewrite.watch import Watched

_TURN_WAIT_S = 30.0
"""For whoever starts or stops a recording while somebody else does."""

_REPLACING = ("execv", "execve")
"""After these the process is another program."""

_LOSING_RIGHTS = (
    "setuid",
    "seteuid",
    "setreuid",
    "setresuid",
    "setgid",
    "setegid",
    "setregid",
    "setresgid",
    "chroot",
)
"""Servers call them in each worker, before it does anything."""

_HARMLESS = frozenset(getattr(signal, name, None) for name in ("SIGCHLD", "SIGCONT", "SIGURG", "SIGWINCH"))
"""Signals that are ignored where nobody handles them."""


def _always(*_: Any, **__: Any) -> bool:
    return True


def _is_last(number: int) -> bool:
    """Whether the process may die of this signal: servers send it to themselves once they have put things in order."""
    return signal.getsignal(number) == signal.SIG_DFL and number not in _HARMLESS


def _is_last_for_us(pid: int, number: int) -> bool:
    return pid == os.getpid() and number > 0 and _is_last(number)


class IsUnderWay(RuntimeError):
    """A recording, and another one was to begin."""


def _tell(error: Exception) -> None:
    """What keeps a recording from being."""
    try:
        print(f"staleread: nothing is recorded: {reason(error)}", file=sys.stderr)
    except Exception:  # Nobody is there to be told.
        return


class Session:
    """One for a process. `start` raises OSError where the file cannot be made; nothing else of it ever raises."""

    def __init__(self, options: Options) -> None:
        """`options` say what is watched from now on; nothing is recorded before `start`."""
        self.options = options
        self.status = 0
        """The program's, once it is known."""
        self.stands_by = False
        """Whether another recording may begin: what is imported until then is watched."""
        self.came_late = False
        """Whether the program's modules were imported before anybody watched: their functions are followed."""
        self.on_stop: Callable[[Recording], None] = lambda recording: None
        """Called when a recording's file is closed."""
        self._watching = Watching()
        self._watching.rewriter.cache = Cache() if options.cache else None
        self._finder = install(options.watch, options.ignore, Path(options.root), self._watching.rewriter)
        self._recordings: list[Recording] = []
        """The one that is under way, if any."""
        self._patches = Patches()
        self._changing = threading.RLock()
        """Held by whoever starts or stops a recording: of several threads, or of a signal and the program's end."""
        self._forks = threading.RLock()
        self._holds_table: list[bool] = []
        self._interrupts = Interrupts()
        _current.session = self
        os.register_at_fork(
            before=self._forking, after_in_parent=self._has_forked, after_in_child=self._forked
        )
        self._interrupts.hand_on_after_forks()
        atexit.register(self._ending)

    @property
    def recording(self) -> Recording | None:
        """The one that is under way."""
        return self._recordings[0] if self._recordings else None

    @property
    def finder(self) -> Finder:
        return self._finder

    @property
    def watching(self) -> Watching:
        return self._watching

    def start(self, options: Options | None = None) -> None:
        """Starts a recording, `options` of its own or the session's. Modules that were imported while nobody watched
        them stay unseen."""
        try:
            with self._in_turn():
                if self._recordings:
                    raise IsUnderWay("a recording is under way")
                self._begin(self._new(options or self.options), Recording.start)
        except (IsUnderWay, OSError):
            raise
        except Exception as error:
            _tell(error)

    def start_late(self, parent_pid: int = 0) -> None:
        """The same for a process that may not do anything watched: the file is made with the first event, and replaces
        none. `parent_pid` is the process that has started this one."""
        try:
            with self._in_turn():
                recording = self._new(self.options)
                recording.parent_pid = parent_pid
                self._begin(recording, Recording.start_late)
        except OSError:
            raise
        except Exception as error:
            _tell(error)

    def code_of_main(self, path: str, module: str) -> CodeType | None:
        """The code of the main program's file under another name; None where it is not watched."""
        root = project_folder(path)
        for recording in self._recordings:
            recording.options = replace(recording.options, root=root)
            self._finder.watched = Watched(recording.options.watch, recording.options.ignore, Path(root))
        if not (self._recordings or self.stands_by) or not self._finder.watched(module, path):
            return None
        with io.open_code(path) as file:
            source = file.read()
        return self._watching.rewriter.compile(source, path, module, self._finder.watched.relative(path))

    def _new(self, options: Options) -> Recording:
        named = replace(options, path=expanded(options.path, os.getpid()))
        recording = Recording(named, *self._parts())
        recording.pattern = os.path.abspath(options.path)
        return recording

    def _parts(self) -> tuple[Watching, Callable[[], None]]:
        return self._watching, self._finder.uninstall

    def _begin(self, recording: Recording, start: Callable[[Recording], None]) -> None:
        options = recording.options
        self._finder.watched = Watched(options.watch, options.ignore, Path(options.root))
        self._finder.install()
        self._recordings.append(recording)
        try:
            start(recording)
            self._patch_process()
            for call in _current.on_start:
                call(self)
        except Exception as error:
            if not isinstance(error, OSError) or recording.writer is not None:
                recording.switch_off(reason(error))  # The program runs on, and `stop` tells why without us.
                return
            self._give_up(recording)
            raise
        except BaseException:
            self._give_up(recording)
            raise

    def _patch_process(self) -> None:
        self._patches.replace(os, "_exit", self._exiting)
        for name in _REPLACING:
            self._patches.replace_if_there(os, name, partial(self._before, Recording.flush, _always))
        for name in _LOSING_RIGHTS:
            self._patches.replace_if_there(os, name, partial(self._before, Recording.open_now, _always))
        self._patches.replace(signal, "raise_signal", partial(self._before, Recording.flush, _is_last))
        self._patches.replace(os, "kill", partial(self._before, Recording.flush, _is_last_for_us))

    def _give_up(self, recording: Recording) -> None:
        """One that could not begin."""
        self._recordings.clear()
        recording.switch_off("it could not begin")
        self._restore()

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """A signal handler may come in between all the same, and whoever waits for too long goes on."""
        is_held = False
        try:
            is_held = self._changing.acquire(timeout=_TURN_WAIT_S)
            yield
        finally:
            if is_held:
                self._changing.release()

    def stop(self) -> None:
        """Ends the recording while the program goes on; without one it does nothing."""
        self._stop(None)

    def _ending(self) -> None:
        self._stop(self.status)

    def _stop(self, status: int | None) -> None:
        try:
            with self._in_turn():
                self._stop_in_turn(status)
        except Exception:  # Then out of turn.
            self._stop_in_turn(status)
        except BaseException:
            with suppress(Exception):
                self._stop_in_turn(status)
            raise

    def _stop_in_turn(self, status: int | None) -> None:
        try:
            recording = self._recordings.pop()  # Of several threads that come here at once, one finds it.
        except IndexError:
            return
        try:
            recording.stop(status)
        except Exception:
            recording.stop(status)
        except BaseException:  # A Ctrl-C: then everything is done, or what is left is done now.
            with suppress(Exception):
                recording.stop(status)
            raise
        finally:
            self._restore()
        if recording.writer is not None or recording.trouble is not None or recording.off_reason:
            with suppress(Exception):
                self.on_stop(recording)

    def run(self, kind: str, name: str, arguments: list[str]) -> None:
        """Runs a script, a module or a text of code as the interpreter would."""
        runners = {"script": run_script, "module": run_module, "code": run_code}
        runners[kind](self._finder, name, arguments)

    def _exiting(self, original: Any) -> Any:
        """`os._exit` runs no exit handler: the file is completed before."""

        def wrapper(status: int) -> None:
            try:
                self.status = status
                self._stop(status)
            finally:
                original(status)

        return wrapper

    def _before(
        self,
        prepare: Callable[[Recording], None],
        matters: Callable[..., bool],
        original: Any,
    ) -> Any:
        """Has the recording prepare for what the process is about to do, where that `matters`; it may fail."""

        def wrapper(*args: Any, **kwargs: Any) -> Any:
            try:
                for recording in self._recordings:
                    if matters(*args, **kwargs):
                        prepare(recording)
            except Exception as error:
                self._failed(error)
            try:
                return original(*args, **kwargs)
            except BaseException as error:
                pass_unseen(error)
                raise

        return wrapper

    # Forks

    def _forking(self) -> None:
        """Called, like the two below, where nobody expects an exception."""
        self._do((self._hold_for_fork, self._pause))

    def _has_forked(self) -> None:
        self._do((self._resume, self._release_after_fork))

    def _forked(self) -> None:
        """In a child: it has a recording of its own."""
        self._do((self._have_own_turn, self._release_after_fork, self._follow))

    def _do(self, parts: tuple[Callable[[], None], ...]) -> None:
        """Each of them, whatever becomes of the others. What fails is tried once more: it might leave somebody waiting."""
        for part in parts:
            if not self._has_done(part):
                self._has_done(part)

    def _has_done(self, part: Callable[[], None]) -> bool:
        try:
            part()
        except Exception as error:
            self._failed(error)
        except BaseException:
            self._interrupts.hold()
        else:
            return True
        return False

    def _failed(self, error: Exception) -> None:
        try:
            for recording in self._recordings:
                recording.switch_off(reason(error))
        except Exception:  # It has told what it could.
            return

    def _hold_for_fork(self) -> None:
        self._forks.acquire()  # One at a time: each has threads of ours end before, and begin again after it.
        try:
            self._holds_table.append(self._watching.frames.table.hold())
        except BaseException:
            self._forks.release()
            raise

    def _release_after_fork(self) -> None:
        if self._holds_table:
            self._watching.frames.table.release(self._holds_table[-1])
            self._holds_table.pop()
            self._forks.release()

    def _pause(self) -> None:
        for recording in self._recordings:
            recording.pause()

    def _resume(self) -> None:
        for recording in self._recordings:
            recording.resume()

    def _have_own_turn(self) -> None:
        self._changing = threading.RLock()

    def _follow(self) -> None:
        if not self._recordings:
            return
        parent = self._recordings[0]
        parent.abandon()
        self._recordings.clear()
        self._restore()
        if parent.off_reason:
            return
        try:
            self._begin_as_child(parent)
        except OSError:  # The parent's trace tells of no child then.
            return
        except Exception as error:
            _tell(error)

    def _begin_as_child(self, parent: Recording) -> None:
        self.status = 0
        options = replace(parent.options, path=path_of_child(parent.pattern, os.getpid()))
        recording = Recording(options, *self._parts(), parent)
        recording.pattern = parent.pattern
        self._begin(recording, Recording.start_late)

    def _restore(self) -> None:
        # What cannot be put back stays, and does nothing without a recording.
        self._do((self._patches.undo, self._stop_watching))
        self._interrupts.hand_on()

    def _stop_watching(self) -> None:
        if not self.stands_by:
            self._finder.uninstall()
