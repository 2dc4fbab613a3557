"""Two made-up practices and all that comes back at them: a therapy practice in Illinois, a clinic in California."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tests.acceptance.year.brute import (
    CALIFORNIA,
    FIRST_WORKING_DAY,
    FRI,
    ILLINOIS,
    LAST_WORKING_DAY,
    MON,
    THU,
    TUE,
    WED,
    Days,
    Rule,
    after_done,
    every_days,
    every_months,
    monthly,
    nth,
    weekly,
    window,
)  # fmt: skip

FIRST, LAST = date(2027, 7, 1), date(2028, 6, 30)
"""The year: a Thursday to a Friday, with a 29 February and with holidays on Saturdays and Sundays."""


@dataclass(frozen=True, eq=False)
class Practice:
    """A practice, as it is typed and as its working days are."""

    slug: str
    zone: str
    holidays: str
    weekdays: str
    days: Days
    commands: tuple[tuple[str, ...], ...] = ()


OAK = Practice(
    "oak-therapy", "America/Chicago", "US-IL", "12345",
    Days(
        (2, 2, 2, 2, 2, 0, 0),
        ILLINOIS,
        closed=frozenset((date(2027, 8, 20), date(2028, 3, 15))),
        every_year=frozenset(((12, 27), (12, 28), (12, 29), (12, 30))),
    ),
    (
        ("close", "oak-therapy", "2027-08-20", "2028-03-15"),
        ("season", "oak-therapy", "2027-12-27..2027-12-30", "--yearly"),
    ),
)  # fmt: skip
ELM = Practice(
    "elm-clinic", "America/Los_Angeles", "US-CA", "123456h",
    Days(
        (2, 2, 2, 2, 2, 1, 0),
        CALIFORNIA,
        closed=frozenset((date(2028, 3, 13),)),
        half=frozenset((date(2027, 12, 23), date(2028, 6, 30))),
    ),
    (
        ("close", "elm-clinic", "2028-03-13"),
        ("close", "elm-clinic", "2027-12-23", "2028-06-30", "--half"),
    ),
)  # fmt: skip
PRACTICES = (OAK, ELM)


@dataclass(frozen=True, eq=False)
class Duty:
    """Work that comes back. `leads` is the date that its rule moves, `first` the first one, None where the rule has it.

    `buffer` are working days between target and promise, `lead` those between start and deadline. `late` says, in
    turn, how many days after its date it is done (before it, if negative).
    """

    practice: Practice
    title: str
    rule: Rule
    leads: str = "target_on"
    first: date | None = None
    buffer: int = 0
    lead: int | None = None
    missed: str = "skip"
    shown: bool = False
    late: tuple[int, ...] = (0,)

    @property
    def line(self) -> str:
        """The capture line."""
        said = {"promised_on": "by", "deadline_on": "deadline"}.get(self.leads)
        dated = f" {said} {self.first}" if said and self.first else ""
        room = f" ~{self.buffer}d" if self.buffer else ""
        return f"{self.title}{dated}{room} @{self.practice.slug} every {self.rule.words}"

    @property
    def edits(self) -> list[str]:
        """What is said of it besides."""
        said = [f"lead={self.lead}"] if self.lead else []
        said += [f"catch_up={self.missed}"] if self.missed != "skip" else []
        return [*said, "evidence=yes"] if self.shown else said


TARGET, PROMISE, DEADLINE = "target_on", "promised_on", "deadline_on"

DUTIES = (
    Duty(OAK, "Payroll to the bureau", every_days(14, "2 weeks"), DEADLINE, date(2027, 7, 9)),
    Duty(OAK, "Payroll tax deposit", monthly(15, "month on 15"), DEADLINE, date(2027, 7, 15), late=(-1, 0, -3)),
    Duty(OAK, "Form 941", every_months(3, "3 months"), DEADLINE, date(2027, 7, 31), lead=10, late=(-8,)),
    Duty(OAK, "Close the month", LAST_WORKING_DAY, PROMISE, date(2027, 7, 30), buffer=3, late=(0, 2, -2, 6)),
    Duty(OAK, "Bank reconciliation", nth(2, MON, "second mon"), PROMISE, date(2027, 7, 12), missed="one",
         late=(1, 0, 70, 2)),
    Duty(OAK, "Claims and denials", weekly(TUE, "tue"), late=(0, 1, 0, 16, 3)),
    Duty(OAK, "Clinical team meeting", FIRST_WORKING_DAY, late=(0, 4)),
    Duty(OAK, "Post the OSHA 300A summary", window((2, 1), (4, 30), "1 feb..30 apr"), DEADLINE, date(2028, 4, 30),
         shown=True, late=(-2,)),
    Duty(OAK, "Quarterly report", every_months(3, "quarter"), PROMISE, date(2027, 7, 15), buffer=5, late=(3, -1)),
    Duty(OAK, "HIPAA risk analysis", every_months(12, "year"), DEADLINE, date(2027, 9, 30), lead=20, shown=True,
         late=(-20,)),
    Duty(OAK, "CAQH attestation of Dana", after_done(120, "120 days after done"), DEADLINE, date(2027, 8, 2), lead=10,
         shown=True, late=(-6, -1)),
    Duty(OAK, "CAQH attestation of Sam", after_done(120, "120 days after done"), DEADLINE, date(2027, 10, 15), lead=10,
         shown=True, late=(-10, 5)),
    Duty(OAK, "Fire drill", every_months(6, "6 months"), DEADLINE, date(2027, 8, 31), lead=5, shown=True, late=(-4, 9)),
    Duty(OAK, "File the bank statement", monthly(31, "last day not rolled", "none"), DEADLINE, date(2027, 7, 31),
         late=(2,)),
    Duty(OAK, "Pay the rent", monthly(1, "month on 1"), DEADLINE, date(2027, 8, 1), late=(-2, 0)),
    Duty(OAK, "Newsletter to clients", nth(1, FRI, "first fri rolled after", "after"), PROMISE, date(2027, 8, 6),
         buffer=2, late=(0, 0, 4)),
    Duty(OAK, "Group supervision", nth(4, THU, "fourth thu")),
    Duty(OAK, "Call through the waiting list", after_done(21, "3 weeks after done"), late=(0, 3, -1)),
    Duty(ELM, "Payroll to the bureau", every_days(14, "2 weeks"), DEADLINE, date(2027, 7, 2)),
    Duty(ELM, "Spore test of the autoclave", weekly(MON, "mon"), missed="all", shown=True, late=(0, 0, 1, 15, 0)),
    Duty(ELM, "Look through the fridge log", LAST_WORKING_DAY, PROMISE, date(2027, 7, 31), buffer=1, late=(0, 1)),
    Duty(ELM, "Order supplies", monthly(31, "month on 31 rolled after", "after"), DEADLINE, date(2027, 7, 31),
         late=(0, -1, 4)),
    Duty(ELM, "Check the crash cart", monthly(1, "month on 1 rolled after", "after"), late=(0, 2)),
    Duty(ELM, "Change the radiation badges", every_months(3, "quarter"), DEADLINE, date(2027, 9, 30), late=(0, -3)),
    Duty(ELM, "Bloodborne pathogens training", every_months(12, "year"), DEADLINE, date(2027, 9, 10), lead=15,
         shown=True, late=(-3,)),
    Duty(ELM, "Emergency drill", window((10, 1), (11, 15), "1 oct..15 nov"), late=(-9,)),
    Duty(ELM, "Quality measures", window((1, 2), (3, 31), "2 jan..31 mar"), late=(0,)),
    Duty(ELM, "Choose the health plan", window((12, 15), (1, 15), "15 dec..15 jan"), late=(-5,)),
    Duty(ELM, "Letter to the board", nth(3, WED, "third wed"), PROMISE, date(2027, 7, 21), buffer=2, late=(-2, 0, 1)),
    Duty(ELM, "Sharps pick-up", every_days(28, "28 days"), DEADLINE, date(2027, 7, 6), late=(0,)),
    Duty(ELM, "Credentialing committee", nth(-1, FRI, "last fri not rolled", "none"), late=(0, 5)),
    Duty(ELM, "DEA inventory", every_months(24, "2 years"), DEADLINE, date(2027, 11, 10), lead=15, shown=True,
         late=(-7,)),
    Duty(ELM, "Peer review of charts", after_done(45, "45 days after done"), late=(2, 0, 9)),
    Duty(ELM, "Letter to the founders", every_months(12, "year"), DEADLINE, date(2028, 2, 29), lead=8, late=(-4,)),
    Duty(ELM, "Denials review", every_days(14, "2 weeks"), PROMISE, date(2027, 7, 14), buffer=2, missed="one",
         late=(0, -3, 33)),
    Duty(ELM, "Count the samples", monthly(31, "last day"), late=(0, 1)),
)  # fmt: skip
