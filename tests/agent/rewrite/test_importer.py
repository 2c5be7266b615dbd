"""Which modules are watched, and that they and the main program look to themselves as ever."""

from __future__ import annotations

import asyncio
import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from recording import SECONDS_MAX
from rewriting import silent_hooks
from staleread._rewrite.importer import Rewriter, WatchedLoader, install
from staleread._rewrite.sites import SiteTable
from staleread._rewrite.watch import Watched

AGENT = Path(__file__).resolve().parents[3] / "pyagent"

DRIVER = """
import sys
sys.path.insert(1, {agent!r})
from pathlib import Path
from staleread._rewrite import HOOKS, Rewriter, SiteTable, install, run_code, run_module, run_script
hooks = dict.fromkeys(HOOKS, lambda *given: given[0] if given else None)
rewriter = Rewriter(SiteTable(), hooks)
compiled = []
rewriter.on_code = lambda code, module, function: compiled.append(module)
finder = install([], [], Path.cwd(), rewriter)
del sys.path[1]
kind, name, *arguments = sys.argv[1:]
{{"script": run_script, "module": run_module, "code": run_code}}[kind](finder, name, arguments)
print("watched", *sorted(set(compiled)), file=sys.stderr)
"""

FACTS = """
import inspect, json, pickle, sys, os
from {helper} import Helper, where
class Kept:
    def __init__(self):
        self.value = 1
    def double(self):
        return self.value * 2
def facts():
    here = sys.modules["__main__"]
    spec = __spec__
    return {{
        "names": sorted(name for name in globals() if name != "__builtins__"),
        "main": __name__, "file": globals().get("__file__"), "package": __package__,
        "cached": globals().get("__cached__"), "loader": __loader__ is not None,
        "spec": spec and [spec.name, spec.origin, spec.parent, spec.cached, spec.has_location],
        "same": here.__dict__ is globals(), "argv": sys.argv, "path": sys.path[:2],
        "pickled": vars(pickle.loads(pickle.dumps(Kept()))), "helper": [where(), Helper().source()],
        "source": "code" if sys.argv[0] == "-c" else inspect.getsource(Kept.double),
        "qualname": [Kept.double.__qualname__, Kept.double.__module__, Kept.double.__code__.co_filename],
        "firstlineno": Kept.double.__code__.co_firstlineno,
    }}
print(json.dumps(facts()))
"""

