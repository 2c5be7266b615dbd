"""Recording told by the environment, of an agent that is installed and of one that is not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
import venv
from pathlib import Path

import pytest
from recording import ROOT, SECONDS_MAX
from trace_reader import read_trace

STARTUP = ROOT / "pyagent" / "staleread" / "_startup"

PROGRAM = """
    import asyncio, helper, multiprocessing, os, subprocess, sys

    class Box: pass
    box = Box()

    def work(name):
        box.value = name

    if __name__ == "__main__":
        work("main")
        helper.help(box)
        print(__name__, __file__, sys.argv, sys.path[0])
        for method in sys.argv[2:]:
            process = multiprocessing.get_context(method).Process(target=work, args=(method,))
            process.start()
            process.join()
            print(process.exitcode)
        sys.exit(int(sys.argv[1]))
    """


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "program.py").write_text(textwrap.dedent(PROGRAM))
    (tmp_path / "helper.py").write_text("def help(box):\n    box.helped = 1\n")
    return tmp_path


def run(
    folder: Path, *words: str, interpreter: str = sys.executable, **variables: str
) -> subprocess.CompletedProcess[str]:
    inherited = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [interpreter, *words],
        cwd=folder,
        env={**inherited, **variables},
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )


def recorded(
    folder: Path, *words: str, **variables: str
) -> tuple[subprocess.CompletedProcess[str], dict[str, list[str]]]:
    """What it did, which is what it does without us; and what is written in each trace."""
    alone = run(folder, *words)
    done = run(folder, *words, **{"STALEREAD": "t.srt", "PYTHONPATH": str(STARTUP), **variables})
    assert (done.returncode, done.stdout, done.stderr) == (alone.returncode, alone.stdout, alone.stderr)
    return done, written(folder)


def written(folder: Path) -> dict[str, list[str]]:
    found = {}
    for path in sorted(folder.glob("*.srt")):
        trace = read_trace(path)
        assert trace.end is not None and "off" not in trace.end
        found[path.name] = [trace.key_text(event.key) for event in trace.of("write")]
    return found


@pytest.mark.parametrize("words", [("./program.py", "3"), ("-m", "program", "1")])
def test_a_main_program_and_what_it_imports(folder: Path, words: tuple[str, ...]) -> None:
    done, traces = recorded(folder, *words)
    assert done.returncode == int(words[-1])
    assert traces == {"t.srt": ["value", "helped"]}
    trace = read_trace(folder / "t.srt")
    assert trace.end is not None and trace.end["status"] == words[-1]
    assert trace.meta["argv"].split("\n") == list(words) and trace.meta["root"] == str(folder.resolve())


def test_code_sees_what_it_imports(folder: Path) -> None:
    _, traces = recorded(folder, "-c", "import program; program.work('x'); program.box.unseen = 1")
    assert traces == {"t.srt": ["value"]}


@pytest.mark.parametrize("words", [("-m", "platform"), ("-I", "program.py", "0")])
def test_who_does_nothing_watched_or_obeys_no_environment_leaves_nothing(
    folder: Path, words: tuple[str, ...]
) -> None:
    assert recorded(folder, *words)[1] == {}


def test_every_start_method_of_multiprocessing(folder: Path) -> None:
    methods = ["spawn", "forkserver", "fork"]
    _, traces = recorded(folder, "program.py", "0", *methods)
    assert traces.pop("t.srt") == ["value", "helped"]
    assert sorted(traces.values()) == [["value"]] * len(methods)
    main = read_trace(folder / "t.srt")
    parents = [read_trace(folder / name).meta["parent"] for name in traces]
    assert parents.count(str(main.pid)) == 2  # that of the third is the server
    assert main.end is not None and "multiprocessing" not in main.end["unseen"]


def test_a_second_process_replaces_nothing(folder: Path) -> None:
    (folder / "t.srt").write_text("precious")
    done = run(folder, "program.py", "0", STALEREAD="t.srt", PYTHONPATH=str(STARTUP))
    assert done.returncode == 0 and (folder / "t.srt").read_text() == "precious"
    [other] = folder.glob("t.*.srt")
    assert other.name == f"t.{read_trace(other).pid}.srt"
    (folder / "t.srt").unlink()
    run(folder, "program.py", "0", STALEREAD="p-%p.srt", PYTHONPATH=str(STARTUP))
    [named] = folder.glob("p-*.srt")
    assert named.name == f"p-{read_trace(named).pid}.srt"


def test_options(folder: Path) -> None:
    _, traces = recorded(folder, "program.py", "0", STALEREAD_OPTIONS="--ignore helper --values off")
    assert traces == {"t.srt": ["value"]}
    assert read_trace(folder / "t.srt").meta["values"] == "off"


@pytest.mark.parametrize("options", ["--no-such", "other.py"])
def test_options_that_are_none_leave_the_program_alone(folder: Path, options: str) -> None:
    alone = run(folder, "program.py", "3")
    done = run(
        folder, "program.py", "3", STALEREAD="t.srt", PYTHONPATH=str(STARTUP), STALEREAD_OPTIONS=options
    )
    assert (done.returncode, done.stdout) == (alone.returncode, alone.stdout)
    [line] = done.stderr.splitlines()
    assert line.startswith("staleread: the program runs unrecorded: ")
    assert not list(folder.glob("*.srt"))


def test_a_folder_that_is_not_there_is_told_in_one_line(folder: Path) -> None:
    done = run(folder, "program.py", "0", STALEREAD="no/such/t.srt", PYTHONPATH=str(STARTUP))
    assert done.returncode == 0
    assert "no/such/t.srt: cannot write the trace: No such file or directory" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_another_sitecustomize_is_run(folder: Path) -> None:
    (folder / "site").mkdir()
    (folder / "site" / "sitecustomize.py").write_text("import sys; sys.customized = __file__\n")
    path = os.pathsep.join([str(STARTUP), str(folder / "site")])
    for variables in ({}, {"STALEREAD": "t.srt"}):
        done = run(folder, "-c", "import sys; print(sys.customized)", PYTHONPATH=path, **variables)
        assert (done.stdout, done.stderr) == (f"{folder / 'site' / 'sitecustomize.py'}\n", "")


def test_an_installed_agent_needs_nothing_else(folder: Path) -> None:
    """What a wheel puts into an environment."""
    environment = folder / "environment"
    venv.create(environment, with_pip=False, symlinks=True)
    [packages] = environment.glob("lib/python*/site-packages")
    shutil.copytree(
        ROOT / "pyagent" / "staleread",
        packages / "staleread",
        ignore=shutil.ignore_patterns("*.so", "__pycache__"),
    )
    shutil.copy(ROOT / "pyagent" / "staleread.pth", packages)
    python = str(environment / "bin" / "python")
    without = run(
        folder, "-c", "import sys; print([n for n in sys.modules if 'stale' in n])", interpreter=python
    )
    assert (without.stdout, without.stderr) == ("[]\n", "")
    done = run(folder, "program.py", "0", "spawn", interpreter=python, STALEREAD="t.srt")
    assert (done.returncode, done.stderr) == (0, "")
    traces = written(folder)
    assert traces.pop("t.srt") == ["value", "helped"] and list(traces.values()) == [["value"]]
