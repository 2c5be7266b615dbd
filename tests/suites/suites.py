"""The test-suites of other projects, recorded: `./dev suites [NAME...]`.

Each runs once as ever and once recorded, with the package itself watched; of CPython's own tests of asyncio, the tests.
All must end alike, and what is found in a package's own modules is for reading. Prints a table, and leaves traces and
reports below build/suites. Ends with 1 where a test ended differently, or a recording could not be judged.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import run
import tool
from interpreters import Interpreter, interpreters
from packages import PACKAGES, Package
from workshop import Suite, prepare

PLACE = tool.ROOT / "build" / "suites"
Row = Package | Interpreter


def main() -> int:
    words = arguments()
    if not words.table_only:
        for row in words.rows:
            measure(row)
    results = [result for row in words.rows if (result := read(row)) is not None]
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
    parser.add_argument("names", nargs="*", metavar="NAME", help="packages, or asyncio; all unless told")
    parser.add_argument("--table", dest="table_only", action="store_true", help="what the last run gave")
    words = parser.parse_args()
    known: tuple[Row, ...] = (*interpreters(), *PACKAGES)
    rows = {row.name: row for row in known}
    groups = {"asyncio": [name for name in rows if name.startswith("asyncio-")]}
    unknown = [name for name in words.names if name not in rows and name not in groups]
    if unknown:
        parser.error(f"no row for {', '.join(unknown)}; there are {', '.join([*groups, *rows])}")
    words.rows = [rows[each] for name in words.names or rows for each in groups.get(name, [name])]
    return words


def measure(row: Row) -> None:
    """Runs the suites of one row and keeps what came out."""
    results = []
    for suite in suites(row):
        print(f"== {row.requirement()}: {suite.name}", file=sys.stderr, flush=True)
        results.append(run.measure(suite))
    result = run.total(results)
    result["package"], result["version"] = row.name, row.version
    result_file(row).write_text(json.dumps(result, indent=1))


def suites(row: Row) -> list[Suite]:
    return [prepare(row, PLACE)] if isinstance(row, Package) else row.suites(PLACE)


def read(row: Row) -> run.Result | None:
    file = result_file(row)
    if not file.exists():
        return None
    result: run.Result = json.loads(file.read_text())
    return result


def result_file(row: Row) -> Path:
    return PLACE / f"{row.name}-{row.version}" / "result.json"


COLUMNS = ("package", "version", "tests", "flaky", "events", "ratio", "in the package", "elsewhere")


def table(results: list[run.Result]) -> str:
    """One row for each package, as Markdown."""
    rows = [COLUMNS, tuple("---" for _ in COLUMNS)]
    for result in results:
        rows.append(
            (
                result["package"],
                result["version"],
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
