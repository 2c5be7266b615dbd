"""The words of `staleread record`; every other word belongs to the C program, which is found and started.

In: the command line. Out: an exit status: the recorded program's own, the C program's, or 2 with a sentence.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from staleread import __version__
from staleread._interpreter import refusal
from staleread._options import Options, project_folder
from staleread._words import RECORD, WORDS_WITH_VALUE, help_of

if TYPE_CHECKING:
    from staleread._dumps import Dumps
    from staleread._recording import Recording
    from staleread._session import Session

HELP = """\
usage: staleread record [OPTION...] (-m MODULE | -c CODE | SCRIPT) [ARGUMENT...]
       staleread attach PID [-o FILE] [--stop] [OPTION...]
       staleread analyze|dump|info ...

`staleread record --help` tells more. For the other words:
"""

NO_PROGRAM = (
    "the analyzer is not installed here, only the agent: in a checkout `./dev build` makes it, "
    "`pip install staleread` brings both"
)


class UsageError(Exception):
    """A sentence for the user; the exit status is 2."""


@dataclass
class Words:
    """The command line of `record`."""

    output: str = ""
    watch: list[str] = field(default_factory=list)
    ignore: list[str] = field(default_factory=list)
    rules: str = ""
    values: str = "on"
    strings: str = "hash"
    keys: str = "repr"
    blocked_after_ms: int = 100
    cache: bool = True
    max_bytes: int = 0
    rotate_bytes: int = 0
    rotate_keep: int = 4
    memory_bytes: int = 64 << 20
    dump_on: frozenset[str] = frozenset()
    dump_signal: str = "SIGUSR2"
    start_paused: bool = False
    control_signal: int = 0
    quiet: bool = False
    help: bool = False
    kind: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)


_SIZES = {"--max-size": "max_bytes", "--rotate": "rotate_bytes", "--memory": "memory_bytes"}
_KEEP_MAX = 1000
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
_FILE_BYTES_MIN = 1 << 16
_MILLISECONDS_MAX = 24 * 3600 * 1000
_CHOICES = {option.word: option.choices for option in RECORD.options if option.choices}


def main(words: list[str] | None = None) -> int:
    words = sys.argv[1:] if words is None else words
    if words[:1] == ["record"]:
        try:
            return _record(parse(words[1:]))
        except UsageError as error:
            _say(str(error))
            return 2
    if words[:1] == ["attach"]:
        from staleread._attach import attach

        return attach(words[1:])
    return _run_analyzer(words)


def parse(words: list[str]) -> Words:
    """Options stand before the program's words: what follows the program is its own."""
    parsed = Words()
    pending = list(words)
    while pending:
        word = pending.pop(0)
        if word in ("-h", "--help"):
            parsed.help = True
            return parsed
        if word == "--quiet":
            parsed.quiet = True
        elif word == "--no-cache":
            parsed.cache = False
        elif word == "--start-paused":
            parsed.start_paused = True
        elif word in ("-m", "-c"):
            parsed.kind = "module" if word == "-m" else "code"
            parsed.name = _argument(word, pending)
            break
        elif word.startswith("-") and word != "-":
            _option(parsed, word, pending)
        else:
            parsed.kind, parsed.name = "script", word
            break
    if not parsed.kind:
        raise UsageError(
            "record: nothing to run: -m MODULE, -c CODE or a script; see staleread record --help"
        )
    if parsed.dump_on and parsed.rotate_bytes:
        raise UsageError("record: --dump-on keeps the newest in memory, --rotate in files: take one of them")
    if parsed.max_bytes and parsed.rotate_bytes:
        raise UsageError("record: --max-size keeps one file, --rotate several: take one of them")
    parsed.arguments = pending
    return parsed


def _option(parsed: Words, word: str, pending: list[str]) -> None:
    name, equals, value = word.partition("=")
    if word.startswith("-o") and not word.startswith("--"):
        parsed.output = word[2:] or _argument("-o", pending)
        return
    if name not in WORDS_WITH_VALUE:
        raise UsageError(f"record: unknown option {word!r}; {_meant(name)}see staleread record --help")
    value = _argument(name, [value] if equals else pending)
    field_name = name[2:].replace("-", "_")
    if field_name in ("watch", "ignore"):
        getattr(parsed, field_name).append(value)
        return
    if name == "--blocked-after":
        parsed.blocked_after_ms = _number(name, value, "milliseconds", _MILLISECONDS_MAX)
        return
    if name in _SIZES:
        setattr(parsed, _SIZES[name], _bytes(name, value))
        return
    if name == "--dump-on":
        parsed.dump_on = _occasions(value)
        return
    if name == "--keep":
        parsed.rotate_keep = _number(name, value, "files", _KEEP_MAX)
        return
    if name == "--control-signal":
        parsed.control_signal = _signal(name, value)
        return
    choices = _CHOICES.get(field_name)
    if choices and value not in choices:
        raise UsageError(f"record: {name} is one of {', '.join(choices)}, not {value!r}")
    setattr(parsed, field_name, value)


