"""Text from outside made safe to paint: no control characters, and exactly as many cells as asked for."""

from __future__ import annotations

import re

from rich.cells import cell_len, set_cell_size

from followthru.domain.plain import OBEYED

# C0 and C1 controls, line and paragraph separators, and the marks that turn the direction of a whole
# line: painted raw they would move the cursor, or reverse what stands beside them.
_UNSAFE = re.compile(f"(?:{OBEYED.pattern})+")


def safe(text: str) -> str:
    """Return the text on one line, with every run of control characters as one space."""
    return _UNSAFE.sub(" ", text) if _UNSAFE.search(text) else text


def width(text: str) -> int:
    """Return how many cells the text takes."""
    return len(text) if text.isascii() else cell_len(text)


def fit(text: str, cells: int) -> str:
    """Return the text cut (with an ellipsis) or padded to exactly `cells` cells."""
    if cells <= 0:
        return ""
    taken = width(text)
    if taken <= cells:
        return text + " " * (cells - taken)
    if cells == 1:
        return "…"
    return set_cell_size(text, cells - 1) + "…"


def wrap(text: str, cells: int) -> list[str]:
    """Break text at spaces into lines of at most `cells` cells; a longer word is cut."""
    from rich.cells import chop_cells

    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for word in safe(paragraph).split():
            for piece in chop_cells(word, cells) if width(word) > cells else [word]:
                if line and width(line) + 1 + width(piece) > cells:
                    lines.append(line)
                    line = piece
                else:
                    line = f"{line} {piece}" if line else piece
        lines.append(line)
    return lines