HELPER = """
import inspect
def where():
    return [__name__, __file__, __package__, __spec__.name, __spec__.origin, __spec__.cached, __cached__]
class Helper:
    def source(self):
        self.text = inspect.getsource(Helper)
        return self.text, __loader__.get_source(__name__)[:20], __loader__.is_package(__name__)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "helper.py").write_text(HELPER)
    (tmp_path / "program.py").write_text(FACTS.format(helper="helper"))
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "helper.py").write_text(HELPER)
    (package / "__main__.py").write_text(FACTS.format(helper=".helper"))
    (package / "inner.py").write_text(FACTS.format(helper=".helper"))
    return tmp_path


def run(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("PYTHONPATH", None)
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )


def driven(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run(["-c", DRIVER.format(agent=str(AGENT)), *words], folder)


@pytest.mark.parametrize(
    ("plain", "words"),
    [
        (["program.py", "a", "-b"], ["script", "program.py", "a", "-b"]),
        (["./package/../program.py"], ["script", "./package/../program.py"]),
        (["-m", "package", "x"], ["module", "package", "x"]),
        (["-m", "package.inner"], ["module", "package.inner"]),
        (["-m", "program"], ["module", "program"]),
        (["-c", FACTS.format(helper="helper"), "x"], ["code", FACTS.format(helper="helper"), "x"]),
    ],
)
def test_the_main_program_sees_itself_as_ever(project: Path, plain: list[str], words: list[str]) -> None:
    expected, got = run(plain, project), driven(project, *words)
    assert got.returncode == expected.returncode == 0, got.stderr
    assert json.loads(got.stdout) == json.loads(expected.stdout)
    assert "__main__" in got.stderr and "helper" in got.stderr


def test_a_folder_with_a_main_is_run(project: Path) -> None:
    (project / "folder").mkdir()
    (project / "folder" / "__main__.py").write_text(FACTS.format(helper="beside"))
    (project / "folder" / "beside.py").write_text(HELPER)
    expected, got = run(["folder"], project), driven(project, "script", "folder")
    assert got.returncode == expected.returncode == 0, got.stderr
    assert json.loads(got.stdout) == json.loads(expected.stdout)


@pytest.mark.parametrize("name", ["nothing_of_this_name", "package.nothing", "program.nothing"])
def test_a_missing_module_is_told_as_ever(project: Path, name: str) -> None:
    expected, got = run(["-m", name], project), driven(project, "module", name)
    assert got.returncode == expected.returncode == 1
    assert got.stderr == expected.stderr


def install_for(root: Path, **patterns: list[str]) -> tuple[Any, list[str]]:
    notes: list[str] = []
    rewriter = Rewriter(SiteTable(), silent_hooks())
    rewriter.on_note = notes.append
    return install(patterns.get("watch", []), patterns.get("ignore", []), root, rewriter), notes


def test_a_module_with_an_error_is_left_to_the_normal_loader(project: Path, monkeypatch: Any) -> None:
    (project / "broken_one.py").write_text("def f(:\n")
    (project / "broken_two.py").write_text("def f(x):\n    nonlocal x\n")
    monkeypatch.syspath_prepend(project)
    finder, _ = install_for(project)
    try:
        for name in ("broken_one", "broken_two"):
            spec = finder.find_spec(name)
            assert spec is not None and not isinstance(spec.loader, WatchedLoader)
            with pytest.raises(SyntaxError):
                __import__(name)
    finally:
        finder.uninstall()
    assert finder not in sys.meta_path


def test_no_bytecode_is_written_or_believed(project: Path, monkeypatch: Any) -> None:
    (project / "counted_once.py").write_text("def f(x):\n    return x.value\n")
    monkeypatch.syspath_prepend(project)
    finder, _ = install_for(project)
    try:
        module = __import__("counted_once")
    finally:
        finder.uninstall()
    assert "_sr_read" in module.f.__code__.co_names
    assert not list(project.glob("__pycache__/counted_once*"))


def test_a_module_that_cannot_be_rewritten_is_noted_and_runs(monkeypatch: Any) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr("staleread._rewrite.compiling.transform", fails)
    notes: list[str] = []
    rewriter = Rewriter(SiteTable(), silent_hooks())
    rewriter.on_note = notes.append
    names: dict[str, Any] = {}
    exec(rewriter.compile(b"def f():\n    return 5\n", "m.py", "m", "m.py"), names)
    assert names["f"]() == 5
    assert notes == ["m.py: not watched, because it cannot be rewritten: RuntimeError: on purpose"]


def test_all_hooks_must_be_given() -> None:
    hooks = silent_hooks()
    del hooks["_sr_read"]
    with pytest.raises(ValueError, match="_sr_read"):
        Rewriter(SiteTable(), hooks)


@pytest.mark.parametrize(
    ("file", "module", "expected"),
    [
        ("app.py", "app", True),
        ("deep/er/app.py", "deep.er.app", True),
        ("lib/python3.12/site-packages/aiohttp/web.py", "aiohttp.web", False),
        ("env/lib/x.py", "x", False),
        ("node_modules/x/y.py", "y", False),
        ("../outside.py", "outside", False),
    ],
)
def test_the_projects_own_files_are_watched(tmp_path: Path, file: str, module: str, expected: bool) -> None:
    root = tmp_path / "project"
    (root / "env").mkdir(parents=True)
    (root / "env" / "pyvenv.cfg").write_text("")
    assert Watched([], [], root)(module, str(root / file)) is expected


def test_the_library_and_the_agent_are_not_the_projects_own() -> None:
    watched = Watched([], [], Path("/"))
    assert not watched("json", json.__file__)
    assert not watched("staleread._rewrite.sites", str(AGENT / "staleread" / "_rewrite" / "sites.py"))


@pytest.mark.parametrize(
    ("pattern", "module", "file", "expected"),
    [
        ("aiohttp", "aiohttp", "/lib/aiohttp/__init__.py", True),
        ("aiohttp", "aiohttp.web", "/lib/aiohttp/web.py", True),
        ("aiohttp.*", "aiohttp.web", "/lib/aiohttp/web.py", True),
        ("aiohttp", "aiohttp_cors", "/lib/aiohttp_cors.py", False),
        ("aio*", "aiormq.base", "/lib/aiormq/base.py", True),
        ("/lib/aiohttp/*.py", "whatever", "/lib/aiohttp/web.py", True),
        ("/lib/aiohttp", "whatever", "/lib/aiohttp/web.py", True),
        ("*/web.py", "whatever", "/lib/aiohttp/web.py", True),
    ],
)
def test_patterns_watch_more_and_ignore_wins(
    tmp_path: Path, pattern: str, module: str, file: str, expected: bool
) -> None:
    assert Watched([pattern], [], tmp_path)(module, file) is expected
    assert Watched([pattern], [pattern], tmp_path)(module, file) is False


def test_what_the_order_is_taken_from_is_never_watched() -> None:
    watched = Watched(["asyncio", "threading", "json", "*/queue.py"], [], Path("/srv/app"))
    for module in (asyncio.locks, threading, queue):
        assert not watched(module.__name__, str(module.__file__))
    assert watched("json.decoder", json.decoder.__file__)
    assert watched("asyncio.mine", "/srv/app/asyncio/mine.py")


def test_files_below_the_root_are_named_from_there(tmp_path: Path) -> None:
    watched = Watched([], [], tmp_path)
    assert watched.relative(str(tmp_path / "a" / "b.py")) == "a/b.py"
    assert watched.relative("/elsewhere/b.py") == "/elsewhere/b.py"


def test_finalizers_that_run_at_exit_find_their_hooks(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(
        """
import os
class Box:
    def __init__(self):
        self.items, self.me = {}, self
    def __del__(self):
        self.items["closed"] = 1
        os.write(1, b"closed %d;" % len(self.items))
def numbers(box):
    try:
        yield box.items
    finally:
        box.items["gen"] = 2
        os.write(1, b"left;")
KEPT = Box()
CYCLE = [numbers(Box())]
CYCLE.append(CYCLE)
next(CYCLE[0])
"""
    )
    expected, got = run(["program.py"], tmp_path), driven(tmp_path, "script", "program.py")
    assert "left;" in expected.stdout
    assert (got.stdout, got.stderr) == (expected.stdout, "watched __main__\n")