def _meant(name: str) -> str:
    """The option that a misspelt one may mean, as a part of the sentence."""
    import difflib

    near = difflib.get_close_matches(
        name, [f"--{option.word}" for option in RECORD.options if option.word], 1
    )
    return f"did you mean {near[0]}? Or " if near else ""


def _occasions(value: str) -> frozenset[str]:
    from staleread._dumps import FINDING, OCCASIONS

    occasions = frozenset(value.split(","))
    if not occasions <= set(OCCASIONS):
        raise UsageError(f"record: --dump-on is one or more of {', '.join(OCCASIONS)}, not {value!r}")
    if FINDING in occasions and find_analyzer() is None:
        raise UsageError(f"record: --dump-on finding: {NO_PROGRAM}")
    return occasions


def _signal(option: str, name: str) -> int:
    import signal

    found = getattr(signal, name if name.startswith("SIG") else f"SIG{name}", None)
    if not isinstance(found, signal.Signals) or found in (signal.SIGKILL, signal.SIGSTOP):
        raise UsageError(f"record: {option} is the name of a signal like SIGUSR2, not {name!r}")
    return int(found)


def _number(option: str, value: str, unit: str, greatest: int) -> int:
    if not (value.isascii() and value.isdigit()) or int(value) > greatest:
        raise UsageError(f"record: {option} is a whole number of {unit}, not {value!r}")
    return int(value)


def _bytes(option: str, value: str) -> int:
    digits, unit = (value[:-1], value[-1].upper()) if value[-1:].isalpha() else (value, "")
    if not (digits.isascii() and digits.isdigit()) or unit not in _UNITS:
        raise UsageError(f"record: {option} is a number of bytes like 512M, not {value!r}")
    size = int(digits) * _UNITS[unit]
    if size < _FILE_BYTES_MIN:
        raise UsageError(f"record: {option} is at least 64K, not {value!r}")
    return size


def _argument(option: str, pending: list[str]) -> str:
    if not pending or not pending[0]:
        raise UsageError(f"record: {option} needs a word after it; see staleread record --help")
    return pending.pop(0)


# ---- record


def _record(words: Words) -> int:
    if words.help:
        print(help_of(RECORD), end="")
        return 0
    reason = refusal()
    if reason is not None:
        raise UsageError(f"record: {reason}")
    if words.kind == "script" and not os.path.exists(words.name):
        raise UsageError(f"{words.name}: no such file; a module is run with -m {words.name}")
    options = options_of(words)

    def start(session: Session) -> None:
        try:
            session.start()
        except OSError as error:
            raise UsageError(f"{options.path}: cannot write the trace: {error.strerror}") from None

    return run_program(words, options, start)


def run_program(words: Words, options: Options, start: Callable[[Session], None]) -> int:
    """Runs the program of the command line, once `start` has started a recording."""
    from staleread import _program
    from staleread._session import Session

    interrupted = False

    def ended(status: int, failed: BaseException | None) -> None:
        nonlocal interrupted
        session.status, interrupted = status, isinstance(failed, KeyboardInterrupt)
        if isinstance(failed, Exception) and session.recording is not None:
            session.recording.recorder.on_failure()

    _program.die_of_interrupt_at_exit(lambda: interrupted)
    session = Session(options)
    session.on_stop = closing(words)
    begin(session, words, start)
    return _program.run(lambda: session.run(words.kind, words.name, words.arguments), ended)


def begin(session: Session, words: Words, start: Callable[[Session], None]) -> None:
    """Starts recording, at once or when the process is told to."""
    if words.start_paused or words.control_signal:
        import signal

        from staleread._control import Control

        session.stands_by = True
        Control(session, words.control_signal or signal.SIGUSR1).listen()
    if not words.start_paused:
        start(session)


def options_of(words: Words) -> Options:
    from staleread._rules import Rules, RulesError, read_rules

    try:
        rules = read_rules(words.rules) if words.rules else Rules()
    except RulesError as error:
        raise UsageError(str(error)) from None
    return Options(
        path=words.output or "staleread-%p.srt",
        root=project_folder(words.name if words.kind == "script" else ""),
        argv=_command(words),
        watch=words.watch + rules.watch,
        ignore=words.ignore + rules.ignore,
        primitives=rules.primitives,
        values=words.values,
        strings=words.strings,
        keys=words.keys,
        blocked_after_ms=words.blocked_after_ms,
        cache=words.cache,
        max_bytes=words.max_bytes,
        rotate_bytes=words.rotate_bytes,
        rotate_keep=words.rotate_keep,
        memory_bytes=words.memory_bytes,
        dump_on=words.dump_on,
        dump_signal=_signal("--dump-signal", words.dump_signal) if words.dump_on else 0,
    )


