"""The day in a zone, and the name of the machine's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from followthru.domain import clock
from followthru.domain.clock import SystemClock, check_timezone, system_zone, today_in
from followthru.errors import UsageError


@pytest.mark.parametrize(
    ("zone", "day"),
    [("America/New_York", 13), ("UTC", 14), ("Pacific/Auckland", 14), ("Pacific/Pago_Pago", 13)],
)
def test_today_is_the_day_in_the_zone(zone: str, day: int) -> None:
    assert today_in(zone, datetime(2026, 12, 14, 1, 30, tzinfo=UTC)) == date(2026, 12, day)


def test_an_instant_without_a_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="zone"):
        today_in("UTC", datetime(2026, 12, 14, 1, 30))  # noqa: DTZ001


def test_the_system_clock_is_in_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("America/NewYork", "America/New_York"), ("europe/berln", "Europe/Berlin"), ("America", "America/")],
)
def test_an_unknown_zone_is_refused_with_the_nearest(name: str, nearest: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_timezone(name)
    assert nearest in caught.value.remedy


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "/etc/passwd", "A\0B", "Zürich", "x" * 5000])
def test_what_is_not_a_zone_at_all_is_refused_in_words(name: str) -> None:
    with pytest.raises(UsageError, match="no timezone"):
        check_timezone(name)


@pytest.mark.parametrize("value", ["Europe/Berlin", ":Europe/Berlin", "/usr/share/zoneinfo/Europe/Berlin"])
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
    monkeypatch.setattr(clock, "LOCALTIME", tmp_path / "localtime")
    monkeypatch.setattr(clock, "TIMEZONE", tmp_path / "timezone")
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
