"""The JUnit report as other programs read it: an XML parser, and a library for such files."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from conftest import ROOT, Program
from junitparser import Error, Failure, JUnitXml, Skipped, TestCase
from test_report_schema import GOLDEN, racy_trace

RACY = ROOT / "traces" / "racy"


def cases_of(text: str) -> dict[str, list[TestCase]]:
    """The cases by suite; the numbers that are told are those that there are."""
    report = JUnitXml.fromstring(text.encode())
    told = [(report.tests, report.failures, report.errors, report.skipped)]
    counted = [0, 0, 0, 0]
    found: dict[str, list[TestCase]] = {}
    for suite in report:
        cases = list(suite)
        kinds = [type(result) for case in cases for result in case.result]
        own = [len(cases), kinds.count(Failure), kinds.count(Error), kinds.count(Skipped)]
        assert [suite.tests, suite.failures, suite.errors, suite.skipped] == own
        counted = [one + other for one, other in zip(counted, own, strict=False)]
        found[suite.name.removeprefix("staleread.")] = cases
    assert told == [tuple(counted)]
    return found


def analyzed(staleread: Program, *words: str | Path, status: int = 1) -> dict[str, list[TestCase]]:
    outcome = staleread("analyze", "--format", "junit", *words)
    assert (outcome.status, outcome.err) == (status, "")
    found = cases_of(outcome.out)
    fails = any(
        isinstance(result, Failure) for cases in found.values() for case in cases for result in case.result
    )
    assert fails == (status == 1)
    return found


@pytest.mark.parametrize("name", ["full.xml", "empty.xml"])
def test_golden_reports_are_read(name: str) -> None:
    """The C tests hold the program to these files."""
    cases_of((GOLDEN / name).read_text())


def test_every_finding_is_a_case(staleread: Program) -> None:
    traces = sorted(RACY.glob("*.srt"))
    found = analyzed(staleread, *traces)
    findings = 0
    for kind, cases in found.items():
        for case in cases:
            if kind == "traces" or case.name == "none":
                assert case.is_passed
                continue
            findings += 1
            (failure,) = case.result
            assert case.classname == f"staleread.{kind}"
            assert failure.message.endswith(".") and "\n" not in failure.message
            assert failure.text.startswith(f"{kind} · {failure.type} · ")
            place = ElementTree.fromstring(case.tostring()).attrib
            assert (RACY / place["file"]).is_file() and int(place["line"]) > 0
    assert findings > 50
    assert len(found["traces"]) == len(traces)
    # Of what there is nothing, a case passes.
    assert [case.name for case in found["atomicity"]] == ["none"]


def test_what_does_not_count_is_skipped(staleread: Program) -> None:
    racy_trace(staleread.folder)
    predicted = RACY / "latent.srt"
    (case,) = analyzed(staleread, predicted, "--fail-on", "observed", status=0)["lost-update"]
    assert case.result[0].message == "predicted: --fail-on observed lets it pass"
    (case,) = analyzed(staleread, "scene.srt", "--fail-on", "never", status=0)["lost-update"]
    assert case.result[0].message == "observed: --fail-on never lets it pass"

    staleread("analyze", "scene.srt", "--write-baseline", "base.json")
    (case,) = analyzed(staleread, "scene.srt", "--baseline", "base.json", status=0)["lost-update"]
    assert case.result[0].message == "known: the baseline has it"

    (staleread.folder / "rules.yaml").write_text(
        "version: 1\nsuppress:\n  - cell: State.x\n    reason: <one>\n"
    )
    (case,) = analyzed(staleread, "scene.srt", "--rules", "rules.yaml", status=0)["lost-update"]
    assert case.result[0].message == "suppressed: <one>"
    assert "State.x" in case.system_out


def test_an_incomplete_trace_is_skipped(staleread: Program) -> None:
    whole = racy_trace(staleread.folder).read_bytes()
    (staleread.folder / "torn.srt").write_bytes(whole[:-20])
    outcome = staleread("analyze", "--format", "junit", "torn.srt")
    (case,) = cases_of(outcome.out)["traces"]
    assert case.name == "torn.srt"
    assert isinstance(case.result[0], Skipped)


def test_names_do_not_change_with_keys(staleread: Program) -> None:
    names = set()
    for trace in ("dict_entries.srt", "key_in_cache.srt"):
        for cases in analyzed(staleread, RACY / trace).values():
            names |= {case.name for case in cases if "SR-" in case.name}
    assert names and all("[" not in name or "[…] (SR-" in name for name in names)


def test_any_name_is_a_character(staleread: Program) -> None:
    """Nothing that XML has no room for, whatever an actor is called."""
    points = [*range(0x20), *range(0x7F, 0xA0), 0xFFFE, 0xFFFF, 0x1F600, 0x2028]
    name = "".join(map(chr, points)) + "]]>&<!--\"'"
    racy_trace(staleread.folder, name)
    (case,) = analyzed(staleread, "scene.srt")["lost-update"]
    assert "]]>&<!--\"'" in case.result[0].message
