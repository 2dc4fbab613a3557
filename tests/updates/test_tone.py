"""What the tone check points at, and what it leaves alone."""

from __future__ import annotations

import tomllib
from pathlib import Path
from string import Formatter

import pytest

from followthru.updates.compose import compose
from followthru.updates.phrases import PHRASES, Phrases
from followthru.updates.tone import Kind, points
from followthru.updates.view import read
from tests.updates.values import DANA, OCCASION, PRACTICE, TODAY, task

CORPUS = tomllib.loads(Path(__file__).with_name("tone_corpus.toml").read_text(encoding="utf-8"))
CLEAN: list[str] = CORPUS["clean"]
POINTED: list[tuple[str, frozenset[str]]] = [(one["line"], frozenset(one["says"])) for one in CORPUS["points"]]


def kinds(line: str) -> frozenset[str]:
    return frozenset(str(point.kind) for point in points("", line))


def test_the_corpus_is_large_and_balanced() -> None:
    assert len(set(CLEAN)) + len(POINTED) >= 60
    assert len(set(CLEAN)) >= 40
    assert {kind for _, says in POINTED for kind in says} == set(map(str, Kind))


@pytest.mark.parametrize("line", CLEAN)
def test_what_a_practice_manager_writes_every_day_is_left_alone(line: str) -> None:
    assert points("", line) == ()


@pytest.mark.parametrize(("line", "says"), POINTED)
def test_what_is_unkind_or_unclear_is_pointed_at_for_what_it_is(line: str, says: frozenset[str]) -> None:
    assert kinds(line) == says


ASKS_AND_MOVES = {"need", "question", "undated_because", "undated_plain", "reopened_plain", "repair_undated",
                  "correct_undated", "correct_not_done_plain"}  # fmt: skip


HEADINGS = {"needs", "moved", "done", "next"}


@pytest.mark.parametrize("name", sorted(set(Phrases._fields) - HEADINGS))
def test_the_standing_words_of_an_update_are_clean(name: str) -> None:
    phrase = str(getattr(PHRASES, name))
    days = {"day", "new", "promised", "before", "today", "last", "by", "asked", "sent"}
    sums = {"task", "need", "because", "line", "what", "subject"}
    named = {field for _, field, _, _ in Formatter().parse(phrase) if field}
    filled = phrase.format_map(
        {field: "Wed 20 Jan" if field in days else "the form" if field in sums else "Oak" for field in named}
    )
    found = {point.kind for point in points("", filled)}
    assert found <= ({Kind.NO_BY_WHEN, Kind.NO_NEXT_STEP} if name in ASKS_AND_MOVES else set())


def test_a_point_says_the_phrase_as_it_stands_why_and_what_instead() -> None:
    [point] = points("", "There is a Ticket with the phone company.")
    assert (point.kind, point.phrase) == (Kind.JARGON, "Ticket")
    assert point.words == "“Ticket”: Your reader may not use this word. Say “request”, or name what was asked for."


def test_every_kind_has_words() -> None:
    for line, _ in POINTED:
        for point in points("", line):
            assert point.why.endswith(".")
            assert point.suggestion.endswith((".", "”."))


def test_a_word_of_any_length_is_read_once() -> None:
    """A link or a picture pasted as text; read from each of its letters again, this one took minutes."""
    assert points("An update", "x" * 200_000 + " Call!!") == points("An update", "Call!!")


def test_names_are_left_alone_and_the_subject_is_read() -> None:
    assert points("TARGET HEALTH NOW: update", "Hello Soon Lee,", ("TARGET HEALTH NOW", "Soon Lee")) == ()
    assert {point.kind for point in points("URGENT: the lease", "Hello,")} == {Kind.SHOUTING}


def test_a_phrase_is_found_across_a_line_end_and_named_once() -> None:
    text = (
        "The plaque for the entrance, of which we spoke on Monday, comes at some\npoint; the chairs come at some point."
    )
    assert [point.phrase for point in points("", text)] == ["at some point"]


def test_reasons_questions_and_titles_reach_it_through_the_update() -> None:
    view = read(
        [
            task(1, public_title="Stakeholder list", promised_on=TODAY),
            task(2, public_title="Lease", told=TODAY, promised_on=TODAY.replace(day=20), because="you failed to sign"),
        ],
        DANA,
        PRACTICE,
        TODAY,
    )
    draft = compose(view, None, OCCASION)
    assert [point.phrase for point in points(draft.subject, draft.body)] == ["you failed", "Stakeholder"]
    assert not draft.flags, "the tone holds nothing back"
