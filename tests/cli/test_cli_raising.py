"""`raise` at the prompt: short, by person, as arrays and objects."""

from __future__ import annotations

from tests.clikit import Cli


def test_a_person_after_raise_is_added(office: Cli) -> None:
    note = office.json("raise", "dana", "the", "parking", "lot")
    assert (note["id"], note["person"], note["words"], note["raised_on"]) == (1, "dana", "the parking lot", None)
    assert office.json("raise", "add", "dana", "the keys")["id"] == 2
    assert [one["id"] for one in office.json("raise", "list", "--person", "dana")] == [1, 2]
    assert [one["raised_on"] for one in office.json("raise", "done", "1")] == ["2026-07-01"]
    assert "the keys" in office.ok("raise", "list")
    assert "parking" not in office.ok("raise", "list")
    assert [one["id"] for one in office.json("raise", "list", "park", "--all")] == [1]


def test_nobody_is_said(office: Cli) -> None:
    answer = office("raise", "lsit")
    assert (answer.code, answer.out) == (2, "")
    answer = office("raise", "nobody", "x")
    assert (answer.code, answer.out) == (3, "")
    assert office("raise", "done", "7").code == 3
    assert office.json("raise", "list") == []
