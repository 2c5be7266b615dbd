"""Tools at work at the same time: each says what it says without the agent.

What only `./dev beside` has installed is skipped elsewhere.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from comparing import Both, run_both
from debug_client import session
from recording import SECONDS_MAX, environment

PROGRAMS = Path(__file__).parent / "programs"


def run(folder: Path, *command: str, **variables: str) -> Both:
    """In a folder with all the programs."""
    for program in PROGRAMS.glob("*.py"):
        shutil.copy(program, folder)
    return run_both(folder, *command, flags=["-B"], folders=SITE_PACKAGES, variables=variables)


SITE_PACKAGES = [path for path in sys.path if "site-packages" in path]


def needs(*packages: str) -> pytest.MarkDecorator:
    missing = [package for package in packages if importlib.util.find_spec(package) is None]
    return pytest.mark.skipif(bool(missing), reason=f"needs {', '.join(missing)}")


def test_the_standard_librarys_tools_see_what_they_saw(tmp_path: Path) -> None:
    both = run(tmp_path, "standard_tools.py")
    both.assert_same()
    assert both.bare.status == 0 and "(False, (0, 3.0), True, 1)" in both.bare.stdout


# pytest


@pytest.mark.skipif(sys.version_info < (3, 11), reason="nothing takes a frame out of a traceback there")
def test_failed_assertions_read_as_ever(tmp_path: Path) -> None:
    for program, name in (("assertions", "test_assertions"), ("assertions_conftest", "conftest")):
        shutil.copy(PROGRAMS / f"{program}.py", tmp_path / f"{name}.py")
    both = run(tmp_path, *PYTEST, "test_assertions.py", "-vv", "--showlocals", "--tb=short")
    both.assert_same()
    assert "assert 10 == 11" in both.bare.stdout and "23 failed, 1 passed" in both.bare.stdout


PYTEST = ("-m", "pytest", "-p", "no:cacheprovider", "-p", "no:hypothesispytest", "--basetemp=temporary")

ASYNC_TESTS = """
import asyncio, pytest
from accounts import Account, transfer

@pytest.fixture
async def account():
    account = Account(3)
    yield account
    await asyncio.sleep(0)
    assert account.balance < 5

@pytest.mark.parametrize("count", range(4))
async def test_many(count, account):
    await asyncio.gather(*(transfer(account, Account(0), 1) for _ in range(count)))
    assert account.balance == 2

async def test_after(account):
    account.balance += 9
"""


@pytest.mark.parametrize(
    "plugin",
    [
        pytest.param("anyio", marks=needs("anyio", "pytest_asyncio")),
        pytest.param("asyncio", marks=needs("pytest_asyncio")),
    ],
)
def test_plugins_for_coroutines_run_as_ever(plugin: str, tmp_path: Path) -> None:
    mode = f"[pytest]\n{plugin}_mode = auto\n"
    (tmp_path / "pytest.ini").write_text(mode)
    (tmp_path / "test_async.py").write_text(
        ASYNC_TESTS + "@pytest.fixture\ndef anyio_backend():\n    return 'asyncio'\n"
    )
    both = run(tmp_path, *PYTEST, "test_async.py", "-v", "-W", "ignore")
    both.assert_same()
    assert " passed" in both.bare.stdout and " failed" in both.bare.stdout


@needs("xdist")
def test_tests_run_in_other_processes_as_ever(tmp_path: Path) -> None:
    (tmp_path / "test_sync.py").write_text(
        "from accounts import Account\n"
        + "\n".join(map("def test_{0}(): assert Account({0}).balance % 3".format, range(9)))
    )
    both = run(tmp_path, *PYTEST, "test_sync.py", "-n", "2", "-q")
    assert both.recorded.status == both.bare.status == 1
    assert "3 failed, 6 passed" in both.recorded.stdout


# Other tools

COVERED = """
import json, os, sys
from coverage import Coverage, CoverageData
data = CoverageData("coverage")
data.read()
files = sorted(data.measured_files())
print({file: sorted(data.lines(file)) for file in files})
if "ways" in sys.argv:
    print({file: sorted(data.arcs(file) or []) for file in files})
coverage = Coverage("coverage")
coverage.load()
coverage.json_report(outfile="report.json")
with open("report.json") as file:
    print(json.load(file)["files"])
