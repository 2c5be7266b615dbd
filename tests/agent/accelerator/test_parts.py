"""The accelerator's buffer, numbers and batches are what the agent's own are."""

from __future__ import annotations

import random
from typing import Any

import pytest
from staleread._record.buffer import Buffer
from staleread._trace.events import BEGIN, CLOCK, DROPPABLE, EVENT_NUMBERS, FIELDS, LOST, READ
from staleread._trace.frames import Batch

_accelerator = pytest.importorskip(
    "staleread._accelerator", reason="no accelerator was built for this Python"
)


def event(kind: int, number: int) -> tuple[int, ...]:
    return (kind, 1, number, 0, 0, 0, 0, 2**64 - 1)


def numbers_of(buffer: Any) -> list[int]:
    return but_idents(buffer.take(10**9))


def but_idents(block: Any) -> list[int]:
    return [number for at, number in enumerate(block.numbers()) if at % 8 != 1]


@pytest.mark.parametrize("seed", range(20))
def test_buffer(seed: int) -> None:
    """The same events recorded, taken and trimmed in the same order: the same events left, the same lost."""
    choose = random.Random(seed)
    events_max = choose.choice((1, 100, 2048, 5000))
    plain, fast = Buffer(events_max * 128), _accelerator.Buffer(events_max, DROPPABLE, FIELDS)
    for turn in range(40):
        for number in range(choose.choice((0, 1, 300, 3000))):
            made = event(choose.choice((READ, READ, BEGIN, LOST)), 1000 * turn + number)
            plain.record(made)
            fast.record(made)
        if choose.random() < 0.5:
            plain.trim()
            fast.trim()
            assert plain.lost == fast.lost
        if choose.random() < 0.6:
            limit = choose.choice((0, 1, 2047, 2048, 9000))
            taken, also = plain.take(limit), fast.take(limit)
            assert but_idents(taken) == but_idents(also)
            assert len(taken) == len(also) and taken.has(BEGIN) == also.has(BEGIN)
        assert len(plain) == len(fast)
    assert numbers_of(plain) == numbers_of(fast)


def test_buffer_takes_whole_events() -> None:
    buffer = _accelerator.Buffer(10, DROPPABLE, FIELDS)
    for wrong in ((), (1, 2), [1] * 9, "12345678", None, (-1,) * 8, (2**64,) * 8):
        with pytest.raises((TypeError, OverflowError)):
            buffer.record(wrong)
    assert len(buffer) == 0
    buffer.record([*event(READ, 1), *event(READ, 2)])
    assert len(buffer) == 2


@pytest.mark.parametrize("count", [1, 5, 3000])
def test_block(count: int) -> None:
    """What is taken becomes the same batch, with the threads by their indexes."""
    plain, fast = Buffer(10**6), _accelerator.Buffer(10**4, DROPPABLE, FIELDS)
    for number in range(count):
        made = (READ if number % 3 else BEGIN, 100 + number % 7 // 3, number, 2, 3, 4, 0, 0)
        plain.record(made)
        fast.record(made)
    taken, also = plain.take(count), fast.take(count)
    head = [CLOCK, 100, 5, 0, 0, 0, 0, 0]
    indexes = {100: 0, 101: 1, 102: 2**40}
    assert taken.numbers() == also.numbers()
    assert taken.first_ident() == also.first_ident() and taken.idents() == also.idents()
    assert taken.batch(head, indexes, int).payload() == also.batch(head, indexes, int).payload()
    if count > 3:
        with pytest.raises(KeyError):
            also.batch(head, {100: 0}, int)


@pytest.mark.parametrize("seed", range(10))
def test_numbers(seed: int) -> None:
    """As a dict and a set of the same content, with addresses that fall onto each other."""
    choose = random.Random(seed)
    keys = [16 * choose.randrange(1, 400) << choose.choice((0, 20)) for _ in range(300)]
    plain: dict[int, int] = {}
    fast = _accelerator.Numbers()
    members: set[int] = set()
    also = _accelerator.Numbers()
    for _ in range(5000):
        key, number = choose.choice(keys), choose.randrange(1, 2**40)
        if choose.random() < 0.5:
            assert plain.setdefault(key, number) == fast.setdefault(key, number)
            members.add(key)
            also.add(key)
        else:
            assert plain.pop(key, 0) == fast.pop(key, 0)
            members.discard(key)
            also.discard(key)
        assert len(plain) == len(fast) and len(members) == len(also)
    for key in keys:
        assert plain.get(key) == fast.get(key) and plain.get(key, 7) == fast.get(key, 7)
        assert (key in plain) == (key in fast) and (key in members) == (key in also)
    fast.clear()
    assert len(fast) == 0 and fast.get(keys[0]) is None


def column(choose: random.Random, count: int) -> list[int]:
    """Numbers as they come in traces, and at the bounds of every width."""
    edge = 1 << choose.choice((1, 7, 8, 15, 16, 31, 32, 33, 63))
    start = choose.choice(
        (0, 1, edge - 1, 2**64 - 1 - 2 * edge if edge < 2**62 else 0, choose.randrange(2**63))
    )
    steps = choose.choice(((0,), (0, 1), (0, edge - 1), (0, edge), (0, 1, edge, 2 * edge - 1), (1, 2, 3)))
    rising = choose.random() < 0.5
    numbers, at = [], start
    for _ in range(count):
        step = choose.choice(steps)
        at = at + step if rising else start + step
        numbers.append(max(0, min(at, 2**64 - 1)))
    return numbers


@pytest.mark.parametrize("seed", range(60))
def test_batch(seed: int) -> None:
    choose = random.Random(seed)
    count = choose.choice((1, 2, 3, 100, 1000))
    kinds = choose.sample(sorted(FIELDS), choose.choice((1, 2, 5, len(FIELDS))))
    rows = zip(
        (choose.choice(kinds) for _ in range(count)),
        *(column(choose, count) for _ in range(EVENT_NUMBERS - 1)),
        strict=True,
    )
    numbers = [number for row in rows for number in row]
    threads = column(choose, count)
    plain, fast = Batch(numbers, threads), _accelerator.Batch(numbers, threads, FIELDS)
    assert len(plain) == len(fast)
    assert plain.payload() == fast.payload()
    assert plain.payload() == fast.payload(), "a second time"
    for name in ("site", "function", "string", "nothing"):
        assert plain.values(name) == fast.values(name)


def test_batch_refuses() -> None:
    for numbers, threads in (
        ([1] * 7, [0]),
        ([99, *[0] * 7], [0]),
        ([1, -1, *[0] * 6], [0]),
        (["1"] * 8, [0]),
    ):
        with pytest.raises((ValueError, OverflowError, TypeError)):
            _accelerator.Batch(numbers, threads, FIELDS)
