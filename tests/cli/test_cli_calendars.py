"""`calendar` and `sync` through the command line, against a real Radicale."""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from followthru.config.places import home
from followthru.demo.radicale import Radicale
from followthru.errors import RefusedError
from followthru.store.store import Store
from tests.calendarkit import Phone, another_process_syncing, make_collection, secret
from tests.clikit import Cli
from tests.terminal import Terminal

TITLE = "oak-street: Renew cover"
MONDAY = date(2026, 7, 13)


@pytest.fixture
def account(office: Cli, radicale: Radicale, user: str, tmp_path: Path) -> Cli:
    """The office with an account `home` on the server."""
    office.clock.at = office.clock.at.replace(hour=13)
    file = secret(tmp_path / "kept")
    office.ok("account", "add", "home", radicale.url, "--username", user, "--password-file", str(file))
    return office


@pytest.fixture
def phone(account: Cli, user: str) -> Phone:
    """The other side of a calendar `mine` that is set up."""
    return Phone(account.json("calendar", "add", "mine", "--account", "home")["url"], user)


def synced(cli: Cli, *words: str) -> Any:  # noqa: ANN401
    """Sync the one calendar and return what it answered."""
    [one] = cli.json("sync", *words)
    return one


def question(cli: Cli) -> Any:  # noqa: ANN401
    """Return the one open question."""
    [one] = cli.json("calendar", "resolve")
    return one


