"""A warning and a repair as text: what they say, what they state, and that nothing private is in them."""

from __future__ import annotations

from datetime import date, timedelta
from email import policy
from email.parser import BytesParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.domain.task import Status
from followthru.updates import facts
from followthru.updates.checks import FlagName
from followthru.updates.compose import Draft
from followthru.updates.finish import Envelope, finished
from followthru.updates.message import Mailbox
from followthru.updates.notices import Notice, Proposal, compose_notice
from followthru.updates.outbox import UpdateKind
from followthru.updates.phrases import BLANK
from followthru.updates.render_text import parse_text
from followthru.updates.view import read
from tests.updates.test_canary import INTERNAL, private
from tests.updates.values import DANA, OCCASION, PRACTICE, TODAY, mail, task, telling

YESTERDAY, NEW = TODAY - timedelta(days=1), TODAY + timedelta(days=5)
PROPOSAL = Proposal(TODAY + timedelta(days=7), "7 of 8 cases like it took 5 working days or fewer.")
NEAR = st.dates(TODAY - timedelta(days=20), TODAY + timedelta(days=40))


def notice(kind: UpdateKind, told_on: date) -> Notice:
    return Notice(kind, told_on, PROPOSAL)


def compose(kind: UpdateKind, told_on: date, **words: object) -> Draft:
    """Compose about a task that Dana was told a date for."""
    one = task(1, told=told_on)
    row = one.row._replace(**{"promised_on": told_on, **words})
    return compose_notice(read([one._replace(row=row)], DANA, PRACTICE, TODAY), notice(kind, told_on), OCCASION)


@given(
    st.sampled_from([UpdateKind.WARNING, UpdateKind.REPAIR]),
    NEAR,
    st.none() | NEAR,
    st.booleans(),
    st.none() | st.just("the form is new"),
)
def test_nothing_private_is_in_any_byte(
    kind: UpdateKind, told_on: date, promised_on: date | None, waits: bool, because: str | None
) -> None:
    waiting = {"status": Status.WAITING, "waiting_on": "dana", "waiting_for": "your signature"} if waits else {}
    secret = private(1, True, promised_on=promised_on, because=because, **waiting)
    told = secret._replace(tellings=(telling(1, told_on),))
    draft = compose_notice(read([told], DANA, PRACTICE, TODAY), notice(kind, told_on), OCCASION)
    envelope = Envelope("<1@example.org>", Mailbox("Ana Ruiz", "ana@example.org"), mail().recipient, None, mail().date)
    payload = finished(envelope, draft.subject, draft.body)
    message = BytesParser(policy=policy.default).parsebytes(payload)
    parts = [bytes(part.get_payload(decode=True) or b"").decode() for part in message.iter_parts()]
    for text in (payload.decode("ascii"), *parts, *(f"{name}: {value}" for name, value in message.items())):
        assert not [word for word in ("CANARY", "2031", "918273", "7 of 8", *INTERNAL) if word in text]
    assert parse_text(draft.body) == draft.tree
    assert facts.load(facts.dump(draft.facts)) == draft.facts
    assert facts.after_edit(draft.facts, draft.body) == draft.facts, "what it states stands in its text"
    assert (BLANK in draft.body) == any(flag.name == FlagName.TO_FILL_IN for flag in draft.flags)
    assert draft.flags, "it always waits for the PM"


@pytest.mark.parametrize(
    ("promised_on", "says", "states"),
    [
        (YESTERDAY, "I expect to have it done by Fri 15 Jan.", ()),
        (NEW, "Public title 1 now has a new date: Wed 13 Jan.", (NEW,)),
        (None, "A new date will follow.", ()),
        (TODAY - timedelta(days=3), "I expect to have it done by Fri 15 Jan.", ()),
    ],
    ids=["not moved", "moved", "taken back", "moved to a day that has passed too"],
)
def test_a_repair_states_a_date_only_where_one_is_promised(
    promised_on: date | None, says: str, states: tuple[date, ...]
) -> None:
    draft = compose(UpdateKind.REPAIR, YESTERDAY, promised_on=promised_on)
    assert says in draft.body
    assert tuple(said.on for said in draft.facts.said) == states


def test_a_reason_is_said_as_a_clause_and_a_blank_stands_for_none() -> None:
    said = compose(UpdateKind.REPAIR, YESTERDAY, promised_on=NEW, because="Because the form is new.")
    assert "What happened: the form is new." in said.body
    missing = compose(UpdateKind.REPAIR, YESTERDAY, promised_on=NEW, because="an old one", reason_missing=True)
    assert f"What happened: {BLANK}." in missing.body


def test_a_clock_time_is_said_with_the_date() -> None:
    draft = compose(UpdateKind.WARNING, NEW, promised_time="15:00")
    assert "I gave you Wed 13 Jan at 3 pm." in draft.body


def test_a_long_title_leaves_a_subject_that_fits() -> None:
    draft = compose(UpdateKind.WARNING, NEW, public_title="word " * 80)
    assert len(draft.subject) <= 150
