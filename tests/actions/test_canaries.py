"""Every field of every entity carries a canary, and none of them is in a byte that leaves: mails, exported mails, logs.

`WHY_NOT` names the fields that cannot carry one, each with its reason; a new field gets a canary by itself.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest

from followthru.actions import (
    correct,
    decisions,
    drafting,
    edit,
    goals,
    hours_log,
    meetings,
    minutes,
    notices,
    promises,
    raising,
    report,
    sent,
    tasks,
    updates,
)
from followthru.actions.context import Context
from followthru.actions.decisions import NewDecision
from followthru.actions.deliver import Sender
from followthru.actions.meetings import NewMeeting
from followthru.actions.promises import NewPromise
from followthru.actions.tasks import Waiting
from followthru.domain.fields import ENTITIES, FIELDS, Field, Kind, Sees
from followthru.domain.people import RoleName
from followthru.domain.periods import Length, of
from followthru.log import ROOT
from followthru.store import updates as read_updates
from followthru.updates.outbox import UpdateKind
from followthru.updates.phrases import BLANK
from followthru.updates.transports.file import FileTransport
from tests.actions.mailkit import ACCOUNT, config
from tests.storekit import FixedClock, add_person, add_practice, add_task
from tests.updates.test_canary import INTERNAL

READERS = {"dana": RoleName.OWNER, "lee": RoleName.LEAD, "sam": RoleName.STAFF, "vic": RoleName.VENDOR}
SHOWN = 3 * len(READERS)
"""The last of the tasks that somebody is meant to see."""
CANARIES: dict[Kind, str | int] = {
    Kind.TEXT: "CANARY",
    Kind.WHOLE: 918273,
    Kind.DATE: "2031-03-17",
    Kind.TIME: "03:17",
    Kind.INSTANT: "2031-03-17T03:17:00Z",
    Kind.JSON: '"CANARY"',
}
FIGURES = {"goal.aim", "goal.aim_to", "reading.value"}
"""Text that is read as a figure."""
SIGNS = ("CANARY", "2031", "17 Mar", "Mar 17", "918273", "918,273", "91 82 73", "03:17", "3:17")
CLOSED = "one of a few words that the program knows"
STEERS = "what is sent, and when, follows from it"
WHY_NOT = {
    "practice.slug": "it names the practice to everything here; below it is looked for by itself",
    "practice.timezone": CLOSED, "practice.weekdays": CLOSED, "practice.holidays": CLOSED, "practice.roll": CLOSED,
    "practice.buffer_policy": CLOSED, "practice.status": CLOSED, "practice.capacity_minutes": STEERS,
    "person.channel": CLOSED, "person.timezone": CLOSED, "role.role": CLOSED, "role.cadence": CLOSED,
    "role.paused_on": STEERS, "role.paused_until": STEERS, "closure.closed_on": STEERS,
    "season.first_on": STEERS, "season.last_on": STEERS, "season.weekdays": CLOSED,
    "task.status": CLOSED, "task.audience": CLOSED, "task.target_source": CLOSED, "task.repeats": CLOSED,
    "task.done_on": STEERS, "task.closed_at": STEERS, "task.follow_up_on": STEERS, "task.created_at": STEERS,
    "task.buffer_set_days": STEERS,
    "telling.promised_on": STEERS, "telling.told_on": STEERS, "telling.told_at": STEERS, "telling.how": CLOSED,
    "telling.calendar": CLOSED,
    "past_case.told_on": STEERS, "past_case.done_on": STEERS,
    "goal.direction": CLOSED, "goal.audience": CLOSED, "goal.retired_on": STEERS,
    "reading.audience": CLOSED,
    "decision.audience": CLOSED, "decision.retracted_on": STEERS, "decision_task.link": CLOSED,
    "update.uid": "it is in the Message-ID, and means nothing", "update.kind": CLOSED, "update.status": CLOSED,
    "update.drafted_at": STEERS, "update.send_after": STEERS, "update.approved_by": CLOSED,
}  # fmt: skip
GIVEN = ("task", "goal", "reading", "decision")
SEEN = {"task": SHOWN, "goal": 1, "reading": 2, "decision": 1}
"""The last of each that somebody is meant to see."""
ONLY_HIDDEN = {f"{one.entity}.{one.name}" for one in FIELDS if one.sees is Sees.READER and one.entity in GIVEN}
"""Fields that readers are meant to see: they carry a canary where what they belong to is not theirs to see."""


def name_of(field: Field) -> str:
    return f"{field.entity}.{field.name}"


def carries(field: Field) -> bool:
    """Return whether a field carries a canary: neither a reference, a yes or no, nor one of `WHY_NOT`."""
    return field.kind in CANARIES and name_of(field) not in WHY_NOT


def canary(field: Field) -> str | int:
    """Return what a field carries."""
    return str(CANARIES[Kind.WHOLE]) if name_of(field) in FIGURES else CANARIES[field.kind]


def test_every_field_is_decided() -> None:
    assert set(WHY_NOT) <= {name_of(field) for field in FIELDS}
    assert {field.kind for field in FIELDS} - set(CANARIES) == {Kind.FLAG, Kind.REF}
    carrying = {name_of(field) for field in FIELDS if carries(field)}
    assert {"task.title", "task.notes", "task.answer", "task.target_on", "person.email", "update.flags"} <= carrying
    assert {"task.public_title", "task.because", "task.waiting_for", "goal.title", "reading.value"} <= ONLY_HIDDEN
    assert {"decision.words", "decision.decided_on"} <= ONLY_HIDDEN
    assert {"meeting.minutes", "meeting.agenda", "action_item.line", "raise_note.words", "decision.notes"} <= carrying
    assert {"goal.notes", "reading.note", "hours_entry.note", "hours_entry.minutes", "reading.value"} <= carrying


@pytest.fixture
def office(ctx: Context) -> Context:
    """Two practices; at the first a reader of each role, each with a promise, a question and work of their own."""
    add_practice(ctx)
    add_practice(ctx, "elm")
    add_person(ctx, "Olga Hidden", practice="elm")
    add_person(ctx, "Nobody Hidden", RoleName.STAFF)
    for name, role in READERS.items():
        add_person(ctx, f"{name.title()} Reyes", role)
        told = add_task(ctx, f"Promise by 15 Jul to {name} @oak-street")
        asked = add_task(ctx, "Question @oak-street")
        tasks.wait(ctx, asked, Waiting(name, "the form", date(2026, 7, 10), date(2026, 7, 6)))
        edit.edit(ctx, asked, {"audience": "owners"})
        work = add_task(ctx, f"Work +{name} @oak-street")
        for id in (told, asked, work):
            edit.edit(ctx, id, {"public_title": f"Shown {id}"})
    for at, (slug, audience) in enumerate((("oak-street", "team"), ("oak-street", "me"), ("elm", "team")), 1):
        goals.add(ctx, "ar-days", slug, {"audience": audience, "notes": "Mine"})
        goals.read(ctx, at, "47", "30 jun", "Mine")
        if at == 1:
            goals.read(ctx, at, "48", "31 may")
    goals.add(ctx, "no-shows", "oak-street", {"audience": "team"})
    goals.read(ctx, 4, "5", "30 jun")
    goals.retire(ctx, 4)
    decide(ctx)
    hours_log.log(ctx, "@oak-street", "45m", note="Mine")
    add_task(ctx, "Private *private by 15 Jul @oak-street")
    add_task(ctx, "Elsewhere by 15 Jul @elm")
    return ctx


def decide(ctx: Context) -> None:
    """A decision for all four, one for nobody else made by all of them, one elsewhere; a meeting, a note to raise."""
    people = tuple(READERS)
    decisions.add(ctx, "oak-street", NewDecision("We stay with the lab", people=people, audience="team", notes="Mine"))
    decisions.add(ctx, "oak-street", NewDecision("Hidden", people=people, audience="me", notes="Mine"))
    decisions.add(ctx, "elm", NewDecision("Hidden", people=("olga",), audience="team"))
    meetings.add(ctx, "oak-street", NewMeeting("today", "9:00", people, "Mine"))
    minutes.take(ctx, 1, "Mine\ndecision: *private Hidden\n  - [ ] Hidden *private")
    meetings.agenda(ctx, 1, "Mine")
    raising.add(ctx, "dana", "Mine")


def fill(database: Path) -> None:
    """Write a canary into everything that can carry one: below the program, as no verb would."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        _add_rows(connection)
        for field in FIELDS:
            if carries(field) and field.entity != "update":
                plain = field.kind is not Kind.TEXT or name_of(field) in FIGURES
                words = "?" if plain else f"? || '-{field.name}-' || id"
                sql = f'UPDATE "{field.entity}" SET {field.name} = {words} WHERE {_where(field)}'  # noqa: S608
                connection.execute(sql, (canary(field),))


