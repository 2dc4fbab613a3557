"""Stories of what expires, told on the command line from the first look to the next time round."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from tests.clikit import Cli, cli, office

__all__ = ["cli", "office"]


def on(office: Cli, day: date) -> None:
    """Let it be another day."""
    office.clock.at = datetime.combine(day, time(12, tzinfo=UTC))


def test_a_licence_that_expires_in_ninety_days_is_renewed_and_comes_again(office: Cli, tmp_path: Path) -> None:
    """The board, Today, the task, the paper, the audit, the file that is lost; then two years later once more."""
    expires = date(2026, 7, 1) + timedelta(days=90)
    office.ok("register", "add", "licence", "RN licence", "holder=marisol", f"expires={expires}", "--practice", "oak")
    assert office.ok("register", "expiring").splitlines()[0] == "Within 90 days (1)"
    assert office("today").err == "Nothing needs you today.\n"

    on(office, date(2026, 8, 4))
    said = "RN licence of Marisol Vega @oak-street expires in 56 days, Tue 29 Sep, and has no task"
    assert said in " ".join(office("today").err.split())
    made = office.json("register", "task", "1", "--alone")
    assert (made["deadline_on"], made["start_by_on"], made["health"]) == ("2026-09-29", "2026-08-04", "on track")
    on(office, date(2026, 8, 5))
    assert [(one["id"], one["section"]) for one in office.json("today")] == [(made["id"], "at risk")]
    office.ok("start", str(made["id"]))

    refused = office("done", str(made["id"]))
    assert (refused.code, "--evidence" in refused.err) == (4, True)
    paper = tmp_path / "licence.pdf"
    paper.write_bytes(b"RN, until 2028")
    office.ok("register", "edit", "1", f"documents={paper}")
    on(office, date(2026, 9, 10))
    kept = office.json("register", "renew", "1", "--expires", "2028-09-29", "--evidence", str(paper))
    assert (kept["issued_on"], kept["expires_on"], kept["task"]) == ("2026-09-10", "2028-09-29", None)
    assert office.json("show", str(made["id"]))["status"] == "done"

    span = ("--from", "2026-09-01", "--to", "2026-09-30")
    table = csv.DictReader(office.ok("evidence", "list", "--practice", "oak", *span, "--csv").splitlines())
    [row] = list(table)
    assert (row["dated_on"], row["words"], row["item"], row["holder"]) == (
        "2026-09-10", str(paper), "RN licence", "Marisol Vega",
    )  # fmt: skip
    assert office("evidence", "check").code == 0
    paper.unlink()
    gone = office("evidence", "check")
    assert (gone.code, gone.out.count(str(paper))) == (1, 2)  # as evidence, and as the item's document

    on(office, date(2028, 8, 3))
    assert office.json("today") == []
    on(office, date(2028, 8, 4))
    [again] = office.json("today")
    assert (again["section"], again["register_item"], again["deadline_on"]) == ("to renew", 1, "2028-09-29")
    second = office.json("register", "task", "1", "--alone")
    assert office.json("register", "show", "1")["tasks"] == [made["id"], second["id"]]


def test_an_autoclave_breaks_between_two_services(office: Cli) -> None:
    """Its repair closes with the invoice and leaves the day of its next service where it was."""
    office.ok(
        "register", "add", "equipment", "Autoclave", "every=6 months", "issued=2026-04-01", "vendor=Acme Sterile",
        "contact=555 0100", "--practice", "oak",
    )  # fmt: skip
    office.ok("person", "add", "Vic Stone", "vic@acme.example", "--practice", "oak", "--role", "vendor")
    broken = office.json("register", "fault", "1", "Door does not lock", "--vendor", "vic")
    assert (broken["status"], broken["waiting_on"], broken["deadline_on"]) == ("waiting", "vic", None)
    on(office, date(2026, 7, 6))
    office.ok("answered", str(broken["id"]), "New gasket fitted")
    assert office("done", str(broken["id"])).code == 4
    office.ok("done", str(broken["id"]), "--evidence", "Invoice 77", "--dated", "2026-07-03")
    shown = office.json("register", "show", "1")
    assert (shown["expires_on"], shown["task"], [one["done_on"] for one in shown["faults"]]) == (
        "2026-10-01", None, ["2026-07-06"],
    )  # fmt: skip
    [kept] = office.json("evidence", "list", "--practice", "oak")
    assert (kept["words"], kept["item"], kept["dated_on"]) == ("Invoice 77", "Autoclave", "2026-07-03")
