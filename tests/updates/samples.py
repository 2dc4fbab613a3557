"""A quarter of made-up mails as their readers get them: several readers, and every kind of update.

`SAMPLES` is what every check of a mail loops over, and what `make mails` paints. A new `UpdateKind` needs a sample
here: a test fails without one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from functools import cache
from typing import NamedTuple

from followthru.domain.goals import Direction, Goal, Reading
from followthru.domain.kept import Verdict
from followthru.domain.people import Member, RoleName
from followthru.domain.periods import Length, of
from followthru.domain.task import Audience, Status
from followthru.updates.asking import Reminder, Setting, compose_assignment, compose_nudge, compose_question
from followthru.updates.compose import Draft, Occasion, compose
from followthru.updates.corrections import Wrong, compose_correction
from followthru.updates.facts import Facts
from followthru.updates.finish import Envelope, finished
from followthru.updates.message import Mailbox
from followthru.updates.notices import Notice, Proposal, compose_notice
from followthru.updates.outbox import UpdateKind
from followthru.updates.phrases import BLANK
from followthru.updates.report import Given, Hours, Move, Pages, Seen, compose_report
from followthru.updates.results import GoalFacts
from followthru.updates.view import TaskFacts, read
from tests.updates.values import DANA, PRACTICE, TODAY, task, telling

OWNER = DANA._replace(review=False)
LEAD = DANA._replace(person_id=8, role_id=80, handle="marisol", name="Marisol Vega", address="Marisol",
                     email="marisol@example.com", role=RoleName.LEAD)  # fmt: skip
BILLER = DANA._replace(person_id=9, role_id=90, handle="priya", name="Priya Nair", address="Priya",
                       email="priya@example.com", role=RoleName.STAFF)  # fmt: skip
VENDOR = DANA._replace(person_id=10, role_id=100, handle="jo", name="Jo Fields", address=None,
                       email="jo@clearbill.example", role=RoleName.VENDOR)  # fmt: skip


class Sample(NamedTuple):
    """One mail: what it is called, what kind it is, to whom it goes, and its words as approved."""

    name: str
    kind: UpdateKind
    reader: Member
    subject: str
    body: str


def day(offset: int) -> date:
    """Return the date so many days from the quarter's Friday, 8 January 2027."""
    return TODAY + timedelta(days=offset)


def occasion(today: date, period: str = "") -> Occasion:
    """Return the occasion of a Friday's digest, four in the afternoon in New York."""
    words = period or f"the week to Fri {today.day} {today:%b}"
    return Occasion("Robin Vale", words, f"{today}T21:00:00Z", today - timedelta(days=7), trusted=True)


def digest(tasks: list[TaskFacts], reader: Member, last: Facts | None = None, today: date = TODAY) -> Draft:
    """Return the digest of a Friday."""
    return compose(read(tasks, reader, PRACTICE, today), last, occasion(today))


FIRST = [
    task(1, public_title="Malpractice cover renewal", promised_on=day(18)),
    task(2, public_title="Priya's Pacific Plan credentialing", promised_on=day(20), status=Status.WAITING,
         waiting_on="dana", waiting_for="the signed W-9", waiting_by=day(5)),
    task(3, public_title="October billing numbers", status=Status.DONE, done_on=day(-2)),
    task(4, public_title="Q3 denial report", promised_on=day(6)),
    task(5, public_title="Lease renewal", promised_on=day(45)),
    task(6, public_title="Spanish consent form", promised_on=day(12)),
]  # fmt: skip
NORMAL = [
    task(1, public_title="Malpractice cover renewal", promised_on=day(25),
         because="The insurer asked for one more form"),
    task(2, public_title="Priya's Pacific Plan credentialing", promised_on=day(20)),
    task(4, public_title="Q3 denial report", status=Status.DONE, done_on=day(5)),
    task(5, public_title="Lease renewal", promised_on=day(45), status=Status.WAITING, waiting_on="dana",
         waiting_for="which of the two offers do you prefer?", waiting_by=day(11)),
    task(6, public_title="Spanish consent form", promised_on=day(12), at_risk_from=day(6)),
    task(7, public_title="Staff review forms", promised_on=day(32)),
]  # fmt: skip


