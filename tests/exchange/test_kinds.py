"""The kinds of register items can all be read, say where their rules come from, and stand in the reference."""

from __future__ import annotations

from pathlib import Path

import pytest

from followthru.domain.registers import RegisterKind, interval
from followthru.errors import UsageError
from followthru.exchange.kinds import Kinds, from_file, shipped, understood

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "registers.md"
GOOD = """words = "Permit"
asks = ["holder"]
lead_days = 5
task = "Renew {title} of {holder}"
public = "Permit renewal"
task_kind = "permit-renewal"
area = "operations"
evidence = true
source = "The city"
"""


def kind(name: str) -> RegisterKind:
    return Kinds(None).named(name)


def problems(text: str) -> list[str]:
    return understood(text.encode(), "permit.toml", own=True).lines()


@pytest.mark.parametrize("name", sorted(shipped()))
def test_a_shipped_kind_is_whole(name: str) -> None:
    one = kind(name)
    assert one.task.format(title="A", holder="B").startswith(("Renew A", "Re-attest A", "Re", "Have A", "Decide on A"))
    assert "{" not in one.public
    assert len(one.source) > 20
    assert one.every is None or str(interval(one.every)) == one.every
    row = next(line for line in PAGE.read_text("utf-8").splitlines() if line.startswith(f"| `{name}` |"))
    assert f"| {one.lead_days} |" in row
    assert (one.every or "its paper says") in row


def test_the_kinds_of_the_issue_are_there() -> None:
    assert {
        "licence", "certification", "caqh", "payer-revalidation", "malpractice", "property-insurance",
        "workers-compensation", "contract", "lease", "equipment", "emergency-plan", "policy", "training",
        "accreditation",
    } <= set(shipped())  # fmt: skip
    assert kind("caqh").every == "120 days"


@pytest.mark.parametrize(
    ("was", "now", "words"),
    [
        ("lead_days = 5", "lead_days = -1", "permit.toml:3: lead_days: it is no number of working days"),
        ("lead_days = 5", 'lead_days = "5"', "permit.toml:3: lead_days: it is no whole number"),
        ("lead_days = 5", "lead_days = true", "permit.toml:3: lead_days: it is no whole number"),
        ("lead_days = 5", "lead_day = 5", "permit.toml:3: lead_day: there is no such key. Did you mean lead_days?"),
        ("{holder}", "{owner}", "permit.toml:4: task: it may name"),
        ("{holder}", "{holder.__class__}", "permit.toml:4: task: it may name"),
        ("{holder}", "{holder", "permit.toml:4: task: it may name"),
        ('["holder"]', '["owner"]', "permit.toml:2: asks: owner is none of"),
        ('area = "operations"', 'area = "office"', "permit.toml:7: area: it is none of"),
        ('area = "operations"', 'area = "operations"\nevery = "mon"', "permit.toml:8: every: "),
        ("permit-renewal", "Permit renewal", "permit.toml:6: task_kind: "),
        ('"Permit"', '" "', "permit.toml:1: words: it is empty"),
        ('source = "The city"\n', "", "source is missing"),
        ("words", "[words", "permit.toml:1: it is not TOML"),
    ],
)
def test_what_is_wrong_is_said_with_file_line_and_key(was: str, now: str, words: str) -> None:
    assert problems(GOOD) == []
    assert any(words in line for line in problems(GOOD.replace(was, now, 1)))


def test_everything_that_is_wrong_is_said_at_once() -> None:
    lines = problems(GOOD.replace("5", "-5").replace("operations", "office").replace("The city", ""))
    assert [line.split(":")[1] for line in lines] == ["3", "7", "9"]


def test_own_kinds_stand_beside_and_in_for_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "permit.toml").write_text(GOOD)
    (tmp_path / "caqh.toml").write_text(GOOD.replace("evidence", 'every = "180 days"\nevidence'))
    own = Kinds(tmp_path)
    assert own.named("permit").words == "Permit"
    assert own.named("CAQH").every == "180 days"
    assert kind("caqh").every == "120 days"
    assert {one.name for one in own.every() if one.own} == {"permit", "caqh"}
    assert own.named("licence") == kind("licence")


def test_a_file_with_errors_is_named_and_stops_no_other(tmp_path: Path) -> None:
    file = tmp_path / "permit.toml"
    file.write_text(GOOD.replace("5", "x"))
    own = Kinds(tmp_path)
    with pytest.raises(UsageError) as told:
        own.named("permit")
    assert f"{file}:3: it is not TOML" in told.value.message
    assert own.named("caqh").every == "120 days"
    assert [one.name for one in own.every() if one.kind is None] == ["permit"]


@pytest.mark.parametrize("name", ["../permit", "permits", "/etc/passwd", ""])
def test_what_is_no_kind_is_said_with_the_nearest(tmp_path: Path, name: str) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "permit.toml").write_text(GOOD)
    with pytest.raises(UsageError, match="There is no kind"):
        Kinds(tmp_path / "sub").named(name)


def test_hostile_files_are_problems(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    assert from_file(tmp_path / "folder.toml").lines() == [f"{tmp_path / 'folder.toml'}: it is no file"]
    assert "UTF-8" in understood(b"words = '\xff'", "permit.toml").lines()[0]
    assert "too large" in understood(b"#" * 70_000, "permit.toml").lines()[0]
    assert "its name is no kind's" in understood(GOOD.encode(), "My Permit.toml").lines()[0]
