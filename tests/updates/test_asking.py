"""A question, an assignment and a reminder as mails: nothing private in any byte, no telling, no unkind word."""

from __future__ import annotations

from datetime import date
from email import policy
from email.parser import BytesParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.domain.task import Audience, Status
from followthru.updates.asking import Reminder, Setting, compose_assignment, compose_nudge, compose_question
from followthru.updates.compose import Draft
from followthru.updates.finish import Envelope, finished
from followthru.updates.message import Mailbox
from followthru.updates.outbox import UpdateKind
from followthru.updates.render_text import parse_text
from followthru.updates.tone import points
from followthru.updates.view import Asked, ReaderView, TaskFacts, read
from tests.updates.test_canary import INTERNAL, private
from tests.updates.values import DANA, OCCASION, PRACTICE, TODAY, mail, task

KINDS = (UpdateKind.QUESTION, UpdateKind.ASSIGNMENT, UpdateKind.NUDGE)
FRI = TODAY.replace(day=15)
days = st.none() | st.dates(date(2027, 1, 1), date(2027, 3, 1))


def asked(id: int, kind: UpdateKind, by: date | None, on: date | None, *, visible: bool = True) -> TaskFacts:
    """Return a task of which everything that the reader must not see holds a canary."""
    if kind is UpdateKind.ASSIGNMENT:
        return private(id, visible, status=Status.OPEN, promised_on=on, assignee="dana")
    return private(id, visible, status=Status.WAITING, waiting_on="dana", waiting_by=by, promised_on=on)


def compose(kind: UpdateKind, view: ReaderView, answers: str | None = None) -> Draft:
    setting = Setting(view, OCCASION, {})
    if kind is UpdateKind.QUESTION:
        return compose_question(setting)
    if kind is UpdateKind.ASSIGNMENT:
        return compose_assignment(setting)
    return compose_nudge(setting, [Reminder(one, TODAY) for one in view.tasks], answers)


@given(st.sampled_from(KINDS), days, days, st.sampled_from(["me", "elsewhere", "about"]))
def test_nothing_private_is_in_any_byte(kind: UpdateKind, by: date | None, on: date | None, why: str) -> None:
    hidden = asked(2, kind, by, on, visible=False)
    row = hidden.row._replace(
        audience=Audience.ME if why == "me" else Audience.OWNERS, practice_id=2 if why == "elsewhere" else 1
    )
    hidden = hidden._replace(row=row, about=frozenset({"dana"} if why == "about" else ()))
    view = read([asked(1, kind, by, on), hidden], DANA, PRACTICE, TODAY)
    assert [one.id for one in view.tasks] == [1]
    draft = compose(kind, view)
    envelope = Envelope(
        "<1@example.org>", Mailbox("Ana Ruiz", "ana@example.org"), mail().recipient, None, mail().date, "<0@x.org>"
    )
    payload = finished(envelope, draft.subject, draft.body)
    message = BytesParser(policy=policy.default).parsebytes(payload)
    parts = [bytes(part.get_payload(decode=True) or b"").decode() for part in message.iter_parts()]
    for text in (payload.decode("ascii"), *parts, *(f"{name}: {value}" for name, value in message.items())):
        for secret in ("CANARY", "2031", "17 Mar", "918273"):
            assert secret not in text
        assert not [word for word in INTERNAL if word in text.lower()]
    assert draft.facts.said == ()
    assert parse_text(draft.body) == draft.tree


@given(days, days, st.sampled_from(["me", "elsewhere", "about"]))
def test_of_several_tasks_nothing_private_is_in_any_byte(on: date | None, then: date | None, why: str) -> None:
    kind = UpdateKind.ASSIGNMENT
    hidden = asked(3, kind, None, on, visible=False)
    row = hidden.row._replace(
        audience=Audience.ME if why == "me" else Audience.OWNERS, practice_id=2 if why == "elsewhere" else 1
    )
    hidden = hidden._replace(row=row, about=frozenset({"dana"} if why == "about" else ()))
    view = read([asked(1, kind, None, on), asked(2, kind, None, then), hidden], DANA, PRACTICE, TODAY)
    draft = compose(kind, view)
    payload = finished(
        Envelope("<1@example.org>", Mailbox("Ana Ruiz", "ana@example.org"), mail().recipient, None, mail().date, None),
        draft.subject,
        draft.body,
    )
    message = BytesParser(policy=policy.default).parsebytes(payload)
    parts = [bytes(part.get_payload(decode=True) or b"").decode() for part in message.iter_parts()]
    for text in (payload.decode("ascii"), *parts, draft.subject):
        for secret in ("CANARY", "2031", "17 Mar", "918273"):
            assert secret not in text
        assert not [word for word in INTERNAL if word in text.lower()]
    assert ("2 tasks" in draft.subject, sorted(one.id for one in draft.facts.known.values())) == (True, [1, 2])
    assert draft.facts.said == ()
    assert parse_text(draft.body) == draft.tree


@pytest.mark.parametrize("kind", KINDS)
def test_the_canaries_would_be_seen(kind: UpdateKind) -> None:
    shown = asked(1, kind, FRI, FRI)
    shown = shown._replace(row=shown.row._replace(public_title=None))
    draft = compose(kind, read([shown], DANA, PRACTICE, TODAY))
    assert "CANARY-title" in draft.body
    assert "no public title" in [flag.name for flag in draft.flags]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("on", [None, FRI, date(2027, 1, 4)])
def test_no_word_is_unkind(kind: UpdateKind, on: date | None) -> None:
    if kind is UpdateKind.ASSIGNMENT:
        one = task(1, promised_on=on, assignee="dana")
    else:
        one = task(1, promised_on=on, status=Status.WAITING, waiting_on="dana", waiting_for="the form", waiting_by=on)
    draft = compose(kind, read([one], DANA, PRACTICE, TODAY))
    found = points(draft.subject, draft.body)
    # Without a day, or once it has passed, the mail asks without one: the review points that out.
    assert {str(point.kind) for point in found} <= ({"no by-when"} if on != FRI else set())
    assert "4 Jan" not in draft.body or kind is not UpdateKind.NUDGE


def test_a_reminder_answers_under_the_subject_of_the_question() -> None:
    view = read([asked(1, UpdateKind.NUDGE, FRI, None)], DANA, PRACTICE, TODAY)
    assert compose(UpdateKind.NUDGE, view, "Oak: a question").subject == "Re: Oak: a question"
    assert compose(UpdateKind.NUDGE, view, "Re: Oak: a question").subject == "Re: Oak: a question"
    assert compose(UpdateKind.NUDGE, view).subject == "Oak Street Therapy: a reminder about Public title 1"


def test_only_the_very_same_question_counts_as_asked() -> None:
    one = asked(1, UpdateKind.QUESTION, FRI, None)
    need = str(one.row.waiting_for or "your answer")
    for before, same in ((Asked(need, FRI), True), (Asked(need, TODAY), False), (Asked("more", FRI), False)):
        [seen] = read([one._replace(asked=before)], DANA, PRACTICE, TODAY).tasks
        assert seen.asked is same
