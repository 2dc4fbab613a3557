"""What an update says: the net difference, in order, in plain words, and nothing twice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Unpack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.domain.task import Status
from followthru.updates.aftermath import untrue
from followthru.updates.checks import FlagName
from followthru.updates.compose import Draft, compose
from followthru.updates.facts import Facts, State, after_edit, dump, load
from followthru.updates.tree import Bullets, Heading
from followthru.updates.view import TaskFacts, read
from tests.updates.values import DANA, OCCASION, PRACTICE, TODAY, TaskWords, task, telling

FRI, WED, MON = date(2027, 1, 15), date(2027, 1, 20), date(2027, 1, 25)
LATER = OCCASION._replace(at="2027-01-15T21:00:00Z", period="the week to Fri 15 Jan")


def draft(tasks: list[TaskFacts], last: Facts | None = None, today: date = TODAY, **words: str) -> Draft:
    occasion = OCCASION._replace(at=words["at"]) if "at" in words else OCCASION
    return compose(read(tasks, DANA, PRACTICE, today), last, occasion)


def lines(found: Draft) -> dict[str, tuple[str, ...]]:
    """Return the items under each heading."""
    sections: dict[str, tuple[str, ...]] = {}
    heading = ""
    for block in found.tree.blocks:
        if isinstance(block, Heading):
            heading = block.words
        elif isinstance(block, Bullets):
            sections[heading] = block.items
    return sections


def names(found: Draft) -> set[FlagName]:
    return {flag.name for flag in found.flags}


def test_a_first_update() -> None:
    found = draft(
        [
            task(1, public_title="Billing numbers", promised_on=FRI),
            task(2, public_title="Payroll", status=Status.DONE, done_on=date(2027, 1, 7)),
            task(3, public_title="W-9", status=Status.WAITING, waiting_on="dana", waiting_for="the signed W-9",
                 waiting_by=date(2027, 1, 13), promised_on=WED),
            task(4, public_title="No date yet"),
            task(5, public_title="Done long ago", status=Status.DONE, done_on=date(2026, 11, 2)),
        ]
    )  # fmt: skip
    assert found.subject == (
        "Oak Street Therapy: the signed W-9 needed by Wed 13 Jan (update for the week to Fri 8 Jan)"
    )
    assert lines(found) == {
        "What I need from you": ("W-9: the signed W-9, by Wed 13 Jan. The date Wed 20 Jan depends on it.",),
        "Done": ("Payroll: done on Thu 7 Jan.",),
        "Next": ("Billing numbers: Fri 15 Jan, on track.",),
    }
    assert found.body.startswith("Oak Street Therapy: update for the week to Fri 8 Jan\n====")
    assert found.body.endswith("Kind regards,\nAna Ruiz, for Oak Street Therapy\n")
    assert [(said.id, said.on) for said in found.facts.said] == [(1, FRI), (3, WED)]
    assert (found.flags, found.quiet) == ((), False)


def test_a_moved_promise_says_from_to_and_why() -> None:
    first = draft([task(public_title="Malpractice cover renewal", promised_on=FRI)])
    moved = task(
        public_title="Malpractice cover renewal", promised_on=WED, because="Because the insurer needs a further form."
    )
    found = draft([moved], first.facts)
    words = "Malpractice cover renewal: from Fri 15 Jan to Wed 20 Jan, because the insurer needs a further form."
    assert lines(found) == {"Moved": (words,)}
    assert [(said.id, said.on) for said in found.facts.said] == [(1, WED)]
    assert not found.flags


def test_a_move_counts_from_the_date_the_reader_heard_last() -> None:
    mailed = draft([task(promised_on=FRI)]).facts
    since = "2027-01-09T10:00:00Z"
    before = "2027-01-02T10:00:00Z"
    told = {
        "told Wednesday since": (task(told=WED, told_at=since, promised_on=MON), "from Wed 20 Jan to Mon 25 Jan"),
        "told before the mail": (task(told=WED, told_at=before, promised_on=MON), "from Fri 15 Jan to Mon 25 Jan"),
        "confirmed in writing": (task(told=MON, told_at=since, promised_on=MON), "from Fri 15 Jan to Mon 25 Jan"),
    }
    for known, words in told.values():
        assert words in draft([known], mailed).body
    assert "from Wed 20 Jan to Mon 25 Jan" in draft([task(told=WED, promised_on=MON)]).body, "without any mail"


def test_a_date_there_and_back_is_no_news() -> None:
    first = draft([task(promised_on=FRI)])
    assert draft([task(promised_on=FRI, because="moved and moved back")], first.facts).quiet


def test_a_move_without_a_reason_waits() -> None:
    first = draft([task(promised_on=FRI)]).facts
    found = draft([task(promised_on=WED, because="stale", reason_missing=True)], first)
    assert names(found) == {FlagName.REASON_MISSING}
    assert lines(found)["Moved"] == ("Public title 1: from Fri 15 Jan to Wed 20 Jan.",)


def test_a_promise_taken_back_dropped_or_opened_again() -> None:
    first = draft([task(1, promised_on=FRI), task(2, promised_on=FRI)])
    ended = [task(1, told=FRI, because="the plan changed"), task(2, status=Status.DROPPED)]
    second = draft(ended, first.facts)
    assert lines(second)["Moved"] == (
        "Public title 1: Fri 15 Jan no longer holds, because the plan changed. A new date will follow.",
        "Public title 2: no longer planned.",
    )
    assert names(second) == {FlagName.DROPPED}
    assert draft(ended, second.facts).quiet
    again = draft([task(1, told=FRI, promised_on=WED, because="agreed anew"), task(2, promised_on=WED)], second.facts)
    assert lines(again)["Moved"] == (
        "Public title 1: from Fri 15 Jan to Wed 20 Jan, because agreed anew.",
        "Public title 2: open again, now planned for Wed 20 Jan.",
    )
    assert names(again) == {FlagName.REOPENED}


def test_danger_is_announced_once_and_waits_for_the_manager() -> None:
    first = draft([task(promised_on=FRI)])
    second = draft([task(promised_on=FRI, at_risk_from=TODAY)], first.facts)
    assert lines(second)["Next"] == ("Public title 1: Fri 15 Jan, may slip.",)
    assert names(second) == {FlagName.MAY_SLIP}
    third = draft([task(promised_on=FRI, at_risk_from=TODAY)], second.facts)
    assert third.quiet
    assert "Every date I gave you stands" not in third.body
    overdue = draft([task(promised_on=FRI, at_risk_from=TODAY)], first.facts, today=date(2027, 1, 16))
    assert lines(overdue)["Next"] == ("Public title 1: was promised for Fri 15 Jan and is not done yet.",)
    assert names(overdue) == {FlagName.OVERDUE}
    assert not overdue.facts.said, "a date that has passed is not promised anew"


def test_nothing_new_is_one_true_line() -> None:
    assert "There is nothing to report yet." in draft([]).body
    first = draft([task(promised_on=FRI)])
    found = draft([task(promised_on=FRI)], first.facts)
    assert found.quiet
    assert lines(found) == {}
    assert "Nothing has changed since my last update on Fri 8 Jan. Every date I gave\nyou stands." in found.body


def test_what_is_still_needed_is_asked_again_in_a_quiet_week() -> None:
    waiting = task(status=Status.WAITING, waiting_on="dana", waiting_for="the form")
    found = draft([waiting], draft([waiting]).facts)
    assert found.quiet
    assert lines(found) == {"What I need from you": ("Public title 1: the form. Please tell me when I can have it.",)}
    assert found.subject.startswith("Oak Street Therapy: the form needed (update")


def test_a_private_title_waits_until_it_was_once_approved() -> None:
    plain = task(public_title=None, title="Renew cover", promised_on=FRI)
    first = draft([plain])
    assert names(first) == {FlagName.NO_PUBLIC_TITLE}
    assert "Renew cover: Fri 15 Jan" in first.body
    moved = task(public_title=None, title="Renew cover", promised_on=WED, because="of a form")
    assert not draft([moved], first.facts).flags
    renamed = task(public_title=None, title="Renew awful cover", promised_on=WED, because="of a form")
    assert names(draft([renamed], first.facts)) == {FlagName.NO_PUBLIC_TITLE}


def test_first_mails_and_private_data_wait() -> None:
    untrusted = compose(read([], DANA, PRACTICE, TODAY), None, OCCASION._replace(trusted=False))
    assert names(untrusted) == {FlagName.FIRST_MAIL}
    found = draft([task(public_title="Call 555-867-5309 about DOB 3/4/1980", promised_on=FRI)])
    assert names(found) == {FlagName.PRIVATE_DATA}


def test_an_update_that_nobody_signs_waits_and_ends_with_the_practice() -> None:
    view = read([], DANA, PRACTICE, TODAY)
    found = compose(view, None, OCCASION._replace(me=""))
    assert names(found) == {FlagName.UNSIGNED}
    assert found.body.rstrip().endswith(f"\n{view.practice}")
    assert not compose(view, None, OCCASION).flags


def test_what_a_reader_may_no_longer_see_is_flagged_and_not_mentioned() -> None:
    first = draft([task(1, promised_on=FRI), task(2, promised_on=FRI)])
    found = draft([task(1, promised_on=FRI)], first.facts)
    assert names(found) == {FlagName.HIDDEN}
    assert "Public title 2" not in found.body
    assert "Every date I gave you stands" not in found.body
    assert not draft([task(1, promised_on=FRI)], found.facts).flags


def test_seven_lines_a_section_and_the_rest_counted() -> None:
    closed = [task(n, status=Status.DONE, done_on=TODAY) for n in range(1, 14)]
    found = draft(closed)
    assert len(lines(found)["Done"]) == 8
    assert lines(found)["Done"][-1] == "and 6 smaller things"
    assert draft(closed, found.facts).quiet, "what was counted is not news again"
    ahead = draft([task(n, promised_on=FRI) for n in range(1, 14)])
    assert after_edit(ahead.facts, ahead.body) == ahead.facts, "an edit leaves what was only counted"
    assert lines(draft(closed[:8]))["Done"][-1] == "and 1 smaller thing"


def test_every_section_has_seven_lines_at_most() -> None:
    tasks = [
        *(task(n, status=Status.WAITING, waiting_on="dana", waiting_for="a form") for n in range(1, 14)),
        *(task(n, told=FRI, promised_on=WED, because="of it") for n in range(21, 34)),
        *(task(n, status=Status.DONE, done_on=TODAY) for n in range(41, 54)),
        *(task(n, promised_on=MON) for n in range(61, 74)),
    ]
    found = lines(draft(tasks))
    assert list(found) == ["What I need from you", "Moved", "Done", "Next"]
    assert {len(items) for items in found.values()} == {8}
    assert {items[-1] for items in found.values()} == {"and 6 smaller things"}


@pytest.mark.parametrize(
    ("zone", "today", "then"), [(None, "Fri 8 Jan", "Fri 1 Jan"), ("Pacific/Auckland", "Sat 9 Jan", "Sat 2 Jan")]
)
def test_the_day_on_which_it_is_written_is_the_readers(zone: str | None, today: str, then: str) -> None:
    """At 16:00 in New York it is the next morning in Auckland."""
    view = read([task(promised_on=FRI)], DANA._replace(timezone=zone), PRACTICE, TODAY)
    first = compose(view, None, OCCASION._replace(at="2027-01-01T21:00:00Z"))
    assert f"Here is where things stand on {today}." in compose(view, None, OCCASION).body
    assert f"Nothing has changed since my last update on {then}." in compose(view, first.facts, OCCASION).body


def test_what_was_told_to_the_reader_comes_before_what_is_only_counted() -> None:
    ahead = [task(n, promised_on=FRI) for n in range(1, 9)] + [task(9, promised_on=MON, told=MON)]
    assert "Public title 9: Mon 25 Jan, on track." in lines(draft(ahead))["Next"]


def test_moves_that_do_not_fit_are_said_the_next_time() -> None:
    def tasks(on: date) -> list[TaskFacts]:
        return [task(n, promised_on=on, because="of it", told=FRI) for n in range(1, 10)]

    first = draft(tasks(WED), None, at="2027-01-03T10:00:00Z")
    second = draft(tasks(WED), first.facts, at="2027-01-03T10:00:00Z")
    third = draft(tasks(WED), second.facts, at="2027-01-03T10:00:00Z")
    assert [FlagName.TOO_MANY in names(found) for found in (first, second)] == [True, False]
    assert {said.id for said in first.facts.said + second.facts.said} == set(range(1, 10))
    assert third.quiet


def test_dates_are_the_readers() -> None:
    berlin = DANA._replace(timezone="Europe/Berlin")
    timed = task(1, promised_on=FRI, promised_time="20:00")
    civil = task(2, promised_on=FRI)
    found = compose(read([timed, civil], berlin, PRACTICE, TODAY), None, OCCASION)
    assert lines(found)["Next"] == (
        "Public title 1: Sat 16 Jan at 2 am (CET), on track.",
        "Public title 2: Fri 15 Jan, on track.",
    )
    near = draft([task(1, promised_on=date(2028, 2, 29), promised_time="14:30")])
    assert lines(near)["Next"] == ("Public title 1: Tue 29 Feb 2028 at 2:30 pm, on track.",)


def test_a_changed_clock_time_is_a_move() -> None:
    first = draft([task(promised_on=FRI, promised_time="14:00")])
    found = draft([task(promised_on=FRI, promised_time="16:00", because="the room is taken")], first.facts)
    assert lines(found)["Moved"] == (
        "Public title 1: from Fri 15 Jan at 2 pm to Fri 15 Jan at 4 pm, because the room is taken.",
    )


def test_facts_come_back_from_json() -> None:
    facts = draft(
        [task(1, promised_on=FRI, promised_time="14:00"),
         task(2, status=Status.WAITING, waiting_on="dana", waiting_by=FRI)]
    ).facts  # fmt: skip
    assert load(dump(facts)) == facts


def test_an_edit_that_takes_a_date_out_takes_its_telling_out() -> None:
    first = draft([task(1, promised_on=FRI), task(2, promised_on=FRI)])
    tasks = [task(1, promised_on=WED, because="x"), task(2, promised_on=WED, because="y")]
    second = draft(tasks, first.facts)
    without = second.body.replace("- Public title 2: from Fri 15 Jan to Wed 20 Jan, because y.\n", "")
    edited = after_edit(second.facts, without)
    assert [said.id for said in edited.said] == [1]
    assert edited.known["uid-2"] == first.facts.known["uid-2"]
    assert "Public title 2: from Fri 15 Jan to Wed 20 Jan" in draft(tasks, edited).body
    assert after_edit(second.facts, second.body) == second.facts


def test_an_edit_that_takes_an_ending_out_leaves_it_news() -> None:
    closed = [task(1, status=Status.DONE, done_on=TODAY)]
    found = draft(closed)
    edited = after_edit(found.facts, "Hello Dana, all is well.")
    assert not edited.known
    assert lines(draft(closed, edited)) == lines(found)


@pytest.mark.parametrize(
    ("now", "fault"),
    [
        (task(promised_on=WED), "its date has changed since"),
        (task(promised_on=FRI, status=Status.DONE, done_on=TODAY), "it is done by now"),
        (task(practice_id=2), "the reader may no longer see it"),
    ],
)
def test_a_stated_fact_that_became_false_is_found(now: TaskFacts, fault: str) -> None:
    facts = draft([task(promised_on=FRI)]).facts
    assert not untrue(facts, read([task(promised_on=FRI), task(2, promised_on=FRI)], DANA, PRACTICE, TODAY))
    flags = untrue(facts, read([now], DANA, PRACTICE, TODAY))
    assert [flag.words for flag in flags] == [f"“Public title 1”: {fault}."]


def test_an_answered_question_makes_an_update_untrue() -> None:
    waiting = task(status=Status.WAITING, waiting_on="dana", waiting_for="the form")
    facts = draft([waiting]).facts
    assert facts.known["uid-1"].state == State.ASKED
    assert not untrue(facts, read([waiting], DANA, PRACTICE, TODAY))
    assert untrue(facts, read([task()], DANA, PRACTICE, TODAY))


# Seven at most, so that everything fits and one update says it all.
days = st.dates(TODAY - timedelta(days=20), TODAY + timedelta(days=60))
stories = st.lists(
    st.builds(
        dict[str, object],
        status=st.sampled_from([Status.OPEN, Status.STARTED, Status.WAITING, Status.DONE, Status.DROPPED]),
        promised_on=st.none() | days,
        promised_time=st.sampled_from([None, "09:00", "16:30"]),
        because=st.sampled_from([None, "it rained"]),
        done_on=st.none() | days,
        at_risk_from=st.none() | days,
        waiting_on=st.sampled_from([None, "dana"]),
        waiting_for=st.sampled_from([None, "a form"]),
        waiting_by=st.none() | days,
        told=st.none() | days,
    ),
    max_size=7,
)


def told_story(story: list[dict[str, object]]) -> list[TaskFacts]:
    return [task(n, **values) for n, values in enumerate(story, 1)]  # pyright: ignore[reportArgumentType]


@given(stories, stories)
def test_a_snapshot_compared_with_itself_says_nothing(
    before: list[dict[str, object]], now: list[dict[str, object]]
) -> None:
    first = draft(told_story(before), None, at="2027-01-03T10:00:00Z")
    second = draft(told_story(now), first.facts)
    third = draft(told_story(now), second.facts)
    assert third.quiet
    assert set(lines(third)) <= {"What I need from you"}
    assert dict(third.facts.known) == dict(second.facts.known)
    assert not untrue(second.facts, read(told_story(now), DANA, PRACTICE, TODAY))


@given(stories)
def test_composing_is_deterministic_and_stated_dates_are_in_the_text(story: list[dict[str, object]]) -> None:
    found = draft(told_story(story))
    assert found == draft(list(reversed(told_story(story))))
    assert after_edit(found.facts, found.body) == found.facts


def test_tellings_of_others_do_not_count() -> None:
    other = telling(1, WED)._replace(person_id=8)
    assert "Moved" not in lines(draft([TaskFacts(task(promised_on=FRI).row, (other,))]))


def test_later_occasions_name_their_period() -> None:
    assert compose(read([], DANA, PRACTICE, TODAY), None, LATER).subject == (
        "Oak Street Therapy: update for the week to Fri 15 Jan, nothing new"
    )


def waits_for(task_id: int = 1, **words: Unpack[TaskWords]) -> TaskFacts:
    """Return a task that waits for something of Dana's."""
    plain: TaskWords = {"status": Status.WAITING, "waiting_on": "dana", "public_title": "Lease"}
    return task(task_id, **(plain | words))


