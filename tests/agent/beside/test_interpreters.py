"""Interpreters and their options: what the agent runs on, and what it refuses with a sentence."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import staleread
from comparing import run_both
from staleread import _cli, _interpreter

PROGRAM = """
import asyncio, sys

class Account:
    \"\"\"Holds money.\"\"\"
    def __init__(self, balance):
        self.balance = balance

    async def move(self, other, amount):
        left = self.balance - amount
        await asyncio.sleep(0)
        assert left > 0, "asserted"
        self.balance = left
        other.balance += amount
        return self.balance, other.balance

def finally_returns(account):
    try:
        account.balance += "x"
    except TypeError as error:
        return str(error)

async def main():
    one, other = Account(3), Account(0)
    print(await asyncio.gather(one.move(other, 1), one.move(other, 3), return_exceptions=True))
    print(finally_returns(one), Account.__doc__, __debug__, sys.flags.optimize, sys.warnoptions)
    sys.stdout.flush()
    asyncio.get_running_loop().call_soon(undefined)

asyncio.run(main())
"""

OPTIONS: dict[str, dict[str, str]] = {
    "-OO -bb -W error": {},
    "-X dev -X no_debug_ranges": {},
    "-O -s": {"PYTHONASYNCIODEBUG": "1", "PYTHONMALLOC": "debug"},
}


@pytest.mark.parametrize("options", OPTIONS)
def test_with_options_a_program_is_what_it_was(options: str, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    both = run_both(tmp_path, "program.py", flags=options.split(), variables=OPTIONS[options])
    both.assert_same()
    assert "undefined" in both.bare.stderr
    assert any(event.name == "write" for event in both.trace.events)


def free_threaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "abiflags", "t")


def pypy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "implementation", SimpleNamespace(name="pypy"))


def old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 18, "final", 0))


@pytest.mark.parametrize(
    ("interpreter", "says"),
    [(free_threaded, "free-threaded build"), (pypy, "pypy"), (old, "Python 3.9")],
)
def test_an_interpreter_is_refused_with_a_sentence(
    interpreter: Callable[[pytest.MonkeyPatch], None],
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "program.py").write_text("print('it ran')")
    assert _interpreter.refusal() is None
    interpreter(monkeypatch)
    assert _cli.main(["record", "program.py"]) == 2
    staleread.start()
    monkeypatch.undo()
    captured = capsys.readouterr()
    assert captured.out == ""
    first, second = captured.err.splitlines()
    assert first.startswith("staleread: record: this is ") and says in first
    assert second.startswith("staleread: nothing is recorded: this is ") and says in second
    assert sorted(path.name for path in tmp_path.iterdir()) == ["program.py"]


SUBINTERPRETER = """
import asyncio
try:
    import _interpreters
    run = _interpreters.exec
except ImportError:
    import _xxsubinterpreters as _interpreters
    run = _interpreters.run_string
interpreter = _interpreters.create()
run(interpreter, "import asyncio, sys; asyncio.run(asyncio.sleep(0)); print([m for m in sys.modules if 'staleread' in m])")
_interpreters.destroy(interpreter)
async def main():
    print("and here")
asyncio.run(main())
"""


@pytest.mark.skipif(sys.version_info[:3] == (3, 12, 1), reason="that version crashes here by itself")
def test_another_interpreter_in_the_process_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(SUBINTERPRETER)
    both = run_both(tmp_path, "program.py")
    both.assert_same()
    assert both.bare.stdout == "[]\nand here\n"
