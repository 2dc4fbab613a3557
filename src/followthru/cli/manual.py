"""The manual pages, made from the tables of commands and of configuration keys: `man followthru`.

They are written in the macros of man(7), in ASCII, so that man-db and mandoc both read them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from inspect import cleandoc

import click

from followthru import __version__
from followthru.actions.registry import by_id
from followthru.cli.commands import SECTIONS, Entry
from followthru.cli.describe import EXIT_CODES, HOLDS, command_of, shown_options
from followthru.config import keys

AS_OF = "2026-11-26"
"""The day that a page shows at its foot, as man(7) wants one."""

ABOUT = (
    "followthru keeps promises: what was promised to whom, how much wiggle room is left, and whether they have been "
    "told. It shows them on a calendar, takes back what is moved there, and writes the people who wait a short update "
    "that you read first.",
    "Without a command it opens the terminal screen; `?` there shows the keys.",
)

ABOUT_CONFIG = (
    "`config.toml` lies where `followthru config path` says. followthru runs without it. A key that is not known is an "
    "error, told with file, line, key and the nearest known key. `followthru config check` reads the file.",
)

ENVIRONMENT = (
    ("FOLLOWTHRU_HOME", "A folder that holds everything instead of the usual places: a second store, or one to try."),
    ("VISUAL, EDITOR", "The editor in which texts are written."),
    ("NO_COLOR", "If it is set, the terminal screen has no colours."),
    ("TZ", "This machine's timezone, where `[me] timezone` does not say yours."),
)

FILES = (
    ("~/.config/followthru/config.toml", "The configuration, see followthru-config(5)."),
    ("~/.local/share/followthru/followthru.db", "Everything you enter, on a disk of this computer."),
    ("~/.local/state/followthru/log/", "Logs: ids and counts, no words of yours."),
)

EXAMPLES = (
    (
        "followthru add Renew malpractice cover by in 3 weeks to dana @oak-street",
        "A task, its promise, and that Dana knows it.",
    ),
    (
        'followthru promise 1 in 4 weeks --because "the insurer asked for one more form"',
        "Move a date that somebody was told.",
    ),
    ("followthru list health:late @oak-street", "What is late at one practice."),
)

_PLAIN = str.maketrans({"…": "...", "–": "-", "—": "-", "“": '"', "”": '"', "’": "'", "·": "-", "→": "->"})
_SPECIAL = str.maketrans({"\\": "\\e", "-": "\\-", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha", "~": "\\(ti"})


def commands_manual() -> str:
    """Return followthru(1)."""
    parts = [*_head("followthru", 1, "promises, wiggle room and follow-through"), ".SH SYNOPSIS", ".B followthru"]
    parts += ["[\\fICOMMAND\\fR [\\fIARGUMENT\\fR...]]", ".SH DESCRIPTION", *_paragraphs(ABOUT)]
    for one in HOLDS:
        parts += [".IP \\(bu 2", _inline(one)]
    parts.append(".SH COMMANDS")
    for heading, group in SECTIONS:
        parts.append(f".SS {_plain(heading)}")
        for entry in group:
            parts += _command(entry) if entry.where else []
    parts += [".SH EXIT STATUS", *_terms((str(code.value), means) for code, means in EXIT_CODES.items())]
    parts += [".SH ENVIRONMENT", *_terms(ENVIRONMENT), ".SH FILES", *_terms(FILES)]
    parts += [".SH EXAMPLES", *_terms(EXAMPLES), ".SH SEE ALSO", ".BR followthru\\-config (5)"]
    return _page(parts)


def config_manual() -> str:
    """Return followthru-config(5)."""
    parts = [*_head("followthru-config", 5, "the configuration of followthru"), ".SH DESCRIPTION"]
    parts += _paragraphs(ABOUT_CONFIG)
    for section in keys.SECTIONS:
        parts += [
            f".SH {_plain(f'[[{section.name}]]' if section.many else f'[{section.name}]')}",
            _inline(section.words),
        ]
        for key in () if section.free else keys.of(section.name).values():
            parts += _terms([(key.name, f"{key.words} {_takes(key)}")])
    parts += [".SH SEE ALSO", ".BR followthru (1)"]
    return _page(parts)


def _takes(key: keys.Key) -> str:
    """Return in words what a key takes and what it is without a value."""
    takes = " or ".join(f'"{word}"' for word in key.choices) or key.kind.value
    default = keys.default_text(key)
    without = "it is required" if key.required else f"default {default}" if default else "none by default"
    return f"Takes {takes}; {without}."


def _head(name: str, section: int, words: str) -> list[str]:
    title = f'.TH {_plain(name.upper())} {section} "{AS_OF}" "followthru {__version__}" "followthru"'
    return [title, ".SH NAME", f"{_plain(name)} \\- {_plain(words)}"]


def _command(entry: Entry) -> Iterator[str]:
    """Yield one command: how it is written, its help, and a tagged paragraph for each option."""
    command = command_of(entry.name)
    yield from (".TP", f".B followthru {_plain(by_id(entry.name).cli or entry.name)}")
    for number, part in enumerate(cleandoc(command.help or "").split("\n\n")):
        if part.startswith("\b"):
            laid_out = (_plain(line) for line in part.removeprefix("\b").strip("\n").splitlines())
            yield from (".IP", ".nf", *laid_out, ".fi")
        else:
            yield from ((".IP",) if number else ())
            yield _inline(part)
    yield from _options(command)


def _options(command: click.Command) -> Iterator[str]:
    options = list(shown_options(command))
    if options:
        yield ".RS"
        yield from _terms(options)
        yield ".RE"


def _terms(pairs: Iterator[tuple[str, str]] | tuple[tuple[str, str], ...] | list[tuple[str, str]]) -> list[str]:
    return [line for term, words in pairs for line in (".TP", f".B {_plain(term)}", _inline(words))]


def _paragraphs(texts: tuple[str, ...]) -> list[str]:
    return "\n.PP\n".join(_inline(text) for text in texts).splitlines()


def _inline(markdown: str) -> str:
    """Return a sentence of Markdown: what is between back ticks in bold, a link as its words."""
    text = " ".join(re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", markdown).split())
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return _plain(text)
    said = [f"\\fB{_escaped(part)}\\fR" if number % 2 else _escaped(part) for number, part in enumerate(parts)]
    return _not_a_macro("".join(said))


def _plain(text: str) -> str:
    return _not_a_macro(_escaped(text))


def _escaped(text: str) -> str:
    return text.translate(_PLAIN).translate(_SPECIAL)


def _not_a_macro(line: str) -> str:
    """Keep a line that begins with a point from being read as a macro."""
    return f"\\&{line}" if line.startswith(".") else line


def _page(parts: list[str]) -> str:
    return "\n".join(['.\\" Made from the tables of the program: `make pages`.', *parts, ""])


PAGES: Mapping[str, Callable[[], str]] = {
    "man1/followthru.1": commands_manual,
    "man5/followthru-config.5": config_manual,
}
"""Each manual page by its place below `share/man`."""
