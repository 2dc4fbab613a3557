"""The name of the machine's zone, wherever it keeps it."""

from __future__ import annotations

from pathlib import Path

import pytest

from followthru.config import machine as facts
from followthru.config.machine import system_zone
from followthru.errors import UsageError


@pytest.mark.parametrize(
    "value", ["Europe/Berlin", ":Europe/Berlin", "/a/zoneinfo/Europe/Berlin", ":/a/zoneinfo/posix/Europe/Berlin"]
)
def test_the_zone_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("TZ", value)
    assert system_zone() == "Europe/Berlin"


def test_an_unknown_zone_of_the_environment_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    with pytest.raises(UsageError) as caught:
        system_zone()
    assert "timezone under [me]" in caught.value.remedy


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without TZ whose /etc is a folder of its own."""
    monkeypatch.delenv("TZ", raising=False)
    monkeypatch.setattr(facts, "LOCALTIME", tmp_path / "localtime")
    monkeypatch.setattr(facts, "TIMEZONE", tmp_path / "timezone")
    return tmp_path


def test_a_machine_without_a_zone_is_in_utc(machine: Path) -> None:
    assert not (machine / "localtime").exists()
    assert system_zone() == "UTC"


def test_the_zone_is_read_from_the_link(machine: Path) -> None:
    database = machine / "zoneinfo" / "America"
    database.mkdir(parents=True)
    (database / "Denver").touch()
    (machine / "localtime").symlink_to(database / "Denver")
    assert system_zone() == "America/Denver"


def test_the_zone_is_read_from_the_file_beside_a_copied_one(machine: Path) -> None:
    (machine / "localtime").touch()
    (machine / "timezone").write_text("America/Denver\n")
    assert system_zone() == "America/Denver"


def test_a_copied_zone_without_a_name_is_found_by_its_rules(machine: Path) -> None:
    rules = Path("/usr/share/zoneinfo/America/Denver")
    if not rules.is_file():
        pytest.skip("this machine has no zone files")
    (machine / "localtime").write_bytes(rules.read_bytes())
    found = system_zone()
    assert Path("/usr/share/zoneinfo", found).read_bytes() == rules.read_bytes()


def test_rules_of_no_known_zone_say_what_to_set(machine: Path) -> None:
    (machine / "localtime").write_bytes(b"TZif rules of nowhere")
    with pytest.raises(UsageError) as caught:
        system_zone()
    assert "timezone under [me]" in caught.value.remedy
