"""What the import of a package of 10,000 lines costs when it is watched, against its plain import, in one run.

    python tests/bench/importing.py         prints the ratios; `measure()` returns them

The package is generated: modules of classes and functions, as a service is made of them, that import one another. Both
sides import it in processes of their own, in turns; the plain side with warm bytecode, the recorded one with a warm
and, once, with a cold cache. Timed is the `import` alone.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import tool

LINES = 10_000
MODULE_LINES = 250
ROUNDS = 9

IMPORTS = """\
\"\"\"Part {index} of a service: {words}.\"\"\"

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, deque
from typing import Any

{neighbour}
log = logging.getLogger(__name__)

LIMIT_{upper} = {number}
TIMEOUTS = {{"connect": {number}.5, "read": 30, "{word}": None}}


class {title}Error(Exception):
    \"\"\"What goes wrong with a {word}.\"\"\"


"""

CLASS = """\
class {title}:
    \"\"\"Keeps every {word} that was asked for, and who waits for it.\"\"\"

    kind = "{word}"
    retries = {number}

    def __init__(self, source: Any, limit: int = LIMIT_{upper}) -> None:
        self.source = source
        self.limit = limit
        self.{word}s: OrderedDict[str, Any] = OrderedDict()
        self.waiting: deque[asyncio.Future[Any]] = deque()
        self._lock = asyncio.Lock()
        self.hits = self.misses = 0

    @property
    def {word}_count(self) -> int:
        return len(self.{word}s) + self.{other}_offset()

    @staticmethod
    def {other}_offset() -> int:
        return {number} % 7

    async def get_{word}(self, key: str, *, refresh: bool = False) -> Any:
        \"\"\"The {word} of this key: the kept one, or a new one.\"\"\"
        if not refresh and key in self.{word}s:
            self.hits += 1
            self.{word}s.move_to_end(key)
            return self.{word}s[key]
        self.misses += 1
        async with self._lock:
            if len(self.{word}s) >= self.limit:
                oldest, _ = self.{word}s.popitem(last=False)
                log.debug("dropped %s after %d {other}s", oldest, self.misses)
            found = await self.source.fetch(key, timeout=TIMEOUTS["{word}"])
            if found is None:
                raise {title}Error(f"no {word} called {{key!r}}")
            self.{word}s[key] = found
        return found

    async def {other}_all(self, keys: list[str]) -> dict[str, Any]:
        # Each of them once, be it asked for by several.
        unique = sorted(set(keys))
        results = await asyncio.gather(*(self.get_{word}(key) for key in unique), return_exceptions=True)
        good = {{key: value for key, value in zip(unique, results) if not isinstance(value, Exception)}}
        for key, value in good.items():
            if value is self.source or self.{word}s.get(key) is not value:
                self.{word}s[key] = value
        return good

    def {other}(self, amount: int) -> int:
        total = 0
        while amount > 0 and self.waiting:
            future = self.waiting.popleft()
            if future.done():
                continue
            future.set_result(amount)
            amount -= {number}
            total += 1
        self.hits -= total
        return total

    async def close(self) -> None:
        try:
            await self.source.close()
        except (OSError, {title}Error) as problem:
            log.warning("%s did not close: %s", self.kind, problem)
        finally:
            self.{word}s.clear()
            self.waiting.clear()


"""

FUNCTION = """\
def {other}_{word}(values: list[int], factor: int = {number}) -> list[int]:
    \"\"\"Only what counts.\"\"\"
    found = []
    for index, value in enumerate(values):
        if value % factor == {number} or index > LIMIT_{upper}:
            continue
        found.append(value * factor + index)
    return found


async def watch_{word}(service: {title}, keys: list[str], delay: float = 0.{number}) -> int:
    seen = 0
    while seen < len(keys):
        {word} = await service.get_{word}(keys[seen])
        if {word} is None:
            await asyncio.sleep(delay)
        seen += 1
    service.hits += seen
    return seen


