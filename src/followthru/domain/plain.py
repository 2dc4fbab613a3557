"""Text from outside made plain: what a screen or a mail program would obey is taken out before it is kept."""

from __future__ import annotations

import re

# Marks that make the text around them read in another order, and those that take no room on a screen: with them two
# texts look the same and are not, or words hide in others. The joiners U+200C and U+200D are not among them: scripts
# and emoji need them.
_UNSEEN = "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
OBEYED = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029{_UNSEEN}]")
"""What a terminal, a screen or a mail program would obey or hide; tabs and line ends are among it."""


def plain(char: str) -> str:
    """Return a character as it is kept: white space as a space, control, re-ordering and unseen ones as nothing.

    Half a surrogate pair (a byte that was no UTF-8) becomes U+FFFD.
    """
    code = ord(char)
    if char.isspace():
        return " "
    if OBEYED.match(char):
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


def shown(text: str) -> str:
    """Return `text` for a terminal, with its lines and tabs: what would be obeyed is left out. A last guard.

    What is kept is plain already; this holds for what came into the store by another way.
    """
    if text.isprintable():
        return text
    return OBEYED.sub(lambda found: found[0] if found[0] in "\n\t" else "", text)


def escaped(json: str) -> str:
    """Return JSON text with what would be obeyed as \\u escapes: it says the same, and a terminal shows it."""
    return json if json.isprintable() else OBEYED.sub(_escape, json)


def _escape(found: re.Match[str]) -> str:
    """Return a character as JSON escapes it: in units of UTF-16 (RFC 8259 section 7)."""
    units = found[0].encode("utf-16-be")
    return found[0] if found[0] == "\n" else "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def _kept(text: str) -> str:
    return text if text.isprintable() else "".join(map(plain, text))
