"""HTML from a tree: one shipped template, escaped, without images, styled inline and for dark screens."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import FileSystemLoader, StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from followthru.updates.tree import Block, Bullets, Heading, Paragraph, Tree

TEMPLATES = Path(__file__).with_name("templates")
LEAD_WIDTH = 80
"""How long what stands before an item's first colon may be to stand out: a title, and no whole sentence."""


class _Block(NamedTuple):
    """A block as the plain strings that the template may hold; an item is a pair: what stands out, and the rest."""

    kind: str
    words: str | tuple[str, ...] | tuple[tuple[str, str], ...]


def render_html(content: Tree, subject: str) -> str:
    """Return the tree as one HTML document; without a title of its own it is headed by the subject."""
    return _template().render(
        subject=subject,
        title=content.title or subject,
        blocks=blocks_of(content),
    )


def blocks_of(content: Tree) -> list[_Block]:
    """Return a tree's blocks as templates hold them."""
    return [_block(block) for block in content.blocks]


def environment() -> ImmutableSandboxedEnvironment:
    """Return where the templates are filled in: escaped, without a way out, and with nothing that is missing."""
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES), auto_reload=False, autoescape=True, undefined=StrictUndefined
    )


@cache
def _template() -> Template:
    return environment().get_template("update.html")


def _block(block: Block) -> _Block:
    match block:
        case Heading(words):
            return _Block("heading", words)
        case Paragraph(lines):
            return _Block("paragraph", lines)
        case Bullets(items):
            return _Block("bullets", tuple(map(_led, items)))


def _led(item: str) -> tuple[str, str]:
    """Return an item in two: the title that it begins with, up to its colon, and what is said of it."""
    title, colon, said = item.partition(": ")
    return (f"{title}:", f" {said}") if colon and len(title) <= LEAD_WIDTH else ("", item)