"""

WORDS = (
    "account address basket booking budget channel comment contract customer delivery device discount document "
    "engine event folder gateway group holiday invoice journey label ledger letter machine market message meter "
    "notice offer order parcel payment permit picture price profile project quota rate receipt region report "
    "request reward route schedule season session setting shipment signal station stock survey table tariff "
    "ticket token tour trade vehicle venue voucher window zone"
).split()


def write_package(folder: Path, lines: int = LINES, seed: int = 1) -> int:
    """Writes the package `generated` into a folder. Returns how many lines it has."""
    draw = random.Random(seed)
    package = folder / "generated"
    package.mkdir(parents=True)
    modules: list[str] = []
    written = 0
    while written < lines:
        text = _module(draw, len(modules), min(MODULE_LINES, lines - written))
        modules.append(f"part_{len(modules)}")
        (package / f"{modules[-1]}.py").write_text(text)
        written += text.count("\n")
    (package / "__init__.py").write_text("".join(f"from . import {name}\n" for name in modules))
    return written


def _module(draw: random.Random, index: int, lines: int) -> str:
    words = draw.sample(WORDS, 8)
    neighbour = f"from . import part_{draw.randrange(index)} as {draw.choice(WORDS)}_part\n" if index else ""
    names = {"word": words[0], "title": words[0].title(), "upper": words[0].upper()}
    text = IMPORTS.format(
        index=index, words=", ".join(words), neighbour=neighbour, number=draw.randrange(5, 900), **names
    )
    while text.count("\n") < lines:
        word, other = draw.sample(WORDS, 2)
        title = f"{word.title()}{other.title()}"
        numbers = {"number": draw.randrange(5, 90), "word": word, "other": other, "upper": names["upper"]}
        text += f"class {title}Error(LookupError):\n    pass\n\n\n"
        text += CLASS.format(title=title, **numbers) + FUNCTION.format(title=title, **numbers)
    return text


TIMED = """\
import time
import asyncio, collections, logging, typing
started, worked = time.perf_counter(), time.thread_time()
import generated
print(time.perf_counter() - started, time.thread_time() - worked)
"""


@dataclass
class Side:
    """Imports of one kind: seconds that passed, and seconds of the importing thread on the processor."""

    passed: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)

    def add(self, folder: Path, *options: str) -> None:
        passed, worked = _seconds(folder, [sys.executable, *options, "program.py"])
        self.passed.append(passed)
        self.worked.append(worked)


def measure(rounds: int = ROUNDS) -> dict[str, float]:
    """Milliseconds of the plain import, of the recorded one with a warm and a cold cache, the best of each; and ratios."""
    record = ("-m", "staleread", "record", "--quiet", "-o", "bench.srt")
    plain, warm, cold = Side(), Side(), Side()
    with tempfile.TemporaryDirectory(prefix="staleread-bench-") as name:
        folder = Path(name)
        lines = write_package(folder)
        (folder / "program.py").write_text(TIMED)
        plain.add(folder)
        cold.add(folder, *record)
        for _ in range(rounds):  # In turns: the machine is not equally fast all the time.
            plain.add(folder)
            warm.add(folder, *record)
    best = min(plain.passed)
    return {
        "lines": lines,
        "plain ms": 1000 * best,
        "warm ms": 1000 * min(warm.passed),
        "cold ms": 1000 * min(cold.passed),
        "warm ratio": min(warm.passed) / best,
        "cold ratio": min(cold.passed) / best,
        "warm ratio on the processor": min(warm.worked) / min(plain.worked),
    }


def _seconds(folder: Path, words: list[str]) -> tuple[float, float]:
    environment = {**os.environ, "PYTHONPATH": str(tool.ROOT / "pyagent")}
    for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"):
        environment.pop(name, None)
    done = subprocess.run(words, cwd=folder, env=environment, check=True, capture_output=True, text=True)
    passed, worked = map(float, done.stdout.split())
    return passed, worked


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
