"""Characters that a screen would obey: kept by no command, shown by none; bytes that are no text break nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.clikit import Answer, Cli

EVIL = "\x1b[31mE\u202eR\x9b\x07\u2028\x85\udcff"
OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def seen(answer: Answer) -> Answer:
    assert not OBEYED.search(answer.out), answer
    assert not OBEYED.search(answer.err), answer
    return answer


@pytest.fixture
def told(office: Cli) -> Cli:
    """Task 1, promised and told."""
    office.ok("add", "Renew cover by 15 Jul to dana @oak-street")
    return office


@pytest.mark.parametrize(
    "words",
    [
        ("edit", "1", f"title=T{EVIL}"),
        ("edit", "1", f"public_title=T{EVIL}", f"kind=k{EVIL}", f"tags=x{EVIL}"),
        ("edit", "1", f"notes=N{EVIL}\nsecond", f"checklist=c{EVIL}; d"),
        ("edit", "1", "promised=20 Jul", "--because", f"b{EVIL}"),
        ("edit", "1", f"because=b{EVIL}"),
        ("promise", "1", "20 Jul", "--because", f"b{EVIL}"),
        ("wait", "1", "--on", "dana", "--for", f"f{EVIL}"),
        ("practice", "edit", "oak-street", f"name=Oak{EVIL}"),
        ("practice", "add", "elm", "--timezone", "UTC", "--name", f"Elm{EVIL}"),
        ("person", "edit", "dana", "--practice", "oak-street", f"name=Dana{EVIL}", f"address=D{EVIL}"),
        ("person", "add", f"New{EVIL}", "new@oak.example", "--practice", "oak-street", "--role", "staff"),
        ("add", f"More{EVIL} #tag{EVIL}"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_no_value_keeps_them(told: Cli, words: tuple[str, ...]) -> None:
    assert seen(told(*words)).code == 0
    for command in (("list", "all"), ("show", "1"), ("practice", "list"), ("person", "list"), ("history",)):
        seen(told(*command, "--json"))
    export = told.ok("export")
    assert "\\u001b" not in export
    assert not OBEYED.search(export)


def test_an_answer_keeps_none(told: Cli) -> None:
    told.ok("wait", "1", "--on", "dana", "--for", "numbers")
    assert seen(told("answered", "1", f"She said {EVIL}")).code == 0
    assert not OBEYED.search(told.json("show", "1")["answer"])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("show", EVIL), 3),
        (("edit", "1", f"{EVIL}=x"), 2),
        (("promise", "1", EVIL), 2),
        (("list", f"@{EVIL}"), 3),
        (("list", f"foo:{EVIL}"), 2),
        (("list", EVIL), 0),
        (("search", EVIL), 0),
        (("tell", "1", EVIL, "--how", "call"), 3),
        (("practice", "add", EVIL, "--timezone", "UTC"), 2),
        (("practice", "add", "elm", "--timezone", EVIL), 2),
        (("person", "add", "Evil", f"a{EVIL}@oak.example", "--practice", "oak-street", "--role", "staff"), 2),
        ((EVIL,), 2),
    ],
    ids=ascii,
)
def test_no_refusal_shows_them(told: Cli, words: tuple[str, ...], code: int) -> None:
    assert seen(told(*words)).code == code


def test_a_tag_that_was_captured_comes_back_by_import(told: Cli, tmp_path: Path) -> None:
    told.ok("add", "Call #zero\u200bwidth #👩\u200d⚕️a #a👩\u200d⚕️")
    lines = told.ok("export")
    (tmp_path / "lines.jsonl").write_text(lines, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOLLOWTHRU_HOME", str(tmp_path / "other"))
        told.ok("import", str(tmp_path / "lines.jsonl"))
        assert told.ok("export") == lines
