"""A writer on a file, with nothing of a recording around it."""

from __future__ import annotations

from pathlib import Path

from staleread._record.buffer import Buffer
from staleread._trace import events as kinds
from staleread._trace.file import TraceFile
from staleread._trace.segments import Segments
from staleread._trace.tables import KeptTables, Tables
from staleread._trace.writer import Writer


def padded(*event: int) -> tuple[int, ...]:
    return (*event, *[0] * (kinds.EVENT_NUMBERS - len(event)))


class Scene:
    def __init__(self, path: Path, bytes_max: int = 64 << 20, file: TraceFile | None = None) -> None:
        """`file`: one that keeps the newest."""
        self.path = path
        self.buffer = Buffer(bytes_max)
        self.tables: Tables = KeptTables() if file else Tables()
        self.errors: list[Exception] = []
        self.writer = Writer(
            file or TraceFile(str(path)),
            self.buffer,
            self.tables,
            lambda sites, functions: None,
            self.introduce,
            lambda: None,
            self.errors.append,
            Segments(self.tables, lambda: None) if isinstance(self.tables, KeptTables) else None,
        )

    def send(self, *event: int) -> None:
        self.buffer.record(padded(*event))

    def introduce(self, ident: int) -> list[int]:
        string = self.tables.string(f"thread {ident}")
        declared = padded(kinds.ACTOR, ident, 1000 + ident, 3, string, 0, 0, 0)
        return [*declared, *padded(kinds.BEGIN, ident, 1000 + ident, 0)]

    def finish(self) -> None:
        self.writer.finish(lambda: {"events": str(self.writer.events)})
