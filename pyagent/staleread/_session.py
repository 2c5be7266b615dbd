"""The process that records: what it watches, and one recording after another.

In: what to watch, and when to record. Out: recordings, started and stopped, ended with the process and told of its
forks. What must hold: whatever happens in here, the program runs on.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from staleread._options import Options
from staleread._order.patching import Patches
from staleread._recording import Recording, Watching
from staleread._rewrite.cache import Cache
from staleread._rewrite.importer import install
from staleread._rewrite.program import run_code, run_module, run_script
from staleread._rewrite.watch import Watched


class Session:
    """One for a process. `start` raises OSError where the file cannot be made; nothing else of it ever raises."""

    def __init__(self, options: Options) -> None:
        """`options` say what is watched from now on; nothing is recorded before `start`."""
        self.options = options
        self.status = 0
        """The program's, once it is known."""
        self.on_stop: Callable[[Recording], None] = lambda recording: None
        """Called when a recording's file is closed."""
        self._watching = Watching()
        self._watching.rewriter.cache = Cache() if options.cache else None
        self._finder = install(options.watch, options.ignore, Path(options.root), self._watching.rewriter)
        self._recordings: list[Recording] = []
        """The one that is under way, if any."""
        self._patches = Patches()
        os.register_at_fork(
            before=self._forking, after_in_parent=self._has_forked, after_in_child=self._forked
        )
        atexit.register(self._ending)

    @property
    def recording(self) -> Recording | None:
        """The one that is under way."""
        return self._recordings[0] if self._recordings else None

    def start(self, options: Options | None = None) -> None:
        """Starts a recording, `options` of its own or the session's. Modules that were imported while nobody watched
        them stay unseen."""
        if self._recordings:
            raise RuntimeError("a recording is under way")
        options = options or self.options
        self._finder.watched = Watched(options.watch, options.ignore, Path(options.root))
        self._finder.install()
        recording = Recording(options, self._watching, self._finder.uninstall)
        self._recordings.append(recording)
        try:
            recording.start()
        except BaseException:
            self._recordings.clear()
            self._finder.uninstall()
            raise
        self._patches.replace(os, "_exit", self._exiting)

    def stop(self) -> None:
        """Ends the recording while the program goes on; without one it does nothing."""
        self._stop(None)

    def _ending(self) -> None:
        self._stop(self.status)

    def _stop(self, status: int | None) -> None:
        try:
            recording = self._recordings.pop()  # Of several threads that come here at once, one finds it.
        except IndexError:
            return
        recording.stop(status)
        self._restore()
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
                self._ending()
            finally:
                original(status)

        return wrapper

    # Forks

    def _forking(self) -> None:
        for recording in self._recordings:
            recording.pause()

    def _has_forked(self) -> None:
        for recording in self._recordings:
            recording.resume()

    def _forked(self) -> None:
        """In a child."""
        while self._recordings:
            self._recordings.pop().abandon()
            self._restore()

    def _restore(self) -> None:
        self._patches.undo()
        self._finder.uninstall()
