"""The test-suites of other projects, recorded: `./dev suites [NAME...]`.

Each runs once as ever and once recorded, with the package itself watched; of CPython's own tests of asyncio, the tests.
All must end alike, and what is found in a package's own modules is for reading. Prints a table, and leaves traces and
reports below build/suites. Ends with 1 where a test ended differently, or a recording could not be judged.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys

import run
import tool
from interpreters import Interpreter, interpreters
from packages import PACKAGES, Package
from workshop import Suite, prepare

PLACE = tool.ROOT / "build" / "suites"
RESULT = "result.json"
Row = Package | Interpreter


def main() -> int:
    # Started in the background by a shell, this ignores Ctrl-C, and so would the tests, of which some send it to themselves.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    words = arguments()
    if not words.table_only:
        for row, only in words.chosen:
            measure(row, only)
    rows = {row.name: row for row, _ in words.chosen}
    results = [result for row in rows.values() if (result := read(row)) is not None]
    print(table(results))
    for result in results:
        for test, ended in result["differing"].items():
            print(f"{result['package']}: {test}: {ended[0]} plainly, {ended[1]} recorded")
        if result["wrong"]:
            print(f"{result['package']}: {result['wrong']}")
    return int(any(result["differing"] or result["wrong"] for result in results))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="packages, asyncio or asyncio-3.12/test_tasks; all unless told",
    )
    parser.add_argument("--table", dest="table_only", action="store_true", help="what the last runs gave")
    words = parser.parse_args()
    known: tuple[Row, ...] = (*interpreters(), *PACKAGES)
    rows = {row.name: row for row in known}
    groups = {"asyncio": [name for name in rows if name.startswith("asyncio-")]}
    words.chosen = []
    for word in words.names or rows:
        name, _, only = word.partition("/")
        if name not in rows and name not in groups:
            parser.error(f"no row for {name}; there are {', '.join([*groups, *rows])}")
        words.chosen += [(rows[each], only) for each in groups.get(name, [name])]
    return words


def measure(row: Row, only: str) -> None:
    """Runs the suites of one row, or one of them, and keeps what came out of each."""
    for suite in suites(row):
        if only in ("", suite.name):
            print(f"== {row.requirement()}: {suite.name}", file=sys.stderr, flush=True)
            (suite.results / RESULT).write_text(json.dumps(run.measure(suite), indent=1))


def suites(row: Row) -> list[Suite]:
    return [prepare(row, PLACE)] if isinstance(row, Package) else row.suites(PLACE)


def read(row: Row) -> run.Result | None:
    """All that is kept of one row."""
    home = PLACE / f"{row.name}-{row.version}"
    files = sorted((*home.glob(RESULT), *home.glob(f"*/{RESULT}")))
    if not files:
        return None
    result = run.total([json.loads(file.read_text()) for file in files])
    result["package"], result["version"] = row.name, row.version
    return result


COLUMNS = (
    "package",
    "version",
    "accelerator",
    "tests",
    "flaky",
    "events",
    "ratio",
    "in the package",
    "elsewhere",
)


def table(results: list[run.Result]) -> str:
    """One row for each package, as Markdown."""
    rows = [COLUMNS, tuple("---" for _ in COLUMNS)]
    for result in results:
        rows.append(
            (
                result["package"],
                result["version"],
                "yes" if result["accelerated"] else "no",
                f"{result['tests']:,}",
                str(len(result["flaky"])),
                f"{result['events']:,}",
                f"{result['seconds'][1] / result['seconds'][0]:.1f}",
                counts(result["own"]),
                counts(result["others"]),
            )
        )
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def counts(findings: dict[str, int]) -> str:
    """By kind, status and confidence; those of low confidence, which reports hide, as one number."""
    shown = {label: number for label, number in findings.items() if not label.endswith(" low")}
    hidden = sum(findings.values()) - sum(shown.values())
    words = [f"{number} {label}" for label, number in sorted(shown.items())]
    return ", ".join([*words, f"{hidden} low"] if hidden else words) or "none"


if __name__ == "__main__":
    sys.exit(main())
