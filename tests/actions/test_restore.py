"""What a restored store does not do: send again what it forgot."""

from __future__ import annotations

import os
from collections.abc import Collection
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from followthru.actions.backing_up import back_up, back_up_when_due, chosen, drill, due_at
from followthru.actions.context import Context
from followthru.actions.desk import Desk
from followthru.actions.mail_hold import MailHeldError
from followthru.actions.restore import preview, restore
from followthru.actions.salvaging import newest_whole, put_in_place, salvaged
from followthru.actions.trust import distrust
from followthru.config.places import Home, home_in
from followthru.domain.retention import Kept, Retention
from followthru.errors import RefusedError
from followthru.store import backups, damage, leases, mail_state, restoring
from followthru.store.faults import StoreError
from followthru.store.store import Store
from followthru.updates.outbox import State
from tests.actions.mailkit import FakeTransport, answer, approved, config, oak_street, phase, sender
from tests.storekit import FixedClock, add_practice, add_task, copy_database


def at_home(ctx: Context) -> Home:
    return home_in(ctx.store.database.parent)._replace(database=ctx.store.database)


def put_back(ctx: Context, clock: FixedClock) -> Context:
    """Put the newest backup of a desk back and return the desk on it."""
    place = at_home(ctx)
    (newest, *_) = backups.taken(backups.folder_of(place.database))
    restore(place, clock, newest)
    return ctx


async def test_what_went_out_since_is_held_and_may_have_arrived(ctx: Context, clock: FixedClock) -> None:
    oak_street(ctx)
    row = approved(ctx)
    backups.take(ctx.store.database, backups.folder_of(ctx.store.database), clock.now())
    await sender(ctx, FakeTransport(answer(State.ACCEPTED))).run()
    assert phase(ctx, row.id)[1] == "accepted"

    clock.advance(hours=1)
    again = put_back(ctx, clock)
    assert phase(again, row.id) == ("approved", "uncertain")
    held = mail_state.held(again.read)
    assert held is not None
    assert "put back" in held.why
    transport = FakeTransport(answer(State.ACCEPTED))
    with pytest.raises(MailHeldError):
        await sender(again, transport).run()
    assert transport.sent == []


async def test_the_first_update_afterwards_is_read_again(ctx: Context, clock: FixedClock) -> None:
    dana = oak_street(ctx)
    approved(ctx)
    await sender(ctx, FakeTransport(answer(State.ACCEPTED))).run()
    assert distrust(ctx, dana) is None
    clock.advance(hours=1)
    backups.take(ctx.store.database, backups.folder_of(ctx.store.database), clock.now())
    clock.advance(days=2)
    again = put_back(ctx, clock)
    assert "put back from a backup" in str(distrust(again, dana))


def test_what_was_so_when_it_was_backed_up_is_not_taken_for_now(ctx: Context, clock: FixedClock) -> None:
    oak_street(ctx)
    with ctx.store.writing() as tx:
        tx.run(
            "INSERT INTO calendar_state(calendar, url, sync_token, ctag, known, foreign_items, confirmed, failures, "
            "shared, made) VALUES ('mine', 'https://dav.example/mine/', 'of then', '7', 0, 0, 0, 0, 0, 0)"
        )
        leases.take_over(tx, "work", "a process of then")
        tx.run("INSERT INTO daemon_start(generation, holder, started_at) VALUES (7, 'of then', ?)", tx.now)
    backups.take(ctx.store.database, backups.folder_of(ctx.store.database), clock.now())
    clock.advance(hours=1)
    read = put_back(ctx, clock).read
    assert read.rows("SELECT calendar, sync_token, ctag FROM calendar_state") == [("mine", None, None)]
    assert read.value("SELECT count(*) FROM lease") == 0
    assert read.value("SELECT count(*) FROM daemon_start") == 0


