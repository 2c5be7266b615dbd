"""What recording costs a program and how fast its trace is analyzed, as ratios within one run.

    ./dev bench                      both
    ./dev bench agent                the recording alone
    ./dev bench analyzer [EVENTS]    the analysis alone; EVENTS of the synthetic trace, 1,000,000 unless told

Numbers of two machines, or of two hours on one, do not compare; the ratios do, roughly.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import agent
import analyzer

EVENTS = 1_000_000


def main(words: list[str]) -> int:
    word, *rest = words or ["both"]
    if word not in ("both", "agent", "analyzer") or len(rest) > (word == "analyzer"):
        print(__doc__, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="staleread-bench-") as folder:
        if word != "analyzer":
            agent.measure(Path(folder))
        if word == "both":
            print()
        if word != "agent":
            analyzer.measure(Path(folder), int(rest[0]) if rest else EVENTS)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
