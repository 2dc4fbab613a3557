"""What calendars for others show, held against a second statement of the rules; private words in no byte of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.actions import calendar_questions, edit, promises, registers, renewals, tasks
from followthru.actions.calendar_questions import Choice
from followthru.actions.context import Context
from followthru.actions.promises import NewPromise
from followthru.actions.publishing import published_to
from followthru.calendars.dav.client import Answer, DavClient
from followthru.calendars.dav.requests import Request
from followthru.calendars.shown import Shown, View
from followthru.domain import fields
from followthru.domain.changes import Action, Change, create
from followthru.domain.fields import Kind
from followthru.domain.people import RoleName
from followthru.domain.task import Audience, How, Status
from followthru.store import journal
from tests.actions.test_published import MONDAY, Shared
from tests.at_length import at_length
from tests.calendarkit import Booked
from tests.storekit import FixedClock, add_person, add_practice, memory_ctx

TODAY = FixedClock().today
DAYS = st.sampled_from([TODAY + timedelta(days=n) for n in (-15, -14, 2, 3, 4)])
NAMES = ("Ana Ruiz", "Ben Odum", "Cleo Park", "Dov Katz")


class Task(NamedTuple):
    """A task as the test makes it. The numbers are places in `NAMES`."""

    here: bool
    audience: str | None
    status: Status
    public_title: str | None
    promised_on: date | None
    promised_time: str | None
    done_on: date
    about: frozenset[int]


class Told(NamedTuple):
    """A telling as the test makes it: task and person are places in lists, `at` orders them."""

    task: int
    person: int
    on: date
    at: int
    retracted: bool


TASKS = st.builds(
    Task,
    here=st.sampled_from([True, True, True, True, False]),
    audience=st.sampled_from(["team", "team", "team", "owners", None, "me"]),
    status=st.sampled_from([Status.OPEN, Status.OPEN, Status.DONE, Status.DONE, Status.DROPPED]),
    public_title=st.sampled_from(["Cover renewed", "Licence filed", "Cover renewed", None, "  "]),
    promised_on=st.one_of(DAYS, DAYS, DAYS, st.none()),
    promised_time=st.sampled_from(["14:00", None]),
    done_on=DAYS,
    about=st.one_of(st.just(frozenset[int]()), st.frozensets(st.integers(0, 3), min_size=1, max_size=2)),
)
TOLD = st.builds(
    Told, st.integers(0, 1), st.integers(0, 3), DAYS, st.integers(0, 5), st.sampled_from([False, False, True])
)
ROLES = st.tuples(*[st.sampled_from([RoleName.OWNER, RoleName.OWNER, *RoleName, None])] * 4)


@at_length(200)
@given(
    made=st.lists(TASKS, min_size=1, max_size=2),
    told=st.lists(TOLD, min_size=2, max_size=10),
    roles=ROLES,
    audience=st.sampled_from([Audience.OWNERS, Audience.TEAM]),
)
def test_exactly_what_is_allowed_is_shown(
    schema: bytes, made: list[Task], told: list[Told], roles: Sequence[RoleName | None], audience: Audience
) -> None:
    told = [one._replace(task=one.task % len(made)) for one in told]
    ctx = memory_ctx(schema)
    store_all(ctx, made, told, roles)
    found = published_to(ctx, ctx.read, View("others", audience, ("oak-street",)))
    allowed, untitled = by_the_rules(made, told, roles, audience)
    assert [said(one) for one in found.shown] == allowed
    assert list(found.untitled) == untitled


def said(one: Shown) -> tuple[int, str, date, str | None, bool]:
    """Return what a reader reads, with the task's number."""
    assert one.published
    return one.task_id, one.title, one.on, one.time, one.done


