"""What keys do to updates, through the actions, which are loaded by the first key that needs them.

Every function runs on the reader thread and may raise FollowthruError.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from followthru.domain.saying import count_words
from followthru_tui.feed import Said

if TYPE_CHECKING:
    from followthru.actions.desk import Desk
    from followthru.actions.drafting import UpdateOutcome


def _said(done: UpdateOutcome, words: str = "") -> Said:
    changed = done.action_id is not None
    return Said(" ".join(part for part in (f"{done.words}.", words) if part).replace("..", "."), None, changed)


def approve(desk: Desk, id: int, mark: str) -> Said:
    """Approve what was looked at, and let it go after the send delay."""
    from followthru.actions import updates

    done = updates.approve(desk.ctx, desk.config, id, seen_mark=mark)
    return _said(done, f"{' '.join(done.notes)} R recalls it until then.")


def approve_clean(desk: Desk, marks: Sequence[tuple[int, str]]) -> Said:
    """Approve what was listed as clean."""
    from followthru.actions import clean

    found = clean.approve_clean(desk.ctx, desk.config, marks)
    words = [f"Approved {count_words(len(found.done), 'update')}; R on each recalls it."] if found.done else []
    words += [f"Update {id} was not approved: {fault.sentences()}" for id, fault in found.refused]
    return Said(" ".join(words), None, changed=bool(found.done))


def open_html(desk: Desk, id: int) -> Said:
    """Show an update's HTML in the desktop's browser, from a file that only the user can read."""
    from followthru.actions.looking import bodies
    from followthru.actions.update_rows import find

    return _opened(desk, id, bodies(desk.ctx.read, find(desk.ctx.read, id)).html)


def open_beside(desk: Desk, id: int) -> Said:
    """Show the page that goes along with an update, in the same way."""
    from followthru.actions.looking import page_beside
    from followthru.actions.update_rows import find

    page = page_beside(desk.ctx.read, find(desk.ctx.read, id))
    if page is None:
        return Said("No page goes along with this: reports have one, where goals are read.", None, changed=False)
    return _opened(desk, id, page)


def _opened(desk: Desk, id: int, page: str) -> Said:
    from followthru.actions.browsing import open_page, put_aside

    path = put_aside(desk.home.run, id, page)
    words = "Opened in the browser:" if open_page(path) else "There is no desktop to open it. It is in"
    return Said(f"{words} {path}", None, changed=False)


def hold(desk: Desk, id: int) -> Said:
    """Keep an update back until it is approved."""
    from followthru.actions import updates

    return _said(updates.hold(desk.ctx, id), "It stays until you approve it.")


def hold_all(desk: Desk) -> Said:
    """Hold all mail of every practice."""
    from followthru.actions import mail_hold

    held = mail_hold.hold(desk.ctx)
    return Said(f"All mail is held: {held.why.rstrip('.')}. : update resume lets it go out again.", None, changed=False)


def let_all_go(desk: Desk) -> Said:
    """Let mail go out again that was held."""
    from followthru.actions import mail_hold

    mail_hold.let_go(desk.ctx)
    return Said("Mail goes out again.", None, changed=False)


def recall(desk: Desk, id: int) -> Said:
    """Bring an approved update back to review."""
    from followthru.actions import updates

    return _said(updates.recall(desk.ctx, id), "Nothing was sent.")


def discard(desk: Desk, id: int) -> Said:
    """Give an update up."""
    from followthru.actions import updates

    return _said(updates.discard(desk.ctx, id), "What it said is news again in the next one. u undoes it.")


def redraft(desk: Desk, id: int) -> Said:
    """Write an update anew around the words that were put into it."""
    from followthru.actions.redraft import redraft as write_anew

    return _said(write_anew(desk.ctx, id), "u undoes it; E shows your words from before.")


def correct(desk: Desk, id: int, because: str) -> Said:
    """Draft a correction of an update that has left."""
    from followthru.actions.correct import correct as draft_correction

    return _said(draft_correction(desk.ctx, id, because), "It waits in Today for your review.")


def settle(desk: Desk, id: int, arrived: bool) -> Said:
    """Say what became of an uncertain update."""
    from followthru.actions import updates

    return _said(updates.settle(desk.ctx, id, arrived=arrived))


def told(desk: Desk, id: int, mark: str) -> Said:
    """Note that somebody was told in a call what was read out."""
    from followthru.actions import calls

    return _said(calls.told(desk.ctx, id, seen_mark=mark), "Its dates count as told. u undoes it.")


def draft(desk: Desk, practice: str, person: str) -> Said:
    """Write an update to somebody now."""
    from followthru.actions import drafting

    return _said(drafting.draft(desk.ctx, practice, person), "It waits in Today for your review.")


def report(desk: Desk, practice: str, person: str, length: str) -> Said:
    """Draft the report on the last month, quarter or year to somebody, or on one that is named: `month 2026-10`."""
    from followthru.actions import lookup
    from followthru.actions.report import send
    from followthru.domain.periods import Length, read

    word, _, named = length.partition(" ")
    today = desk.ctx.today(lookup.practice(desk.ctx.read, practice))
    done = send(desk.ctx, practice, read(Length(word), named or "last", today), person)
    return _said(done, "It waits in Today for your review.")


def lay_out(desk: Desk, id: int) -> tuple[Path, bool]:
    """Put an update's text into a file to edit; return it, and whether it holds an edit that was not taken over."""
    from followthru.actions import updates

    desk.home.prepare()
    file = desk.home.run / f"update-{id}.txt"
    if file.exists():
        return file, True
    text = updates.to_edit(desk.ctx, updates.find(desk.ctx.read, id))
    file.touch(mode=0o600)
    file.write_text(text, encoding="utf-8")
    return file, False


def take_over(desk: Desk, id: int, file: Path) -> Said:
    """Take an edited file over and remove it. It stays, with the problem named in it, when it cannot be read."""
    from followthru.actions import updates
    from followthru.updates import review_text

    text = file.read_text(encoding="utf-8", errors="replace")
    try:
        done = updates.edit(desk.ctx, id, text)
    except review_text.ReviewTextError as error:
        file.write_text(review_text.with_problem(text, error.message), encoding="utf-8")
        raise
    file.unlink()
    return _said(done, " ".join(done.notes) or ("" if done.action_id is None else "u undoes it."))


def answer(desk: Desk, link_id: int, ours: bool) -> Said:
    """Answer what a calendar asks: our value holds, or the calendar's."""
    from followthru.actions import calendar_questions

    choice = calendar_questions.Choice.OURS if ours else calendar_questions.Choice.THEIRS
    done = calendar_questions.answer(desk.ctx, link_id, choice)
    # Only what was taken over is a step; the next u would take back another one, of before.
    taken_over = "undo takes that back" in done.words
    words = done.words if taken_over else f"{done.words} This is final: u takes back the step before."
    return Said(words, done.task_ids[0] if done.task_ids else None, done.action_id is not None)