os.unlink("report.json")
"""


def seen(core: str) -> list[str]:
    """What is compared of one way of counting: the lines, the report, and each way from one line to another.

    Of these `sysmon` notes one that it does not report: from a line to the next, the first time that it gets to any of the
    places where the compiler has put that one. It copies a short end of a function, where that has no hooks.
    """
    return [] if core == "sysmon" else ["ways"]


@needs("coverage")
@pytest.mark.parametrize("core", ["ctrace", "pytrace", "sysmon"])
@pytest.mark.parametrize("branches", [[], ["--branch"]], ids=["lines", "branches"])
def test_coverage_counts_the_same_lines_and_branches(core: str, branches: list[str], tmp_path: Path) -> None:
    if core == "sysmon" and sys.version_info < (3, 12):
        pytest.skip("needs sys.monitoring")
    cover = ("-m", "coverage", "run", *branches, "--data-file=coverage", "--include=branches.py,accounts.py")
    record = ("-m", "staleread", "record", "--quiet", "-o", "trace.srt")
    for program in ("branches", "accounts"):
        shutil.copy(PROGRAMS / f"{program}.py", tmp_path)
    environ = environment(SITE_PACKAGES) | {"COVERAGE_CORE": core}
    outcomes = []
    for words in ([*cover], [*record, *cover], [*cover, *record]):
        printed = output(tmp_path, environ, *words, "branches.py")
        outcomes.append((printed, output(tmp_path, environ, "-c", COVERED, *seen(core))))
    assert outcomes[1] == outcomes[0]
    assert outcomes[2] == outcomes[0]
    assert ("missing_branches" in outcomes[0][1]) == bool(branches)


def output(folder: Path, environ: dict[str, str], *words: str) -> str:
    command = [sys.executable, *words]
    done = subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, timeout=SECONDS_MAX, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@needs("debugpy")
@pytest.mark.parametrize("order", ["debugger in the recording", "recording in the debugger"])
def test_a_debugger_stops_where_it_stopped(order: str, tmp_path: Path) -> None:
    record = ["-m", "staleread", "record", "--quiet", "-o", "trace.srt"]
    assert debugged(tmp_path, record, order) == debugged(tmp_path, [], order)


def debugged(folder: Path, record: list[str], order: str) -> tuple[str, str]:
    for program in ("transfers", "accounts"):
        shutil.copy(PROGRAMS / f"{program}.py", folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    debugpy = ["-m", "debugpy", "--listen", f"127.0.0.1:{port}", "--wait-for-client"]
    words = [*debugpy, *record] if order.startswith("recording") else [*record, *debugpy]
    program = subprocess.Popen(
        [sys.executable, "-X", "frozen_modules=off", *words, "transfers.py"],
        cwd=folder,
        env=environment(SITE_PACKAGES),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        moves = ("next", "next", "stepIn", "stepOut")
        stops: list[Any] = session(port, folder / "accounts.py", 13, moves)
        return re.sub("0x[0-9a-f]+", "0x…", repr(stops)), program.communicate(timeout=SECONDS_MAX)[0]
    finally:
        program.kill()


IPYTHON = {
    "a program": "%run transfers.py",
    "top-level await": "import accounts; await accounts.transfer(accounts.Account(3), accounts.Account(1), 2)",
    "an exception": "import accounts; await accounts.transfer(accounts.Account(3), None, 2)",
    "a source": "from accounts import transfer\n%psource transfer",
}


@needs("IPython")
@pytest.mark.parametrize("cell", IPYTHON)
def test_ipython_answers_as_ever(cell: str, tmp_path: Path) -> None:
    words = ("-m", "IPython", "--no-banner", "--colors=NoColor", "-c", IPYTHON[cell])
    run(tmp_path, *words, IPYTHONDIR=str(tmp_path / "ipython")).assert_same()


@needs("viztracer")
def test_viztracer_traces_beside(tmp_path: Path) -> None:
    run(
        tmp_path, "-m", "viztracer", "--quiet", "--log_async", "-o", "trace.json", "transfers.py"
    ).assert_same()


@pytest.mark.parametrize(
    "package",
    [
        pytest.param(name, marks=needs(name))
        for name in ("attr", "pydantic", "cloudpickle", "typeguard", "beartype")
    ],
)
def test_packages_that_look_into_functions_find_them_as_they_were(package: str, tmp_path: Path) -> None:
    both = run(tmp_path, "packages.py", package)
    both.assert_same()
    assert both.bare.status == 0
