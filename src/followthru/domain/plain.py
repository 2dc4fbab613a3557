"""Text from outside made plain: what a screen or a mail program would obey is taken out before it is kept."""

from __future__ import annotations

# Marks that make the text around them read in another order, and the byte order mark.
UNSEEN = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def plain(char: str) -> str:
    """Return a character as it is kept: white space as a space, control and re-ordering characters as nothing.

    Half a surrogate pair (a byte that was no UTF-8) becomes U+FFFD.
    """
    code = ord(char)
    if char.isspace():
        return " "
    if code < 0x20 or 0x7F <= code < 0xA0 or char in UNSEEN:
        return ""
    return "\ufffd" if 0xD800 <= code < 0xE000 else char


def one_line(text: str) -> str:
    """Return `text` on one line of plain characters, its words one space apart."""
    return " ".join(_kept(text).split())


def several_lines(text: str) -> str:
    """Return `text` in plain characters, with a newline between its lines; tabs stay."""
    if text.isprintable():
        return text
    return "\n".join("\t".join(map(_kept, line.split("\t"))) for line in text.splitlines())


def _kept(text: str) -> str:
    return text if text.isprintable() else "".join(map(plain, text))
