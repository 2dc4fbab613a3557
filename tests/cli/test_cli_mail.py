"""`mail look`, `mail list`, `mail seen`, and where else what came back is shown; on a real Dovecot."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from followthru.errors import Exit
from followthru.updates.outbox import State
from tests.actions.posted import mail, reply, report
from tests.clikit import Cli
from tests.dovecot import Owner
from tests.mailboxkit import connect, send


@pytest.fixture
def folder() -> Path:
    """The home of this test."""
    return Path(os.environ["FOLLOWTHRU_HOME"])


@pytest.fixture
def office(office: Cli, folder: Path, owner: Owner) -> Cli:
    """The practice, with a mailbox that is looked at already."""
    owner.make("followthru")
    connect(folder, owner, 'tasks = "followthru"')
    office.ok("mail", "look")
    return office


def test_an_answer_is_shown_everywhere_until_it_is_seen(office: Cli, folder: Path, owner: Owner) -> None:
    row = send(folder, office.clock)
    owner.put(reply(row, subject="Re: the licence"))
    (looked,) = office.json("mail", "look")
    assert (looked["account"], looked["new"], looked["replies"], looked["fault"]) == ("oak", 1, 1, None)
    said = office("today").err
    assert "Dana Reyes answered: “Re: the licence”. `followthru mail seen 1` once you have read it." in said
    (listed,) = office.json("mail", "list", "--practice", "oak")
    assert (listed["kind"], listed["update"], listed["person"], listed["from_person"]) == (
        "reply",
        row.id,
        "dana",
        True,
    )
    assert office.json("update", "show", str(row.id))["came_back"] == [listed]
    assert "back:     Wed 1 Jul 12:00  Dana Reyes answered: “Re: the licence”." in office.ok(
        "update", "show", str(row.id)
    )
    assert office.json("person", "show", "dana")["came_back"] == [listed]
    assert "came back: Wed 1 Jul 12:00  Dana Reyes answered" in office.ok("person", "show", "dana")
    assert office.json("practice", "show", "oak")["came_back"] == [listed]
    assert "came back:     Wed 1 Jul 12:00  Dana Reyes answered" in office.ok("practice", "show", "oak")
    (seen,) = office.json("mail", "seen", "1")
    assert seen["seen_at"] is not None
    assert office.json("mail", "list") == []
    assert [one["id"] for one in office.json("mail", "list", "--all")] == [1]
    assert "answered" not in office("today").err
    office.ok("mail", "seen", "1", "--not")
    assert "answered" in office("today").err


def test_a_returned_mail_holds_what_goes_to_that_address(office: Cli, folder: Path, owner: Owner) -> None:
    row = send(folder, office.clock)
    owner.put(report(str(row.message_id), str(row.email)))
    answer = office("mail", "look")
    assert (answer.code, answer.err) == (
        Exit.OK,
        "oak: 1 mail returned.\n`followthru mail list` shows what came back.\n",
    )
    said = office("today").err
    assert "Mail to Dana Reyes at dana@oak.example came back (550 5.1.1 No such user here)." in said
    assert "Nothing goes to them until `followthru person edit dana --practice oak-street email=…` corrects it" in said
    shown = office.json("person", "show", "dana")
    assert shown["in_question"] is True
    assert "mail:      Mail to Dana Reyes at dana@oak.example came back" in office.ok("person", "show", "dana")
    office.ok("person", "edit", "dana", "email=dana@elm.example")
    assert office.json("person", "show", "dana")["in_question"] is False
    assert office.json("mail", "list")[0]["in_question"] is False


def test_what_is_among_sent_mail_was_sent(office: Cli, folder: Path, owner: Owner) -> None:
    office.ok("add", "Renew the licence by 10 jul @oak-street")
    row = send(folder, office.clock, State.UNCERTAIN)
    (before,) = office.json("mail", "look")
    assert (before["settled"], before["unsettled"]) == ([], [row.id])
    assert "which proves nothing" in office("mail", "look").err
    owner.put(f"Message-ID: {row.message_id}\r\nSubject: {row.subject}\r\n\r\nIt.\r\n".encode(), "Gesendet")
    (after,) = office.json("mail", "look")
    assert (after["settled"], after["unsettled"]) == ([row.id], [])
    shown = office.json("update", "show", str(row.id))
    assert (shown["phase"], shown["answer"]) == ("accepted", "It was sent: found in your mail folder Gesendet.")
    assert office.json("history")[0]["actor"] == "daemon"


def test_a_mail_in_the_folder_becomes_a_task(office: Cli, owner: Owner) -> None:
    owner.put(mail("Pat Doe <pat@elsewhere.example>", "Insurance form"), "followthru")
    (looked,) = office.json("mail", "look", "oak")
    assert [office.json("show", str(id))["title"] for id in looked["tasks"]] == ["Insurance form"]
    assert office.json("list")[0]["status"] == "inbox"


def test_a_pause_that_a_reply_asks_for_is_offered(office: Cli, folder: Path, owner: Owner) -> None:
    owner.put(reply(send(folder, office.clock), text="Please pause these updates.\n"))
    office.ok("mail", "look")
    assert "They seem to ask for a pause: `followthru person" in office("today").err
    assert office.json("mail", "list")[0]["asks"] == "pause"


def test_faults_are_words_and_an_exit_code(cli: Cli, office: Cli, folder: Path, owner: Owner) -> None:
    connect(folder, owner, password="wrong")
    answer = office("mail", "look")
    assert answer.code == Exit.FAILED
    assert "did not let" in answer.err
    assert "wrong" not in answer.err
    assert office("mail", "look", "okay").code == Exit.NOT_FOUND
    (folder / "config.toml").unlink()
    assert office("mail", "look").code == Exit.NOT_FOUND
    assert office("mail", "seen", "99").code == Exit.NOT_FOUND
