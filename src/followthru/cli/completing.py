"""What a shell offers behind Tab beside commands and options: practices, people, open tasks, saved views, orders.

The words of a command's own table say what belongs where: `SLUG`, `PERSON`, `ID`, `VIEW`. Nothing is made, changed
or said: where there is no store yet, or it cannot be read, nothing is offered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import click
from click.shell_completion import CompletionItem

from followthru.cli.session import Session
from followthru.domain.orders import GROUPS, SORTS
from followthru.errors import FollowthruError

MOST = 200
"""Of how many tasks a choice is offered."""

Offer = tuple[str, str]
"""A word that may stand there, and what it means."""


def teach(command: click.Command) -> None:
    """Let what a command takes offer what the store has."""
    for param in command.params:
        source = _source(param)
        if source is not None and isinstance(param.type, click.types.StringParamType):
            param.type = Offered(source)


class Offered(click.types.StringParamType):
    """A text for which the store offers words; it takes any other as well."""

    def __init__(self, source: Callable[[Session], Iterator[Offer]]) -> None:
        self._source = source

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return what begins as the word that is typed does."""
        session = ctx.find_object(Session)
        if session is None or not _there(session):
            return []
        try:
            found = list(self._source(session))
        except FollowthruError:
            return []
        return [CompletionItem(word, help=said) for word, said in found if word.startswith(incomplete)]


def _there(session: Session) -> bool:
    """Tell whether there is a store to read: looking for words does not make one."""
    from followthru.config.reading import load

    try:
        return session.home.with_store(load(session.home.config)).database.is_file()
    except FollowthruError:
        return False


def _source(param: click.Parameter) -> Callable[[Session], Iterator[Offer]] | None:
    shown = (param.metavar or "").strip("[]…").partition("|")[0]
    if shown == "ID" and param.name not in ("task", "ids"):
        return None  # of an update, a meeting, a note
    return SOURCES.get(shown)


def _practices(session: Session) -> Iterator[Offer]:
    from followthru.store import practices

    for one in practices.all_practices(session.ctx.read):
        yield one.slug, one.name


def _people(session: Session) -> Iterator[Offer]:
    from followthru.store import practices

    read = session.ctx.read
    known = {
        person.handle: person.name
        for one in practices.all_practices(read)
        for person in practices.members(read, one.id)
    }
    yield from known.items()


def _tasks(session: Session) -> Iterator[Offer]:
    from followthru.domain.plain import one_line
    from followthru.store import tasks

    for row in tasks.rows(session.ctx.read, tasks.OPEN, limit=MOST):
        yield str(row.id), one_line(row.title)


def _views(session: Session) -> Iterator[Offer]:
    yield from session.desk.config.views


SOURCES: Mapping[str, Callable[[Session], Iterator[Offer]]] = {
    "SLUG": _practices,
    "PRACTICE": _practices,
    "PERSON": _people,
    "ID": _tasks,
    "VIEW": _views,
    "SORT": lambda _: iter(SORTS.items()),
    "GROUP": lambda _: iter(GROUPS.items()),
}
"""Who offers words, by the name that help shows for what is taken."""
