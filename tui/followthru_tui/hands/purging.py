"""A client has left: what goes is shown, and the practice's name is typed before anything does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from followthru.errors import FollowthruError, UsageError
from followthru.typed_path import expanded
from followthru_tui import linewords
from followthru_tui.asking import Question, words
from followthru_tui.dispatch import Handler
from followthru_tui.feed import Said
from followthru_tui.hands.main import Main
from followthru_tui.palette import Tone
from followthru_tui.previewwords import Preview

if TYPE_CHECKING:
    from followthru.actions import purging
    from followthru.actions.desk import Desk

_OPTIONS = {"package": "PLACE|none", "calendars": "leave|delete", "backups": "keep|remove"}
_ROOM = 12
"""Lines that what goes may take."""
_WRAPS = 5
"""Lines more that it may take where the screen is narrow."""


class PurgeHands:
    """Purges a practice, in two lines: which and how, then its name."""

    def __init__(self, main: Main) -> None:
        self._main = main

    def handlers(self) -> dict[str, Handler]:
        """Return what runs each command of this kind."""
        return {"practice purge": self._which}

    def _which(self) -> None:
        hint = f"SLUG {linewords.listed(_OPTIONS)}"

        def read(line: str) -> Preview:
            try:
                found = linewords.options(line, ("slug",), _OPTIONS)
            except FollowthruError as error:
                return words(error.message, hint, tone=Tone.RISK)
            return words(" · ".join(f"{k} {v}" for k, v in found.items()), hint)

        def enter(line: str) -> None:
            given = linewords.options(line, ("slug",), _OPTIONS)
            _check(given, hint)

            def look(desk: Desk) -> tuple[purging.Preview, list[str]]:
                return _seen(desk, given)

            self._main.look_first(
                "purge",
                lambda feed: feed.look(look),
                lambda found: self._confirm(given, found[0].practice.slug, found[1]),
            )

        example = "oak-street --package ~/oak-street.zip --calendars delete"
        self._main.ask(Question("practice purge", "purge", read, enter, placeholder=example))

    def _confirm(self, given: Mapping[str, str], slug: str, lines: list[str]) -> None:
        def read(line: str) -> Preview:
            ask = f"Type {slug} and Enter: then it is gone. Escape leaves everything as it is."
            return words(ask, *lines, tone=Tone.RISK if line.strip() == slug else Tone.DIM)

        def enter(line: str) -> None:
            if line.strip() != slug:
                raise UsageError("It was not confirmed.", safe="Nothing was changed.", remedy=f"Type {slug}.")
            self._main.act(lambda desk: _purge(desk, slug, given))

        question = Question(
            f"purge {slug}", f"Type {slug} ", read, enter, lines=min(len(lines) + 1, _ROOM), more=_WRAPS
        )
        self._main.ask(question)


def _check(given: Mapping[str, str], hint: str) -> None:
    missing = [name for name in ("slug", "package") if not given.get(name)]
    if missing:
        raise UsageError(f"The {' and the '.join(missing)} is missing.", safe="Nothing was changed.", remedy=hint)
    for name in ("calendars", "backups"):
        allowed = _OPTIONS[name].split("|")
        if given.get(name, allowed[0]) not in allowed:
            raise UsageError(f"{name} is {' or '.join(allowed)}.", safe="Nothing was changed.")


def _package(given: Mapping[str, str]) -> Path | None:
    return None if given["package"] == "none" else expanded(given["package"]).absolute()


def _seen(desk: Desk, given: Mapping[str, str]) -> tuple[purging.Preview, list[str]]:
    from followthru.actions import purge_words, purging

    seen = purging.preview(desk, given["slug"])
    purge_words.check(seen, package=given["package"], no_package=False, calendars=given.get("calendars"))
    return seen, purge_words.lines(seen, desk.ctx.store.clock.now())


def _purge(desk: Desk, slug: str, given: Mapping[str, str]) -> Said:
    from followthru.actions import purge_words, purging

    _, done = purging.purge(
        desk,
        slug,
        package=_package(given),
        delete_events=given.get("calendars") == "delete",
        remove_backups=given.get("backups") == "remove",
    )
    return Said(" ".join(purge_words.done_lines(done)), None, True)
