"""What the screen says when something does not go: in words, for as long as it holds, and no longer."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from followthru.actions import drafting, updates
from followthru.errors import FollowthruError
from followthru_tui.background import Background
from tests.actions.mailkit import FakeTransport, config, sender
from tests.storekit import add_task
from tests.tui.desks import Office
from tests.tui.driver import running
from tests.tui.fakefeed import FakeFeed
from tests.tui.story import Story

COVER = "Renew cover by 15 Jul @oak-street"


# What is not found


async def test_a_command_that_there_is_not_is_said_with_the_nearest_and_the_way_on(office: Office) -> None:
    async with running(office.feed) as ui:
        await (
            Story(ui)
            .press(":")
            .type("practise")
            .see("Nothing here is called “practise”.", "Did you mean “Add a practice”?", "Esc closes")
            .press("enter")
            .see("Nothing here is called")
            .press("ctrl+u")
            .type("conect")
            .see("Did you mean “Connect a calendar”?")
            .press("ctrl+u")
            .type("zzzzqqqq")
            .see("Nothing here is called “zzzzqqqq”. Backspace takes letters away")
        )


# Keys that hold where one stands


async def test_the_footer_of_updates_shows_only_keys_that_work_on_the_row(office: Office) -> None:
    add_task(office.ctx, "Renew cover by 15 Jul to dana @oak-street")
    drafted = drafting.draft(office.ctx, "oak-street", "dana").update_id
    updates.approve(office.ctx, config(0), drafted)
    async with running(office.feed, (120, 30)) as ui:
        await Story(ui).press("8").on("To dana")
        assert "R Recall" in ui.footer()
        assert "Y Settle" not in ui.footer()
        assert "A Approve" not in ui.footer()
        await sender(office.ctx, FakeTransport()).run()
        await Story(ui).meanwhile(lambda: None).on("= sent")
        assert "r Review" in ui.footer()
        assert "C Correct" in ui.footer()
        for gone in ("R Recall", "Y Settle", "A Approve", "X Discard"):
            assert gone not in ui.footer()
        await Story(ui).press("A").says("Approve: it is accepted.")


# Words that hold no more


async def test_words_go_when_what_they_say_is_over(office: Office) -> None:
    add_task(office.ctx, COVER)
    async with running(office.feed) as ui:
        await Story(ui).press("3", "Q").says("Q does nothing here").press("j")
        assert ui.status() == ""
        await Story(ui).press("x").says("Done 1").press("j", "k").says("Done 1").press("1")
        assert ui.status() == ""
        await Story(ui).resize(59, 14).says("This window is small").resize(80, 24)
        assert ui.status() == ""


async def test_a_list_that_can_be_read_again_takes_back_that_it_could_not() -> None:
    broken: list[str] = []

    def before(question: str) -> None:
        if question in broken:
            raise FollowthruError("The store cannot be read.", remedy="Wait.")

    async with running(lambda: FakeFeed(30, before=before)) as ui:
        broken.append("view")
        ui.main.ask_view()
        await ui.settled()
        await Story(ui).says("The store cannot be read. Wait.").see("Late")
        broken.clear()
        ui.main.ask_view()
        await ui.settled()
        assert ui.status() == ""


async def test_what_cannot_be_looked_at_is_said_once_stands_at_the_right_and_goes() -> None:
    broken = ["pulse"]

    def before(question: str) -> None:
        if question in broken:
            raise FollowthruError("The store cannot be read.", remedy="Wait.")

    async with running(lambda: FakeFeed(30, before=before)) as ui:
        await Story(ui).meanwhile(lambda: None).says("The store cannot be read. Wait.").meanwhile(lambda: None)
        await Story(ui).press("2").see("the store cannot be looked at: m says why").press("m")
        assert ui.text().count("The store cannot be read") == 2, "once as it is, once as it was said"
        await Story(ui).press("escape").meanwhile(broken.clear).miss("cannot be")


UNSAID = "The background process has ended. What it wrote is in {logs}. S starts it again."


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ("print('No room.'); raise SystemExit(4)", "The background process has ended. No room. S starts it again."),
        ("import time; time.sleep(600)", "The background process has ended. S starts it again."),
        ("print('at=2026-07-06T09:00:00.000Z level=error logger=x event=ended.'); raise SystemExit(1)", UNSAID),
        ("raise ValueError('Renew the cover.')", UNSAID),
        ("print('<string>:1: ResourceWarning: It is open.'); raise SystemExit(1)", UNSAID),
        ("print('Aborted'); raise SystemExit(1)", UNSAID),
        ("raise SystemExit(1)", UNSAID),
    ],
)
def test_a_background_process_that_ends_is_said_with_its_own_last_words_if_they_are_a_sentence(
    office: Office, monkeypatch: pytest.MonkeyPatch, ends: str, said: str
) -> None:
    run = subprocess.Popen

    def ended(argv: object, **options: object) -> subprocess.Popen[bytes]:
        out = options["stdout"]
        return run([sys.executable, "-c", ends], stdout=out, stderr=out)  # pyright: ignore[reportArgumentType, reportCallIssue]

    monkeypatch.setattr(subprocess, "Popen", ended)
    background = Background()
    assert "is started" in background.see_to_it(office.desk)
    child = background._child  # pyright: ignore[reportPrivateUsage]
    assert child is not None
    if "sleep" in ends:
        child.send_signal(signal.SIGKILL)
    child.wait()
    assert background.see_to_it(office.desk) == said.format(logs=office.home.logs)
    assert background.see_to_it(office.desk) == "", "said once"