@pytest.mark.parametrize(
    ("words", "line", "subject"),
    [
        (
            {"waiting_for": "the W-9", "waiting_by": FRI},
            "Lease: the W-9, by Fri 15 Jan.",
            "the W-9 needed by Fri 15 Jan",
        ),
        ({"waiting_for": "the W-9."}, "Lease: the W-9. Please tell me when I can have it.", "the W-9 needed"),
        (
            {"waiting_for": "the W-9", "waiting_by": date(2027, 1, 5)},
            "Lease: the W-9, which I had asked for by Tue 5 Jan and still need.",
            "the W-9 still needed",
        ),
        (
            {"waiting_for": "do you agree?", "waiting_by": FRI},
            "Lease: do you agree? Please answer by Fri 15 Jan.",
            "your answer needed by Fri 15 Jan",
        ),
        ({"waiting_for": "do you agree?"}, "Lease: do you agree? Please answer when you can.", "your answer needed"),
        (
            {"waiting_for": "do you agree?", "waiting_by": date(2027, 1, 5)},
            "Lease: do you agree? I had asked for your answer by Tue 5 Jan, and still need it.",
            "your answer still needed",
        ),
        (
            {"waiting_for": "the W-9", "waiting_by": FRI, "promised_on": WED},
            "Lease: the W-9, by Fri 15 Jan. The date Wed 20 Jan depends on it.",
            "the W-9 needed by Fri 15 Jan",
        ),
        (
            {"waiting_for": "the W-9", "waiting_by": FRI, "promised_on": WED, "at_risk_from": TODAY},
            "Lease: the W-9, by Fri 15 Jan. The date Wed 20 Jan depends on it, and may slip.",
            "the W-9 needed by Fri 15 Jan",
        ),
        (
            {"waiting_for": "=?utf-8?q?x?=", "waiting_by": FRI},
            "Lease: =?utf-8?q?x?=, by Fri 15 Jan.",
            "1 thing needed from you by Fri 15 Jan",
        ),
        (
            {"waiting_for": "x" * 61, "waiting_by": FRI},
            f"Lease: {'x' * 61}, by Fri 15 Jan.",
            "1 thing needed from you by Fri 15 Jan",
        ),
    ],
)
def test_what_is_needed_is_one_sentence_and_in_the_subject(words: TaskWords, line: str, subject: str) -> None:
    found = draft([waits_for(**words)])
    assert lines(found) == {"What I need from you": (line,)}, "and nothing of it stands under Next again"
    assert found.subject == f"Oak Street Therapy: {subject} (update for the week to Fri 8 Jan)"