def test_the_copy_of_a_drill_that_was_killed_is_removed_by_the_next(
    ctx: Context, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    killed, running, others = (tmp_path / name for name in ("followthru-drill-1", "followthru-drill-2", "other-1"))
    for folder in (killed, running, others):
        folder.mkdir()
        (folder / "followthru.db").write_bytes(b"a copy")
    for folder in (killed, others):
        os.utime(folder, (1.7e9, 1.7e9))
    desk = Desk(at_home(ctx), config(), ctx, {})
    (backup, *_) = back_up(desk)
    drill(desk, backup)
    assert (others / "followthru.db").exists()
    assert not killed.exists()
    assert (running / "followthru.db").exists()


def test_a_screen_that_is_open_notices(ctx: Context, clock: FixedClock) -> None:
    oak_street(ctx)
    backups.take(ctx.store.database, backups.folder_of(ctx.store.database), clock.now())
    other = Store.open(ctx.store.database, clock)
    try:
        before = other.read.data_version()
        put_back(ctx, clock)
        assert other.read.data_version() != before
        assert mail_state.held(other.read) is not None
    finally:
        other.close()


def desk(tmp_path: Path, blank_database: Path, clock: FixedClock) -> Desk:
    place = home_in(tmp_path / "desk")
    place.prepare()
    copy_database(blank_database, place.database)
    return Desk(place, config(), Context(Store.open(place.database, clock), zone="UTC"), {})


def test_one_a_day_by_itself(tmp_path: Path, blank_database: Path, clock: FixedClock) -> None:
    at = desk(tmp_path, blank_database, clock)
    try:
        assert due_at(at) == clock.now()
        assert back_up_when_due(at) == clock.now() + timedelta(days=1)
        clock.advance(hours=23)
        back_up_when_due(at)
        assert len(backups.taken(backups.folder_of(at.home.database))) == 1
        clock.advance(hours=2)
        back_up_when_due(at)
        assert len(backups.taken(backups.folder_of(at.home.database))) == 2
        # A clock that was a year ahead for a moment keeps no backup from being made.
        clock.advance(days=365)
        back_up(at)
        clock.advance(days=-364)
        assert due_at(at) == clock.now()
        # And does not have one made after the other.
        assert back_up_when_due(at) == clock.now() + timedelta(days=1)
        assert due_at(at) == clock.now() + timedelta(days=1)
        # Nor does the copy that a restore makes first stand for the day's.
        clock.advance(days=1)
        backups.take(at.home.database, backups.folder_of(at.home.database), clock.now(), before_restore=True)
        assert due_at(at) == clock.now()
        clock.advance(days=-1)
        # The one that is put back without a name is the one that was taken last, not the one of the future.
        assert chosen(backups.folder_of(at.home.database), None).at == clock.now()
    finally:
        at.ctx.store.close()


def test_a_salvage_fills_up_from_no_copy_that_a_restore_made(
    tmp_path: Path, blank_database: Path, clock: FixedClock
) -> None:
    folder = tmp_path / "backups"
    backups.take(blank_database, folder, clock.now(), before_restore=True)
    assert newest_whole(folder) == (None, ())
    meant = backups.take(blank_database, folder, clock.now() + timedelta(hours=1))
    backups.take(blank_database, folder, clock.now() + timedelta(hours=2), before_restore=True)
    assert newest_whole(folder) == (meant, ())


def test_a_second_folder_that_is_away_for_weeks_fills_no_disk(
    tmp_path: Path, blank_database: Path, clock: FixedClock
) -> None:
    at = desk(tmp_path, blank_database, clock)
    away = tmp_path / "usb"
    away.write_text("no folder just now")
    settings = at.config.daemon._replace(backup_folder=away / "copies", backups=2)
    at = at._replace(config=at.config._replace(daemon=settings))
    own = backups.folder_of(at.home.database)
    try:
        for _ in range(3):
            for _ in range(10):
                with pytest.raises(StoreError, match="usb"):
                    back_up_when_due(at)
                clock.advance(minutes=5)
            clock.advance(days=1)
        assert [one.at.day for one in backups.taken(own)] == [clock.now().day - 1, clock.now().day - 2]
        assert backups.tried_at(own) is not None, "its own is tried although the other one is away"
        with pytest.raises(StoreError) as caught:
            back_up(at)
        assert str(own) in caught.value.safe
        away.unlink()
        back_up_when_due(at)
        assert len(backups.taken(away / "copies")) == 1
    finally:
        at.ctx.store.close()


def through_a_link(tmp_path: Path, blank_database: Path) -> tuple[Home, Path]:
    """Return a home whose store is a link to a damaged one, and that one's place; it was backed up before."""
    kept, linked = tmp_path / "kept" / "followthru.db", home_in(tmp_path / "linked")
    copy_database(blank_database, kept)
    backups.take(kept, backups.folder_of(kept), FixedClock().now())
    linked.prepare()
    linked.database.symlink_to(kept)
    with kept.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096 * 40)
    return linked, kept


