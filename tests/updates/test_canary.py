"""Private words in no byte that leaves: neither in text, HTML nor headers, in no encoding of them."""

from __future__ import annotations

from datetime import date
from email import policy
from email.parser import BytesParser

from hypothesis import given
from hypothesis import strategies as st

from followthru.domain.people import RoleName
from followthru.domain.task import Audience, Status
from followthru.updates.compose import compose
from followthru.updates.finish import Envelope, finished
from followthru.updates.message import Mailbox
from followthru.updates.phrases import PHRASES
from followthru.updates.view import TaskFacts, read
from tests.updates.values import DANA, OCCASION, PRACTICE, TODAY, mail, row, telling

# One distinctive date for everything that is dated and private, in no form that readers see.
SECRET_DAY = date(2031, 3, 17)
INTERNAL = ("target", "buffer", "wiggle", "health", "estimate", "priority", "forecast", "at risk", "kept rate")


def private(id: int, visible: bool, **words: object) -> TaskFacts:
    """Return a task of which everything that the reader must not see holds a canary."""
    base = row(id)._replace(
        uid=f"CANARY-uid-{id}", title="CANARY-title", area="CANARY-area", kind="CANARY-kind",
        priority="CANARY-priority", tags=("CANARY-tag",), target_source="CANARY-source", buffer_days=918273,
        target_on=SECRET_DAY, starts_on=SECRET_DAY, follow_up_on=SECRET_DAY, in_buffer_from=SECRET_DAY,
        late_from=SECRET_DAY, assignee="CANARY-assignee",
    )  # fmt: skip
    if not visible:
        hidden = "CANARY-hidden"
        base = base._replace(public_title=hidden, because=hidden, waiting_for=hidden)
    return TaskFacts(base._replace(**words), ())


tasks = st.lists(
    st.tuples(
        st.sampled_from(["shown", "for me", "for owners", "elsewhere", "about", "retracted"]),
        st.sampled_from(list(Status)),
        st.none() | st.dates(date(2027, 1, 1), date(2027, 3, 1)),
    ),
    max_size=12,
)


@given(tasks)
def test_nothing_private_is_in_any_byte(made: list[tuple[str, Status, date | None]]) -> None:
    staff = DANA._replace(role=RoleName.STAFF)
    facts: list[TaskFacts] = []
    for id, (kind, status, on) in enumerate(made, 1):
        facts.append(made_task(id, kind, status, on))
    draft = compose(read(facts, staff, PRACTICE, TODAY), None, OCCASION)
    envelope = Envelope("<1@example.org>", Mailbox("Ana Ruiz", "ana@example.org"), mail().recipient, None, mail().date)
    payload = finished(envelope, draft.subject, draft.body)
    message = BytesParser(policy=policy.default).parsebytes(payload)
    parts = [bytes(part.get_payload(decode=True) or b"").decode() for part in message.iter_parts()]
    for text in (payload.decode("ascii"), *parts, *(f"{name}: {value}" for name, value in message.items())):
        for secret in ("CANARY", "2031", "17 Mar", "918273"):
            assert secret not in text
        assert not [word for word in INTERNAL if word in text.lower()]


def made_task(id: int, kind: str, status: Status, on: date | None) -> TaskFacts:
    """Return a task of one kind of visibility to a member of staff."""
    done = TODAY if status == Status.DONE else None
    words = {"status": status, "promised_on": on, "done_on": done, "audience": Audience.TEAM}
    match kind:
        case "shown":
            return private(id, True, **words)
        case "for me":
            hidden = private(id, False, **{**words, "audience": Audience.ME, "waiting_on": "dana"})
            return hidden._replace(tellings=(telling(id, TODAY),))
        case "for owners":
            return private(id, False, **{**words, "audience": Audience.OWNERS})
        case "elsewhere":
            return private(id, False, **{**words, "practice_id": 2, "waiting_on": "dana"})
        case "about":
            return private(id, False, **words)._replace(about=frozenset({"dana"}))
        case _:
            hidden = private(id, False, **{**words, "audience": Audience.OWNERS})
            return hidden._replace(tellings=(telling(id, TODAY, retracted=True),))


def test_no_internal_word_is_in_the_phrases() -> None:
    phrases = " ".join(PHRASES).lower()
    assert not [word for word in INTERNAL if word in phrases]


def test_the_canaries_would_be_seen() -> None:
    """The test above can fail: without a public title the manager's own is what readers get."""
    shown = private(1, True, promised_on=TODAY, public_title=None)
    assert "CANARY-title" in compose(read([shown], DANA, PRACTICE, TODAY), None, OCCASION).body
