"""Whatever a key does, the command line does too; what only moves about on the screen is listed with why."""

from __future__ import annotations

import re

import pytest

from followthru.actions.registry import COMMANDS
from followthru.cli import describe

ONLY_ON_SCREEN = {
    "palette": "names commands, as `followthru --help` does",
    "help": "names keys",
    "quit": "leaves the screen",
    "back": "moves about",
    "down": "moves about",
    "up": "moves about",
    "page-down": "moves about",
    "page-up": "moves about",
    "first": "moves about",
    "last": "moves about",
    "mark": "chooses what a key is for; commands take several ids",
    "mark range": "chooses what a key is for; commands take several ids",
    "mark all": "chooses what a key is for; commands take several ids",
    "earlier": "scrolls the weeks of a view",
    "later": "scrolls the weeks of a view",
    "timeline": "a picture of dates that `followthru list` says",
    "waiting": "a view of `followthru list is:waiting`",
    "inbox": "a view of `followthru list status:inbox`",
    "update approve clean": "`followthru update approve --clean`",
    "update html": "`followthru update show ID --html`",
    "update diff": "`followthru update show ID --diff`",
    "use mine": "`followthru calendar resolve ID ours`",
    "use theirs": "`followthru calendar resolve ID theirs`",
}


def test_every_command_has_a_twin_or_a_reason() -> None:
    without = {command.id for command in COMMANDS if not (command.cli or command.twin)}
    assert without == set(ONLY_ON_SCREEN)


@pytest.mark.parametrize("command", [one for one in COMMANDS if one.twin], ids=lambda one: one.id)
def test_a_twin_is_a_command_that_there_is(command: object) -> None:
    twin = next(one.twin for one in COMMANDS if one is command)
    words = re.match(r"[a-z ]+", twin)
    assert words is not None
    assert words[0].strip() in describe.known()


def test_reasons_name_commands_that_there_are() -> None:
    for reason in ONLY_ON_SCREEN.values():
        for words in re.findall(r"`followthru ([a-z]+(?: [a-z]+)?)", reason):
            assert words in describe.known() or words.split()[0] in describe.known(), words
