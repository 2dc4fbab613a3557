"""Decisions in updates: said once, to those who may know, changed and taken back by the net difference."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.domain.decisions import Decision, There
from followthru.domain.fields import Sees, by_name
from followthru.domain.people import RoleName
from followthru.domain.task import Audience
from followthru.updates.aftermath import untrue
from followthru.updates.call import compose_call
from followthru.updates.checks import FlagName
from followthru.updates.compose import Draft, compose
from followthru.updates.corrections import Wrong, compose_correction
from followthru.updates.decided import SOURCES, ReaderDecision, decided
from followthru.updates.facts import Facts, after_edit, dump, load
from followthru.updates.tree import Bullets, Heading
from followthru.updates.view import ReaderView, read
from tests.updates.values import DANA, OCCASION, PRACTICE, TODAY

DAY = date(2027, 1, 5)
SAM = There(8, "sam", "Sam Ito", None)
ME = There(DANA.person_id, "dana", "Dana Reyes", "Dana")
DECISION = Decision(
    1, "decision-1", 1, "oak-street", 4, DAY, "We stay with the lab.", "CANARY notes", Audience.OWNERS, None,
    "2027-01-05T10:00:00Z", (SAM, ME),
)  # fmt: skip


def view(*every: Decision, role: RoleName = RoleName.OWNER) -> ReaderView:
    return read([], DANA._replace(role=role), PRACTICE, TODAY, (), every)


def draft(*every: Decision, last: Facts | None = None) -> Draft:
    return compose(view(*every), last, OCCASION)


def lines(found: Draft) -> tuple[str, ...]:
    blocks = found.tree.blocks
    at = next((at for at, block in enumerate(blocks) if block == Heading("Decisions")), None)
    items = () if at is None else blocks[at + 1]
    return items.items if isinstance(items, Bullets) else ()


def test_every_field_a_reader_gets_is_marked_for_readers() -> None:
    assert set(SOURCES) == set(ReaderDecision._fields)
    named = [source.split(".") for sources in SOURCES.values() for source in sources]
    assert all(by_name(entity)[name].sees is Sees.READER for entity, name in named)


def test_said_once() -> None:
    first = draft(DECISION)
    assert lines(first) == ("Decided on Tue 5 Jan (Sam Ito, you): We stay with the lab.",)
    assert first.subject.endswith("1 decision")
    assert first.flags == ()
    again = draft(DECISION, last=load(dump(first.facts)))
    assert (again.quiet, lines(again)) == (True, ())


@pytest.mark.parametrize(
    ("there", "role", "audience", "seen"),
    [
        ((), RoleName.OWNER, Audience.OWNERS, True),
        ((), RoleName.STAFF, Audience.OWNERS, False),
        ((), RoleName.STAFF, Audience.TEAM, True),
        ((ME,), RoleName.VENDOR, Audience.OWNERS, True),
        ((), RoleName.VENDOR, Audience.TEAM, False),
        ((ME,), RoleName.OWNER, Audience.ME, False),
    ],
)
def test_who_reads_it(there: tuple[There, ...], role: RoleName, audience: Audience, seen: bool) -> None:
    reader = DANA._replace(role=role)
    assert bool(decided([DECISION._replace(there=there, audience=audience)], reader)) is seen
    assert not decided([DECISION._replace(practice_id=2)], reader)


def test_nobody_named_and_what_is_old_or_taken_back_is_no_news() -> None:
    assert lines(draft(DECISION._replace(there=()))) == ("Decided on Tue 5 Jan: We stay with the lab.",)
    old = DECISION._replace(decided_on=date(2026, 11, 1), created_at="2026-11-01T10:00:00Z")
    assert draft(old).quiet
    assert not draft(old._replace(created_at="2027-01-06T10:00:00Z")).quiet, "written down late is news all the same"
    assert draft(DECISION._replace(retracted_on=TODAY)).quiet


def test_changed_and_taken_back_and_holding_again() -> None:
    known = load(dump(draft(DECISION).facts))
    changed = draft(DECISION._replace(words="We look for another lab"), last=known)
    assert lines(changed) == (
        "Decided on Tue 5 Jan (Sam Ito, you): We look for another lab. I had written: We stay with the lab.",
    )
    back = draft(DECISION._replace(retracted_on=TODAY), last=known)
    assert lines(back) == ("No longer so, decided on Tue 5 Jan: We stay with the lab.",)
    after = load(dump(back.facts))
    assert draft(DECISION._replace(retracted_on=TODAY), last=after).quiet
    assert lines(draft(DECISION, last=after)) == ("Decided on Tue 5 Jan (Sam Ito, you): We stay with the lab.",)


def test_what_is_hidden_now_is_looked_at_once() -> None:
    known = draft(DECISION).facts
    hidden = draft(DECISION._replace(audience=Audience.ME), last=known)
    assert [flag.name for flag in hidden.flags] == [FlagName.HIDDEN]
    assert "lab" not in hidden.body
    assert not draft(DECISION._replace(audience=Audience.ME), last=hidden.facts).flags


def test_more_than_fit_are_said_the_next_time() -> None:
    many = [DECISION._replace(id=id, uid=f"d{id}", words=f"Number {id}") for id in range(1, 10)]
    first = draft(*many)
    assert len(lines(first)) == 7
    assert any(flag.name == FlagName.TOO_MANY for flag in first.flags)
    assert len(lines(draft(*many, last=first.facts))) == 2


def test_what_the_pm_takes_out_is_not_known() -> None:
    found = draft(DECISION)
    assert after_edit(found.facts, found.body).decisions == found.facts.decisions
    cut = after_edit(found.facts, found.body.replace("We stay with the lab", "x"))
    assert cut.decisions == {}
    assert lines(draft(DECISION, last=cut)) != ()


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (DECISION._replace(retracted_on=TODAY), "it was taken back"),
        (DECISION._replace(words="Another lab"), "it has been changed since"),
        (DECISION._replace(audience=Audience.ME), "the reader may no longer see it"),
    ],
)
def test_what_is_not_so_any_more_holds_a_draft(now: Decision, reason: str) -> None:
    facts = load(dump(draft(DECISION).facts))
    assert untrue(facts, view(DECISION)) == ()
    [flag] = untrue(facts, view(now))
    assert reason in flag.words
    carried = draft(DECISION, last=facts).facts
    assert untrue(carried, view(now)) == (), "only what an update states itself counts"


@pytest.mark.parametrize(
    ("now", "line"),
    [
        (
            DECISION._replace(words="Another lab"),
            "I wrote that it was decided: We stay with the lab. It is: Another lab.",
        ),
        (
            DECISION._replace(retracted_on=TODAY),
            "I wrote that it was decided: We stay with the lab. That does not hold.",
        ),
    ],
)
def test_corrections(now: Decision, line: str) -> None:
    wrong = Wrong(draft(DECISION).facts, "Oak Street Therapy: update", DAY)
    found = compose_correction(view(now), wrong, OCCASION)
    assert line in " ".join(found.body.split())
    assert load(dump(found.facts)).decisions["decision-1"].stands is (now.retracted_on is None)
    hidden = compose_correction(view(now._replace(audience=Audience.ME)), wrong, OCCASION)
    assert FlagName.HIDDEN in {flag.name for flag in hidden.flags}
    assert "lab" not in hidden.body


def test_it_is_said_in_a_call() -> None:
    assert (
        "Decided on Tue 5 Jan (Sam Ito, you): We stay with the lab."
        in compose_call(view(DECISION), None, OCCASION).body
    )


@given(
    st.sampled_from(list(RoleName)),
    st.sampled_from(list(Audience)),
    st.sampled_from([1, 2]),
    st.sampled_from(["", " and lab"]),
)
def test_what_is_not_for_a_reader_is_in_no_byte(role: RoleName, audience: Audience, practice: int, more: str) -> None:
    there = (SAM,)
    one = DECISION._replace(words=f"CANARY{more}", audience=audience, practice_id=practice, there=there)
    found = compose(view(one, role=role), None, OCCASION)
    allowed = practice == 1 and (
        (audience is Audience.TEAM and role is not RoleName.VENDOR)
        or (audience is Audience.OWNERS and role is RoleName.OWNER)
    )
    assert ("CANARY" in f"{found.subject}{found.body}{dump(found.facts)}") is allowed
    assert "notes" not in f"{found.body}{dump(found.facts)}"
