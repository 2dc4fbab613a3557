"""Readings of a table: brought in as one step, known again, and refused by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from followthru.actions import goals, history
from followthru.actions.bringing import bring
from followthru.actions.context import Context
from followthru.actions.import_choices import Brought, Choices
from followthru.domain.task import Audience
from followthru.exchange.sources import from_bytes
from followthru.store import goals as stored
from tests.clikit import Cli, cli, office
from tests.storekit import add_practice

__all__ = ["cli", "office"]

TABLE = """Month end;Measure;Clinic;Value;Remark;Not ours
31/05/2026;AR days;Oak Street;47 days;Before the letters;x
30/06/2026;ar-days;oak-street;44;;x
31/05/2026;no-shows;elm;7.5%;;x
"""


@pytest.fixture
def desk(ctx: Context) -> Context:
    """Two practices, each with a goal of its own."""
    add_practice(ctx)
    add_practice(ctx, "elm")
    goals.add(ctx, "ar-days", "oak-street", {"audience": "team"})
    goals.add(ctx, "no-shows", "elm", {})
    return ctx


def brought(ctx: Context, text: str, **given: str) -> Brought:
    return bring(ctx, [from_bytes(text.encode(), "kpis.csv")], Choices(kind="readings", given=given))


def kept(ctx: Context) -> list[tuple[int, str, str, str | None]]:
    found = stored.readings(ctx.read, [1, 2])
    return [(one.goal_id, one.on.isoformat(), str(one.value), one.note) for each in found.values() for one in each]


def test_a_table_comes_in_as_one_step(desk: Context) -> None:
    done = brought(desk, TABLE)
    assert (done.words, done.bad, done.files[0].new) == ("Imported 3 readings from 1 file", 0, 3)
    assert kept(desk) == [
        (1, "2026-05-31", "47", "Before the letters"), (1, "2026-06-30", "44", None), (2, "2026-05-31", "7.5", None),
    ]  # fmt: skip
    assert stored.readings(desk.read, [1])[1][0].audience is Audience.TEAM
    again = brought(desk, TABLE)
    assert (again.action_id, again.files[0].known) == (None, 3)
    history.undo(desk)
    assert kept(desk) == []
    history.redo(desk)
    assert len(kept(desk)) == 3


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("31/13/2026;ar-days;oak-street;41", "is no day of any calendar"),
        ("31/12/2099;ar-days;oak-street;41", "is still to come"),
        ("31/05/2026;ar-days;oak-street;lots", "“lots” is no figure"),
        ("31/05/2026;ar-days;oak-street;41 %", "is in another unit"),
        ("31/05/2026;ar-days;oak-street;", "has no value"),
        (";ar-days;oak-street;41", "has no day"),
        ("31/05/2026;;oak-street;41", "names no goal"),
        ("31/05/2026;ar-dys;oak-street;41", "Did you mean"),
        ("31/05/2026;no-shows;oak-street;41", "There is no goal no-shows"),
        ("31/05/2026;ar-days;ok-street;41", "there is no practice “ok-street”. Did you mean oak-street?"),
        ("30/06/2026;ar-days;oak-street;43", "is 44 days on Tue 30 Jun 2026 already: `goal read` corrects it"),
    ],
)
def test_a_bad_row_is_said_by_line_and_the_others_come_in(desk: Context, row: str, words: str) -> None:
    text = f"Date;Goal;Practice;Value\n30/06/2026;ar-days;oak-street;44\n{row}\n30/04/2026;no-shows;elm;8\n"
    done = brought(desk, text)
    assert list(done.files[0].bad) == [3]
    assert words in done.files[0].bad[3]
    assert [one[:3] for one in kept(desk)] == [(1, "2026-06-30", "44"), (2, "2026-04-30", "8")]


def test_a_retired_goal_takes_none(desk: Context) -> None:
    goals.retire(desk, 1)
    done = brought(desk, "Date,Goal,Value\n2026-05-31,1,41\n")
    assert "is retired" in done.files[0].bad[2]


def test_one_goal_for_all_rows(office: Cli, tmp_path: Path) -> None:
    office.ok("goal", "add", "ar-days", "--practice", "oak")
    file = tmp_path / "ar.csv"
    file.write_text("Month end,Days in AR\n2026-05-31,47\n2026-06-30,44\n", "utf-8")
    words = ("goal", "import", str(file), "--goal", "ar-days", "--practice", "oak", "--map", "Days in AR=value")
    preview = office.ok(*words, "--dry-run")
    assert "Days in AR -> value (as you said)" in preview
    assert office.json("goal", "show", "1")["readings"] == []
    assert office.json(*words)["counts"] == {"reading": 2}
    assert office.json("goal", "show", "1")["value"] == "44"
    office.ok("undo")
    assert office.json("goal", "show", "1")["readings"] == []
