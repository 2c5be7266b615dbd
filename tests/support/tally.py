"""Counts what passed and failed in a file in JUnit's form, as pytest and ctest write it.

usage: tally.py FILE STATUS, with the exit status of what wrote it. Prints `PASSED FAILED`.

One of ctest's tests is a whole program of cmocka's: its own tests are counted, by what it printed.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree

CMOCKA_COUNT = re.compile(r"\[  (PASSED|FAILED)  \] (\d+) test\(s\)")


def count_case(case: ElementTree.Element) -> tuple[int, int]:
    """How many tests passed and failed in one test case."""
    if case.find("skipped") is not None:
        return 0, 0
    failed = case.find("failure") is not None or case.find("error") is not None
    printed = case.findtext("system-out") or ""
    counts = {"PASSED": 0, "FAILED": 0}
    for outcome, number in CMOCKA_COUNT.findall(printed):
        counts[outcome] += int(number)
    if failed:  # a program that crashed has not said what failed
        return counts["PASSED"], max(counts["FAILED"], 1)
    return max(counts["PASSED"], 1), counts["FAILED"]


def main(path: str, status: int) -> int:
    passed = failed = 0
    try:
        cases = list(ElementTree.parse(path).iter("testcase"))
    except (OSError, ElementTree.ParseError):
        return 1
    for case in cases:
        case_passed, case_failed = count_case(case)
        passed += case_passed
        failed += case_failed
    if status != 0 and failed == 0:
        failed = 1
    print(passed, failed)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
