"""A working week of a practice manager who serves three practices, as it goes, through the real program.

Commands, the screen and the daemon are processes; promises lie on a Radicale, which is on her phone, and on a
Xandikos, which a client looks at; mail goes out over SMTP. Each evening: what she sees, what readers got, what both
calendars show. A day needs those before it, so that the week is one test.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.acceptance.week.desk import Desk
from tests.acceptance.week.office import CLIENT, MINE, leaks, opened
from tests.program.daemon import end_all

ONBOARDING = ("playbook", "run", "onboard-clinician", "--practice", "harbor", "--anchor", "2027-09-27")


class Week:
    """The week as it has come so far: tasks by what they are about, what each calendar shows, which mails arrived."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.tasks: dict[str, str] = {}
        self.shown: dict[str, dict[str, str]] = {MINE: {}, CLIENT: {}}
        self.arrived: list[str] = []

    def evening(self) -> None:
        """Hold what a day has come to: both calendars, every mail and no other, and nothing where it may not be."""
        for name, events in self.shown.items():
            self.desk.shows(name, events)
        assert [mail.head for mail in self.desk.mails()] == self.arrived
        assert list(leaks(self.desk)) == []

    def weekend(self) -> None:
        """Things come to mind, and are put down in a line."""
        desk = self.desk
        desk.sleep_until(-1, 18)
        desk.captures("Ask about the lift")
        desk.captures("Shred the old charts by thu @elm")
        desk.captures(
            "Read the fridge thermometer by 7 jun every mon @elm", notes="NEVER Marrowgate: the old one is off"
        )
        self.shown[MINE] = {"elm: Shred the old charts": "Thu 10 Jun", "elm: Read the fridge thermometer": "Mon 7 Jun"}
        self.evening()

    def monday(self) -> None:
        """The inbox is emptied, the week gone through, the duty done, a new clinician begun, promises made."""
        desk, mine = self.desk, self.shown[MINE]
        desk.sleep_until(0, 8)
        with desk.seat() as seat:
            seat.sees("Needs you (1)", "Ask about the lift", "Promised today (1)", "Read the fridge thermometer")
            seat.press("z", "Weekly review, stop 1 of 8: Inbox to zero (1)")
            seat.press("b", "Where does it belong?").press("harbor\r", "Changed practice of 1: Ask about the lift")
            seat.press(
                ".", "stop 4 of 8: Promised for the next two weeks (2)", "Read the fridge", "Shred the old charts"
            )
            seat.press(".", "stop 8 of 8: What was decided (1)").press(".", "The review is ended: 1 step")
            seat.press("x", "Nothing needs you today.", "The next one is 4, Mon 14 Jun.")
        mine["done: elm: Read the fridge thermometer"] = mine.pop("elm: Read the fridge thermometer")
        mine["elm: Read the fridge thermometer"] = "Mon 14 Jun"

        assert "Ran onboard-clinician for Mon 27 Sep 2027 at @harbor: 29 tasks" in desk.says(*ONBOARDING)
        steps = [one for one in desk.asks("list", "@harbor", "--all") if one["promised_on"]]
        assert (len(steps), steps[0]["promised_on"], steps[-1]["promised_on"]) == (29, "2027-06-09", "2027-12-29")
        mine |= {f"harbor: {one['title']}": _day(date.fromisoformat(one["promised_on"])) for one in steps}

        self._promise("licence", "Licence renewal by 11 jun to dana @oak ~2d", "Quillfeather licence")
        self._promise("x-ray", "X-ray inspection by 10 jun to lee @elm ~1d", "Marrowgate inspection")
        self._promise("numbers", "Billing numbers by 9 jun to pat @harbor", "Thistledown billing numbers")
        self._promise("forms", "Order the intake forms by 11 jun +sam @oak", "Intake forms")
        self.tasks["log"] = desk.captures("OSHA log @harbor", deadline_on="2027-06-18")
        mine |= {
            "oak: Licence renewal": "Fri 11 Jun",
            "elm: X-ray inspection": "Thu 10 Jun",
            "harbor: Billing numbers": "Wed 9 Jun",
            "oak: Order the intake forms": "Fri 11 Jun",
            "harbor: deadline: OSHA log": "Fri 18 Jun",
        }
        self.shown[CLIENT] = {"Marrowgate inspection": "Thu 10 Jun"}

        [draft] = desk.asks("update", "list")
        desk.says("update", "approve", str(draft["id"]), "--yes")
        self.arrived.append("oak to sam: Oak Street Therapy: Intake forms, for you to take on")
        assert "Please have it ready by Fri 11 Jun." in desk.arrived(1).text
        self.evening()

    def _promise(self, about: str, line: str, public: str) -> None:
        self.tasks[about] = self.desk.captures(
            line, public_title=public, notes=f"NEVER {public}: they were late before"
        )


def _day(on: date) -> str:
    return f"{on:%a} {on.day} {on:%b}"


@pytest.fixture
def desk(tmp_path: Path, blank_database: Path) -> Iterator[Desk]:
    """The desk on the Saturday before."""
    try:
        with opened(tmp_path, blank_database) as made:
            yield made
    finally:
        end_all()


def test_a_working_week(desk: Desk) -> None:
    week = Week(desk)
    week.weekend()
    week.monday()
