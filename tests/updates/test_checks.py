"""The scanner: what looks like patient data holds a draft, what is ordinary work does not."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from followthru.updates.checks import Flag, FlagName, dump, load, scan
from tests.updates.values import TODAY

ROOT = Path(__file__).parents[2]
CORPUS = tomllib.loads(Path(__file__).with_name("patients_corpus.toml").read_text("utf-8"))
TONE = tomllib.loads(Path(__file__).with_name("tone_corpus.toml").read_text("utf-8"))
ORDINARY = sorted({*CORPUS["ordinary"], *TONE["clean"]})
HOSTILE = [(line, what) for what, lines in CORPUS["hostile"].items() for line in lines]


def whats(text: str) -> set[str]:
    """Return what a text looks like."""
    return {flag.words.partition("” looks like ")[2].rstrip(".") for flag in scan(text, TODAY)}


@pytest.mark.parametrize("line", ORDINARY)
def test_what_practices_write_every_day_is_not_held(line: str) -> None:
    assert whats(line) == set()


@pytest.mark.parametrize(("line", "what"), HOSTILE)
def test_what_is_a_patients_is_held_and_named(line: str, what: str) -> None:
    assert what in whats(line)
    assert what in whats(f"Oak Street Therapy: update\nRenew the cover: from Fri 15 Jan, because {line}.")


def test_what_is_known_not_to_hold_is_told() -> None:
    """The page on privacy says both: ordinary words that are held, and a patient's that are not."""
    assert all(whats(line) for line in CORPUS["false_alarms"])
    assert not [line for line in CORPUS["beyond"] if whats(line)]


def test_the_page_on_privacy_has_the_figures() -> None:
    page = (ROOT / "docs" / "reference" / "privacy.md").read_text("utf-8")
    for what, lines in CORPUS["hostile"].items():
        assert f"| {what} | {len(lines)} of {len(lines)} |" in page, what
    assert f"{len(ORDINARY)} ordinary lines" in page


def test_dates_of_everyday_work_are_told_from_dates_of_birth() -> None:
    for text in ("signed 1/5/2027", "until 31 December 2029", "since 4 May 2025", "by 2027-02-15", "on 1/15/27"):
        assert whats(text) == set(), text
        assert scan(text, None), "without a day every date in full counts"
    for text in ("the one of 1/5/2015", "4 May 1971", "1980-04-03", "4/3/80"):
        assert whats(text) == {"a date of birth"}, text


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("DOB 3 April 1980", "a date of birth"),
        ("born 1980", "a date of birth"),
        ("seen 03/04/1980 again", "a date of birth"),
        ("chart of 1980-04-03", "a date of birth"),
        ("SSN 078-05-1120", "a social security number"),
        ("078 05 1120", "a social security number"),
        ("call (555) 867-5309", "a phone number"),
        ("call 555-867-5309", "a phone number"),
        ("call +44 20 7946 0958", "a phone number"),
        ("MRN: 0012345", "a record number"),
        ("Chart #A12345", "a record number"),
        ("code F41.1 billed", "a diagnosis code"),
        ("CPT 90837", "a procedure code"),
        ("for patient J.D.", "a patient's initials"),
        ("Client A. B. called", "a patient's initials"),
        ("D\u200bOB 3 April 1980", "a date of birth"),
    ],
)
def test_what_looks_like_patient_data(text: str, what: str) -> None:
    flags = scan(f"Renew the cover; {text}", TODAY)
    assert [flag.name for flag in flags] == [FlagName.PRIVATE_DATA] * len(flags)
    assert any(flag.words.endswith(f"looks like {what}.") for flag in flags)


@pytest.mark.parametrize(
    "text",
    [
        "Malpractice cover renewal: from Fri 15 Jan to Wed 20 Jan 2027, because the insurer needs a further form.",
        "Billing numbers for Q4 2026: 1,204 visits, 97.5 % paid",
        "Licence 4471 renewed until Thu 31 Dec 2027 at 2:30 pm",
        "Room 12.1 and form I-9, W-9, 1099 and 941",
        "Patient portal contract, client survey, 401k plan, HIPAA training",
        "24/7 cover, 3-5 days, version 2.0.1",
    ],
)
def test_ordinary_work_passes(text: str) -> None:
    assert scan(text, TODAY) == ()


def test_flags_come_back_from_json() -> None:
    flags = (Flag(FlagName.OVERDUE, "“ü” is late", 7), Flag(FlagName.FIRST_MAIL, "first"))
    assert load(dump(flags)) == flags
