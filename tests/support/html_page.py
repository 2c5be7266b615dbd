"""An HTML report, read by html5lib: strictly, as a tree."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import html5lib

HTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Page:
    root: Element

    @classmethod
    def of(cls, text: str) -> Page:
        """What is not well formed raises."""
        parser = html5lib.HTMLParser(html5lib.getTreeBuilder("etree"), strict=True)
        return cls(parser.parse(text))

    def all(self, name: str = "*", **attributes: str) -> Iterator[Element]:
        """Elements of HTML or SVG of this name, and with these attributes."""
        for element in self.root.iter():
            if not isinstance(element.tag, str):
                continue  # a comment
            bare = element.tag.removeprefix(HTML).removeprefix(SVG)
            if name not in ("*", bare):
                continue
            if all(element.get(key.rstrip("_")) == value for key, value in attributes.items()):
                yield element

    def one(self, name: str, **attributes: str) -> Element:
        (found,) = self.all(name, **attributes)
        return found

    def texts(self, name: str, **attributes: str) -> list[str]:
        return [text_of(element) for element in self.all(name, **attributes)]

    def findings(self) -> list[Element]:
        return list(self.all("li", class_="finding"))

    def shape(self) -> Counter[str]:
        """How many elements of each name: what a text that became markup would change."""
        return Counter(element.tag for element in self.all())


def text_of(element: Element) -> str:
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()


def attributes(page: Page) -> Iterator[tuple[str, str, str]]:
    for element in page.all():
        for name, value in element.attrib.items():
            yield element.tag, name, value


def hash_of(text: str) -> str:
    """As a Content-Security-Policy has it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
