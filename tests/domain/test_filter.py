"""Filters: what is typed becomes terms, and what cannot be meant is refused by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.domain import fields
from followthru.domain.filter import Filter, Term, joined, keys, parse_filter, split, typed_so_far
from followthru.errors import UsageError

TERMS = {
    "@oak-street": Term("practice", "oak-street"),
    "#insurance": Term("tag", "insurance"),
    "tag:insurance": Term("tag", "insurance"),
    "tag:#insurance": Term("tag", "insurance"),
    "+marisol": Term("assignee", "marisol"),
    "assignee:none": Term("assignee", "none"),
    "practice:oak": Term("practice", "oak"),
    "status:waiting": Term("status", "waiting"),
    "STATUS:Waiting": Term("status", "waiting"),
    "health:late": Term("health", "late"),
    "health:at risk": Term("health", "at risk"),
    "health:at-risk": Term("health", "at risk"),
    "health:in_buffer": Term("health", "in buffer"),
    "area:people": Term("area", "people"),
    "kind:licence-renewal": Term("kind", "licence-renewal"),
    "pri:high": Term("priority", "high"),
    "pri:none": Term("priority", "none"),
    "waiting:dana": Term("waiting_on", "dana"),
    "told:+dana": Term("told", "dana"),
    "by:2027-01-15": Term("by", "2027-01-15"),
    "before:next fri": Term("before", "next fri"),
    "deadline:any": Term("deadline_on", "any"),
    "is:out-of-step": Term("is", "out-of-step"),
    "is:blocked": Term("is", "blocked"),
    "-#insurance": Term("tag", "insurance", negated=True),
    "-health:late": Term("health", "late", negated=True),
    "licence": Term("word", "licence"),
    "-licence": Term("word", "licence", negated=True),
    "24/7": Term("word", "24/7"),
    "9:30": Term("word", "9:30"),
    "Re:": Term("word", "Re:"),
    "@": Term("word", "@"),
    "@o": Term("practice", "o"),
    "-": Term("word", "-"),
    "-x": Term("word", "x", negated=True),
    "assignee:+marisol": Term("assignee", "marisol"),
    "deadline:+7d": Term("deadline_on", "+7d"),
    "title:cover": Term("title", "cover"),
}


@pytest.mark.parametrize(("typed", "term"), TERMS.items())
def test_each_form(typed: str, term: Term) -> None:
    assert parse_filter([typed]) == Filter((term,))


@pytest.mark.parametrize(
    "typed", ["done", "status:done", "dropped", "status:dropped", "health:done", "done_on:2026-07-01"]
)
def test_who_asks_for_closed_tasks_gets_them(typed: str) -> None:
    assert parse_filter([typed]).closed


@pytest.mark.parametrize("typed", ["-done", "-status:dropped", "done_on:none", "status:open", "licence"])
def test_nobody_else_does(typed: str) -> None:
    assert not parse_filter([typed]).closed


def test_all_asks_for_closed_tasks_and_is_no_term() -> None:
    assert parse_filter(["all", "licence"]) == Filter((Term("word", "licence"),), closed=True)


def test_a_word_with_spaces_is_several_words() -> None:
    assert parse_filter(["tax return"]).terms == (Term("word", "tax"), Term("word", "return"))


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("statsu:open", "status"),
        ("status:opne", "open"),
        ("health:latte", "late"),
        ("is:untolt", "untold"),
        ("pri:hi", "high"),
    ],
)
def test_what_is_not_known_is_refused_naming_the_nearest(typed: str, near: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_filter([typed])
    assert near in error.value.sentences()


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("area:x", "operations, people, performance, none, any"),
        ("pri:x", "high, low, none, any"),
        ("audience:x", "team"),
    ],
)
def test_what_may_be_left_open_can_be_asked_for_as_none_or_any(typed: str, offered: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_filter([typed])
    assert error.value.remedy.endswith(f"{offered}.")


def test_every_filterable_field_of_a_task_is_a_key() -> None:
    assert {field.json for field in fields.of("task") if field.filterable} <= keys()
    assert not {"notes", "because", "uid"} & keys()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", []),
        ("  a  b ", ["a", "b"]),
        ('health:"at risk" b', ["health:at risk", "b"]),
        ('"tax return', ["tax return"]),
    ],
)
def test_a_typed_line_is_cut_at_spaces_outside_quotes(line: str, words: list[str]) -> None:
    assert split(line) == words


@given(st.lists(st.text("ab: ", min_size=1), max_size=4))
def test_words_put_on_a_line_are_cut_from_it_again(words: list[str]) -> None:
    assert split(joined(words)) == words


@given(st.lists(st.text(max_size=12), max_size=5))
def test_whatever_is_typed_is_read_or_refused_in_words(words: list[str]) -> None:
    try:
        found = parse_filter(words)
    except UsageError as error:
        assert error.message  # noqa: PT017 -- either outcome is right, silence is not
    else:
        assert all(term.key in {*keys(), "word"} and term.value for term in found.terms)


def test_a_sign_alone_at_the_end_is_still_being_typed() -> None:
    assert typed_so_far(["fire", "@"]) == ["fire"]
    assert [typed_so_far([sign]) for sign in ("@", "#", "+", "-", "-#")] == [[]] * 5
    assert typed_so_far(["@", "fire"]) == ["@", "fire"]
    assert typed_so_far(["fire", "@o"]) == ["fire", "@o"]
    assert typed_so_far([]) == []
