"""Which lines of minutes count, what marks say, and that marking changes nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.domain.minutes import marked, read, same

TEXT = """# Oak
decision: Stay with them → decision 3
  - [ ] Tell them by 3 dec
  * [] Ask for terms
- [ ] Not under it
Decision: *private Let it run out
plain text, decision: not at the start
- [x] done already
- [ ] Taken → task 12
<!-- - [ ] hidden
decision: hidden -->
```
- [ ] fenced
```
- **decision:** Bold
    - [ ] deep
text between
    - [ ] no longer under
"""


def test_each_sort_of_line() -> None:
    found = read(TEXT)
    assert [(one.number, one.text, one.taken, one.under) for one in found.items] == [
        (3, "Tell them by 3 dec", None, 2),
        (4, "Ask for terms", None, 2),
        (5, "Not under it", None, None),
        (9, "Taken", 12, None),
        (16, "deep", None, 15),
        (18, "no longer under", None, None),
    ]
    assert [(one.number, one.text, one.taken, one.private) for one in found.decisions] == [
        (2, "Stay with them", 3, False),
        (6, "Let it run out", None, True),
        (15, "Bold", None, False),
    ]


FOLLOWS = [
    ("decision: We stay\n  as long as it is good\n  - [ ] Tell them", True, "what is indented goes on with it"),
    ("decision: We stay\nas it is\n  - [ ] Tell them", False, "what is not ends it"),
    ("decision: We stay\n\n  - [ ] Tell them", False, "a blank line ends it"),
    ("decision: We stay\n    \n  - [ ] Tell them", False, "one of spaces as well"),
    ("  - decision: We stay\n  And\n    - [ ] Tell them", False, "as deep is not under it"),
    ("   decision: We stay\n\t- [ ] Tell them", True, "a tab is four columns"),
    ("    decision: We stay\n\t- [ ] Tell them", False, "and no more"),
]


@pytest.mark.parametrize(("text", "follows", "why"), FOLLOWS)
def test_an_action_item_follows_from_the_decision_that_it_is_indented_under(text: str, follows: bool, why: str) -> None:
    before = "# Oak\n\n\n"
    assert [one.under for one in read(before + text).items] == [4 if follows else None], why


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("<!-- read once -->\n- [ ] Tell them", ["Tell them"]),
        ("over --> and <!-- begun again\n- [ ] Tell them\n-->", []),
        ("<!--\n- [ ] Tell them\n-->\n- [ ] Ask them", ["Ask them"]),
        ("```\n<!--\n```\n- [ ] Ask them", ["Ask them"]),
        ("```\n- [ ] Tell them", []),
    ],
)
def test_what_stands_in_comments_and_fences_is_passed_over(text: str, taken: list[str]) -> None:
    assert [one.text for one in read(text).items] == taken


def test_a_mark_of_the_other_sort_is_text() -> None:
    found = read("- [ ] Look at → decision 3\ndecision: As in → task 4")
    assert [one.text for one in (*found.items, *found.decisions)] == ["Look at → decision 3", "As in → task 4"]


def test_same_however_written() -> None:
    assert same(" Tell  THEM ", "tell them")
    assert not same("tell them", "tell him")


LINES = st.lists(
    st.sampled_from(["- [ ] ", "  * [ ] ", "decision: ", "- decision: ", "", "<!--", "-->", "```", "- [x] "]).flatmap(
        lambda start: st.text(max_size=12).map(lambda rest: f"{start}{rest}")
    ),
    max_size=12,
)


@given(LINES)
def test_what_is_marked_is_taken_and_all_else_stays(lines: list[str]) -> None:
    text = "\n".join(lines).replace("\r", "").replace("\x85", "").replace("\u2028", "")
    found = read(text)
    tasks = {one.number: 7 for one in found.items if one.taken is None}
    decisions = {one.number: 8 for one in found.decisions if one.taken is None}
    after = marked(text, tasks, decisions)
    again = read(after)
    assert all(one.taken is not None for one in (*again.items, *again.decisions))
    assert [one.text for one in again.items] == [one.text for one in found.items]
    assert [one.text for one in again.decisions] == [one.text for one in found.decisions]
    assert marked(after, {}, {}) == after
    rest = {number for number, _ in enumerate(text.split("\n"), 1)} - tasks.keys() - decisions.keys()
    assert all(text.split("\n")[number - 1] == after.split("\n")[number - 1] for number in rest)
