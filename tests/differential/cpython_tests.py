"""CPython's own tests, with the standard library and the tests themselves instrumented.

In: which tests. Out: which end differently. A test that ends differently runs once more on both sides: what ends now so,
now so is flaky and told apart.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from instrumented_library import instrumented_library, plain_library
from recorded import Traces, python_path

SUITES = (
    "argparse ast asyncgen augassign baseexception bisect builtin class cmd code codeop collections compare compile "
    "configparser contextlib contextlib_async copy coroutines csv dataclasses decorators defaultdict deque dict dictcomps "
    "dictviews difflib dynamicclassattribute enum enumerate except_star exception_group exceptions exception_variations "
    "fileinput finalization fractions frame fstring functools future generators genericalias genericclass generator_stop "
    "genexps getopt global grammar graphlib hash heapq html htmlparser inspect ipaddress isinstance iter itertools "
    "json keywordonlyarg lambda linecache list listcomps logging match metaclass named_expressions namedtuple nonlocal "
    "opcodes operator ordered_dict patma pickle pkgutil positional_only_arg pprint property pulldom queue raise random "
    "reprlib sched scope set setcomps shelve shlex slice statistics string super tempfile textwrap timeit "
    "tokenize traceback try tuple types typing unary unittest unpack unpack_ex userdict userlist userstring utils "
    "warnings weakref weakset with yield_from zipapp zipfile"
).split()
"""What tests the language, and modules written in it; `sys_settrace` and `trace` want to see no function but
their own."""

KNOWN = (
    "TestGetClosureVars.test_generator_closure",
    "TestGetGeneratorState.test_getgeneratorlocals",
    "TestGetGeneratorState.test_getgeneratorlocals_empty",
    "PEP626Tests.test_lineno_after_with",
    "BuiltinTest.test_exec_closure",
    "TestSourcePositions.test_weird_attribute_position_regressions",
    "TestSpecifics.test_line_number_genexp",
    "testSelectedTestNamesFunctionalTest",
    "OriginTrackingTest.test_origin_tracking",
)
"""What looks at instructions, at names and variables that a function has because of its hooks, or at the line of a function
that is over; what starts a Python that ignores PYTHONPATH, by which the hooks are found here; and, recorded, what reads
where a coroutine was made without having asked for it."""


@dataclass
class Outcomes:
    tests: int = 0
    differing: list[str] = field(default_factory=list)
    flaky: list[str] = field(default_factory=list)
    known: int = 0
    without: list[str] = field(default_factory=list)
    """Suites that this Python does not have, or that end without saying how."""


def compare_suites(folder: Path, names: list[str], recorded: bool) -> Outcomes:
    """`recorded`, or with hooks that only pass on what they are given."""
    found = Outcomes()
    plain = plain_library(folder)
    instrumented = None
    if not recorded:
        instrumented = instrumented_library(
            folder, lambda name: _is_wanted(name, names), found.differing.append
        )
    for name in names:
        if (
            not (plain / "test" / f"test_{name}.py").exists()
            and not (plain / "test" / f"test_{name}").is_dir()
        ):
            found.without.append(name)
            continue
        _compare_suite(name, plain, instrumented, found)
        print(f"{name}: {found.tests} tests so far, {len(found.differing)} differ", flush=True)
    return found


def _is_wanted(module: str, suites: list[str]) -> bool:
    """All of the library, but of its tests only those that run, and what they share."""
    parts = module.split(".")
    if parts[0] != "test":
        return parts[0] not in ("idlelib", "lib2to3", "tkinter", "turtledemo", "ensurepip", "pydoc_data")
    return len(parts) > 1 and not (
        parts[1].startswith("test_") and parts[1].removeprefix("test_") not in suites
    )


def _compare_suite(name: str, plain: Path, instrumented: Path | None, found: Outcomes) -> None:
    """Without a library that is instrumented, what differs is whether it is recorded."""

    def otherwise() -> dict[str, str]:
        if instrumented is not None:
            return outcomes(name, instrumented, [])
        traces = Traces()
        with traces:
            ended = outcomes(name, plain, traces.words())
            found.differing.extend(f"{name}: {trouble}" for trouble in traces.troubles())
        return ended

    one, other = outcomes(name, plain, []), otherwise()
    found.tests += len(one)
    if not one:
        found.without.append(name)
    if one == other:
        return
    again, other_again = outcomes(name, plain, []), otherwise()
    for test in sorted({*one, *other}):
        if test.endswith(KNOWN):
            found.known += one.get(test) != other.get(test)
            continue
        ends = {one.get(test, "missing"), again.get(test, "missing")}
        other_ends = {other.get(test, "missing"), other_again.get(test, "missing")}
        if ends != other_ends:
            kind = found.flaky if ends & other_ends else found.differing
            kind.append(
                f"{name}: {test}: {'/'.join(sorted(ends))} plain, {'/'.join(sorted(other_ends))} instrumented"
            )


def outcomes(name: str, place: Path, record: list[str]) -> dict[str, str]:
    """How each test of a suite ends; `record` are the words that have this recorded."""
    report = place / f"report-{name}.xml"
    report.unlink(missing_ok=True)
    words = [*record, "-m", "test", "--timeout", "200", "--junit-xml", str(report), f"test_{name}"]
    environment = {**os.environ, "PYTHONPATH": python_path(place), "PYTHONHASHSEED": "1"}
    with (place / f"report-{name}.txt").open("w") as told, suppress(subprocess.TimeoutExpired):
        subprocess.run(
            [sys.executable, *words],
            env=environment,
            cwd=place,
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=subprocess.STDOUT,
            timeout=400,
            check=False,
        )
    if not report.exists():
        return {}
    ended: dict[str, str] = {}
    for test in ElementTree.parse(report).iter("testcase"):
        kind = next((child.tag for child in test if child.tag in ("failure", "error", "skipped")), "passed")
        ended[str(test.get("name"))] = test.get("result", kind) if kind == "passed" else kind
    return ended
