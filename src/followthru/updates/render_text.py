"""Plain text from a tree, and a tree from plain text that a person has edited.

The text is what the PM edits and what a reader without HTML sees, so its markup is what people write by
hand: the title underlined with `=`, headings underlined with `-`, list items after `- `, blank lines
between paragraphs.
"""

from __future__ import annotations

from collections.abc import Iterator

from followthru.updates.tree import Block, Bullets, Heading, Paragraph, Tree, is_mark, tree

WIDTH = 72
_BULLETS = ("- ", "* ", "• ")


def render_text(content: Tree) -> str:
    """Return the tree as text of lines up to 72 characters; words and addresses are never broken."""
    parts = [_underlined(content.title, "=")] if content.title else []
    parts += [_block(block) for block in content.blocks]
    return "\n\n".join(parts) + "\n"


def parse_text(text: str) -> Tree:
    """Return the tree that a text shows. `parse_text(render_text(tree)) == tree` for every tree made by
    `tree()` whose paragraphs have one line each.
    """
    title, blocks = "", list[Block]()
    for lines in _groups(text):
        rest = lines
        if len(lines) > 1 and is_underline(lines[1]):
            if lines[1].strip()[0] == "=" and not title and not blocks:
                title = lines[0]
            else:
                blocks.append(Heading(lines[0]))
            rest = lines[2:]
        blocks.extend(_blocks(rest))
    return tree(title, blocks)


def _block(block: Block) -> str:
    match block:
        case Heading(words):
            return _underlined(words, "-")
        case Paragraph(lines):
            return "\n".join(part for line in lines for part in _wrap(line, WIDTH))
        case Bullets(items):
            return "\n".join(_item(item) for item in items)


def _underlined(words: str, mark: str) -> str:
    return f"{words}\n{mark * max(3, min(len(words), WIDTH))}"


def _item(words: str) -> str:
    first, *rest = _wrap(words, WIDTH - 2)
    return "\n".join([f"- {first}", *(f"  {line}" for line in rest)])


def _chunks(line: str) -> list[str]:
    """Split a line where it may be wrapped: never before a word that markup could be read from."""
    chunks: list[str] = []
    for word in line.split(" "):
        if chunks and is_mark(word):
            chunks[-1] += f" {word}"
        else:
            chunks.append(word)
    return chunks


def _wrap(line: str, width: int) -> list[str]:
    lines: list[str] = []
    for chunk in _chunks(line):
        if lines and len(lines[-1]) + 1 + len(chunk) <= width:
            lines[-1] += f" {chunk}"
        else:
            lines.append(chunk)
    return lines


def _groups(text: str) -> Iterator[list[str]]:
    """Yield the runs of lines between blank lines."""
    run: list[str] = []
    for line in [*text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""]:
        if line.strip():
            run.append(line.rstrip())
        elif run:
            yield run
            run = []


def is_underline(line: str) -> bool:
    """Return whether a line makes the one above it a heading."""
    mark = line.strip()
    return len(mark) >= 3 and mark[0] in "-=" and not mark.strip(mark[0])


def _blocks(lines: list[str]) -> Iterator[Block]:
    """Yield the paragraphs and list items of one run of lines."""
    pending: list[str] = []
    for line in [*lines, None]:
        starts_item = line is not None and is_item(line)
        goes_on = line is not None and (line.startswith(" ") or not _starts_item(pending))
        if pending and (line is None or starts_item or not goes_on):
            yield _read(pending)
            pending = []
        if line is not None:
            pending.append(line)


def is_item(line: str) -> bool:
    """Return whether a line begins a list item."""
    return line.lstrip().startswith(_BULLETS)


def _starts_item(pending: list[str]) -> bool:
    return bool(pending) and is_item(pending[0])


def _read(lines: list[str]) -> Block:
    if _starts_item(lines):
        lines = [lines[0].lstrip()[2:], *lines[1:]]
        return Bullets((" ".join(line.strip() for line in lines),))
    return Paragraph(tuple(_unwrap([line.strip() for line in lines])))


def _unwrap(lines: list[str]) -> Iterator[str]:
    """Join lines that wrapping alone has parted: those whose next words would not have fitted."""
    joined, last = lines[0], lines[0]
    for line in lines[1:]:
        if len(last) + 1 + len(_chunks(line)[0]) > WIDTH:
            joined = f"{joined} {line}"
        else:
            yield joined
            joined = line
        last = line
    yield joined
