"""Recording told by the environment: for programs whose start command cannot be changed.

In: STALEREAD, a file for the trace, and STALEREAD_OPTIONS, words of `staleread record`; called by `staleread.pth` of an
installed agent or by `_startup/sitecustomize.py`, before the program. Out: the program, recorded, as if nothing had been.
What must hold: a process that does nothing watched leaves no file; whatever is wrong is told in one line, and the program
runs on unrecorded.

The interpreter asks `sys.path_hooks` whether a script is something to import from, and if so, or for `-m`, has `runpy`
run it: so does a main program come to us. What `-c` gives is not seen, but what it imports.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
from typing import TYPE_CHECKING, Any

from staleread import _cli
from staleread._interpreter import refusal

if TYPE_CHECKING:
    from staleread._session import Session

_OPTIONS = "STALEREAD_OPTIONS"
_NO_PROGRAMS = ("", "-", "-c")

_begun: list[bool] = []
"""An agent may be there twice, installed and in a checkout."""


def begin() -> None:
    """Called in every process whose environment has STALEREAD. Never raises."""
    if _begun:
        return
    _begun.append(True)
    try:
        script = sys.argv[0]
        if (
            sys.flags.ignore_environment
            or not os.environ["STALEREAD"]
            or os.path.basename(script) == "staleread"
        ):
            return
        reason = refusal()
        if reason is not None:
            raise ValueError(reason)
        words = _words(["-c", "pass", *sys.argv[1:]])
        if script in _NO_PROGRAMS:
            _begin_without_program(words)
        else:
            _Takeover(script).prepare()
    except Exception as error:
        _say(f"the program runs unrecorded: {error}")


def _begin_without_program(words: _cli.Words) -> None:
    from staleread._session import Session

    session = Session(_cli.options_of(words))
    session.on_stop = _cli.closing(words)
    _cli.begin(session, words, _start)
    _watch_main_of_spawned(session)


def _start(session: Session) -> None:
    session.start_late(os.getppid())


def _words(program: list[str]) -> _cli.Words:
    """As if the program had been started by `record`. Raises ValueError or UsageError where the options are none."""
    options = shlex.split(os.environ.get(_OPTIONS, ""))
    words = _cli.parse([*options, "--quiet", "-o", os.environ["STALEREAD"], *program])
    if words.help or words.arguments != program[len(program) - len(words.arguments) :] or not words.quiet:
        raise ValueError(f"{_OPTIONS}: {shlex.join(options)!r} is more than options of staleread record")
    _cli.options_of(words)
    return words


class _Takeover:
    """Stands in the interpreter's way to a script or a module until it comes by."""

    def __init__(self, script: str) -> None:
        self._script = script
        self._path = os.path.join(os.getcwd(), script)
        """As the interpreter asks for it."""
        self._run_as_main: Any = None

    def prepare(self) -> None:
        import runpy

        self._run_as_main = runpy._run_module_as_main  # type: ignore[attr-defined]
        runpy._run_module_as_main = self.run  # type: ignore[attr-defined]
        if os.path.isfile(self._script):
            sys.path_hooks.insert(0, self._hook)

    def _hook(self, path: str) -> Any:
        """The interpreter asks for the script; everybody else gets the answers of the others."""
        if path not in (self._path, self._script):
            raise ImportError(path)
        return self

    def _remove(self) -> None:
        import runpy

        runpy._run_module_as_main = self._run_as_main  # type: ignore[attr-defined]
        if self._hook in sys.path_hooks:
            sys.path_hooks.remove(self._hook)
        sys.path_importer_cache.pop(self._path, None)

    def run(self, name: str, alter_argv: bool = True) -> Any:
        """What the interpreter calls instead of `runpy`."""
        self._remove()
        if alter_argv and name.partition(".")[0] == "staleread":
            return self._run_as_main(name, alter_argv)
        if not alter_argv and sys.path[:1] == [self._path] and getattr(sys.flags, "safe_path", False):
            del sys.path[0]
        words = _words([*(["-m", name] if alter_argv else [self._script]), *sys.argv[1:]])
        sys.exit(_cli.run_program(words, _cli.options_of(words), _start))


def _watch_main_of_spawned(session: Session) -> None:
    """`multiprocessing` loads the main program's file by other means than an import."""
    import runpy

    original = runpy._get_code_from_file  # type: ignore[attr-defined]

    def get_code(*arguments: str) -> Any:
        runpy._get_code_from_file = original  # type: ignore[attr-defined]
        # Before Python 3.12 a name came first.
        code = session.code_of_main(arguments[-1], "__mp_main__")
        answer = original(*arguments)
        if code is None:
            return answer
        return (code, *answer[1:]) if isinstance(answer, tuple) else code

    runpy._get_code_from_file = get_code  # type: ignore[attr-defined]


def _say(text: str) -> None:
    with contextlib.suppress(Exception):
        sys.stderr.write(f"staleread: {_cli.printable(text)}\n")
