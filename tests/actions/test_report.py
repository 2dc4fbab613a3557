"""A report from a real store: one reader's view, drafted once, reviewed, and sent as it was looked at."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.actions import goals, history, hours_log, people, practices, promises, report, tasks, updates
from followthru.actions.context import Context
from followthru.actions.drafting import refresh_drafts
from followthru.actions.promises import NewPromise
from followthru.actions.update_rows import LookAgainError
from followthru.domain.people import RoleName
from followthru.domain.periods import Length, Period, of
from followthru.domain.task import How
from followthru.errors import NotFoundError, RefusedError
from followthru.store import outbox
from followthru.store import updates as stored
from followthru.updates.mail_reading import page, texts
from followthru.updates.report import Pages
from tests.actions.mailkit import FakeTransport, config, oak_street, sender
from tests.storekit import FixedClock, add_person, add_task

JULY = of(Length.MONTH, date(2026, 7, 1))


@pytest.fixture
def desk(ctx: Context, clock: FixedClock) -> Context:
    """On 3 August: Dana the owner was told three dates in July: one was kept, one moved in time, one broken.

    Sam is on the staff.
    """
    oak_street(ctx)
    add_person(ctx, "Sam Ito", RoleName.STAFF)
    goals.add(ctx, "ar-days", "oak-street", {"aim": "35"})
    goals.add(ctx, "no-shows", "oak-street", {"audience": "me"})
    goals.read(ctx, 1, "47", "31 may")
    goals.read(ctx, 1, "44", "30 jun")
    goals.read(ctx, 2, "8", "30 jun")
    kept = add_task(ctx, "Payroll by 10 Jul to dana @oak-street")
    moved = add_task(ctx, "Renew cover by 15 Jul to dana @oak-street")
    add_task(ctx, "Post the OSHA log by 20 Jul to dana @oak-street")
    add_task(ctx, "My own by 20 Jul @oak-street *private")
    clock.advance(days=8)
    tasks.done(ctx, kept)
    promises.promise(ctx, moved, NewPromise(date(2026, 8, 20)), because="the insurer asked for one more form")
    promises.tell(ctx, moved, "dana", None, how=How.CALL)
    clock.advance(days=25)
    goals.read(ctx, 1, "41", "31 jul")
    return ctx


def body(ctx: Context, person: str | None = None, period: Period = JULY) -> str:
    return " ".join(report.report(ctx, "oak-street", period, person).draft.body.split())


def words(ctx: Context, id: int) -> str:
    return " ".join(updates.find(ctx.read, id).body.split())


def test_an_owner_reads_what_was_promised_moved_and_reached(desk: Context) -> None:
    said = body(desk)
    assert "- AR days: 41, down from 44 (aim: 35 or less)." in said
    assert "- 2 dates fell due: 1 kept, 1 not kept." in said
    assert "- Payroll: promised for Fri 10 Jul, done on Thu 9 Jul." in said
    assert "- Post the OSHA log: was promised for Mon 20 Jul and is not done yet." in said
    assert "What may slip" not in said, "it is said once"
    assert "Every date that I gave you stands" not in said
    assert "- Renew cover: from Wed 15 Jul to Thu 20 Aug, because the insurer asked for one more form." in said
    assert "What is next ------------ - Renew cover: Thu 20 Aug, on track." in said
    assert "page with charts" not in said, "a file is its own page"


def test_everybody_reads_their_own_view(desk: Context) -> None:
    said = body(desk, "sam")
    assert "AR days" not in said
    assert "Payroll" not in said, "nobody told Sam, and the task is the owners'"
    everything = body(desk) + said
    assert "No-shows" not in everything
    assert "My own" not in everything


def test_a_reading_from_before_a_goal_was_theirs_stays_hidden(desk: Context) -> None:
    goals.edit(desk, 2, {"audience": "owners"})
    assert "No-shows: no reading" not in body(desk)
    goals.read(desk, 2, "7", "31 jul")
    made = report.report(desk, "oak-street", JULY)
    assert "No-shows: 7% (aim: 5% or less)." in " ".join(made.draft.body.split())
    assert "No-shows" not in {one.words for one in made.facts.figures.values()}, "one point is no chart"


def test_hours_are_told_only_where_that_is_switched_on(desk: Context) -> None:
    hours_log.log(desk, "@oak-street", "90m", "10 jul", note="Private words")
    assert "Hours" not in body(desk)
    practices.edit(desk, "oak-street", {"report_hours": "yes"})
    assert "Hours ----- - 1 h 30 min worked." in body(desk)
    practices.edit(desk, "oak-street", {"retainer": "20h"})
    assert "- 1 h 30 min worked, of 60 h agreed on." in body(desk, period=of(Length.QUARTER, date(2026, 7, 1)))
    assert "Private words" not in body(desk)


def test_what_comes_back_by_a_date_of_the_readers_is_next(desk: Context) -> None:
    add_task(desk, "Board numbers every month by 14 aug to dana @oak-street")
    add_task(desk, "Tidy up every week @oak-street")
    said = body(desk, period=of(Length.QUARTER, date(2026, 7, 1)))
    assert "- Board numbers: comes up on Wed 14 Oct." in said
    assert "Tidy up" not in said, "a target is nobody's but the manager's"


def test_what_has_not_begun_and_nobody_to_read_it(ctx: Context, desk: Context) -> None:
    with pytest.raises(RefusedError, match="October 2026 has not begun"):
        body(desk, period=of(Length.MONTH, date(2026, 10, 1)))
    people.edit(desk, "oak-street", "dana", {"role": "lead"})
    with pytest.raises(NotFoundError, match="no owner"):
        body(desk)


def test_it_is_drafted_once_and_follows_the_facts(desk: Context) -> None:
    first = report.send(desk, "oak-street", JULY, "dana")
    assert "page with charts" in words(desk, first.update_id)
    assert report.send(desk, "oak-street", JULY, "dana").update_id == first.update_id
    row = updates.find(desk.read, first.update_id)
    assert (row.kind, row.status) == ("report", "in review")
    goals.read(desk, 1, "42", "31 jul")
    refresh_drafts(desk)
    assert "AR days: 42" in words(desk, first.update_id)
    goals.read(desk, 1, "48", "31 may")
    before = updates.seen(updates.find(desk.read, first.update_id))
    refresh_drafts(desk)
    assert updates.seen(updates.find(desk.read, first.update_id)) != before, "a chart alone may change"
    updates.discard(desk, first.update_id)
    again = report.send(desk, "oak-street", JULY, "dana").update_id
    assert again != first.update_id
    history.undo(desk)
    assert stored.listed(desk.read) == []


def test_it_waits_for_the_manager_whoever_trusts(desk: Context) -> None:
    id = report.send(desk, "oak-street", JULY, "dana").update_id
    refresh_drafts(desk)
    assert updates.find(desk.read, id).status == "in review"


async def test_what_leaves_is_what_was_looked_at(desk: Context) -> None:
    id = report.send(desk, "oak-street", JULY, "dana").update_id
    mark = updates.seen(updates.find(desk.read, id))
    goals.read(desk, 1, "48", "31 may")
    with pytest.raises(LookAgainError):
        updates.approve(desk, config(0), id, seen_mark=mark)
    updates.approve(desk, config(0), id)
    transport = FakeTransport()
    await sender(desk, transport).run()
    [(payload, _, recipient)] = transport.sent
    assert recipient == "dana.reyes@oak-street.example"
    along, (text, _) = page(payload), texts(payload)
    assert along is not None
    assert along.name == "Oak-Street-report-for-July-2026.html"
    assert "48 days" in along.html
    assert "AR days: 41, down from 44" in text
    told = desk.read.rows("SELECT promised_on, how FROM telling WHERE update_id = ?", id)
    assert told == [("2026-08-20", "mail")], "a date that a report states is told by it"
    with pytest.raises(RefusedError, match="it is accepted"):
        report.send(desk, "oak-street", JULY, "dana")


def test_words_that_are_taken_out_are_not_on_the_page(desk: Context) -> None:
    id = report.send(desk, "oak-street", JULY, "dana").update_id
    text = updates.to_edit(desk, updates.find(desk.read, id))
    updates.edit(desk, id, "\n".join(line for line in text.splitlines() if not line.startswith("- AR days")))
    updates.approve(desk, config(0), id)
    found = outbox.one(desk.read, id)
    assert found is not None
    along = page(found.frozen.payload)
    assert along is not None
    assert "AR days" not in along.html
    with pytest.raises(RefusedError, match="approved"):
        report.send(desk, "oak-street", JULY, "dana")


def test_it_can_go_without_its_page(desk: Context) -> None:
    id = report.send(desk, "oak-street", JULY, "dana", paged=False).update_id
    assert "page with charts" not in words(desk, id)
    updates.approve(desk, config(0), id)
    found = outbox.one(desk.read, id)
    assert found is not None
    assert page(found.frozen.payload) is None


def test_a_file_has_its_charts_and_no_word_of_a_mail(desk: Context) -> None:
    made = report.report(desk, "oak-street", JULY, "dana", Pages.ALONE)
    assert [one.words for one in made.facts.figures.values()] == ["AR days"]


def test_somebody_who_gets_no_mail_is_sent_none(desk: Context) -> None:
    people.edit(desk, "oak-street", "dana", {"channel": "call only"})
    with pytest.raises(RefusedError, match="gets no mail"):
        report.send(desk, "oak-street", JULY, "dana")
