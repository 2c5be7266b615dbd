"""What a program can say to the agent: record from here on, follow this, this is held, this comes before that.

In: calls of the program. Out: a recording, started and stopped; events. What must hold: while nothing is recorded, each
costs a look at one name; nothing is raised but for what the caller got wrong, and the machine's refusals are told on stderr.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from types import FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from staleread import _current
from staleread._interpreter import refusal

if TYPE_CHECKING:
    from staleread._following import Following
    from staleread._options import Options
    from staleread._session import Session

T = TypeVar("T")

_CHOICES = {"values": ("on", "off"), "strings": ("repr", "hash", "off"), "keys": ("repr", "hash", "off")}
_wanted: dict[int, Any] = {}
"""What is to be followed whenever something is recorded, by `id()`; held, so that this stays its own."""
_followings: list[Following] = []
"""That of the process, once it is needed."""
_early: list[bool] = []
"""Whether something that `--watch` means was there when the recording began."""
_own: list[str] = []
"""The file of the recording that the program itself has started."""


def start(
    path: str | os.PathLike[str] = "",
    *,
    watch: str | Sequence[str] = (),
    ignore: str | Sequence[str] = (),
    rules: str | os.PathLike[str] | None = None,
    values: str = "on",
    strings: str = "hash",
    keys: str = "repr",
    blocked_after_ms: int = 100,
) -> None:
    """Records from here on, into `path` (`staleread-<pid>.srt` where none is given), until `stop` or the program's end.

    What is watched are the modules below the current folder, except installed packages, and those of `watch`: their
    functions are followed also where they were imported before. The options are those of `staleread record`.

    A recording of this program's own that is under way is an error (RuntimeError); one that was started from outside, by
    `staleread record` say, goes on, and this does nothing. A file that cannot be written is told on stderr.
    """
    under_way = _current.session is not None and _current.session.recording is not None
    if _own and under_way:
        raise RuntimeError(f"staleread.start: already recording into {_own[0]}; staleread.stop() ends that")
    try:
        options = _options(
            path,
            watch,
            ignore,
            rules,
            values=values,
            strings=strings,
            keys=keys,
            blocked_after_ms=blocked_after_ms,
        )
        if not under_way:
            _start(options)
    except (TypeError, ValueError):  # What the caller got wrong.
        raise
    except Exception as error:
        print(f"staleread: nothing is recorded: {type(error).__name__}: {error}", file=sys.stderr)


def stop() -> None:
    """Ends the recording that `start` began; without one it does nothing."""
    try:
        if _own:
            _own.clear()
            if _current.session is not None:
                _current.session.stop()
    except Exception as error:
        _failed(error)


@contextlib.contextmanager
def recording(path: str | os.PathLike[str] = "", **options: Any) -> Iterator[None]:
    """Records what is done in a `with` block; the options are those of `start`."""
    start(path, **options)
    try:
        yield
    finally:
        stop()


def watch(target: T) -> T:
    """Follows what is not watched by its file, from now on and in every recording to come; gives back what it is given.

    Of a class its methods, of a function itself, of a module (or its name, or a pattern as `--watch` takes it) all that
    is in it, of any other object the methods of its class.
    """
    try:
        wanted = _lasting(target)
        if id(wanted) not in _wanted:
            _wanted[id(wanted)] = wanted
            session = _current.session
            if session is not None and session.recording is not None:
                _following(session).follow(wanted)
    except Exception as error:
        _failed(error)
    return target


def _lasting(target: Any) -> Any:
    """What is to be followed, without an object of the program's that would live longer for it."""
    target = getattr(target, "__func__", target) if type(target) is MethodType else target
    if isinstance(target, (str, type, ModuleType, FunctionType)):
        return target
    try:  # What `functools.cache` makes of a function, say.
        inner = object.__getattribute__(target, "__wrapped__")
    except AttributeError:
        inner = None
    return inner if isinstance(inner, FunctionType) else type(target)


