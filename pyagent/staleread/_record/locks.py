"""Locks: declared once, acquired and released.

In: asyncio's and threading's locks and semaphores, at the moment they really change hands. Out: `lock`,
`acquire`, `release` events.
"""

from __future__ import annotations

import asyncio
import threading
from _thread import get_ident
from typing import Any

from staleread._record.identity import Identity
from staleread._trace.events import ACQUIRE, LOCK, RELEASE, LockKind

THREAD_LOCK = type(threading.Lock())
THREAD_RLOCK = type(threading.RLock())


class Locks:
    def __init__(self, identity: Identity, record: Any) -> None:
        self._identity = identity
        self._record = record
        self.declared: set[int] = set()
        """The numbers of locks that have been declared."""
        self.acquired_at: set[int] = set()
        """The sites at which something was acquired."""

    def declare(self, lock: Any) -> int:
        """The number of a lock, which is as it was made when it is seen first."""
        number = self._identity.number(lock)
        if number not in self.declared:
            self.declared.add(number)
            kind, permits = _described(lock)
            self._record((LOCK, get_ident(), number, kind, permits, 0, 0, 0))
        return number

    def declare_as(self, lock: Any, kind: int, permits: int) -> None:
        """One that is no lock of the standard library, when it is seen first."""
        number = self._identity.number(lock)
        if number not in self.declared:
            self.declared.add(number)
            self._record((LOCK, get_ident(), number, kind, permits, 0, 0, 0))

    def is_declared(self, lock: object) -> bool:
        """Whether watched code has to do with it."""
        return self._identity.numbers.get(id(lock), 0) in self.declared

    def acquired(self, lock: Any, site: int) -> None:
        self.acquired_at.add(site)
        self._record((ACQUIRE, get_ident(), self.declare(lock), site, 0, 0, 0, 0))

    def released(self, lock: Any, site: int) -> None:
        self._record((RELEASE, get_ident(), self.declare(lock), site, 0, 0, 0, 0))


def _described(lock: Any) -> tuple[int, int]:
    if isinstance(lock, asyncio.Semaphore):
        return LockKind.ASYNC_SEMAPHORE, lock._value
    if isinstance(lock, asyncio.Lock):
        return LockKind.ASYNC_LOCK, 1
    if isinstance(lock, threading.Semaphore):
        return LockKind.THREAD_SEMAPHORE, lock._value
    return (LockKind.THREAD_RLOCK if isinstance(lock, THREAD_RLOCK) else LockKind.THREAD_LOCK), 1


def thread_lock_of(obj: Any) -> Any:
    """The threading lock behind an object that is used as one; None for all others."""
    tp = type(obj)
    if (
        tp is THREAD_LOCK
        or tp is THREAD_RLOCK
        or tp is threading.Semaphore
        or tp is threading.BoundedSemaphore
    ):
        return obj
    if tp is threading.Condition:
        return thread_lock_of(obj._lock)
    return None
