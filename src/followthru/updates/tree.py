"""The one tree from which a mail's text and its HTML are both made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from followthru.updates.words import clean


class Heading(NamedTuple):
    """A section's heading (level 2)."""

    words: str


class Paragraph(NamedTuple):
    """A paragraph; each of its lines starts on a line of its own."""

    lines: tuple[str, ...]


class Bullets(NamedTuple):
    """A list of items."""

    items: tuple[str, ...]


Block = Heading | Paragraph | Bullets


class Tree(NamedTuple):
    """One mail: the title is its only heading of level 1 and may be empty."""

    title: str
    blocks: tuple[Block, ...]


def paragraph(*lines: str) -> Paragraph:
    """Return a paragraph of cleaned lines."""
    return Paragraph(tuple(plain for plain in map(_plain, lines) if plain))


def tree(title: str, blocks: Iterable[Block]) -> Tree:
    """Return a tree whose words are clean, whose empty blocks are gone and whose adjacent lists are one."""
    result: list[Block] = []
    for block in map(_normal, blocks):
        last = result[-1] if result else None
        if isinstance(block, Bullets) and isinstance(last, Bullets):
            result[-1] = Bullets(last.items + block.items)
        elif any(block[0]):
            result.append(block)
    return Tree(_plain(title), tuple(result))


def _normal(block: Block) -> Block:
    match block:
        case Heading(words):
            return Heading(_plain(words))
        case Paragraph(lines):
            return paragraph(*lines)
        case Bullets(items):
            return Bullets(tuple(item for item in map(clean, items) if item))


def _plain(text: str) -> str:
    """Return one clean line that plain text cannot mistake for a list item or an underline."""
    text = clean(text)
    first, _, rest = text.partition(" ")
    if is_mark(first):
        return clean(f"– {rest.lstrip('-=*•– ')}") if rest else "–"
    return text


def is_mark(token: str) -> bool:
    """Return whether a word alone at a line's start would be read as markup."""
    return token in {"-", "*", "•"} or (token != "" and not token.strip("-="))
