"""Brings the agent into a process that was started without it: from Python 3.14 on an interpreter runs a script for whoever
has the right to look into its memory.

In: a process, and a command for it. Out: the command, on its way, and the answer. What must hold: whatever is in the way is
told in a sentence that says what to do; no file is touched with rights that the process's user has not.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from staleread._letters import letter, take, write, write_text

_FIRST = (3, 14)
"""The first Python that lets somebody in."""

_PREPARED = (
    "only one that was started by `staleread record --start-paused` (or with STALEREAD and "
    "STALEREAD_OPTIONS=--start-paused in its environment) can be told to record"
)

_SCRIPT = """\
def _staleread(package, command, answer):
    def bring():
        import sys
        try:
            if "staleread" not in sys.modules:
                import importlib.util
                spec = importlib.util.spec_from_file_location(
                    "staleread", package + "/__init__.py", submodule_search_locations=[package]
                )
                sys.modules["staleread"] = importlib.util.module_from_spec(spec)
                spec.loader.exec_module(sys.modules["staleread"])
            from staleread._attached import obey
        except BaseException as error:
            import json
            with open(answer + ".new", "w") as file:
                json.dump({"answer": f"it cannot: {type(error).__name__}: {error}"}, file)
            import os
            os.rename(answer + ".new", answer)
        else:
            obey(command, answer)

    import _thread
    _thread.start_new_thread(bring, ())


try:
    _staleread(%r, %r, %r)
except Exception:
    pass
