"""Large traces of a program that never ran: workers moving money between accounts on one event loop.

    python tests/bench/synthetic.py EVENTS FILE [SEED]

A few dozen workers are alive at a time, each moves some sums and ends, another is spawned. Most accounts have a
lock that is held from read to write; one in sixteen has none, so that there is something to find. The same number
and seed give the same bytes.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).resolve().parents[2]
for folder in ("pyagent", "tests/support"):
    sys.path.insert(0, str(ROOT / folder))

import trace_writer  # noqa: E402
from staleread._trace import events as kind  # noqa: E402
from staleread._trace.columns import encode  # noqa: E402

WORKERS_ALIVE = 64
ACCOUNTS = 64
ACCOUNTS_WITHOUT_LOCK = 4
MOVES_PER_WORKER = 12
FRAME_EVENTS_MAX = 16_384
SOON, TIMER = 1, 3  # a loop promises the order of the former only
LOOP = 1
THREAD_ACTOR, MAIN = 1, 2

STRINGS = ["main", "move", "bank.py", "Account", "balance", "lock", "Lock", "EventLoop", "worker", "asyncio.sleep(0)",
           "balance = self.balance", "self.balance = balance + amount", "await asyncio.sleep(0)", "self.balance",
           "amount", "self"]  # fmt: skip
TEXT = {text: number for number, text in enumerate(STRINGS, 1)}
MOVE = 1
READ, AWAIT, WRITE = 1, 2, 3

Event = tuple[int, ...]


def tables() -> list[bytes]:
    """One function of three sites: a read, an await, a write made from the read."""
    records = [trace_writer.string(number, text) for text, number in TEXT.items()]
    parameters = [TEXT["self"], TEXT["amount"]]
    records.append(trace_writer.function(MOVE, TEXT["move"], TEXT["bank.py"], 10, 1 | 4, parameters))
    for site in (
        trace_writer.Site(READ, MOVE, 1, 11, expression=TEXT["self.balance"], source=TEXT["balance = self.balance"],
                          name=TEXT["balance"]),
        trace_writer.Site(AWAIT, MOVE, 5, 12, flags=4, expression=TEXT["asyncio.sleep(0)"],
                          source=TEXT["await asyncio.sleep(0)"]),
        trace_writer.Site(WRITE, MOVE, 2, 13, expression=TEXT["self.balance"],
                          source=TEXT["self.balance = balance + amount"], name=TEXT["balance"],
                          data=(2 * READ, 2 * 1 + 1)),
    ):  # fmt: skip
        records.append(site.record())
    return records


class Worker:
    """One task: between moves it is `idle`, else it waits with a stale balance in its hand."""

    def __init__(self, actor: int, token: int) -> None:
        self.actor = actor
        self.token = token
        self.account: int | None = None
        self.read = 0
        self.moves = 0


class Bank:
    """Plays the workers' steps in a random order and tells what an agent would have seen."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.balances = [100] * ACCOUNTS
        self.taken: set[int] = set()
        self.next_actor = MAIN + 1
        self.next_token = 1
        self.workers: list[Worker] = []

    def events(self) -> Iterator[Event]:
        yield from self._opening()
        while True:
            place = self.random.randrange(len(self.workers))
            worker = self.workers[place]
            if worker.account is None:
                yield from self._first_half(worker)
            else:
                yield from self._second_half(worker)
            if worker.moves == MOVES_PER_WORKER:
                self.workers[place] = Worker(self._actor(), self._token())
                yield from self._spawn(self.workers[place])
                yield from self._first_half(self.workers[place])

    def _actor(self) -> int:
        self.next_actor += 1
        return self.next_actor - 1

    def _token(self) -> int:
        self.next_token += 1
        return self.next_token - 1

    def _opening(self) -> Iterator[Event]:
        yield (kind.ACTOR, 0, THREAD_ACTOR, 3, TEXT["main"], 0, 0, 0)
        yield (kind.BEGIN, 0, THREAD_ACTOR, 0)
        yield (kind.LOOP, 0, LOOP, TEXT["EventLoop"])
        yield (kind.ACTOR, 0, MAIN, 1, TEXT["main"], LOOP, 0, 0)
        for account in range(ACCOUNTS):
            yield (kind.OBJECT, 0, 1 + account, 1, TEXT["Account"])
            if account >= ACCOUNTS_WITHOUT_LOCK:
                yield (kind.OBJECT, 0, 1 + ACCOUNTS + account, 13, TEXT["Lock"])
                yield (kind.LOCK, 0, 1 + ACCOUNTS + account, 1, 1)
                yield (kind.KEEP, 0, 1 + ACCOUNTS + account, 1 + account, kind.attribute_key(TEXT["lock"]))
        for _ in range(WORKERS_ALIVE):
            self.workers.append(Worker(self._actor(), self._token()))
            yield from self._spawn(self.workers[-1])
        for worker in self.workers:
            yield from self._first_half(worker)

    def _spawn(self, worker: Worker) -> Iterator[Event]:
        yield (kind.BEGIN, 0, MAIN, 0)
        yield (kind.ACTOR, 0, worker.actor, 1, TEXT["worker"], LOOP, MOVE, 0)
        yield (kind.SCHEDULE, 0, worker.token, SOON, LOOP)
        yield (kind.END, 0, 3)

    def _first_half(self, worker: Worker) -> Iterator[Event]:
        account = self.random.choice([each for each in self._four() if each not in self.taken] or [0])
        yield (kind.BEGIN, 0, worker.actor, worker.token)
        yield (kind.ENTER, 0, MOVE, 0, 0)
        if account >= ACCOUNTS_WITHOUT_LOCK:
            self.taken.add(account)
            yield (kind.ACQUIRE, 0, 1 + ACCOUNTS + account, 0)
        yield self._access(kind.READ, READ, account, self.balances[account])
        yield (kind.AWAIT, 0, AWAIT)
        worker.account, worker.read, worker.token = account, self.balances[account], self._token()
        yield (kind.SCHEDULE, 0, worker.token, TIMER, LOOP)
        yield (kind.END, 0, self.random.randrange(3, 30))

    def _four(self) -> list[int]:
        return [self.random.randrange(ACCOUNTS) for _ in range(4)]

    def _second_half(self, worker: Worker) -> Iterator[Event]:
        account = worker.account
        assert account is not None
        yield (kind.BEGIN, 0, worker.actor, worker.token)
        self.balances[account] = worker.read + self.random.randrange(-9, 10)
        yield self._access(kind.WRITE, WRITE, account, self.balances[account])
        if account >= ACCOUNTS_WITHOUT_LOCK:
            self.taken.discard(account)
            yield (kind.RELEASE, 0, 1 + ACCOUNTS + account, 0)
        yield (kind.LEAVE, 0, 0)
        worker.account = None
        worker.moves += 1
        if worker.moves == MOVES_PER_WORKER:
            yield (kind.FINISH, 0, worker.actor)
        else:
            worker.token = self._token()
            yield (kind.SCHEDULE, 0, worker.token, TIMER, LOOP)
        yield (kind.END, 0, self.random.randrange(3, 30))

    def _access(self, what: int, site: int, account: int, value: int) -> Event:
        zigzag = value << 1 ^ value >> 63
        return (what, 0, site, 1 + account, kind.attribute_key(TEXT["balance"]), 2 | zigzag << 3)


