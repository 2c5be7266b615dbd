"""Of code whose lines are looked up by table every line is the one that it was: for tracers, in tracebacks, in warnings."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from recording import SECONDS_MAX, environment

pytest.importorskip("staleread._accelerator", reason="no accelerator was built for this Python")

FAR = 40_000
"""So many empty lines before it: its numbers take more than two bytes."""

PROGRAM = """
import asyncio, gc, sys, traceback

class Box:
    value = 0

async def forgotten():
    pass

async def long(box, depth):
    box.value += 1
    await asyncio.sleep(0)
    for _ in range(3):
        box.value += (
            1 +
            depth
        )
        await asyncio.sleep(
            0
        )
    try:
        async with asyncio.Lock():
            kept = forgotten()
            if depth:
                await long(box, depth - 1)
            del kept
            box.missing.value = [
                box.value
                for _ in range(2)
            ]
    finally:
        box.value -= 1

def traced(frame, event, argument):
    if frame.f_code.co_filename != __file__:
        return None
    print(event, frame.f_code.co_name, frame.f_lineno)
    return traced

async def main():
    box = Box()
    for turn in range(3):
        try:
            if turn == 2:
                sys.settrace(traced)
            await long(box, 1)
        except AttributeError as error:
            sys.settrace(None)
            for place in traceback.extract_tb(error.__traceback__):
                if place.filename == __file__:
                    print(place.name, place.lineno, place.line)

print([line for _, _, line in long.__code__.co_lines() if line][-1] > 1000)
asyncio.run(main())
"""


def told(program: Path, *command: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, *command, program.name],
        cwd=program.parent,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=True,
    )
    warned = [line for line in done.stderr.splitlines() if "never awaited" in line]
    return done.stdout.splitlines() + warned


def test_lines(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text("\n" * FAR + PROGRAM, "utf-8")
    plain = told(program)
    assert plain[0] == "True" and len(plain) > 60
    assert any("never awaited" in line for line in plain)
    assert told(program, "-m", "staleread", "record", "-o", str(tmp_path / "program.srt")) == plain
