"""Programs recorded in a process of their own, as a user would record them."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import prepared
import pytest
from recording import SECONDS_MAX, Record, Recording, environment
from services import Start, run_services
from trace_reader import Trace

SHARED = (
    "programs",
    "cli",
    "test_library.py",
    "test_what_there_is_no_memory_for_is_told",
    "test_a_hook_that_changes_something_is_noticed",
)
"""Folders, files and tests that take long and hardly depend on the version."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--share", default="0/1", help="K/N: of the long tests every N-th, from the K-th on")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Several versions of Python share the long tests."""
    first, step = map(int, config.getoption("--share").split("/"))
    shared = [
        item for item in items if not {*SHARED}.isdisjoint([*item.path.parts, item.name.partition("[")[0]])
    ]
    left_out = {*shared} - {*shared[first::step]}
    config.hook.pytest_deselected(items=[item for item in items if item in left_out])
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture
def record(tmp_path: Path) -> Record:
    """Records the text of a program; `options` are those of `staleread record`."""

    def run(
        source: str,
        *options: str,
        arguments: tuple[str, ...] = (),
        quiet: bool = True,
        folders: Sequence[str] = (),
    ) -> Recording:
        program = tmp_path / "program.py"
        program.write_text(textwrap.dedent(source))
        path = tmp_path / "trace.srt"
        words = [
            *(["--quiet"] if quiet else []),
            "-o",
            str(path),
            *options,
            "program.py",
            *arguments,
        ]
        done = prepared.record(tmp_path, words, environment(folders), SECONDS_MAX)
        return Recording(done.returncode, done.stdout, done.stderr, path)

    return run


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Start]:
    """Starts programs that run until there is a file `stop`."""
    yield from run_services(tmp_path)


@pytest.fixture
def trace_of(record: Record) -> Callable[..., Trace]:
    """The trace of a program that has to end well."""

    def run(source: str, *options: str) -> Trace:
        recording = record(source, *options)
        assert recording.status == 0, recording.stderr
        assert recording.stderr == ""
        trace = recording.trace
        assert trace.end is not None and "off" not in trace.end, trace.end
        assert trace.end["lost_events"] == "0"
        return trace

    return run
