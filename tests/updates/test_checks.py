"""The scanner: what looks like patient data holds a draft, what is ordinary work does not."""

from __future__ import annotations

import pytest

from followthru.updates.checks import Flag, FlagName, dump, load, scan


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
    flags = scan(f"Renew the cover; {text}")
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
    assert scan(text) == ()


def test_flags_come_back_from_json() -> None:
    flags = (Flag(FlagName.OVERDUE, "“ü” is late", 7), Flag(FlagName.FIRST_MAIL, "first"))
    assert load(dump(flags)) == flags
