"""The runner itself, on a package and a suite made up here: no network, nothing installed."""

from __future__ import annotations

import os
import sys
import textwrap
from pathlib import Path

import outcomes
import pytest
import run
import suites
import tool
from packages import PACKAGES
from workshop import Links, Suite

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
        *("counter", Path(sys.executable), home, folder, ("counter",), ("test_counter.py",)),
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


def test_a_suite_without_tests_is_no_success(tmp_path: Path) -> None:
    result = run.measure(made_up(tmp_path, ""))
    assert "no test" in result["wrong"]


def test_tests_that_end_now_so_now_so_do_not_differ() -> None:
    one, other = {"a": "passed", "b": "passed"}, {"a": "failed", "b": "passed"}
    assert outcomes.differing([one], [other]) == {"a": ("passed", "failed")}
    assert outcomes.differing([one, other], [other]) == {}
    assert outcomes.differing([one], [{"b": "passed"}]) == {"a": ("passed", "absent")}


def test_packages_are_pinned_and_named_once() -> None:
    names = [package.name for package in PACKAGES]
    assert len(set(names)) == len(names)
    assert all(package.version and package.watch for package in PACKAGES)


def test_links_of_a_page() -> None:
    links = Links()
    links.feed('<p><a href="../x-1.tar.gz#sha256=0">x</a> <a>none</a></p>')
    assert links.found == ["../x-1.tar.gz#sha256=0"]