def _where(field: Field) -> str:
    """Return which rows carry a canary in this field: all but those whose readers are meant to see it."""
    if name_of(field) in ONLY_HIDDEN:
        return f"id > {SEEN[field.entity]}"
    if field.entity == "person":
        return f"handle NOT IN ({','.join(map(repr, READERS))})"
    return "slug <> 'oak-street'" if name_of(field) == "practice.name" else "TRUE"


_PLAIN: dict[Kind, str | int] = {
    Kind.TEXT: "x",
    Kind.WHOLE: 1,
    Kind.FLAG: 0,
    Kind.DATE: "2030-01-01",
    Kind.TIME: "09:00",
    Kind.INSTANT: "2030-01-01T09:00:00Z",
    Kind.JSON: "[]",
}


def _add_rows(connection: sqlite3.Connection) -> None:
    """Add one row of each entity that has none, so that its fields have somewhere to stand."""
    for entity in ENTITIES:
        if entity == "update" or connection.execute(f'SELECT 1 FROM "{entity}"').fetchone():  # noqa: S608
            continue
        values = {
            one.name: _PLAIN.get(one.kind, 1) if carries(one) or one.required else None
            for one in FIELDS
            if one.entity == entity
        }
        refs = [one.name for one in FIELDS if one.entity == entity and one.kind is Kind.REF]
        # Two references of one kind name two rows: nothing depends on itself.
        values.update({name: number + 1 for number, name in enumerate(refs)} if entity == "dependency" else {})
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        connection.execute(f'INSERT INTO "{entity}"({names}) VALUES ({marks})', tuple(values.values()))  # noqa: S608


