"""Read `config.toml` into values, telling every problem with its file, line and key.

Every command reads it, so what only a faulty file needs is loaded when one is found. Zones, cadences and saved lists
are checked by `check`, not on every read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from followthru.config import keys
from followthru.config.problems import ConfigError, Problem, Where, error_in
from followthru.config.values import (
    Account,
    Calendar,
    CalendarFile,
    Config,
    Daemon,
    MailAccount,
    Me,
    OAuth,
    Screen,
    StoreSettings,
    Updates,
    is_view_name,
)
from followthru.domain.toml_text import LARGEST, loads
from followthru.errors import UsageError

PORTS = {"tls": 465, "starttls": 587, "plain": 25}


def load(path: Path) -> Config:
    """Return the configuration in a file, and the default one if there is no file.

    Raises ConfigError naming file, line and key of everything that is wrong with it.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        return default()
    except OSError as error:
        raise ConfigError(path, [(None, f"cannot be read: {error.strerror}")]) from None
    if len(data) > LARGEST:
        raise ConfigError(path, [(None, f"is larger than {LARGEST // 1024} KB, too large for a configuration")])
    return parse(decoded(data, path), path)


def default() -> Config:
    """Return the configuration of an empty file."""
    read = {section.name: _defaults(section.name) for section in keys.SECTIONS if not section.many}
    return _built(read, {section.name: [] for section in keys.SECTIONS if section.many})


def parse(text: str, path: Path) -> Config:
    """Return the configuration that a text says. `path` is its file, which relative paths start from.

    Raises ConfigError as `load` does.
    """
    import tomllib

    try:
        data = loads(text, "a configuration")
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(path, text, str(error)) from None
    reader = _Reader(data, path.parent)
    config = reader.config()
    if config is not None and (config.accounts or config.calendars or config.calendar_files or config.mail):
        from followthru.config.rules import broken_rules

        reader.problems.extend(broken_rules(config))
    if config is None or reader.problems:
        raise error_in(path, text, reader.problems)
    return config


def check(path: Path, *, parse_cadence: Callable[[str], object]) -> Config:
    """Return the configuration in a file after checking what reading leaves out: timezone, cadence, saved lists.

    `parse_cadence` raises UsageError for a cadence that is none. Raises ConfigError as `load` does.
    """
    from followthru.domain.clock import check_timezone

    config = load(path)
    problems: list[Problem] = []
    for where, value, read in (
        (("me", "timezone"), config.me.timezone, check_timezone),
        (("updates", "default_cadence"), config.updates.default_cadence, parse_cadence),
        *((("views", name), words, _read_view) for name, words in config.views),
    ):
        try:
            if value is not None:
                read(value)
        except UsageError as error:
            problems.append(Problem(where, f"{error.message} {error.remedy}".rstrip()))
    if problems:
        raise error_in(path, decoded(path.read_bytes(), path), problems)
    return config


def _read_view(words: str) -> object:
    """Read the words of a saved list. Raises UsageError; a practice or a person that is not known is not seen here."""
    from followthru.domain.filter import parse_filter, split
    from followthru.domain.orders import taken

    return parse_filter(taken(split(words))[0])


