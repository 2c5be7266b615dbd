"""Rewritten code that is kept: the same as made anew, never of another source, never of a damaged file."""

from __future__ import annotations

import importlib
import os
import random
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import cache_from_source
from pathlib import Path
from types import CodeType, SimpleNamespace
from typing import Any

import pytest
from recording import SECONDS_MAX, environment
from rewriting import silent_hooks
from staleread._rewrite import cache as cache_module
from staleread._rewrite import compiling
from staleread._rewrite.cache import Cache
from staleread._rewrite.importer import Rewriter, install
from staleread._rewrite.portable import Portable
from staleread._rewrite.sites import FunctionRow, SiteRow, SiteTable
from trace_reader import Trace, read_trace

SOURCE = """
class Stock:
    sizes = (1, 2, 1099511627776, 2.5, float("nan"))

    def __init__(self, items):
        self.items, self.left = dict(items), 257

    async def take(self, key, *, rest=None):
        if key in {"a", "b", 7}:
            self.left -= 1  # staleread: ignore[lost-update] counted elsewhere
        async with self.lock:
            found = await self.fetch(key, 1, rest or 2)
        return [self.items[each] + 300 for each in found if each], (lambda: self.left + 1)

def outer():
    count = 1
    def inner():
        nonlocal count
        count += 1
        return count, 1, 2, 3, 4, 5, 6, 7, 8, 9
    return inner
"""
OTHER = "def other(x):\n    x.first = 1\n    return x.second\n"


@dataclass
class Loaded:
    """What a recording takes note of."""

    table: SiteTable = field(default_factory=SiteTable)
    codes: list[tuple[CodeType, str, int]] = field(default_factory=list)
    ignores: list[Any] = field(default_factory=list)

    def rewriter(self, cache: Cache | None) -> Rewriter:
        rewriter = Rewriter(self.table, silent_hooks())
        rewriter.cache = cache
        rewriter.on_code = lambda *told: self.codes.append(told)
        rewriter.on_ignore = lambda *told: self.ignores.append(told)
        rewriter.on_note = lambda note: pytest.fail(note)
        return rewriter

    def rows(self) -> list[SiteRow | FunctionRow | None]:
        sites: list[SiteRow | FunctionRow | None] = [
            self.table.site(number) for number in range(self.table.count + 1)
        ]
        return sites + [self.table.function(number) for number in range(20)]

    def all(self) -> tuple[object, ...]:
        return (
            self.codes,
            self.ignores,
            self.rows(),
            [self.table.names[number] for number in range(self.table.count + 1)],
        )


def load(path: Path, cache: Cache | None, before: bytes = OTHER.encode()) -> Loaded:
    """The module of this file, loaded after another one, so that it is not numbered from 1."""
    loaded = Loaded()
    rewriter = loaded.rewriter(cache)
    if before:
        rewriter.compile(before, "other.py", "other", "other.py")
    rewriter.load(path.read_bytes(), str(path), cache_from_source(str(path)), "stock", "stock.py")
    return loaded


def read(path: Path, cache: Cache) -> Portable | None:
    return cache.read(path.read_bytes(), str(path), cache_from_source(str(path)))


