"""`list` and `search`: tasks by filter, tasks by words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

import click

from followthru.cli import answer, options, out
from followthru.cli.seen import look, look_up
from followthru.cli.session import Session
from followthru.domain.orders import GROUPS, NO_GROUP, PLAIN, SORTS, Order, taken
from followthru.domain.plain import one_line
from followthru.domain.task import TaskRow
from followthru.store import tasks

if TYPE_CHECKING:
    from followthru.actions.context import Context

Part = tuple[str, str | None, Sequence[TaskRow]]
"""Tasks under one heading: its words, what they have in common, the tasks."""
COUNTED = 1000


@click.command("list", cls=options.Line)
@click.argument("words", nargs=-1, metavar="[FILTER…]")
@options.limit
@click.option("--all", "every", is_flag=True, help="Without a limit.")
@click.option("--sort", metavar="SORT", help=f"By {', '.join(SORTS)}; a - before it turns it round.")
@click.option("--group", metavar="GROUP", help=f"In parts by {', '.join(key for key in GROUPS if key != NO_GROUP)}.")
@click.option("--view", metavar="VIEW", help="What was saved under a name: `followthru view save`.")
@options.as_json
@options.plain
@click.pass_obj
def list_tasks(
    session: Session,
    words: tuple[str, ...],
    limit: int,
    every: bool,
    sort: str | None,
    group: str | None,
    view: str | None,
) -> None:
    """Open tasks by date. A filter narrows them: all its words must hold, and `-` before one turns it round.

    \b
    @oak-street     at a practice           status:waiting  in a status
    #insurance      with a tag              health:late     by health
    +marisol        done by somebody        waiting:dana    waiting on somebody
    by:fri          with a date until then  told:dana       told to somebody
    is:untold       promised and untold     is:stalled      not moved for long
    is:out-of-step  told another date       pri:high        by priority
    malpractice     a word of the title     all, done       closed ones too, done ones
    sort:title      as --sort title         group:person    as --group person
    """
    ctx = session.ctx
    given, order = ordered(words, sort, group, *_saved(session, view))
    query = _query(ctx, given) if given else tasks.OPEN
    most = -1 if every else limit
    parts = [("", None, tasks.rows(ctx.read, query, limit=most))] if order.plain else _parts(ctx, query, order, most)
    count = _answer(session, parts, grouped=bool(order.group))
    if not count:
        out.words("No task fits." if given else "Nothing is open.")
    if not every and count == limit:
        _say_what_is_left(session, query, limit)


def _saved(session: Session, view: str | None) -> tuple[tuple[str, ...], Order]:
    if view is None:
        return (), PLAIN
    from followthru.actions.saved_views import find

    found = find(session.desk.config, view)
    return found.words, found.order


def ordered(
    words: tuple[str, ...], sort: str | None, group: str | None, before: tuple[str, ...] = (), order: Order = PLAIN
) -> tuple[tuple[str, ...], Order]:
    """Return a filter without what it says of the order, and the order.

    An option goes before a word, and a word before the order that is given. Raises UsageError for an unknown one.
    """
    rest, order = taken((*before, *words), order)
    order = order if sort is None else order.sorted_by(sort)
    return tuple(rest), order if group is None else order.grouped_by(group)


def _parts(ctx: Context, query: tasks.Query, order: Order, most: int) -> list[Part]:
    from followthru.actions.arranging import groups

    found = groups(ctx, ctx.read, query, order, limit=most)
    return [(one.words, one.key, tasks.by_ids(ctx.read, one.ids)) for one in found]


def _answer(session: Session, parts: Sequence[Part], *, grouped: bool) -> int:
    """Write tasks, each part under its heading; return how many there are."""
    seen = look(session.ctx, [row for _, _, rows in parts for row in rows])
    if session.json:
        keys = [key for _, key, rows in parts for _ in rows]
        more = [{"group": key} if grouped else {} for key in keys]
        out.json_array({**one.json(), **also} for one, also in zip(seen, more, strict=True))
        return len(seen)
    from followthru.cli.table import task_lines

    headed = grouped and not session.plain
    lines = iter(task_lines(seen, plain=session.plain, lead="  " if headed else ""))
    for words, _, rows in parts:
        if headed:
            out.data(f"{words} ({len(rows)})")
        group = f"group: {words}; " if grouped and session.plain else ""
        for line in islice(lines, len(rows)):
            out.data(f"{group}{line}")
        if headed:
            out.data("")
    return len(seen)


def _query(ctx: Context, words: tuple[str, ...]) -> tasks.Query:
    from followthru.actions.filters import query_for

    return query_for(ctx, ctx.read, words)


def _say_what_is_left(session: Session, query: tasks.Query, limit: int) -> None:
    left = tasks.count(session.ctx.read, query, most=limit + COUNTED + 1) - limit
    if left:
        from followthru.cli.table import more_words

        out.words(more_words(min(left, COUNTED), at_least=left > COUNTED))


@click.command("search", cls=options.Line)
@click.argument("words", nargs=-1, required=True, metavar="WORDS")
@options.limit
@options.as_json
@options.plain
@click.pass_obj
def search(session: Session, words: tuple[str, ...], limit: int) -> None:
    """Tasks, closed ones too, whose title or notes hold all of these words or words beginning so; best first."""
    ctx = session.ctx
    seen = look_up(ctx, tasks.search(ctx.read, one_line(" ".join(words)), limit))
    if session.json:
        out.json_array(one.json() for one in seen)
    elif seen:
        answer.lines(session, seen)
    else:
        out.words("No task holds these words.")
