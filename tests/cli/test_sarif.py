"""The SARIF report against the public schema, and against what it is read for: code scanning and editors."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from conftest import ROOT, Program
from test_report_schema import GOLDEN, racy_trace

SCHEMA: dict[str, Any] = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0.json").read_text())
VALIDATOR = jsonschema.Draft7Validator(
    SCHEMA, format_checker=jsonschema.FormatChecker(["uri", "uri-reference"])
)
RACY = ROOT / "traces" / "racy"
LINK = re.compile(r"\[[^]]*\]\((\d+)\)")


def run_of(text: str) -> dict[str, Any]:
    """The only run of a log that is valid."""
    log: dict[str, Any] = json.loads(text)
    VALIDATOR.validate(log)
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def analyzed(staleread: Program, *words: str | Path, status: int = 1) -> dict[str, Any]:
    outcome = staleread("analyze", "--format", "sarif", *words)
    assert (outcome.status, outcome.err) == (status, "")
    run = run_of(outcome.out)
    assert run["invocations"][0]["exitCode"] == status
    return run


@pytest.fixture(scope="module")
def racy(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every committed racy trace in one log."""
    traces = sorted(RACY.glob("*.srt"))
    return analyzed(Program(tmp_path_factory.mktemp("sarif")), "--confidence", "low", *traces)


def notifications(run: dict[str, Any], level: str) -> list[str]:
    told = run["invocations"][0]["toolExecutionNotifications"]
    return [one["message"]["text"] for one in told if one["level"] == level]


def locations(value: Any) -> list[dict[str, Any]]:
    """All physical locations anywhere in it."""
    if isinstance(value, list):
        return [found for item in value for found in locations(item)]
    if isinstance(value, dict):
        own = [value["physicalLocation"]] if "physicalLocation" in value else []
        return own + [found for item in value.values() for found in locations(item)]
    return []


def test_the_schema_checks_uris() -> None:
    broken = {"uri": "no uri: <x>"}
    assert not jsonschema.Draft7Validator(
        {**SCHEMA, **SCHEMA["definitions"]["artifactLocation"]}, format_checker=VALIDATOR.format_checker
    ).is_valid(broken)


@pytest.mark.parametrize("name", ["full.sarif", "empty.sarif"])
def test_golden_reports_are_valid(name: str) -> None:
    """The C tests hold the program to these files."""
    run_of((GOLDEN / name).read_text())


def test_rules_are_the_kinds_in_the_words_of_explain(racy: dict[str, Any], staleread: Program) -> None:
    schema = json.loads((ROOT / "formats" / "report.schema.json").read_text())
    rules = racy["tool"]["driver"]["rules"]
    assert {rule["id"] for rule in rules} == set(schema["$defs"]["finding"]["properties"]["kind"]["enum"])
    for rule in rules:
        assert rule["help"]["text"] == staleread("explain", rule["id"]).out
        # Limits of GitHub.
        assert len(rule["shortDescription"]["text"]) <= 1024
        assert len(rule["fullDescription"]["text"]) <= 1024
        assert len(rule["properties"]["tags"]) <= 10
        assert rule.get("name", "").casefold() != rule["id"].casefold()


