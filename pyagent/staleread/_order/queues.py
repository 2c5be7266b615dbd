"""Queues: each item's `put` comes before the `get` that returns it.

In: items going in and coming out of asyncio's and queue's classes, matched by identity so that it holds for
every order. Out: tokens, and writes of the queue's structure cell at the moment that the item really moves.
With a `maxsize` of n, get number k-n comes before put number k; every `task_done` comes before the return
of `join`.
"""

from __future__ import annotations

import asyncio
import queue
import sys
from _thread import get_ident
from collections import deque
from collections.abc import Callable
from functools import partial
from itertools import islice
from types import FrameType
from typing import Any

from staleread._order.patching import Patches, Watched, pass_unseen
from staleread._order.steps import Steps
from staleread._record import accelerated
from staleread._record.budget import ENTRY_BYTES, ITEM_BYTES
from staleread._record.kinds import MISSING
from staleread._record.recorder import Recorder
from staleread._trace.events import (
    MERGE,
    MERGE_NOW,
    RECV,
    RETIRE,
    SEND,
    SEND_NOW,
    STRUCTURE,
    WRITE,
    whole_value,
)

_ASYNC = (asyncio.Queue, asyncio.LifoQueue, asyncio.PriorityQueue)
_QUEUES_ASKED_MAX = 1000
_THREADED = (queue.Queue, queue.LifoQueue, queue.PriorityQueue)


def install(patches: Patches, steps: Steps) -> None:
    fail = steps.recorder.fail
    within_loop = Queues(steps, SEND, MERGE)
    across_threads = Queues(steps, SEND_NOW, MERGE_NOW)
    ways = (_passing, _passing) if accelerated.IS_THERE else (_putting, _getting)
    for cls in _ASYNC:
        patches.replace(cls, "_put", partial(ways[0], queues=within_loop, recorder=steps.recorder))
        patches.replace(cls, "_get", partial(ways[1], queues=within_loop, recorder=steps.recorder))
    for threaded in _THREADED:
        patches.replace(threaded, "_put", partial(_putting, queues=across_threads, recorder=steps.recorder))
        patches.replace(threaded, "_get", partial(_getting, queues=across_threads, recorder=steps.recorder))
    unfinished = Watched("_unfinished_tasks", fail, within_loop.count_changed, within_loop.count_read)
    patches.watch(asyncio.Queue, accelerated.make_watched(unfinished, accelerated.COUNT, steps.recorder))
    patches.watch(
        queue.Queue,
        Watched("unfinished_tasks", fail, across_threads.count_changed, across_threads.count_read),
    )


class Content:
    """What is known of one queue: tokens of the items in it by `id()`, of its free places in order. An item may be in it
    several times."""

    __slots__ = ("_count", "_items", "free", "puts")

    def __init__(self) -> None:
        self.free: deque[int] = deque()
        self.puts = 0
        self._items: dict[int, int | deque[int]] = {}
        self._count = 0

    def put(self, key: int, token: int) -> None:
        self._count += 1
        known = self._items.setdefault(key, token)
        if isinstance(known, deque):
            known.append(token)
        elif known != token:
            self._items[key] = deque((known, token))

    def take(self, key: int) -> int:
        """The token of the item that was put first; 0: it is not known."""
        known = self._items.get(key, 0)
        self._count -= 1 if known else 0
        if isinstance(known, deque) and len(known) > 1:
            return known.popleft()
        self._items.pop(key, None)
        return known if isinstance(known, int) else known[0]

    def size(self, entry_bytes: int, item_bytes: int) -> int:
        """What it takes, by what an entry of a table and an item of a list do."""
        return entry_bytes * len(self._items) + item_bytes * (self._count + len(self.free))


