"""The accelerator's buffer, numbers and batches are what the agent's own are."""

from __future__ import annotations

import random
import zlib
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


def make_buffer(bytes_max: int) -> Any:
    return _accelerator.Buffer(bytes_max, DROPPABLE, FIELDS)


@pytest.mark.parametrize("seed", range(10))
def test_buffer(seed: int) -> None:
    """The same events recorded and taken in the same order, as many as there is room for: the same events left."""
    choose = random.Random(seed)
    plain, fast = Buffer(1 << 30), make_buffer(1 << 30)
    for turn in range(40):
        for number in range(choose.choice((0, 1, 300, 3000))):
            made = event(choose.choice((READ, READ, BEGIN, LOST)), 1000 * turn + number)
            plain.record(made)
            fast.record(made)
        if choose.random() < 0.6:
            limit = choose.choice((0, 1, 2047, 2048, 9000))
            taken, also = plain.take(limit), fast.take(limit)
            assert but_idents(taken) == but_idents(also)
            assert len(taken) == len(also) and taken.has(BEGIN) == also.has(BEGIN)
        assert len(plain) == len(fast)
    assert numbers_of(plain) == numbers_of(fast)


@pytest.mark.parametrize("seed", range(20))
def test_full_buffer(seed: int) -> None:
    """Past half the bound there is no room for accesses, past the bound for nothing; all that is lost is told
    of."""
    choose = random.Random(seed)
    events_max = choose.choice((2, 100, 2048, 5000))
    buffer = make_buffer(64 * 2 * events_max)
    made = told = 0
    left: list[int] = []
    for _ in range(40):
        for _ in range(choose.choice((0, 1, 300, 9000))):
            kind, is_full = choose.choice((READ, READ, BEGIN)), len(buffer) >= 2 * events_max
            losses = buffer.lost
            buffer.record(event(kind, made))
            if losses == buffer.lost:
                left.append(made)
                assert not is_full and (kind == BEGIN or len(buffer) <= events_max + 1)
            made += 1
        assert len(buffer) <= 2 * events_max + 1
        if choose.random() < 0.7:
            numbers = buffer.take(choose.choice((1, 2047, 9000))).numbers()
            for at in range(0, len(numbers), 8):
                if numbers[at] == LOST:
                    told += numbers[at + 2]
                else:
                    assert numbers[at + 2] == left.pop(0)
    numbers = buffer.take(10**9).numbers()
    told += sum(numbers[at + 2] for at in range(0, len(numbers), 8) if numbers[at] == LOST)
    assert [numbers[at + 2] for at in range(0, len(numbers), 8) if numbers[at] != LOST] == left
    assert told == buffer.lost and buffer.lost > 0
    buffer.bound(64 * 2 * 10**5)
    for number in range(10**4):
        buffer.record(event(READ, number))
    assert len(buffer) == 10**4


def test_buffer_takes_whole_events() -> None:
    buffer = make_buffer(1 << 20)
    for wrong in ((), (1, 2), [1] * 9, "12345678", None, (-1,) * 8, (2**64,) * 8):
        with pytest.raises((TypeError, OverflowError)):
            buffer.record(wrong)
    assert len(buffer) == 0
    buffer.record([*event(READ, 1), *event(READ, 2)])
    assert len(buffer) == 2


@pytest.mark.parametrize("count", [1, 5, 3000])
def test_block(count: int) -> None:
    """What is taken becomes the same batch, with the threads by their indexes."""
    plain, fast = Buffer(1 << 30), make_buffer(1 << 30)
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


@pytest.mark.parametrize("count", [0, 1, 5, 3000])
def test_batch_is_deflated_as_by_the_library(count: int) -> None:
    if accelerator_zlib() != zlib.ZLIB_RUNTIME_VERSION:
        pytest.skip("the accelerator was built without zlib, or with another one")
    choose = random.Random(count)
    numbers = [
        number
        for _ in range(count)
        for number in (READ, 0, *(choose.randrange(2**30) for _ in range(4)), 0, 0)
    ]
    batch = _accelerator.Batch(numbers, [0] * count, FIELDS)
    payload = batch.payload()
    for level in (1, 9):
        size, stored, crc = batch.deflated(level)
        deflated = zlib.compress(payload, level)
        assert stored == (deflated if len(deflated) < len(payload) else payload)
        assert size == len(payload) and crc == zlib.crc32(stored)


def accelerator_zlib() -> str:
    version: str = _accelerator.ZLIB
    return version


def test_batch_refuses() -> None:
    for numbers, threads in (
        ([1] * 7, [0]),
        ([99, *[0] * 7], [0]),
        ([1, -1, *[0] * 6], [0]),
        (["1"] * 8, [0]),
    ):
        with pytest.raises((ValueError, OverflowError, TypeError)):
            _accelerator.Batch(numbers, threads, FIELDS)
