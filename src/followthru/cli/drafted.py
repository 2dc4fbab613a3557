"""What a step means for mail to whoever is asked for something: drafted or withdrawn at once, and said."""

from __future__ import annotations

from followthru.actions.context import Outcome
from followthru.cli import out
from followthru.cli.session import Session
from followthru.errors import FollowthruError
from followthru.store import asking


def prepared(session: Session) -> list[str]:
    """Draft what is due, or withdraw it; that it could not be is a sentence, and no reason to show nothing."""
    from followthru.actions.notices import prepare

    try:
        prepare(session.ctx)
    except FollowthruError as error:
        return [f"Warnings that are due could not be drafted. {error.sentences()}"]
    return []


def say_drafted(session: Session, done: Outcome) -> None:
    """Prepare what a step about tasks makes due, and say what is new. What cannot be drafted now is so in Today."""
    ctx = session.ctx
    if done.action_id is None or not asking.concerns(ctx.read, done.task_ids):
        return
    from followthru.actions.notices import prepare
    from followthru.updates.outbox import KIND_WORDS, UpdateKind

    before = asking.open_drafts(ctx.read)
    try:
        prepare(ctx)
    except FollowthruError:
        return
    after = asking.open_drafts(ctx.read)
    for id, (kind, person) in after.items():
        if id not in before:
            what = KIND_WORDS[UpdateKind(kind)][0]
            out.words(f"Drafted for you to look at: the {what} to {person}, `followthru update show {id}`.")
    for id, (kind, person) in before.items():
        if id not in after:
            out.words(f"Withdrew the {KIND_WORDS[UpdateKind(kind)][0]} to {person} that was drafted.")
