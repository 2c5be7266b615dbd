"""The Markdown report as a parser of Markdown reads it: tables are tables, and nothing of a trace is markup."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import ROOT, Program
from markdown_it import MarkdownIt
from markdown_it.token import Token
from scene import Scene
from test_report_schema import GOLDEN
from trace_writer import TraceWriter

RACY = ROOT / "traces" / "racy"
PARSER = MarkdownIt("commonmark").enable("table")
GITHUB_CHARACTERS_MAX = 65536

# What the report itself is made of.
BLOCKS = {
    "heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "fence", "hr",
    "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close",
    "table_open", "table_close", "thead_open", "thead_close", "tbody_open", "tbody_close",
    "tr_open", "tr_close", "th_open", "th_close", "td_open", "td_close",
}  # fmt: skip
INLINES = {"text", "code_inline", "strong_open", "strong_close", "em_open", "em_close", "softbreak"}


def every(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from every(token.children or [])


@dataclass(frozen=True)
class Page:
    tokens: list[Token]

    def spans(self) -> list[str]:
        return [token.content for token in every(self.tokens) if token.type == "code_inline"]

    def blocks(self, language: str) -> list[str]:
        return [token.content for token in self.tokens if token.type == "fence" and token.info == language]

    def prose(self) -> str:
        """What is no code."""
        return "\n".join(token.content for token in every(self.tokens) if token.type == "text")

    def headings(self) -> list[str]:
        return [self.tokens[i + 1].content for i, one in enumerate(self.tokens) if one.type == "heading_open"]

    def tables(self) -> list[list[list[str]]]:
        """The cells of each row of each."""
        tables: list[list[list[str]]] = []
        for index, token in enumerate(self.tokens):
            if token.type == "table_open":
                tables.append([])
            elif token.type == "tr_open":
                tables[-1].append([])
            elif token.type in ("th_open", "td_open"):
                tables[-1][-1].append(self.tokens[index + 1].content)
        return tables


def page_of(text: str) -> Page:
    assert len(text.encode()) <= GITHUB_CHARACTERS_MAX
    tokens = PARSER.parse(text)
    for token in tokens:
        assert token.type in BLOCKS
        assert {child.type for child in token.children or []} <= INLINES
    page = Page(tokens)
    for head, *rows in page.tables():
        assert rows
        assert {len(row) for row in rows} == {len(head)}
        # Each moment is one actor's.
        assert all(sum(cell != "" for cell in row[1:-1]) == 1 for row in rows)
    return page


def analyzed(staleread: Program, *words: str | Path, status: int = 1) -> Page:
    outcome = staleread("analyze", "--format", "markdown", *words)
    assert (outcome.status, outcome.err) == (status, "")
    return page_of(outcome.out)


@pytest.mark.parametrize("name", ["full.md", "empty.md"])
def test_golden_reports_are_read(name: str) -> None:
    """The C tests hold the program to these files."""
    page_of((GOLDEN / name).read_text())


def test_a_finding_has_all_that_its_reader_needs(staleread: Program) -> None:
    page = analyzed(staleread, RACY / "latent.srt")
    assert page.headings()[:2] == ["staleread", "lost-update: `Account.balance`"]
    (table,) = page.tables()
    assert table[0] == ["", "`Task-3`", "`Task-2`", "where"]
    told = [row for row in table[1:] if row[0].isdigit()]
    assert [row[-1] for row in told] == [
        "`latent.py:12`",
        "`latent.py:13`",
        "`latent.py:14`",
        "`latent.py:14`",
    ]
    assert told[0][1] == "**reads** `Account.balance`: `90`"
    assert told[2][1] == "" and told[2][2].startswith("**could write** ")
    (code,) = page.blocks("python")
    assert "   14  self.balance = balance - amount  # 3, 4\n" in code
    made = "await asyncio.gather(checkout(account, 0), checkout(account, 0.05))"
    assert page.spans().count(made) == 2
    assert "No lock is held at any of these places." in page.prose()
    assert "CPython 3.11.7" in page.spans()
    recorded, again = page.blocks("console")[0].splitlines()
    assert shlex.split(recorded)[1:4] == ["staleread", "record", "-o"]
    assert shlex.split(recorded)[-1] == "latent.py"
    assert shlex.split(again)[-1] == str(RACY / "latent.srt")


def test_no_host_and_no_folder(staleread: Program) -> None:
    """Other than those of the command that was just given."""
    trace = (RACY / "latent.srt").read_bytes()
    (staleread.folder / "latent.srt").write_bytes(trace)
    out = staleread("analyze", "--format", "markdown", "latent.srt").out
    assert "/srv" not in out and "host" not in out


def test_every_finding_is_there_and_the_worst_in_full(staleread: Program) -> None:
    words = ["--confidence", "low", *sorted(RACY.glob("*.srt"))]
    page = analyzed(staleread, *words)
    listed = staleread("analyze", "--format", "json", *words).out
    ids = [finding["id"] for finding in json.loads(listed)["findings"]]
    assert [span for span in page.spans() if span.startswith("SR-")] == ids
    full = page.headings().index("Further findings") - 1
    assert 10 < full < len(ids)


HOSTILE = [
    "`", "``x", "a|b", "a\\|b", "\\", "|", "``|``", " padded ", "@everyone", "#1", "GH-1", "https://example.org",
    "<script>alert(1)</script>", "![x](y)", "[x](y)", "*bold*", "# head", "- item", "> quote", "&amp;", "~~~", "```",
    "a\nb", "$x$", ":tada:", "</code>",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_code(staleread: Program, name: str) -> None:
    """Whatever an actor and an attribute are called, each is seen as it is, in code, and nowhere else."""
    marked = f"EVIL{name}EVIL"
    scene = Scene()
    one, other = scene.task(marked), scene.task("other")
    with scene.step(one):
        scene.read(marked, 0)
        scene.pause()
    with scene.step(other):
        scene.put(marked, 5)
    with scene.step(one):
        scene.update(marked, 1)
    (staleread.folder / "odd.srt").write_bytes(scene.bytes())
    page = analyzed(staleread, "odd.srt")
    assert "EVIL" not in page.prose()
    shown = marked.replace("\n", "\\n")
    assert f"State.{shown}" in page.spans()
    (head, *rows), *_ = page.tables()
    in_table = shown.replace("\\|", "\\¦")
    assert any(in_table in cell for cell in head)
    assert in_table in page.spans()
    assert len(rows) >= 4


def test_the_command_is_one_for_a_shell(staleread: Program) -> None:
    """Words of the recording's command line come out of a shell as they went in; of packages the first are told."""
    words = ["my app.py", "--name", "it's `x`", "$(rm -rf ~)", "a\\b", "", "…", "```"]
    writer = TraceWriter()
    packages = "\n".join(f"package{i}==1.{i}" for i in range(50))
    writer.meta(
        {
            "argv": "\n".join(words),
            "watch": "aiohttp\nlib/my *.py",
            "ignore": "tests",
            "packages": packages,
            "python": "3.12.1",
            "hostname": "secret",
            "root": "/x",
        }
    )
    writer.end()
    (staleread.folder / "a b.srt").write_bytes(writer.bytes())
    page = analyzed(staleread, "a b.srt", status=0)
    recorded, again = page.blocks("console")[0].splitlines()
    assert shlex.split(recorded) == [
        *("$", "staleread", "record", "-o", "a b.srt"),
        *("--watch", "aiohttp", "--watch", "lib/my *.py", "--ignore", "tests", *words),
    ]
    assert shlex.split(again)[-1] == "a b.srt"
    assert "package39==1.39" in page.spans() and "package40==1.40" not in page.spans()
    assert "and 10 more" in page.prose()
    assert "secret" not in again + recorded + page.prose() + " ".join(page.spans())
