"""`staleread attach`: has a running process start and stop recording.

In: the number of a process, and what it is to do. Out: its answer. A process that listens (`_control.py`) is sent a signal;
into another one the agent is brought (`_remote.py`), where its Python lets somebody in.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from staleread._letters import born, letter, read, take, write
from staleread._remote import Remote, RemoteError
from staleread._waiting import waiting
from staleread._words import ATTACH, SETTING_WORDS, help_of

_ANSWER_S = 15.0
_POLL_S = 0.02


class AttachError(Exception):
    """A sentence for who attaches."""


def attach(words: list[str]) -> int:
    """`staleread attach`: 0, or 2 with a sentence."""
    from staleread._cli import UsageError

    if "-h" in words or "--help" in words or not words:
        print(help_of(ATTACH), end="")
        return 0 if words else 2
    try:
        pid, command = _parse(words)
        print(f"process {pid}: {_tell(pid, command)}")
    except (AttachError, RemoteError, UsageError, OSError) as error:
        print(f"staleread: {error}", file=sys.stderr)
        return 2
    return 0


def _parse(words: list[str]) -> tuple[int, dict[str, Any]]:
    pending, pid, path, do = list(words), 0, "", "start"
    options: list[str] = []
    while pending:
        word = pending.pop(0)
        name, equals, value = word.partition("=")
        if word == "--stop":
            do = "stop"
        elif word in ("-o", "--output") and pending:
            path = pending.pop(0)
        elif word == "--no-cache":
            options.append(word)
        elif name in SETTING_WORDS and (equals or pending):
            value = value if equals else pending.pop(0)
            # The process has another folder.
            options += [name, os.path.abspath(value) if name == "--rules" else value]
        elif word.isdigit() and not pid:
            pid = int(word)
        else:
            raise AttachError(f"attach: {word!r} is not understood; see staleread attach --help")
    if not pid:
        raise AttachError("attach: the number of a process is missing; see staleread attach --help")
    return pid, {"do": do, "path": os.path.abspath(path) if path else "", "options": _checked(options)}


def _checked(options: list[str]) -> list[str]:
    """Raises UsageError where the process would."""
    from staleread._cli import options_of, parse

    options_of(parse([*options, "-c", "pass"]))
    return options


def _tell(pid: int, command: dict[str, Any]) -> str:
    """Has a process start or stop; its answer."""
    if not _is_there(pid):
        raise AttachError(f"process {pid}: No such process")
    listens = read(letter("listens", pid))
    # One that was killed has left its file, and the signal might end another that has its number now.
    if listens is None or listens.get("born") != born(pid):
        return _tell_unprepared(pid, command)
    if command["options"]:
        raise AttachError(
            f"process {pid} was given its options when it was started: attach takes only -o for it, not "
            f"{command['options'][0]}"
        )
    with contextlib.suppress(OSError):
        os.unlink(letter("answer", pid))
    write(letter("command", pid), command)
    os.kill(pid, int(listens["signal"]))
    answer = _wait_for(partial(take, letter("answer", pid)), pid)
    if answer is None:
        raise AttachError(
            f"process {pid} has not answered within {_ANSWER_S:.0f} s: its main thread may be busy"
        )
    return answer


def _tell_unprepared(pid: int, command: dict[str, Any]) -> str:
    remote = Remote(pid)
    remote.send(command)
    answer = _wait_for(remote.take_answer, pid)
    if answer is None:
        raise AttachError(
            f"process {pid} has not answered within {_ANSWER_S:.0f} s: its main thread waits for something, or is busy "
            "in one long call. It will do it as soon as it goes on (a request may be enough)"
        )
    remote.clear()
    return answer


def _wait_for(take_answer: Callable[[], dict[str, Any] | None], pid: int) -> str | None:
    with waiting(f"waiting for process {pid}"):
        return _answer(take_answer, pid)


def _answer(take_answer: Callable[[], dict[str, Any] | None], pid: int) -> str | None:
    until = time.monotonic() + _ANSWER_S
    while time.monotonic() < until:
        answer = take_answer()
        if answer is not None:
            return str(answer["answer"])
        if not _is_there(pid):
            raise AttachError(f"process {pid} has ended")
        time.sleep(_POLL_S)
    return None


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:  # It is another user's.
        return True
    except (OSError, OverflowError):
        return False
    return True
