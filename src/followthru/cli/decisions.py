"""`decision`: what was decided, when and by whom, what follows, and which promise moved by it."""

from __future__ import annotations

import click

from followthru.actions import decisions as actions
from followthru.actions.decisions import Decided, NewDecision
from followthru.cli import answer, options, out
from followthru.cli.meeting_words import decision_lines, whole_decision
from followthru.cli.named import person_id, practice_id
from followthru.cli.session import Session
from followthru.exchange.meeting_json import decision_json
from followthru.store import decisions

_id = click.argument("decision", metavar="ID")


@click.command("add", cls=options.Text)
@click.argument("practice", metavar="PRACTICE")
@click.argument("words", nargs=-1, required=True, metavar="TEXT")
@click.option("--on", metavar="DATE", help="When it was decided; today, or at the meeting.")
@click.option("--meeting", metavar="ID", help="At which meeting.")
@click.option("--with", "people", multiple=True, metavar="PERSON", help="Who was there; may be given several times.")
@click.option("--follows", multiple=True, metavar="TASK", help="A task that follows from it.")
@click.option("--moved", multiple=True, metavar="TASK", help="A task whose promise moved by it.")
@click.option("--audience", metavar="WHO", help="Who may read it: me, owners (the usual) or team.")
@click.option("--notes", metavar="TEXT", help="For you alone.")
@options.as_json
@click.pass_obj
def add(
    session: Session, practice: str, words: tuple[str, ...], on: str | None, meeting: str | None,
    people: tuple[str, ...], follows: tuple[str, ...], moved: tuple[str, ...], audience: str | None, notes: str | None,
) -> None:  # fmt: skip
    """Write down what was decided. Whoever may know of it reads these words in their next update."""
    new = NewDecision(" ".join(words), on, meeting, people, follows, moved, audience, notes)
    _answer(session, actions.add(session.ctx, practice, new))


@click.command("list", cls=options.Line)
@click.argument("words", nargs=-1, metavar="[WORDS…]")
@click.option("--practice", metavar="SLUG", help="Only of this practice.")
@click.option("--person", metavar="PERSON", help="Only those at which this person was.")
@click.option("--meeting", metavar="ID", help="Only those of a meeting.")
@click.option("--all", "every", is_flag=True, help="Those that were taken back as well.")
@options.as_json
@click.pass_obj
def list_decisions(
    session: Session, words: tuple[str, ...], practice: str | None, person: str | None, meeting: str | None, every: bool
) -> None:
    """What was decided, the latest first; with words what holds them all."""
    from followthru.actions.meetings import one as meeting_of

    read = session.ctx.read
    found = decisions.decisions(
        read,
        practice_id=practice_id(read, practice),
        person_id=person_id(read, person),
        meeting_id=None if meeting is None else meeting_of(read, meeting).id,
        retracted=every,
        words=" ".join(words) or None,
    )
    if session.json:
        out.json_array(decision_json(one) for one in found)
        return
    if not found:
        out.words("Nothing of that was decided. `followthru decision add` writes a decision down.")
    for line in decision_lines(found, session.ctx.today()):
        out.data(line)


@click.command("show")
@_id
@options.as_json
@click.pass_obj
def show(session: Session, decision: str) -> None:
    """All about one decision: who was there, who may read it, what follows from it, which promise moved."""
    _show(session, actions.one(session.ctx.read, decision).id)


@click.command("edit", cls=options.Line)
@_id
@click.argument("values", nargs=-1, required=True, metavar="field=value…")
@options.as_json
@click.pass_obj
def edit(session: Session, decision: str, values: tuple[str, ...]) -> None:
    """Change a decision: words, date, audience, notes; with=+dana, follows=+12, moved=-14.

    Whoever read it in an update reads in the next one what it is now.
    """
    given = options.fields(values)
    _answer(session, actions.edit(session.ctx, actions.one(session.ctx.read, decision).id, given))


@click.command("retract")
@_id
@options.as_json
@click.pass_obj
def retract(session: Session, decision: str) -> None:
    """Take a decision back. Whoever read it in an update reads in the next one that it no longer holds."""
    _answer(session, actions.retract(session.ctx, actions.one(session.ctx.read, decision).id))


@click.command("restore")
@_id
@options.as_json
@click.pass_obj
def restore(session: Session, decision: str) -> None:
    """Let a decision that was taken back hold again."""
    _answer(session, actions.restore(session.ctx, actions.one(session.ctx.read, decision).id))


def _answer(session: Session, done: Decided) -> None:
    """Say what was done and show the decision as it is now."""
    answer.say(done.outcome)
    _show(session, done.decision.id)


def _show(session: Session, decision_id: int) -> None:
    read = session.ctx.read
    one = actions.one(read, decision_id)
    read_by = [member.handle for member in actions.readers(read, one)]
    if session.json:
        out.json({**decision_json(one), "read_by": read_by})
        return
    for line in whole_decision(one, read_by, session.ctx.today()):
        out.data(line)
