"""`meeting minutes`: in the editor, or from a file; what they bring is shown before it is taken over."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from followthru.actions import meetings as actions
from followthru.actions import minutes as taking
from followthru.actions.meeting_agenda import text_of
from followthru.actions.meetings import Met
from followthru.actions.minutes import MinutesError, Plan
from followthru.actions.minutes_said import plan_lines
from followthru.cli import answer, editor, options, out, terminal
from followthru.cli.drafted import say_drafted
from followthru.cli.seen import look_up
from followthru.cli.session import Session
from followthru.domain.meetings import Meeting, blank_minutes
from followthru.errors import FollowthruError
from followthru.exchange.meeting_json import whole_meeting_json
from followthru.store import decisions, meetings


@click.command("minutes")
@click.argument("meeting", metavar="ID")
@click.option("--file", metavar="FILE|-", help="Take the text from a file, or from standard input.")
@click.option("--preview", is_flag=True, help="With --file: only say what it would bring.")
@click.option("--print", "print_", is_flag=True, help="Only print the minutes.")
@options.as_json
@click.pass_obj
def minutes(session: Session, meeting: str, file: str | None, preview: bool, print_: bool) -> None:
    """Write a meeting's minutes in Markdown, in $VISUAL or $EDITOR, or give them as a file.

    A line `- [ ] Renew malpractice cover by 15 Jan to dana` becomes a task of the meeting's practice, by the grammar of
    the capture line; whom it names was told at the meeting. A line `decision: …` becomes a decision. Each line is taken
    over once, and marked; all else stays in the minutes, which nobody else ever reads.
    """
    one = actions.one(session.ctx.read, meeting)
    if print_:
        out.data(_begun(session, one).rstrip("\n"))
        return
    kept = editor.kept(session, f"minutes-{one.id}.md")
    if file is None:
        met = _in_editor(session, one, kept)
    else:
        text = editor.given(file)
        found = taking.plan(session.ctx, session.ctx.read, one, text)
        if preview:
            _preview(session, found)
            return
        out.words(*map(terminal.clean, plan_lines(found, session.ctx.today())))
        met = taking.take(session.ctx, one.id, text)
    kept.unlink(missing_ok=True)
    _answer(session, met)


def _begun(session: Session, one: Meeting) -> str:
    """Return the minutes as they are, or what they begin with."""
    return one.minutes or blank_minutes(one, text_of(session.ctx, session.ctx.read, one))


def _preview(session: Session, found: Plan) -> None:
    today = session.ctx.today()
    if not session.json:
        for line in plan_lines(found, today):
            out.data(terminal.clean(line))
        return
    out.json(
        {
            "tasks": [
                {
                    "line": one.item.number,
                    "title": one.capture.title,
                    "promised_on": None if one.capture.promised_on is None else one.capture.promised_on.isoformat(),
                    "told": one.capture.told,
                    "under": one.item.under,
                    "notes": [note.words for note in one.capture.notes],
                }
                for one in found.tasks
            ],
            "decisions": [{"line": one.number, "words": one.text, "private": one.private} for one in found.decisions],
        }
    )


def _in_editor(session: Session, one: Meeting, kept: Path) -> Met:
    """Have minutes edited until they can be taken, or their user gives up. A text kept earlier is opened again."""
    if kept.exists():
        out.words(f"Your text from before is opened again ({kept}).")
    else:
        editor.write(kept, _begun(session, one))
    while True:
        text = editor.edited(kept, "--file")
        try:
            found = taking.plan(session.ctx, session.ctx.read, one, text)
            out.words(*map(terminal.clean, plan_lines(found, session.ctx.today())))
            if _agreed(found):
                return taking.take(session.ctx, one.id, text, before=one.minutes, check=True)
        except MinutesError as error:
            out.words(error.message)
            if not _asked("Open it again?"):
                out.words(f"Your text is in {kept}.")
                raise
        except FollowthruError:
            out.words(f"Your text is in {kept}.")
            raise


def _agreed(found: Plan) -> bool:
    """Ask whether what is new is to be taken over; without a terminal, or where nothing is, it is."""
    if not (found.tasks or found.decisions) or not sys.stdin.isatty():
        return True
    return click.confirm("Take this over? (no opens the editor again)", default=True, err=True)


def _asked(question: str) -> bool:
    return sys.stdin.isatty() and click.confirm(question, default=True, err=True)


def _answer(session: Session, met: Met) -> None:
    """Say what was done, and show the new tasks; in JSON the whole meeting."""
    answer.say(met.outcome)
    say_drafted(session, met.outcome)
    if session.json and met.meeting is not None:
        read = session.ctx.read
        decided = decisions.decisions(read, meeting_id=met.meeting.id, retracted=True)
        out.json(whole_meeting_json(met.meeting, meetings.items(read, met.meeting.id), decided))
    elif not session.json:
        answer.lines(session, look_up(session.ctx, met.outcome.task_ids))
