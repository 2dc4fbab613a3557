"""An edited update that is written anew: the PM's words stay, or are set aside by name; none is lost."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.actions import history, promises, tasks, updates
from followthru.actions.context import Context
from followthru.actions.promises import NewPromise
from followthru.actions.readers import stated
from followthru.actions.redraft import former, redraft
from followthru.errors import RefusedError
from followthru.store.updates import UpdateRow
from followthru.updates import checks
from tests.actions.mailkit import config, drafted, oak_street
from tests.storekit import add_task

JUL_20 = date(2026, 7, 20)


@pytest.fixture
def edited(ctx: Context) -> UpdateRow:
    """A digest to Dana about two dates, with a line of the PM's own and a changed one."""
    oak_street(ctx)
    add_task(ctx, "Renew cover by 15 Jul @oak-street")
    add_task(ctx, "Payroll by 16 Jul @oak-street")
    row = drafted(ctx)
    text = updates.to_edit(ctx, row).replace("Hello Dana Reyes,", "Dear Dana,\n\nI hope the move went well.")
    text = text.replace("- Payroll: Thu 16 Jul, on track.", "- Payroll: Thu 16 Jul, on track, and early this time.")
    updates.edit(ctx, row.id, text)
    return updates.find(ctx.read, row.id)


def now(ctx: Context, row: UpdateRow) -> UpdateRow:
    return updates.find(ctx.read, row.id)


def test_what_changed_elsewhere_is_written_around_the_edits(ctx: Context, edited: UpdateRow) -> None:
    promises.promise(ctx, 1, NewPromise(JUL_20))
    with pytest.raises(RefusedError, match="no longer true") as refused:
        updates.approve(ctx, config(), edited.id)
    assert f"`followthru update redraft {edited.id}`" in refused.value.remedy
    redraft(ctx, edited.id)
    row = now(ctx, edited)
    assert row.edited
    assert "Dear Dana,\n\nI hope the move went well.\n" in row.body
    assert "- Payroll: Thu 16 Jul, on track, and early this time.\n" in row.body
    assert "- Renew cover: Mon 20 Jul, on track.\n" in row.body
    assert "15 Jul" not in row.body
    assert {(said.words, said.on) for said in stated(row).said} == {
        ("Renew cover", JUL_20),
        ("Payroll", date(2026, 7, 16)),
    }
    flags = [flag.name for flag in checks.load(row.flags)]
    assert "written anew" in flags
    assert "set aside" not in flags
    updates.approve(ctx, config(), edited.id)


def test_words_that_give_way_are_named_and_all_of_them_are_kept(ctx: Context, edited: UpdateRow) -> None:
    promises.promise(ctx, 2, NewPromise(JUL_20))
    redraft(ctx, edited.id)
    row = now(ctx, edited)
    assert "- Payroll: Mon 20 Jul, on track.\n" in row.body
    aside = [flag.words for flag in checks.load(row.flags) if flag.name == "set aside"]
    assert aside == [
        "Your words had to give way to what is so now: “- Payroll: Thu 16 Jul, on track, and early this time.”"
    ]
    assert former(row) == f"Subject: {edited.subject}\n\n{edited.body}"
    to_edit = updates.to_edit(ctx, row)
    assert "#   - Payroll: Thu 16 Jul, on track, and early this time.\n" in to_edit
    assert updates.edit(ctx, row.id, to_edit).action_id is None, "notes are not text"
    history.undo(ctx)
    assert now(ctx, edited) == edited


def test_afresh_none_of_the_edits_stays_in_it(ctx: Context, edited: UpdateRow) -> None:
    redraft(ctx, edited.id, fresh=True)
    row = now(ctx, edited)
    assert not row.edited
    assert "Dear Dana" not in row.body
    assert "I hope the move went well." in former(row)


def test_edits_after_it_was_written_anew_are_kept_by_the_next_one(ctx: Context, edited: UpdateRow) -> None:
    promises.promise(ctx, 1, NewPromise(JUL_20))
    redraft(ctx, edited.id)
    updates.edit(ctx, edited.id, updates.to_edit(ctx, now(ctx, edited)).replace("Kind regards,", "Warmly,"))
    assert "written anew" not in now(ctx, edited).flags, "it was read"
    tasks.done(ctx, 1)
    redraft(ctx, edited.id)
    body = now(ctx, edited).body
    for words in ("Dear Dana", "early this time", "Warmly,", "- Renew cover: done on Wed 1 Jul."):
        assert words in body


def test_a_subject_of_the_pms_own_stays(ctx: Context, edited: UpdateRow) -> None:
    updates.edit(ctx, edited.id, updates.to_edit(ctx, edited).replace("Subject: Oak Street: update", "Subject: News"))
    promises.promise(ctx, 1, NewPromise(JUL_20))
    redraft(ctx, edited.id)
    assert now(ctx, edited).subject == "News for Wed 1 Jul, 2 dates to come"


def test_a_draft_that_nobody_edited_is_written_anew_and_has_no_former_words(ctx: Context) -> None:
    oak_street(ctx)
    row = drafted(ctx)
    add_task(ctx, "Renew cover by 15 Jul @oak-street")
    redraft(ctx, row.id)
    assert "Renew cover: Wed 15 Jul" in now(ctx, row).body
    with pytest.raises(RefusedError, match="was not written anew"):
        former(now(ctx, row))


def test_what_looks_like_patient_data_in_kept_words_is_still_flagged(ctx: Context, edited: UpdateRow) -> None:
    text = updates.to_edit(ctx, edited).replace("I hope the move went well.", "My DOB is 3/4/1980.")
    updates.edit(ctx, edited.id, text)
    redraft(ctx, edited.id)
    assert "private data" in now(ctx, edited).flags


def test_an_approved_one_is_not_written_anew(ctx: Context, edited: UpdateRow) -> None:
    updates.approve(ctx, config(), edited.id)
    with pytest.raises(RefusedError, match="cannot be written anew"):
        redraft(ctx, edited.id)
