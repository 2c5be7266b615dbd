"""What a program keeps secret is in a trace only where the settings say so: in its bytes as they are, and inflated."""

from __future__ import annotations

import re
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from recording import Record, Recording
from staleread._record.masking import masked

# Every secret is a word of its own, so that one that is found tells how it came there.
PROGRAM = """
    import asyncio, contextvars, logging, os, sys, threading
    from collections import OrderedDict, defaultdict, deque

    def secret(what):
        return '-'.join(('planted', what + '.'))

    VARIABLE = contextvars.ContextVar('variable')

    class Vault:
        fallback = secret('class')

        def __init__(self):
            self.text = secret('attribute')
            self.data = secret('bytes').encode()
            self.nested = (1, (secret('tuple'), frozenset([secret('frozenset')])))
            self.table = {secret('key'): secret('item')}
            self.bykey = {(1, secret('tuple key')): 1, secret('bytes key').encode(): 2}
            self.rows = [secret('element')]
            self.names = {secret('member')}
            self.pin = 918273645546
            self.rate = 2718.28182845
            self.number = 10 ** 30 + 7
            self.shown = Shown()

        def __repr__(self):
            return secret('repr')

    class Shown(str):
        def __str__(self):
            return secret('str')

    def touch(vault, given=secret('default')):
        for name in ('text', 'data', 'nested', 'pin', 'rate', 'number', 'fallback', 'shown'):
            setattr(vault, name, getattr(vault, name))
        vault.text, vault.data, vault.pin, vault.rate, vault.nested
        key = secret('key')
        vault.table[key], key in vault.table, vault.table.get(key), vault.table.pop(secret('absent'), given)
        vault.table[secret('new key')] = os.environ['STALEREAD_TEST_SECRET']
        vault.bykey[(1, secret('tuple key'))] += 1
        vault.bykey[secret('bytes key').encode()]
        vault.rows.append(secret('appended'))
        vault.names.add(secret('added'))
        for row in vault.rows: vault.last = row
        vault.both = vault.text + secret('joined')
        vault.argument = sys.argv[1]
        vault.literal = 'planted-literal.'  # planted-comment.
        vault.table['planted-subscript.'] = f'planted-formatted.{vault.pin}' + '''
    planted-triple.'''
        VARIABLE.set(secret('context'))
        logging.getLogger(secret('logger')).warning(secret('logged'))
        kept = defaultdict(list)
        kept[secret('default key')].append(secret('default item'))
        ordered = OrderedDict(a=secret('ordered'))
        ordered.move_to_end('a')
        deque([secret('deque')]).popleft()

    def counting():
        counted = secret('closure')
        def more():
            nonlocal counted
            counted += secret('more')
        more()

    async def fail(vault):
        await asyncio.sleep(0)
        raise LookupError(secret('exception'))

    async def main():
        vault = Vault()
        vault.lock, vault.queue = asyncio.Lock(), asyncio.Queue()
        async with vault.lock:
            touch(vault)
        counting()
        await vault.queue.put(secret('queued'))
        await vault.queue.get()
        asyncio.create_task(fail(vault))
        task = asyncio.create_task(asyncio.sleep(0, secret('result')), name='planted-task name.')
        await task
        thread = threading.Thread(target=touch, args=(vault,), name='planted-thread name.')
        thread.start()
        thread.join()
        try:
            await fail(vault)
        except LookupError as error:
            vault.error = error
        vault.future = asyncio.get_running_loop().create_future()
        vault.future.set_result(secret('future'))
        await vault.future

    asyncio.run(main())
    """

NAMES = {"task name", "thread name"}
"""Names are always told."""
SOURCE = {"literal", "comment", "subscript", "formatted", "triple", "argument"}
"""What stands in the text of functions that access something, and on the command line: told unless strings are off."""
KEYS = {"key", "new key", "default key", "tuple key", "bytes key", "absent", "added", "subscript"}
STRINGS = {
    *("attribute", "class", "item", "element", "appended", "joined", "closure", "more"),
    *("environment", "argument", "literal"),
}
NUMBERS = (918273645546, 2718.28182845, 10**30 + 7)


def planted(recording: Recording) -> set[str]:
    """The secrets that can be found."""
    texts = (recording.path.read_bytes(), *inflated(recording.path))
    return {word.decode() for text in texts for word in re.findall(rb"planted-([a-z ]+)\.", text)}


def inflated(path: Path) -> Iterator[bytes]:
    """Everything in the file that zlib can inflate, wherever it lies."""
    content = path.read_bytes()
    for at in range(len(content) - 1):
        if content[at] == 0x78 and (content[at] << 8 | content[at + 1]) % 31 == 0:
            try:
                yield zlib.decompressobj().decompress(content[at:])
            except zlib.error:
                continue


def run(record: Record, monkeypatch: pytest.MonkeyPatch, **settings: str) -> Recording:
    monkeypatch.setenv("STALEREAD_TEST_SECRET", "planted-environment.")
    options = [word for name, value in settings.items() for word in (f"--{name}", value)]
    recording = record(PROGRAM, *options, arguments=("planted-argument.",))
    assert recording.status == 0, recording.stderr
    assert stat.S_IMODE(recording.path.stat().st_mode) == 0o600
    return recording


def numbers(recording: Recording) -> set[object]:
    """Of the planted numbers, those that are in an event or in a text."""
    trace = recording.trace
    columns = {value for event in trace.events for value in event.fields.values()}
    texts = set(trace.strings.values())
    return {
        number
        for number in NUMBERS
        if repr(number) in texts or (isinstance(number, int) and 2 | number << 4 in columns)
    }


@pytest.mark.parametrize(
    ("values", "strings", "keys", "expected"),
    [
        ("off", "off", "off", NAMES),
        ("off", "hash", "hash", NAMES | SOURCE),
        ("on", "hash", "repr", NAMES | SOURCE | KEYS),
        ("on", "off", "repr", NAMES | KEYS),
        ("off", "repr", "off", NAMES | SOURCE | STRINGS),
    ],
)
def test_what_is_told_is_what_may_be_told(
    values: str, strings: str, keys: str, expected: set[str], record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = run(record, monkeypatch, values=values, strings=strings, keys=keys)
    assert planted(recording) == expected
    assert numbers(recording) == (set() if values == "off" else {918273645546, 2718.28182845})


MASKED = [
    ("self.table['k']", "self.table['…']"),
    ("f(b'a', r\"b\", 'c' 'd')", "f('…', '…', '…' '…')"),
    ("text", "text"),
    ("'cut sh…", "…"),
    ("f('''a b", "…"),
    ("{'a': x, **y}['a']", "{'…': x, **y}['…']"),
]


@pytest.mark.parametrize(("text", "expected"), MASKED)
def test_source_without_its_strings(text: str, expected: str) -> None:
    assert masked(text) == expected


def test_formatted_strings_are_strings() -> None:
    assert "secret" not in masked("f'secret {self.x:>{width}} secret'")
    assert "secret" not in masked("f\"{self.x['secret']!r:secret}\"")
