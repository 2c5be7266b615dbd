"""Records the programs under traces/ again, each into NAME.srt beside it.

    ./dev traces [NAME...]

It wants CPython 3.11. What would tell about the machine (paths, host, process, time of day) is replaced, so
that a committed trace says nothing but what its program did.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import tool
import trace_frames
import trace_writer

PYTHON = (3, 11)
NEUTRAL = {
    "root": "/srv/app",
    "hostname": "host",
    "platform": "linux",
    "started": "2026-01-01T00:00:00Z",
    "packages": "",
}


def main() -> None:
    if sys.version_info[:2] != PYTHON:
        sys.exit(f"make_traces: committed traces are recorded by CPython {PYTHON[0]}.{PYTHON[1]}")
    wanted = set(sys.argv[1:])
    for program in sorted((tool.ROOT / "traces").glob("*/*.py")):
        if not wanted or program.stem in wanted:
            trace = neutral(recorded(program), argv=program.name)
            program.with_suffix(".srt").write_bytes(trace)
            print(f"{program.relative_to(tool.ROOT)}: {len(trace):,} bytes")


def recorded(program: Path) -> bytes:
    """The trace of one program, made outside of the checkout."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / program.name
        copy.write_bytes(program.read_bytes())
        trace = Path(folder) / "trace.srt"
        result = tool.record(copy, trace)
        if result.returncode != 0:
            sys.exit(f"make_traces: {program} ended with {result.returncode}: {result.stderr}")
        return trace.read_bytes()


def neutral(content: bytes, argv: str) -> bytes:
    """The same trace with a header and a meta frame that name no machine."""
    parts = [trace_writer.header(process=1, start=0)]
    for frame in trace_frames.frames(content):
        payload = frame.inflated()
        if frame.kind == trace_frames.META:
            facts = trace_frames.pairs(payload)
            replaced = {name: text for name, text in {**NEUTRAL, "argv": argv}.items() if name in facts}
            payload = trace_writer.pairs_payload({**facts, **replaced})
        parts.append(
            trace_writer.frame(
                frame.kind, payload, number=frame.number, events=frame.events, codec=frame.codec
            )
        )
    return b"".join(parts)


if __name__ == "__main__":
    main()
