"""Content lines (RFC 5545 section 3.1): found in a text without changing it, and written safely."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from followthru.calendars.ical.clean import squash

MAX_ITEM = 1024 * 1024
"""Largest object read, in characters."""
_PHYSICAL = re.compile(r"[^\n]*\n|[^\n]+")
_PLAIN = re.compile(r'([A-Za-z0-9-]+)((?:;[^":\n]*)?):([^\n]*)\n(?![ \t])')
"""A line that is not folded and quotes nothing, as nearly all are: told in one step."""
_NAME = re.compile(r"[A-Za-z0-9-]+")
_ESCAPES = {"\\": "\\\\", ";": "\\;", ",": "\\,"}
_UNESCAPE = re.compile(r"\\([\\;,nN])")


class Line(NamedTuple):
    """One content line. `name` in upper case, `params` and `value` raw and unfolded, [start, end) in the text."""

    name: str
    params: str
    value: str
    start: int
    end: int

    def param(self, name: str) -> str | None:
        """Return a parameter's first value without quotes, None if it is not there."""
        for key, value in parameters(self.params):
            if key == name:
                return value
        return None


def content_lines(text: str) -> Iterator[Line]:
    """Yield each content line of `text` with its place; one that has no name yields an empty `name`."""
    at = 0
    while at < len(text):
        plain = _PLAIN.match(text, at)
        if plain is None:
            line = _folded(text, at)
        else:
            name, params, value = plain.groups()
            line = Line(name.upper(), params, value.removesuffix("\r"), at, plain.end())
        yield line
        at = line.end


def _folded(text: str, at: int) -> Line:
    """Return the line that begins here, however it is folded and quoted."""
    parts: list[str] = []
    end = at
    for match in _PHYSICAL.finditer(text, at):
        piece = match.group().rstrip("\n").removesuffix("\r")
        if parts and piece[:1] not in (" ", "\t"):
            break
        parts.append(piece[1:] if parts else piece)
        end = match.end()
    return _line("".join(parts), at, end)


def _line(raw: str, start: int, end: int) -> Line:
    match = _NAME.match(raw)
    if match is None:
        return Line("", "", raw, start, end)
    colon = _colon(raw, match.end())
    if colon is None:
        return Line("", "", raw, start, end)
    return Line(match.group().upper(), raw[match.end() : colon], raw[colon + 1 :], start, end)


def _colon(raw: str, at: int) -> int | None:
    """Return where the value's colon is: the first one outside double quotes."""
    if '"' not in raw:
        return None if (found := raw.find(":", at)) < 0 else found
    quoted = False
    for index in range(at, len(raw)):
        if raw[index] == '"':
            quoted = not quoted
        elif raw[index] == ":" and not quoted:
            return index
    return None


def parameters(params: str) -> Iterator[tuple[str, str]]:
    """Yield a line's parameters as (NAME, value without quotes)."""
    if not params:
        return
    start, quoted = 0, False
    for index, char in enumerate(params + ";"):
        if char == '"':
            quoted = not quoted
        elif char == ";" and not quoted:
            name, equals, value = params[start:index].partition("=")
            if equals:
                yield name.strip().upper(), value.strip().strip('"')
            start = index + 1


def escape(text: str) -> str:
    """Return `text` as a TEXT value (RFC 5545 section 3.3.11): one line, no controls."""
    return "".join(_ESCAPES.get(char, char) for char in squash(text))


def unescape(value: str) -> str:
    """Return what a TEXT value says."""
    return _UNESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def write(name: str, value: str, params: str = "", *, ending: str = "\r\n") -> str:
    """Return a folded content line of ours. `value` is already in its property's syntax.

    Raises ValueError, not only under assertions, for a control character or a line separator anywhere:
    no value can become a second content line.
    """
    line = f"{name}{params}:{value}"
    if any(char < " " or "\x7f" <= char <= "\x9f" or char in "\u2028\u2029" for char in line):
        raise ValueError(f"control character in {name}")
    return fold(line, ending)


def fold(line: str, ending: str = "\r\n") -> str:
    """Return a line folded at 75 octets without splitting a character, with its ending."""
    folded: list[str] = []
    size = 0
    for char in line:
        width = len(char.encode("utf-8", "surrogatepass"))
        if size + width > 75:
            folded.append(ending + " ")
            size = 1
        folded.append(char)
        size += width
    return "".join(folded) + ending
