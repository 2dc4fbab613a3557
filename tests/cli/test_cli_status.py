"""`sync status`, `calendar remove` and `account remove` through the command line, against a real Radicale."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from followthru.actions.calendar_details import CalendarDetails
from followthru.actions.own_faults import UnmeasuredError
from followthru.actions.probing import unmeasured
from followthru.actions.same_machine import twin
from followthru.calendars.caps import STANDARD, caps_out
from followthru.cli.standing_words import untitled_words
from followthru.cli.status_words import server_words
from followthru.config.machine import machine_id
from followthru.config.places import home
from followthru.demo.radicale import Radicale
from followthru.store import links
from followthru.store.store import Store
from tests.calendarkit import Phone, secret
from tests.clikit import Cli

ROOT = Path(__file__).parents[2]


@pytest.fixture
def filled(office: Cli, radicale: Radicale, user: str, tmp_path: Path) -> tuple[Cli, Phone]:
    """The office with a calendar `mine` that shows one promise, and a phone beside it."""
    file = secret(tmp_path / "kept")
    office.ok("account", "add", "home", radicale.url, "--username", user, "--password-file", str(file))
    url: str = office.json("calendar", "add", "mine", "--account", "home")["url"]
    office.ok("add", "Renew cover by 2026-07-10 @oak-street")
    office.ok("sync")
    return office, Phone(url, user)


def state(cli: Cli, *words: str) -> Any:  # noqa: ANN401
    """Return the one calendar with its events."""
    [one] = cli.json("sync", "status", "--items", *words)
    return one


def test_an_event_is_told_with_when_it_was_last_good(filled: tuple[Cli, Phone]) -> None:
    cli, _ = filled
    found = state(cli)
    [item] = found["items"]
    assert (found["configured"], found["name"], found["others"]) == (True, "followthru mine", [])
    assert {name: item[name] for name in ("task", "title", "role", "form", "state", "reason", "questions")} == {
        "task": 1, "title": "Renew cover", "role": "promise", "form": "event", "state": "in step", "reason": None,
        "questions": [],
    }  # fmt: skip
    good = item["last_good_at"]
    cli.clock.advance(hours=3)
    cli.ok("sync")
    assert state(cli)["items"][0]["last_good_at"] > good
    assert "in step: promise of task 1 “Renew cover”" in cli.ok("sync", "status", "--items")


def test_a_measurement_that_failed_by_a_fault_of_our_own_is_said(filled: tuple[Cli, Phone]) -> None:
    cli, _ = filled
    assert state(cli)["unmeasured"] is None
    words = UnmeasuredError("mine", KeyError("Dr. Reyes")).sentences()
    store = Store.open(home().database, cli.clock)
    with store.writing() as tx:
        links.note(tx, unmeasured("mine"), words)
    store.close()
    assert state(cli)["unmeasured"] == words
    assert "fault of followthru's own" in cli.ok("sync", "status")


def test_what_is_not_there_yet_is_to_publish(filled: tuple[Cli, Phone]) -> None:
    cli, _ = filled
    cli.ok("add", "Another by 2026-07-14 @oak-street")
    cli.ok("promise", "1", "2026-07-15")
    items = state(cli)["items"]
    assert [(one["task"], one["state"], one["id"] is None) for one in items] == [
        (1, "to publish", False),
        (2, "to publish", True),
    ]


def test_what_is_asked_is_told_with_both_values(filled: tuple[Cli, Phone]) -> None:
    cli, phone = filled
    phone.delete("oak-street: Renew cover")
    cli.ok("sync")
    [item] = state(cli)["items"]
    assert item["state"] == "asks"
    assert item["questions"][0]["matter"] == "deleted"
    assert f"number {item['id']}: deleted on the calendar; last good" in cli.ok("sync", "status", "--items")
    again = cli("sync")
    assert again.out == "mine: in step.\n"
    assert "1 question for you: `followthru calendar resolve`." in again.err
    assert state(cli)["shown"] == 0
    cli.ok("calendar", "resolve", str(item["id"]), "theirs")
    assert state(cli)["items"][0]["state"] == "left off"


def test_an_event_that_is_asked_about_is_still_there(filled: tuple[Cli, Phone]) -> None:
    cli, phone = filled
    cli.ok("promise", "1", "2026-07-14")
    phone.move("oak-street: Renew cover", date(2026, 7, 15))
    cli.ok("sync")
    found = state(cli)
    assert (found["questions"], found["shown"]) == (1, 1)


def test_what_cannot_be_read_is_left_alone_with_the_reason(filled: tuple[Cli, Phone]) -> None:
    cli, phone = filled
    phone.rewrite(
        "oak-street: Renew cover", "DTSTART;VALUE=DATE:20260710", "DTSTART;VALUE=DATE:20260710\r\nRRULE:FREQ=DAILY"
    )
    cli("sync")
    [item] = state(cli)["items"]
    assert item["state"] == "left alone"
    assert item["reason"]
    assert item["reason"] in cli.ok("sync", "status", "--items")


def test_others_and_the_server_are_told(filled: tuple[Cli, Phone]) -> None:
    cli, _ = filled
    store = Store.open(home().database, cli.clock)
    with store.writing() as tx:
        for number, reason in enumerate(("it comes back every week", "it comes back every week", "it has guests")):
            tx.run(
                "INSERT INTO other_item(calendar, name, kind, reason, seen_at) VALUES ('mine', ?, 'other', ?, ?)",
                f"{number}.ics",
                reason,
                tx.now,
            )
        tx.run(
            "UPDATE calendar_state SET caps = ?", caps_out(STANDARD._replace(at="2026-07-08T00:00:00Z", lost=("X-A",)))
        )
    store.close()
    found = state(cli)
    reasons = sorted(one["reason"] for one in found["others"])
    assert reasons == ["it comes back every week", "it comes back every week", "it has guests"]
    assert found["server"]["measured_at"] == "2026-07-08T00:00:00Z"
    assert "it loses X-A" in found["server"]["says"]
    said = cli.ok("sync", "status", "--items")
    assert "2 items left alone: it comes back every week" in said
    assert "it loses X-A" in said


INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
UTC_TEXT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def test_moments_are_told_by_the_wall_clock_and_given_to_programs_in_utc(filled: tuple[Cli, Phone]) -> None:
    cli, _ = filled
    home().config.write_text(home().config.read_text() + '[me]\ntimezone = "America/Los_Angeles"\n', encoding="utf-8")
    store = Store.open(home().database, cli.clock)
    with store.writing() as tx:
        tx.run("UPDATE calendar_state SET caps = ?", caps_out(STANDARD._replace(at="2026-07-08T01:30:00+00:00")))
        tx.run("UPDATE calendar_state SET backoff_until = '2026-07-09T06:05:00Z', last_error = 'It refused.'")
        links.note(tx, twin("mine"), "2026-07-08T02:00:00Z")
    store.close()
    said = cli.ok("sync", "status", "--items")
    for words in (
        "Left alone until Wed 8 Jul 23:05;",
        "Measured Tue 7 Jul 18:30:",
        "Seen Tue 7 Jul 19:00.",
        "last good",
    ):
        assert words in said
    assert not INSTANT.search(said)
    found = state(cli)
    moments = (found["server"]["measured_at"], found["resting_until"], found["other_copy"], found["last_good_at"])
    assert all(UTC_TEXT.fullmatch(one) for one in moments)


def test_a_name_that_is_not_there_is_said_before_anybody_is_asked(filled: tuple[Cli, Phone]) -> None:
    cli, _ = filled
    answer = cli("calendar", "remove", "mien", "--delete")
    assert (answer.code, answer.out) == (3, "")
    assert "Did you mean mine?" in answer.err
    answer = cli("account", "remove", "hoem", "--delete")
    assert (answer.code, answer.out) == (3, "")
    assert "Did you mean home?" in answer.err


def test_what_waits_for_a_public_title_says_how_it_gets_one() -> None:
    [one, two] = untitled_words((7,)), untitled_words((7, 9))
    assert one == '1 promise waits for a public title: task 7. `followthru edit 7 public_title="…"` gives it one.'
    assert two.startswith("2 promises wait for a public title: tasks 7, 9. ")


def test_a_rehearsed_question_shows_both_values(filled: tuple[Cli, Phone]) -> None:
    cli, phone = filled
    phone.move("oak-street: Renew cover", date(2026, 7, 14))
    cli.ok("promise", "1", "2026-07-16")
    said = cli.ok("sync", "--dry-run")
    both = "the promise moved on both sides: ours Thu 16 Jul 2026, theirs Tue 14 Jul 2026"
    assert f"ask about the promise of task 1: {both}" in said


def test_words_for_a_careless_server_warn() -> None:
    careless = server_words(STANDARD._replace(delete_held=False, report=False, marks=()))
    assert "only partly" in careless[0]
    assert "everything is listed" in careless[1]
    assert "only a whole listing" in careless[2]


def test_a_name_narrows_it(filled: tuple[Cli, Phone]) -> None:
    cli, _ = filled
    assert len(cli.json("sync", "status", "mine")) == len(cli.json("sync", "status", "home")) == 1
    answer = cli("sync", "status", "nothing")
    assert (answer.code, answer.out) == (3, "")


def test_the_page_names_what_the_json_holds(filled: tuple[Cli, Phone]) -> None:
    cli, _ = filled
    text = (ROOT / "docs" / "reference" / "sync-status.md").read_text(encoding="utf-8")
    one, each = text.split("## One event")
    found = state(cli)
    assert found.keys() <= set(re.findall(r"`([a-z_]+)`", one))
    assert found["items"][0].keys() <= set(re.findall(r"`([a-z_]+)`", each))
    assert {*CalendarDetails._fields} - {"standing"} <= found.keys()


class TestRemove:
    def test_a_fate_has_to_be_chosen(self, filled: tuple[Cli, Phone]) -> None:
        cli, phone = filled
        for words in ((), ("--leave", "--delete"), ("--leave", "--whole")):
            answer = cli("calendar", "remove", "mine", *words)
            assert answer.code == 2, words
        refused = cli("calendar", "remove", "mine", "--delete")
        assert refused.code == 4
        assert "--yes" in refused.err
        assert len(phone.events()) == 1

    def test_deleted_events_are_gone_and_counted(self, filled: tuple[Cli, Phone]) -> None:
        cli, phone = filled
        answer = cli.json("calendar", "remove", "mine", "--delete", "--yes")
        assert (answer["deleted"], answer["left"], answer["others"], answer["collection_deleted"]) == (1, 0, 0, False)
        assert phone.events() == {}
        assert cli.json("sync", "status") == cli.json("calendar", "list") == []

    def test_the_whole_collection_goes_if_it_is_asked_for(self, filled: tuple[Cli, Phone]) -> None:
        cli, _ = filled
        assert cli.json("calendar", "remove", "mine", "--delete", "--whole", "--yes")["collection_deleted"]
        assert cli.json("account", "check", "home")["calendars"] == []

    def test_one_taken_out_by_hand_is_told_and_can_be_cleared_up(self, filled: tuple[Cli, Phone]) -> None:
        cli, phone = filled
        text = home().config.read_text(encoding="utf-8")
        home().config.write_text(text.partition("[[calendars]]")[0], encoding="utf-8")
        [left] = cli.json("sync", "status")
        assert (left["calendar"], left["configured"], left["shown"], left["url"]) == ("mine", False, 1, phone.url)
        assert "calendar remove mine --delete" in cli.ok("sync", "status")
        assert cli.json("calendar", "list") == []
        assert cli.json("calendar", "remove", "mine", "--delete", "--yes")["deleted"] == 1
        assert phone.events() == {}

    def test_an_account_goes_with_what_it_shows(self, filled: tuple[Cli, Phone]) -> None:
        cli, phone = filled
        answer = cli.json("account", "remove", "home", "--leave")
        assert (answer["removed"], answer["calendars"][0]["left"]) == (True, 1)
        assert cli.json("account", "list") == []
        assert len(phone.events()) == 1
        assert cli("account", "remove", "home", "--leave").code == 3


def test_unknown_things_are_not_found(office: Cli) -> None:
    assert office("calendar", "remove", "nothing", "--leave").code == 3
    assert json.loads(office("sync", "status", "--json").out) == []


class TestAnotherMachine:
    @pytest.fixture(autouse=True)
    def _elsewhere(self, filled: tuple[Cli, Phone], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        monkeypatch.setenv("FOLLOWTHRU_MACHINE", "another")
        machine_id.cache_clear()
        yield
        machine_id.cache_clear()

    def test_a_rehearsal_is_refused_in_the_same_words(self, filled: tuple[Cli, Phone]) -> None:
        cli, _ = filled
        refused = cli("sync")
        assert cli("sync", "--dry-run") == refused
        assert cli("sync", "--dry-run", "--json") == refused
        assert cli("sync", "--dry-run", "--here", "--yes").code == 2
        assert cli("sync", "status").err == refused.err
        assert cli("sync") == refused, "nothing was taken over"
        assert cli.json("sync", "--here", "--yes")[0]["fault"] is None
        assert cli("sync", "--dry-run").code == 0

    def test_a_sync_is_refused_until_it_is_confirmed(self, filled: tuple[Cli, Phone]) -> None:
        cli, _ = filled
        for words, said in ((("sync",), "sync --here"), (("sync", "--here"), "--yes")):
            answer = cli(*words)
            assert (answer.code, answer.out) == (4, "")
            assert said in answer.err
        assert cli.json("sync", "--here", "--yes")[0]["fault"] is None
        assert cli("sync").code == 0
