"""Reviewing an update: what is shown, what more than one key lets go, and what brings it back."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.actions import edit, promises, tasks
from followthru.actions import updates as updates_
from followthru.actions.deliver import Sender
from followthru.actions.drafting import draft
from followthru.actions.promises import NewPromise
from followthru.domain.task import How
from followthru.store import leases, mail_state, outbox, updates
from followthru.updates.tone import points
from followthru_tui.feed import UpdateShown
from followthru_tui.palette import Tone
from followthru_tui.reviewwords import review_lines, standing_words
from tests.actions.mailkit import ACCOUNT, FakeTransport, config
from tests.storekit import add_task
from tests.tui.desks import Office
from tests.tui.driver import Driver, running


@pytest.fixture
def update(office: Office) -> int:
    """A first update to Dana about a promise."""
    id = add_task(office.ctx, "Renew cover by 15 Jul @oak-street")
    promises.tell(office.ctx, id, "dana", how=How.CALL)
    return draft(office.ctx, "oak-street", "dana").update_id


def status(office: Office, update: int) -> str:
    row = updates.one(office.ctx.read, update)
    assert row is not None
    return row.status


async def review(ui: Driver) -> None:
    while "To dana" not in ui.selected():
        before = ui.selected()
        await ui.press("j")
        assert ui.selected() != before, ui.text()
    await ui.press("r")


async def test_today_leads_to_the_text_exactly_as_it_goes(office: Office, update: int) -> None:
    async with running(office.feed, (100, 40)) as ui:
        assert "Updates to review (1)" in ui.text()
        await review(ui)
        row = updates.one(office.ctx.read, update)
        assert row is not None
        assert "Dana Reyes <dana.reyes@oak-street.example>" in ui.text()
        assert row.subject in ui.text()
        for line in row.body.splitlines():
            assert line in ui.text()
        assert "No regular update to them here was approved yet." in ui.text()
        assert "A Approve  E Edit its text  K Hold back  X Discard" in ui.footer()
        await ui.press("escape")
        assert "To dana" in ui.selected()


async def test_without_an_update_under_the_cursor_the_words_lead_to_one(office: Office, update: int) -> None:
    add_task(office.ctx, "Order paper")
    async with running(office.feed) as ui:
        assert "Order paper" in ui.selected()
        await ui.press("r")
        assert ui.status() == "Review: no update is selected: 8 lists them."
        await ui.press("8", "r")
        assert "Dana Reyes <dana.reyes@oak-street.example>" in ui.text()


async def test_no_single_key_sends_and_the_first_mail_is_confirmed_by_name(office: Office, update: int) -> None:
    async with running(office.feed) as ui:
        await review(ui)
        await ui.press("A", "enter")
        assert "Not sent: dana was to be typed." in ui.status()
        await ui.type("yes")
        await ui.press("enter")
        assert status(office, update) == "in review"
        await ui.press("escape", "A")
        await ui.type("dana")
        await ui.press("enter")
        assert status(office, update) == "approved"
        assert "It goes out in 45 seconds. R recalls it until then." in ui.status().replace("\n", " ")
        assert "R Recall" in ui.footer()


async def test_an_approved_update_is_recalled_by_its_key_or_by_undo(office: Office, update: int) -> None:
    async with running(office.feed, (100, 40)) as ui:
        await review(ui)
        for back in ("R", "u"):
            await ui.press("A")
            await ui.type("dana")
            await ui.press("enter")
            assert status(office, update) == "approved"
            await ui.press(back)
            assert status(office, update) == "in review"
        await ui.press("A")
        await ui.type("dana")
        await ui.press("enter")
        assert outbox.due(office.ctx.read, "2999-01-01T00:00:00Z", "post")[0].frozen.update_id == update


async def test_hold_and_discard_are_undone(office: Office, update: int) -> None:
    async with running(office.feed) as ui:
        await review(ui)
        await ui.press("K")
        assert status(office, update) == "held"
        await ui.press("u", "X")
        assert status(office, update) == "discarded"
        await ui.press("A")
        assert "it is discarded" in ui.status()
        await ui.press("u")
        assert status(office, update) == "in review"


async def test_words_that_changed_since_they_were_read_are_not_approved(office: Office, update: int) -> None:
    async with running(office.feed) as ui:
        await review(ui)
        await ui.press("A")
        tasks.done(office.ctx, 1)
        await ui.type("dana")
        await ui.press("enter")
        assert "says something else by now" in ui.status()
        assert status(office, update) == "in review"


async def test_an_update_is_drafted_to_somebody_chosen(office: Office) -> None:
    async with running(office.feed) as ui:
        await ui.press("N")
        await ui.type("priya")
        await ui.press("enter")
        assert "Drafted an update to Priya Nair" in ui.status()
        assert "To priya" in ui.text()


async def test_an_uncertain_update_is_settled_by_two_keys(office: Office, update: int) -> None:
    async with running(office.feed) as ui:
        await review(ui)
        await ui.press("A")
        await ui.type("dana")
        await ui.press("enter")
        with office.ctx.store.writing() as tx:
            generation = leases.take_over(tx, "post", "a sender")
            [delivery] = outbox.due(tx, "2999-01-01T00:00:00Z", "post")
            assert outbox.claim(tx, delivery, generation)
            for before, after in (("claimed", "data started"), ("data started", "uncertain")):
                assert outbox.advance(tx, update, before, after)
        await ui.press("escape")
        assert "! uncertain" in ui.text()
        await ui.press("r", "Y")
        assert "it arrived" in ui.text()
        await ui.press("enter")
        assert status(office, update) == "settled"


async def test_what_may_sound_unkind_is_named_and_holds_nothing_back(office: Office, update: int) -> None:
    text = updates_.to_edit(office.ctx, updates_.find(office.ctx.read, update))
    updates_.edit(office.ctx, update, text.replace("Kind regards,", "You failed to sign it!!\n\nKind regards,"))
    async with running(office.feed, (100, 40)) as ui:
        await review(ui)
        assert "~ Tone   “You failed”: It can sound like blame." in ui.text()
        assert "~ Tone   “it!!”: It reads as shouting." in ui.text()
        await ui.press("A")
        await ui.type("dana")
        await ui.press("enter")
        assert status(office, update) == "approved"
        assert "~ Tone" not in ui.text(), "what is approved is no longer looked at"


async def test_a_phrase_book_that_is_wrong_is_named_and_stops_nothing(office: Office, update: int) -> None:
    book = office.home.config.parent / "phrases" / "oak-street.toml"
    book.parent.mkdir()
    book.write_text('[words]\ngreeting = "Hi {name},"\n')
    async with running(office.feed, (100, 40)) as ui:
        await review(ui)
        assert "~ Words  phrases/oak-street.toml:2: greeting: {name} says nothing here." in ui.text()
        assert "Hello Dana" in ui.text()


def test_a_phrase_is_set_apart_in_the_text_over_the_end_of_a_line_too() -> None:
    text = "- Roof: from Wed 16 Dec to Wed 23 Dec, because of the weather, and you\n  failed to answer."
    shown = UpdateShown(
        1, "dana", "Dana", "oak-street", "s", text, (), "in review", "in review", "m", False, None, None, None, None,
        points("", text),
    )  # fmt: skip
    before = text.splitlines()[0].removesuffix("you")
    shown_lines = review_lines(shown, 78)
    assert [("  ", Tone.DONE), (before, Tone.PLAIN), ("you", Tone.BUFFER)] in shown_lines
    assert [("  ", Tone.DONE), ("  ", Tone.PLAIN), ("failed", Tone.BUFFER), (" to answer.", Tone.PLAIN)] in shown_lines


def test_what_was_approved_in_another_store_is_not_said_to_go_out() -> None:
    shown = UpdateShown(
        1, "dana", "Dana", "oak-street", "s", "t", (), "approved", "approved", "m", False, None, None, None, None
    )
    assert standing_words(shown) == "approved, and imported without its mail: nothing of it leaves from here"
    assert standing_words(shown._replace(goes_at="2026-07-01T12:00:00Z")) == "approved: goes out now"


async def test_all_mail_is_held_and_let_go_by_name(office: Office) -> None:
    async with running(office.feed) as ui:
        for words, said in (("hold all mail", "All mail is held"), ("let all mail", "Mail goes out again")):
            await ui.press("colon")
            await ui.type(words)
            await ui.press("enter")
            assert said in ui.status()
            assert (mail_state.held(office.ctx.read) is not None) == (said == "All mail is held")


async def sent_before(office: Office) -> None:
    """Let a first update to Dana arrive, and draft the next one, in which a date has moved."""
    id = add_task(office.ctx, "Renew cover by 15 Jul @oak-street")
    edit.edit(office.ctx, id, {"public_title": "Cover renewal"})
    first = draft(office.ctx, "oak-street", "dana").update_id
    updates_.approve(office.ctx, config(0, ACCOUNT._replace(name="post")), first)
    await Sender(office.ctx, ACCOUNT._replace(name="post"), FakeTransport(), "test").run()
    promises.promise(office.ctx, id, NewPromise(date(2026, 7, 20)), because="the carrier was slow")
    draft(office.ctx, "oak-street", "dana")


async def test_a_key_shows_what_is_new_and_what_fell_away(office: Office) -> None:
    await sent_before(office)
    async with running(office.feed, (100, 40)) as ui:
        await review(ui)
        assert "+ - Cover renewal: from Wed 15 Jul to Mon 20 Jul, because the carrier was" in ui.text()
        assert "No longer said, against the last one:" in ui.text()
        await ui.press("=")
        assert "Against the last one: + is new, - is no longer said." in ui.text()
        assert "- - Cover renewal: Wed 15 Jul, on track." in ui.text()
        assert "Kind regards" not in ui.text()
        await ui.press("=")
        assert "Kind regards" in ui.text()


async def test_a_key_writes_the_html_and_says_where_it_is(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    await sent_before(office)
    async with running(office.feed, (100, 40)) as ui:
        await review(ui)
        await ui.press("V")
        assert "There is no desktop to open it. It is in" in ui.status()
    [page] = office.home.run.glob("update-*.html")
    assert "<h1" in page.read_text()


async def test_all_clean_ones_are_listed_and_approved_by_a_word(office: Office) -> None:
    await sent_before(office)
    second = draft(office.ctx, "oak-street", "priya").update_id
    async with running(office.feed, (100, 40)) as ui:
        await review(ui)
        await ui.press("escape", "L")
        assert "2  to dana: Oak Street: " in ui.text()
        await ui.press("enter")
        assert "Not approved: yes was to be typed." in ui.status()
        assert status(office, 2) == "in review"
        await ui.type("yes")
        await ui.press("enter")
        assert status(office, 2) == "approved"
        assert status(office, second) == "in review", "a first mail is looked at by itself"
        await ui.press("L")
        assert "No update of oak-street is clean. 1 update to look at one by one." in ui.status()


async def test_a_key_drafts_the_correction_of_a_sent_one_with_what_happened(office: Office) -> None:
    await sent_before(office)
    async with running(office.feed, (100, 40)) as ui:
        await ui.press("colon")
        await ui.type("updates")
        await ui.press("enter")
        while "sent" not in ui.selected():
            before = ui.selected()
            await ui.press("j")
            assert ui.selected() != before, ui.text()
        await ui.press("enter", "C")
        await ui.type("I read the letter wrongly")
        await ui.press("enter")
        assert "It waits in Today for your review." in ui.status()
    row = updates_.find(office.ctx.read, 3)
    assert (row.kind, row.status) == ("correction", "in review")
    feed = office.feed()
    assert feed.update(3).kind == "correction"
    feed.close()
    assert "I read the letter wrongly" in row.body


async def test_what_belongs_to_another_screen_says_so(office: Office, update: int) -> None:
    async with running(office.feed, (100, 40)) as ui:
        await review(ui)
        await ui.press("question_mark")
        await ui.type("open again")
        assert "not on this screen" in ui.text()


async def test_an_edited_update_is_written_anew_with_its_words(office: Office) -> None:
    await sent_before(office)
    row = updates_.find(office.ctx.read, 2)
    updates_.edit(office.ctx, 2, updates_.to_edit(office.ctx, row).replace("Kind regards", "Warmly"))
    promises.promise(office.ctx, 1, NewPromise(date(2026, 7, 22)), because="the carrier was slow")
    async with running(office.feed, (100, 40)) as ui:
        await review(ui)
        await ui.press("n")
        assert "to Wed 22 Jul" in ui.text()
        assert "Warmly" in ui.text()
        assert "Written anew from what is so now" in ui.text()


async def test_the_list_counts_the_seconds_in_which_it_can_be_recalled(office: Office) -> None:
    """Also in a screen that was opened after the approval."""
    await sent_before(office)
    updates_.approve(office.ctx, config(60, ACCOUNT._replace(name="post")), 2)
    async with running(office.feed, (100, 40)) as ui:
        assert "> 60 s: R" in ui.text()
        office.clock.advance(seconds=20)
        ui.main.look_for_changes()
        for _ in range(3):
            await ui.settled()
        assert "> 40 s: R" in ui.text()
        while "To dana" not in ui.selected():
            await ui.press("j")
        await ui.press("R", "R")
        assert status(office, 2) == "in review"
