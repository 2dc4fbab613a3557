"""`calendar`: which calendars show what, and what they ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from followthru.cli import options, out
from followthru.cli.confirming import ask_for_name
from followthru.cli.session import Session
from followthru.errors import Exit, RefusedError, UsageError

if TYPE_CHECKING:
    from followthru.actions.calendar_questions import OpenQuestion
    from followthru.actions.calendar_standing import CalendarStanding
    from followthru.config.values import Calendar


@click.command("add")
@click.argument("name", metavar="NAME")
@click.option("--account", required=True, metavar="ACCOUNT", help="On which account.")
@click.option("--collection", metavar="NAME|URL", help="A calendar that exists there; without it, one is made.")
@click.option(
    "--practice", "practices", multiple=True, metavar="SLUG", help="Show only this practice; may be repeated."
)
@click.option(
    "--audience", type=click.Choice(["me", "owners", "team"]), default="me", show_default=True, help="Who reads it."
)
@click.option(
    "--as",
    "as_",
    type=click.Choice(["events", "tasks"]),
    default="events",
    show_default=True,
    help="What a promise is there: an event, or a todo that can be ticked.",
)
@click.option("--targets", is_flag=True, help="Show your own targets as well; of a todo, as the day it begins.")
@click.option("--share-existing", is_flag=True, help="Use a calendar that holds other things; they are left alone.")
@options.as_json
@click.pass_obj
def add(
    session: Session, name: str, account: str, collection: str | None, practices: tuple[str, ...],
    audience: str, as_: str, targets: bool, share_existing: bool,
) -> None:  # fmt: skip
    """Show promises and deadlines on a calendar, and take over what is moved or ticked there."""
    from followthru.actions import calendars, lookup
    from followthru.config.values import Calendar

    slugs = tuple(lookup.practice(session.ctx.read, one).slug for one in practices)
    created = collection is None
    wanted = Calendar(name, account, collection, created, slugs, audience, as_, targets, share_existing)
    desk, url = calendars.add(session.desk, wanted)
    made = "was made on its server" if created else "is used"
    out.words(f"Calendar {name} {made} and stands in {desk.home.config}. `followthru sync` fills it.")
    _say_unmeasured(session, name)
    _answer(session, desk.config.calendar(name), url)


def _say_unmeasured(session: Session, name: str) -> None:
    """Say that a fault of our own stopped the measurement of a calendar's server, if one did."""
    from followthru.actions.probing import why_unmeasured

    if (words := why_unmeasured(session.ctx.read, name)) is not None:
        out.words(words)


@click.command("list")
@options.as_json
@click.pass_obj
def list_calendars(session: Session) -> None:
    """Calendars, what they show and how they stand."""
    from followthru.actions.calendar_standing import standings
    from followthru.cli.standing_words import standing_json

    every = standings(session.desk)
    if session.json:
        out.json_array(standing_json(one) for one in every)
        return
    if not every:
        out.words("No calendar is set up. `followthru calendar add NAME --account ACCOUNT` adds one.")
        return
    out.table([_row(session, one) for one in every], stretch=3)


def _row(session: Session, one: CalendarStanding) -> tuple[str, ...]:
    from followthru.cli.standing_words import good_words

    shows = ", ".join(f"@{slug}" for slug in one.practices) or "all practices"
    asks = f"asks {one.questions}" if one.questions else ""
    return (one.calendar, one.account, shows, good_words(session, one), "fault" if one.fault else "", asks)


@click.command("setup")
@click.argument("name", metavar="[NAME]", required=False)
@click.option("--new", is_flag=True, help="Make another collection in the place of NAME's.")
@options.as_json
@click.pass_obj
def setup(session: Session, name: str | None, new: bool) -> None:
    """Find or make the collection of a calendar that was written into config.toml by hand, or of all such.

    One that has moved on its server is followed. One that is gone is made anew with --new, and everything is published
    to it.
    """
    from followthru.actions.calendars import set_up
    from followthru.actions.lookup_config import calendar_named

    config = session.desk.config
    if new and name is None:
        raise UsageError("--new takes the name of one calendar.", safe="Nothing was changed.")
    wanted = config.calendars if name is None else (calendar_named(config, name),)
    done = [(one, set_up(session.desk, one, new=new)) for one in wanted]
    for one in wanted:
        _say_unmeasured(session, one.name)
    if session.json:
        out.json_array(_json(one, url) for one, url in done)
        return
    if not done:
        out.words("The configuration names no calendar. `followthru calendar add NAME --account ACCOUNT` adds one.")
    for one, url in done:
        out.data(f"{one.name}  {url}")


@click.command("probe")
@click.argument("name", metavar="NAME")
@click.option("--yes", is_flag=True, help="Also in a calendar that holds other things.")
@options.as_json
@click.pass_obj
def probe(session: Session, name: str, yes: bool) -> None:
    """Measure what a calendar's server does, on an object that is removed again; syncs follow what is seen."""
    from followthru.actions.calendars import probe_now
    from followthru.actions.lookup_config import calendar_named
    from followthru.cli.probe_words import probe_json, probe_rows

    calendar = calendar_named(session.desk.config, name)
    url, caps = probe_now(session.desk, calendar, allowed=yes)
    if session.json:
        out.json(probe_json(calendar.name, calendar.account, url, caps))
        return
    out.table(list(probe_rows(caps)), stretch=1)


