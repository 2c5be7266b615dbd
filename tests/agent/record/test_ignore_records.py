"""Ignores in the source arrive in the trace, with whether what they cover has run."""

from __future__ import annotations

from recording import Record, TraceOf
from tool import analyze

PROGRAM = """\
    import asyncio

    class Counter:
        def __init__(self):
            self.value = 0

        async def increment(self):
            value = self.value  # staleread: ignore[lost-update] one at a time
            await asyncio.sleep(0)
            self.value = value + 1

        async def reset(self):
            self.value = 0  # staleread: ignore[lost-update] never called here

        # staleread: ignore nowhere

    async def main():
        counter = Counter()
        await asyncio.gather(counter.increment(), counter.increment())
        # staleread: ignore[stale-read]
        print(counter.value)

    asyncio.run(main())
    """


def test_records(trace_of: TraceOf) -> None:
    said = [
        (row.file, row.line, row.first_line, row.last_line, row.flags, row.kinds, row.reason)
        for row in trace_of(PROGRAM).ignores
    ]
    assert sorted(said) == [
        ("program.py", 8, 8, 8, 0, "lost-update", "one at a time"),
        ("program.py", 8, 8, 8, 1, "lost-update", "one at a time"),
        ("program.py", 13, 13, 13, 0, "lost-update", "never called here"),
        ("program.py", 15, 15, 15, 2, "", "nowhere"),
        ("program.py", 20, 21, 21, 0, "stale-read", ""),
        ("program.py", 20, 21, 21, 1, "stale-read", ""),
    ]


def test_a_program_without_has_none(trace_of: TraceOf) -> None:
    assert trace_of("print('# staleread: ignore')").ignores == []


def test_what_the_analyzer_makes_of_them(record: Record) -> None:
    report = analyze(record(PROGRAM).path)
    assert report["findings"] == []
    assert report["summary"]["ignored"] == 1
    assert [(row["line"], row["state"], row["findings"]) for row in report["ignores"]] == [
        (8, "used", 1),
        (13, "not-reached", 0),
        (15, "void", 0),
        (20, "unused", 0),
    ]
