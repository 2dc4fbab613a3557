"""What a run keeps of a playbook: all that its file says, nothing beside, and read again it is the playbook."""

from __future__ import annotations

from followthru.domain.playbook_reading import read
from followthru.domain.playbook_said import said

QUIET = {"title": "Sign", "public": "Signed", "area": "people", "kind": "hire"}
BOOK: dict[str, object] = {
    "playbook": 1, "version": 7, "title": "Hire", "source": "Our list", "check_your_state": "Leave", "anchor": "Day 1",
    "every": "12 months after done", "roles": {"lead": "Who teaches"},
    "questions": [{"key": "new", "ask": "Is it new?", "answers": ["yes", "no", "later"], "usual": "later"}],
    "steps": [
        {**QUIET, "key": "sign", "before": 9},
        {**QUIET, "key": "open", "before": 7, "needs": ["sign"]},
        {
            "key": "teach", "title": "Teach them", "public": "Trained", "role": "lead", "area": "operations",
            "kind": "training", "after": "sign", "days": 3, "needs": ["open"], "when": "new=yes", "buffer": 0,
            "start": 0, "minutes": 45, "audience": "team", "evidence": True, "per_person": True,
            "note": "At ease\nTwice", "checklist": ["Room", "Slides"], "goal": "retention",
        },
        {**QUIET, "key": "due", "before": 0, "deadline": True},
        {**QUIET, "key": "late", "after": "anchor", "days": 1},
    ],
}  # fmt: skip


def test_a_playbook_is_said_as_its_file_says_it() -> None:
    book = read(BOOK, "hire").playbook
    assert book is not None
    assert said(book) == BOOK
    assert read(said(book), "hire").playbook == book


def test_what_does_not_come_back_says_no_rule() -> None:
    book = read({key: value for key, value in BOOK.items() if key != "every"}, "hire").playbook
    assert book is not None
    assert "every" not in said(book)
