"""A process that was started without the agent, into which `staleread attach` has brought it.

In: a command, in a file, and where the answer is to be; in a thread of its own, while the program runs on. Out: recordings,
and the answer. What must hold: nothing is raised; on the program's stderr nothing is told but what is lost.
"""

from __future__ import annotations

import _thread
import contextlib
import os
import sys
from dataclasses import replace
from typing import Any

from staleread import _current
from staleread._cli import options_of, parse, tell_end
from staleread._control import carry_out, claimed
from staleread._interpreter import refusal
from staleread._letters import take, write
from staleread._options import Options, project_folder
from staleread._session import Session

_obeying = [_thread.allocate_lock()]
os.register_at_fork(after_in_child=lambda: _obeying.__setitem__(0, _thread.allocate_lock()))


def obey(command: str, answer: str) -> None:
    """Does what stands in a file, once."""
    with _obeying[0]:
        told = take(command)
        if told is None:
            return
        try:
            said = carry_out(told, _current.session, lambda: _start(told))
        except Exception as error:
            said = f"it cannot: {error}"
        with contextlib.suppress(OSError):
            write(answer, {"answer": said})


def _start(told: dict[str, Any]) -> str:
    reason = refusal()
    if reason is not None:
        raise ValueError(reason)
    options = _options(told)
    session = _current.session
    if session is None:
        session = Session(options)
        session.on_stop = lambda recording: tell_end(recording, quiet=True)
    session.came_late = True
    path = claimed(options.path)
    session.start(replace(options, path=path))
    return path + _unseen(session)


def _options(told: dict[str, Any]) -> Options:
    options = options_of(parse([*told.get("options", []), "-c", "pass"]))
    main = getattr(sys.modules.get("__main__"), "__file__", None)
    return replace(
        options,
        path=told.get("path") or options.path,
        root=project_folder(main if isinstance(main, str) else ""),
        argv=list(sys.argv),
    )


def _unseen(session: Session) -> str:
    running = session.recording.recorder.honesty.running if session.recording is not None else []
    if not running:
        return ""
    return f"\nunseen until they are called again, because they run already: {', '.join(running)}"
