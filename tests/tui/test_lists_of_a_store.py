"""The lists of a real store, what is degraded, and what others change meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from followthru.actions import drafting, people, tasks, updates
from followthru.config.places import home_in
from followthru.errors import NotFoundError
from followthru.store import heartbeats, links
from followthru.store.links import LinkRow
from followthru_tui.background import Background
from followthru_tui.feed import Feed, Place, Where
from followthru_tui.storefeed import StoreFeed
from followthru_tui.storelines import mail_title
from followthru_tui.storeviews import FIRST
from tests.actions.mailkit import FakeTransport, config, sender
from tests.storekit import FixedClock, add_practice, add_task, copy_database
from tests.tui.desks import Office
from tests.tui.driver import running

LATE = "Send numbers by 2026-06-29 @oak-street"


async def test_today_says_what_needs_you_in_sections(office: Office) -> None:
    for line in (LATE, "Renew cover by today @oak-street #insurance", "Order paper", "Plan by 30 Sep @oak-street"):
        add_task(office.ctx, line)
    async with running(office.feed) as ui:
        assert "Today (3, 1 late)" in ui.lines()[0]
        for heading in ("Needs you (1)", "Late (1)", "Promised today (1)"):
            assert heading in ui.text()
        assert "! late 2d" in ui.text()
        await ui.press("slash")
        await ui.type("#insurance")
        assert "Today (1" in ui.lines()[0]
        await ui.press("enter", "3")
        assert "All open (4" in ui.lines()[0], "a filter belongs to its list"


async def test_a_sign_that_begins_a_word_of_a_filter_empties_no_list(office: Office) -> None:
    add_practice(office.ctx, "elm")
    for line in (LATE, "Order paper @elm by 2026-06-29"):
        add_task(office.ctx, line)
    async with running(office.feed) as ui:
        await ui.press("3")
        assert "All open (2, 2 late)" in ui.lines()[0]
        await ui.press("slash")
        await ui.type("@")
        assert "All open (2" in ui.lines()[0]
        await ui.type("elm")
        assert "All (1)" in ui.lines()[0], "how many of all are late is not said of a part"


async def test_a_long_section_is_cut_and_opened_whole(office: Office) -> None:
    for number in range(20):
        add_task(office.ctx, f"Send numbers {number} by 2026-06-29 @oak-street")
    async with running(office.feed) as ui:
        assert "Late (20)" in ui.text()
        await ui.press("G")
        assert "and 8 more" in ui.selected()
        await ui.press("enter")
        assert "Today > late (20)" in ui.lines()[0]


async def test_week_and_practice_list_what_is_there(office: Office) -> None:
    add_practice(office.ctx, "harbor")
    for line in (LATE, "Call the payer by thu @harbor", "Later by 30 Sep @harbor"):
        add_task(office.ctx, line)
    async with running(office.feed) as ui:
        await ui.press("4")
        assert "Before today (1)" in ui.text()
        assert "Thu 2 Jul (1)" in ui.text()
        await ui.press("2", "enter")
        assert "Practices > harbor (2)" in ui.lines()[0]


async def test_a_filter_that_cannot_be_read_says_why_and_the_list_stays(office: Office) -> None:
    add_task(office.ctx, LATE)
    async with running(office.feed) as ui:
        await ui.press("3", "slash")
        await ui.type("heath:late")
        assert "There is nothing called “heath”" in ui.status()
        assert "Send numbers" in ui.text()
        await ui.press("enter")
        assert "heath:late" in ui.text(), "it stays to be mended"
        await ui.press("escape")
        assert "All open (1" in ui.lines()[0]


async def test_what_another_process_does_shows_by_itself_under_the_same_cursor(office: Office) -> None:
    for number in range(30):
        add_task(office.ctx, f"Task {number} by 15 Jul @oak-street")
    async with running(office.feed) as ui:
        await ui.press("3", "ctrl+d")
        before = ui.selected()
        tasks.done(office.ctx, 1, 2, 3)
        ui.main.look_for_changes()
        await ui.settled()
        assert "All open (27" in ui.lines()[0]
        assert ui.selected() == before


async def test_a_new_day_shows_by_itself(office: Office) -> None:
    add_task(office.ctx, "Send numbers by thu @oak-street")
    async with running(office.feed) as ui:
        assert "Late" not in ui.text()
        office.clock.advance(days=2)
        ui.main.look_for_changes()
        await ui.settled()
        assert "Late (1)" in ui.text()


async def test_what_is_degraded_stands_in_words_at_the_right(office: Office) -> None:
    async with running(office.feed, (120, 30)) as ui:
        ui.main.look_for_changes()
        await ui.settled()
        assert "daemon not running: S starts it" in ui.text()
        heartbeats.beat(office.desk.ctx.store, "mail post", fault="The password was refused. Nothing is lost.")
        office.home.config.write_text("[me]\nnmae = 3\n")
        ui.main.look_for_changes()
        await ui.settled()
        assert "config.toml is not used (+2, m)" in ui.text()
        await ui.press("m")
        assert "The password was refused" in ui.text()
        assert "nmae" in ui.text()


async def test_a_store_that_cannot_be_opened_is_said_in_full_and_tried_again(
    blank_database: Path, tmp_path: Path, clock: FixedClock
) -> None:
    home = home_in(tmp_path / "office")
    home.prepare()
    home.config.write_text("[me]\nnmae = 'Robin'\n")
    copy_database(blank_database, home.database)

    def open_feed() -> Feed:
        return StoreFeed.open(home, clock, Background(starts=False))

    async with running(open_feed) as ui:
        assert "nmae" in ui.text()
        assert "name" in ui.text()
        home.config.write_text("[me]\nname = 'Robin'\n")
        ui.main.look_for_changes()
        await ui.settled()
        assert "Today (0)" in ui.lines()[0]
        assert "Add a practice" in ui.text()


@pytest.mark.parametrize("size", [(80, 24), (59, 14), (40, 10), (20, 5), (8, 3), (1, 1)])
async def test_no_size_breaks_it(office: Office, size: tuple[int, int]) -> None:
    add_task(office.ctx, LATE)
    async with running(office.feed, size) as ui:
        for key in ("3", "enter", "escape", "a", "escape", "question_mark", "escape", "p", "escape"):
            await ui.press(key)
        if size[0] < 60:
            await ui.resize(59, 14)
            await ui.resize(100, 30)
            await ui.resize(59, 14)
            assert "This window is small: 60x15 shows more." in ui.status()


def test_a_list_is_ids_and_a_screenful_of_rows(office: Office) -> None:
    for number in range(FIRST + 10):
        add_task(office.ctx, f"Task {number}")
    feed = office.feed()
    view = feed.view(Where(Place.ALL), "")
    assert (len(view.sections[0].ids), len(view.rows)) == (FIRST + 10, FIRST)
    feed.close()


async def test_what_a_calendar_asks_stands_in_today_and_is_answered(office: Office) -> None:
    id = add_task(office.ctx, "Renew cover by 15 Jul @oak-street")
    reason = "It was deleted on the calendar."
    link = LinkRow(0, id, "u", "promise", 1, "uid", "/c/1.ics", "unlinked", None, None, None, None, None, reason, None)
    with office.ctx.store.writing() as tx:
        links.put(tx, "promises", link)
    async with running(office.feed) as ui:
        assert "Calendars ask (1)" in ui.text()
        assert "<> asks" in ui.selected()
        await ui.press("enter")
        assert "What holds?" in ui.text()
        await ui.press("down", "enter")
        assert "Task 1 stays off calendar promises; it is kept here, as it is." in ui.status()
        assert "Calendars ask" not in ui.text()
    assert links.asking(office.ctx.read) == []


async def test_a_told_date_in_danger_is_drafted_when_the_screen_opens(office: Office) -> None:
    add_task(office.ctx, "Renew cover by today to dana @oak-street")
    async with running(office.feed) as ui:
        ui.main.look_for_changes()
        await ui.settled()
        assert "Updates to review (1)" in ui.text()
        assert "Renew cover may slip past" in ui.text()


async def test_stalled_tasks_are_five_and_the_rest_one_key_away(office: Office) -> None:
    for number in range(7):
        add_task(office.ctx, f"Sort shelf {number} @oak-street")
    office.clock.advance(days=30)
    async with running(office.feed) as ui:
        assert "Stalled (7)" in ui.text()
        assert ui.text().count("= stalled") == 5
        await ui.press("G")
        assert "and 2 more" in ui.selected()
        await ui.press("enter")
        assert "Today > stalled (7)" in ui.lines()[0]


async def test_who_is_better_called_stands_in_today_with_the_reason(office: Office) -> None:
    add_task(office.ctx, "Renew cover @oak-street")
    people.edit(office.ctx, "oak-street", "dana", {"channel": "call only"})
    tasks.wait(office.ctx, 1, tasks.Waiting("dana", "the form"))
    async with running(office.feed) as ui:
        assert "To call (1)" in ui.text()
        assert "Call dana at oak-street about “Renew cover”" in ui.text()
        await ui.press("enter")
        assert "Renew cover" in ui.text()
    tasks.answered(office.ctx, 1, "there")
    async with running(office.feed) as ui:
        assert "To call" not in ui.text()


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("Oak Street Therapy: update for Tue 24 Nov, 1 done", "To dana: update for Tue 24 Nov, 1 done"),
        ("Re: Oak Street Therapy: a question", "To dana: Re: a question"),
        ("Your numbers, Oak Street Therapy: as asked", "To dana: Your numbers, Oak Street Therapy: as asked"),
    ],
)
def test_a_line_of_a_mail_names_its_practice_once(subject: str, title: str) -> None:
    assert mail_title("dana", subject, "Oak Street Therapy") == title


async def test_what_was_sent_stands_below_what_is_not_settled_and_is_found_by_words(office: Office) -> None:
    add_task(office.ctx, "Renew cover by 15 Jul to dana @oak-street")
    for _ in range(2):
        row = drafting.draft(office.ctx, "oak-street", "dana")
        updates.approve(office.ctx, config(0), row.update_id)
        await sender(office.ctx, FakeTransport()).run()
        tasks.done(office.ctx, 1)
    drafting.draft(office.ctx, "oak-street", "dana")
    feed = office.feed()

    def found(text: str) -> dict[str, list[str]]:
        view = feed.view(Where(Place.UPDATES), text)
        return {section.words: [line.key for line in section.lines] for section in view.sections}

    assert found("") == {"Not settled yet": ["update:3"], "Sent": ["update:2", "update:1"]}
    assert found("track @oak +dana") == {"Sent": ["update:1"]}
    assert found("missing") == {}
    assert found("oak-street").keys() == {"Not settled yet", "Sent"}, "the practice is a word of the line as well"
    every = [line.title for section in feed.view(Where(Place.UPDATES), "").sections for line in section.lines]
    assert all(title.startswith("To dana: update for ") for title in every), "the practice has a column of its own"
    with pytest.raises(NotFoundError):
        found("@nowhere")
    feed.close()
    async with running(office.feed) as ui:
        await ui.press("colon")
        await ui.type("updates")
        await ui.press("enter")
        assert "Sent (2)" in ui.text()
        assert "= sent" in ui.text()
