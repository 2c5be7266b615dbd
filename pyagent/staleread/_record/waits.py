"""Waits for events and conditions: who waits, how it ends, who is told.

In: objects that can be waited for, sites. Out: `wait`, `woken` and `notify` events.
"""

from __future__ import annotations

from _thread import get_ident
from typing import Any

from staleread._record.identity import Identity
from staleread._trace.events import NOTIFY, WAIT, WOKEN, Woken


class Waits:
    def __init__(self, identity: Identity, record: Any) -> None:
        self._number = identity.number
        self._record = record
        self.made_at: dict[int, int] = {}
        """By `id()` of a task that does nothing but wait: the site that made it."""
        identity.side_tables.append(self.made_at)

    def begun(self, of: Any, site: int) -> None:
        self._record((WAIT, get_ident(), self._number(of), site, 0, 0, 0, 0))

    def over(self, of: Any, was_notified: bool) -> None:
        how = Woken.NOTIFIED if was_notified else Woken.OTHERWISE
        self._record((WOKEN, get_ident(), self._number(of), how, 0, 0, 0, 0))

    def found_set(self, event: Any) -> None:
        self._record((WOKEN, get_ident(), self._number(event), Woken.AT_ONCE, 0, 0, 0, 0))

    def notified(self, condition: Any, site: int, waiters: int) -> None:
        self._record((NOTIFY, get_ident(), self._number(condition), site, waiters, 0, 0, 0))