class TestAdd:
    def test_one_is_made_and_filled(self, account: Cli, phone: Phone, radicale: Radicale) -> None:
        assert phone.url.startswith(radicale.url)
        assert phone.url in home().config.read_text(encoding="utf-8")
        account.ok("add", "Renew cover by 2026-07-10 @oak-street")
        assert synced(account)["created"] == 1
        assert phone.days() == {TITLE: "20260710"}

    def test_one_that_exists_is_found_by_name_or_address(self, account: Cli, radicale: Radicale, user: str) -> None:
        work, rest = make_collection(radicale, user, "work"), make_collection(radicale, user, "rest")
        for name, collection, url in (("a", "work", work), ("b", rest.rstrip("/"), rest)):
            added = account.json("calendar", "add", name, "--account", "home", "--collection", collection)
            assert (added["url"], added["audience"], added["practices"]) == (url, "me", [])

    def test_foreign_items_are_refused_unless_shared(self, account: Cli, radicale: Radicale, user: str) -> None:
        other = Phone(make_collection(radicale, user, "work"), user)
        other.add()
        before = home().config.read_bytes()
        words = ("calendar", "add", "mine", "--account", "home", "--collection", "work")
        answer = account(*words)
        assert (answer.code, answer.out) == (4, "")
        assert "already holds 1 item" in answer.err
        assert home().config.read_bytes() == before
        account.ok(*words, "--share-existing")
        account.ok("add", "Renew cover by 2026-07-10 @oak-street")
        assert synced(account)["foreign"] == 1
        assert set(other.days()) == {TITLE, "Somebody else's 1"}

    @pytest.mark.parametrize(
        ("words", "code", "said"),
        [
            (("x", "--account", "homme"), 3, "Did you mean home?"),
            (("x", "--account", "home", "--collection", "nothing"), 3, "There is no calendar “nothing”"),
            (("x", "--account", "home", "--practice", "elm"), 3, "There is no practice elm"),
            (("x", "--account", "home", "--audience", "owners"), 2, "exactly one practice"),
            (("x", "--account", "home", "--practice", "oak", "--audience", "team", "--targets"), 2, "yours alone"),
            (("x", "--account", "home", "--audience", "all"), 2, "me, owners or team"),
            (("x",), 2, "--account"),
        ],
    )
    def test_what_cannot_be_added_changes_nothing(
        self, account: Cli, radicale: Radicale, user: str, words: tuple[str, ...], code: int, said: str
    ) -> None:
        before = home().config.read_bytes()
        answer = account("calendar", "add", *words)
        assert (answer.code, answer.out) == (code, "")
        assert said in answer.err
        assert home().config.read_bytes() == before
        assert account.json("account", "check", "home")["calendars"] == []

    @pytest.mark.usefixtures("phone")
    def test_a_name_is_taken_once(self, account: Cli) -> None:
        answer = account("calendar", "add", "mine", "--account", "home")
        assert answer.code == 4
        assert len(account.json("account", "check", "home")["calendars"]) == 1

    def test_a_wrong_password_adds_nothing(self, account: Cli, tmp_path: Path) -> None:
        secret(tmp_path / "kept", "wrong")
        answer = account("calendar", "add", "mine", "--account", "home")
        assert answer.code == 1
        assert "refused the user name or password" in answer.err
        assert account.json("calendar", "list") == []

    def test_a_name_used_before_for_another_collection_begins_anew(
        self, account: Cli, phone: Phone, radicale: Radicale, user: str
    ) -> None:
        account.ok("add", "Renew cover by 2026-07-10 @oak-street")
        synced(account)
        config = home().config
        config.write_text(config.read_text(encoding="utf-8").partition("\n[[calendars]]")[0], encoding="utf-8")
        work = make_collection(radicale, user, "work")
        added = account.json("calendar", "add", "mine", "--account", "home", "--collection", "work")
        assert added["url"] == work
        assert synced(account)["created"] == 1
        assert Phone(work, user).days() == phone.days()

    def test_only_its_practices_are_shown(self, account: Cli, user: str) -> None:
        account.ok("practice", "add", "harbor", "--timezone", "UTC")
        added = account.json("calendar", "add", "mine", "--account", "home", "--practice", "harb")
        assert added["practices"] == ["harbor"]
        account.ok("add", "Renew cover by 2026-07-10 @oak-street")
        account.ok("add", "Order paper by 2026-07-10 @harbor")
        assert synced(account)["created"] == 1
        assert Phone(added["url"], user).days() == {"Order paper": "20260710"}

    def test_targets_are_shown_when_asked_for(self, account: Cli, user: str) -> None:
        url = account.json("calendar", "add", "mine", "--account", "home", "--targets")["url"]
        account.ok("add", "Renew cover by 2026-07-10 @oak-street")
        synced(account)
        assert Phone(url, user).days() == {TITLE: "20260710", "oak-street: target: Renew cover": "20260708"}

    def test_promises_are_todos_when_asked_for(self, account: Cli, user: str) -> None:
        added = account.json("calendar", "add", "mine", "--account", "home", "--as", "tasks", "--targets")
        assert added["as"] == "tasks"
        assert 'as = "tasks"' in home().config.read_text(encoding="utf-8")
        account.ok("add", "Renew cover by 2026-07-10 @oak-street")
        assert synced(account)["created"] == 1
        phone = Phone(added["url"], user)
        assert "DTSTART;VALUE=DATE:20260708" in phone.todos()[TITLE]
        phone.rewrite(TITLE, "STATUS:NEEDS-ACTION", "STATUS:COMPLETED")
        assert synced(account)["pulled"] == 1
        assert account.json("list") == []

    def test_a_calendar_that_takes_no_todos_is_refused_and_not_written_down(
        self, account: Cli, radicale: Radicale, user: str
    ) -> None:
        make_collection(radicale, user, "work")
        answer = account("calendar", "add", "mine", "--account", "home", "--collection", "work", "--as", "tasks")
        assert answer.code == 4
        assert "takes no todos" in answer.err
        assert account.json("calendar", "list") == []