def long_quarter() -> list[TaskFacts]:
    """Return more of everything than seven lines hold."""
    themes = (
        "Licence renewal",
        "Payer contract",
        "Claims backlog",
        "Front desk rota",
        "Fire safety check",
        "Website text",
    )
    made: list[TaskFacts] = []
    for number in range(1, 41):
        title = f"{themes[number % 6]} {number}"
        if number <= 3:
            words = f"the {('signed form', 'board minutes', 'bank details')[number - 1]}"
            made.append(task(number, public_title=title, promised_on=day(30 + number), status=Status.WAITING,
                             waiting_on="dana", waiting_for=words, waiting_by=day(10 + number)))  # fmt: skip
        elif number <= 12:
            made.append(task(number, told=day(number), public_title=title, promised_on=day(number + 14),
                             because="the state office is closed until mid-January"))  # fmt: skip
        elif number <= 25:
            made.append(task(number, public_title=title, status=Status.DONE, done_on=day(-(number % 6))))
        else:
            made.append(task(number, public_title=title, promised_on=day(number)))
    return made


def notice(kind: UpdateKind, told: TaskFacts, on: date, proposal: int, reader: Member = OWNER) -> Draft:
    """Return a heads-up or a repair about a date."""
    view = read([told], reader, PRACTICE, TODAY)
    return compose_notice(view, Notice(kind, on, Proposal(day(proposal), "made up")), occasion(TODAY, "Fri 8 Jan"))


def filled_in(body: str, *words: str) -> str:
    """Return a repair as the PM completes it: each blank in turn."""
    for word in words:
        body = body.replace(BLANK, word, 1)
    assert BLANK not in body
    return body


def _digests() -> Iterator[tuple[str, Member, Draft]]:
    """Yield the digests by name."""
    first = digest(FIRST, OWNER)
    yield "first", OWNER, first
    friday = day(7)
    normal = digest(NORMAL, OWNER, first.facts, friday)
    yield "normal", OWNER, normal
    yield "nothing new", OWNER, digest(NORMAL[1:3], OWNER, digest(NORMAL[1:3], OWNER, None, friday).facts, day(14))
    yield "still needed", OWNER, digest(NORMAL, OWNER, normal.facts, day(14))
    yield "long", OWNER, digest(long_quarter(), OWNER)
    yield "empty", LEAD, digest([], LEAD)
    team = [
        task(21, public_title="HIPAA training links", status=Status.DONE, done_on=day(-3), assignee="marisol"),
        task(22, public_title="Supervision rota for February", promised_on=day(10), assignee="marisol"),
        task(23, public_title="Group room carpet", told=day(4), promised_on=day(13), assignee="marisol",
             because="due to the fitter's illness"),
    ]  # fmt: skip
    yield (
        "for the lead clinician",
        LEAD,
        digest(
            [each._replace(tellings=tuple(one._replace(person_id=8) for one in each.tellings)) for each in team], LEAD
        ),
    )
    billing = [
        task(31, public_title="ERA files of 3 to 7 November", promised_on=day(6), status=Status.WAITING,
             waiting_on="jo", waiting_for="the missing ERA files", waiting_by=day(-2)),
        task(32, public_title="September denials", status=Status.DONE, done_on=day(-1), assignee="jo"),
    ]  # fmt: skip
    yield "for a vendor", VENDOR, digest(billing, VENDOR)
    claims = [
        task(41, public_title="Clearing house comparison", promised_on=day(9), assignee="priya"),
        task(42, public_title="Copay signs", status=Status.DROPPED, assignee="priya")._replace(
            tellings=(telling(42, day(3))._replace(person_id=9),)
        ),
    ]
    yield "for the biller", BILLER, digest(claims, BILLER)


