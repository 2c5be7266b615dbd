"""The HTML report as a document: well formed, complete by itself, readable without scripts and without eyes, whatever
names it has to show. What it does in a browser is in test_html_in_browser.py."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from textwrap import dedent
from xml.etree.ElementTree import Element

import pytest
from conftest import ROOT, Program
from html_page import Page, attributes, hash_of, text_of
from scene import Scene

GOLDEN = ROOT / "tests" / "unit" / "report" / "golden"

# A window that was observed, one that was predicted, locks, threads, and kinds that have no window.
TRACES = [
    f"{ROOT}/traces/racy/{name}.srt"
    for name in (
        "counter",
        "latent",
        "lock_released",
        "lock_order",
        "threads_counter",
        "forgotten_await",
        "sleep_in_loop",
        "iterated_over_awaits",
        "notify_unheard",
        "setdefault",
        "lock_released_check",
        "while_wait",
    )
]

HOSTILE = '</code></title></style></script><script>window.pwned = 1</script><img src=x onerror="pwned=1">\'&lt;`<!--'


def racy(name: str) -> bytes:
    """One lost update, in which everything that can have a name has this one."""
    scene = Scene()
    one, other = scene.task(f"one {name}"), scene.task(f"other {name}")
    with scene.step(one):
        scene.read(name, 0)
        scene.pause()
    with scene.step(other):
        scene.put(name, 5)
    with scene.step(one):
        scene.update(name, 1)
    return scene.bytes()


def page_of(staleread: Program, *traces: str | Path, options: tuple[str, ...] = ()) -> str:
    outcome = staleread("analyze", "--format", "html", *options, *traces)
    assert outcome.status in (0, 1)
    assert outcome.err == ""
    return outcome.out


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    return page_of(Program(tmp_path_factory.mktemp("html")), *TRACES)


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page.of(text)


def test_golden_pages_are_well_formed() -> None:
    """The C tests hold the program to these files."""
    assert len(Page.of((GOLDEN / "full.html").read_text()).findings()) == 4
    assert Page.of((GOLDEN / "empty.html").read_text()).findings() == []


def test_every_finding_is_there(page: Page, staleread: Program) -> None:
    text = staleread("analyze", "--quiet", *TRACES).out
    ids = re.findall(r"\bSR-[0-9a-f]{12}\b", text)
    assert [element.get("id") for element in page.all("details") if element.get("id")] == ids
    assert len(page.findings()) == len(ids)


def test_the_same_bytes_every_time(text: str, staleread: Program) -> None:
    assert page_of(staleread, *TRACES) == text


def test_ids_are_unique_and_links_lead_to_them(page: Page) -> None:
    ids = [element.get("id") for element in page.all() if element.get("id")]
    assert len(set(ids)) == len(ids)
    links = {element.get("href") for element in page.all("a")}
    assert links
    assert links <= {f"#{name}" for name in ids}


def test_nothing_is_asked_from_anywhere(page: Page, text: str) -> None:
    """No address in an attribute, a style or a script; and the page forbids itself what it does not need."""
    for tag, name, value in attributes(page):
        assert name not in ("src", "srcset", "action", "style", "background", "poster"), (tag, name, value)
        assert not name.startswith("on"), (tag, name, value)
        assert name != "href" or value.startswith("#") or value == "data:,", (tag, name, value)
    style, script = page.one("style").text or "", page.one("script").text or ""
    assert not re.search(r"url\(|@import|@font-face", style)
    assert not re.search(r"fetch|XMLHttp|import\(|WebSocket|sendBeacon|eval|innerHTML|Storage|cookie", script)
    assert "://" not in style + script
    policy = next(meta.get("content") for meta in page.all("meta") if meta.get("http-equiv"))
    assert policy == (
        f"default-src 'none'; style-src '{hash_of(style)}'; script-src '{hash_of(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def test_who_cannot_see_it_can_find_the_way(page: Page) -> None:
    assert page.root.get("lang") == "en"
    for landmark in ("header", "main", "footer", "h1"):
        assert text_of(page.one(landmark))
    assert text_of(page.root[0]).startswith("12 findings in 12 traces · staleread")
    levels = [int(element.tag[-1]) for element in page.all() if re.search(r"\}h[1-6]$", element.tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for table in page.all("table"):
        assert table.find("{*}caption") is not None
    for finding in page.findings():
        (heading,) = (element for element in finding.iter() if element.tag.endswith("}h3"))
        assert text_of(heading)
    for picture in page.all("svg", role="img"):
        assert (picture.get("aria-label") or "").startswith("Who did what, and when: ")
    labelled = {control for label in page.all("label") for control in label.iter() if control is not label}
    for kind in ("input", "select"):
        for control in page.all(kind):
            assert control in labelled


def test_every_picture_is_told_in_words(page: Page) -> None:
    """What has a number in the picture has one in the table, and says the same there."""
    for finding in page.findings():
        (table,) = (element for element in finding.iter() if element.get("class") == "moments")
        rows = [row for row in table.iter() if row.tag.endswith("}tr")]
        told = [text_of(row[0]) for row in rows if row[0].tag.endswith("}td") and text_of(row[0]).isdigit()]
        drawn = [text_of(mark) for mark in finding.iter() if mark.get("class") == "k"]
        assert told
        assert sorted(drawn) == sorted(told) or (len(told), drawn) == (1, [])


def test_without_scripts_nothing_is_missing(page: Page) -> None:
    """What only a script can make work is hidden until one runs, and nothing else is."""
    hidden = [element.get("id") for element in page.all() if element.get("hidden") is not None]
    assert hidden == ["theme", "filters"]


def test_one_finding_needs_no_filters(staleread: Program) -> None:
    page = Page.of(page_of(staleread, TRACES[0]))
    assert len(page.findings()) == 1
    assert list(page.all("form")) == []
    assert page.findings()[0][0].get("open") is not None


@pytest.mark.parametrize(
    "name", [HOSTILE, "\x1b]0;x\x07\x1b[2J\r\n", "a\0b", "\u202eevil\u2066\u200b\ufeff", "</textarea>", "]]>"]
)
def test_no_name_becomes_markup(staleread: Program, tmp_path: Path, name: str) -> None:
    """A page with hostile names has the elements of one with harmless names, and shows them."""
    (tmp_path / "tame.srt").write_bytes(racy("tame"))
    (tmp_path / "wild.srt").write_bytes(racy(name))
    tame, wild = (page_of(staleread, f"{file}.srt") for file in ("tame", "wild"))
    assert Page.of(wild).shape() == Page.of(tame).shape()
    assert {(tag, key) for tag, key, _ in attributes(Page.of(wild))} == {
        (tag, key) for tag, key, _ in attributes(Page.of(tame))
    }
    assert not {character for character in wild if not character.isprintable()} - {"\n"}
    if name.isprintable():
        assert name in "".join(Page.of(wild).findings()[0].itertext())


def test_nothing_found_is_said(staleread: Program) -> None:
    page = Page.of(page_of(staleread, f"{ROOT}/traces/clean/counter.srt"))
    assert page.findings() == []
    assert "None." in text_of(page.one("main"))
    assert page.texts("h1") == [f"Nothing in {ROOT}/traces/clean/counter.srt"]


def test_what_was_not_seen_and_what_is_hidden_is_said(staleread: Program) -> None:
    """The sentences at the end are those of the text report."""
    words = ("--confidence", "high", *TRACES)
    told = text_of(Page.of(page_of(staleread, *words)).one("main"))
    summary = re.sub(r"\s+", " ", staleread("analyze", "--width", "500", *words).out.replace("`", ""))
    for sentence in re.findall(r"(?:Looked at|The agent did not see|\d+ findings? of low)[^.:]*", summary):
        assert sentence in told


def lines_of(excerpt: Element) -> dict[int, str]:
    """The lines of a source in a page, by number."""
    found = {}
    for line in excerpt.iter():
        if (line.get("class") or "").split()[:1] == ["ln"] and text_of(line[0]).isdigit():
            found[int(text_of(line[0]))] = (line[1].tail or "").rstrip("\n")
    return found


def test_source_stands_as_far_to_the_right_as_it_did(page: Page) -> None:
    """Traces have lines without indentation; columns of what is in them tell it. Compared with the programs themselves."""
    compared = 0
    for excerpt in page.all("figure", class_="source"):
        name = text_of(excerpt[0]).partition(" in ")[0]
        written = (ROOT / "traces" / "racy" / name).read_text().splitlines()
        shown = lines_of(excerpt)
        expected = dedent("\n".join(written[number - 1] for number in shown)).splitlines()
        assert [text.split()[0] for text in shown.values()] == [text.split()[0] for text in expected]
        assert [len(text) - len(text.lstrip()) for text in shown.values()] == [
            len(text) - len(text.lstrip()) for text in expected
        ]
        compared += len(shown)
    assert compared > 30


# What the advice looks like in the source of some programs: "+" comes, "-" goes, what moves to the right stands deeper.
SKETCHES = {
    "callback_write": """
            + async with lock:  # one asyncio.Lock for all who use Meter.reading
        15        reading = self.reading
        16        await asyncio.sleep(0)
        17        self.reading = reading + 100
            + # nothing can be awaited here: let a task do this while it holds the lock
        12    self.reading += 1
        """,
    "double_checked": """
            + async with lock:  # Client.lock
        14        if self.connection is None:
        15  -     async with self.lock:
        16            await asyncio.sleep(0)
        17            self.connects += 1
        18            self.connection = object()
        """,
    "lock_released_check": """
        13    async with self.lock:
        14        if seat in self.taken:
        16        await asyncio.sleep(0)  # payment
        17  - async with self.lock:
        18        self.taken[seat] = guest
        """,
    "iterated_over_awaits": """
        17  - for inbox in self.clients.values():
            + for inbox in list(self.clients.values()):
        """,
    "sleep_in_loop": """
        19  - time.sleep(0.2)
            + await asyncio.sleep(0.2)
        """,
    "stale_object": """
        26    await asyncio.sleep(0)  # serialize
            + # look at Client.connection again here, and go on in the same step
        """,
    "latest_reading": """
            + with lock:  # one threading.Lock for all who use Sensor.high
        14        self.high = number + 10
            + with lock:  # one threading.Lock for all who use Sensor.high
        19        spans.add(self.high - self.low)
        """,
    "condition": """
        14  - if self.items == 0:
            + while self.items == 0:
        15        await self.changed.wait()
        """,
    "forgotten_await": """
        20  - if self.is_broken(name):
            + if await self.is_broken(name):
        """,
    "event_cleared_late": """
        18    await self.arrived.wait()
            + self.arrived.clear()
        19    letters, self.letters = self.letters, []
        20    await asyncio.sleep(0.02)
        21    self.read += len(letters)
        22  - self.arrived.clear()
        """,
    "event_replaced": """
            + self.changed.set()  # those who wait for the old one go on
        16    self.changed = asyncio.Event()
        """,
    "future_replaced": """
            + if self.waiter is None or self.waiter.done():
        12        self.waiter = asyncio.get_running_loop().create_future()
        """,
    "notify_unheard": """
            + # change first, under the lock, what Switch.turned announces
        14    self.turned.notify_all()
        18  - await self.turned.wait()
            + await self.turned.wait_for(lambda: …)  # what is announced
        """,
    "late_write": """
            + self.state = "starting"
        11    booting = asyncio.create_task(self.boot())
        12    await asyncio.sleep(0)  # find the working directory
        13    await asyncio.sleep(0)
        14  - self.state = "starting"
        """,
    "lock_order": """
        20  - async with self.savings:
            + async with self.checking:
        21        await asyncio.sleep(0.001)
        22  -     async with self.checking:
            +     async with self.savings:
        """,
    "foreign_thread": """
        14  - self.done.set()
            + loop.call_soon_threadsafe(self.done.set)  # the loop that it belongs to
        """,
}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Page:
    traces = [f"{ROOT}/traces/racy/{name}.srt" for name in SKETCHES]
    return Page.of(page_of(Program(tmp_path_factory.mktemp("drawn")), *traces))


def sketch_of(finding: Element) -> list[str]:
    pieces = (each for each in finding.iter() if each.get("class") == "sketch")
    lines = (line for piece in pieces for line in piece[1] if "gap" not in (line.get("class") or ""))
    return [f"{text_of(line[0]):4}{line[0].tail or ''}".rstrip() for line in lines]


@pytest.mark.parametrize("name", SKETCHES)
def test_the_advice_is_drawn(drawn: Page, name: str) -> None:
    file = f"{name}.py\n"
    finding = next(each for each in drawn.findings() if file in (each.get("data-files") or ""))
    assert sketch_of(finding) == dedent(SKETCHES[name]).strip("\n").splitlines()


def test_findings_of_several_traces_say_where_they_were_seen(staleread: Program, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.srt").write_bytes(racy("x"))
    (tmp_path / "none.srt").write_bytes(Scene().bytes())
    page = Page.of(page_of(staleread, "one.srt", "none.srt", "two.srt"))
    (finding,) = page.findings()
    assert "By trace: one.srt once, two.srt once." in text_of(finding)
