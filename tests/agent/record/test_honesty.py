"""What a recording says of itself: what did not run, what it could not see."""

from __future__ import annotations

from pathlib import Path

from recording import Record


def test_what_ran_and_what_did_not(record: Record) -> None:
    end = record(
        """
        import asyncio
        class Store:
            def __init__(self):
                self.items = {}
            async def save(self):
                self.items['a'] = 1
            async def load(self):
                return self.items['a']
            def size(self):
                return len(self.items)
        async def unused(store):
            await store.load()
        async def main():
            await Store().save()
        asyncio.run(main())
        """
    ).trace.end
    assert end is not None
    names = ("functions", "functions_run", "coroutines", "coroutines_run", "not_run")
    assert [end[name] for name in names] == ["6", "3", "4", "2", "Store.load\nunused"]
    assert end["unwatched"] == "" and end["unseen"] == ""


def test_packages_that_are_not_watched(record: Record, tmp_path: Path) -> None:
    for package in ("nestling", "bystander"):
        folder = tmp_path / "site-packages" / package
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text(
            "class Box:\n    pass\n\nasync def work():\n    return 1\n\nasync def idle():\n    return 2\n"
        )
    about = tmp_path / "site-packages" / "nestling-1.2.3.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: nestling\nVersion: 1.2.3\n")
    trace = record(
        """
        import asyncio, bystander, nestling, queue
        async def main():
            await asyncio.create_task(nestling.work())
            await asyncio.create_task(asyncio.sleep(0))
            await bystander.idle()
        asyncio.run(main())
        """,
        folders=[str(tmp_path / "site-packages")],
    ).trace
    assert trace.end is not None and trace.end["unwatched"] == "nestling"
    assert trace.meta["packages"] == "nestling==1.2.3"
    end = record(
        """
        import bystander, nestling
        box = nestling.Box()
        def fill(box):
            box.lid = 1
        fill(box)
        """,
        folders=[str(tmp_path / "site-packages")],
    ).trace.end
    assert end is not None and end["unwatched"] == "nestling"
    end = record(
        """
        import nestling
        def fill(box):
            box.lid = 1
        fill(nestling.Box())
        """,
        "--watch",
        "nestling",
        folders=[str(tmp_path / "site-packages")],
    ).trace.end
    assert end is not None and end["unwatched"] == ""


def test_what_is_not_followed(record: Record) -> None:
    end = record(
        """
        import sys, types, multiprocessing
        sys.modules['trio'] = types.ModuleType('trio')
        """
    ).trace.end
    assert end is not None and end["unseen"].split() == ["trio"]
    end = record(
        """
        import multiprocessing
        if __name__ == '__main__':
            for method in ('fork', 'spawn'):
                process = multiprocessing.get_context(method).Process(target=int)
                process.start()
                process.join()
        """
    ).trace.end
    assert end is not None and end["unseen"].split() == ["multiprocessing"]
