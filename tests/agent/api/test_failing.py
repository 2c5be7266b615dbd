"""What fails inside of the agent while a program uses locks of its own and of others does not reach it."""

from __future__ import annotations

from pathlib import Path

import pytest
import tool

KIT = """
class Lock:
    async def take(self): pass
    def give(self): pass
    async def __aenter__(self): await self.take()
    async def __aexit__(self, *_): self.give()

class Pipe:
    items = []
    def put(self, item): self.items.append(item)
    async def get(self): return self.items.pop()
"""

RULES = """
version: 1
primitives:
  - lock: {class: kit.Lock, acquire: take, release: give}
  - queue: {class: kit.Pipe, put: put, get: get}
"""

PROGRAM = """
import asyncio, importlib, types

def fail(*_, **__):
    raise KeyError("injected")

module = importlib.import_module("staleread.{module}")
owner = getattr(module, "{owner}")
setattr(owner, "{method}", types.FunctionType(fail.__code__.replace(co_filename=module.__file__), {{}}))

import kit, staleread

async def main():
    staleread.watch(kit.Lock)
    async with kit.Lock():
        staleread.lock_acquired("own")
        staleread.lock_released("own")
    pipe = kit.Pipe()
    pipe.put(7)
    staleread.order(before="here")
    staleread.order(after="here")
    staleread.order(asyncio.current_task(), "there")
    print(await pipe.get())

asyncio.run(main())
"""

FAILING = [
    ("_order.roles", "_Acquire", "done"),
    ("_order.roles", "_Put", "begun"),
    ("_order.told", "Told", "_thing"),
    ("_following", "Following", "follow"),
]


@pytest.mark.parametrize("where", FAILING, ids=".".join)
def test_the_program_goes_on(tmp_path: Path, where: tuple[str, str, str]) -> None:
    (tmp_path / "kit.py").write_text(KIT)
    (tmp_path / "rules.yaml").write_text(RULES)
    module, owner, method = where
    (tmp_path / "program.py").write_text(PROGRAM.format(module=module, owner=owner, method=method))
    options = ("--quiet", "--rules", "rules.yaml", "--ignore", "kit")
    done = tool.record(tmp_path / "program.py", tmp_path / "trace.srt", options=options)
    assert (done.returncode, done.stdout) == (0, "7\n")
    assert done.stderr.count("\n") == 1 and ": the agent switched itself off: KeyError" in done.stderr
