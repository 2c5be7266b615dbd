"""What is said on a terminal while something takes long."""

from __future__ import annotations

import io
import os
import pty
import sys

import pytest
from staleread._waiting import waiting


def test_it_is_told_on_a_terminal_and_gone_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, its = pty.openpty()
    with open(its, "w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        with pytest.raises(KeyError), waiting("looking for findings"):
            assert os.read(ours, 1000).decode() == "staleread: looking for findings …"
            raise KeyError
        assert os.read(ours, 1000) == b"\r\x1b[K"
    os.close(ours)


class Broken:
    def isatty(self) -> bool:
        raise RuntimeError("of the program's own")


@pytest.mark.parametrize("stream", [io.StringIO(), None, Broken()])
def test_elsewhere_nothing_is_said_and_nothing_goes_wrong(
    stream: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    with waiting("looking for findings"):
        pass
    assert not isinstance(stream, io.StringIO) or stream.getvalue() == ""
