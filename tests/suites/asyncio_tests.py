"""Runs CPython's own tests of asyncio as the interpreter ships them, and notes how each of them ended.

    python -m asyncio_tests TEST...         names as unittest knows them

The outcomes go where `outcomes.FILE` says, as pytest's do; tests of one name count as one. This runs among the tests,
recorded or not, under every CPython.
"""

from __future__ import annotations

import json
import os
import sys
import unittest
from types import TracebackType
from typing import Any, Union

import outcomes

_Error = Union[tuple[type[BaseException], BaseException, TracebackType], tuple[None, None, None]]  # noqa: UP007


class Noted(unittest.TextTestResult):
    """How each test ended, by its name: the worst that was said of it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.ended: dict[str, str] = {}

    def addSuccess(self, test: unittest.TestCase) -> None:
        super().addSuccess(test)
        self.ended.setdefault(test.id(), "passed")

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        super().addSkip(test, reason)
        self.ended.setdefault(test.id(), "skipped")

    def addExpectedFailure(self, test: unittest.TestCase, error: _Error) -> None:
        super().addExpectedFailure(test, error)
        self.ended.setdefault(test.id(), "xfailed")

    def addFailure(self, test: unittest.TestCase, error: _Error) -> None:
        super().addFailure(test, error)
        self.ended[test.id()] = "failed"

    def addError(self, test: unittest.TestCase, error: _Error) -> None:
        super().addError(test, error)
        self.ended[test.id()] = "error"

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, error: _Error | None) -> None:
        super().addSubTest(test, subtest, error)
        if error is not None:
            self.ended[test.id()] = "failed"


def main(names: list[str]) -> int:
    suite = unittest.TestSuite()
    passed_over: dict[str, str] = {}
    for name in names:
        try:
            suite.addTests(unittest.defaultTestLoader.loadTestsFromName(name))
        except unittest.SkipTest:  # a module that is for another system
            passed_over[name] = "skipped"
    result = unittest.TextTestRunner(resultclass=Noted, verbosity=2).run(suite)
    assert isinstance(result, Noted)
    with open(os.environ[outcomes.FILE], "w") as file:
        json.dump(passed_over | result.ended, file, indent=1)
    return int(not result.wasSuccessful())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