def test_results_belong_to_their_rules(racy: dict[str, Any]) -> None:
    rules = racy["tool"]["driver"]["rules"]
    levels = set()
    for result in racy["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        status, confidence = result["properties"]["status"], result["properties"]["confidence"]
        expected = "note" if confidence == "low" else "warning" if status == "predicted" else "error"
        assert result["level"] == expected
        levels.add(expected)
    assert levels == {"note", "warning", "error"}


def test_regions_are_what_the_source_has_there(racy: dict[str, Any]) -> None:
    """The programs lie beside their traces."""
    base = racy["originalUriBaseIds"]["%SRCROOT%"]
    assert base["uri"] == "file:///srv/app/"
    with_columns = 0
    for place in locations(racy["results"]):
        assert place["artifactLocation"]["uriBaseId"] == "%SRCROOT%"
        lines = (RACY / unquote(place["artifactLocation"]["uri"])).read_text().splitlines()
        region = place["region"]
        line = lines[region["startLine"] - 1]
        around = place.get("contextRegion", region)
        if "snippet" in around:
            assert around["snippet"]["text"] == line.strip()
        else:
            assert line.lstrip().startswith(("def ", "async def "))  # of what was never awaited
        if "endColumn" in region:
            with_columns += 1
            assert region["endLine"] == region["startLine"]
            part = line[region["startColumn"] - 1 : region["endColumn"] - 1]
            assert part and part == part.strip()
    assert with_columns > 100


def test_the_interleaving_is_told_in_order(racy: dict[str, Any]) -> None:
    for result in racy["results"]:
        (flow,) = result["codeFlows"]
        actors = [thread["id"] for thread in flow["threadFlows"]]
        assert len(set(actors)) == len(actors)
        orders = [[one["executionOrder"] for one in thread["locations"]] for thread in flow["threadFlows"]]
        assert all(order == sorted(order) for order in orders)
        numbers = sorted(number for order in orders for number in order)
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) <= 1000  # What GitHub shows of one result.


def steps(result: dict[str, Any]) -> list[dict[str, Any]]:
    """All locations of its code flow, in order."""
    threads = result["codeFlows"][0]["threadFlows"]
    return sorted(
        (one for thread in threads for one in thread["locations"]), key=lambda one: one["executionOrder"]
    )


def test_the_interleaving_has_all_that_its_actors_did(racy: dict[str, Any]) -> None:
    kinds = {kind for result in racy["results"] for one in steps(result) for kind in one["kinds"]}
    assert {"read", "write", "await", "acquire", "release", "lock", "memory", "danger"} <= kinds
    for result in racy["results"]:
        essential = [one["location"] for one in steps(result) if one["importance"] == "essential"]
        assert 0 < len(essential) <= len(result["relatedLocations"])
        told = [place["physicalLocation"] for place in result["relatedLocations"]]
        assert all(one["physicalLocation"] in told for one in essential)
        assert sum("danger" in one["kinds"] for one in steps(result)) == 1


def test_locks_are_levels(staleread: Program) -> None:
    """What is done while a lock is held lies one level deeper."""
    (result,) = analyzed(staleread, RACY / "lock_released.srt")["results"]
    told = [(one["nestingLevel"], one["location"]["message"]["text"]) for one in steps(result)]
    assert told[:6] == [
        (0, "`Task-3` awaits `self.lock`"),
        (1, "`Task-3` acquires `Counter.lock`"),
        (1, "`Task-3` reads `Counter.value`: `0`"),
        (1, "`Task-3` releases `Counter.lock`"),
        (0, "`Task-3` awaits `asyncio.sleep(0)`, and others run"),
        (0, "`Task-2` awaits `self.lock`"),
    ]


def test_files_are_where_the_repository_has_them(staleread: Program) -> None:
    """However it was recorded: below or above the root of the repository, or in another place."""
    trace = RACY / "counter.srt"  # of /srv/app
    for pair, uri, base in [
        (".=services/api", "services/api/counter.py", None),
        ("/srv/app=.", "counter.py", "file:///srv/app/"),
        ("/srv/=./", "app/counter.py", "file:///srv/"),
        ("/srv/app/=services/", "services/counter.py", None),
        ("/srv/ap=wrong", "counter.py", None),
        ("src=wrong", "counter.py", None),
    ]:
        run = analyzed(staleread, trace, "--path-map", pair)
        assert {place["artifactLocation"]["uri"] for place in locations(run["results"])} == {uri}
        assert run["originalUriBaseIds"]["%SRCROOT%"].get("uri") == base
    assert staleread("analyze", trace, "--path-map", "nothing").status == 2


def test_messages_link_to_their_places(racy: dict[str, Any]) -> None:
    for result in racy["results"]:
        linked = [int(number) for number in LINK.findall(result["message"]["text"])]
        assert linked == [place["id"] for place in result["relatedLocations"]]
        assert result["message"]["text"].split("\n")[0].endswith(".")


