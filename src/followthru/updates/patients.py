"""What in a text looks like it belongs to a patient: dates of birth, numbers, codes, initials, names.

A guard, not a guarantee: it knows forms, not people. `docs/reference/privacy.md` has what it finds and what it does
not, measured on the corpus of its tests.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_BORN = r"(?:\bd\.? ?o\.? ?b\b\.?|\bdate of birth\b|\bbirth ?date\b)"
_RECENT_YEARS = 3
"""How many calendar years back a date in full is taken for one of everyday work: contracts, policies, licences."""


class Find(NamedTuple):
    """Words that stand in the text, and what they look like."""

    words: str
    what: str


class _Form(NamedTuple):
    """One form of patient data; `unless` excuses a match that means something else."""

    what: str
    pattern: re.Pattern[str]
    unless: Callable[[re.Match[str], date | None], bool] | None = None


def finds(text: str, today: date | None = None) -> Iterator[Find]:
    """Yield what looks like a patient's in one line of clean text, the first of each form.

    `today` tells dates of everyday work from dates of birth; without it every date in full counts.
    """
    for form in _FORMS:
        for match in form.pattern.finditer(text):
            if form.unless is None or not form.unless(match, today):
                yield Find(match[0].strip(" ,;:"), form.what)
                break


def _is_everyday(match: re.Match[str], today: date | None) -> bool:
    """Return whether a date in full is one of everyday work, of the last years or to come; or is no date at all."""
    small = [int(digits) for digits in re.findall(r"\d+", match[0]) if digits != match["year"]]
    if any(not 1 <= number <= 31 for number in small) or (len(small) > 1 and min(small) > 12):
        return True
    if today is None:
        return False
    year = int(match["year"])
    if year < 100:
        year += 2000 if year <= today.year % 100 + 20 else 1900
    return today.year - _RECENT_YEARS < year


# What practices call their own, with a capital letter or as an abbreviation.
_OURS = re.compile(
    r"ABA|AP|API|AR|Access|Accounts|Administration|Advisory|Advocate|Advocates|Assistance|Bill|"
    r"Billing|CRM|Care|Centered|Communication|Council|Count|EHR|EMR|Education|Engagement|"
    r"Experience|FAQ|Family|Feedback|Financial|Flow|Forms|HR|Handbook|Health|ID|IT|"
    r"Information|Intake|Journey|KPI|List|Management|NPS|OT|Outcomes|PHI|PM|PO|PR|PT|Panel|"
    r"Payment|Payments|Policy|Portal|Privacy|Protection|QA|ROI|Reported|Referral|Registration|"
    r"Relations|Responsibility|Retention|Review|Rights|SLP|ST|Safety|Satisfaction|Scheduling|"
    r"Service|Services|Statement|Statements|Support|Survey|Surveys|Transport|Volume|Welcome"
)


def _is_ours(match: re.Match[str], today: date | None) -> bool:
    return _OURS.fullmatch(re.sub(r"[. ]", "", match["name"])) is not None


def _is_other_code(match: re.Match[str], today: date | None) -> bool:
    """Return whether a five-digit code is a post code's or a lock's."""
    before = match.string[: match.start()].rstrip().rpartition(" ")[2].casefold()
    return before in {"zip", "postal", "post", "door", "gate", "access", "alarm", "entry", "key", "promo", "area"}


def _is_place(match: re.Match[str], today: date | None) -> bool:
    """Return whether a letter and numbers name a place in a house or a document."""
    before = match.string[: match.start()].rstrip().rpartition(" ")[2].casefold()
    return before in {
        "room",
        "chapter",
        "section",
        "suite",
        "part",
        "item",
        "building",
        "floor",
        "unit",
        "page",
        "version",
    }


def _form(what: str, pattern: str, unless: Callable[[re.Match[str], date | None], bool] | None = None) -> _Form:
    return _Form(what, re.compile(pattern), unless)


_FORMS = (
    _form("a date of birth", rf"(?i){_BORN}.{{0,20}}?\d"),
    _form("a date of birth", rf"(?i)\bbirthday\b(?: is| on|:)? ?(?:\d|{_MONTH} \d)"),
    _form("a date of birth", rf"(?i)\bborn(?: on| in)?[ :,]*(?:the )?(?:\d|{_MONTH} \d)"),
    _form(
        "a date of birth",
        r"(?<![\d/.-])(?:\d{1,2}(?P<sep>[/.-])\d{1,2}(?P=sep)(?P<year>(?:19|20)\d{2}|\d{2}))(?![\d/-]|\.\d)",
        _is_everyday,
    ),
    _form("a date of birth", r"(?<![\d/.-])(?P<year>(?:19|20)\d{2})-\d{2}-\d{2}(?![\d/-]|\.\d)", _is_everyday),
    _form(
        "a date of birth",
        rf"(?i)\b(?:{_MONTH} {_DAY},? |{_DAY} (?:of )?{_MONTH},? )(?P<year>(?:19|20)\d{{2}})\b",
        _is_everyday,
    ),
    _form("a patient's age", r"(?i)\b\d{1,3}[ -]?(?:y/o|y\.o\.|yo)(?![a-z])"),
    _form(
        "a patient's age",
        r"(?i)\b\d{1,3}[ -]years?[ -]old (?:\w+ )?"
        r"(?:man|woman|boy|girl|male|female|patient|client|child|son|daughter|kid)\b",
    ),
    _form("a patient's age", r"(?i)\b(?:patient|client|child|boy|girl|man|woman),? aged? \d{1,3}\b"),
    _form("a social security number", r"(?<![\d-])\d{3}[- ]\d{2}[- ]\d{4}(?![\d-])"),
    _form(
        "a social security number",
        r"(?i)(?:\bssn\b|\bsoc(?:ial|\.)? ?sec(?:urity|\.)? ?(?:number|no\.?|#)).{0,12}?\d{4}",
    ),
    _form("a phone number", r"(?<![\d.-])(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\d-])"),
    _form("a phone number", r"\+\d{1,3}(?:[ .()-]{0,2}\d){7,12}(?!\d)"),
    _form(
        "a phone number",
        r"(?i)\b(?:call(?: \w+)?(?: at)?|phone|tel|telephone|cell|mobile|text)\b(?: is| no\.?| number)?\W{0,3}"
        r"(?:\d{10}|\d{3}[ .-]\d{4})(?![\d-])",
    ),
    _form("a record number", r"(?i)\bmrn\b\W{0,4}(?:no\.?|number|is)?\W{0,3}\w*\d{3}"),
    _form("a record number", r"(?i)\b(?:chart|medical record) ?(?:no\.?|number|id|#)\W{0,3}[a-z]{0,3}\d{3}"),
    _form("a record number", r"(?i)\b(?:chart|medical record) [a-z]{0,2}\d{5}"),
    _form(
        "a record number",
        r"(?i)\b(?:patient|member|subscriber|insurance|medicaid|medicare|policy ?holder)(?: ?(?:id|number|no\.?|#))?"
        r"\W{0,3}[a-z]{0,4}\d{5}",
    ),
    _form(
        "a record number",
        r"\b[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}\b",
    ),
    _form("a diagnosis code", r"(?<![A-Za-z0-9.-])[A-TV-Z]\d[0-9AB]\.[0-9A-Z]{1,4}(?![A-Za-z0-9])", _is_place),
    _form("a diagnosis code", r"(?<![A-Za-z0-9.-])[fz]\d\d\.\d{1,2}(?![A-Za-z0-9])"),
    _form(
        "a diagnosis code",
        r"(?i)\b(?:icd-?(?:9|10)?|dx|diagnos(?:is|es|ed))\b\W{0,3}(?:(?:with|codes?|of)\W{0,2})?[A-TV-Z]\d[0-9AB]\b",
    ),
    _form("a procedure code", r"(?i)\b(?:cpt|hcpcs)\b\W{0,3}(?:codes?\W{0,3})?(?:\d{5}|[A-V]\d{4})\b"),
    _form("a procedure code", r"(?i)\b[A-V]\d{4} hcpcs\b"),
    _form("a procedure code", r"(?i)\b(?:codes?|billed|coded as)\W{0,3}9\d{4}\b(?![,.]\d)", _is_other_code),
    _form("a procedure code", r"(?<![\d.,-])9\d{4}(?:-[0-9A-Z]{2}|/9\d{4})(?![\d-])"),
    _form(
        "a patient's initials",
        r"\b(?:[Pp]atient|[Cc]lient|[Cc]hild|[Pp]t\.?)(?: initials)?(?::? |(?<=\.))"
        r"(?P<name>[A-Z](?:\. ?[A-Z]){1,2}\b\.?|[A-Z]{2,3}(?![A-Za-z]))",
        _is_ours,
    ),
    _form("a patient's initials", r"(?i)\b(?:patient|client|child|pt\.?) (?!e\.g|i\.e|[ap]\.m)[a-z]\.[a-z]\."),
    _form("a patient's initials", r"\b[A-Z]\. ?[A-Z]\.?(?: \(|, )(?:the |a |our )?(?:patient|client|pt)\b"),
    _form("a patient's name", r"\b[Pp]atient:? (?P<name>[A-Z][a-z]+)\b", _is_ours),
    _form("a patient's name", r"(?<![Tt]he )\b[Pp]t\. (?:[A-Z]\. )?(?P<name>[A-Z][a-z]+)\b", _is_ours),
)