def kept(path: Path) -> Path:
    (file,) = path.parent.glob(f"__pycache__/{path.stem}*.srtc")
    return file


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    path = tmp_path / "stock.py"
    path.write_text(SOURCE)
    return path


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were compiled."""
    paths: list[str] = []
    original = compiling.compile_rewritten

    def compile_rewritten(tree: Any, source: bytes, path: str) -> Any:
        paths.append(path)
        return original(tree, source, path)

    monkeypatch.setattr(compiling, "compile_rewritten", compile_rewritten)
    return paths


def test_what_is_kept_is_what_would_be_made(module: Path, compiled: list[str]) -> None:
    plain, cold = load(module, None), load(module, Cache())
    compiled.clear()
    warm = load(module, Cache())
    assert compiled == ["other.py"]
    assert plain.all() == cold.all() == warm.all()
    assert plain.ignores and len(plain.codes) > 8
    first = load(module, Cache(), before=b"")
    assert compiled == ["other.py"]
    assert first.all() == load(module, None, before=b"").all() != plain.all()


MODULE = ("<module>", "stock")


def test_it_runs_alike(module: Path) -> None:
    load(module, Cache())
    names: dict[str, Any] = {}
    (code,) = [code for code, name, _ in load(module, Cache()).codes if (code.co_name, name) == MODULE]
    exec(code, names)
    assert names["outer"]()() == (2, 1, 2, 3, 4, 5, 6, 7, 8, 9)
    assert names["Stock"]({}).left == 257


def test_another_source_of_the_same_time_and_size_is_not_taken_for_it(
    module: Path, compiled: list[str]
) -> None:
    load(module, Cache())
    before = module.stat()
    module.write_text(SOURCE.replace("257", "258"))
    os.utime(module, ns=(before.st_atime_ns, before.st_mtime_ns))
    compiled.clear()
    assert load(module, Cache()).all() == load(module, None).all()
    assert compiled.count(str(module)) == 2
    compiled.clear()
    load(module, Cache())
    assert compiled == ["other.py"]


@pytest.mark.parametrize("what", ["version", "rewriter", "optimization", "path"])
def test_what_the_result_depends_on_is_in_the_key(
    module: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    cache = Cache()
    load(module, cache)
    assert read(module, cache) is not None
    if what == "version":
        monkeypatch.setattr(cache_module, "__version__", "0.0.0")
    elif what == "rewriter":
        copies = module.parent / "agent"
        copies.mkdir()
        for file in Path(cache_module.__file__).parent.glob("*.py"):
            (copies / file.name).write_bytes(file.read_bytes())
        monkeypatch.setattr(cache_module, "__file__", str(copies / "cache.py"))
        assert read(module, Cache()) is not None
        (copies / "flow.py").write_text("# changed")
    elif what == "optimization":
        monkeypatch.setattr(sys, "flags", _Flags(optimize=1))
    else:
        moved = module.with_name("moved")
        moved.mkdir()
        os.rename(module, moved / module.name)
        os.rename(module.parent / "__pycache__", moved / "__pycache__")
        module = moved / module.name
    assert read(module, Cache()) is None


class _Flags:
    def __init__(self, **changed: int) -> None:
        self._changed, self._flags = changed, sys.flags

    def __getattr__(self, name: str) -> Any:
        return self._changed[name] if name in self._changed else getattr(self._flags, name)


def damaged(content: bytes) -> Iterator[bytes]:
    """Cut at every byte; every byte changed; longer; of several at once."""
    for place in range(len(content)):
        yield content[:place]
        yield content[:place] + bytes([content[place] ^ 1 << place % 8]) + content[place + 1 :]
    yield content + b"\0"
    yield content * 2
    draw = random.Random(7)
    for _ in range(100):
        first, last = sorted(draw.sample(range(len(content)), 2))
        yield content[:first] + draw.randbytes(last - first) + content[last:]


def test_of_a_damaged_file_nothing_is_read(module: Path) -> None:
    cache = Cache()
    load(module, cache)
    file = kept(module)
    content = file.read_bytes()
    for wrong in damaged(content):
        assert wrong == content or cache_module._parse(wrong, content[12:44]) is None
    file.write_bytes(content[:100])
    assert read(module, cache) is None
    load(module, cache)
    assert file.read_bytes() == content


def test_a_file_that_others_may_write_is_not_read(module: Path) -> None:
    cache = Cache()
    load(module, cache)
    file = kept(module)
    file.chmod(0o666)
    assert read(module, cache) is None
    file.chmod(0o644)
    assert read(module, cache) is not None
    if os.geteuid() == 0:
        os.chown(file, 12345, -1)
        assert read(module, cache) is None


def test_a_pipe_is_not_waited_for(module: Path) -> None:
    cache = Cache()
    load(module, cache)
    file = kept(module)
    file.unlink()
    os.mkfifo(file)
    assert read(module, cache) is None


def test_its_mode_is_the_sources(module: Path) -> None:
    module.chmod(0o600)
    load(module, Cache())
    assert kept(module).stat().st_mode & 0o777 == 0o600


def test_many_write_at_once(module: Path) -> None:
    source = module.read_bytes()
    expected = load(module, None).all()
    results: list[tuple[object, ...]] = []

    def run() -> None:
        for _ in range(5):
            results.append(load(module, Cache()).all())
            for file in module.parent.glob("__pycache__/*.srtc"):
                file.unlink(missing_ok=True)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 20 and all(result == expected for result in results)
    Cache().write(source, str(module), cache_from_source(str(module)), _made(module))
    assert [kept(module)] == list((module.parent / "__pycache__").iterdir())


def _made(module: Path) -> Any:
    import ast

    source = module.read_bytes()
    return compiling.compile_rewritten(ast.parse(source), source, str(module))


def test_where_no_folder_can_be_made_it_lies_where_the_user_keeps_such_things(
    module: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (module.parent / "__pycache__").write_text("no folder")
    load(module, Cache())
    assert read(module, Cache()) is None
    monkeypatch.setenv("XDG_CACHE_HOME", str(module.parent / "kept"))
    load(module, Cache())
    assert read(module, Cache()) is not None
    assert len(list((module.parent / "kept" / "staleread").iterdir())) == 1


def test_the_interpreters_settings_are_obeyed(module: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    load(module, Cache())
    assert not list(module.parent.rglob("*.srtc"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", str(module.parent / "prefix"))
    load(module, Cache())
    assert len(list((module.parent / "prefix").rglob("*.srtc"))) == 1
    assert not (module.parent / "__pycache__").exists()
    assert read(module, Cache()) is not None


def test_names_that_a_program_adds_to_the_built_in_ones_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "words.py"
    path.write_text("def f(x):\n    return _(x.value)\n")
    before = load(path, None).all()
    monkeypatch.setattr("builtins._", str, raising=False)
    assert load(path, None).all() == before


def test_modules_of_archives_and_of_packages_without_init(
    module: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = module.parent
    (root / "spread").mkdir()
    (root / "spread" / "inner.py").write_text(OTHER)
    with zipfile.ZipFile(root / "packed.zip", "w") as archive:
        archive.writestr("zipped.py", OTHER)
    monkeypatch.syspath_prepend(str(root))
    monkeypatch.syspath_prepend(str(root / "packed.zip"))
    finder = install([], [], root, Loaded().rewriter(Cache()))
    try:
        for name in ("spread.inner", "zipped"):
            assert importlib.import_module(name).other(SimpleNamespace(second=2)) == 2
            monkeypatch.delitem(sys.modules, name)
    finally:
        finder.uninstall()
    monkeypatch.delitem(sys.modules, "spread")
    assert [file.parent.parent.name for file in root.rglob("*.srtc")] == ["spread"]


def test_what_is_too_large_is_not_kept(module: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(module, Cache())
    size = kept(module).stat().st_size
    monkeypatch.setattr(cache_module, "FILE_BYTES_MAX", size - 1)
    assert read(module, Cache()) is None
    kept(module).unlink()
    load(module, Cache())
    assert not list(module.parent.rglob("*.srtc"))


def test_no_mark_is_mistaken_for_a_number_of_the_program(tmp_path: Path) -> None:
    """Numbers that the program itself has stay; those of sites and functions move."""
    numbers = [*range(300), 2**31 - 1, 2**31, 2**63, 2**70]
    path = tmp_path / "numbers.py"
    path.write_text("".join(f"def f{n}(x):\n    x.a = {n}\n    return x.b, {n}\n" for n in numbers))
    names: dict[str, Any] = {}
    table = SiteTable()
    seen: list[int] = []
    hooks = silent_hooks()
    hooks["_sr_read"] = lambda obj, site: seen.append(site) or obj
    exec(Rewriter(table, hooks).compile(path.read_bytes(), str(path), "numbers", "numbers.py"), names)
    for number in numbers:
        assert names[f"f{number}"](_Box())[1] == number
    assert [getattr(table.site(site), "expression", "") for site in seen] == ["x.b"] * len(numbers)
    assert len(set(seen)) == len(numbers)


class _Box:
    b = None


PROGRAM = """
import asyncio, helper
class Counter:
    def __init__(self):
        self.value = 0
        self.seen = {}
    async def add(self, key):
        self.seen[key] = old = self.value
        await asyncio.sleep(0)
        self.value = helper.next_of(self, old)