def write(events: int, file: BinaryIO, seed: int = 1) -> None:
    """A whole trace of so many events."""
    file.write(trace_writer.header(process=1))
    meta = {"agent": "synthetic", "root": "/srv/bank", "loop": "EventLoop"}
    file.write(trace_writer.frame(trace_writer.META, trace_writer.pairs_payload(meta), number=0))
    file.write(trace_writer.frame(trace_writer.TABLES, b"".join(tables()), number=1))
    source = Bank(seed).events()
    left, number = events, 2
    while left > 0:
        batch: list[Event] = [(kind.CLOCK, 0, (events - left) * 1000)]
        while len(batch) < min(FRAME_EVENTS_MAX, left):
            batch.append(next(source))
        file.write(trace_writer.frame(trace_writer.EVENTS, payload(batch), number=number, events=len(batch)))
        left, number = left - len(batch), number + 1
    end = {"events": str(events), "lost_events": "0", "status": "0"}
    file.write(trace_writer.frame(trace_writer.END, trace_writer.pairs_payload(end), number=number))


def payload(batch: list[Event]) -> bytes:
    """The columns of one frame, each as short as the agent would write it."""
    by_kind: dict[int, list[Event]] = {}
    for event in batch:
        by_kind.setdefault(event[0], []).append(event)
    parts = [bytes(event[0] for event in batch), encode([event[1] for event in batch])]
    for number in sorted(by_kind):
        columns = list(zip(*by_kind[number], strict=True))[2:]
        parts.append(bytes((number, len(columns))))
        parts.extend(map(encode, columns))
    return b"".join(parts)


def main() -> None:
    with Path(sys.argv[2]).open("wb") as file:
        write(int(sys.argv[1]), file, *map(int, sys.argv[3:4]))


if __name__ == "__main__":
    main()
