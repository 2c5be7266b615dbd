"""The runner itself, on a package and a suite made up here: no network, nothing installed."""

from __future__ import annotations

import json
import os
import sys
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Any

import outcomes
import pytest
import run
import suites
import tool
from interpreters import PYTHONS, interpreters
from packages import PACKAGES
from workshop import PYTEST, Links, Suite

PACKAGE = """
    import asyncio

    class Counter:
        def __init__(self):
            self.value = 0

        async def add(self):
            value = self.value
            await asyncio.sleep(0.001)
            self.value = value + 1
"""
TESTS = """
    import asyncio
    import sys

    import pytest
    from counter import Counter

    def test_two_at_once():
        async def both():
            counter = Counter()
            await asyncio.gather(counter.add(), counter.add())
            return counter.value
        assert asyncio.run(both()) == 1

    def test_that_fails():
        assert Counter() is None

    @pytest.mark.skip
    def test_that_is_skipped():
        pass
"""
TELLTALE = """
    def test_that_knows():
        assert "staleread" not in sys.modules
"""


def made_up(folder: Path, tests: str) -> Suite:
    installed, home = folder / "site-packages", folder / "suite"
    installed.mkdir()
    home.mkdir()
    (installed / "counter.py").write_text(textwrap.dedent(PACKAGE))
    (home / "test_counter.py").write_text(textwrap.dedent(tests))
    path = os.pathsep.join((str(tool.AGENT), str(run.HERE), str(installed)))
    return Suite(
        *("counter", Path(sys.executable), home, folder, ("counter",), PYTEST, ("test_counter.py",)),
        {"PYTHONPATH": path},
    )


def test_what_a_suite_comes_to(tmp_path: Path) -> None:
    result = run.measure(made_up(tmp_path, TESTS))
    assert (result["tests"], result["flaky"], result["differing"], result["wrong"]) == (3, [], {}, "")
    assert result["own"] == {"lost-update observed high": 1}
    assert result["others"] == {}
    assert result["events"] > 20
    row = suites.table([result]).splitlines()[-1]
    assert row.startswith("| counter |")
    assert "1 lost-update observed high" in row


def test_a_test_that_ends_otherwise_when_recorded_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "RUNS_MAX", 2)
    result = run.measure(made_up(tmp_path, TESTS + TELLTALE))
    assert result["differing"] == {"test_counter.py::test_that_knows": ("passed", "failed")}
    assert result["flaky"] == []


def test_a_recording_that_saw_nothing_is_no_success(tmp_path: Path) -> None:
    result = run.measure(replace(made_up(tmp_path, TESTS), watch=("another",)))
    assert result["differing"] == {}
    assert result["wrong"] == "nothing that is watched ran"


def test_a_recording_that_switched_itself_off_is_no_success() -> None:
    whole = {"complete": True, "notes": [], "unexercised": {"functions_run": 1}}
    assert run.unusable(whole, {"a": "passed"}) == ""
    assert "off" in run.unusable({**whole, "notes": ["the agent switched itself off: …"]}, {"a": "passed"})
    assert "incomplete" in run.unusable({**whole, "complete": False}, {"a": "passed"})


SERVER = """
    import socket, sys
    for port in sys.argv[1:]:
        with socket.create_server(("127.0.0.1", int(port))) as listening:
            while True:
                listening.accept()
"""
ASKING = """
    import os, socket
    import counter

    def test_it_listens():
        counter.Counter()
        socket.create_connection(("127.0.0.1", int(os.environ["PORT"]))).close()
"""


def test_a_suite_with_a_server(tmp_path: Path) -> None:
    suite = made_up(tmp_path, ASKING)
    command = (sys.executable, "-c", textwrap.dedent(SERVER), "{port}")
    served = replace(suite, server=command, environment={**suite.environment, "PORT": "{port}"})
    assert run.run(served, tmp_path / "plain", ())[0] == {"test_counter.py::test_it_listens": "passed"}
    with pytest.raises(RuntimeError, match="not installed"):
        run.run(replace(suite, server=("no-such-server",)), tmp_path / "plain", ())


def test_a_suite_without_tests_is_no_success(tmp_path: Path) -> None:
    result = run.measure(made_up(tmp_path, ""))
    assert "no test" in result["wrong"]


def test_tests_that_end_now_so_now_so_do_not_differ() -> None:
    one, other = {"a": "passed", "b": "passed"}, {"a": "failed", "b": "passed"}
    assert outcomes.differing([one], [other]) == {"a": ("passed", "failed")}
    assert outcomes.differing([one, other], [other]) == {}
    assert outcomes.differing([one], [{"b": "passed"}]) == {"a": ("passed", "absent")}


def test_several_suites_as_one(tmp_path: Path) -> None:
    good = run.measure(made_up(tmp_path, TESTS))
    bad: run.Result = {**good, "differing": {"a": ("passed", "failed")}, "wrong": "no trace was written"}
    whole = run.total([good, bad])
    assert (whole["tests"], whole["differing"], whole["wrong"]) == (
        6,
        bad["differing"],
        "counter: no trace was written",
    )
    assert whole["own"] == {"lost-update observed high": 2}


def test_what_is_kept_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(suites, "PLACE", tmp_path)
    package = PACKAGES[0]
    home = tmp_path / f"{package.name}-{package.version}"
    result = run.measure(made_up(tmp_path, TESTS))
    for folder, differing in ((home, {}), (home / "another", {"a": ("passed", "failed")})):
        folder.mkdir()
        (folder / suites.RESULT).write_text(
            json.dumps({**result, "accelerated": False, "differing": differing})
        )
    monkeypatch.setattr(sys, "argv", ["suites", "--table", package.name, package.name])
    assert suites.main() == 1
    printed = capsys.readouterr().out.splitlines()
    assert printed[-2].startswith(f"| {package.name} | {package.version} | no | 6 | 0 |")
    assert printed[-1] == f"{package.name}: a: passed plainly, failed recorded"


def test_cpython_has_tests_of_asyncio_or_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(PYTHONS, os.pathsep.join((sys.executable, sys.executable)))
    for interpreter in interpreters():
        modules = {suite.name for suite in interpreter.suites(tmp_path)}
        assert {"test_tasks", "test_locks"} <= modules
        assert interpreter.name == f"asyncio-{sys.version_info[0]}.{sys.version_info[1]}"


def test_a_test_of_unittest_is_noted(tmp_path: Path) -> None:
    (tmp_path / "test_two.py").write_text(
        "import unittest\nclass T(unittest.TestCase):\n"
        "  def test_a(self): pass\n"
        "  def test_b(self):\n"
        "    with self.subTest(): self.fail()\n"
    )
    suite = Suite(
        *(
            "two",
            Path(sys.executable),
            tmp_path,
            tmp_path,
            ("test_two",),
            ("-m", "asyncio_tests"),
            ("test_two",),
        ),
        {"PYTHONPATH": os.pathsep.join((str(tool.AGENT), str(run.HERE), str(tmp_path)))},
    )
    ended, _ = run.run(suite, tmp_path / "plain", ())
    assert ended == {"test_two.T.test_a": "passed", "test_two.T.test_b": "failed"}


def test_packages_are_pinned_and_named_once() -> None:
    names = [package.name for package in PACKAGES]
    assert len(set(names)) == len(names)
    assert all(package.version and package.watch for package in PACKAGES)


def test_links_of_a_page() -> None:
    links = Links()
    links.feed('<p><a href="../x-1.tar.gz#sha256=0">x</a> <a>none</a></p>')
    assert links.found == ["../x-1.tar.gz#sha256=0"]
