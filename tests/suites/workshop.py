"""An environment and a folder of tests for one package, made once and kept.

In: a row of the table. Out: a Suite, ready to run. Reaches for the network only while it is being made.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import urllib.request
import venv
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

from packages import Package

INDEX = "https://pypi.org/simple"
SECONDS_MAX = 300
# A package's own options are left out: they ask for coverage and for many processes.
PYTEST = ("-m", "pytest", "-p", "outcomes", "-p", "no:cacheprovider", "-q", "--tb=short", "-o", "addopts=")


@dataclass(frozen=True)
class Suite:
    """Tests, and the interpreter that has what they need."""

    name: str
    python: Path
    folder: Path
    """Where the tests are started; nothing below it is watched."""
    results: Path
    """Where traces, reports and outcomes go."""
    watch: tuple[str, ...]
    runner: tuple[str, ...]
    """The interpreter's words before the names of tests. What runs them leaves their outcomes where `outcomes.FILE` says."""
    tests: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    server: tuple[str, ...] = ()
    """What must run meanwhile; `{port}` in words and environment is its port."""


def prepare(package: Package, place: Path) -> Suite:
    """The suite of `package` below `place`; made anew where its row is not the one it was made for."""
    home = place / f"{package.name}-{package.version}"
    suite = Suite(
        package.name,
        home / "venv" / "bin" / "python",
        home / "suite",
        home,
        package.watch,
        (*PYTEST, "--rootdir", str(home / "suite"), *package.options),
        package.tests,
        package.environment,
        package.server,
    )
    # Where a package brings no settings for pytest, it must not come upon ours, further up.
    place.mkdir(parents=True, exist_ok=True)
    (place / "pytest.ini").write_text("[pytest]\n")
    made_for = home / "made-for.txt"
    wanted = repr((sys.version, package.requirement(), package.needs, package.keep))
    if not made_for.exists() or made_for.read_text() != wanted:
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        unpack(package, suite.folder)
        install(package, home / "venv")
        made_for.write_text(wanted)
    return suite


def install(package: Package, folder: Path) -> None:
    """The package and what its tests need, by pip, into an environment of their own."""
    venv.create(folder, symlinks=True)
    command = [
        *(sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python")),
        *("install", "--quiet", "--disable-pip-version-check", package.requirement(), *package.needs),
    ]
    # The environment's own pip is this one: what it finds must not be ours.
    result = subprocess.run(command, capture_output=True, text=True, check=False, env=bare_environment())
    if result.returncode:
        raise RuntimeError(f"pip cannot install {package.requirement()}: {result.stderr.strip()}")


def bare_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def unpack(package: Package, folder: Path) -> None:
    """What the row keeps of the source distribution, without its outermost folder."""
    with tarfile.open(fileobj=io.BytesIO(fetch(source_link(package)))) as archive:
        for member in archive:
            inner = member.name.partition("/")[2]
            if member.isfile() and any(
                inner == kept or inner.startswith(kept + "/") for kept in package.keep
            ):
                member.name = inner
                archive.extract(member, folder, filter="data")
    if not folder.exists():
        raise RuntimeError(f"the source distribution of {package.requirement()} has none of {package.keep}")


def source_link(package: Package) -> str:
    """Where the index says that the source distribution lies."""
    page = f"{INDEX}/{package.name}/"
    links = Links()
    links.feed(fetch(page).decode())
    stem = re.sub(r"[-_.]+", "[-_.]+", package.name)
    wanted = re.compile(rf"/{stem}-{re.escape(package.version)}\.tar\.gz(#|$)", re.IGNORECASE)
    for link in links.found:
        if wanted.search(link):
            return urljoin(page, link)
    raise RuntimeError(f"{page} has no source distribution of version {package.version}")


class Links(HTMLParser):
    """The targets of a page's links."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]


def fetch(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=SECONDS_MAX) as answer:
        content: bytes = answer.read()
    return content
