"""The program that is recorded: runs each program of a batch under its schedule, on the loop that the truth used.

    python -m staleread record --watch 'BATCHES/*.py' --ignore 'THIS FOLDER/*.py' replayer.py BATCH

BATCH is a JSON file: a list of {name, answers, by_rounds}; NAME.py lies beside it. Prints the cells of each as a line
of JSON.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from loop import Deadlock, ExploredLoop, Schedule


def run(name: str, answers: list[int], by_rounds: bool, kept: list[object]) -> list[int] | None:
    """What the program's cells hold in the end; None where it waits for ever."""
    module = importlib.import_module(name)
    schedule = Schedule(answers)
    loop = ExploredLoop(schedule, by_rounds)
    cells: list[int] | None = None
    with contextlib.suppress(Deadlock):
        cells = loop.run_until_complete(getattr(module, f"main_{name}")())
    # Tasks that are left waiting are never let go, because then they would run their `finally` blocks.
    kept.append(asyncio.all_tasks(loop))
    loop.close()
    return cells


def main(batch: Path) -> None:
    kept: list[object] = []
    sys.path.insert(0, str(batch.parent))
    for row in json.loads(batch.read_text(encoding="utf-8")):
        cells = run(row["name"], row["answers"], row["by_rounds"], kept)
        print(json.dumps({"name": row["name"], "cells": cells}))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