"""
"""What the process runs, in its main thread, wherever that is just now: so a thread of its own does it all."""

_VERSIONED = re.compile(r"(?:lib)?python3\.(\d+)t?(?:\.so[.\d]*)?|.*\.cpython-3(\d+)t?-.*\.so")

_PACKAGE = os.path.dirname(os.path.abspath(__file__))


class RemoteError(Exception):
    """A sentence for who attaches."""


class Remote:
    """A process that knows nothing of us. Raises RemoteError and OSError."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._user, self._group = _owner(pid)
        if os.geteuid() not in (0, self._user):
            raise RemoteError(
                f"process {pid} belongs to user {_user_name(self._user)}: attach as that user, or as root"
            )
        self._python = _interpreter_for(pid)
        if os.stat(f"/proc/{pid}/ns/mnt").st_ino != os.stat("/proc/self/ns/mnt").st_ino:
            raise RemoteError(
                f"process {pid} has a file system of its own (a container, or a service with PrivateTmp): attach from "
                f"inside, by `docker exec CONTAINER staleread attach …` or `nsenter --target {pid} --mount staleread "
                f"attach {pid}`"
            )
        with self._as_owner():
            self._command, self._answer, self._script = (
                letter(what, pid, self._user) for what in ("command", "answer", "py")
            )

    def send(self, command: dict[str, Any]) -> None:
        with self._as_owner():
            with contextlib.suppress(OSError):
                os.unlink(self._answer)
            write(self._command, command)
            write_text(self._script, _SCRIPT % (_PACKAGE, self._command, self._answer))
        try:
            self._have_it_run()
        except RemoteError:
            self.clear()
            raise

    def take_answer(self) -> dict[str, Any] | None:
        with self._as_owner():
            return take(self._answer)

    def clear(self) -> None:
        """Once it has answered."""
        with self._as_owner():
            for path in (self._script, self._command, self._answer):
                with contextlib.suppress(OSError):
                    os.unlink(path)

    @contextlib.contextmanager
    def _as_owner(self) -> Iterator[None]:
        """Files for a process of another user are made with that user's rights, and not with more."""
        if os.geteuid() == self._user:
            yield
            return
        group = os.getegid()
        os.setegid(self._group)
        os.seteuid(self._user)
        try:
            yield
        finally:
            os.seteuid(0)
            os.setegid(group)

    def _have_it_run(self) -> None:
        """By an interpreter of its own version: no other is let in."""
        code = "import sys; sys.remote_exec(int(sys.argv[1]), sys.argv[2])"
        done = subprocess.run(
            [self._python, "-I", "-S", "-c", code, str(self._pid), self._script],
            env={name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RemoteError(_what_is_wrong(self._pid, done.stderr))


def _what_is_wrong(pid: int, said: str) -> str:
    """In words of who attaches; `said` is a traceback."""
    if "not enabled in the remote process" in said:
        return (
            f"process {pid} was started with PYTHON_DISABLE_REMOTE_DEBUG or -X disable_remote_debug, which keep "
            "everybody out: start it without, or with `staleread record --start-paused`"
        )
    if "PermissionError" in said or "not permitted" in said or "Permission denied" in said:
        return f"process {pid} may not be looked into: {_who_may()}"
    last = said.strip().splitlines()[-1:] or ["no reason was given"]
    return f"process {pid} does not let the agent in: {last[0]}"


def _who_may() -> str:
    scope = "0"
    with contextlib.suppress(OSError), open("/proc/sys/kernel/yama/ptrace_scope") as file:
        scope = file.read().strip()
    if scope != "0" and os.geteuid() != 0:
        return f"attach as root (sudo), because kernel.yama.ptrace_scope is {scope} here"
    return (
        "attach as root, and in a container with the capability SYS_PTRACE (`docker run --cap-add SYS_PTRACE`); "
        "or start it with `staleread record --start-paused`"
    )


# ---- what is known of a process


def _owner(pid: int) -> tuple[int, int]:
    """Its user and group."""
    found = {}
    with open(f"/proc/{pid}/status") as file:
        for line in file:
            name, _, rest = line.partition(":")
            if name in ("Uid", "Gid"):
                found[name] = int(rest.split()[0])
    return found["Uid"], found["Gid"]


def _user_name(user: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)


def _interpreter_for(pid: int) -> str:
    """A Python of the same version as that of the process."""
    try:
        program = os.readlink(f"/proc/{pid}/exe").removesuffix(" (deleted)")
        with open(f"/proc/{pid}/maps") as file:
            mapped = {line.split(maxsplit=5)[-1].strip().removesuffix(" (deleted)") for line in file}
    except PermissionError:
        raise RemoteError(f"process {pid} may not be looked into: {_who_may()}") from None
    except FileNotFoundError:  # One of the system's own has no program.
        raise RemoteError(f"process {pid} is no Python program") from None
    files = [program, *sorted(mapped, reverse=True)]
    version = next(filter(None, map(_version_in, files)), None)
    if version is None:
        raise RemoteError(f"process {pid} is no Python program: it runs {program}")
    if version < _FIRST:
        raise RemoteError(
            f"process {pid} does not listen: {_PREPARED}. It runs Python {_dotted(version)}, and only from "
            f"{_dotted(_FIRST)} on is there a way in from outside"
        )
    return _python_of(version, program, files) or _none_found(pid, version)


def _version_in(path: str) -> tuple[int, int] | None:
    """Of the interpreter that a program, its library or an extension of it belongs to."""
    found = _VERSIONED.fullmatch(os.path.basename(path))
    return (3, int(found[1] or found[2])) if found else None


def _python_of(version: tuple[int, int], program: str, files: list[str]) -> str | None:
    """The program itself, that of its library's installation, this one, or one on the path."""
    name = f"python{_dotted(version)}"
    beside = [os.path.join(os.path.dirname(path), "..", "bin", name) for path in files if "libpython" in path]
    own = [sys.executable] if sys.version_info[:2] == version else []
    candidates = [program] if os.path.basename(program).startswith("python") else []
    candidates += [*beside, *own, shutil.which(name) or ""]
    return next((path for path in candidates if os.access(path, os.X_OK)), None)


def _none_found(pid: int, version: tuple[int, int]) -> str:
    raise RemoteError(
        f"process {pid} runs Python {_dotted(version)}, and nobody but a Python {_dotted(version)} is let in: there is "
        f"none on the PATH; run `python{_dotted(version)} -m staleread attach {pid}` with one"
    )


def _dotted(version: tuple[int, int]) -> str:
    return "{}.{}".format(*version)
