"""Where a process comes to the agent, every Python can read what stands there, so that an old one says a sentence."""

from __future__ import annotations

import ast
import shutil
import subprocess
from pathlib import Path

import pytest

AGENT = Path(__file__).resolve().parents[2] / "pyagent"
ENTRANCES = ("__init__", "__main__", "_beginning", "_interpreter", "_refused", "_startup/sitecustomize")

TOO_NEW = (
    ast.JoinedStr,
    ast.AnnAssign,
    ast.NamedExpr,
    ast.AsyncFunctionDef,
    ast.Await,
    ast.Nonlocal,
    ast.Match,
)


@pytest.mark.parametrize("name", ENTRANCES)
def test_any_python_can_read_it(name: str) -> None:
    tree = ast.parse((AGENT / "staleread" / f"{name}.py").read_bytes())
    for node in ast.walk(tree):
        assert not isinstance(node, TOO_NEW), f"line {node.lineno}"
        assert not (isinstance(node, ast.ImportFrom) and node.module == "__future__")
        if isinstance(node, ast.arguments):
            assert not (node.posonlyargs or node.kwonlyargs)
        if isinstance(node, ast.FunctionDef):
            assert node.returns is None and not any(arg.annotation for arg in node.args.args)
        if isinstance(node, ast.Raise):
            assert node.cause is None


def old_pythons() -> list[str]:
    names = ("2.7", "3.6", "3.7", "3.8", "3.9")
    found = [shutil.which(f"python{name}") for name in names]
    for name in names:
        found += map(str, Path.home().glob(f".pyenv/versions/{name}.*/bin/python"))
    works = (path for path in found if path and subprocess.run([path, "-c", ""], check=False).returncode == 0)
    return list(works)


PROGRAM = """
import sys
if sys.argv[1:]:
    import staleread
    staleread.start()
    with staleread.recording("x.srt"):
        staleread.lock_acquired(staleread.watch(sys))
    staleread.stop()
print("did it")
"""


def test_an_old_python_says_a_sentence_and_runs_the_program(tmp_path: Path) -> None:
    pythons = old_pythons()
    if not pythons:
        pytest.skip("no Python before 3.10 is here")
    (tmp_path / "program.py").write_text(PROGRAM)
    for python in pythons:
        asked = [python, "-c", "import sys; print('{}.{}'.format(*sys.version_info))"]
        version = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
        reason = f"this is Python {version}; recording needs 3.10 or newer\n"

        def run(*words: str, **variables: str) -> tuple[int, str, str]:
            done = subprocess.run(
                [python, *words],  # noqa: B023
                cwd=tmp_path,
                env={"PYTHONPATH": str(AGENT), "PYTHONDONTWRITEBYTECODE": "1", **variables},
                capture_output=True,
                text=True,
                check=False,
            )
            return done.returncode, done.stdout, done.stderr

        told = {"STALEREAD": "x.srt", "PYTHONPATH": str(AGENT / "staleread" / "_startup")}
        assert run("program.py", **told) == (
            0,
            "did it\n",
            f"staleread: the program runs unrecorded: {reason}",
        )
        assert run("-m", "staleread", "record", "program.py") == (2, "", f"staleread: {reason}")
        assert run("program.py", "itself") == (0, "did it\n", f"staleread: nothing is recorded: {reason}" * 2)
        assert not list(tmp_path.glob("*.srt"))
