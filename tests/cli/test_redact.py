"""`--redact`: nothing of the user's own is in what is handed out, and the findings are the same but for names.

In: every racy program, and its trace. Out: what stands in the redacted slice, byte by byte, also in what is compressed.
"""

from __future__ import annotations

import ast
import json
import keyword
import os
import re
from pathlib import Path
from typing import Any

import pytest
import tool
from conftest import Program
from trace_frames import frames
from trace_reader import Site, read_trace

RACY = tool.ROOT / "traces" / "racy"
SALT = b"a secret that nobody else has"
META = {"loop", "started", "values", "strings", "keys", "agent", "finding", "packages", "events", "on"}
"""What a trace calls what it tells of itself."""
LANGUAGE = {"self", "cls", *keyword.kwlist, *META}
SAME = ("kind", "status", "confidence", "every_run", "act_is_use")

EACH = 1 if os.environ.get("STALEREAD_THOROUGH") else 5
"""Of so many racy traces one is tried; STALEREAD_THOROUGH wants all."""

WITHOUT = (
    "without libsodium"
    in tool.run(tool.ANALYZER, "slice", "--redact", "--finding", "x", __file__, "-o", "-").stderr
)
pytestmark = pytest.mark.skipif(WITHOUT, reason="built without libsodium")


def names_of(program: Path) -> set[str]:
    """All that the program gives a name to, and all its strings."""
    tree = ast.parse(program.read_text())
    names, texts, said = {program.stem}, set(), set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Store):
            names.add(node.id if isinstance(node, ast.Name) else node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            texts |= set(re.findall(r"\w{3,}", node.value))
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            said |= set(re.findall(r"\w+", ast.get_docstring(node) or ""))
    found = names | (texts - said)  # a docstring is in no trace
    return {name for name in found - LANGUAGE if len(name) > 1 and not name.startswith("__")}


def payloads(trace: Path) -> list[bytes]:
    return [frame.inflated() for frame in frames(trace.read_bytes())]


def words_in(trace: Path) -> set[str]:
    data = b"\n".join([trace.read_bytes(), *payloads(trace)])
    return {word.decode(errors="replace") for word in re.findall(rb"\w+", data)}


def findings(staleread: Program, trace: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(staleread("analyze", trace, "--format", "json").out)["findings"]
    return found


def redact(staleread: Program, trace: Path, finding: dict[str, Any], name: str, *options: str) -> Path:
    (staleread.folder / "salt").write_bytes(SALT)
    words = ("slice", "--redact", "--salt", "salt", "--finding", finding["id"], trace, "-o", name, *options)
    outcome = staleread(*words)
    assert outcome.status == 0, outcome.err
    return staleread.folder / name


@pytest.mark.parametrize("trace", sorted(RACY.glob("*.srt"))[::EACH], ids=lambda trace: trace.stem)
def test_nothing_of_the_programs_own_is_left(staleread: Program, trace: Path) -> None:
    finding = findings(staleread, trace)[0]
    small = redact(staleread, trace, finding, "small.srt")
    assert words_in(small) & names_of(trace.with_suffix(".py")) == set()
    assert finding["id"].encode() not in b"".join(payloads(small))
    alike = [
        each
        for each in findings(staleread, small)
        if all(each[name] == finding[name] for name in SAME)
        and all(
            (each[place] or {}).get("line") == (finding[place] or {}).get("line")
            for place in ("first", "window", "other", "last")
        )
    ]
    assert len(alike) == 1
    assert alike[0]["id"] != finding["id"]
    assert alike[0]["last"]["actor"] == finding["last"]["actor"] or not finding["last"]["actor"].startswith(
        "Task-"
    )


def stands(site: Site, program: list[str]) -> bool:
    """Whether the expression is at its column, with the line as far to the right as the program has it."""
    line = program[site.line - 1]
    indent = len(line) - len(line.lstrip())
    from_there = (" " * indent + site.source_line).encode()[site.column :].decode()
    return from_there.startswith(site.expression)


@pytest.mark.parametrize("name", ["counter", "many_permits", "key_in_cache", "lock_released"])
def test_columns_are_those_of_the_pseudonyms(staleread: Program, name: str) -> None:
    trace = RACY / f"{name}.srt"
    program = trace.with_suffix(".py").read_text().splitlines()
    small = redact(staleread, trace, findings(staleread, trace)[0], "small.srt")
    whole, part = read_trace(trace).sites, read_trace(small).sites
    assert part
    for number, site in part.items():
        assert stands(site, program) or not stands(whole[number], program), site


def test_one_word_is_one_pseudonym_with_one_salt(staleread: Program) -> None:
    """Three programs have a class `Counter` with a method `increment`."""
    seen = set()
    for name in ("counter", "home_made_lock", "lock_released", "semaphore"):
        trace = RACY / f"{name}.srt"
        finding = next(each for each in findings(staleread, trace) if each["cell"]["owner"] == "Counter")
        small = redact(staleread, trace, finding, f"{name}.srt")
        (again,) = findings(staleread, small)
        seen.add((again["cell"]["text"], again["last"]["function"]))
    assert len(seen) == 1
    (staleread.folder / "salt").write_bytes(SALT[::-1])
    trace = RACY / "counter.srt"
    words = ("slice", "--redact", "--finding", "SR-", trace, "-o")
    assert staleread(*words, "other.srt", "--salt", "salt").status == 0
    assert findings(staleread, staleread.folder / "other.srt")[0]["cell"]["text"] not in {
        cell for cell, _ in seen
    }
    # Without a salt the trace is the secret: the same one gives the same bytes.
    assert staleread(*words, "once.srt").status == staleread(*words, "twice.srt").status == 0
    assert (staleread.folder / "once.srt").read_bytes() == (staleread.folder / "twice.srt").read_bytes()


def test_the_id_goes_along_only_if_told(staleread: Program) -> None:
    trace = RACY / "counter.srt"
    (finding,) = findings(staleread, trace)
    small = redact(staleread, trace, finding, "small.srt", "--keep-id")
    assert f"original_finding {finding['id']}\n" in staleread("info", small).out


def test_what_makes_no_sense_is_refused(staleread: Program) -> None:
    (staleread.folder / "short").write_bytes(b"short")
    trace = RACY / "counter.srt"
    for words, sentence in (
        (("--salt", "short"), "mean nothing without --redact"),
        (("--keep-id",), "mean nothing without --redact"),
        (("--redact", "--salt", "short"), "a key has 16 bytes at least"),
        (("--redact", "--salt", "absent"), "absent"),
    ):
        outcome = staleread("slice", "--finding", "SR-", trace, "-o", "x.srt", *words)
        assert outcome.status == 2 and sentence in outcome.err
        assert not (staleread.folder / "x.srt").exists()