class TestSetup:
    @pytest.fixture
    def written(self, account: Cli) -> Cli:
        config = home().config
        text = config.read_text(encoding="utf-8")
        config.write_text(
            f'{text}\n[[calendars]]\nname = "byhand"\naccount = "home"\ncreate = true\n', encoding="utf-8"
        )
        return account

    def test_a_calendar_written_by_hand_is_made_once(self, written: Cli, user: str) -> None:
        written.ok("add", "Renew cover by 2026-07-10 @oak-street")
        refused = written("sync")
        assert refused.code == 1
        assert "calendar setup" in refused.err
        [one] = written.json("calendar", "setup")
        assert written.json("calendar", "setup", "byhand") == [one]
        assert synced(written)["created"] == 1
        assert Phone(one["url"], user).days() == {TITLE: "20260710"}

    def test_a_name_that_is_not_there_is_not_found(self, written: Cli) -> None:
        answer = written("calendar", "setup", "byhands")
        assert answer.code == 3
        assert "Did you mean byhand?" in answer.err

    def test_the_list_says_that_it_is_not_set_up(self, written: Cli) -> None:
        assert "not set up yet" in written.ok("calendar", "list")
        assert written.json("calendar", "list")[0]["url"] is None


class TestSync:
    def test_a_move_there_is_pulled_and_undone(self, account: Cli, phone: Phone) -> None:
        task = account.json("add", "Renew cover by 2026-07-10 @oak-street")
        account.ok("sync")
        phone.move(TITLE, MONDAY)
        assert "1 pulled" in account.ok("sync")
        assert account.json("show", str(task["id"]))["promised_on"] == "2026-07-13"
        account.ok("undo")
        assert "1 updated" in account.ok("sync", "home")
        assert phone.days() == {TITLE: "20260710"}
        assert "in step" in account.ok("sync")

    def test_a_dry_run_says_everything_and_changes_nothing(self, account: Cli, phone: Phone) -> None:
        account.ok("add", "Renew cover by 2026-07-10 @oak-street")
        account.ok("sync")
        account.ok("add", "Order paper by 2026-07-09 @oak-street")
        phone.move(TITLE, MONDAY)
        before, events = home().database.read_bytes(), phone.events()
        steps = {one["do"]: one for one in synced(account, "--dry-run")["steps"]}
        assert (steps["create"]["on"], steps["create"]["title"]) == ("2026-07-09", "Order paper")
        assert steps["pull"]["changes"] == [{"field": "promised_on", "before": "2026-07-10", "after": "2026-07-13"}]
        said = account.ok("sync", "--dry-run")
        assert "mine: 2 steps:" in said
        assert "create the promise of task 2: Thu 9 Jul 2026, Order paper" in said
        assert "the promise of task 1: the promise Fri 10 Jul 2026 becomes Mon 13 Jul 2026" in said
        assert home().database.read_bytes() == before
        assert phone.events() == events

    def test_one_bad_account_stops_no_other(self, account: Cli, phone: Phone) -> None:
        config = home().config
        bad = (
            '\n[[accounts]]\nname = "away"\nurl = "http://127.0.0.1:9/"\n'
            '[[calendars]]\nname = "far"\naccount = "away"\ncollection = "http://127.0.0.1:9/x/"\n'
        )
        config.write_text(config.read_text(encoding="utf-8") + bad, encoding="utf-8")
        account.ok("add", "Renew cover by 2026-07-10 @oak-street")
        answer = account("sync")
        assert answer.code == 5
        assert "mine: 1 created." in answer.out
        assert "far: The calendar server 127.0.0.1:9 cannot be reached" in answer.err
        assert phone.days() == {TITLE: "20260710"}
        alone = account("sync", "away", "--json")
        assert alone.code == 1
        assert '"fault": "The calendar server' in alone.out
        faults = {one["calendar"]: one["fault"] for one in account.json("sync", "status")}
        assert faults["mine"] is None
        assert "cannot be reached" in faults["far"]
        rehearsed = account("sync", "--dry-run")
        assert rehearsed.code == 5

    @pytest.mark.usefixtures("phone")
    def test_a_wrong_password_is_said_and_lifted_by_asking(self, account: Cli, tmp_path: Path) -> None:
        secret(tmp_path / "kept", "wrong")
        answer = account("sync")
        assert answer.code == 1
        assert "refused the user name or password" in answer.err
        said = account.ok("sync", "status")
        assert "refused the user name or password" in said
        assert "Left alone until" in said
        assert account("today").err.count("Calendar mine is not in step: The calendar server") == 1
        secret(tmp_path / "kept")
        account.ok("sync")
        assert account.json("sync", "status")[0]["resting_until"] is None
        assert "not in step" not in account("today").err

    @pytest.mark.usefixtures("phone")
    def test_a_check_that_gets_in_lifts_the_rest_too(self, account: Cli, tmp_path: Path) -> None:
        secret(tmp_path / "kept", "wrong")
        account("sync")
        secret(tmp_path / "kept")
        account.ok("account", "check", "home")
        assert account.json("sync", "status")[0]["resting_until"] is None

    @pytest.mark.usefixtures("phone")
    def test_another_sync_under_way_is_waited_for_and_then_named(
        self, account: Cli, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("followthru.actions.syncing.PATIENCE", 0.1)
        with another_process_syncing(home().database.with_name(f"{home().database.name}.sync-home")):
            answer = account("sync")
        assert answer.code == 1
        assert "is being synced just now" in answer.err
        account.ok("sync")

    @pytest.mark.usefixtures("phone")
    def test_a_calendars_name_is_told_its_account(self, account: Cli) -> None:
        answer = account("sync", "mine")
        assert (answer.code, answer.out) == (3, "")
        assert "mine is a calendar on account home" in answer.err

    def test_words_that_name_nothing(self, account: Cli) -> None:
        assert account("sync", "homme").code == 3
        assert account("sync", "home", "more").code == 2
        assert account("sync", "--nothing").code == 2
        assert "`followthru sync status --help` shows" in account("sync", "status", "--nothing").err

    def test_without_any_calendar_it_says_how_to_add_one(self, cli: Cli) -> None:
        for words in (("sync",), ("sync", "--dry-run"), ("sync", "status"), ("calendar", "list")):
            answer = cli(*words)
            assert (answer.code, answer.out) == (0, "")
            assert "calendar add" in answer.err
            assert cli.json(*words) == []


class TestStatus:
    def test_it_says_what_waits_and_when_it_was_last_good(self, account: Cli, phone: Phone) -> None:
        assert "never synced yet" in account.ok("sync", "status")
        account.ok("add", "Renew cover by 2026-07-10 @oak-street")
        account.ok("sync")
        account.clock.advance(minutes=3)
        account.ok("add", "Order paper by 2026-07-10 @oak-street")
        said = account.ok("sync", "status")
        assert "mine (home): last good sync 3 minutes ago; 1 change to publish." in said
        [one] = account.json("sync", "status")
        assert (one["pending"], one["shown"], one["questions"]) == (1, 1, 0)
        assert one["last_good_at"] == "2026-07-01T13:00:00Z"
        assert one["url"] == phone.url

    def test_options_may_stand_before_its_name(self, account: Cli) -> None:
        assert account("sync", "--json", "status").code == 0


class TestResolve:
    @pytest.fixture
    def conflict(self, account: Cli, phone: Phone) -> Cli:
        """Task 1 moved to the 13th there and to the 14th here."""
        account.ok("add", "Renew cover by 2026-07-10 @oak-street")
        account.ok("sync")
        phone.move(TITLE, MONDAY)
        account.ok("promise", "1", "2026-07-14")
        assert "1 asked" in account.ok("sync")
        return account

    def test_it_lists_both_values(self, conflict: Cli) -> None:
        one = question(conflict)
        assert (one["calendar"], one["task"]) == ("mine", 1)
        [asked] = one["questions"]
        values = {"matter": "conflict", "field": "promised_on", "ours": "2026-07-14", "theirs": "2026-07-13"}
        assert asked == values
        said = conflict.ok("calendar", "resolve")
        assert "task 1: Renew cover" in said
        assert "the promise moved on both sides: ours Tue 14 Jul 2026, theirs Mon 13 Jul 2026" in said
        assert conflict.ok("calendar", "resolve", "mine") == said
        assert "1 question for you" in conflict.ok("sync", "status")

    @pytest.mark.parametrize(("choice", "day"), [("ours", "2026-07-14"), ("theirs", "2026-07-13")])
    def test_an_answer_settles_it(self, conflict: Cli, phone: Phone, choice: str, day: str) -> None:
        id = question(conflict)["id"]
        assert conflict.json("calendar", "resolve", str(id), choice)["settled"] == choice
        assert conflict.json("calendar", "resolve") == []
        conflict.ok("sync")
        assert conflict.json("show", "1")["promised_on"] == day
        assert phone.days() == {TITLE: day.replace("-", "")}

    def test_what_is_deleted_there_is_made_again(self, account: Cli, phone: Phone) -> None:
        account.ok("add", "Renew cover by 2026-07-10 @oak-street")
        account.ok("sync")
        phone.delete(TITLE)
        account.ok("sync")
        assert "deleted on the calendar" in account.ok("calendar", "resolve")
        account.ok("calendar", "resolve", str(question(account)["id"]), "ours")
        account.ok("sync")
        assert phone.days() == {TITLE: "20260710"}

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            (("99",), 3),
            (("99", "ours"), 3),
            (("nothing", "ours"), 3),
            (("nothing",), 3),
            (("nothing", "--confirm", "--yes"), 3),
            (("1", "mine"), 2),
            (("--confirm",), 2),
            (("mine", "ours", "--confirm"), 2),
            (("mine", "--confirm"), 4),
        ],
    )
    def test_words_that_settle_nothing(self, conflict: Cli, words: tuple[str, ...], code: int) -> None:
        answer = conflict("calendar", "resolve", *words)
        assert (answer.code, answer.out) == (code, "")
        assert len(conflict.json("calendar", "resolve")) == 1

    def test_all_that_a_calendar_asks_is_settled_at_once(self, account: Cli, phone: Phone) -> None:
        for number in (1, 2, 3):
            account.ok("add", f"Thing {number} by 2026-07-10 @oak-street")
        account.ok("sync")
        before = phone.days()
        for number in (1, 2):
            phone.delete(f"oak-street: Thing {number}")
        account.ok("sync")
        assert "`followthru calendar resolve mine ours` all of that" in account("calendar", "resolve").err
        settled = account.json("calendar", "resolve", "mine", "ours")
        assert [(one["task"], one["settled"]) for one in settled] == [(1, "ours"), (2, "ours")]
        account.ok("sync")
        assert phone.days() == before
        assert account.json("calendar", "resolve", "mine", "theirs") == []
        assert "Calendar mine asks nothing." in account("calendar", "resolve", "mine", "ours").err

    def test_what_a_guard_refuses_stays_asked(self, conflict: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object) -> None:
            raise RefusedError("Not that.", safe="Nothing was changed.")

        monkeypatch.setattr("followthru.actions.calendar_questions.answer", refuse)
        answer = conflict("calendar", "resolve", "mine", "theirs")
        assert (answer.code, answer.out) == (4, "")
        assert "1: Not that." in answer.err
        assert question(conflict)["task"] == 1

    def test_a_loss_is_confirmed_by_typing_the_calendars_name(self, account: Cli, phone: Phone) -> None:
        for number in range(5):
            account.ok("add", f"Task {number} by 2026-07-10 @oak-street")
        account.ok("sync")
        for title in phone.days():
            phone.delete(title)
        refused = account("sync")
        assert refused.code == 1
        assert "5 of 5 known objects are missing" in refused.err
        assert "followthru calendar resolve mine --confirm" in refused.err
        words = [sys.executable, "-m", "followthru", "calendar", "resolve", "mine", "--confirm"]
        with Terminal(words, os.environ) as terminal:
            terminal.wait_for("Type mine to confirm")
            terminal.send("yes\r")
            assert terminal.wait_end() == 4
        assert account("sync").code == 1
        with Terminal(words, os.environ) as terminal:
            terminal.wait_for("Type mine to confirm")
            terminal.send("mine\r")
            assert terminal.wait_end() == 0
        assert synced(account)["asked"] == 5
        assert len(account.json("calendar", "resolve")) == 5

    def test_a_loss_that_waits_is_listed_with_the_ways_to_go_on(self, account: Cli, phone: Phone) -> None:
        for number in range(4):
            account.ok("add", f"Task {number} by 2026-07-10 @oak-street")
        account.ok("sync")
        for title in phone.days():
            phone.delete(title)
        account("sync")
        listed = account("calendar", "resolve")
        assert "4 of 4 known objects are missing" in listed.out
        assert "calendar resolve mine --confirm" in listed.out
        assert "No calendar asks" not in listed.err
        one = question(account)
        assert (one["id"], one["calendar"], one["state"], one["questions"]) == (None, "mine", "missing", [])
        account.ok("calendar", "resolve", "mine", "--confirm", "--yes")
        account.ok("sync")
        assert "missing" not in account.ok("calendar", "resolve")

    def test_nothing_is_missing_and_nothing_can_be_confirmed(self, account: Cli, phone: Phone) -> None:
        account.ok("add", "Renew cover by 2026-07-10 @oak-street")
        account.ok("sync")
        answer = account("calendar", "resolve", "mine", "--confirm", "--yes")
        assert (answer.code, answer.out) == (4, "")
        assert "sync status mine" in answer.err

    def test_a_told_date_that_is_taken_over_wants_its_reason(self, account: Cli, phone: Phone) -> None:
        account.ok("add", "Renew cover by 2026-07-10 to dana @oak-street")
        account.ok("sync")
        phone.move(TITLE, MONDAY)
        account.ok("promise", "1", "2026-07-14", "--because", "The insurer is late.")
        account.ok("tell", "1", "dana", "--how", "call")
        account.ok("sync")
        answer = account("calendar", "resolve", str(question(account)["id"]), "theirs")
        assert answer.code == 0
        assert "dana Tue 14 Jul 2026" in answer.err
        assert "the reason is missing" in answer.err
        assert 'followthru edit 1 because="…"' in answer.err

    def test_a_told_date_that_was_moved_there_wants_its_reason(self, account: Cli, phone: Phone) -> None:
        account.ok("add", "Renew cover by 2026-07-10 to dana @oak-street")
        account.ok("add", "Order paper by 2026-07-10 @oak-street")
        assert "reason" not in account("sync").err
        phone.move(TITLE, MONDAY)
        phone.move("oak-street: Order paper", MONDAY)
        said = account("sync").err
        assert 'followthru edit 1 because="…"' in said
        assert "edit 2" not in said

    def test_a_date_that_nobody_knows_wants_none(self, conflict: Cli) -> None:
        assert "reason" not in conflict("calendar", "resolve", str(question(conflict)["id"]), "theirs").err

    def test_a_loss_is_confirmed_by_a_script_with_yes(self, account: Cli, phone: Phone) -> None:
        for number in range(4):
            account.ok("add", f"Task {number} by 2026-07-10 @oak-street")
        account.ok("sync")
        for title in phone.days():
            phone.delete(title)
        assert account("sync").code == 1
        assert account.json("calendar", "resolve", "mine", "--confirm", "--yes") == {
            "calendar": "mine",
            "confirmed": True,
        }
        assert synced(account)["asked"] == 4