def test_fingerprints_are_the_ids(racy: dict[str, Any]) -> None:
    prints = [result["partialFingerprints"]["primaryLocationLineHash"] for result in racy["results"]]
    assert len(set(prints)) == len(prints)
    assert prints == [result["properties"]["id"] for result in racy["results"]]


def test_what_is_let_stand_is_marked(staleread: Program) -> None:
    """Only for who asks: code scanning opens alerts for it all the same."""
    racy_trace(staleread.folder)
    (staleread.folder / "rules.yaml").write_text(
        "version: 1\nsuppress:\n  - cell: State.x\n    reason: one clerk [1](2)\n"
    )
    words = ("scene.srt", "--rules", "rules.yaml")
    run = analyzed(staleread, *words, status=0)
    assert run["results"] == []
    assert any("suppress" in text for text in notifications(run, "note"))
    (result,) = analyzed(staleread, *words, "--suppressed", status=0)["results"]
    assert result["suppressions"] == [{"kind": "external", "justification": "one clerk [1](2)"}]
    trace = ROOT / "traces" / "clean" / "ignored.srt"
    assert analyzed(staleread, trace, status=0)["results"] == []
    run = analyzed(staleread, trace, "--suppressed", status=0)
    kinds = {one["kind"] for result in run["results"] for one in result["suppressions"]}
    assert kinds == {"inSource"}
    assert all(one["justification"] for result in run["results"] for one in result["suppressions"])


def test_what_a_baseline_has_is_unchanged(staleread: Program) -> None:
    racy_trace(staleread.folder)
    assert "baselineState" not in analyzed(staleread, "scene.srt")["results"][0]
    staleread("analyze", "scene.srt", "--write-baseline", "base.json")
    run = analyzed(staleread, "scene.srt", "--baseline", "base.json", status=0)
    assert [result["baselineState"] for result in run["results"]] == ["unchanged"]
    (staleread.folder / "none.json").write_text(
        staleread("analyze", ROOT / "traces" / "clean" / "counter.srt", "--format", "json").out
    )
    run = analyzed(staleread, "scene.srt", "--baseline", "none.json")
    assert [result["baselineState"] for result in run["results"]] == ["new"]


def test_an_incomplete_trace_is_told(staleread: Program) -> None:
    whole = racy_trace(staleread.folder).read_bytes()
    (staleread.folder / "torn.srt").write_bytes(whole[:-20])
    outcome = staleread("analyze", "--format", "sarif", "torn.srt")
    run = run_of(outcome.out)
    assert any("is incomplete" in text for text in notifications(run, "warning"))
    told = run["invocations"][0]["toolExecutionNotifications"][0]
    assert told["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "torn.srt"}


def test_a_trace_that_cannot_be_read_is_told(staleread: Program) -> None:
    racy_trace(staleread.folder)
    outcome = staleread("analyze", "--format", "sarif", "scene.srt", "missing.srt")
    assert outcome.status == 2
    (invocation,) = run_of(outcome.out)["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 2)
    assert invocation["toolExecutionNotifications"][0]["level"] == "error"


def test_places_of_an_imported_log_are_in_the_log(staleread: Program) -> None:
    (staleread.folder / "log.std").write_text("T1|w(x)|1\nT2|w(x)|2\n")
    assert staleread("import", "--from", "std", "log.std", "-o", "log.srt").status == 0
    (result,) = analyzed(staleread, "log.srt")["results"]
    (place,) = result["locations"]
    assert place["physicalLocation"] == {"artifactLocation": {"uri": "log.srt"}}
    assert place["logicalLocations"] == [{"fullyQualifiedName": "location 2"}]


def test_names_are_no_links_and_no_uris(staleread: Program) -> None:
    """An actor and a file may be called anything."""
    name = "a](1) {0} b:\x1b\udcff".encode(errors="surrogateescape").decode(errors="replace")
    racy_trace(staleread.folder, name)
    (result,) = analyzed(staleread, "scene.srt")["results"]
    assert LINK.findall(result["message"]["text"]) == ["1", "2", "3", "4"]
    assert not re.search(r"\{\d", result["message"]["text"])
