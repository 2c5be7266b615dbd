"""The text of each function that ran is in the trace once, unless strings are not told, or it is very long."""

from __future__ import annotations

from textwrap import dedent

from recording import Record

PROGRAM = """
    import asyncio

    class Shelf:
        def __init__(self):
            self.items = []

        # The comment above is not the function's.
        @staticmethod
        def label(item):
            '''What it is called.'''
            return f"item {item}"

        async def put(self, item):
            self.items.append(item)  # one more

            def count():
                return len(self.items)

            await asyncio.sleep(0)
            return count() or (lambda: self.items)()

        def never(self):
            self.items.clear()

        def long(self):
            self.items.reverse()
    LINES

    async def main():
        shelf = Shelf()
        await shelf.put(shelf.label(1))
        await shelf.put(2)
        shelf.long()

    asyncio.run(main())
    """

PUT = """\
async def put(self, item):
    self.items.append(item)  # one more

    def count():
        return len(self.items)

    await asyncio.sleep(0)
    return count() or (lambda: self.items)()"""


def texts(record: Record, *options: str, lines: int = 1) -> dict[str, str]:
    program = dedent(PROGRAM).replace("LINES", "\n".join(["        self.items.reverse()"] * lines))
    recording = record(program, *options)
    assert recording.status == 0, recording.stderr
    trace = recording.trace
    assert all(trace.functions[number].line for number in trace.texts)
    return {trace.functions[number].name: text for number, text in trace.texts.items()}


def test_what_ran_has_its_text(record: Record) -> None:
    told = texts(record)
    assert told["Shelf.put"] == PUT
    assert told["Shelf.put.<locals>.count"] == "def count():\n    return len(self.items)"
    # What accesses nothing, as `label` does, is not there for the trace.
    assert set(told) == {"main", "Shelf.__init__", "Shelf.put", "Shelf.put.<locals>.count", "Shelf.long"}


def test_a_long_function_has_none(record: Record) -> None:
    told = texts(record, lines=300)
    assert "Shelf.put" in told and "Shelf.long" not in told


def test_without_strings_there_is_none(record: Record) -> None:
    assert texts(record, "--strings", "off") == {}


def test_rewritten_code_that_was_kept_has_its_text(record: Record) -> None:
    assert texts(record) == texts(record)