class TestSeveralCalendars:
    @pytest.fixture
    def both(self, account: Cli, phone: Phone, user: str) -> tuple[Phone, Phone]:
        """The calendar of all practices, set up first, and one of oak-street, with a promise on both."""
        url = account.json("calendar", "add", "oak", "--account", "home", "--practice", "oak-street")["url"]
        account.ok("add", "Renew cover by 2026-07-10 @oak-street")
        account.ok("sync")
        return phone, Phone(url, user)

    def test_what_is_moved_on_the_later_one_is_on_the_earlier_after_one_sync(
        self, account: Cli, both: tuple[Phone, Phone]
    ) -> None:
        every, oak = both
        oak.move("Renew cover", MONDAY)
        done = {one["calendar"]: one for one in account.json("sync")}
        assert every.days() == {TITLE: "20260713"}
        assert (done["mine"]["updated"], done["oak"]["pulled"]) == (1, 1)
        assert account.ok("sync") == "mine: in step.\noak: in step.\n"

    def test_a_fault_of_our_own_names_the_log_and_quotes_nothing(self, account: Cli, both: tuple[Phone, Phone]) -> None:
        store = Store.open(home().database, account.clock)
        with store.writing() as tx:
            tx.run("UPDATE link SET agreed = '[\"Dr. Reyes', etag = NULL WHERE calendar = 'mine'")
        store.close()
        answer = account("sync")
        assert (answer.code, answer.out) == (5, "oak: in step.\n")
        log = home().logs / "cli.log"
        assert f"{log} has the place" in answer.err
        for said in (answer.err, log.read_text(encoding="utf-8")):
            assert "Reyes" not in said
            assert "Traceback" not in said
        assert "calendar=mine" in log.read_text(encoding="utf-8")
        rehearsed = account("sync", "--dry-run")
        assert (rehearsed.code, rehearsed.out) == (5, "oak: 0 steps; in step.\n")
        assert "A fault of followthru's own" in rehearsed.err
        assert f"{log} has the place" in rehearsed.err

    def test_a_fault_of_the_account_is_said_once_with_its_calendars(
        self, account: Cli, both: tuple[Phone, Phone], tmp_path: Path
    ) -> None:
        secret(tmp_path / "kept", "wrong")
        answer = account("sync")
        assert answer.code == 1
        assert answer.err.count("refused the user name or password") == 1
        assert "mine, oak: " in answer.err
        assert [one["calendar"] for one in json.loads(account("sync", "--json").out) if one["fault"]] == ["mine", "oak"]
        stands = account.ok("sync", "status")
        assert stands.count("refused the user name or password") == 1
        assert "mine (home): not in step; last good sync" in stands
        assert "oak (home): not in step; last good sync" in stands
        assert "Stopped by the same as mine." in stands


