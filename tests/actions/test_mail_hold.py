"""All mail held: by the PM, by a restored store, by a store that goes on elsewhere; and limits that hold some of it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from followthru.actions import mail_hold, outgoing, people, practices, promises, same_machine, updates
from followthru.actions.context import Context
from followthru.actions.deliver import Sender
from followthru.actions.desk import Desk, open_desk
from followthru.actions.gate import Rules
from followthru.actions.mail_hold import MailHeldError
from followthru.actions.promises import NewPromise
from followthru.actions.same_machine import OtherMachineError
from followthru.config.places import home_in
from followthru.config.reading import load
from followthru.config.values import Config, Hours, MailAccount
from followthru.domain.people import PracticeStatus
from followthru.errors import RefusedError
from followthru.store import leases, mail_state, outbox
from followthru.store.store import Store
from followthru.updates.outbox import Outcome, State
from followthru_daemon.build import build_jobs
from tests.actions.mailkit import ACCOUNT, FakeTransport, answer, approved, config, drafted, oak_street, phase
from tests.storekit import FixedClock, add_person, add_task, copy_database


@pytest.fixture(autouse=True)
def somebody_to_write_to(ctx: Context) -> None:
    """Dana, and something to tell her."""
    oak_street(ctx)
    add_task(ctx, "Renew cover by 15 Jul @oak-street")


class Post:
    """The sender of a daemon that can be started again, and what left through it."""

    def __init__(self, run_folder: Path) -> None:
        self.transport = FakeTransport()
        self._run_folder = run_folder
        self._started = 0

    async def run(self, ctx: Context, rules: Rules | None = None, account: MailAccount = ACCOUNT) -> datetime | None:
        """Start anew and send what is due."""
        self._started += 1
        holder = f"start {self._started}"
        return await Sender(ctx, account, self.transport, holder, rules=rules, run_folder=self._run_folder).run()

    @property
    def left(self) -> int:
        """How many mails have left."""
        return len(self.transport.sent)


@pytest.fixture
def post(tmp_path: Path) -> Post:
    """A daemon's mail."""
    return Post(tmp_path / "run")


async def test_held_mail_stays_until_it_is_let_go(ctx: Context, post: Post) -> None:
    row = approved(ctx)
    mail_hold.hold(ctx, "I saw\nan error")
    mail_hold.hold(ctx, "again")
    with pytest.raises(MailHeldError, match="I saw an error"):
        await post.run(ctx)
    assert phase(ctx, row.id) == ("approved", "approved")
    mail_hold.let_go(ctx)
    await post.run(ctx)
    assert post.left == 1
    with pytest.raises(RefusedError, match="No mail is held"):
        mail_hold.let_go(ctx)


async def test_held_in_the_middle_of_a_morning_the_rest_stays(ctx: Context, post: Post) -> None:
    add_person(ctx, "Lee Moss")
    approved(ctx)
    approved(ctx, person="lee")

    def held() -> None:
        mail_hold.hold(ctx)

    post.transport.after_data = held
    with pytest.raises(MailHeldError):
        await post.run(ctx)
    assert post.left == 1, "what the server is being told just now goes on"


async def test_a_claim_looks_once_more(ctx: Context) -> None:
    row = approved(ctx)
    delivery = outbox.one(ctx.read, row.id)
    assert delivery is not None
    mail_hold.hold(ctx)
    with ctx.store.writing() as tx:
        generation = leases.take_over(tx, "oak", "me")
        assert not outbox.claim(tx, delivery, generation)


async def test_undo_neither_holds_mail_nor_lets_it_go(ctx: Context) -> None:
    before = ctx.read.value("SELECT count(*) FROM action")
    mail_hold.hold(ctx)
    assert ctx.read.value("SELECT count(*) FROM action") == before


async def test_a_restored_store_sends_nothing_and_leaves_what_is_unfinished_to_the_pm(
    ctx: Context, post: Post, tmp_path: Path, clock: FixedClock
) -> None:
    add_person(ctx, "Lee Moss")
    first, second = approved(ctx), approved(ctx, person="lee")
    post.transport = FakeTransport(answer(State.DEFERRED), Outcome(State.ACCEPTED, 250, "queued"))
    await post.run(ctx)
    copy = shutil.copyfile(ctx.store.database, tmp_path / "copy.db")
    clock.advance(minutes=5)
    await post.run(ctx)
    assert post.left == 3
    assert phase(ctx, first.id)[1] == "accepted"

    restored = Context(Store.open(copy, clock), zone="UTC", my_name="Robin")
    assert phase(restored, first.id)[1] == "deferred", "it knows nothing of the mail that was sent"
    for _ in range(2):
        with pytest.raises(MailHeldError, match="restored"):
            await post.run(restored)
    assert phase(restored, first.id) == ("approved", "uncertain")
    assert [each.phase for each in outbox.attempts(restored.read, first.id)] == ["deferred", "uncertain"]
    mail_hold.let_go(restored)
    await post.run(restored)
    assert post.left == 3, "nothing that may have arrived is sent again by itself"
    updates.settle(restored, first.id, arrived=True)
    assert phase(restored, first.id) == ("settled", "accepted")
    assert phase(restored, second.id)[1] == "accepted"
    restored.store.close()


