"""What recording costs a program and how fast its trace is analyzed, as ratios within one run.

    ./dev bench                                         both
    ./dev bench agent                                   the recording alone
    ./dev bench analyzer [--scale S] [SCENARIO...]      the analysis alone

Scenarios of the analyzer are `mixed`, `tasks`, `forgotten`, `long`, `cells`, `many`, `export`, `slices` and `std`; all of
them unless told. --scale makes their traces larger or smaller than the bars say.

Numbers of two machines, or of two hours on one, do not compare; the ratios do, roughly.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import agent
import analyzer


def arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./dev bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", nargs="?", choices=("both", "agent", "analyzer"), default="both")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO")
    parser.add_argument("--scale", type=float, default=1.0, metavar="S")
    given = parser.parse_intermixed_args(words)
    unknown = [name for name in given.scenarios if name not in analyzer.SCENARIOS or given.what != "analyzer"]
    if unknown:
        parser.error(f"there is no scenario {unknown[0]!r} of {given.what}")
    return given


def main(words: list[str]) -> int:
    given = arguments(words)
    with tempfile.TemporaryDirectory(prefix="staleread-bench-") as folder:
        if given.what != "analyzer":
            agent.measure(Path(folder))
        if given.what == "both":
            print()
        if given.what != "agent":
            analyzer.measure(Path(folder), given.scenarios, given.scale)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
