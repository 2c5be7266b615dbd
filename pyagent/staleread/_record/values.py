"""Value and key columns.

In: values and keys of the program. Out: the numbers that stand for them in the trace. What must hold: no
code of the program runs, so only exact built-in immutable types are looked into; equal keys get equal
columns whatever their types (1, True and 1.0), while values of different types never do; nothing of a value
is kept that the settings do not allow.
"""

from __future__ import annotations

import itertools
import os
import struct
from _blake2 import blake2b
from _thread import get_ident
from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import FunctionType
from typing import Any, Final
from uuid import UUID

from staleread._options import Options
from staleread._record.budget import Budget, key_bytes, text_bytes
from staleread._record.identity import Identity
from staleread._record.kinds import LEADS_TO_FRAMES, Types
from staleread._trace.events import (
    FALSE,
    KEY,
    NONE,
    OTHER_CONSTANT,
    TRUE,
    UNFOLLOWED_KEY,
    UNKNOWN,
    VALUE,
    fingerprint_value,
    numbered_key,
    numbered_value,
    object_value,
    whole_key,
    whole_value,
)
from staleread._trace.tables import Tables

TEXT_CHARACTERS_MAX: Final = 64
_ITEMS_MAX: Final = 256
_CACHE_BYTES_MAX: Final = 2 << 20
"""The accelerator's are as large."""
WHOLE_VALUE_MAX: Final = 1 << 59
_WHOLE_KEY_MAX: Final = 1 << 60
_VALUE_TEXTS_MAX: Final = 100_000


_OBJECT_HASH, _OBJECT_EQ = object.__hash__, object.__eq__


class _TooMuch(Exception):
    """Not built of immutable built-in types alone, or too large to look through."""


class Values:
    def __init__(
        self,
        options: Options,
        identity: Identity,
        types: Types,
        tables: Tables,
        record: Any,
        budget: Budget,
    ) -> None:
        self._options = options
        self._identity = identity
        self._types = types
        self._tables = tables
        self._record = record
        self._budget = budget
        self._secret = os.urandom(16)
        self._fingerprints: dict[str, int] = {}
        self._fingerprints_left = _CACHE_BYTES_MAX
        self._value_texts: dict[str, int] = {}
        self.key_numbers: dict[Any, int] = {}
        """By key: what `numbered_key` is made of."""
        self._object_keys: dict[int, int] = {}
        self._next_key = itertools.count(1).__next__
        self._next_value = itertools.count(1).__next__
        self.whole_max = 0 if options.values == "off" else WHOLE_VALUE_MAX
        """Whole numbers from 0 to below this are `2 | number << 4`."""
        self.tells_texts = options.strings != "off"
        self.encoders: dict[int, Callable[[Any], int]] = {
            id(type(None)): lambda _: NONE,
            id(bool): lambda value: TRUE if value else FALSE,
            id(type(...)): lambda _: OTHER_CONSTANT,
            id(type(NotImplemented)): lambda _: OTHER_CONSTANT,
            id(int): self._whole,
            id(float): self._float,
            id(str): self._string,
        }
        for tp in (bytes, complex, tuple, frozenset, range, date, datetime, timedelta, UUID):
            self.encoders[id(tp)] = self._immutable
        self.encoders.update({id(tp): self._object for tp in (FunctionType, type(len))})
        self.encoders.update({tp: lambda _: OTHER_CONSTANT for tp in LEADS_TO_FRAMES})
        if options.values == "off":
            self.encoders.update({id(tp): lambda _: UNKNOWN for tp in (int, float, bool, complex)})
        """By `id()` of the type."""
        self.encoder = self.encoders.get

    def value(self, value: object) -> int:
        """The value column of anything."""
        encode = self.encoder(id(type(value)))
        if encode is not None:
            return encode(value)
        return object_value(self._identity.number(value))

    def _object(self, value: object) -> int:
        return object_value(self._identity.number(value))

    def _whole(self, value: int) -> int:
        if -WHOLE_VALUE_MAX < value < WHOLE_VALUE_MAX:
            return whole_value(value)
        return self._immutable(value)

    def _float(self, value: float) -> int:
        return self._text(repr(value))

    def _string(self, value: str) -> int:
        if self._options.strings == "repr" and len(value) <= TEXT_CHARACTERS_MAX:
            return self._text(repr(value))
        if self._options.strings == "off":
            return UNKNOWN
        known = self._fingerprints.get(value)
        if known is None:
            known = self._immutable(value)
            if len(value) <= 1024:
                self._remember_fingerprint(value, known)
        return known

    def _remember_fingerprint(self, text: str, fingerprint: int) -> None:
        self._fingerprints_left -= text_bytes(text)
        if self._fingerprints_left < 0:
            self._fingerprints.clear()
            self._fingerprints_left = _CACHE_BYTES_MAX
        self._fingerprints[text] = fingerprint

    def _text(self, text: str) -> int:
        """A value that reports may show."""
        number = self._value_texts.get(text)
        if number is None:
            if len(self._value_texts) >= _VALUE_TEXTS_MAX or not self._budget.allows_text(text_bytes(text)):
                return self._immutable(text)
            string = self._tables.string(text)
            number = self._next_value()
            self._record((VALUE, get_ident(), number, string, 0, 0, 0, 0))
            number = self._value_texts.setdefault(text, number)
        return numbered_value(number)

    def _immutable(self, value: Any) -> int:
        try:
            return fingerprint_value(self._fingerprint(serialized(value)))
        except _TooMuch:
            return UNKNOWN

    def _fingerprint(self, content: bytes) -> int:
        digest = blake2b(content, digest_size=8, key=self._secret).digest()
        return int.from_bytes(digest, "little") >> 3

    # Keys

    def key(self, key: Any) -> int:
        """The key column; 0 is never one."""
        tp = type(key)
        if tp is str:
            number = self.key_numbers.get(key)
            return (2 | number << 2) if number is not None else self.add_key(key)
        if tp is int and 0 <= key < _WHOLE_KEY_MAX:
            whole: int = key
            return 3 | whole << 3
        if tp is int or tp is bool:
            if -_WHOLE_KEY_MAX < key < _WHOLE_KEY_MAX:
                return whole_key(int(key))
        elif tp is float and key.is_integer() and -_WHOLE_KEY_MAX < key < _WHOLE_KEY_MAX:
            return whole_key(int(key))
        if comparable(key):
            number = self.key_numbers.get(key)
            return (2 | number << 2) if number is not None else self.add_key(key)
        return self._object_key(key)

    def add_key(self, key: Any) -> int:
        """The column of a key that compares by itself and was not met before."""
        text = self.key_text(key)
        if not self._budget.allows_text(key_bytes(key, text)):
            return UNFOLLOWED_KEY
        string = self._tables.string(text)
        number = self._next_key()
        self._record((KEY, get_ident(), number, string, 0, 0, 0, 0))
        return numbered_key(self.key_numbers.setdefault(key, number))

    def _object_key(self, key: Any) -> int:
        """A key of another type goes by its identity: comparing it would run the program's code."""
        if id(type(key)) in LEADS_TO_FRAMES:
            return UNFOLLOWED_KEY
        obj = self._identity.number(key)
        number = self._object_keys.get(obj)
        if number is None:
            info = self._types.info(type(key))
            text = "" if self._options.keys == "off" else f"<{info.name} {obj}>"
            if not self._budget.allows_text(text_bytes(text)):
                return UNFOLLOWED_KEY
            number = self._next_key()
            self._record((KEY, get_ident(), number, self._tables.string(text), 0, 0, 0, 0))
            self._object_keys[obj] = number
        return numbered_key(number)

    def peekable(self, key: Any) -> bool:
        """Whether a key can be looked up without running code of the program."""
        if id(type(key)) in _COMPARABLE or comparable(key):
            return True
        info = self._types.info(type(key))
        return (
            info.class_attribute("__hash__")[0] is _OBJECT_HASH
            and info.class_attribute("__eq__")[0] is _OBJECT_EQ
        )

    def peekable_key(self, key: Any) -> int:
        """The key column of a key that can be looked up; 0 for all others."""
        return self.key(key) if self.peekable(key) else 0

    def key_text(self, key: Any) -> str:
        """What the trace tells about a key."""
        if self._options.keys == "off":
            return ""
        if self._options.keys == "hash":
            return f"#{self._fingerprint(serialized(key)):016x}"
        return shortened(key)


