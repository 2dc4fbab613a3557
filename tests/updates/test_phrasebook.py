"""A practice's own words: what may be changed, what may not, and that a faulty one is left out and told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.domain.task import Status
from followthru.updates.compose import compose
from followthru.updates.phrasebook import EMPTY, needed, placeholders, read
from followthru.updates.phrases import PHRASES, Phrases
from followthru.updates.render_html import render_html
from followthru.updates.render_text import parse_text
from followthru.updates.view import read as view_of
from tests.updates.values import DANA, OCCASION, PRACTICE, TODAY, task

FRI = TODAY.replace(day=15)


def fault(name: str, value: object) -> str:
    """Return what is wrong with the one phrase, and see that the usual one stands in its place."""
    book = read({"words": {name: value, "signature": "{me}"}})
    assert book.phrases == PHRASES._replace(signature="{me}")
    [found] = book.faults
    assert found.name == name
    return found.words


def test_own_words_stand_in_the_mail() -> None:
    own = {
        "greeting": "Dear {reader}, good morning.",
        "regards": "Warmly,",
        "next": "Coming up",
        "on_track": "{task} is set for {day}.",
        "opening": "",
        "nothing_needed": "",
    }
    book = read({"words": own})
    assert not book.faults
    view = view_of([task(public_title="Billing numbers", promised_on=FRI)], DANA, PRACTICE, TODAY)
    draft = compose(view, None, OCCASION, book.phrases)
    assert "Dear Dana, good morning.\n\nComing up\n---------\n\n- Billing numbers is set for Fri 15 Jan." in draft.body
    assert "Warmly,\nAna Ruiz" in draft.body
    assert [(said.id, said.on) for said in draft.facts.said] == [(1, FRI)]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("greting", "Hi {reader}", "there is no such phrase. Did you mean greeting?"),
        ("greeting", 5, "expected text between quotes."),
        ("greeting", "Hi {name},", "{name} says nothing here. Known here: {reader}."),
        ("regards", "Yours, {me}", "{me} says nothing here. None can stand here."),
        ("greeting", "Hi {{reader}},", "a brace that belongs to no placeholder"),
        ("greeting", "Hi {reader.__class__},", "a brace that belongs to no placeholder"),
        ("greeting", "Hi {reader!r},", "a brace that belongs to no placeholder"),
        ("on_track", "{task}: on its way.", "{day} has to stand in it: the day that it states is recorded as told."),
        ("need_for", "It depends on it: {promised}.", "{line} has to stand in it"),
        ("done", "", "it cannot be empty"),
        ("regards", "Kind\nregards,", "expected one line"),
        ("regards", "Kind \u202eregards,", "expected one line"),
        ("regards", "x" * 201, "expected one line of at most 200 characters"),
        ("next", "---", "there is no word in it."),
        ("next", "- Next", "it begins like a list item"),
        ("regards", "Call 555-201-4477,", "looks like a phone number. Every mail would wait for you because of it."),
    ],
)
def test_a_faulty_phrase_is_told_and_left_out(name: str, value: object, words: str) -> None:
    assert words in fault(name, value)


def test_a_book_has_one_table() -> None:
    assert [one.name for one in read({"greeting": "Hi {reader},"}).faults] == ["greeting"]
    assert read({"words": "Hi"}).faults[0].words == "expected one table, [words]."
    assert read({}) == (PHRASES, ())


def test_the_usual_words_are_a_book() -> None:
    assert read({"words": PHRASES._asdict()}) == (PHRASES, ())


def test_jinja_in_a_phrase_is_text() -> None:
    assert "brace" in fault("regards", "{{ 7 * 7 }} {% for x in y %}")


def own_phrase(name: str) -> st.SearchStrategy[str]:
    """Return phrases with everything in them that may stand in braces, between any text."""
    inside = " ".join(f"{{{word}}}" for word in placeholders(name))
    return st.tuples(st.text(max_size=12), st.text(max_size=12)).map(f" {inside} ".join)


OWN = st.fixed_dictionaries({}, optional={name: own_phrase(name) for name in Phrases._fields})


@given(OWN)
def test_whatever_a_book_holds_the_mail_is_whole(own: dict[str, str]) -> None:
    """Text and HTML are one tree, every stated day is in the text, and no brace of ours is left."""
    book = read({"words": own})
    assert {one.name for one in book.faults} <= set(own)
    tasks = [
        task(1, public_title="Lease", promised_on=FRI),
        task(2, public_title="Rent", status=Status.DONE, done_on=TODAY),
        task(3, public_title="Roof", told=TODAY, promised_on=FRI, because="it rains"),
        task(4, public_title="Form", status=Status.WAITING, waiting_on="dana", waiting_for="a form", promised_on=FRI),
    ]
    draft = compose(view_of(tasks, DANA, PRACTICE, TODAY), None, OCCASION, book.phrases)
    assert parse_text(draft.body) == draft.tree
    assert "<script" not in render_html(draft.tree, draft.subject).casefold()
    text = " ".join(draft.body.split())
    for said in draft.facts.said:
        assert said.words in text
        assert said.day in text
    assert "{" not in text


def test_what_must_stand_may_stand() -> None:
    for name in Phrases._fields:
        assert set(needed(name)) <= set(placeholders(name))
    assert set(Phrases._fields) >= EMPTY
