"""`forecast` and `calibration`: dates from what was done here, and any history replayed."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.clikit import Cli

HEADER = "id,practice,kind,told_on,done_on\n"


def ten_renewals(office: Cli) -> None:
    """Tell and finish ten renewals that took 1 to 10 days, on consecutive weeks."""
    for days in range(1, 11):
        id = office.json("add", f"Renew licence {days} by in 30 days to dana @oak-street")["id"]
        office.ok("edit", str(id), "kind=licence-renewal")
        office.clock.advance(days=days)
        office.ok("done", str(id))


def test_a_date_comes_from_what_was_done_here(office: Cli) -> None:
    assert "No honest date yet: 0 cases so far" in office.ok("forecast", "licence-renewal", "@oak")
    ten_renewals(office)
    office.clock.advance(days=1)
    answer = office.json("forecast", "licence-renewal", "oak-street", "--p", "0.8")
    assert (answer["cases"], answer["own"], answer["within"]) == (10, 10, 9)
    assert answer["target_on"] < answer["promised_on"]
    assert "9 of 10 like it at this practice" in answer["words"]
    assert office.json("forecast", "licence-renewal", "oak", "--p", "95%")["promised_on"] is None
    elsewhere = office.json("forecast", "credentialing", "oak", "--p", "0.8")
    assert (elsewhere["own"], elsewhere["same_kind"], elsewhere["same_practice"]) == (0, 0, 10)


def test_without_a_case_calibration_says_what_one_is(office: Cli) -> None:
    answer = office("calibration")
    assert (answer.code, answer.out) == (0, "")
    assert answer.err == "There is no case yet: a case is a task of which somebody was told a date.\n"


def test_ones_own_history_is_replayed(office: Cli) -> None:
    ten_renewals(office)
    answer = office.json("calibration")
    assert (answer["cases"], answer["p"]) == (10, 0.8)
    assert [one["p"] for one in answer["by_chance"]] == [0.5, 0.6, 0.7, 0.8, 0.9, 0.95]
    # Four finished cases are needed; then those that grow longer each time hold the next date back.
    assert answer["answered"] == 3


def history(path: Path, count: int = 40) -> Path:
    """Write a history in which everything takes from nothing to six days."""
    rows = [HEADER]
    for n in range(count):
        told = date(2026, 1, 5) + timedelta(days=7 * n)
        rows.append(f"{n},  Elm ,Report,{told},{told + timedelta(days=n % 7)} 16:30\n")
    rows.append(f'{count},  Elm ,Report,{date(2026, 1, 5)}, \n\n"{count + 1}",Elm,Report,2026-02-02,2026-02-01\n')
    path.write_text("".join(rows), encoding="utf-8-sig")
    return path


def test_a_file_is_replayed_and_its_words_are_given_back_unchanged(office: Cli, tmp_path: Path) -> None:
    file, out = history(tmp_path / "past.csv"), tmp_path / "out.csv"
    said = office("calibration", "--replay", str(file), "--cases", str(out))
    assert said.code == 0
    assert "done before they were told: 1 line (44)" in said.err
    assert said.out.startswith("41 cases, ")
    assert "80 %" in said.out
    with out.open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert list(rows[0]) == ["practice", "kind", "told_on", "done_on", "promised_on"]
    assert rows[0]["practice"] == "  Elm "
    assert rows[0]["done_on"].endswith(" 16:30")
    assert len(rows) == office.json("calibration", "--replay", str(file))["answered"]
    assert all(row["promised_on"] >= row["told_on"] for row in rows)
    assert out.stat().st_mode & 0o077 == 0


def test_the_cases_are_not_written_over_the_history(office: Cli, tmp_path: Path) -> None:
    file = history(tmp_path / "past.csv")
    before = file.read_bytes()
    (tmp_path / "link.csv").symlink_to(file)
    for name in ("past.csv", "link.csv", "./past.csv"):
        said = office("calibration", "--replay", str(file), "--cases", f"{tmp_path}/{name}")
        assert (said.code, "Give --cases another name." in said.err) == (2, True)
    assert file.read_bytes() == before


def test_nothing_of_a_file_is_stored(office: Cli, tmp_path: Path) -> None:
    before = office.ok("export")
    office.ok("calibration", "--replay", str(history(tmp_path / "past.csv")))
    assert office.ok("export") == before


def past(path: Path, count: int = 20) -> Path:
    """Write a past of licence renewals at Oak-Street, of one to five working days, and one that is open."""
    rows = ["practice,kind,told_on,done_on\n"]
    for n in range(count):
        told = date(2025, 1, 6) + timedelta(days=7 * n)
        rows.append(f"Oak-Street,licence-renewal,{told},{told + timedelta(days=n % 5)}\n")
    path.write_text("".join([*rows, rows[-1], "oak-street,licence-renewal,2026-01-05,\n"]), encoding="utf-8")
    return path


def test_a_past_that_is_brought_in_is_forecast_from(office: Cli, tmp_path: Path) -> None:
    file = past(tmp_path / "past.csv")
    assert office.json("calibration", "--import", str(file)) == {"added": 21, "known": 0, "open": 1, "left_out": 0}
    answer = office.json("forecast", "licence-renewal", "oak", "--p", "0.9")
    assert (answer["cases"], answer["own"], answer["days"]) == (21, 21, 4)
    assert office.json("calibration")["cases"] == 21
    assert "21 finished cases" in office.ok("history")
    assert "21 of 21 like it elsewhere took 4 working days or fewer." in office.ok("forecast", "licence-renewal")


def test_a_date_is_judged_where_it_is_given(office: Cli, tmp_path: Path) -> None:
    office.ok("calibration", "--import", str(past(tmp_path / "past.csv")))
    line = ("kind:licence-renewal", "@oak-street")
    early = office("add", "Renew by tomorrow to dana", *line)
    took = "21 of 21 like it at this practice took 4 working days or fewer."
    assert f"Note: Earlier than Tue 7 Jul, the date that is kept at 90 %: {took}" in early.err
    late = office("promise", "1", "9 jul", "--because", "the form is new")
    assert f"Note: Kept at 90 % or better (from Tue 7 Jul on): {took}" in late.err
    assert "forecast:     Kept at 90 % or better" in office.ok("show", "1")
    assert office.json("show", "1")["forecast"].startswith("Kept at 90 % or better")
    office.ok("add", "Tidy by tomorrow @oak-street")
    assert "21 of 21 of other kinds at this practice" in office.ok("show", "2")
    none = office("add", "Report by 9 jul kind:report", "@oak-street")
    assert "Note: Kept at 90 %" in none.err
    office.ok("undo")
    office.ok("calibration", "--take-out", str(tmp_path / "past.csv"))
    few = office("add", "Report by 9 jul", *line)
    assert "Note: No honest date yet: 0 cases so far; the practice's rule holds: 2 working days." in few.err


def test_the_cases_behind_a_date_are_listed(office: Cli, tmp_path: Path) -> None:
    office.ok("calibration", "--import", str(past(tmp_path / "past.csv")))
    first, *lines = office.ok("forecast", "licence-renewal", "oak", "--cases").splitlines()
    assert first.startswith("Tue 7 Jul 2026. 21 of 21")
    assert len(lines) == 21
    assert (
        lines[0]
        .strip()
        .startswith("4 working days  licence-renewal @oak-street, told Mon 3 Feb 2025, done Fri 7 Feb 2025")
    )


def test_told_dates_are_held_against_the_models(office: Cli, tmp_path: Path) -> None:
    office.ok("calibration", "--import", str(past(tmp_path / "past.csv")))
    for days, took in ((1, 0), (1, 3), (9, 8), (9, 8)):
        id = office.json("add", f"Renew by in {days} days to dana @oak-street kind:licence-renewal")["id"]
        office.clock.advance(days=took)
        office.ok("done", str(id))
    office.ok("add", "Renew by in 20 days to dana @oak-street kind:licence-renewal")
    found = office.json("calibration")["overrides"]
    assert (found["told"]["kept"], found["told"]["of"]) == (3, 4), "the one that is open is not decided"
    assert (found["model"]["kept"], found["model"]["of"]) == (2, 4)
    assert (found["earlier"], found["later"]) == (2, 2)
    assert found["by_kind"][0]["kind"] == "licence-renewal"
    assert 0 < found["told"]["low"] < 0.75 < found["told"]["high"] < 1
    said = office.ok("calibration")
    assert "Your dates and the model's, of 4 promises: 2 of them earlier than history supported, 2 later." in said


def test_the_same_past_twice_adds_nothing_and_goes_out_again(office: Cli, tmp_path: Path) -> None:
    file = past(tmp_path / "past.csv")
    office.ok("calibration", "--import", str(file))
    before = office.ok("export")
    assert office.json("calibration", "--import", str(file))["added"] == 0
    assert office.ok("export") == before
    longer = past(tmp_path / "longer.csv", 23)
    assert office.json("calibration", "--import", str(longer)) == {"added": 4, "known": 20, "open": 1, "left_out": 0}
    office.ok("undo")
    assert office.ok("export") == before
    office.ok("add", "Something else")
    assert office.json("calibration", "--take-out", str(file))["taken_out"] == 21
    assert office.json("calibration")["cases"] == 0
    office.ok("undo")
    assert office.json("calibration")["cases"] == 21


def test_a_case_of_a_day_to_come_is_no_past(office: Cli, tmp_path: Path) -> None:
    file, today = tmp_path / "past.csv", office.clock.now().date()
    head, last = "practice,kind,told_on,done_on\n", date(9999, 12, 30)
    file.write_text(f"{head}oak-street,x,2026-01-05,{today}\noak-street,x,2026-01-06,{last}\nelm,x,{last},{last}\n")
    answer = office("calibration", "--import", str(file))
    assert (answer.code, answer.out) == (2, "")
    assert "past.csv has 2 cases finished on a day to come, the first at oak-street: told on 2026-01-06" in answer.err
    assert office.json("calibration")["cases"] == 0
    file.write_text(f"{head}oak-street,x,2026-01-05,{today}\n,x,2026-01-06,\n")
    assert office.json("calibration", "--import", str(file))["added"] == 1, "today is past"


def test_a_past_survives_an_export(office: Cli, tmp_path: Path) -> None:
    office.ok("calibration", "--import", str(past(tmp_path / "past.csv")))
    assert '"type":"past_case"' in office.ok("export")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 0: the column practice, kind, told_on, done_on is missing"),
        ("practice,kind,told_on\n", "the column done_on is missing; there are practice, kind, told_on"),
        (HEADER + "1,elm,x,5 Jan 2026,\n", "line 2: told_on '5 Jan 2026' is no date such as 2027-01-15"),
        (HEADER + "1,elm,x,2026-01-05,2026-02-30\n", "line 2: done_on '2026-02-30' is no date"),
        (HEADER + "1,elm,x\n", "line 2: it has 3 fields where 5 are needed"),
        (HEADER + '1,"elm\n', "line 2: it has"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_line(office: Cli, tmp_path: Path, text: str, said: str) -> None:
    file, out = tmp_path / "past.csv", tmp_path / "out.csv"
    file.write_text(text, encoding="utf-8")
    answer = office("calibration", "--replay", str(file), "--cases", str(out))
    assert answer.code == 2
    assert said.replace("line 0", "line 1") in answer.err
    assert "Nothing was read from it or written." in answer.err
    assert not out.exists()


def test_words_that_cannot_be_meant_are_refused(office: Cli, tmp_path: Path) -> None:
    assert office("forecast", "x", "--p", "2").code == 2
    assert office("forecast", " ").code == 2
    assert office("forecast", "x", "@nowhere").code == 3
    assert office("calibration", "--cases", "out.csv").code == 2
    assert office("calibration", "--import", "a.csv", "--replay", "a.csv").code == 2
    assert office("calibration", "--replay", str(tmp_path / "none.csv")).code == 1