async def test_a_store_that_is_as_new_as_its_mail_is_not_taken_for_restored(
    ctx: Context, post: Post, tmp_path: Path
) -> None:
    approved(ctx)
    await post.run(ctx)
    copy = shutil.copyfile(ctx.store.database, tmp_path / "copy.db")
    put_back = Context(Store.open(copy, ctx.store.clock), zone="UTC", my_name="Robin")
    assert await post.run(put_back) is None
    put_back.store.close()


async def test_another_store_at_the_same_home_is_not_taken_for_restored(
    ctx: Context, post: Post, tmp_path: Path, blank_database: Path
) -> None:
    approved(ctx)
    await post.run(ctx)
    other = Context(Store.open(shutil.copyfile(blank_database, tmp_path / "other.db"), ctx.store.clock), zone="UTC")
    assert await post.run(other) is None
    other.store.close()


async def test_a_mark_that_cannot_be_kept_holds_no_mail_up(ctx: Context, tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file where the folder should be")
    row = approved(ctx)
    await Post(tmp_path / "run").run(ctx)
    assert phase(ctx, row.id)[1] == "accepted"


@pytest.mark.parametrize(("days", "goes"), [(2, True), (4, False)])
async def test_what_could_not_go_for_days_is_read_again_first(
    ctx: Context, post: Post, clock: FixedClock, days: int, goes: bool
) -> None:
    """A laptop that slept over a holiday, a practice that was paused, an account that was broken."""
    row = approved(ctx)
    clock.advance(days=days)
    await post.run(ctx)
    assert post.left == goes
    found = updates.find(ctx.read, row.id)
    assert found.status == ("approved" if goes else "in review")
    assert ("It was to go out on Wed 1 Jul and could not" in found.flags) == (not goes)


async def test_days_are_those_where_the_pm_is(ctx: Context, post: Post, clock: FixedClock) -> None:
    """Nine in the evening of 30 June in California is 1 July by the clock that instants are kept in."""
    ctx.zone = "America/Los_Angeles"
    clock.advance(hours=-8)
    row = approved(ctx)
    held = mail_hold.hold(ctx)
    assert "since 2026-06-30" in MailHeldError(held, ctx.zone).message
    mail_hold.let_go(ctx)
    clock.advance(days=4)
    await post.run(ctx)
    assert "It was to go out on Tue 30 Jun and could not" in updates.find(ctx.read, row.id).flags


async def test_a_practice_that_comes_back_sends_no_backlog(ctx: Context, post: Post, clock: FixedClock) -> None:
    row = approved(ctx)
    practices.set_status(ctx, "oak-street", PracticeStatus.PAUSED)
    clock.advance(days=20)
    await post.run(ctx)
    practices.set_status(ctx, "oak-street", PracticeStatus.ACTIVE)
    await post.run(ctx)
    assert post.left == 0
    assert phase(ctx, row.id)[0] == "in review"


async def test_a_reader_gets_no_storm(ctx: Context, post: Post, clock: FixedClock) -> None:
    rules, due = Rules(reader_limit=2), None
    for number in range(3):
        add_task(ctx, f"Task {number} by 16 Jul @oak-street")
        approved(ctx)
        due = await post.run(ctx, rules)
        clock.advance(hours=1)
    assert post.left == 2
    assert due is not None
    assert due - datetime(2026, 7, 2, 12, tzinfo=UTC) < due.resolution * 2_000_000
    (one,) = outgoing.outgoing(ctx, limited(reader_limit=2))
    assert one.why == "dana has been sent 2 mails within a day, the most that you allow."
    clock.at = due
    await post.run(ctx, rules)
    assert post.left == 3


async def test_an_account_sends_no_storm(ctx: Context, post: Post, clock: FixedClock) -> None:
    add_person(ctx, "Lee Moss")
    approved(ctx)
    approved(ctx, person="lee")
    account = ACCOUNT._replace(daily_limit=1)
    due = await post.run(ctx, account=account)
    assert post.left == 1
    assert due is not None
    clock.at = due
    await post.run(ctx, account=account)
    assert post.left == 2


def limited(**rules: object) -> Config:
    found = config(60)
    return found._replace(updates=found.updates._replace(**rules))


class TestARehearsal:
    """What goes out when, and why not; nothing is sent by asking."""

    def judged(self, ctx: Context, given: Config | None = None) -> tuple[datetime | None, str | None]:
        """Return when the one approved update leaves, and why not before."""
        (one,) = outgoing.outgoing(ctx, given or config(60))
        return one.at, one.why

    def test_after_the_delay(self, ctx: Context) -> None:
        approved(ctx, send_delay=60)
        assert self.judged(ctx) == (datetime(2026, 7, 1, 12, 1, tzinfo=UTC), None)

    def test_after_quiet_hours(self, ctx: Context) -> None:
        approved(ctx)
        people.edit(ctx, "oak-street", "dana", {"timezone": "Asia/Tokyo"})
        quiet = limited(quiet_hours=Hours(time(20), time(8)))
        assert self.judged(ctx, quiet) == (
            datetime(2026, 7, 1, 23, tzinfo=UTC), "These are Dana Reyes's quiet hours."
        )  # fmt: skip

    def test_not_while_all_is_held_or_the_practice_is_paused(self, ctx: Context) -> None:
        approved(ctx)
        practices.set_status(ctx, "oak-street", PracticeStatus.PAUSED)
        assert self.judged(ctx) == (None, "oak-street is paused.")
        mail_hold.hold(ctx, "wait")
        assert self.judged(ctx) == (None, "All mail is held: wait")

    def test_not_what_became_false(self, ctx: Context) -> None:
        approved(ctx)
        promises.promise(ctx, 1, NewPromise(None))
        at, why = self.judged(ctx)
        assert at is None
        assert "It comes back to review" in str(why)

    def test_not_without_an_account(self, ctx: Context) -> None:
        approved(ctx)
        assert "no longer configured" in str(self.judged(ctx, config(60, None))[1])

    def test_the_very_bytes_are_written(self, ctx: Context, tmp_path: Path) -> None:
        row = approved(ctx)
        found = outgoing.outgoing(ctx, config(60))
        (path,) = outgoing.write_out(ctx, found, tmp_path / "new" / "folder")
        delivery = outbox.one(ctx.read, row.id)
        assert delivery is not None
        assert path.read_bytes() == delivery.frozen.payload
        assert phase(ctx, row.id) == ("approved", "approved")


def test_a_hold_survives_as_it_was_said(ctx: Context) -> None:
    said = mail_hold.hold(ctx, 'a "quoted" {reason}')
    assert mail_state.held(ctx.read) == said


class TestAStoreThatWasCopied:
    """Two copies that both send would write to every reader twice."""

    @pytest.fixture
    def desks(self, tmp_path: Path, blank_database: Path, clock: FixedClock) -> Iterator[tuple[Desk, Desk]]:
        """A store with an approved update, and its copy in another folder."""
        folder, other = tmp_path / "here", tmp_path / "there"
        home = home_in(folder)
        home.prepare()
        copy_database(blank_database, home.database)
        home.config.write_text(
            '[me]\nname = "Robin Vale"\ntimezone = "UTC"\n[[mail]]\nname = "oak"\npractices = ["oak-street"]\n'
            'from = "Robin Vale <robin@oak.example>"\ntransport = "file"\nfolder = "mails"\n'
            '[updates]\nsend_delay = "0s"\n'
        )
        here = open_desk(home, load(home.config), clock)
        oak_street(here.ctx)
        add_task(here.ctx, "Renew cover by 15 Jul @oak-street")
        asyncio.run(run_mail(here))
        updates.approve(here.ctx, here.config, drafted(here.ctx).id)
        here.ctx.store.close()
        shutil.copytree(folder, other)
        there = home_in(other)
        both = open_desk(home, here.config, clock), open_desk(there, load(there.config), clock)
        yield both
        for desk in both:
            desk.ctx.store.close()

    async def test_sends_from_one_place(self, desks: tuple[Desk, Desk]) -> None:
        here, there = desks
        with pytest.raises(OtherMachineError):
            await run_mail(there)
        await run_mail(here)
        assert phase(here.ctx, 1)[1] == "accepted"
        assert phase(there.ctx, 1)[1] == "approved"

    async def test_holds_its_mail_where_it_goes_on(self, desks: tuple[Desk, Desk]) -> None:
        _, there = desks
        same_machine.take_over(there)
        with pytest.raises(MailHeldError, match="goes on in another place"):
            await run_mail(there)
        assert phase(there.ctx, 1) == ("approved", "uncertain")

    async def test_saying_it_twice_holds_nothing(self, desks: tuple[Desk, Desk]) -> None:
        here, _ = desks
        same_machine.take_over(here)
        await run_mail(here)
        assert phase(here.ctx, 1)[1] == "accepted"


async def run_mail(desk: Desk) -> None:
    """Do what the daemon does about the one mail account."""
    (job,) = (job for job in build_jobs(desk) if job.name == "mail oak")
    await job.run()
