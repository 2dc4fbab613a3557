"""What the PM edits: read back as written, and never lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.updates.review_text import Edited, ReviewTextError, approval_hash, read, with_problem, write
from followthru.updates.words import clean

DANA = "Dana Reyes <dana@example.com>"
BODY = "Update\n======\n\nHello Dana,\n\n- one\n\n# a line of mine\n"


def test_what_is_shown_reads_back() -> None:
    text = write(DANA, "Oak Street: update", BODY, ["“Cover” moved and no reason is given.", "two\nlines"])
    assert text.startswith("# Waits for you: “Cover” moved and no reason is given.\n# Waits for you: two lines\n")
    assert read(text, DANA) == Edited("Oak Street: update", BODY)


@given(st.text().filter(lambda text: bool(clean(text))), st.lists(st.text().map(clean).filter(bool), min_size=1))
def test_any_subject_and_body_read_back(subject: str, lines: list[str]) -> None:
    body = "\n".join(lines) + "\n"
    assert read(write(DANA, subject, body), DANA) == Edited(clean(subject), body)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("Subject: Oak Street: update\n", ""), "subject is missing"),
        (("Subject: Oak Street: update", "Subject:"), "subject is missing"),
        (("dana@example.com", "kim@example.com"), "address is changed with person edit"),
        (("To: Dana", "Bcc: Dana"), "Line 4 is neither"),
        (("Subject: Oak Street: update", "Subject: a\nSubject: b"), "Line 6 is neither"),
        ((BODY, ""), "text of this update is missing"),
        (("\n\nUpdate", "\nUpdate"), "Line 6 is neither"),
    ],
)
def test_a_bad_edit_is_named_and_kept(change: tuple[str, str], problem: str) -> None:
    text = write(DANA, "Oak Street: update", BODY).replace(*change)
    with pytest.raises(ReviewTextError, match=problem) as refused:
        read(text, DANA)
    again = with_problem(text, refused.value.message)
    assert again.startswith("# Problem: ")
    assert again.endswith(text)
    assert with_problem(again, "x").endswith(text)
    assert with_problem(again, "x").count("# Problem") == 1


def test_an_emptied_text_is_not_an_update() -> None:
    with pytest.raises(ReviewTextError, match="missing"):
        read("", DANA)


def test_editors_that_write_dos_lines() -> None:
    text = write(DANA, "S", BODY).replace("\n", "\r\n")
    assert read("\ufeff" + text, DANA) == Edited("S", BODY)


def test_an_approval_is_for_these_very_words() -> None:
    assert len({approval_hash("a", "b", "c"), approval_hash("ab", "", "c"), approval_hash("a", "bc", "")}) == 3
