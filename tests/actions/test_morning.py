"""The morning's brief: what stands in it, on one screen, and that it is brought once a day and no more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from followthru.actions import mail_hold, tasks
from followthru.actions.brief import MOST_LINES, as_json, brief, lines, mail_text
from followthru.actions.context import Context
from followthru.actions.desk import Desk
from followthru.actions.morning import BriefError, morning
from followthru.actions.tasks import Waiting
from followthru.actions.updates import approve
from followthru.config.places import home_in
from followthru.store import briefs
from followthru.updates.outbox import Phase, State
from tests.actions.mailkit import FakeTransport, answer, config, drafted, oak_street, sender
from tests.storekit import FixedClock, add_task

TO = "robin@home.example"


class Desktop:
    """What was shown."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, str]] = []

    async def show(self, title: str, words: str) -> str | None:
        self.shown.append((title, words))
        return None


@pytest.fixture
def desk(ctx: Context, tmp_path: Path) -> Desk:
    """A desk whose brief comes at 7:30 in UTC, on the desktop and by mail."""
    found = config()
    me = found.me._replace(email=TO, timezone="UTC", morning_brief=time(7, 30), brief_mail="oak")
    ctx.zone = "UTC"
    return Desk(home_in(tmp_path), found._replace(me=me), ctx, {})


@pytest.fixture
def day(ctx: Context, clock: FixedClock) -> Context:
    """Thursday 16 July: one late, one promised today, one waited on, one to review."""
    oak_street(ctx)
    add_task(ctx, "Renew cover by 15 Jul @oak-street")
    add_task(ctx, "Payroll by 16 Jul @oak-street")
    add_task(ctx, "Lease @oak-street")
    tasks.wait(ctx, 3, Waiting("dana", "the lease", None, date(2026, 7, 16)))
    drafted(ctx)
    clock.at = datetime(2026, 7, 16, 7, 30, tzinfo=UTC)
    return ctx


async def bring(desk: Desk, desktop: Desktop, transport: FakeTransport) -> datetime | None:
    return await morning(desk, desktop.show, lambda _: transport)


def test_it_says_what_needs_the_pm_on_one_screen(day: Context) -> None:
    said = list(lines(brief(day)))
    assert said[0].startswith("Thu 16 Jul: ")
    assert "Late (1)" in said
    assert "     1  Renew cover @oak-street, Wed 15 Jul" in said
    assert "Promised today (1)" in said
    assert "Follow up (1)" in said
    assert [line for line in said if line.startswith("     1  to dana @oak-street: Oak Street")], said
    for number in range(40):
        add_task(day, f"More work {number} by 14 Jul @oak-street")
        add_task(day, f"Work of today {number} by 16 Jul @oak-street")
    said = list(lines(brief(day)))
    assert len(said) <= MOST_LINES
    assert any(line.startswith("  and ") for line in said), "what does not fit is counted"
    assert as_json(brief(day))["on"] == "2026-07-16"


async def test_an_update_that_has_been_tried_for_long_is_in_it(day: Context, clock: FixedClock) -> None:
    approve(day, config(0), 1)
    transport = FakeTransport(answer(State.DEFERRED), answer(State.DEFERRED))
    await sender(day, transport).run()
    assert not [line for line in lines(brief(day)) if "not sent yet" in line], "a first try may fail"
    clock.advance(hours=1, seconds=1)
    await sender(day, transport).run()
    [line] = [line for line in lines(brief(day)) if line.endswith(", not sent yet")]
    assert line.startswith("     1  to dana @oak-street: Oak Street")


def test_nothing_to_do_is_one_line(ctx: Context) -> None:
    assert list(lines(brief(ctx))) == ["Wed 1 Jul: Nothing needs you today."]


async def test_it_comes_at_its_hour_once_on_the_desktop_and_once_by_mail(
    day: Context, desk: Desk, clock: FixedClock
) -> None:
    desktop, transport = Desktop(), FakeTransport()
    clock.at -= timedelta(seconds=1)
    assert await bring(desk, desktop, transport) == datetime(2026, 7, 16, 7, 30, tzinfo=UTC)
    assert (desktop.shown, transport.sent) == ([], [])
    clock.advance(seconds=1)
    for _ in range(3):
        assert await bring(desk, desktop, transport) == datetime(2026, 7, 17, 7, 30, tzinfo=UTC)
        clock.advance(hours=4)
    [(title, words)] = desktop.shown
    assert title == "Thu 16 Jul: your brief"
    assert "late: 1" in words
    assert "cover" not in words, "it may stand on a locked screen"
    [(payload, sender, recipient)] = transport.sent
    assert (sender, recipient) == ("robin@oak.example", TO)
    message = message_from_bytes(payload, policy=policy.default)
    assert message["Subject"] == "Your brief for Thu 16 Jul"
    assert "Renew cover @oak-street, Wed 15 Jul" in str(message.get_body(("plain",)))