def fill_drafts(database: Path) -> None:
    """Write canaries into what stands beside the text of the updates that wait."""
    flags = '[{"name":"reason missing","words":"CANARY-flags","task_id":null}]'
    sql = "UPDATE \"update\" SET flags = ?, former = 'CANARY-former' WHERE status = 'in review'"
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute(sql, (flags,))


async def send_all(ctx: Context, database: Path, folder: Path) -> None:
    """Draft all that is due, complete it, approve it and send it into a folder."""
    notices.prepare(ctx)
    fill_drafts(database)
    for row in read_updates.listed(ctx.read, limit=-1):
        if row.practice != "oak-street" or row.status != "in review":
            continue
        if BLANK in row.body:
            updates.edit(ctx, row.id, updates.to_edit(ctx, row).replace(BLANK, "I ask a week earlier"))
        updates.approve(ctx, config(0), row.id)
    await Sender(ctx, ACCOUNT, FileTransport(folder), "one").run()


async def test_no_canary_is_in_a_byte_that_leaves(
    office: Context,
    clock: FixedClock,
    database: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    # Named, because the level that another test set for the program's own log would hold otherwise.
    caplog.set_level(logging.DEBUG, logger=ROOT)
    folder, exported = tmp_path / "mails", tmp_path / "exported"
    fill(database)
    # Questions go first: what an update has asked already is not asked once more.
    await send_all(office, database, folder)
    first, *_ = [drafting.draft(office, "oak-street", name).update_id for name in READERS]
    await send_all(office, database, folder)
    clock.at = datetime(2026, 7, 6, 9, tzinfo=UTC)
    await send_all(office, database, folder)
    clock.at = datetime(2026, 7, 15, 9, tzinfo=UTC)
    await send_all(office, database, folder)
    clock.at = datetime(2026, 7, 16, 9, tzinfo=UTC)
    for number in range(len(READERS)):
        promises.promise(office, 3 * number + 1, NewPromise(date(2026, 7, 23)), because="the lab is late")
    await send_all(office, database, folder)
    correct.correct(office, first, "I read a letter wrongly")
    await send_all(office, database, folder)
    for name in READERS:
        report.send(office, "oak-street", of(Length.MONTH, date(2026, 7, 16)), name)
    await send_all(office, database, folder)
    sent.export(office, "oak-street", exported)

    found = read_updates.listed(office.read, all_=True, limit=-1)
    gone = {(row.kind, row.person) for row in found if row.phase == "accepted"}
    assert {kind for kind, _ in gone} == set(UpdateKind) - {UpdateKind.CALL}
    for kind in (
        *(UpdateKind.DIGEST, UpdateKind.QUESTION, UpdateKind.ASSIGNMENT, UpdateKind.NUDGE, UpdateKind.REPAIR),
        UpdateKind.REPORT,
    ):
        assert {person for each, person in gone if each == kind} == set(READERS), kind
    mails = [*folder.glob("*.eml"), *exported.rglob("*.eml")]
    assert len(mails) >= 2 * len(gone)
    assert any("We stay with the lab" in text for mail in mails for text in texts(mail.read_bytes()))
    for mail in mails:
        for text in texts(mail.read_bytes()):
            assert not [sign for sign in SIGNS if sign in text], (mail.name, text)
            assert not [word for word in (*INTERNAL, "hidden") if word in text.lower()], text
            assert "oak-street" not in text.replace("@oak-street.example", ""), (
                "the practice's name here is no reader's"
            )
    assert not [sign for sign in SIGNS if sign in caplog.text]
    assert caplog.text


def texts(payload: bytes) -> Iterator[str]:
    """Yield a mail as it travels, each of its headers as it reads, and its parts decoded."""
    yield payload.decode("ascii")
    message = BytesParser(policy=policy.default).parsebytes(payload)
    assert isinstance(message, EmailMessage)
    yield from (f"{name}: {value}" for name, value in message.items())
    for part in message.walk():
        if not part.is_multipart():
            yield str(part.get_content())


def test_the_canaries_are_there(office: Context, database: Path) -> None:
    """Otherwise none could be found missing."""
    fill(database)
    with closing(sqlite3.connect(database)) as connection:
        for field in FIELDS:
            if carries(field) and field.entity != "update":
                sql = f"SELECT count(*) FROM \"{field.entity}\" WHERE {field.name} LIKE ? || '%'"  # noqa: S608
                assert connection.execute(sql, (canary(field),)).fetchone()[0], name_of(field)
