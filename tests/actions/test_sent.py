"""What was sent: found by whom, when and words; shown byte for byte; written out for one practice alone."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from followthru.actions import drafting, edit, people, sent, updates
from followthru.actions.context import Context
from followthru.actions.deliver import Sender
from followthru.actions.sent import Span, export, frozen_bytes, history
from followthru.config.values import MailAccount
from followthru.domain.people import RoleName
from followthru.errors import NotFoundError, RefusedError
from followthru.exchange import sent_csv
from followthru.store import outbox
from followthru.updates.message import sha256
from followthru.updates.outbox import State
from tests.actions.mailkit import ACCOUNT, FakeTransport, answer, approved, config, drafted, oak_street, sender
from tests.storekit import FixedClock, add_person, add_practice, add_task

OTHER: MailAccount = ACCOUNT._replace(name="harbor", practices=("harbor-view",))


async def send(ctx: Context, person: str = "dana", *script: State) -> tuple[int, bytes]:
    """Send an update to a person at Oak Street; return its number and the bytes that left."""
    row = approved(ctx, person=person)
    transport = FakeTransport(*(answer(state) for state in script))
    await sender(ctx, transport).run()
    return row.id, transport.sent[-1][0]


@pytest.fixture
def oak(ctx: Context) -> Context:
    oak_street(ctx)
    add_person(ctx, "Sam Ito", RoleName.OWNER)
    add_task(ctx, "Renew licence by 15 Jul to dana @oak-street")
    edit.edit(ctx, 1, {"public_title": "Érablière licence"})
    return ctx


def ids(ctx: Context, words: str = "", **of: object) -> list[int]:
    return [one.id for one in history(ctx, words=words, **of)]  # type: ignore[arg-type]


async def test_what_was_sent_is_found_by_whom_when_and_words(oak: Context, clock: FixedClock) -> None:
    one, _ = await send(oak)
    clock.advance(days=1)
    two, _ = await send(oak, "sam")
    clock.advance(days=1)
    drafted(oak)
    assert ids(oak) == [two, one], "newest first, and no draft"
    assert ids(oak, person="dana") == ids(oak, person="dana", practice="oak-street") == [one]
    assert ids(oak, "erabliere LIC") == [two, one], "folded, and words that begin so"
    assert ids(oak, "sam") == [two], "in the text"
    assert ids(oak, "licence missing") == ids(oak, "…") == ids(oak, '"') == []
    today = clock.today
    assert ids(oak, span=Span(today.replace(day=2), today.replace(day=2))) == [two]
    assert ids(oak, span=Span(last=today.replace(day=1))) == [one]
    [found] = history(oak, person="sam")
    delivery = outbox.one(oak.read, two)
    assert delivery is not None
    assert (found.recipient, found.sha256, found.attempts) == ("sam.ito@oak-street.example", delivery.frozen.sha256, 1)
    assert sent.outcome(found) == "sent"
    with pytest.raises(NotFoundError):
        ids(oak, person="kim")


async def test_a_day_begins_where_the_pm_is(oak: Context, clock: FixedClock) -> None:
    one, _ = await send(oak)
    auckland = Context(oak.store, zone="Pacific/Auckland", my_name="Robin")
    day = clock.today
    assert ids(auckland, span=Span(day, day)) == []
    assert ids(auckland, span=Span(day.replace(day=2), day.replace(day=2))) == [one]


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/New_York"])
async def test_the_first_and_the_last_day_of_the_calendar_bound_nothing(oak: Context, zone: str) -> None:
    one, _ = await send(oak)
    there = Context(oak.store, zone=zone, my_name="Robin")
    assert ids(there, span=Span(date.min, date.max)) == [one]
    assert ids(there, span=Span(last=date.min)) == ids(there, span=Span(date.max)) == []


async def test_what_may_have_arrived_is_history_and_what_was_refused_is_not(oak: Context) -> None:
    one, _ = await send(oak, "dana", State.UNCERTAIN)
    await send(oak, "sam", State.REFUSED)
    assert ids(oak) == [one]
    assert sent.outcome(history(oak)[0]) == "may have arrived"
    updates.settle(oak, one, arrived=True)
    assert sent.outcome(history(oak)[0]) == "arrived, you said"
    assert history(oak)[0].phase == "accepted"


async def test_a_person_who_moved_is_found_by_the_address_of_then(oak: Context) -> None:
    await send(oak)
    people.edit(oak, "oak-street", "dana", {"email": "new@oak-street.example"})
    assert history(oak)[0].recipient == "dana.reyes@oak-street.example"


async def test_bytes_are_those_that_left(oak: Context) -> None:
    one, payload = await send(oak)
    assert frozen_bytes(oak, one) == payload
    row = drafted(oak, "sam")
    with pytest.raises(RefusedError, match="never approved"):
        frozen_bytes(oak, row.id)
    with oak.store.writing() as tx:
        tx.run("UPDATE delivery SET payload = ? WHERE update_id = ?", payload + b"x", one)
    with pytest.raises(RefusedError, match="hash differs"):
        frozen_bytes(oak, one)


async def elsewhere(ctx: Context) -> None:
    """Send something at another practice."""
    add_practice(ctx, "harbor-view")
    add_person(ctx, "Kim Vale", practice="harbor-view")
    add_task(ctx, "CANARY lease by 15 Jul to kim @harbor-view")
    row = drafting.draft(ctx, "harbor-view", "kim")
    updates.approve(ctx, config(0, OTHER), row.update_id)
    await Sender(ctx, OTHER, FakeTransport(), "one").run()


async def test_an_export_holds_one_practice_byte_for_byte(oak: Context, tmp_path: Path, clock: FixedClock) -> None:
    one, payload = await send(oak)
    await elsewhere(oak)
    clock.advance(days=1)
    two, _ = await send(oak, "sam")
    into = tmp_path / "deep" / "out"
    done = export(oak, "oak", into)
    assert [path.name for path in done.files] == [
        f"20260701T120000Z-update-{one}.eml",
        f"20260702T120000Z-update-{two}.eml",
    ]
    assert done.files[0].read_bytes() == payload
    assert sorted(path.name for path in into.iterdir()) == [*(path.name for path in done.files), "index.csv"]
    assert {path.stat().st_mode & 0o777 for path in into.iterdir()} == {0o600}
    assert into.stat().st_mode & 0o777 == 0o700
    rows = list(csv.DictReader(io.StringIO(done.table.read_text())))
    assert [(row["person"], row["to"], row["outcome"], row["attempts"], row["intact"]) for row in rows] == [
        ("dana", "dana.reyes@oak-street.example", "sent", "1", "yes"),
        ("sam", "sam.ito@oak-street.example", "sent", "1", "yes"),
    ]
    assert rows[0]["sha256"] == sha256(done.files[0].read_bytes())
    assert rows[0]["message_id"].encode() in payload
    assert not any(b"CANARY" in path.read_bytes() for path in into.iterdir())
    assert [path.name for path in export(oak, "oak", tmp_path / "late", span=Span(clock.today)).files] == [
        done.files[1].name
    ]


async def test_an_export_takes_an_empty_folder_or_adds_and_writes_nothing_over(
    oak: Context, tmp_path: Path, clock: FixedClock
) -> None:
    one, _ = await send(oak)
    export(oak, "oak", tmp_path / "out")
    clock.advance(days=1)
    two, _ = await send(oak, "sam")
    with pytest.raises(RefusedError, match="not empty"):
        export(oak, "oak", tmp_path / "out")
    done = export(oak, "oak", tmp_path / "out", span=Span(clock.today), add=True)
    assert len(done.files) == 1
    assert [line.file.split("-")[-1] for line in sent_csv.read(done.table)] == [f"{one}.eml", f"{two}.eml"]
    done.files[0].write_bytes(b"mine")
    with pytest.raises(RefusedError, match="holds something else"):
        export(oak, "oak", tmp_path / "out", add=True)
    assert done.files[0].read_bytes() == b"mine"
    await elsewhere(oak)
    with pytest.raises(RefusedError, match="another practice"):
        export(oak, "harbor", tmp_path / "out", add=True)
    done.table.write_text("a,b\n1,2\n")
    with pytest.raises(RefusedError, match="no index of ours"):
        export(oak, "oak", tmp_path / "out", add=True)
    (tmp_path / "file").touch()
    with pytest.raises(RefusedError, match="no folder"):
        export(oak, "oak", tmp_path / "file")


async def test_bytes_that_do_not_fit_their_hash_are_written_and_said(oak: Context, tmp_path: Path) -> None:
    one, payload = await send(oak)
    with oak.store.writing() as tx:
        tx.run("UPDATE delivery SET payload = ? WHERE update_id = ?", payload + b"x", one)
    done = export(oak, "oak", tmp_path / "out")
    assert done.broken == (one,)
    assert [line.intact for line in sent_csv.read(done.table)] == ["no"]


@pytest.mark.parametrize("subject", ["=cmd()", "+1", "-1+1", "@x", 'a "b", c', "\ttab", "two\nlines", "plain"])
def test_a_spreadsheet_runs_nothing(subject: str, tmp_path: Path) -> None:
    line = sent_csv.Line("f", "w", "p", "d", "t", "k", subject, "m", "s", "yes", "sent", "1")
    (tmp_path / "i.csv").write_bytes(sent_csv.dump([line]))
    table = csv.reader((tmp_path / "i.csv").read_bytes().decode().splitlines(keepends=True))
    assert [row[6] for row in table][1][0] not in "=+-@\t"
    assert sent_csv.read(tmp_path / "i.csv") == [line]


async def test_words_that_were_recalled_are_not_found_and_those_that_left_are(oak: Context) -> None:
    row = approved(oak)
    updates.recall(oak, row.id)
    text = updates.to_edit(oak, updates.find(oak.read, row.id))
    updates.edit(oak, row.id, text.replace("Kind regards", "Sunny regards"))
    updates.approve(oak, config(0), row.id)
    await sender(oak, FakeTransport()).run()
    assert ids(oak, "sunny") == [row.id]
    assert ids(oak, "kind") == []


def test_nothing_sent_is_an_empty_export(oak: Context, tmp_path: Path) -> None:
    done = export(oak, "oak", tmp_path / "out")
    assert (done.files, sent_csv.read(done.table)) == ((), [])
