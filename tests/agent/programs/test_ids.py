"""A finding keeps its id: through edits elsewhere, formatters, other folders, more tasks, every Python.

The ids themselves stand here, so that all Pythons that run this must agree on them.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import tool

PROGRAM = '''\
"""A cache, a counter and a global, each raced for."""
import asyncio

TASKS = 3
seen = 0


class Cache:
    def __init__(self):
        self.data = {}
        self.hits = 0

    async def get(self, key, other):
        if key not in self.data:
            self.data[key] = await self.load(key, "x", other)
        hits = self.hits
        await asyncio.sleep(0)
        self.hits = hits + 1
        hits = self.hits
        await asyncio.sleep(0)
        self.hits = hits + 2
        return self.data[key]

    async def load(self, key, kind, other):
        await asyncio.sleep(0)
        return object()


async def look():
    global seen
    before = seen
    await asyncio.sleep(0)
    seen = before + 1


async def main():
    cache = Cache()
    for key in ("a", "b"):
        await asyncio.gather(*(cache.get(key, None) for _ in range(TASKS)))
    await asyncio.gather(*(look() for _ in range(TASKS)))
'''
START = '\n\nif __name__ == "__main__":\n    asyncio.run(main())\n'
BROKEN_UP = """\
            self.data[key] = await self.load(
                key,  # what it is called
                'x',
                other,
            )
"""


def edited(*changes: tuple[str, str]) -> str:
    """The program with pieces replaced."""
    text = PROGRAM
    for before, after in changes:
        assert text.count(before) >= 1
        text = text.replace(before, after)
    return text


def ids(program: Path, text: str) -> dict[str, set[str]]:
    """The ids of what is found, by cell without its key."""
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(text)
    trace = program.with_suffix(".srt")
    result = tool.record(program, trace)
    assert result.returncode == 0, result.stderr
    found: dict[str, set[str]] = {}
    for finding in tool.analyze(trace)["findings"]:
        found.setdefault(finding["cell"]["attribute"], set()).add(finding["id"])
    return found


EXPECTED = {
    "data": {"SR-54a4d9859171"},
    "hits": {"SR-c09a2d6711e1", "SR-e46a61e2e93a"},
    "seen": {"SR-04a242da0412"},
}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(PROGRAM, id="as it is"),
        pytest.param(edited(("import asyncio\n", "# new\n\nimport asyncio\n\n\n")), id="lines above"),
        pytest.param(
            edited(("        hits = self.hits\n", "        # why\n\n        hits = self.hits\n")),
            id="lines in between",
        ),
        pytest.param(edited(("self.hits = hits + 1", "self.hits=(hits+1)  # noqa")), id="formatted"),
        pytest.param(
            edited(('            self.data[key] = await self.load(key, "x", other)\n', BROKEN_UP)),
            id="broken up",
        ),
        pytest.param(edited(("TASKS = 3", "TASKS = 30")), id="more tasks"),
        pytest.param(edited(('("a", "b")', '("c", "d", "e")')), id="other keys"),
    ],
)
def test_ids_stay(tmp_path: Path, text: str) -> None:
    assert ids(tmp_path / "cache.py", text + START) == EXPECTED


def test_ids_stay_in_another_folder(tmp_path: Path) -> None:
    assert ids(tmp_path / "elsewhere" / "deep" / "cache.py", PROGRAM + START) == EXPECTED


def test_ids_stay_when_it_is_imported(tmp_path: Path) -> None:
    package = tmp_path / "app" / "of" / "mine"
    package.mkdir(parents=True)
    (package / "cache.py").write_text(PROGRAM)
    start = "import asyncio\nfrom app.of.mine.cache import main\nasyncio.run(main())\n"
    assert ids(tmp_path / "start.py", start) == EXPECTED


def test_another_bug_has_another_id(tmp_path: Path) -> None:
    """Each of the two updates of one counter, in one function, is a bug of its own, and so is a third."""
    text = edited(("self.hits = hits + 2", "self.hits = hits + 3")) + START
    changed = ids(tmp_path / "cache.py", text)
    assert changed["data"] == EXPECTED["data"] and changed["seen"] == EXPECTED["seen"]
    assert changed["hits"] != EXPECTED["hits"]
    assert len(EXPECTED["hits"]) > 1


def test_one_finding_tells_of_all_keys(tmp_path: Path) -> None:
    program = tmp_path / "cache.py"
    ids(program, PROGRAM + START)
    trace = program.with_suffix(".srt")
    (fill,) = (each for each in tool.analyze(trace)["findings"] if each["cell"]["attribute"] == "data")
    assert (fill["cells"], fill["cell"]["text"]) == (2, "Cache.data['a']")
    for form in ("text", "markdown"):
        out = tool.run(tool.ANALYZER, "analyze", trace, "--format", form).stdout
        assert "and 1 other key" in out
