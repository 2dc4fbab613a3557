"""A working week of a practice manager who serves three practices, as it goes, through the real program.

Commands, the screen and the daemon are processes; promises lie on a Radicale, which is on her phone, and on a
Xandikos, which a client looks at; mail goes out over SMTP. Each evening: what she sees, what readers got, what both
calendars show. A day needs those before it, so that the week is one test.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date

from tests.acceptance.week.desk import Desk
from tests.acceptance.week.office import CLIENT, MINE, PRACTICES, leaks

ONE_PAGE = "Send them one page: what happens until the first day, and who asks them for what"
QUESTION = "Oak Street Therapy: a question about Quillfeather licence, by Thu 10 Jun"
ROOM = "harbor: Make the room, the computer and the supplies ready"
ONBOARDING = ("playbook", "run", "onboard-clinician", "--practice", "harbor", "--anchor", "2027-09-27")


class Week:
    """The week as it has come so far: tasks by what they are about, what each calendar shows, which mails arrived."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.tasks: dict[str, str] = {}
        self.shown: dict[str, dict[str, str]] = {MINE: {}, CLIENT: {}}
        self.arrived: list[str] = []

    def live(self) -> None:
        """Live the week. What fails says on which day, and what else is otherwise than the week has it by then."""
        for day in DAYS:
            try:
                day(self)
            except AssertionError as error:
                words = day.__name__.replace("_", " ").capitalize()
                error.add_note("\n".join((f"{words} did not go as it should.", *self._otherwise())))
                raise

    def evening(self) -> None:
        """Hold what a day has come to: both calendars, every mail and no other, and nothing where it may not be."""
        self._calendars_show("the day")
        assert list(self._otherwise()) == []

    def _calendars_show(self, what: str) -> None:
        self.desk.until(f"both calendars show {what}", lambda: not any(self._on_calendars()))

    def _otherwise(self) -> Iterator[str]:
        """Yield what is not as it should be by now, in words."""
        yield from self._on_calendars()
        came, expected = Counter(mail.head for mail in self.desk.mails()), Counter(self.arrived)
        for head in sorted(came.keys() | expected.keys()):
            if came[head] != expected[head]:
                yield f"arrived {came[head]} times and not {expected[head]}: {head}"
        yield from leaks(self.desk)

    def _on_calendars(self) -> Iterator[str]:
        for name, events in self.shown.items():
            there = self.desk.on(name)
            for title in sorted(there.keys() | events.keys()):
                if there.get(title) != events.get(title):
                    day, wanted = there.get(title, "nowhere"), events.get(title, "nowhere")
                    yield f"on the calendar {name} {title!r} is {day}, not {wanted}"

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
            before = dict(mine)
            self._done("elm: Read the fridge thermometer")
            mine["elm: Read the fridge thermometer"] = "Mon 14 Jun"
            self._calendars_show("what is done, and the next one")
            after, self.shown[MINE] = mine, before
            seat.press("u", "Undone: Done 3").sees("Promised today (1)")
            self._calendars_show("it undone")
            self.shown[MINE] = after
            seat.press("U", "Redone: Done 3")

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

        desk.sleep_until(0, 21)
        [draft] = desk.asks("update", "list")
        desk.says("update", "approve", str(draft["id"]), "--yes")
        held = "the mail waits for the end of Sam's quiet hours"
        desk.until(held, lambda: any(one["next_at"] for one in desk.asks("update", "list")))
        self.evening()

    def tuesday(self) -> None:
        """Calls; a client drags a promise on the calendar they share, and her own phone a deadline: both are asked."""
        desk, mine = self.desk, self.shown[MINE]
        desk.sleep_until(1, 9)
        self.arrived.append("oak to sam: Oak Street Therapy: Intake forms, for you to take on")
        assert "Please have it ready by Fri 11 Jun." in desk.arrived(1).text
        with desk.seat() as seat:
            seat.sees("Nothing needs you today.").press("P", "Who is on the line?", "Call +dana, Dana Reyes")
            seat.press("oak dana\r", "Call with Dana Reyes", "Licence renewal", "told", "Not told yet (1)")
            seat.press("jt", "Told Dana Reyes Fri 11 Jun: Order the intake forms.").press("\x1b", "Today (0)")
            desk.calendars[CLIENT].move("Marrowgate inspection", date(2027, 6, 15))
            desk.calendars[MINE].move("OSHA log", date(2027, 6, 21))
            desk.sleep_until(1, 9, 30)
            theirs = "X-ray inspection: promise yours Thu 10 Jun, theirs Tue 15 Jun"
            seat.sees("Calendars ask (2)", theirs, "OSHA log: deadline yours Fri 18 Jun, theirs Mon 21 Jun")
            seat.press("6", "Inbox (2)", theirs).press("<", "What calendar elm-owners says of task 35 is taken over")
            seat.sees("Lee Park", "counts")
            seat.sees("Inbox (1)").goes_to("OSHA log").press(
                ">", "The inbox is empty", "Your value for task 38 is published to calendar promises"
            )
        mine["elm: X-ray inspection"] = self.shown[CLIENT]["Marrowgate inspection"] = "Tue 15 Jun"
        assert desk.today() == ["Nothing needs you today."], "Lee knows what she moved herself"

        asked = ("--on", "dana", "--for", "your signature", "--by", "10 jun", "--follow-up", "10 jun")
        desk.says("wait", self.tasks["licence"], *asked)
        self._approves("question to dana", f"oak to dana: {QUESTION}")
        self.evening()

    def wednesday(self) -> None:
        """A promise slips while the network is gone: nothing is lost, and once it is back its holder hears, once."""
        desk, mine = self.desk, self.shown[MINE]
        desk.sleep_until(2, 8)
        with desk.seat() as seat:
            seat.sees("Updates to review (1)", "To pat: Thistledown billing numbers may slip")
            for server in (MINE, "mail"):
                desk.valves[server].lose()
            seat.goes_to("Billing numbers").press("p", "Promise 36 for")
            seat.press("tue\r", "pat was told Wed 9 Jun; it is moved to Tue 15 Jun. They will read the reason.")
            seat.press("the clearing house was late\r", "Needs you (1)", "Moved promise of 36 to Tue 15 Jun 2027")
            seat.goes_to("Get the signed offer").press("x", "Done 5", "calendar promises")

            desk.says("update", "draft", "pat")
            [draft] = desk.asks("update", "list")
            desk.says("update", "approve", str(draft["id"]), "--yes")
            seat.sees("deferred", "To pat: update for Wed 9 Jun")
            assert "waits for the mail server" in desk.says("update", "list")
            desk.until("Today says it", lambda: "Calendar promises is not in step: " in desk.says("today"))
            assert len(desk.mails()) == len(self.arrived)

            desk.valves[MINE].how = "well"
            desk.sleep_until(2, 11)
            desk.until("the mail was tried again in vain", lambda: self._rests_until("2027-06-09T15:00"))
            mine["harbor: Billing numbers"] = "Tue 15 Jun"
            self._done("harbor: Get the signed offer or contract back")
            self._calendars_show("what was done without a network")
            desk.until("the mail is tried again", lambda: self._tries(draft["id"]) == (2, "deferred"))
            desk.valves["mail"].how = "well"
            desk.sleep_until(2, 12)
            self.arrived.append("harbor to pat: Harbor Clinic: update for Wed 9 Jun, 1 change, 1 done")
            told = desk.arrived(len(self.arrived)).text
            moved = "from Wed 9 Jun to Tue 15 Jun, because the clearing house was late."
            assert f"Thistledown billing numbers: {moved}" in told
            assert "Offer signed: done on Wed 9 Jun." in told
            seat.sees("Today (1)", "waiting dana", "Licence renewal")
        self.evening()
        assert desk.today() == ["For today (1)", "34 ? waits on dana Licence renewal @oak Fri 11 Jun 2d room told dana"]

    def thursday(self) -> None:
        """The daemon is killed while it sends; the machine sleeps over noon; what others had comes back."""
        desk, mine = self.desk, self.shown[MINE]
        desk.sleep_until(3, 8)
        desk.sink.goes_on.clear()
        with desk.seat() as seat:
            seat.sees("Updates to review (1)", "To dana: Re: ", "Promised today (1)", "Shred the old")
            seat.goes_to("Shred the old charts").press("x", "Done 2: Shred the old charts")
            seat.press("8", "Not settled yet (1)").goes_to("To dana: Re:").press("r", "Reminder to dana")
            seat.sees("your signature, by Thu 10 Jun. The date Fri 11", "Jun depends on it. I asked on Tue 8 Jun.")
            seat.press("A", "Type dana to send it").press("dana\r", "Approved update 5 to dana at oak.")
            seat.press("\x1b", "Updates (4)")
        self.arrived.append(f"oak to dana: Re: {QUESTION}")
        desk.arrived(len(self.arrived))
        desk.kill()
        desk.sink.goes_on.set()
        desk.start()
        with desk.seat() as seat:
            seat.sees("Updates to review (1)", "uncertain", "To dana: Re:").goes_to("To dana: Re:")
            seat.press("r", "uncertain: it may have arrived. Y settles it", "The sender was interrupted.")
            seat.press("Y", "What became of it?", "it arrived").press("\r", "counts as arrived")
            seat.press("\x1b", "Today (1)")

        desk.sleep_until(3, 11)
        with desk.suspended():
            desk.calendars[MINE].move(ROOM, date(2027, 9, 22))
            desk.sleep_until(3, 13)
        self._done("elm: Shred the old charts")
        mine[ROOM] = "Wed 22 Sep"
        desk.until(
            "the phone's move is taken over", lambda: "to Wed 22 Sep 2027: Make the room" in desk.says("history")
        )
        assert "Answered 34" in desk.says("answered", self.tasks["licence"], "signed")
        desk.says("done", self.tasks["forms"])
        self._done("oak: Order the intake forms")
        self.evening()

    def _rests_until(self, instant: str) -> bool:
        """Tell whether a mail is tried next only after an instant in UTC, so that no try of it is under way."""
        return any((one["next_at"] or "") > instant for one in self.desk.asks("update", "list"))

    def _done(self, title: str) -> None:
        """Note that an event on her own calendar shows from now on that it is done."""
        mine = self.shown[MINE]
        mine[f"done: {title}"] = mine.pop(title)

    def friday(self) -> None:
        """Updates are read and approved; the machine sleeps over their hour, and each reader hears once."""
        desk = self.desk
        desk.sleep_until(3, 17, 5)
        desk.until("three updates wait", lambda: len(desk.asks("update", "list")) == 3)
        desk.sleep_until(4, 8)
        desk.until("five updates wait", lambda: len(desk.asks("update", "list")) == 5)
        with desk.seat() as seat:
            seat.sees("Updates to review (5)", "To dana: Quillfeather licence may slip")
            seat.goes_to("Licence renewal").press("x", "Done 34")
            seat.marks("Send them one page").press("x", "Done 6", "")
            seat.sees("Today (3)", "Updates to review (3)").press("8", "Not settled yet (3)")
            seat.goes_to("To dana: update for the week").press("r", "Update to dana")
            seat.sees("Intake forms: done on Thu 10 Jun.", "Quillfeather licence: done on Fri 11 Jun.")
            seat.press("A", "Type dana to send it").press("dana\r", "Approved update", "to dana at oak.")
            seat.press("\x1b", "Updates (")
        drafts = {one["person"]: str(one["id"]) for one in desk.asks("update", "list")}
        assert "goes out by itself Fri 11 Jun at 17:00" in desk.says("update", "show", drafts["pat"])
        desk.says("update", "approve", drafts["lee"], "--yes")
        hour = "2027-06-11T20:00:00Z"
        waits = {one["person"]: one["at"] for one in desk.asks("update", "outbox")}
        assert waits == {"dana": hour, "lee": hour}, "each waits for its hour"
        with desk.suspended():
            desk.sleep_until(4, 17, 20)
        weekly = "update for the week to Fri 11 Jun"
        self.arrived += [
            f"oak to dana: Oak Street Therapy: {weekly}, 2 done",
            f"elm to lee: Elm Dental: {weekly}, 2 done",
            f"harbor to pat: Harbor Clinic: {weekly}, 1 done",
        ]
        desk.arrived(len(self.arrived))
        texts = {mail.reader: mail.text for mail in desk.mails()[-3:]}
        assert "- Intake forms: done on Thu 10 Jun. - Quillfeather licence: done on Fri 11 Jun." in texts["dana"]
        assert "Marrowgate inspection: Tue 15 Jun, on track." in texts["lee"]
        assert "- Thistledown billing numbers: Tue 15 Jun, on track." in texts["pat"]
        assert "billing numbers: from" not in texts["pat"], "she was told on Wednesday"

        for done in ("oak: Licence renewal", f"harbor: {ONE_PAGE}"):
            self._done(done)
        self.evening()
        assert desk.today() == ["Nothing needs you today."]
        kept = {one.slug: desk.says("promises", f"@{one.slug}").strip().splitlines()[-1] for one in PRACTICES}
        assert kept["oak"].startswith("Kept: 2 of 2 (100 %")
        assert kept["elm"] == "Kept: 2 still open."
        assert kept["harbor"].startswith("Kept: 1 of 2 (50 %")
        assert "2 dates fell due: 2 kept." in desk.says("report", "oak", "--month", "jun")

    def monday_again(self) -> None:
        """Nothing came after it: the daemon ends in good order, and all is as it was on Friday."""
        self.desk.sleep_until(7, 8)
        self.desk.until(
            "both calendars are in step", lambda: self.desk.says("sync", "status").count("last good sync just now") == 2
        )
        self.desk.stop()
        self.evening()

    def _approves(self, which: str, head: str) -> None:
        """Approve the one draft of a kind to a person, and see it arrive."""
        kind, _, person = which.partition(" to ")
        [draft] = [one for one in self.desk.asks("update", "list") if (one["kind"], one["person"]) == (kind, person)]
        self.desk.says("update", "approve", str(draft["id"]), "--yes")
        self.arrived.append(head)
        self.desk.arrived(len(self.arrived))

    def _tries(self, update: int) -> tuple[int, str]:
        """Return how often an approved update was tried, and how that stands."""
        [row] = [one for one in self.desk.asks("update", "list") if one["id"] == update]
        return row["attempts"], row["phase"]

    def _promise(self, about: str, line: str, public: str) -> None:
        self.tasks[about] = self.desk.captures(
            line, public_title=public, notes=f"NEVER {public}: they were late before"
        )


DAYS: tuple[Callable[[Week], None], ...] = (
    Week.weekend,
    Week.monday,
    Week.tuesday,
    Week.wednesday,
    Week.thursday,
    Week.friday,
    Week.monday_again,
)


def _day(on: date) -> str:
    return f"{on:%a} {on.day} {on:%b}"
