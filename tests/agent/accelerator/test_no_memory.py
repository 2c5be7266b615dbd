"""An allocation that fails in the agent is not noticed by the program, and brings nothing down.

Here some of them are tried; `./dev sabotage allocations` tries all.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from recording import ROOT, SECONDS_MAX
from staleread._acceleration import accelerator

HERE = Path(__file__).resolve().parent
STEP = 16
IN_A_ROW = 10 if sys.version_info[:2] in ((3, 11), (3, 12)) else 1
"""Python 3.10 needs memory of its own for each call, 3.13 may crash where it has none."""


@pytest.mark.skipif(accelerator is None, reason="there is no accelerator")
def test_the_program_does_not_notice_that_the_agent_finds_no_memory() -> None:
    pytest.importorskip("_testcapi")
    path = [str(ROOT / "pyagent"), str(ROOT / "tests" / "support"), os.environ.get("PYTHONPATH", "")]
    done = subprocess.run(
        [sys.executable, str(HERE / "no_memory.py"), f"1/{STEP}", str(IN_A_ROW)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )
    assert done.stdout, f"{done.returncode}: {done.stderr}"
    outcome = json.loads(done.stdout)
    assert outcome["accelerator"] and outcome["plain"] == "True"
    assert outcome["wrong"] == {}
    assert outcome["noticed"] > 0
