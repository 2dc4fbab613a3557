"""Evidence on the command line: refused without, kept with, listed for an audit, its files looked after."""

from __future__ import annotations

from pathlib import Path

from tests.clikit import Cli


def test_a_duty_that_has_to_be_shown(office: Cli, tmp_path: Path) -> None:
    file = tmp_path / "analysis.pdf"
    file.write_bytes(b"risks")
    office.ok("add", "Risk analysis deadline 1 aug @oak-street")
    office.ok("edit", "1", "evidence=yes")
    refused = office("done", "1")
    assert refused.code == 4
    assert "`followthru done 1 --evidence …` takes a note, an address or a file." in refused.err
    assert "needed to close it" in office.ok("show", "1")
    assert office("done", "1", "--dated", "2026-06-30").code == 2
    assert office("done", "1", "--evidence", "./gone.pdf").code == 3
    done = office.json("done", "1", "--evidence", str(file), "--evidence", "Board minutes", "--dated", "2026-06-30")
    assert done["status"] == "done"
    shown = office.json("show", "1")
    assert (shown["needs_evidence"], [one["form"] for one in shown["evidence"]]) == (True, ["file", "note"])
    listed = office.json("evidence", "list", "--practice", "oak", "--from", "2026-06-01", "--to", "2026-06-30")
    assert listed == shown["evidence"]
    assert office.json("evidence", "list", "--practice", "oak", "--from", "2026-07-01") == []
    assert (
        office.ok("evidence", "list", "--practice", "oak", "--csv").splitlines()[0].startswith("id,practice,dated_on")
    )
    assert "Tue 30 Jun  Risk analysis (task 1)  note: Board minutes" in office.ok(
        "evidence", "list", "--practice", "oak"
    )
    assert office.json("evidence", "check") == []
    file.unlink()
    checked = office("evidence", "check")
    assert (checked.code, checked.err) == (1, "1 file looked at, 1 fault.\n")
    assert checked.out == f"{file} cannot be read: No such file or directory.  (task 1 @oak-street)\n"


def test_evidence_can_come_later(office: Cli) -> None:
    office.ok("add", "Drill @oak-street")
    office.ok("done", "1")
    office.ok("evidence", "add", "1", "https://drill.example/report", "--dated", "2026-06-30")
    assert [one["form"] for one in office.json("show", "1")["evidence"]] == ["link"]
    office.ok("undo")
    assert office.json("show", "1")["evidence"] == []
    assert office("edit", "1", "evidence=maybe").code == 2
