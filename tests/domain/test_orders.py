"""Orders and groups as they are typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.domain.orders import GROUPS, PLAIN, SORTS, Order, taken
from followthru.errors import UsageError


def test_sort_and_group_are_taken_out_of_a_filter_and_the_last_word_counts() -> None:
    words = ["@oak", "sort:title", "Group:Person", "sort:-promise", "cover"]
    assert taken(words) == (["@oak", "cover"], Order("promise", down=True, group="person"))


def test_words_change_an_order_only_where_they_speak_of_it() -> None:
    held = Order("title", down=True, group="day")
    assert taken(["group:none"], held)[1] == Order("title", down=True)
    assert taken(["sort:date"], held)[1] == Order(group="day")


def test_other_words_are_left_to_the_filter() -> None:
    words = ["is:late", "sort", "group", "age:title", "Group"]
    assert taken(words) == (words, PLAIN)


@pytest.mark.parametrize("typed", ["sort:", "sort:-", "group:"])
def test_one_without_a_key_is_still_being_typed(typed: str) -> None:
    assert taken(["shelf", typed]) == (["shelf"], PLAIN)


@pytest.mark.parametrize(
    ("typed", "words"),
    [("sort:titel", "Did you mean title?"), ("group:persons", "Did you mean person?"), ("sort:day", "One of: date")],
)
def test_an_unknown_key_is_refused_with_the_nearest(typed: str, words: str) -> None:
    with pytest.raises(UsageError) as refused:
        taken([typed])
    assert words in refused.value.sentences()


@given(st.sampled_from(list(SORTS)), st.booleans(), st.sampled_from(list(GROUPS)))
def test_what_is_typed_and_said_is_the_same(sort: str, down: bool, group: str) -> None:
    order = PLAIN.sorted_by(f"{'-' if down else ''}{sort}").grouped_by(group)
    assert taken(order.words) == ([], order)
    assert order.plain == (not order.words)