def _notices() -> Iterator[tuple[str, UpdateKind, Draft, str]]:
    """Yield the heads-up and the repairs by name, with their words."""
    cover = task(1, told=day(5), public_title="Malpractice cover renewal", promised_on=day(5), at_risk_from=TODAY)
    warning = notice(UpdateKind.WARNING, cover, day(5), 10)
    yield "heads-up", UpdateKind.WARNING, warning, warning.body
    today = task(1, told=TODAY, public_title="Numbers for the partners' meeting", promised_on=TODAY, at_risk_from=TODAY)
    on_the_day = notice(UpdateKind.WARNING, today, TODAY, 3)
    yield "heads-up on the day", UpdateKind.WARNING, on_the_day, on_the_day.body
    moved = task(1, told=day(5), public_title="Malpractice cover renewal", promised_on=day(11),
                 because="The carrier asks for one more form")  # fmt: skip
    told = notice(UpdateKind.WARNING, moved, day(5), 10)
    yield "heads-up of a moved date", UpdateKind.WARNING, told, told.body
    report = task(4, told=day(-2), public_title="Q3 denial report", promised_on=day(6),
                  because="The clearing house sent its files a week late")  # fmt: skip
    repair = notice(UpdateKind.REPAIR, report, day(-2), 6)
    yield "repair", UpdateKind.REPAIR, repair, filled_in(repair.body, "I ask for the files a week earlier")
    open_ = task(5, told=day(-2), public_title="Website text", promised_on=None)
    undated = notice(UpdateKind.REPAIR, open_, day(-2), 6)
    yield (
        "repair without a date",
        UpdateKind.REPAIR,
        undated,
        filled_in(undated.body, "the writer is away until Mon 18 Jan", "I book the writer before I give a date"),
    )


def _corrections() -> Iterator[tuple[str, Draft]]:
    """Yield a correction of the first digest by what the second one is written from, and one that the PM fills in."""
    first, friday = digest(FIRST, OWNER), day(7)
    wrong = Wrong(first.facts, first.subject, TODAY, "I read the carrier's letter wrongly")
    yield "correction", compose_correction(read(NORMAL, OWNER, PRACTICE, friday), wrong, occasion(friday))
    second = digest(NORMAL, OWNER, first.facts, friday)
    by_hand = Wrong(second.facts, second.subject, friday)
    view = read(NORMAL, OWNER, PRACTICE, friday)
    yield "correction to fill in", compose_correction(view, by_hand, occasion(friday))


def _asking() -> Iterator[tuple[str, UpdateKind, Member, Draft]]:
    """Yield what asks for something by name."""
    lease = task(5, public_title="Lease renewal", promised_on=day(45), status=Status.WAITING, waiting_on="dana",
                 waiting_for="which of the two offers do you prefer?", waiting_by=day(11))  # fmt: skip
    form = task(2, public_title="Priya's Pacific Plan credentialing", promised_on=day(20), status=Status.WAITING,
                waiting_on="dana", waiting_for="the signed W-9", waiting_by=day(5))  # fmt: skip
    one, both = (
        Setting(read(tasks, OWNER, PRACTICE, TODAY), occasion(TODAY), {}) for tasks in ([lease], [form, lease])
    )
    question = compose_question(one)
    yield "question", UpdateKind.QUESTION, OWNER, question
    reminders = [Reminder(each, day(-4)) for each in both.view.tasks]
    yield "reminder", UpdateKind.NUDGE, OWNER, compose_nudge(both, reminders, question.subject)
    rota = task(22, public_title="Supervision rota for February", promised_on=day(10), assignee="marisol")
    lead = Setting(read([rota], LEAD, PRACTICE, TODAY), occasion(TODAY), {})
    yield "assignment", UpdateKind.ASSIGNMENT, LEAD, compose_assignment(lead)
    keys = task(23, public_title="Keys for the new clinician", assignee="marisol")
    chairs = task(24, public_title="Chairs for the waiting room", promised_on=day(4), assignee="marisol")
    several = Setting(read([rota, keys, chairs], LEAD, PRACTICE, TODAY), occasion(TODAY), {})
    yield "assignments", UpdateKind.ASSIGNMENT, LEAD, compose_assignment(several)


AR_DAYS = Goal(
    1, "goal-1", 1, "oak-street", "ar-days", "AR days", "days", Direction.DOWN, Decimal(35), None, day(82),
    Audience.OWNERS, None, None, 2,
)  # fmt: skip
NO_SHOWS = AR_DAYS._replace(id=2, uid="goal-2", title="No-shows", unit="%", aim=Decimal(5), by_on=None)