class _Reader:
    """Reads the tables of one file and keeps what is wrong with them."""

    def __init__(self, data: Mapping[str, object], folder: Path) -> None:
        self._data = data
        self._folder = folder
        self.problems: list[Problem] = []

    def config(self) -> Config | None:
        """Return the configuration, or None if a table cannot be read."""
        for name in self._data.keys() - set(keys.section_names()):
            self._unknown_section(name)
        one = {section.name: self._one(section.name) for section in keys.SECTIONS if not section.many}
        many = {section.name: self._many(section.name) for section in keys.SECTIONS if section.many}
        return None if self.problems else _built(one, many)

    def _one(self, section: str) -> dict[str, Any]:
        table = self._data.get(section, {})
        if not isinstance(table, dict):
            self.problems.append(Problem((section,), f"expected one table, [{section}]"))
            return {}
        return self._table((section,), cast("dict[str, object]", table))

    def _many(self, section: str) -> list[dict[str, Any]]:
        tables = self._data.get(section, [])
        rows = cast("list[object]", tables) if isinstance(tables, list) else None
        if rows is None or not all(isinstance(row, dict) for row in rows):
            self.problems.append(Problem((section,), f"expected a table for each, [[{section}]]"))
            return []
        return [self._table((section, index), cast("dict[str, object]", row)) for index, row in enumerate(rows)]

    def _table(self, where: Where, table: dict[str, object]) -> dict[str, Any]:
        """Return a table's values by key, with defaults for what it leaves out."""
        section = str(where[0])
        known = keys.of(section)
        if section == "keys":
            return {name: self._own_keys((*where, name), value) for name, value in table.items()}
        if section == "views":
            return {name: self._view((*where, name), name, value) for name, value in table.items()}
        for name in table.keys() - known.keys():
            self._unknown_key(where, name, known)
        values = _defaults(section)
        for name, key in known.items():
            if name in table:
                self._value((*where, name), key, table[name], values)
            elif key.required:
                self.problems.append(Problem(where, f"needs {name}: {key.words}"))
        return values

    def _own_keys(self, where: Where, value: object) -> tuple[str, ...]:
        """Return the keys that a command is given: one, or a list."""
        given = cast("list[object]", value) if isinstance(value, list) else [value]
        if not all(isinstance(one, str) and one for one in given):
            self.problems.append(Problem(where, 'expected a key such as "z" or "ctrl+y", or a list of keys'))
            return ()
        return tuple(str(one) for one in given)

    def _view(self, where: Where, name: str, value: object) -> str:
        """Return the words of a saved list."""
        if not is_view_name(name):
            self.problems.append(Problem(where, "expected a name of small letters, digits and dashes"))
        if not isinstance(value, str):
            self.problems.append(Problem(where, 'expected the words of a filter, such as "@oak-street sort:title"'))
            return ""
        return value

    def _value(self, where: Where, key: keys.Key, value: object, values: dict[str, Any]) -> None:
        from followthru.config.convert import WrongValueError, convert

        try:
            values[key.name] = convert(key, value, self._folder)
        except WrongValueError as error:
            self.problems.append(Problem(where, str(error)))

    def _unknown_section(self, name: str) -> None:
        from followthru.domain.nearest import did_you_mean

        home = next((key.section for key in keys.KEYS if key.name == name), None)
        hint = f"It belongs under [{home}]." if home else did_you_mean(name, keys.section_names())
        self.problems.append(Problem((name,), f"there is nothing called this. {hint}".rstrip()))

    def _unknown_key(self, where: Where, name: str, known: Mapping[str, keys.Key]) -> None:
        from followthru.domain.nearest import did_you_mean

        gone = keys.GONE.get((str(where[0]), name))
        hint = gone or did_you_mean(name, known) or f"Known are {', '.join(known)}."
        self.problems.append(Problem((*where, name), f"there is no such key. {hint}"))


def _defaults(section: str) -> dict[str, Any]:
    """Return a table's values where the file says nothing."""
    return {name: key.default for name, key in keys.of(section).items()}


def _built(one: Mapping[str, dict[str, Any]], many: Mapping[str, list[dict[str, Any]]]) -> Config:
    """Return the configuration from the values of its tables."""
    return Config(
        me=Me(**one["me"]),
        store=StoreSettings(**one["store"]),
        accounts=tuple(Account(**values) for values in many["accounts"]),
        calendars=tuple(_calendar(values) for values in many["calendars"]),
        mail=tuple(_mail(values) for values in many["mail"]),
        updates=Updates(**one["updates"]),
        daemon=Daemon(**one["daemon"]),
        calendar_files=tuple(CalendarFile(**values) for values in many["calendar_files"]),
        screen=Screen(**one["screen"]),
        keys=tuple(one["keys"].items()),
        views=tuple(one["views"].items()),
    )


def _calendar(values: dict[str, Any]) -> Calendar:
    """Return a calendar, named after its practices and audience if it has no name."""
    name = values["name"] or "-".join((*values["practices"], values["audience"]))
    rest = {key: value for key, value in values.items() if key not in ("name", "as")}
    return Calendar(name=name, as_=values["as"], **rest)


def _mail(values: dict[str, Any]) -> MailAccount:
    """Return a mail account with its security and port settled from each other."""
    security = values["security"] or ("starttls" if values["port"] == PORTS["starttls"] else "tls")
    port = values["port"] or (PORTS[security] if values["transport"] == "smtp" else None)
    rest = {key: value for key, value in values.items() if key not in ("from", "security", "port", "oauth")}
    oauth = _scoped(values["oauth"], values["transport"], reading=values.get("incoming") is not None)
    return MailAccount(from_=values["from"], security=security, port=port, oauth=oauth, **rest)


def _scoped(oauth: OAuth | None, transport: str, *, reading: bool) -> OAuth | None:
    """Return how a mail account signs in, with its provider's scope for the transport where the file names none."""
    if oauth is None or oauth.scope:
        return oauth
    from followthru.config.providers import scope_of

    return oauth._replace(scope=scope_of(oauth.provider, transport, reading=reading) or "")


def decoded(data: bytes, path: Path) -> str:
    """Return a file's text. Raises ConfigError if it is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(path, [(line, "is not UTF-8 text")]) from None


def _not_toml(path: Path, text: str, words: str) -> Exception:
    """Return the error for a text that is not TOML, with the line that TOML's own words name."""
    import re

    found = re.fullmatch(r"(?P<words>.*) \(at (?:line (?P<line>[0-9]+), column [0-9]+|end of document)\)", words)
    if not found:
        return ConfigError(path, [(None, f"is not TOML: {words}")])
    line = int(found["line"]) if found["line"] else text.rstrip("\n").count("\n") + 1
    return ConfigError(path, [(line, f"is not TOML: {found['words']}")])
