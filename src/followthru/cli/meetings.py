"""`meeting`: plan one, make its agenda, note what was told there."""

from __future__ import annotations

import click

from followthru.actions import meetings as actions
from followthru.actions.meetings import Met, NewMeeting
from followthru.cli import answer, editor, options, out, terminal
from followthru.cli.meeting_words import decided_words, meeting_lines
from followthru.cli.named import at_practice, person_id, practice_id
from followthru.cli.session import Session
from followthru.domain.saying import day_words
from followthru.exchange.meeting_json import meeting_json, whole_meeting_json
from followthru.store import decisions, meetings

_id = click.argument("meeting", metavar="ID")


@click.command("add")
@click.argument("practice", metavar="PRACTICE")
@click.argument("date", metavar="DATE")
@click.option("--time", metavar="HH:MM", help="On the practice's clock.")
@click.option("--with", "people", multiple=True, metavar="PERSON", help="Who is there; may be given several times.")
@click.option("--title", metavar="TEXT", help="What it is called.")
@options.as_json
@click.pass_obj
def add(
    session: Session, practice: str, date: str, time: str | None, people: tuple[str, ...], title: str | None
) -> None:
    """Plan a meeting with people of a practice, or note one that was."""
    _answer(session, actions.add(session.ctx, practice, NewMeeting(date, time, people, title)))


@click.command("list", cls=options.Line)
@click.argument("words", nargs=-1, metavar="[WORDS…]")
@at_practice
@click.option("--person", metavar="PERSON", help="Only those where this person is.")
@options.as_json
@click.pass_obj
def list_meetings(session: Session, words: tuple[str, ...], practice: str | None, person: str | None) -> None:
    """Meetings, the latest first; with words those whose title, agenda or minutes hold them all."""
    read = session.ctx.read
    found = meetings.meetings(
        read,
        practice_id=practice_id(read, practice),
        person_id=person_id(read, person),
        words=" ".join(words) or None,
    )
    if session.json:
        out.json_array(meeting_json(one) for one in found)
        return
    if not found:
        out.words("There is no meeting to show. `followthru meeting add` plans one.")
    for line in meeting_lines(found, session.ctx.today()):
        out.data(line)


@click.command("show")
@_id
@options.as_json
@click.pass_obj
def show(session: Session, meeting: str) -> None:
    """All about one meeting: who is there, its minutes, the tasks they brought, what was told and decided there."""
    read, today = session.ctx.read, session.ctx.today()
    one = actions.one(read, meeting)
    items = meetings.items(read, one.id)
    decided = decisions.decisions(read, meeting_id=one.id, retracted=True)
    told = meetings.told(read, one)
    if session.json:
        said = [{"task": t.task_id, "person": t.person, "date": t.promised_on.isoformat()} for t in told]
        out.json({**whole_meeting_json(one, items, decided), "told": said})
        return
    out.data(meeting_lines([one], today)[0])
    for item in items:
        out.data(terminal.clean(f"  task {item.task_id}  {item.status}  {item.title}"))
    for each in told:
        out.data(terminal.clean(f"  told   {each.person}  {day_words(each.promised_on, today)}  {each.title}"))
    for each in decided:
        out.data(f"  {decided_words(each, today)}")
    if one.minutes:
        out.data("\n" + "\n".join(terminal.clean(line) for line in one.minutes.splitlines()))


@click.command("edit", cls=options.Line)
@_id
@click.argument("values", nargs=-1, required=True, metavar="field=value…")
@options.as_json
@click.pass_obj
def edit(session: Session, meeting: str, values: tuple[str, ...]) -> None:
    """Change a meeting: date, time, title, and with=+dana who is there.

    `with=+sam -dana` adds Sam and takes Dana away; bare names say who is there in all.
    """
    _answer(session, actions.edit(session.ctx, actions.one(session.ctx.read, meeting).id, options.fields(values)))


@click.command("remove")
@_id
@options.as_json
@click.pass_obj
def remove(session: Session, meeting: str) -> None:
    """Take a meeting and its minutes away. Tasks that came of it stay."""
    _answer(session, actions.remove(session.ctx, actions.one(session.ctx.read, meeting).id))


@click.command("agenda")
@_id
@click.option("--file", metavar="FILE|-", help="Keep this text as the agenda.")
@click.option("--edit", "edited", is_flag=True, help="Edit it in $VISUAL or $EDITOR, and keep it so.")
@click.option("--fresh", is_flag=True, help="Make it from what is open again.")
@options.as_json
@click.pass_obj
def agenda(session: Session, meeting: str, file: str | None, edited: bool, fresh: bool) -> None:
    """The agenda in Markdown, made from what is open with the people there, until it is edited.

    What not all of them may see stands at its end, under a heading of its own.
    """
    from followthru.actions.meeting_agenda import text_of

    one = actions.one(session.ctx.read, meeting)
    if fresh:
        answer.say(actions.agenda(session.ctx, one.id, None).outcome)
    elif file is not None or edited:
        text = editor.given(file) if file is not None else _edited(session, one.id)
        answer.say(actions.agenda(session.ctx, one.id, text).outcome)
        editor.kept(session, f"agenda-{one.id}.md").unlink(missing_ok=True)
    one = actions.one(session.ctx.read, meeting)
    text = text_of(session.ctx, session.ctx.read, one)
    if session.json:
        out.json({**meeting_json(one), "agenda": text, "edited": one.agenda is not None})
    else:
        out.data("\n".join(terminal.clean(line) for line in text.rstrip("\n").splitlines()))


def _edited(session: Session, meeting_id: int) -> str:
    from followthru.actions.meeting_agenda import text_of

    kept = editor.kept(session, f"agenda-{meeting_id}.md")
    if kept.exists():
        out.words(f"Your text from before is opened again ({kept}).")
    else:
        editor.write(kept, text_of(session.ctx, session.ctx.read, actions.one(session.ctx.read, meeting_id)))
    return editor.edited(kept, "--file")


@click.command("tell")
@_id
@click.argument("task", metavar="TASK")
@click.argument("people", nargs=-1, metavar="[PERSON…]")
@click.option("--date", metavar="DATE", help="The date that was told; the promised one without it.")
@options.as_json
@click.pass_obj
def tell(session: Session, meeting: str, task: str, people: tuple[str, ...], date: str | None) -> None:
    """Note that a task's date was told at a meeting: to PERSON, or to all who were there."""
    from followthru.actions import lookup

    ctx = session.ctx
    one = actions.one(ctx.read, meeting)
    row = lookup.task(ctx.read, task)
    on = None if date is None else options.day(session, date, ctx.today_for(ctx.read, one.practice_id))
    answer.outcome(session, actions.tell(ctx, one.id, row.id, people, on))


def _answer(session: Session, met: Met) -> None:
    """Say what was done and show the meeting as it is now."""
    answer.say(met.outcome)
    if session.json:
        out.json(None if met.meeting is None else meeting_json(met.meeting))
    elif met.meeting is not None:
        out.data(meeting_lines([met.meeting], session.ctx.today())[0])
