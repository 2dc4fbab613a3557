"""`view`: lists of tasks that were saved under a name."""

from __future__ import annotations

import click

from followthru.actions import saved_views
from followthru.actions.saved_views import Saved, SavedView
from followthru.cli import options, out
from followthru.cli.lists import ordered
from followthru.cli.session import Session

Json = dict[str, object]

_view = click.argument("name", metavar="VIEW")


@click.command("list")
@options.as_json
@click.pass_obj
def list_views(session: Session) -> None:
    """The saved lists: each name, and what it shows. `followthru list --view VIEW` shows its tasks."""
    found = saved_views.views(session.desk.config)
    if session.json:
        out.json_array(_json(one) for one in found)
        return
    if not found:
        out.words("No view is saved. `followthru view save NAME FILTER…` saves one.")
    out.table([(one.name, one.line or "all open tasks") for one in found], stretch=1)


@click.command("save", cls=options.Line)
@click.argument("name", metavar="NAME")
@click.argument("words", nargs=-1, metavar="[FILTER…]")
@click.option("--sort", metavar="SORT", help="As in `list`.")
@click.option("--group", metavar="GROUP", help="As in `list`.")
@options.as_json
@click.pass_obj
def save(session: Session, name: str, words: tuple[str, ...], sort: str | None, group: str | None) -> None:
    """Save a filter of `list`, its order and its groups under a name, in place of what stands there.

    The screen offers it under `'` and in `:`.
    """
    given, order = ordered(words, sort, group)
    _answer(session, saved_views.save(session.desk, name, given, order))


@click.command("rename")
@_view
@click.argument("new", metavar="NEW")
@options.as_json
@click.pass_obj
def rename(session: Session, name: str, new: str) -> None:
    """Give a saved list another name."""
    _answer(session, saved_views.rename(session.desk, name, new))


@click.command("remove")
@_view
@options.as_json
@click.pass_obj
def remove(session: Session, name: str) -> None:
    """Take a saved list away. Its tasks stay; what it showed is said, to save it again."""
    _answer(session, saved_views.remove(session.desk, name))


def _answer(session: Session, found: Saved) -> None:
    out.words(f"{found.words}.")
    if session.json:
        out.json(_json(found.view))


def _json(one: SavedView) -> Json:
    order = one.order
    sort = "" if order.sort == "" and not order.down else f"{'-' if order.down else ''}{order.sort or 'date'}"
    return {
        "name": one.name,
        "filter": list(one.words),
        "sort": sort or None,
        "group": order.group or None,
        "line": one.line,
    }
