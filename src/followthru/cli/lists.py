"""`list` and `search`: tasks by filter, tasks by words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from followthru.cli import answer, options, out
from followthru.cli.seen import look, look_up
from followthru.cli.session import Session
from followthru.domain.plain import one_line
from followthru.store import tasks

if TYPE_CHECKING:
    from followthru.actions.context import Context

COUNTED = 1000


@click.command("list", context_settings=options.LINE)
@click.argument("words", nargs=-1, metavar="[FILTER…]")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many at most.")
@click.option("--all", "every", is_flag=True, help="Without a limit.")
@options.as_json
@options.plain
@click.pass_obj
def list_tasks(session: Session, words: tuple[str, ...], limit: int, every: bool) -> None:
    """Open tasks by date. A filter narrows them: all its words must hold, and `-` before one turns it round.

    \b
    @oak-street     at a practice           status:waiting  in a status
    #insurance      with a tag              health:late     by health
    +marisol        done by somebody        waiting:dana    waiting on somebody
    by:fri          with a date until then  told:dana       told to somebody
    is:untold       promised and untold     is:stalled      not moved for long
    is:out-of-step  told another date       pri:high        by priority
    malpractice     a word of the title     all, done       closed ones too, done ones
    """
    ctx = session.ctx
    query = _query(ctx, words) if words else tasks.OPEN
    found = tasks.rows(ctx.read, query, limit=-1 if every else limit)
    seen = look(ctx, found)
    if session.json:
        out.json_array(one.json() for one in seen)
    elif seen:
        answer.lines(session, seen)
    else:
        out.words("No task fits." if words else "Nothing is open.")
    if not every and len(found) == limit:
        _say_what_is_left(session, query, limit)


def _query(ctx: Context, words: tuple[str, ...]) -> tasks.Query:
    from followthru.actions.filters import query_for

    return query_for(ctx, ctx.read, words)


def _say_what_is_left(session: Session, query: tasks.Query, limit: int) -> None:
    left = tasks.count(session.ctx.read, query, most=limit + COUNTED + 1) - limit
    if left:
        from followthru.cli.table import more_words

        out.words(more_words(min(left, COUNTED), at_least=left > COUNTED))


@click.command("search", context_settings=options.LINE)
@click.argument("words", nargs=-1, required=True, metavar="WORDS")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many at most.")
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
