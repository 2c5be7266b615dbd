"""The accelerator goes by the same numbers as the rest of the agent."""

from __future__ import annotations

import pytest
from staleread._record import kinds
from staleread._trace import events

_accelerator = pytest.importorskip(
    "staleread._accelerator", reason="no accelerator was built for this Python"
)


@pytest.mark.parametrize("name", sorted(_accelerator.CONSTANTS))
def test_constant(name: str) -> None:
    expected = getattr(events, name, getattr(kinds, name, None))
    for table in (events.How, events.ActorKind):
        expected = getattr(table, name, expected)
    assert _accelerator.CONSTANTS[name] == expected
