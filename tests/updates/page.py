"""A mail's HTML as a browser takes it apart: elements, words, and the colours that words stand in, light and dark.

Parsed by html5lib, which refuses whatever the HTML standard calls a parse error. The style sheet may hold rules for
single classes alone, within `prefers-color-scheme: dark`, so that it can be applied here without a browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, cast
from xml.etree.ElementTree import Element

import html5lib

_DARK = re.compile(r"@media \(prefers-color-scheme: dark\) \{\n((?:\.[a-z]+ \{[^}]*\}\n)+)\}")
_RULE = re.compile(r"\.([a-z]+) \{([^}]*)\}")
Style = dict[str, str]


class Words(NamedTuple):
    """Words directly inside one element, its tag, and the colours they are shown in: text, background."""

    tag: str
    words: str
    colour: str
    background: str


class Page:
    """One HTML document. Raises html5lib's ParseError for anything that is not clean HTML."""

    def __init__(self, html: str) -> None:
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        self.html = html
        self.root = cast("Element", parser.parse(html))  # pyright: ignore[reportUnknownMemberType]

    def all(self, tag: str) -> list[Element]:
        """Return every element of a tag in the order of the page."""
        return list(self.root.iter(tag))

    @property
    def elements(self) -> list[Element]:
        """Return every element; comments, which have no name, are none."""
        return list(self.root.iter())

    @property
    def sheet(self) -> str:
        """Return what stands in style elements."""
        return "".join(element.text or "" for element in self.all("style"))

    @property
    def dark(self) -> dict[str, Style]:
        """Return the rules for dark screens by class."""
        found = _DARK.search(self.sheet)
        return {name: _style(rules) for name, rules in _RULE.findall(found[1] if found else "")}

    @property
    def sentences(self) -> list[str]:
        """Return what is read: the words of headings, paragraphs' lines and list items, in order."""
        return [line for element in self.root.iter() for line in _lines(element)]

    def words(self, *, dark: bool = False) -> list[Words]:
        """Return all words that are shown, with their colours."""
        [body] = self.all("body")
        return list(self._shown(body, {"color": "#000000", "background-color": "#ffffff"}, dark))

    def _shown(self, element: Element, inherited: Style, dark: bool) -> Iterator[Words]:
        style = {**inherited, **_style(element.get("style", ""))}
        if dark:
            for name in element.get("class", "").split():
                style |= self.dark.get(name, {})
        texts = [element.text, *(child.tail for child in element)]
        if any((text or "").strip() for text in texts):
            said = " ".join(" ".join(filter(None, texts)).split())
            yield Words(element.tag, said, style["color"], style["background-color"])
        for child in element:
            yield from self._shown(child, style, dark)


def _style(rules: str) -> Style:
    pairs = (rule.split(":", 1) for rule in rules.replace("!important", "").split(";") if rule.strip())
    return {name.strip(): value.strip() for name, value in pairs}


def _lines(element: Element) -> Iterator[str]:
    if element.tag in {"h1", "h2", "li"}:
        yield " ".join("".join(element.itertext()).split())
    elif element.tag == "p":
        parts = [element.text or "", *(child.tail or "" for child in element)]
        yield from (" ".join(part.split()) for part in parts)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours `#rrggbb` (WCAG 2.2, 1.4.3)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