async def test_a_missed_morning_is_folded_into_the_next(day: Context, desk: Desk, clock: FixedClock) -> None:
    desktop, transport = Desktop(), FakeTransport()
    clock.advance(days=3, hours=2)
    await bring(desk, desktop, transport)
    assert [title for title, _ in desktop.shown] == ["Sun 19 Jul: your brief"]
    assert len(transport.sent) == 1


async def test_nothing_to_do_brings_nothing(ctx: Context, desk: Desk) -> None:
    desktop, transport = Desktop(), FakeTransport()
    assert await bring(desk, desktop, transport) == datetime(2026, 7, 2, 7, 30, tzinfo=UTC)
    assert (desktop.shown, transport.sent) == ([], [])


async def test_what_the_server_puts_off_is_tried_again_and_nothing_is_shown_twice(
    day: Context, desk: Desk, clock: FixedClock
) -> None:
    desktop, transport = Desktop(), FakeTransport(answer(State.DEFERRED))
    again = await bring(desk, desktop, transport)
    assert again is not None
    assert again < datetime(2026, 7, 16, 7, 32, tzinfo=UTC)
    clock.at = again
    await bring(desk, desktop, transport)
    assert (len(transport.sent), len(desktop.shown)) == (2, 1)


@pytest.mark.parametrize("state", [State.UNCERTAIN, State.REFUSED, State.ACCOUNT_PAUSED])
async def test_what_may_have_arrived_or_cannot_go_is_not_sent_again_that_day(
    day: Context, desk: Desk, clock: FixedClock, state: State
) -> None:
    desktop, transport = Desktop(), FakeTransport(answer(state))
    for _ in range(2):
        with pytest.raises(BriefError) as fault:
            await bring(desk, desktop, transport)
        assert fault.value.until == datetime(2026, 7, 17, 7, 30, tzinfo=UTC)
    assert len(transport.sent) == 1
    clock.advance(days=1)
    await bring(desk, desktop, transport)
    assert len(transport.sent) == 2, "the next day has a brief of its own"


def killed() -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(("where", "sent"), [("before_data", 1), ("after_data", 1)])
async def test_killed_while_it_is_sent_it_goes_once(day: Context, desk: Desk, where: str, sent: int) -> None:
    """Before its text leaves it goes again; after that nobody knows, and it does not."""
    desktop, transport = Desktop(), FakeTransport()
    stop: Callable[[], None] = killed
    setattr(transport, where, stop)
    with pytest.raises(KeyboardInterrupt):
        await bring(desk, desktop, transport)
    setattr(transport, where, None)
    if where == "before_data":
        await bring(desk, desktop, transport)
    else:
        with pytest.raises(BriefError, match="may or may not have arrived"):
            await bring(desk, desktop, transport)
    assert (len(transport.sent), len(desktop.shown)) == (sent, 1)


async def test_held_mail_holds_it_too(day: Context, desk: Desk) -> None:
    desktop, transport = Desktop(), FakeTransport()
    mail_hold.hold(day)
    assert await bring(desk, desktop, transport) is None
    assert (len(desktop.shown), transport.sent) == (1, [])
    mail_hold.let_go(day)
    await bring(desk, desktop, transport)
    assert len(transport.sent) == 1
    kept = briefs.of(day.read, "2026-07-16")
    assert kept is not None
    assert kept.phase == Phase.ACCEPTED


async def test_what_looks_like_patient_data_does_not_leave(day: Context, desk: Desk) -> None:
    add_task(day, "Call pt. J. D. about DOB 3/4/1980 by 15 Jul")
    text = mail_text(brief(day))
    assert "1980" not in text
    assert "number 4, whose words look like patient data: followthru show 4" in text
    transport = FakeTransport()
    await bring(desk, Desktop(), transport)
    assert b"1980" not in transport.sent[0][0]


async def test_without_an_account_named_for_it_no_mail_goes(day: Context, desk: Desk) -> None:
    plain = desk._replace(config=desk.config._replace(me=desk.config.me._replace(brief_mail=None)))
    desktop, transport = Desktop(), FakeTransport()
    await bring(plain, desktop, transport)
    assert (len(desktop.shown), transport.sent) == (1, [])