def _command(words: Words) -> list[str]:
    option = {"module": ["-m"], "code": ["-c"], "script": []}[words.kind]
    return [*option, words.name, *words.arguments]


def closing(words: Words) -> Callable[[Recording], None]:
    return lambda recording: tell_end(recording, words.quiet)


def tell_end(recording: Recording, quiet: bool) -> None:
    """The closing lines on stderr."""
    path, writer = recording.options.path, recording.writer
    if writer is None:
        if recording.trouble is not None:
            _say(f"{path}: cannot write the trace: {recording.trouble.strerror}")
        elif recording.off_reason:
            _say(f"{path}: nothing is recorded: {recording.off_reason}")
        return
    if recording.dumps is not None:
        _tell_dumps(recording.dumps, quiet or recording.is_child)
    file = writer.file
    if file.trouble is not None:
        end = ", nor is its end" if file.error is not None else ""
        _say(f"{path}: {file.trouble.strerror}; {recording.lost:,} events are not in it{end}")
    if recording.off_reason:
        _say(f"{path}: the agent switched itself off: {recording.off_reason}")
    for note in recording.recorder.honesty.notes:
        _say(note)
    if not file.is_in_place():
        _say(f"{path}: not there any more: the program has deleted or moved what was recorded")
        return
    if quiet or file.trouble is not None or recording.is_child or recording.dumps is not None:
        return
    lost = f", {recording.lost:,} lost" if recording.lost else ""
    written = (
        f"{writer.events:,} event{'' if writer.events == 1 else 's'} in {path} ({_size(file.bytes)}{lost})"
    )
    if writer.events or recording.children.pids():
        _say(f"{written}; {_now(_traces(recording))}")
    else:
        root = recording.options.root
        _say(
            f"{written}: nothing that is watched has run; --watch PATTERN watches more than what lies below {root}"
        )


def _tell_dumps(dumps: Dumps, quiet: bool) -> None:
    if dumps.made:
        made = shlex.join(map(os.path.relpath, dumps.made))
        _say(f"what led there is in {made}; {_now(made)}")
    elif not quiet:
        _say("nothing happened that --dump-on waits for: nothing was written")


def _now(words: str) -> str:
    """What to type next. Where only Python finds the program it is a module; it may also be installed elsewhere only."""
    if find_analyzer() is None:
        return f"now, where the analyzer is installed: staleread analyze {words}"
    on_path = any(os.access(os.path.join(folder, "staleread"), os.X_OK) for folder in os.get_exec_path())
    program = "staleread" if on_path else f"{os.path.basename(sys.executable or 'python')} -m staleread"
    return f"now: {program} analyze {words}"


def _traces(recording: Recording) -> str:
    """As words of a command line: its own and those of the processes that it has forked."""
    from staleread._processes import path_of_child

    path = recording.options.path
    children = (path_of_child(recording.pattern, pid) for pid in recording.children.pids())
    return shlex.join([path, *(os.path.relpath(child) for child in children if os.path.exists(child))])


def _say(text: str) -> None:
    with contextlib.suppress(Exception):
        print(f"staleread: {printable(text)}", file=sys.stderr)


def printable(text: str) -> str:
    """Of a path, say, nothing that a terminal obeys or does not show: written as Python would write it."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def _size(size: int) -> str:
    if size < 10_000:
        return f"{size:,} bytes"
    return f"{size / 1e3:.0f} kB" if size < 1_000_000 else f"{size / 1e6:.1f} MB"


# ---- the analyzer


def _run_analyzer(words: list[str]) -> int:
    program = find_analyzer()
    if program is not None:
        sys.stdout.flush()
        os.execv(program, [program, *words])
    if words[:1] in (["-h"], ["--help"], ["help"]):
        print(HELP + NO_PROGRAM)
        return 0
    if words[:1] == ["--version"]:
        print(f"staleread {__version__} (agent)")
        return 0
    _say(NO_PROGRAM)
    return 2


def find_analyzer() -> str | None:
    """Beside the agent, in the checkout it is run from, or on the PATH."""
    package = Path(__file__).resolve().parent
    candidates = [package / "_bin" / "staleread", package.parent.parent / "build" / "release" / "staleread"]
    candidates += [Path(folder) / "staleread" for folder in os.get_exec_path()]
    return next((str(path) for path in candidates if _is_program(path)), None)


def _is_program(path: Path) -> bool:
    """Whether this is the analyzer itself, and not a script that leads here again."""
    try:
        with open(path, "rb") as file:
            return file.read(2) != b"#!" and os.access(path, os.X_OK)
    except OSError:
        return False
