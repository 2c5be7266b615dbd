"""`staleread bundle`: one finding with all that a bug report wants, in a zip file that others can read.

In: racy traces. Out: what Python's zipfile finds in the bundle, and what the commands in its README print.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import tool
from conftest import Program
from trace_frames import frames

RACY = tool.ROOT / "traces" / "racy"
PARTS = ["README.md", "report.html", "report.md", "report.json", "slice.srt", "environment.txt"]

WITHOUT = "without libzip" in tool.run(tool.ANALYZER, "bundle", __file__).stderr
pytestmark = pytest.mark.skipif(WITHOUT, reason="built without libzip")


def findings(staleread: Program, trace: Path, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(staleread("analyze", trace, "--format", "json", *options).out)[
        "findings"
    ]
    return found


def bundle(staleread: Program, trace: Path, *options: str | Path, name: str = "bug.zip") -> zipfile.ZipFile:
    outcome = staleread("bundle", trace, "-o", name, *options)
    assert outcome.status == 0, outcome.err
    assert outcome.err.startswith(f"staleread: {name}: SR-")
    archive = zipfile.ZipFile(staleread.folder / name)
    assert archive.testzip() is None
    return archive


def rerun(staleread: Program, archive: zipfile.ZipFile) -> None:
    """Unpacks it where nothing else is, and types what its README says."""
    there = Program(staleread.folder / "unpacked")
    archive.extractall(there.folder)
    readme = (there.folder / "README.md").read_text()
    typed = [shlex.split(line)[1:] for line in re.findall(r"^    (staleread .*)$", readme, re.MULTILINE)]
    assert len(typed) >= 4
    for words in typed:
        outcome = there(*words)
        assert outcome.status in (0, 1) and not outcome.err, outcome.err
    for part in archive.namelist():
        assert (there.folder / part).read_bytes() == archive.read(part), part


@pytest.mark.parametrize("name", ["key_in_cache", "threads_counter", "sleep_in_loop"])
def test_what_is_in_it_comes_out_again(staleread: Program, name: str) -> None:
    trace = RACY / f"{name}.srt"
    finding = findings(staleread, trace)[0]
    archive = bundle(staleread, trace, "--finding", finding["id"])
    assert archive.namelist() == PARTS
    assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    report = json.loads(archive.read("report.json"))
    assert finding["id"] in {each["id"] for each in report["findings"]}
    readme = archive.read("README.md").decode()
    assert readme.startswith(f"# {finding['id']}: {finding['kind']}")
    assert f"`staleread record {name}.py` records it anew" in readme
    assert f"$ staleread record {name}.py\n" in archive.read("report.md").decode()
    assert b"python: 3" in archive.read("environment.txt")
    rerun(staleread, archive)


def test_the_same_trace_gives_the_same_bytes(staleread: Program) -> None:
    trace = RACY / "counter.srt"
    bundle(staleread, trace, "--finding", "SR-", name="one.zip")
    bundle(staleread, trace, "--finding", "SR-", name="two.zip")
    assert (staleread.folder / "one.zip").read_bytes() == (staleread.folder / "two.zip").read_bytes()


def test_a_threshold_goes_along(staleread: Program) -> None:
    (staleread.folder / "rules.yaml").write_text("version: 1\nthresholds:\n  blocking-ms: 120\n")
    archive = bundle(staleread, RACY / "sleep_in_loop.srt", "--finding", "SR-", "--rules", "rules.yaml")
    assert archive.namelist() == [*PARTS, "rules.yaml"]
    rerun(staleread, archive)


def test_pseudonyms_are_in_all_parts(staleread: Program) -> None:
    trace = RACY / "key_in_cache.srt"
    (finding,) = findings(staleread, trace)
    outcome = staleread("bundle", "--redact", "--finding", "SR-", trace, "-o", "bug.zip")
    if "without libsodium" in outcome.err:
        pytest.skip("built without libsodium")
    assert outcome.status == 0, outcome.err
    archive = zipfile.ZipFile(staleread.folder / "bug.zip")
    own = [finding["id"], finding["cell"]["owner"], finding["cell"]["attribute"], finding["first"]["file"]]
    for part in archive.namelist():
        text = archive.read(part).decode(errors="replace")
        assert not [name for name in own if re.search(rf"\b{re.escape(name)}\b", text)], part
    assert "pseudonyms" in archive.read("README.md").decode()
    rerun(staleread, archive)


VAULT = """\
import asyncio, sys

class Vault:
    def __init__(self):
        self.tokens = {}
        self.pin = 424242
    async def token(self, user):
        if user not in self.tokens:
            await asyncio.sleep(0)
            self.tokens[user] = "hush-text"
        pin = self.pin
        await asyncio.sleep(0)
        self.pin = pin + 1

async def main():
    vault = Vault()
    await asyncio.gather(*(vault.token(sys.argv[1]) for _ in range(2)))

asyncio.run(main())
"""


def test_what_was_not_to_be_recorded_is_in_no_part(staleread: Program) -> None:
    (staleread.folder / "vault.py").write_text(VAULT)
    strict = ("--values", "off", "--strings", "off", "--keys", "off")
    subprocess.run(
        [sys.executable, "-m", "staleread", "record", "-o", "t.srt", *strict, "vault.py", "hush-argument"],
        cwd=staleread.folder,
        env={**os.environ, "PYTHONPATH": str(tool.ROOT / "pyagent"), "VAULT_KEY": "hush-variable"},
        stderr=subprocess.DEVNULL,
        check=True,
    )
    for finding in findings(staleread, staleread.folder / "t.srt"):
        archive = bundle(staleread, staleread.folder / "t.srt", "--finding", finding["id"])
        parts = {name: archive.read(name) for name in PARTS}
        parts |= {f"frame {i}": frame.inflated() for i, frame in enumerate(frames(parts["slice.srt"]))}
        for name, content in parts.items():
            assert not re.search(rb"hush|4242|VAULT", content), name


def test_nothing_is_left_behind(staleread: Program, tmp_path: Path) -> None:
    below = tmp_path / "temporary"
    below.mkdir()
    words = ("bundle", "--finding", "SR-", RACY / "counter.srt", "-o", "bug.zip")
    assert staleread(*words, TMPDIR=str(below)).status == 0
    assert list(below.iterdir()) == []
    assert staleread(*words, TMPDIR=str(tmp_path / "absent")).status == 2
    assert "say which finding" in staleread("bundle", RACY / "counter.srt", "-o", "x.zip").err