def by_the_rules(
    made: Sequence[Task], told: Sequence[Told], roles: Sequence[RoleName | None], audience: Audience
) -> tuple[list[tuple[int, str, date, str | None, bool]], list[int]]:
    """Say again what may be seen, one rule a line."""
    circle = ["owner"] if audience == "owners" else ["owner", "lead", "staff"]
    members = {number for number, role in enumerate(roles) if role in circle}
    shown: list[tuple[int, str, date, str | None, bool]] = []
    untitled: list[int] = []
    for place, task in enumerate(made):
        if not task.here or task.status == "dropped" or task.promised_on is None:
            continue
        if task.audience == "me" or (audience == "team" and task.audience != "team"):
            continue
        if task.status == "done" and (TODAY - task.done_on).days > 14:
            continue
        heard = [(one.at, n, one) for n, one in enumerate(told) if one.task == place and not one.retracted]
        ears = {one.person for _, _, one in heard}
        if not ears & members or (task.about & members) - ears:
            continue
        on = max(one for one in heard if one[2].person in members)[2].on
        if not (task.public_title or "").strip():
            untitled.append(place + 1)
            continue
        time = task.promised_time if on == task.promised_on else None
        shown.append((place + 1, str(task.public_title).strip(), on, time, task.status == "done"))
    return shown, untitled


def store_all(ctx: Context, made: Sequence[Task], told: Sequence[Told], roles: Sequence[RoleName | None]) -> None:
    """Put everything into a store. Everybody is an owner at another practice as well."""
    here, there = add_practice(ctx, "oak-street"), add_practice(ctx, "elm-road")
    people = [add_person(ctx, name, practice="elm-road").person_id for name in NAMES]
    with ctx.store.writing() as tx:
        changes: list[Change] = [
            create("role", 100 + n, {"person_id": people[n], "practice_id": here.id, "role": str(role), "review": 0})
            for n, role in enumerate(roles)
            if role is not None
        ]
        for place, task in enumerate(made, 1):
            done = task.status is Status.DONE
            row = {
                "uid": f"task-{place}", "title": f"CANARY {place}", "public_title": task.public_title,
                "practice_id": here.id if task.here else there.id, "status": str(task.status),
                "audience": task.audience, "promised_on": task.promised_on and task.promised_on.isoformat(),
                "promised_time": task.promised_time, "reason_missing": 0, "created_at": tx.now,
                "done_on": task.done_on.isoformat() if done else None,
            }  # fmt: skip
            changes.append(create("task", place, row))
            changes += [
                create("about", place * 10 + n, {"task_id": place, "person_id": people[n]}) for n in sorted(task.about)
            ]
        for number, one in enumerate(told, 1):
            row = {
                "task_id": one.task + 1, "person_id": people[one.person], "promised_on": one.on.isoformat(),
                "told_on": TODAY.isoformat(), "told_at": f"2026-06-0{one.at + 1}T12:00:00Z", "how": "call",
                "retracted": int(one.retracted),
            }  # fmt: skip
            changes.append(create("telling", number, row))
        journal.apply(tx, Action("import", "Everything", tuple(changes)))


CANARY = "CANARY"
SECRET_DAYS = ("2031-03-17", "20310317", "2031-04-18", "20310418")
_MUST_PARSE = {
    ("practice", "slug"), ("practice", "timezone"), ("practice", "weekdays"), ("practice", "holidays"),
    ("practice", "buffer_policy"), ("practice", "status"), ("person", "handle"), ("person", "channel"),
    ("person", "timezone"), ("role", "role"), ("role", "cadence"), ("task", "uid"), ("task", "status"),
    ("task", "repeats"), ("task", "priority"), ("task", "area"), ("task", "audience"), ("task", "target_source"),
    ("telling", "how"), ("telling", "calendar"), ("practice", "roll"), ("season", "weekdays"),
    ("register_item", "service_every"), ("evidence", "form"), ("task", "catch_up"),
    ("goal", "uid"), ("goal", "direction"), ("goal", "audience"), ("goal", "aim"), ("goal", "aim_to"),
    ("reading", "value"), ("reading", "audience"),
    ("update", "uid"), ("update", "kind"), ("update", "period"), ("update", "status"), ("task", "public_title"),
}  # fmt: skip


