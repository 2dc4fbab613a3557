"""The shipped kinds of register items can all be read, say where their rules come from, and stand in the reference."""

from __future__ import annotations

from pathlib import Path

import pytest

from followthru.domain.registers import interval
from followthru.errors import UsageError
from followthru.exchange.kinds import kind, kinds, read

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


@pytest.mark.parametrize("name", sorted(kinds()))
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
    } == set(kinds())  # fmt: skip
    assert kind("caqh").every == "120 days"


@pytest.mark.parametrize(
    ("was", "now", "words"),
    [
        ("lead_days = 5", "lead_days = -1", "permit.toml: lead_days"),
        ("lead_days = 5", 'lead_days = "5"', "permit.toml: lead_days"),
        ("lead_days = 5", "lead_day = 5", "permit.toml: lead_day: there is no such key. Did you mean lead_days?"),
        ("{holder}", "{owner}", "permit.toml: task"),
        ('["holder"]', '["owner"]', "permit.toml: asks: owner is none of"),
        ('area = "operations"', 'area = "office"', "permit.toml: area"),
        ('area = "operations"', 'area = "operations"\nevery = "mon"', "permit.toml: every"),
        ('source = "The city"\n', "", "permit.toml: source: it is missing"),
        ("words", "[words", "permit.toml is not TOML"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_key(was: str, now: str, words: str) -> None:
    assert read(GOOD, "permit.toml").name == "permit"
    with pytest.raises(UsageError) as told:
        read(GOOD.replace(was, now, 1), "permit.toml")
    assert words in told.value.message