def test_a_date_that_a_need_states_is_told_by_it() -> None:
    waits = waits_for(waiting_for="the W-9", waiting_by=FRI, promised_on=WED)
    found = draft([waits])
    assert [(said.id, said.on) for said in found.facts.said] == [(1, WED)]
    assert found.facts.known["uid-1"].on == WED
    assert after_edit(found.facts, found.body) == found.facts
    assert draft([waits], found.facts).quiet
    moved = draft([waits._replace(row=waits.row._replace(promised_on=MON, because="of snow"))], found.facts)
    assert lines(moved)["Moved"] == ("Lease: from Wed 20 Jan to Mon 25 Jan, because of snow.",)


def test_a_date_before_its_need_does_not_depend_on_it() -> None:
    waits = waits_for(waiting_for="the W-9", waiting_by=WED, promised_on=FRI)
    assert lines(draft([waits])) == {
        "What I need from you": ("Lease: the W-9, by Wed 20 Jan.",),
        "Next": ("Lease: Fri 15 Jan, on track.",),
    }


def test_several_asks_name_the_first_day() -> None:
    def ask(*days: date | None) -> str:
        waiting = [waits_for(id, waiting_for="a form", waiting_by=day) for id, day in enumerate(days, 1)]
        return draft(waiting).subject.removeprefix("Oak Street Therapy: ").partition(" (")[0]

    assert ask(WED, FRI) == "2 things needed from you, the first by Fri 15 Jan"
    assert ask(FRI, None) == "2 things needed from you, the first by Fri 15 Jan"
    assert ask(FRI, FRI) == "2 things needed from you by Fri 15 Jan"
    assert ask(None, None) == "2 things needed from you"
    assert ask(FRI, date(2027, 1, 7)) == "2 things still needed from you"


