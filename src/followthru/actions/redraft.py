"""Write an update anew from what is so now, around the words that the PM has put into it. None of them is lost."""

from __future__ import annotations

from followthru.actions.context import Context
from followthru.actions.drafting import UpdateOutcome, composed_now, notes_of, reader
from followthru.actions.update_rows import change, find, named, to_review
from followthru.domain.changes import Scalar
from followthru.errors import RefusedError
from followthru.store.updates import UpdateRow
from followthru.updates import checks, facts
from followthru.updates.checks import Flag, FlagName
from followthru.updates.merging import merge
from followthru.updates.review_text import Edited, joined, parted

_READ_AGAIN = Flag(FlagName.WRITTEN_ANEW, "Written anew from what is so now, around your words: read it once more.")


def redraft(ctx: Context, update_id: int, *, fresh: bool = False) -> UpdateOutcome:
    """Write an update anew; edits stay where that is safe, and the whole edited text is kept beside it.

    With `fresh` no edit stays in it. Raises RefusedError when it is no longer to be reviewed, or says nothing any more.
    """
    row = to_review(ctx.read, update_id, "be written anew")
    values = composed_now(ctx, row, reader(ctx.read, row))
    if values is None:
        raise RefusedError(
            f"There is nothing to say any more in {named(row)}.",
            safe="Your words are kept.",
            remedy=f"`followthru update discard {row.id}` gives it up.",
        )
    after: dict[str, Scalar] = {**values, "status": row.status}
    if row.edited:
        after |= _around(row, Edited(str(values["subject"]), str(values["body"])), values, fresh=fresh)
    words = f"Wrote {named(row)} anew"
    with ctx.acting() as tx:
        action_id = change(tx, "update redraft", words, row, {**after, "drafted_at": tx.now})
    notes = notes_of(find(ctx.read, row.id))
    return UpdateOutcome(action_id, row.id, words, tuple(notes))


def former(row: UpdateRow) -> str:
    """Return the PM's words from before an update was written anew: subject, blank line, text. Raises RefusedError."""
    if row.former is None:
        raise RefusedError(
            f"Update {row.id} was not written anew: its words are all in it.",
            remedy=f"`followthru update show {row.id}` shows them.",
        )
    kept = parted(row.former)
    return f"Subject: {kept.subject}\n\n{kept.body}"


def _around(row: UpdateRow, new: Edited, values: dict[str, Scalar], *, fresh: bool) -> dict[str, Scalar]:
    """Return what the PM's edits make of a text that is written anew."""
    kept: dict[str, Scalar] = {"former": joined(row.subject, row.body)}
    if fresh or row.composed is None:
        return {**kept, "edited": 0, "composed": None}
    base = parted(row.composed)
    states = facts.load(str(values["facts"]))
    days = [*(said.day for said in states.said), *(one.said for one in states.results.values() if one.said)]
    subject = merge(base.subject, row.subject, new.subject, days)
    body = merge(base.body, row.body, new.body, days)
    flags = (
        *checks.load(str(values["flags"])),
        _READ_AGAIN,
        *(
            Flag(FlagName.SET_ASIDE, f"Your words had to give way to what is so now: “{words}”")
            for words in (*subject.aside, *body.aside)
        ),
        *checks.scan(f"{subject.text}\n{body.text}", facts.load(str(values["facts"])).on),
    )
    return {
        **kept,
        "subject": subject.text.strip(),
        "body": body.text,
        "edited": 1,
        "composed": joined(*new),
        "flags": checks.dump(dict.fromkeys(flags)),
    }