def recorded(target: T) -> T:
    """A decorator: follows this class or function, though its module is not watched."""
    return watch(target)


def lock_acquired(lock: object) -> None:
    """Whoever calls this holds `lock` from here on: an object, or a name."""
    try:
        told = _current.told
        if told is not None:
            told.acquired(lock, sys._getframe(1))
    except Exception as error:
        _failed(error)


def lock_released(lock: object) -> None:
    """Whoever calls this lets go of it."""
    try:
        told = _current.told
        if told is not None:
            told.released(lock, sys._getframe(1))
    except Exception as error:
        _failed(error)


def order(
    first: object = None, then: object = None, /, *, before: object = None, after: object = None
) -> None:
    """Tells of an order that the agent cannot see.

    `order(before=point)`: what the caller has done comes before whatever follows an `order(after=point)` that is called
    later. In a task, what it does up to its next `await` counts as done. A point is any object, or a name.

    `order(first, then)`: what `first` has done comes before what `then` does from now on. Both are tasks, or points, or
    None for the caller; a future, an event or a task that is done stands for what came before its completion. The caller,
    unless it is one of them, is not ordered by this.
    """
    try:
        told = _current.told
        if told is None:
            return
        if before is not None:
            told.before(before)
        if after is not None:
            told.after(after)
        if first is not None or then is not None:
            told.between(first, then)
    except Exception as error:
        _failed(error)


# How a recording is started


def _options(
    path: str | os.PathLike[str],
    watch: str | Sequence[str],
    ignore: str | Sequence[str],
    rules: str | os.PathLike[str] | None,
    **more: Any,
) -> Options:
    from staleread._options import Options
    from staleread._rules import Rules, RulesError, read_rules

    for name, choices in _CHOICES.items():
        if more[name] not in choices:
            raise ValueError(f"staleread.start: {name} is one of {', '.join(choices)}, not {more[name]!r}")
    try:
        said = read_rules(os.fspath(rules)) if rules is not None else Rules()
    except RulesError as error:
        raise ValueError(f"staleread.start: {error}") from None
    return Options(
        path=os.fspath(path) or f"staleread-{os.getpid()}.srt",
        root=os.path.realpath(os.getcwd()),
        argv=list(sys.argv),
        watch=_patterns(watch) + said.watch,
        ignore=_patterns(ignore) + said.ignore,
        primitives=said.primitives,
        **more,
    )


def _patterns(given: str | Sequence[str]) -> list[str]:
    return [given] if isinstance(given, str) else list(given)


def _start(options: Options) -> None:
    reason = refusal()
    if reason is not None:
        print(f"staleread: nothing is recorded: {reason}", file=sys.stderr)
        return
    from staleread._cli import tell_end
    from staleread._session import Session

    session = _current.session or Session(options)
    session.on_stop = lambda recording: tell_end(recording, quiet=True)
    _own[:] = [options.path]
    try:
        session.start(options)
    except OSError as error:
        _own.clear()
        print(f"staleread: {options.path}: cannot write the trace: {error.strerror}", file=sys.stderr)


def _following(session: Session) -> Following:
    if not _followings:
        from staleread._following import Following

        _followings.append(Following(session))
    return _followings[0]


def _started(session: Session) -> None:
    """A recording has been started, by whomever; in a forked process, too."""
    try:
        if _own or session.came_late:
            _following(session).imported()
        elif session.recording is not None and session.recording.options.watch:
            _follow_early(session, session.recording.is_child)
        for target in list(_wanted.values()):
            _following(session).follow(target)
    except Exception as error:
        _failed(error)


def _follow_early(session: Session, is_child: bool) -> None:
    """What `--watch` means may have been there before us. A child looks for it only where its parent found any."""
    if not is_child:
        _early[:] = [_following(session).asked_for()]
    elif any(_early):
        _following(session).asked_for()


def _failed(error: Exception) -> None:
    session = _current.session
    if session is not None and session.recording is not None:
        session.recording.recorder.fail(error)


_current.on_start.append(_started)