class Wire:
    """Every byte of every request, by the address it went to."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.sent: list[tuple[str, bytes]] = []
        real = DavClient.send

        async def send(client: DavClient, request: Request) -> Answer:
            head = f"{request.method} {request.url} {dict(request.headers)}".encode()
            self.sent.append((request.url, head + b"\n" + (request.body or b"")))
            return await real(client, request)

        patch.setattr(DavClient, "send", send)

    def to(self, url: str) -> list[bytes]:
        """Return what went to a collection."""
        path = url.partition("://")[2].partition("/")[2]
        return [data for at, data in self.sent if path in at]


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    """The wire, listened to from the beginning of the test."""
    return Wire(monkeypatch)


def poisoned(ctx: Context) -> int:
    """Write a canary into every text of every row, a secret day into every date that is nobody else's; count them."""
    count = 0
    with ctx.store.writing() as tx:
        for field in fields.FIELDS:
            table, name = field.entity, field.name
            if field.kind is Kind.TEXT and (table, name) not in _MUST_PARSE:
                word = f"{CANARY}-{table}-{name}"
                count += tx.run(f'UPDATE "{table}" SET "{name}" = ? || id', f"{word}-")  # noqa: S608 -- the table of fields names them
        tx.run(
            "UPDATE task SET deadline_on = '2031-03-17', target_on = '2031-03-17', starts_on = '2031-03-17', "
            "waiting_by = '2031-03-17', follow_up_on = '2031-03-17'"
        )
    return count


def test_nothing_private_is_in_any_byte_sent_to_others(booked: Booked, wire: Wire) -> None:
    shared = Shared(booked)
    ctx = shared.ctx
    add_person(ctx, "Kim Vo", RoleName.VENDOR)
    number = shared.add("Renew cover by 2026-07-10 to dana deadline 2026-07-20 #legal !high @oak-street")
    edit.edit(ctx, number, {"audience": "team", "notes": "n", "kind": "k", "checklist": "+one; two"})
    private = shared.add("Pay the rent by 2026-07-10 to dana @oak-street", "PRIVATE-public-title")
    edit.edit(ctx, private, {"audience": "me"})
    promises.tell(ctx, number, "sam", how=How.CALL)
    registers.add(
        ctx, "accreditation", "L", "oak-street", {"holder": "sam", "identifier": "i", "expires": "2031-03-17"}
    )
    renewal = renewals.make_task(ctx, 1)[0].task_ids[0]
    promises.promise(ctx, renewal, NewPromise(date(2026, 7, 10)))
    promises.tell(ctx, renewal, "dana", how=How.CALL)
    tasks.wait(ctx, number, tasks.Waiting("kim", "the quote"))
    wire.sent.clear()
    assert poisoned(ctx) > 20
    edit.edit(ctx, number, {"public_title": "Cover and quote"})
    promises.promise(ctx, number, NewPromise(date(2031, 4, 18)), because=f"{CANARY}-because")
    shared.sync()
    shared.owners.move("Cover and quote", MONDAY)
    shared.team.retitle("Cover and quote", "Cover")
    shared.sync()
    for question, choice in zip(calendar_questions.open_questions(ctx), (Choice.OURS, Choice.THEIRS), strict=True):
        calendar_questions.answer(ctx, question.link_id, choice)
    shared.sync()
    tasks.done(ctx, number)
    shared.sync()
    assert shared.team.days() == {"done: Cover": "20260710"}
    assert shared.owners.days() == {**shared.team.days(), "Accreditation renewal": "20260710"}
    private_words = (CANARY, "PRIVATE", *SECRET_DAYS, "oak-street", "dana", "kim")
    uids = tuple(str(uid) for (uid,) in ctx.read.rows("SELECT uid FROM task"))
    for phone in (shared.owners, shared.team):
        sent = b"\n".join(data for data in wire.to(phone.url) if data.startswith(b"PUT"))
        assert b"Cover and quote" in sent
        there = "\n".join(phone.events().values())
        for word in (*private_words, *uids):
            assert word not in sent.decode(), word
            assert word not in there, word
    assert CANARY in "\n".join(shared.mine.events().values()), "the PM's own calendar shows what others must not see"