async def main():
    counter = Counter()
    await asyncio.gather(*(counter.add(key) for key in range(3)))
asyncio.run(main())
"""
HELPER = """
from second import kept
def next_of(counter, old):
    return kept(old) + counter.value + 1 - counter.value
"""
SECOND = "LAST = []\ndef kept(value):\n    LAST.append(value)\n    return LAST[-1]\n"


def test_a_trace_is_the_same_with_a_cold_a_warm_and_no_cache(tmp_path: Path) -> None:
    for name, text in (("main", PROGRAM), ("helper", HELPER), ("second", SECOND)):
        (tmp_path / f"{name}.py").write_text(text)
    cold, warm = recorded(tmp_path), recorded(tmp_path)
    assert len(list(tmp_path.glob("__pycache__/*.srtc"))) == 2
    no = recorded(tmp_path, "--no-cache")
    assert told(cold) == told(warm) == told(no)
    assert len(cold.sites) > 15


def recorded(folder: Path, *options: str) -> Trace:
    always = ["--quiet", "--blocked-after", "0", "-o", "trace.srt"]  # How long a step takes is no part of it.
    words = ["-m", "staleread", "record", *always, *options, "main.py"]
    variables = environment()
    for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"):
        variables.pop(name, None)
    subprocess.run([sys.executable, *words], cwd=folder, env=variables, check=True, timeout=SECONDS_MAX)
    return read_trace(folder / "trace.srt")


def told(trace: Trace) -> tuple[object, ...]:
    """What a trace says of the program: no times, and no numbers that the writer's thread gives out too."""
    names = ("read", "write", "await", "enter", "leave", "begin", "end", "schedule", "finish")
    events = [(event.name, event.fields.get("site")) for event in trace.of(*names)]
    return trace.sites, trace.functions, trace.accesses(), events
