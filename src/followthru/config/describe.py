"""The reference page of the configuration, made from the table of keys: `make pages`."""

from __future__ import annotations

from followthru.config import keys

HEAD = """# Configuration

`config.toml` lies where `followthru config path` says. followthru runs without it. A key that is not known is an
error, told with file, line, key and the nearest known key. `config.example.toml` shows every key in use.

This page is made from the program's own table of keys.
"""


def reference_page() -> str:
    """Return the page as Markdown."""
    return "\n".join([HEAD, *(_section(section) for section in keys.SECTIONS)])


def _section(section: keys.Section) -> str:
    """Return one table of the file as a part of the page."""
    heading = f"[[{section.name}]]" if section.many else f"[{section.name}]"
    if section.free:
        return "\n".join([f"## `{heading}`", "", section.words, ""])
    rows = [_row(key) for key in keys.of(section.name).values()]
    table = ["| key | takes | default | what it is |", "|---|---|---|---|", *rows]
    return "\n".join([f"## `{heading}`", "", section.words, "", *table, ""])


def _row(key: keys.Key) -> str:
    takes = " or ".join(f'`"{word}"`' for word in key.choices) or key.kind.value
    return f"| `{key.name}` | {takes} | {_default(key)} | {key.words} |"


def _default(key: keys.Key) -> str:
    written = keys.default_text(key)
    return f"`{written}`" if written else "required" if key.required else "none"
