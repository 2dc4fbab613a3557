"""A command line that cannot be read: the wrong word is named, what would be right is said, and nothing is done."""

from __future__ import annotations

import pytest

from tests.clikit import Cli

SAID = [
    ("list --jsno", "There is no option --jsno. Did you mean --json?"),
    ("list --limt=3", "There is no option --limt. Did you mean --limit?"),
    ("show --jsno 1", "There is no option --jsno. Did you mean --json?"),
    ("list --zebra", "There is no option --zebra."),
    ("add Call the landlord --jsno", "There is no option --jsno. Did you mean --json?"),
    ("show", "ID is missing."),
    ("done", "ID… is missing."),
    ("wait 1 --for it", "--on is missing."),
    ("tell 1 dana", "--how is missing: mail, call, meeting or calendar."),
    ("tell 1 dana --how phone", "--how takes mail, call, meeting or calendar."),
    ("update settle 1 lost", "Say arrived or resend."),
    ("list --limit none", "--limit takes a whole number, 1 or more."),
    ("load --weeks 99", "--weeks takes a whole number from 1 to 52."),
    ("mailbox add x --from a@b.example --port z", "--port takes a whole number."),
    ("list --limit", "--limit needs a word behind it."),
    ("list --json=yes", "--json stands alone."),
    (
        "practice add elm --timezone UTC --name Elm Street",
        "“Street” is more than is read here. Words that belong together stand in quotes.",
    ),
]


@pytest.mark.parametrize(("line", "said"), SAID)
def test_a_slip_is_said_in_plain_words_and_nothing_is_done(office: Cli, line: str, said: str) -> None:
    before = office.ok("history", "--json")
    answer = office(*line.split())
    assert (answer.code, answer.out, answer.err.splitlines()[0]) == (2, "", said)
    assert office.ok("history", "--json") == before


@pytest.mark.parametrize(
    "words",
    [("--", "--jsno", "zebra crossing"), ("--zebra", "crossing"), ("--jsno zebra crossing",), ("-zebra", "crossing")],
)
def test_dashes_that_are_meant_stand_in_the_title(office: Cli, words: tuple[str, ...]) -> None:
    assert "zebra crossing" in office.ok("add", *words)


def test_the_other_word_of_an_option_is_one_too(office: Cli) -> None:
    office.ok("person", "edit", "dana", "--review")
    assert office.json("person", "edit", "dana", "--no-review")["review"] is False


def test_what_stands_behind_an_option_is_its_own(office: Cli) -> None:
    answer = office("list", "--sort", "--zebra")
    assert (answer.code, "zebra” to sort by" in answer.err) == (2, True)
