"""Tokens of what completes once: futures, tasks, events.

In: futures as they complete and as they are asked. Out: `send` and `recv` events. A future that is done
carries what whoever completed it had done; whoever asks it, or awaits it without having to wait, comes
after that.
"""

from __future__ import annotations

import asyncio
from _thread import get_ident
from concurrent.futures import Future as ConcurrentFuture
from typing import Any

from staleread._record.identity import Identity
from staleread._trace.events import RECV, SEND, SEND_NOW

_PyFuture: Any = asyncio.futures._PyFuture  # type: ignore[attr-defined]

_is_done: Any = asyncio.Future.done

FUTURES: Any = (asyncio.Future, _PyFuture)
TASKS: Any = (asyncio.Task, asyncio.tasks._PyTask)  # type: ignore[attr-defined]


def is_done(future: Any) -> bool:
    """Whether a future is done, by the method of its library, not by an overriding one."""
    try:
        done: bool = _is_done(future)
        return done
    except TypeError:  # None of those in C.
        pass
    if isinstance(future, ConcurrentFuture):
        return ConcurrentFuture.done(future)
    return bool(_PyFuture.done(future))


class Completions:
    def __init__(self, identity: Identity, record: Any) -> None:
        self._identity = identity
        self._record = record

    def sent(self, obj: object) -> None:
        """The running actor completes it in this step."""
        self._record((SEND, get_ident(), self._identity.token(obj), 0, 0, 0, 0, 0))

    def sent_now(self, obj: object) -> None:
        """The same from a thread, or where the other side may go on at once."""
        self._record((SEND_NOW, get_ident(), self._identity.token(obj), 0, 0, 0, 0, 0))

    def complete(self, future: Any) -> None:
        """The running actor is about to complete it: for asyncio by the end of its step, else at once."""
        if isinstance(future, ConcurrentFuture):
            self.sent_now(future)
        else:
            self.sent(future)

    def received(self, future: Any) -> bool:
        """The running actor asks a future, or is about to await it: an edge only where it is done, as is told."""
        done = is_done(future)
        if done:
            self.receive(future)
        return done

    def receive(self, obj: object) -> None:
        token = self._identity.tokens.get(id(obj))
        if token is not None:
            self._record((RECV, get_ident(), token, 0, 0, 0, 0, 0))
