"""Whatever line of the agent fails, the program does not notice, and the trace says so.

Here a few lines are tried, which change where the agent does; `./dev sabotage` tries all of it, for hours.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from recording import ROOT, SECONDS_MAX

HERE = Path(__file__).resolve().parent
KINDS = ("--kind", "error", "memory", "recursion")
SCENES = ("--scene", "everything", "processes")
NOT_REACHED = {"Thread._bootstrap_inner", "BaseEventLoop._check_thread"}
"""The one begins before a thread can be traced, the other is for debug mode."""


def test_a_failing_agent_is_not_noticed() -> None:
    path = [str(ROOT / "pyagent"), str(ROOT / "tests" / "support"), os.environ.get("PYTHONPATH", "")]
    done = subprocess.run(
        [sys.executable, str(HERE / "sabotage.py"), "--count", "8", *SCENES, *KINDS],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path), "STALEREAD_ACCELERATOR": "off"},
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )
    assert done.stdout, done.stderr
    outcome = json.loads(done.stdout)
    assert outcome["wrong"] == {}
    assert outcome["tried"] > 0
    assert set(outcome["not reached"]) <= NOT_REACHED, "the program is to reach every hook and patch"
