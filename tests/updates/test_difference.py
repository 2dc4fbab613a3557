"""What is new in a text and what fell away, and an edited text that is written anew around the edits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from followthru.updates.difference import changes, new_lines, pieces
from followthru.updates.merging import merge

LAST = """Hello Dana,

Here is where things stand on Wed 1 Jul.

Moved
-----

- Payroll: from Mon 6 Jul to Wed 8 Jul, because the bank is
  closed on Monday.

Next
----

- Renew cover: Wed 15 Jul, on track.
- Licence: Mon 20 Jul, on track.

Kind regards,
"""
NOW = """Hello Dana,

Here is where things stand on Wed 8 Jul.

Next
----

- Renew cover: Wed 15 Jul,
  on track.
- Licence: Fri 24 Jul, on track.

Kind regards,
"""


def said(before: str, after: str) -> list[tuple[str, str]]:
    return [(str(one.turn), one.piece.words) for one in changes(before, after)]


def test_what_is_new_and_what_fell_away_under_their_headings() -> None:
    assert said(LAST, NOW) == [
        ("gone", "Here is where things stand on Wed 1 Jul."),
        ("new", "Here is where things stand on Wed 8 Jul."),
        ("same", "Next ----"),
        ("gone", "- Licence: Mon 20 Jul, on track."),
        ("new", "- Licence: Fri 24 Jul, on track."),
        ("gone", "Moved -----"),
        ("gone", "- Payroll: from Mon 6 Jul to Wed 8 Jul, because the bank is closed on Monday."),
    ]
    assert changes(NOW.replace("- Licence: Fri 24 Jul, on track.\n", ""), NOW.replace("- Licence", "- A licence"))
    assert changes(NOW, NOW) == []


def test_the_lines_that_are_new_are_marked_and_a_wrapped_one_is_not() -> None:
    lines = NOW.splitlines()
    assert [lines[number] for number in sorted(new_lines(LAST, NOW))] == [
        "Here is where things stand on Wed 8 Jul.",
        "- Licence: Fri 24 Jul, on track.",
    ]


REPAIR = """Hello Dana,

Renew cover: I gave you Thu 2 Jul, and it is not done. I am sorry.

What happened: [...].

I expect to have it done by Mon 6 Jul.

What I change, so that it does not happen again: [...].

Kind regards,
"""
EDITED = REPAIR.replace("Hello Dana", "Dear Dana").replace("happened: [...]", "happened: a form was lost")
ANEW = REPAIR.replace("I expect to have it done by Mon 6 Jul.", "Renew cover now has a new date: Fri 10 Jul.")


def test_edits_stay_where_the_facts_changed_elsewhere() -> None:
    found = merge(REPAIR, EDITED, ANEW, ["Fri 10 Jul"])
    assert found.text == ANEW.replace("Hello Dana", "Dear Dana").replace("happened: [...]", "happened: a form was lost")
    assert found.aside == ()


def test_a_day_that_was_written_by_hand_gives_way_to_the_one_that_is_promised() -> None:
    mine = EDITED.replace("I expect to have it done by Mon 6 Jul.", "You will have it on Tue 7 Jul, promised!")
    found = merge(REPAIR, mine, ANEW, ["Fri 10 Jul"])
    assert "Renew cover now has a new date: Fri 10 Jul." in found.text
    assert "Tue 7 Jul" not in found.text
    assert found.aside == ("You will have it on Tue 7 Jul, promised!",)


def test_words_without_a_day_stay_where_both_changed() -> None:
    anew = ANEW.replace("happened: [...]", "happened: the carrier was slow")
    found = merge(REPAIR, EDITED, anew, ["Fri 10 Jul"])
    assert "What happened: a form was lost." in found.text
    assert found.aside == ()


def test_a_word_of_any_length_is_held_against_the_figures_once() -> None:
    """A picture pasted as text; read from each of its letters again, this one took minutes."""
    pasted = "x" * 200_000
    anew = ANEW.replace("happened: [...]", "happened: the carrier was slow")
    found = merge(REPAIR, EDITED.replace("a form was lost", pasted), anew, ["Fri 10 Jul"])
    assert (pasted in found.text, found.aside) == (True, ())


def test_what_was_added_and_what_was_taken_out_stay_so() -> None:
    mine = REPAIR.replace("Kind regards", "Call me when you like.\n\nKind regards")
    mine = mine.replace("What I change, so that it does not happen again: [...].\n\n", "")
    found = merge(REPAIR, mine, ANEW)
    assert "Call me when you like." in found.text
    assert "What I change" not in found.text


def test_edits_of_what_is_no_longer_said_are_set_aside() -> None:
    mine = LAST.replace("closed on Monday", "closed on Monday, sadly")
    found = merge(LAST, mine, NOW)
    assert found.aside == (
        "- Payroll: from Mon 6 Jul to Wed 8 Jul, because the bank is closed on Monday, sadly.",
    )  # fmt: skip


TEXTS = st.lists(st.sampled_from(["Hello", "A day", "- one", "- two", "Next\n----", "Bye 7"]), max_size=8).map(
    lambda parts: "\n\n".join(parts) + "\n"
)


@given(TEXTS, TEXTS, TEXTS)
def test_no_edited_word_is_ever_dropped(composed: str, edited: str, anew: str) -> None:
    found = merge(composed, edited, anew, ["7"])
    kept = [piece.words for piece in pieces(found.text)] + list(found.aside)
    untouched = {piece.words for piece in pieces(composed)}
    assert [one.words for one in pieces(edited) if one.words not in untouched and one.words not in kept] == []


@given(TEXTS, TEXTS)
def test_without_edits_it_is_what_the_facts_say_and_without_news_what_was_edited(composed: str, other: str) -> None:
    words = [piece.words for piece in pieces(other)]
    assert [piece.words for piece in pieces(merge(composed, composed, other).text)] == words
    assert [piece.words for piece in pieces(merge(composed, other, composed).text)] == words
