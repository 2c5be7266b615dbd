"""The house's plan holds: includes point one way, and each foreign library has one user."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src"

# What the files of a folder may include from. Data walks from base to cmd.
MAY_INCLUDE = {
    "base": {"base"},
    "trace": {"base", "trace"},
    "replay": {"base", "trace", "replay"},
    "finding": {"base", "finding"},
    "detect": {"base", "trace", "replay", "finding", "detect"},
    "scene": {"base", "trace", "replay", "detect", "finding", "scene"},
    "export": {"base", "trace", "replay", "detect", "finding", "export"},
    "compare": {"base", "trace", "finding", "compare"},
    "report": {"base", "finding", "report"},
    "judge": {"base", "trace", "detect", "finding", "scene", "report", "judge"},
    "api": {"base", "trace", "detect", "finding", "report", "judge", "api"},
    "slice": {"base", "trace", "detect", "finding", "scene", "judge", "slice"},
    "bundle": {"base", "trace", "detect", "finding", "scene", "report", "judge", "slice", "bundle"},
    "cmd": {
        "base",
        "trace",
        "replay",
        "detect",
        "finding",
        "export",
        "compare",
        "report",
        "judge",
        "slice",
        "bundle",
        "cmd",
    },
}

ONLY_USER = {
    "zlib.h": "trace",
    "libdeflate.h": "trace",
    "yaml.h": "finding",
    "cjson/cJSON.h": "report",
    "cJSON.h": "report",
    "staleread.h": "api",
    "utf8proc.h": "base",
    "sodium.h": "slice",
    "zip.h": "bundle",
}

# How bytes become events is nobody's business but the reader's.
HIDDEN_IN_TRACE = {"batch.h", "bytes.h", "columns.h", "frame.h", "input.h"}

FILES = sorted(path for path in SOURCE.rglob("*.[ch]") if path.parent != SOURCE)
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^">]+)[">]', re.MULTILINE)


def includes(path: Path) -> tuple[list[str], list[str]]:
    """What a file includes: the project's own headers, and others."""
    found = INCLUDE.findall(path.read_text())
    return [name for mark, name in found if mark == '"'], [name for mark, name in found if mark == "<"]


def test_every_folder_has_its_place() -> None:
    assert {path.parent.name for path in FILES} == set(MAY_INCLUDE)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_includes_point_one_way(path: Path) -> None:
    folder = path.parent.name
    own, foreign = includes(path)
    for name in own:
        assert (SOURCE / name).is_file(), f"{name} is not written from src/"
        included_folder, file = name.split("/")
        assert included_folder in MAY_INCLUDE[folder], f"{folder} must not know {name}"
        if (folder, included_folder) == ("scene", "detect"):
            assert file == "naming.h", f"{folder} must not know {name}"
        if included_folder == "trace" and folder not in ("trace", "cmd"):
            assert file not in HIDDEN_IN_TRACE, f"{folder} must not know {name}"
    for name in foreign:
        assert ONLY_USER.get(name, folder) == folder, f"<{name}> is for {ONLY_USER[name]} alone"


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_file_says_what_it_is(path: Path) -> None:
    assert path.read_text().startswith("/*")


# What stands in memory for as long as the program runs: a `static` anywhere, or a definition outside of all functions.
LASTING = re.compile(
    r"^(?:\s*static\s+|(?=[a-z]))(?!typedef|extern|enum\s*\{)([^;{}=()#]*?)\s*(?:=|;)", re.MULTILINE
)


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.c")), ids=lambda path: path.stem)
def test_nothing_lasting_can_change(path: Path) -> None:
    """Two traces can be analyzed in two threads: no mutable globals."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    lasting = [match[1] for match in LASTING.finditer(text) if " " in match[1]]
    # Of a pointer it is what stands behind the last star that says whether it can be set.
    assert all(re.search(r"\bconst\b", declaration.rpartition("*")[2]) for declaration in lasting), lasting