def test_the_list_shows_what_each_calendar_is_for(account: Cli, phone: Phone) -> None:
    account.ok("calendar", "add", "oak", "--account", "home", "--practice", "oak-street")
    account.ok("sync")
    lines = account.ok("calendar", "list").splitlines()
    assert [line.split()[:2] for line in lines] == [["mine", "home"], ["oak", "home"]]
    assert "all practices" in lines[0]
    assert "@oak-street" in lines[1]
    assert all("last good sync just now" in line for line in lines)
    assert [one["practices"] for one in account.json("calendar", "list")] == [[], ["oak-street"]]
    assert phone.events() == {}


class TestProbe:
    def test_it_says_what_the_server_does_in_words_and_json(self, account: Cli, phone: Phone) -> None:
        words = account.ok("calendar", "probe", "mine")
        assert "conditions on a write   held" in words
        assert "changes by token        yes" in words
        found = account.json("calendar", "probe", "mine")
        assert (found["calendar"], found["account"], found["url"]) == ("mine", "home", phone.url)
        assert (found["check"], found["components"], found["stale"]) == ("sync-token", ["VEVENT"], None)
        assert found["measured_at"].startswith("20")
        assert phone.events() == {}

    def test_a_calendar_that_holds_other_things_wants_a_yes(self, account: Cli, radicale: Radicale, user: str) -> None:
        url = make_collection(radicale, user, "diary")
        account.ok("calendar", "add", "diary", "--account", "home", "--collection", url, "--share-existing")
        refused = account("calendar", "probe", "diary")
        assert refused.code == 4
        assert "--yes" in refused.err
        assert account.json("calendar", "probe", "diary", "--yes")["replace_held"] is True
