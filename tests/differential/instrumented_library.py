"""The standard library of the running Python, once as it is and once instrumented, each in a folder of links.

In: where the folders may lie. Out: two folders for PYTHONPATH. Instrumented modules lie as bytecode beside their sources, so
that any process that is started finds them; the hooks only pass on what they are given. What the interpreter needs before it
finds the hooks is left as it is.
"""

from __future__ import annotations

import ast
import marshal
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from importlib.util import MAGIC_NUMBER, cache_from_source, decode_source, source_hash
from pathlib import Path

from staleread._rewrite.compiling import rewrite
from staleread._rewrite.hook_names import HOOKS

LIBRARY = Path(sysconfig.get_paths()["stdlib"])

BINDING = f"""
import builtins

def first(value=None, *_):
    return value

def second(_, value, *__):
    return value

class Leaving:
    def __enter__(self):
        pass
    def __exit__(self, *_):
        pass

for name in {HOOKS!r}:
    setattr(builtins, name, second if name in ("_sr_pause", "_sr_resume") else first)
builtins._sr_alone = True
builtins._sr_leave = Leaving()
builtins._sr_leave_gen = lambda activation: builtins._sr_leave
"""
"""A module that every instrumented one imports first."""

_NO_SOURCES = frozenset(
    f"test.{folder}{name}"
    for folder in ("", "tokenizedata.")
    for name in ("bad_coding", "bad_coding2", "badsyntax_3131", "badsyntax_pep3120")
)
"""What Python itself refuses to compile."""

_LEFT_OUT = ("site-packages", "__pycache__", "config-", "lib-dynload")


def plain_library(folder: Path) -> Path:
    """All modules, linked into a folder."""
    place = folder / f"plain-{sys.version_info[0]}.{sys.version_info[1]}"
    _link(LIBRARY, place)
    return place


def instrumented_library(folder: Path, wanted: Callable[[str], bool], note: Callable[[str], None]) -> Path:
    """All modules, linked into a folder, and bytecode with hooks for those wanted, by their names; `note` is told of those
    that could not be made."""
    place = folder / f"instrumented-{sys.version_info[0]}.{sys.version_info[1]}"
    _link(LIBRARY, place)
    (place / "_sr_binding.py").write_text(BINDING)
    before = _needed_before(place)
    for path in sorted(place.rglob("*.py")):
        name = module_name(path.relative_to(place))
        if name in before or name in ("_sr_binding", *_NO_SOURCES) or not wanted(name):
            continue
        try:
            _write_bytecode(path)
        except (SyntaxError, ValueError, UnicodeError) as problem:
            note(f"{name}: {type(problem).__name__}: {problem}")
    return place


def module_name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _link(source: Path, place: Path) -> None:
    place.mkdir(parents=True, exist_ok=True)
    for entry in source.iterdir():
        link = place / entry.name
        if entry.name.startswith(_LEFT_OUT):
            continue
        if entry.is_dir() and not entry.is_symlink():
            _link(entry, link)
        elif not link.exists():
            link.symlink_to(entry)


def _needed_before(place: Path) -> set[str]:
    """What is imported before any module of ours can be."""
    words = [sys.executable, "-S", "-c", "import sys, site; print(*sys.modules)"]
    done = subprocess.run(words, cwd=place, capture_output=True, text=True, check=True)
    return {*done.stdout.split(), "site", "sitecustomize", "encodings.utf_8", "builtins"}


def _write_bytecode(path: Path) -> None:
    source = path.read_bytes()
    code = compile(_with_hooks(source, str(path)), str(path), "exec", dont_inherit=True)
    file = Path(cache_from_source(str(path)))
    file.parent.mkdir(exist_ok=True)
    # By the hash of its source, which is not looked at again.
    header = MAGIC_NUMBER + (1).to_bytes(4, "little") + source_hash(source)
    file.write_bytes(header + marshal.dumps(code))


def _with_hooks(source: bytes, path: str) -> ast.Module:
    tree = ast.parse(source, path)
    rewrite(tree, decode_source(source))
    binding = ast.parse("__import__('_sr_binding')").body[0]
    at = 1 if tree.body and ast.get_docstring(tree, clean=False) is not None else 0
    while at < len(tree.body) and getattr(tree.body[at], "module", None) == "__future__":
        at += 1
    first = tree.body[at] if at < len(tree.body) else binding
    for part in ast.walk(binding):
        if (
            "lineno" in part._attributes
        ):  # From Python 3.14 on a module's first statement is where its `__annotate__` is.
            ast.copy_location(part, first)
    tree.body.insert(at, binding)
    return tree