@pytest.mark.parametrize("salvages", [False, True])
def test_a_store_that_a_link_leads_to_is_put_back_where_it_lies(
    tmp_path: Path, blank_database: Path, clock: FixedClock, salvages: bool
) -> None:
    linked, kept = through_a_link(tmp_path, blank_database)
    damage.note(linked.database, "seen through the link")
    assert damage.noted(kept) == "seen through the link", "whoever opens it by its own name knows as well"
    if salvages:
        with salvaged(linked, None) as ready:
            put_in_place(linked, clock, ready)
    else:
        restore(linked, clock, chosen(backups.folder_of(linked.database), None))
    assert linked.database.is_symlink(), "or there would be two stores from now on"
    assert damage.noted(kept) is None
    for opened in (linked.database, kept):
        with closing(Store.open(opened, clock)) as store:
            assert store.trouble is None
    assert kept.stat().st_mode & 0o077 == 0, "only its owner reads it"
    assert kept.with_name("followthru.db.damaged-1").is_file()
    assert restoring.left_over(linked.database) == [kept.with_name("followthru.db.damaged-1")]


def test_what_somebody_else_lets_go_of_meanwhile_is_no_fault(
    tmp_path: Path, blank_database: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        backups.take(blank_database, tmp_path, clock.now())
        clock.advance(days=2)
    rule = Retention(daily=1, weekly=0, monthly=0)
    judged = backups.to_remove

    def meanwhile(there: Collection[Kept], by: Retention) -> list[Kept]:
        gone = judged(there, by)
        for one in backups.taken(tmp_path)[1:]:
            one.path.unlink()
        return gone

    monkeypatch.setattr(backups, "to_remove", meanwhile)
    assert len(backups.prune(tmp_path, rule)) == 2
    assert len(backups.taken(tmp_path)) == 1


def test_a_backup_is_whole_although_its_folder_takes_no_note_of_that(
    tmp_path: Path, blank_database: Path, clock: FixedClock
) -> None:
    at = desk(tmp_path, blank_database, clock)
    try:
        [made] = back_up(at)
        (made.path.parent / "tried").mkdir()  # a full disk refuses it likewise
        assert drill(at, made).backup == made
    finally:
        at.ctx.store.close()


def test_what_a_killed_salvage_or_restore_left_is_no_part_of_the_next(ctx: Context, clock: FixedClock) -> None:
    home, kept = at_home(ctx), ctx.store.database
    add_practice(ctx)
    add_task(ctx, "Renew cover by 2026-07-10 @oak-street")
    one = backups.take(kept, backups.folder_of(kept), clock.now())
    page = ctx.read.value("SELECT rootpage FROM sqlite_master WHERE name = 'tasks_by_date'")
    ctx.store.close()
    with kept.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)
    journal = kept.with_name(f"{kept.name}.restoring-journal")
    with salvaged(home, None, only_to_look=True) as ready:
        found, left = ready.report, ready.place.read_bytes()
    assert found.complete
    ready.place.write_bytes(left)  # as when its terminal is closed before it is answered
    journal.write_bytes(b"of another copy")
    with salvaged(home, None, only_to_look=True) as ready:
        assert ready.report == found
        assert not journal.exists() or journal.read_bytes() != b"of another copy"
        with pytest.raises(RefusedError, match="by another process"):
            preview(home, clock, one)