def results() -> list[GoalFacts]:
    """Return two goals, each with a reading at the end of every month of 2026."""
    ends = [day_ - timedelta(days=1) for day_ in (*(date(2026, month, 1) for month in range(2, 13)), date(2027, 1, 1))]
    values = {
        AR_DAYS: ("49", "50", "48", "47", "47", "46", "44", "45", "43", "43", "42", "41"),
        NO_SHOWS: ("8", "7.5", "7.9", "7.1", "7", "6.8", "6.9", "6.2", "5.9", "5.5", "5.2", "4.8"),
    }
    return [
        GoalFacts(
            goal,
            tuple(
                Reading(at, goal.id, on, Decimal(value), goal.audience, None)
                for at, (on, value) in enumerate(zip(ends, said, strict=True))
            ),
        )
        for goal, said in values.items()
    ]


def report(pages: Pages = Pages.BESIDE) -> Draft:
    """Return the report on December 2026 to the owner."""
    tasks = [
        task(1, told=day(25), public_title="Malpractice cover renewal", promised_on=day(25),
             because="The insurer asked for one more form"),
        task(2, told=day(-9), public_title="November billing numbers", status=Status.DONE, done_on=day(-10)),
        task(3, told=day(-14), public_title="Payroll for December", status=Status.DONE, done_on=day(-13)),
        task(4, public_title="Fire extinguishers checked", status=Status.DONE, done_on=day(-20)),
        task(5, told=day(45), public_title="Lease renewal", promised_on=day(45), status=Status.WAITING,
             waiting_on="dana", waiting_for="which of the two offers do you prefer?", waiting_by=day(11)),
        task(6, told=day(12), public_title="Spanish consent form", promised_on=day(12), at_risk_from=day(-1)),
        task(7, public_title="OSHA log posted"),
    ]  # fmt: skip
    view = read(tasks, OWNER, PRACTICE, TODAY, results())
    shown = {one.id: one for one in view.tasks}
    given = (Given(shown[2], day(-9), Verdict.KEPT), Given(shown[3], day(-14), Verdict.MISSED))
    seen = Seen(
        view,
        of(Length.MONTH, day(-20)),
        given,
        (Move(shown[1], day(-20), day(25)),),
        deadlines=((shown[7], day(23)),),
        hours=Hours(1170, 1200),
    )
    return compose_report(seen, occasion(TODAY, "December 2026"), pages=pages)


@cache
def samples() -> tuple[Sample, ...]:
    """Return every sample mail, each kind of update among them."""
    return (
        *(Sample(name, UpdateKind.DIGEST, who, draft.subject, draft.body) for name, who, draft in _digests()),
        *(Sample(name, kind, OWNER, draft.subject, body) for name, kind, draft, body in _notices()),
        *(Sample(name, kind, who, draft.subject, draft.body) for name, kind, who, draft in _asking()),
        *(
            Sample(name, UpdateKind.CORRECTION, OWNER, draft.subject, draft.body.replace(BLANK, "it is the other one"))
            for name, draft in _corrections()
        ),
        Sample("report", UpdateKind.REPORT, OWNER, (found := report()).subject, found.body),
    )


@cache
def payload(sample: Sample) -> bytes:
    """Return a sample's bytes as they are frozen and sent."""
    at = datetime(2027, 1, 8, 21, tzinfo=UTC)
    envelope = Envelope(
        "<1.2@example.org>",
        Mailbox("Robin Vale", "robin@example.org"),
        Mailbox(sample.reader.name, sample.reader.email or ""),
        None,
        at,
    )
    return finished(envelope, sample.subject, sample.body)


@cache
def mail(sample: Sample) -> EmailMessage:
    """Return a sample as Python's own parser reads it."""
    read = BytesParser(policy=policy.default).parsebytes(payload(sample))
    assert isinstance(read, EmailMessage)
    return read


def part(sample: Sample, kind: str) -> str:
    """Return the text or the HTML of a sample as it arrives."""
    found = mail(sample).get_body((kind,))
    assert found is not None
    return str(found.get_content())