class Queues:
    def __init__(self, steps: Steps, send: int, merge: int) -> None:
        self._identity = steps.identity
        self._record = steps.record
        self._site = steps.recorder.frames.call_site
        self._completions = steps.completions
        self._foreign = steps.recorder.foreign.used
        self._send, self._merge = send, merge
        self._is_of_loop = send == SEND
        self._make_content: Callable[[], Any] = accelerated.make_content if accelerated.IS_THERE else Content
        self.contents: dict[int, Any] = {}
        """By `id()` of a queue."""
        self._identity.side_tables.append(self.contents)
        steps.recorder.budget.parts.append(self._size)

    def _size(self) -> int:
        """What the tokens take; of very many queues some stand for all."""
        asked = list(islice(tuple(self.contents.values()), _QUEUES_ASKED_MAX))
        taken = sum(int(content.size(ENTRY_BYTES, ITEM_BYTES)) for content in asked)
        return taken * len(self.contents) // max(1, len(asked))

    def used(self, of: Any, operation: str) -> None:
        if self._is_of_loop:
            self._foreign(of, operation)

    def put(self, of: Any, item: object, frame: FrameType) -> None:
        content = self._content(of)
        content.puts += 1
        limit = getattr(of, "_maxsize", None) or getattr(of, "maxsize", 0)
        if type(limit) is int and 0 < limit < content.puts and content.free:
            self._received(content.free.popleft())
        content.put(id(item), self._sent())
        self._changed(of, frame)

    def got(self, of: Any, item: object, frame: FrameType) -> None:
        content = self._content(of)
        token = content.take(id(item))
        if token:
            self._received(token)
        if getattr(of, "_maxsize", None) or getattr(of, "maxsize", 0):
            content.free.append(self._sent())
        self._changed(of, frame)

    def _content(self, of: Any) -> Any:
        content = self.contents.get(id(of))
        if content is None:
            self._identity.number(of)
            content = self.contents.setdefault(id(of), self._make_content())
        return content

    def _sent(self) -> int:
        token = self._identity.next_token()
        self._record((self._send, get_ident(), token, 0, 0, 0, 0, 0))
        return token

    def _received(self, token: int) -> None:
        """Nobody else will ask for it."""
        self._record((RECV, get_ident(), token, 0, 0, 0, 0, 0))
        self._record((RETIRE, get_ident(), token, 0, 0, 0, 0, 0))

    def _changed(self, of: Any, frame: FrameType) -> None:
        site = self._site(frame)
        if site:
            length = whole_value(len(of.queue if isinstance(of, queue.Queue) else of._queue))
            self._record((WRITE, get_ident(), site, self._identity.number(of), STRUCTURE, length, 0, 0))

    # `task_done` and `join`

    def count_changed(self, of: Any, before: Any, now: int) -> None:
        if before is MISSING or now >= before:
            return
        token = self._identity.token(of)
        self._record((self._merge, get_ident(), token, 0, 0, 0, 0, 0))
        if now == 0:
            self._record((RECV, get_ident(), token, 0, 0, 0, 0, 0))

    def count_read(self, of: Any, value: int) -> None:
        if value == 0 and sys._getframe(2).f_code.co_name == "join":
            self._completions.receive(of)


def _passing(original: Any, queues: Queues, recorder: Recorder) -> Any:
    """What is written in C: it has no frame, so that who called it called what is called here."""
    is_get = original.__name__ == "_get"
    operation, tell = ("Queue.get_nowait", queues.got) if is_get else ("Queue.put_nowait", queues.put)

    def otherwise(of: Any, item: Any) -> None:
        try:
            queues.used(of, operation)
            tell(of, item, sys._getframe(1))
        except Exception as error:
            recorder.fail(error)

    return accelerated.make_passing(is_get, original, otherwise, queues.contents, recorder)


def _putting(original: Any, queues: Queues, recorder: Recorder) -> Any:
    def wrapper(self: Any, item: Any) -> Any:
        try:
            result = original(self, item)
        except BaseException as error:
            pass_unseen(error)
            raise
        try:
            queues.used(self, "Queue.put_nowait")
            queues.put(self, item, sys._getframe(1))
        except Exception as error:
            recorder.fail(error)
        return result

    return wrapper


def _getting(original: Any, queues: Queues, recorder: Recorder) -> Any:
    def wrapper(self: Any) -> Any:
        try:
            item = original(self)
        except BaseException as error:
            pass_unseen(error)
            raise
        try:
            queues.used(self, "Queue.get_nowait")
            queues.got(self, item, sys._getframe(1))
        except Exception as error:
            recorder.fail(error)
        return item

    return wrapper
