"""The test-suites of other projects, recorded: `./dev suites [NAME...]`.

Each runs once as ever and once recorded, with the package itself watched. All tests must end alike, and what is found
in the package's own modules is for reading. Prints a table, and leaves traces and reports below build/suites. Ends with 1
where a test ended differently, or a recording could not be judged.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import run
import tool
from packages import PACKAGES, Package
from workshop import prepare

PLACE = tool.ROOT / "build" / "suites"


def main() -> int:
    words = arguments()
    if not words.table_only:
        for package in words.packages:
            print(f"== {package.requirement()}", file=sys.stderr, flush=True)
            measure(package)
    results = [result for package in words.packages if (result := read(package)) is not None]
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
    parser.add_argument("names", nargs="*", metavar="NAME", help="packages; all unless told")
    parser.add_argument("--table", dest="table_only", action="store_true", help="what the last run gave")
    words = parser.parse_args()
    by_name = {package.name: package for package in PACKAGES}
    unknown = [name for name in words.names if name not in by_name]
    if unknown:
        parser.error(f"no row for {', '.join(unknown)}; there are {', '.join(by_name)}")
    words.packages = [by_name[name] for name in words.names or by_name]
    return words


def measure(package: Package) -> None:
    """Runs one package's suite and keeps what came out."""
    suite = prepare(package, PLACE)
    result = run.measure(suite)
    result["version"] = package.version
    result_file(package).write_text(json.dumps(result, indent=1))


def read(package: Package) -> run.Result | None:
    file = result_file(package)
    if not file.exists():
        return None
    result: run.Result = json.loads(file.read_text())
    return result


def result_file(package: Package) -> Path:
    return PLACE / f"{package.name}-{package.version}" / "result.json"


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
                f"{result['ratio']:.1f}",
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
