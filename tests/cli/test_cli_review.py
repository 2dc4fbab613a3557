"""`review` at the prompt: where it stands, what lies there with ids, and the commands that help."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from followthru.config.places import home
from tests.clikit import Cli


def test_a_review_goes_from_stop_to_stop(office: Cli) -> None:
    office.ok("add", "Something", "loose")
    office.ok("add", "Renew", "cover", "by", "3 jul", "@oak-street")
    said = office("review")
    assert said.out.startswith("1 of 8: Inbox to zero (1)\n")
    assert "    1  * inbox  Something loose" in said.out
    assert "followthru edit ID practice=SLUG" in said.err
    office.ok("drop", "1")
    said = office("review", "next")
    assert said.out.startswith("4 of 8: Promised for the next two weeks (1)\n")
    assert "Renew cover" in said.out
    assert "Nothing to do at: standing still, to be asked again." in said.err
    assert office("review").out == said.out
    last = office("review", "next")
    assert "Dropped (1)" in last.out
    assert "Dropped 1: Something loose" in last.out
    ended = office("review", "end")
    assert ended.out == last.out
    again = office("review", "end")
    assert (again.code, again.out) == (4, "")


def test_programs_get_one_object(office: Cli) -> None:
    office.ok("add", "Renew", "cover", "by", "3 jul", "@oak-street")
    office.ok("goal", "add", "ar-days", "--practice", "oak")
    first = office.json("review")
    assert (first["stop"], first["at"], first["of"], first["anew"], first["decided"]) == ("inbox", 1, 8, True, None)
    on = office.json("review", "next")
    assert (on["stop"], on["anew"], on["passed"]) == ("promises", False, ["stalled", "waiting"])
    assert [task["id"] for task in on["tasks"]] == [1]
    goal = office.json("review", "next")
    assert [(one["sort"], one["id"], one["command"]) for one in goal["lines"]] == [
        ("goal", "1", "followthru goal read 1 VALUE")
    ]
    assert office.json("review", "back")["stop"] == "promises"
    office.ok("done", "1")
    found = office.json("review", "end")
    assert [(part["name"], len(part["steps"])) for part in found["parts"]] == [("done", 1)]
    assert (found["begun_on"], found["steps"], found["left"]) == ("2026-07-01", 1, {"goals": 1})


def test_one_of_another_week_is_said_to_be_over(office: Cli) -> None:
    office.ok("review")
    office.clock.advance(days=7)
    assert "begun on Wed 1 Jul" in office("review").err
    assert "begun on" not in office("review").err


def test_one_that_stands_is_read_without_writing(office: Cli) -> None:
    office.ok("add", "Something", "loose")
    office.ok("review")
    database = home().database
    with closing(sqlite3.connect(database)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = office("review")
    assert answer.out.startswith("1 of 8: Inbox to zero (1)\n")
    assert "not kept" not in answer.err