def comparable(key: Any, depth: int = 0) -> bool:
    """Whether a key can be hashed and compared without running code of the program."""
    tp = type(key)
    if id(tp) in _COMPARABLE:
        return True
    if tp is tuple or tp is frozenset:
        return depth < 8 and len(key) <= _ITEMS_MAX and all(comparable(item, depth + 1) for item in key)
    return False


def shortened(value: Any) -> str:
    """The repr of a comparable value, at most `TEXT_CHARACTERS_MAX` characters of it."""
    if type(value) in (str, bytes) and len(value) > TEXT_CHARACTERS_MAX:
        value = value[:TEXT_CHARACTERS_MAX]
    text = repr(value)
    return text if len(text) <= TEXT_CHARACTERS_MAX else text[: TEXT_CHARACTERS_MAX - 1] + "…"


def serialized(value: Any, depth: int = 0) -> bytes:
    """Bytes that are equal exactly where type and content are; `_TooMuch` for what is not immutable."""
    tp = type(value)
    write = _SERIALIZERS.get(id(tp))
    if write is not None:
        body = write(value)
        return tp.__name__.encode() + b":%d:" % len(body) + body
    if (tp is tuple or tp is frozenset) and depth < 8 and len(value) <= _ITEMS_MAX:
        items = [serialized(item, depth + 1) for item in value]
        if tp is frozenset:
            items.sort()
        body = b"".join(items)
        return tp.__name__.encode() + b":%d:" % len(body) + body
    raise _TooMuch


_SERIALIZERS: Final[dict[int, Callable[[Any], bytes]]] = {
    id(type(None)): lambda value: b"",
    id(type(...)): lambda value: b"",
    id(bool): lambda value: b"1" if value else b"0",
    id(int): lambda value: b"%x" % value,
    id(float): lambda value: struct.pack("<d", value),
    id(complex): lambda value: struct.pack("<dd", value.real, value.imag),
    id(str): lambda value: value.encode("utf-8", "surrogatepass"),
    id(bytes): lambda value: value,
    id(range): lambda value: repr(value).encode(),
    id(date): lambda value: repr(value).encode(),
    id(datetime): lambda value: _datetime_bytes(value),
    id(timedelta): lambda value: repr(value).encode(),
    id(UUID): lambda value: b"%x" % object.__getattribute__(value, "int"),
}


def _datetime_bytes(value: datetime) -> bytes:
    if value.tzinfo is not None:  # A time zone may be of a user's class.
        raise _TooMuch
    return datetime.isoformat(value).encode()


_COMPARABLE: Final = frozenset(
    map(id, (str, int, bool, float, complex, bytes, type(None), type(...), range, date, timedelta, UUID))
)