@click.command("resolve")
@click.argument("what", metavar="[ID|NAME]", required=False)
@click.argument("choice", metavar="[ours|theirs]", required=False, type=click.Choice(["ours", "theirs"]))
@click.option("--confirm", is_flag=True, help="Accept that much is missing on calendar NAME, once.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@options.as_json
@click.pass_obj
def resolve(session: Session, what: str | None, choice: str | None, confirm: bool, yes: bool) -> int:
    """List what calendars ask; settle question ID, or all that calendar NAME asks; or accept a loss on NAME.

    `ours` keeps your value, or puts the event on the calendar again; `theirs` takes the calendar's.
    """
    if confirm:
        _confirm(session, what, choice, yes)
    elif choice is not None and what is not None and not what.isdecimal():
        return _settle_all(session, what, choice)
    elif choice is not None:
        _settle(session, what or "", choice)
    else:
        _list(session, what)
    return Exit.OK


def _list(session: Session, what: str | None) -> None:
    from followthru.actions import calendar_questions
    from followthru.actions.losses import losses
    from followthru.cli.question_words import loss_json, loss_lines, question_json, question_lines

    every = [
        one for one in calendar_questions.open_questions(session.ctx) if what in (None, one.calendar, str(one.link_id))
    ]
    lost = [one for one in losses(session.ctx.read, session.desk.config) if what in (None, one.calendar)]
    if session.json:
        out.json_array([*map(loss_json, lost), *map(question_json, every)])
        return
    if not every and not lost:
        _check_known(session, what)
        out.words("No calendar asks anything.")
    for loss in lost:
        for line in loss_lines(loss):
            out.data(line)
    for one in every:
        for line in question_lines(session.ctx, one):
            out.data(line)
    if every:
        all_ = f", `followthru calendar resolve {every[0].calendar} ours` all of that calendar" if every[1:] else ""
        out.words(f"`followthru calendar resolve ID ours` or `theirs` settles one{all_}.")


def _check_known(session: Session, what: str | None) -> None:
    """Raise NotFoundError for words that name neither a question nor a calendar."""
    if what is None:
        return
    if what.isdecimal():
        _question(session, what)
    from followthru.actions.lookup_config import calendar_named

    calendar_named(session.desk.config, what)


def _question(session: Session, what: str) -> OpenQuestion:
    """Return the open question of this number. Raises NotFoundError."""
    from followthru.actions import calendar_questions

    return calendar_questions.open_question(session.ctx, what)


def _settle(session: Session, what: str, choice: str) -> None:
    from followthru.actions import calendar_questions

    question = _question(session, what)
    done = calendar_questions.answer(session.ctx, question.link_id, calendar_questions.Choice(choice))
    out.words(done.words)
    if session.json:
        out.json(_settled_json(question, choice))


def _settle_all(session: Session, name: str, choice: str) -> int:
    """Answer all that a calendar asks in one way; what is refused stays asked. Raises NotFoundError."""
    from followthru.actions import calendar_questions
    from followthru.actions.lookup_config import calendar_named

    calendar_named(session.desk.config, name)
    every = [one for one in calendar_questions.open_questions(session.ctx) if one.calendar == name]
    settled: list[OpenQuestion] = []
    for one in every:
        try:
            words = calendar_questions.answer(session.ctx, one.link_id, calendar_questions.Choice(choice)).words
        except RefusedError as error:
            words = f"{one.link_id}: {error.sentences()}"
        else:
            settled.append(one)
        out.words(words)
    if not every:
        out.words(f"Calendar {name} asks nothing.")
    if session.json:
        out.json_array(_settled_json(one, choice) for one in settled)
    if len(settled) == len(every):
        return Exit.OK
    return Exit.PARTLY if settled else Exit.REFUSED


def _settled_json(one: OpenQuestion, choice: str) -> dict[str, object]:
    return {"id": one.link_id, "calendar": one.calendar, "task": one.task_id, "settled": choice}


def _confirm(session: Session, name: str | None, choice: str | None, yes: bool) -> None:
    from followthru.actions import calendar_questions
    from followthru.actions.lookup_config import calendar_named

    if name is None or choice is not None:
        raise UsageError("--confirm takes the name of one calendar.", safe="Nothing was changed.")
    calendar_named(session.desk.config, name)
    calendar_questions.check_loss(session.ctx.read, name)
    if not yes:
        ask_for_name(name, f"Events that are missing on {name} are taken as deleted there.")
    done = calendar_questions.confirm(session.ctx, name)
    out.words(done.words)
    if session.json:
        out.json({"calendar": name, "confirmed": True})


def _answer(session: Session, one: Calendar, url: str) -> None:
    if session.json:
        out.json(_json(one, url))
    else:
        out.data(f"{one.name}  {url}")


def _json(one: Calendar, url: str) -> dict[str, object]:
    return {
        "calendar": one.name,
        "account": one.account,
        "url": url,
        "audience": one.audience,
        "practices": list(one.practices),
        "as": one.as_,
        "targets": one.targets,
        "share_existing": one.share_existing,
    }
