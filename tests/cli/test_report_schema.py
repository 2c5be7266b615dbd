"""The JSON report against its schema: of a fixed list of findings, and as `analyze` writes it."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from conftest import ROOT, Program
from scene import Scene

GOLDEN = ROOT / "tests" / "unit" / "report" / "golden"
SCHEMA: dict[str, Any] = json.loads((ROOT / "formats" / "report.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def racy_trace(folder: Path, actor: str = "one", attribute: str = "x") -> Path:
    """One lost update, observed: somebody writes between a read and the write made from it. Names may be anything."""
    scene = Scene()
    one, other = scene.task(actor), scene.task("other")
    with scene.step(one):
        scene.read(attribute, 0)
        scene.pause()
    with scene.step(other):
        scene.put(attribute, 5)
    with scene.step(one):
        scene.update(attribute, 1)
    path = folder / "scene.srt"
    path.write_bytes(scene.bytes())
    return path


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", ["full.json", "empty.json"])
def test_golden_reports_are_valid(name: str) -> None:
    """The C tests hold the program to these files."""
    VALIDATOR.validate(json.loads((GOLDEN / name).read_text()))


def test_what_analyze_writes_is_valid(tmp_path: Path, staleread: Program) -> None:
    trace = racy_trace(tmp_path)
    outcome = staleread("analyze", trace.name, "--format", "json")
    report = json.loads(outcome.out)
    VALIDATOR.validate(report)
    assert outcome.status == 1
    assert [finding["kind"] for finding in report["findings"]] == ["lost-update"]
    assert report["traces"][0]["path"] == trace.name
    assert report["summary"]["by_status"] == {"predicted": 0, "observed": 1, "confirmed": 0}
    assert report["rules"] is None


def objects(value: Any) -> list[dict[str, Any]]:
    """Every object in a report, the report itself first."""
    if isinstance(value, list):
        return [found for item in value for found in objects(item)]
    if isinstance(value, dict):
        return [value, *(found for item in value.values() for found in objects(item))]
    return []


def test_the_schema_is_strict() -> None:
    """Nothing may be missing and nothing added, anywhere."""
    report = json.loads((GOLDEN / "full.json").read_text())
    for index, found in enumerate(objects(report)):
        for key in found:
            broken = copy.deepcopy(report)
            del objects(broken)[index][key]
            assert not VALIDATOR.is_valid(broken), f"{key} may be missing"
        broken = copy.deepcopy(report)
        objects(broken)[index]["extra"] = 1
        assert not VALIDATOR.is_valid(broken), f"{sorted(found)} may have more"
