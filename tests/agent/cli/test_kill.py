"""A short slice of `./dev survive`: whenever a recorded program is killed, its trace has everything up to some moment."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "survive"))

from survive import LOADS, kill


@pytest.mark.parametrize("load", sorted(LOADS.keys() - {"busy"}))
def test_a_killed_programs_trace_has_all_but_the_end(load: str, tmp_path: Path) -> None:
    for seed in range(2):
        killed = kill(load, random.Random(f"{load}{seed}").uniform(0.05, 0.3), tmp_path)
        assert killed.values == list(range(1, len(killed.values) + 1))
        assert killed.events == 0 or killed.values