def test_a_subject_without_an_ask_says_what_is_new() -> None:
    first = draft([task(1, promised_on=FRI), task(2, promised_on=FRI), task(3, promised_on=FRI)])
    assert first.subject == "Oak Street Therapy: update for the week to Fri 8 Jan, 3 dates to come"
    news = [
        task(1, status=Status.DONE, done_on=TODAY),
        task(2, promised_on=MON, because="of snow"),
        task(3, promised_on=FRI, at_risk_from=TODAY),
        task(4, promised_on=date(2027, 1, 7)),
    ]
    found = draft(news, first.facts)
    assert found.subject.endswith(", 1 not done in time, 1 may slip, 1 change, 1 done")
    assert "I need nothing from you this time." in " ".join(found.body.split())
    assert draft([], first.facts._replace(known={})).subject.endswith(", nothing new")


@pytest.mark.parametrize(
    ("because", "said"),
    [
        ("Because the lab is late.", "because the lab is late"),
        ("The lab is late", "because the lab is late"),
        ("due to snow", "because of snow"),
        ("Owing to the strike", "because of the strike"),
        ("of the strike", "because of the strike"),
        ("Dana is away", "because Dana is away"),
        ("A. Smith is away", "because A. Smith is away"),
    ],
)
def test_a_reason_follows_because_as_english(because: str, said: str) -> None:
    first = draft([task(promised_on=FRI)])
    [line] = lines(draft([task(promised_on=WED, because=because)], first.facts))["Moved"]
    assert line == f"Public title 1: from Fri 15 Jan to Wed 20 Jan, {said}."


def test_a_title_has_no_stop_before_the_colon() -> None:
    [line] = lines(draft([task(public_title="Renew cover.", promised_on=FRI)]))["Next"]
    assert line == "Renew cover: Fri 15 Jan, on track."
