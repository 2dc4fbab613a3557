"""`promise`, `tell`, `target` and `defer`: the dates of a task."""

from __future__ import annotations

from datetime import date

import click

from followthru.actions import lookup, promises, tasks
from followthru.actions.evidence import since
from followthru.cli import answer, options, out
from followthru.cli.remarks import with_remarks
from followthru.cli.session import Session
from followthru.domain.asked import Asked
from followthru.domain.dateword import DateWord, read_date, shift_days
from followthru.domain.task import How, TaskRow
from followthru.domain.workdays import Roll
from followthru.errors import UsageError
from followthru.store.load import estimate
from followthru.store.tasks import set_buffer
from followthru.store.tasks import tellings as tasks_told

NOTHING = frozenset(("none", "-"))
TOLD = tuple(str(how) for how in How if how is not How.UNSPECIFIED)


def _read(session: Session, row: TaskRow, words: tuple[str, ...] | str) -> DateWord:
    """Read a date as the task's practice would: its today, its working days. Notes go to the user."""
    ctx = session.ctx
    text = words if isinstance(words, str) else " ".join(words)
    found = read_date(text, ctx.today_for(ctx.read, row.practice_id), ctx.order, _weekdays(session, row))
    out.words(*(f"Note: {note}." for note in found.notes))
    return found


def _weekdays(session: Session, row: TaskRow) -> frozenset[int]:
    from followthru.store.practices import work_calendar

    return work_calendar(session.ctx.read, row.practice_id).weekdays


@click.command("promise")
@click.argument("task", metavar="ID")
@click.argument("when", nargs=-1, required=True, metavar="DATE|none")
@click.option("--because", metavar="TEXT", help="Why it moves. Those who were told the old date will read it.")
@click.option(
    "--roll",
    type=click.Choice([str(one) for one in Roll]),
    help="Where it goes from a closed day; else by the practice.",
)
@options.as_json
@options.plain
@click.pass_obj
def promise(session: Session, task: str, when: tuple[str, ...], because: str | None, roll: str | None) -> None:
    """Promise a date, or move the one promised. DATE may have a clock time; `none` takes the promise back."""
    row = lookup.task(session.ctx.read, task)
    new = promises.NewPromise(None)
    if " ".join(when).casefold() not in NOTHING:
        found = _read(session, row, when)
        new = promises.NewPromise(_rolled(session, row, found.on, roll), found.at)
    done = promises.promise(session.ctx, row.id, new, because=because)
    people = [told.person for told in tasks_told(session.ctx.read, [row.id])[row.id] if not told.retracted]
    people += [handle for handle in (row.assignee, row.waiting_on) if handle]
    asked = Asked(row.practice, row.kind, row.audience, new.on, set_buffer(session.ctx.read, row.id))
    asked = asked._replace(people=tuple(people), since=since(session.ctx, session.ctx.read, row))
    asked = asked._replace(counted_on=new.on, minutes=estimate(session.ctx.read, row.id))
    answer.outcome(session, with_remarks(session, done, asked))


def _rolled(session: Session, row: TaskRow, on: date, roll: str | None) -> date:
    """Return where a promise goes from a closed day: as is asked for, else as its practice's rule says."""
    from followthru.domain.rolling import rolled
    from followthru.store import practices

    read = session.ctx.read
    rule = roll or (None if row.practice_id is None else practices.practice(read, row.practice_id).roll)
    calendar = practices.work_calendar(read, row.practice_id)
    there = rolled(on, rule, calendar, session.ctx.today_for(read, row.practice_id))
    out.words(*(() if there.note is None else (f"Note: {there.note}",)))
    return there.on


@click.command("tell")
@click.argument("task", metavar="ID")
@click.argument("person", metavar="PERSON")
@click.argument("when", nargs=-1, metavar="[DATE]")
@click.option("--how", type=click.Choice(TOLD), required=True, help="How they were told.")
@options.as_json
@options.plain
@click.pass_obj
def tell(session: Session, task: str, person: str, when: tuple[str, ...], how: str) -> None:
    """Record that PERSON was told a date: the promised one, unless another is given."""
    row = lookup.task(session.ctx.read, task)
    on = _read(session, row, when).on if when else None
    answer.outcome(session, promises.tell(session.ctx, row.id, person, on, how=How(how)))


@click.command("target")
@click.argument("task", metavar="ID")
@click.argument("when", nargs=-1, required=True, metavar="DATE|policy")
@options.as_json
@options.plain
@click.pass_obj
def target(session: Session, task: str, when: tuple[str, ...]) -> None:
    """Set your own date for a task; `policy` lets it follow the promise and the practice's buffer again."""
    row = lookup.task(session.ctx.read, task)
    on = None if " ".join(when).casefold() == "policy" else _read(session, row, when).on
    answer.outcome(session, promises.target(session.ctx, row.id, on))


@click.command("defer", cls=options.Line)
@click.argument("words", nargs=-1, required=True, metavar="ID… DATE|+7d")
@options.as_json
@options.plain
@click.pass_obj
def defer(session: Session, words: tuple[str, ...]) -> None:
    """Set when tasks start: on a date, or `+7d` calendar days from the later of today and their start."""
    given, when = _ids_and_date(words)
    rows = [lookup.task(session.ctx.read, one) for one in given]
    ids = list(dict.fromkeys(row.id for row in rows))
    shift = shift_days(when)
    to: date | None = None if shift is not None else _read(session, rows[0], when).on
    answer.outcome(session, tasks.defer(session.ctx, ids, to=to, by_days=shift), many=len(given) > 1)


def _ids_and_date(words: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Cut the words at the first that is no id: `3 4 in 2 weeks`. A date of one word may begin with a digit.

    Raises UsageError when either part is missing.
    """
    count = 0
    while count < len(words) and _is_id(words[count]):
        count += 1
    # `3 15 jan`: the number before a month is the day.
    if 1 < count < len(words) and words[count][:1].isalpha() and _reads(words[count - 1 :]):
        count -= 1
    if not count or count == len(words):
        raise UsageError("defer needs tasks and a date.", remedy="For instance: defer 3 4 +7d, or: defer 3 next mon.")
    return words[:count], " ".join(words[count:])


def _is_id(word: str) -> bool:
    hexadecimal = len(word) >= 4 and set(word.casefold()) <= set("0123456789abcdef-") and not _reads((word,))
    return word.isdecimal() or hexadecimal


def _reads(words: tuple[str, ...]) -> bool:
    from followthru.domain.dateword import DateOrder, match_date

    found = match_date(words, 0, date(2000, 1, 1), DateOrder.DMY)
    return found is not None and found.stop == len(words)
