"""The HTML report in Chromium: what it does where scripts run, where they do not, on paper, on a phone, in the dark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import IS_THERE, Browser, browser
from conftest import Program
from selenium.webdriver.common.keys import Keys
from test_html import HOSTILE, TRACES, page_of, racy

pytestmark = pytest.mark.skipif(not IS_THERE, reason="chromium and chromium-driver are not installed")

ITEMS = "[...document.querySelectorAll('#list > .finding')]"
SHOWN = f"{ITEMS}.filter(item => item.checkVisibility()).length"
OPENED = f"{ITEMS}.filter(item => item.firstElementChild.open).map(item => item.firstElementChild.id)"
FOCUSED = "document.activeElement.parentElement.id"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as window:
        yield window


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def many(folder: Path) -> Path:
    """Findings of many kinds, and of hostile names."""
    (folder / "wild.srt").write_bytes(racy(HOSTILE))
    path = folder / "many.html"
    path.write_text(page_of(Program(folder), *TRACES, "wild.srt"))
    return path


@pytest.fixture(scope="module")
def ids(many: Path) -> list[str]:
    found = re.findall(r'<details id="(SR-[0-9a-f]{12})"', many.read_text())
    assert len(found) > 5
    return found


@pytest.fixture
def opened(chromium: Browser, many: Path) -> Iterator[Browser]:
    """The page, freshly open. Whatever is done with it, it complains of nothing, and asks for nothing but itself."""
    chromium.open(many)
    yield chromium
    assert chromium.ask("window.pwned ?? null") is None
    assert chromium.complaints() == []
    assert chromium.requests() == [many.as_uri()]


def count(window: Browser) -> str:
    return str(window.ask("document.getElementById('count').textContent"))


def choose(window: Browser, name: str, value: str) -> None:
    window.ask(
        f"(s => {{ s.value = '{value}'; s.dispatchEvent(new Event('change')); }})"
        f"(document.getElementById('by-{name}'))"
    )


def wait_for(window: Browser, expression: str) -> None:
    window.driver.set_script_timeout(10)
    window.driver.execute_async_script(
        f"const done = arguments[0], look = () => {expression} ? done() : setTimeout(look, 10); look()"
    )


def test_it_opens(opened: Browser, ids: list[str]) -> None:
    assert opened.ask(SHOWN) == len(ids)
    assert opened.ask(OPENED) == ids[:1]
    assert count(opened) == f"all {len(ids)} shown"
    assert opened.ask("document.querySelectorAll('svg.p').length") > 5
    assert opened.ask("document.querySelector('svg.p').getBoundingClientRect().height") > 100
    assert opened.ask("document.querySelectorAll('script, style').length") == 2


@pytest.mark.parametrize(
    ("name", "data", "value"),
    [("kind", "kind", "lost-update"), ("status", "status", "predicted"), ("file", "files", "counter.py")],
)
def test_it_filters(opened: Browser, ids: list[str], name: str, data: str, value: str) -> None:
    choose(opened, name, value)
    assert 0 < opened.ask(SHOWN) < len(ids)
    fits = f"item => item.dataset.{data}.split('\\n').includes('{value}')"
    assert opened.ask(SHOWN) == opened.ask(f"{ITEMS}.filter({fits}).length")
    assert count(opened) == f"{opened.ask(SHOWN)} of {len(ids)} shown"
    choose(opened, name, "")
    assert opened.ask(SHOWN) == len(ids)


def test_it_searches(opened: Browser, ids: list[str]) -> None:
    """For words that stand anywhere in a finding, all of them."""
    opened.type("/", "counter SELF.VALUE")
    wait_for(opened, f"{SHOWN} < {len(ids)}")
    assert opened.ask(f"{ITEMS}.every(i => i.hidden !== /counter/i.test(i.textContent) || i.hidden)")
    assert opened.ask(SHOWN) > 0
    opened.type("nothing has this")
    wait_for(opened, f"{SHOWN} === 0")
    assert count(opened) == f"0 of {len(ids)} shown"
    opened.type(Keys.ESCAPE)
    wait_for(opened, f"{SHOWN} === {len(ids)}")


def test_keys(opened: Browser, ids: list[str]) -> None:
    opened.type("j")
    assert opened.ask(FOCUSED) == ids[0]
    opened.type("j", "j")
    assert opened.ask(FOCUSED) == ids[2]
    opened.type(Keys.ENTER)
    assert opened.ask(OPENED) == [ids[0], ids[2]]
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert opened.ask(outline) == "solid"
    opened.type(Keys.ESCAPE, "k")
    assert opened.ask(OPENED) == ids[:1]
    assert opened.ask(FOCUSED) == ids[1]
    opened.type("/", "jk")
    assert opened.ask("document.getElementById('words').value") == "jk"


def test_keys_can_be_switched_off(opened: Browser, ids: list[str]) -> None:
    opened.click("#keys")
    opened.type("j")
    assert opened.ask(FOCUSED) not in ids


def test_keys_go_over_what_is_hidden(opened: Browser, ids: list[str]) -> None:
    opened.ask(f"{ITEMS}[0].hidden = true")
    opened.type("j")
    assert opened.ask(FOCUSED) == ids[1]


def test_the_table_opens(opened: Browser) -> None:
    table = "document.querySelector('.moments table')"
    assert not opened.ask(f"{table}.checkVisibility({{contentVisibilityAuto: true}})")
    opened.click(".moments > summary")
    assert opened.ask(f"{table}.checkVisibility({{contentVisibilityAuto: true}})")


def test_a_link_opens_its_finding(chromium: Browser, many: Path, ids: list[str]) -> None:
    chromium.open(many, fragment=f"#{ids[3]}")
    assert ids[3] in chromium.ask(OPENED)
    assert chromium.ask(FOCUSED) == ids[3]


def test_themes(chromium: Browser, many: Path) -> None:
    """As the system has it, until somebody chooses."""
    colour = "getComputedStyle(document.body).backgroundColor"
    chromium.open(many)
    light = chromium.ask(colour)
    chromium.open(many, dark=True)
    dark = chromium.ask(colour)
    assert light != dark
    seen = []
    for _ in range(3):
        chromium.click("#theme")
        seen.append((chromium.ask("document.getElementById('theme').textContent"), chromium.ask(colour)))
    assert seen == [("Theme: light", light), ("Theme: dark", dark), ("Theme: as the system", dark)]


def test_without_scripts(chromium: Browser, many: Path, ids: list[str]) -> None:
    """Everything can be opened and read; what needs a script is not shown."""
    chromium.open(many, scripts=False)
    chromium.click(f"#{ids[1]} > summary")
    chromium.click(f"#{ids[1]} .moments > summary")
    assert chromium.complaints() == []
    assert chromium.requests() == [many.as_uri()]
    assert chromium.ask(OPENED) == ids[:2]
    assert chromium.ask(SHOWN) == len(ids)
    for name in ("filters", "theme"):
        assert not chromium.ask(f"document.getElementById('{name}').checkVisibility()")


@pytest.mark.parametrize("width", [320, 390, 1100])
def test_nothing_is_too_wide(chromium: Browser, many: Path, width: int) -> None:
    """With all of it open: what is wide can be moved to and fro by itself."""
    chromium.open(many, width=width)
    chromium.ask("document.querySelectorAll('details').forEach(details => details.open = true)")
    assert chromium.ask("document.documentElement.scrollWidth") <= width
    assert chromium.ask("document.body.scrollWidth") <= width


def test_on_paper_all_is_open(chromium: Browser, many: Path) -> None:
    chromium.open(many, paper=True, scripts=False)
    closed = "[...document.querySelectorAll('details:not([open]) > :not(summary)')]"
    assert chromium.ask(f"{closed}.length") > 5
    assert chromium.ask(f"{closed}.every(part => part.getBoundingClientRect().height > 0)")
    assert chromium.ask("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_no_name_becomes_markup(chromium: Browser, many: Path) -> None:
    chromium.open(many)
    assert chromium.ask("window.pwned ?? null") is None
    assert chromium.ask("document.images.length") == 0
    heading = "[...document.querySelectorAll('h3')].find(heading => heading.textContent.includes('pwned'))"
    assert chromium.ask(f"{heading}.textContent").endswith(HOSTILE)
    assert chromium.complaints() == []


def test_a_foreign_script_is_refused(chromium: Browser, many: Path, folder: Path) -> None:
    """Had a name become markup all the same, nothing would come of it."""
    broken = folder / "broken.html"
    foreign = (
        "<script>window.pwned = 1</script><img src=x onerror='pwned = 1'><style>main { color: red }</style>"
    )
    broken.write_text(many.read_text().replace("</main>", foreign, 1))
    chromium.open(broken)
    assert chromium.ask("window.pwned ?? null") is None
    assert len([line for line in chromium.complaints() if "Content Security Policy" in line]) >= 3
