"""Playbooks: the shipped ones are whole, and whatever is wrong in a file is named by line and key, never a crash."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.domain import playbook_reading, playbook_said
from followthru.domain.playbooks import ANCHOR, Playbook, offsets
from followthru.errors import NotFoundError, UsageError
from followthru.exchange import own_files, playbooks
from followthru.exchange.playbook_json import playbook_json
from followthru.exchange.playbooks import Found, everyone, from_file, named, understood

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "playbooks.md"
SHIPPED = ROOT / "src" / "followthru" / "exchange" / "playbook_files"
NOWHERE = Path("no such folder")
GOOD = """playbook = 1
version = 3
title = "Open a room"
source = "Our list"
check_your_state = "Permits are the city's"
anchor = "First day"

[roles]
owner = "Who pays"

[[questions]]
key = "walls"
ask = "Are walls moved?"

[[steps]]
key = "permit"
title = "Get the permit"
public = "Permit received"
role = "owner"
when = "walls=yes"
before = 40

[[steps]]
key = "furnish"
title = "Order furniture"
public = "Furniture ordered"
after = "permit"
days = 15
needs = ["permit"]
"""


def book(text: str) -> Playbook:
    found = understood(text.encode(), "mine.toml")
    assert found.playbook is not None, found.lines()
    return found.playbook


@pytest.mark.parametrize("name", sorted(file.stem for file in SHIPPED.glob("*.toml")))
def test_a_shipped_playbook_is_whole(name: str) -> None:
    one = named(NOWHERE, name)
    assert 10 <= len(one.steps) <= 35
    assert len(one.source) > 40
    assert len(one.check_your_state) > 40
    assert {step.role for step in one.steps} - {None} == set(one.roles), "a role that nobody has"
    assert {step.when.question for step in one.steps if step.when} == {asked.key for asked in one.questions}
    assert all(step.minutes for step in one.steps)
    assert f"| `{name}` | {one.anchor} |" in PAGE.read_text("utf-8")
    assert (
        json.loads(json.dumps(playbook_json(one)))["steps"][0]["days_from_anchor"]
        == offsets(one.steps)[one.steps[0].key]
    )


def test_the_shipped_playbooks_are_those_that_the_page_names() -> None:
    assert {one.name for one in everyone(NOWHERE)} == {
        "onboard-clinician", "offboard-staff", "hire", "licence-renewal", "credentialing-caqh", "insurance-renewal",
        "hipaa-risk-analysis", "osha-yearly", "month-end", "quarterly-report", "equipment-emergency-round",
        "take-on-practice",
    }  # fmt: skip


def test_the_example_of_the_page_is_right() -> None:
    text = PAGE.read_text("utf-8").partition("    playbook = 1")
    example = (text[1] + text[2]).partition("\n|")[0]
    assert len(book("\n".join(line.removeprefix("    ") for line in example.splitlines())).steps) == 3


def test_the_schema_knows_the_keys_that_are_read() -> None:
    schema = json.loads((ROOT / "src" / "followthru" / "exchange" / "playbook.schema.json").read_text("utf-8"))
    parts = schema["properties"]
    assert tuple(parts) == playbook_reading.TOP
    assert tuple(parts["questions"]["items"]["properties"]) == playbook_reading.QUESTION
    assert set(parts["steps"]["items"]["properties"]) == set(playbook_reading.STEP)
    for key in schema["required"]:
        lines = [line for line in GOOD.splitlines() if not line.startswith(f"{key} =")]
        text = "\n".join(lines) if key != "steps" else GOOD.partition("[[steps]]")[0]
        assert understood(text.encode(), "mine.toml").playbook is None, key


WRONG = [
    ("playbook = 1", "playbook = 2", "mine.toml:1: playbook: this program reads format 1"),
    ("version = 3", "version = = 3", "mine.toml:2: it is not TOML"),
    ('owner = "Who pays"', "owner = 3", "mine.toml:9: owner: it is no text"),
    ('public = "Permit received"', "", "mine.toml:15: public: say in it what readers read"),
    ('title = "Get the permit"', 'title = ""', "mine.toml:17: title: it is no text"),
    ('role = "owner"', 'rle = "owner"', "mine.toml:19: rle: there is no such key. Did you mean role?"),
    ('key = "furnish"', 'key = "permit"', "mine.toml:24: key: permit is there already"),
    ('after = "permit"', 'after = "permt"', "mine.toml:27: after: there is no step permt. Did you mean permit?"),
]  # fmt: skip


@pytest.mark.parametrize(("was", "now", "words"), WRONG)
def test_what_is_wrong_is_named_by_line_and_key(was: str, now: str, words: str) -> None:
    assert was in GOOD
    found = understood(GOOD.replace(was, now, 1).encode(), "mine.toml")
    assert found.playbook is None
    assert words in "\n".join(found.lines())


def test_everything_that_is_wrong_is_said_at_once() -> None:
    text = GOOD.replace('role = "owner"', 'role = "x"').replace("days = 15", "days = -1").replace("version = 3\n", "")
    assert len(understood(text.encode(), "mine.toml").problems) == 3


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"a" * 70_000, b"\n" * 2000, b"steps = 3", b"[steps]", b"steps = [3]", b"roles = 3",
     b"x = " + b"[" * 5000, b"questions = [[1]]", b"[[steps]]\nneeds = [3]\nchecklist = 2"],
)  # fmt: skip
def test_a_hostile_file_is_a_problem_and_no_crash(content: bytes) -> None:
    found = understood(content, "mine.toml")
    assert found.playbook is None
    assert found.problems


def test_a_file_is_named_so_that_it_can_be_typed_and_be_a_tag() -> None:
    (words,) = understood(GOOD.encode(), "My plan.toml").lines()
    assert words.startswith("My plan.toml:1: its name is no playbook's: small letters")


def test_a_pipe_is_no_file_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "folder.toml").mkdir()
    assert {one.name for one in everyone(tmp_path) if one.playbook is None} == {"pipe", "folder"}


def test_a_large_file_that_is_wrong_is_told_of_soon() -> None:
    steps = GOOD.partition("[[steps]]")[0] + '[[steps]]\nkey = "Bad"\nnote = 3\n' * 400
    found = understood(steps.encode(), "mine.toml")
    assert len(found.problems) > 400
    assert found.problems[-1][0] == steps.count("\n")


def test_what_a_screen_would_obey_is_taken_out() -> None:
    assert (
        book(GOOD.replace("Get the permit", "Get\\u001b[31m the \\u202epermit")).steps[0].title == "Get[31m the permit"
    )


_values = st.recursive(
    st.none() | st.integers() | st.booleans() | st.text(max_size=9), lambda one: st.lists(one, max_size=3)
)
_tables = st.dictionaries(st.sampled_from(playbook_reading.STEP), _values, max_size=6)
_tops = st.dictionaries(
    st.sampled_from(playbook_reading.TOP), _values | st.lists(_tables, max_size=4) | _tables, max_size=11
)  # fmt: skip


@given(_tops)
def test_no_content_is_too_odd_to_be_read(said: dict[str, object]) -> None:
    found = playbook_reading.read(said, "odd")
    assert (found.playbook is None) == bool(found.problems)


@given(st.integers(0, len(GOOD)), st.integers(0, 40))
def test_a_file_that_is_cut_short_is_told_or_whole(at: int, length: int) -> None:
    found = understood((GOOD[:at] + GOOD[at + length :]).encode(), "mine.toml")
    if found.playbook is not None:
        keys = {step.key for step in found.playbook.steps}
        assert all(step.origin in keys | {ANCHOR} for step in found.playbook.steps)
        assert offsets(found.playbook.steps).keys() == keys


def test_many_ways_from_step_to_step_take_no_time() -> None:
    top = GOOD.partition("[[steps]]")[0]
    steps = [
        f'[[steps]]\nkey = "s{n}"\ntitle = "x"\npublic = "x"\nbefore = {100 - n}\n'
        f"needs = {json.dumps([f's{one}' for one in range(n)])}\n"
        for n in range(100)
    ]
    assert len(book(top + "".join(steps)).steps) == 100


def test_ones_own_stands_in_for_a_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "hire.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "broken.toml").write_text("x", encoding="utf-8")
    found: dict[str, Found] = {one.name: one for one in everyone(tmp_path)}
    assert len(found) == 13
    hire = found["hire"].playbook
    assert hire is not None
    assert (hire.title, hire.own) == ("Open a room", True)
    with pytest.raises(UsageError, match=r"broken\.toml:1: it is not TOML"):
        named(tmp_path, "broken")
    with pytest.raises(NotFoundError, match="Did you mean month-end"):
        named(tmp_path, "monthend")
    assert from_file(tmp_path / "none.toml").lines()[0].endswith("it cannot be read: No such file or directory")


def test_shipped_files_are_toml_that_ends_with_a_line() -> None:
    for file in SHIPPED.iterdir():
        text = file.read_text("utf-8")
        assert text.endswith("\n")
        assert tomllib.loads(text)["playbook"] == 1
    assert max(file.stat().st_size for file in SHIPPED.iterdir()) < playbooks.LARGEST


@pytest.mark.parametrize("name", sorted(file.stem for file in SHIPPED.glob("*.toml")))
def test_what_a_run_keeps_of_a_playbook_is_the_playbook(name: str) -> None:
    found = named(NOWHERE, name)
    kept = json.loads(json.dumps(playbook_said.said(found)))
    assert playbook_reading.read(kept, name).playbook == found


def test_a_file_that_changes_while_it_is_read_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(GOOD, encoding="utf-8")
    times = 0

    def saved_meanwhile(opened: BinaryIO) -> bytes:
        nonlocal times
        half = opened.read(40)
        times += 1
        if times < 3:
            file.write_text(f"{GOOD}# {'x' * times}\n", encoding="utf-8")
            return half
        return half + opened.read()

    assert own_files.content_of(file, read=saved_meanwhile) == f"{GOOD}# xx\n".encode()
    times = -10
    assert own_files.content_of(file, read=saved_meanwhile) == "it is being written all the time"


@pytest.mark.parametrize("rule", ["RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31", "month on 32", "31 feb..1 mar"])
def test_an_impossible_rule_is_named_by_its_line(rule: str) -> None:
    found = understood(
        GOOD.replace('anchor = "First day"', f'anchor = "First day"\nevery = "{rule}"').encode(), "a.toml"
    )
    (line,) = found.lines()
    assert line.startswith(f"a.toml:7: every: “{rule}” is no rule")
