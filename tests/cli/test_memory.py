"""`analyze --memory`: a bound that is never met changes nothing; what is none is refused.

In: a committed trace. Out: the report under a bound, compared with the one without.
"""

from __future__ import annotations

import json

import pytest
from conftest import ROOT, Program

COUNTER = ROOT / "traces" / "racy" / "counter.srt"
NOTHING = {"cells": 0, "writes": 0, "windows": 0, "actors": 0}


@pytest.mark.parametrize("size", ["2G", "500M", "1T", "100000000"])
def test_a_bound_that_is_not_met_changes_nothing(staleread: Program, size: str) -> None:
    bounded = staleread("analyze", "--format", "json", "--memory", size, COUNTER)
    assert bounded == staleread("analyze", "--format", "json", COUNTER)
    assert json.loads(bounded.out)["traces"][0]["forgotten"] == NOTHING


@pytest.mark.parametrize("size", ["0", "2X", "-1G", "lots", "", "99999999999999999999"])
def test_what_is_no_size_is_refused(staleread: Program, size: str) -> None:
    outcome = staleread("analyze", f"--memory={size}", COUNTER)
    assert outcome.status == 2
    assert f"`--memory {size}` means nothing; it is like 500M or 2G" in outcome.err
