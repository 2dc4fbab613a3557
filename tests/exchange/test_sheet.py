"""Tables from elsewhere: what parts their cells, what their columns are, how their dates are read, what is wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.domain.dateword import DateOrder
from followthru.domain.plain import shown
from followthru.errors import UsageError
from followthru.exchange import csv_table
from followthru.exchange.columns import Layout, Shape, Target, layout_text, of_field, read_layout
from followthru.exchange.csv_table import Table, row_text
from followthru.exchange.days import read_day
from followthru.exchange.sheet import Sheet
from followthru.exchange.sources import Source, UnreadableError
from followthru.exchange.values import WrongValueError

SHAPE = Shape(
    "tasks",
    (
        of_field("task", "title", "name", "task", required=True),
        of_field("task", "target_on", "due", "due date"),
        of_field("task", "starts_on", "start date"),
        Target("tags", ("labels",), many=True),
        of_field("task", "notes", "description", many=True),
    ),
    {"promised_on": "nobody was told it"},
)


def sheet(text: str, said: dict[str, str] | None = None, dates: DateOrder | None = None) -> Sheet:
    """Return the sheet that a text is."""
    return Sheet(Table(Source("list.csv", text, "utf-8")), SHAPE, said, dates)


@pytest.mark.parametrize("part", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_what_parts_cells_and_lines_is_found(part: str, end: str) -> None:
    rows = [("Name", "Due Date"), (f'Pay {part} "now"', "2027-01-15"), ("Two\nlines", "")]
    text = end.join(part.join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in rows)
    found = sheet(text)
    assert found.table.delimiter == part
    first, second = found.rows()
    assert (first.line, first.texts, first.days) == (
        2,
        {"title": f"Pay {part.strip()} 'now'".replace("'", '"').replace("  ", " ")},
        {"target_on": date(2027, 1, 15)},
    )
    assert (second.line, second.texts["title"]) == (3, "Two lines")


def test_excels_own_line_and_empty_lines_before_the_header_are_passed_over() -> None:
    found = sheet("sep=;\r\n\r\nTask;Due\r\nA,b;2027-01-15\r\n")
    assert [(row.line, row.texts["title"]) for row in found.rows()] == [(4, "A,b")]


def test_columns_are_guessed_said_or_kept_as_notes_with_their_name() -> None:
    found = sheet(
        'Task,Colour,Description,Start Date,Labels,Labels,#problem\nA,red,"one\ntwo",2027-01-02,x,y,no\n',
        {"colour": "-"},
    )
    assert [(one.header, one.to, one.guessed) for one in found.columns] == [
        ("Task", "title", True), ("Colour", "", False), ("Description", "notes", True),
        ("Start Date", "starts_on", True), ("Labels", "tags", True), ("Labels (2)", "tags", True),
        ("#problem", "", True),
    ]  # fmt: skip
    (row,) = found.rows()
    assert (row.notes, row.texts["tags"]) == (("one\ntwo",), "x, y")
    (row,) = sheet("Task,Colour\nA,red\n").rows()
    assert row.notes == ("Colour: red",)


@pytest.mark.parametrize(
    ("text", "said", "words"),
    [
        ("Nme,Due\na,b\n", {}, "No column is the title"),
        ("Task,Due\na,b\n", {"Du": "notes"}, "There is no column “Du”. Did you mean Due?"),
        ("Task,Due\na,b\n", {"Due": "targt_on"}, "Tasks have no targt_on. Did you mean target_on?"),
        ("Task,Due\na,b\n", {"Due": "promised_on"}, "No column can be promised_on: nobody was told it"),
        ("Task,Due,Second\na,b,c\n", {"Second": "title", "Task": "title"}, "cannot both be title"),
    ],
)
def test_what_cannot_be_a_mapping_is_said(text: str, said: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        sheet(text, said)
    assert words in caught.value.sentences()


def test_where_day_and_month_could_be_either_nothing_is_guessed() -> None:
    with pytest.raises(UsageError, match="“03/04/2026” may have the day first") as caught:
        sheet("Task,Due\na,03/04/2026\n")
    assert "--dates dmy" in caught.value.remedy
    (row,) = sheet("Task,Due\na,03/04/2026\n", dates=DateOrder.MDY).rows()
    assert row.days["target_on"] == date(2026, 3, 4)


def test_another_row_of_the_file_decides_and_is_named() -> None:
    found = sheet("Task,Due,Start date\na,03/04/2026,\nb,,23/04/2026\n")
    assert (found.order, found.because) == (DateOrder.DMY, "23/04/2026")
    assert [row.days for row in found.rows()] == [
        {"target_on": date(2026, 4, 3)}, {"starts_on": date(2026, 4, 23)},
    ]  # fmt: skip
    with pytest.raises(UsageError, match="in two orders"):
        sheet("Task,Due\na,23/04/2026\nb,04/23/2026\n")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-04-03", date(2026, 4, 3)), ("2026-4-3 17:00", date(2026, 4, 3)), ("2026/04/03", date(2026, 4, 3)),
        ("20260403T120000Z", date(2026, 4, 3)), ("3.4.2026", date(2026, 4, 3)), ("03/04/26", date(2026, 4, 3)),
        ("3 Apr 2026", date(2026, 4, 3)), ("April 3rd, 2026", date(2026, 4, 3)), ("03-Apr-26", date(2026, 4, 3)),
        ("Apr 3, 2026, 5:00 PM", date(2026, 4, 3)),
    ],
)  # fmt: skip
def test_dates_are_read_as_other_programs_write_them(text: str, day: date) -> None:
    assert read_day(text, DateOrder.DMY) == day


@pytest.mark.parametrize("text", ["31/02/2026", "2026-13-01", "soon", "46115", "0000-01-01", "9" * 500])
def test_what_is_no_date_is_a_fault_of_its_row_and_column(text: str) -> None:
    with pytest.raises(WrongValueError):
        read_day(text, DateOrder.DMY)
    (row,) = sheet(f"Task,Due\na,{text}\n").rows()
    assert [(fault.line, fault.key) for fault in row.faults] == [(2, "Due")]


def test_hostile_tables_end_with_a_line_and_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnreadableError, match=r"list\.csv:2: a quote that begins here is not closed"):
        list(sheet('Task\n"a\nb\nc').rows())
    with pytest.raises(UnreadableError, match=r"list\.csv:2: a cell is longer than"):
        list(sheet(f"Task\n{'x' * 200_000}\n").rows())
    with pytest.raises(UnreadableError, match="more than 200 columns"):
        sheet(",".join(f"c{at}" for at in range(300)))
    with pytest.raises(UnreadableError, match="holds no table"):
        sheet("\n , ,\n")
    monkeypatch.setattr(csv_table, "MOST_ROWS", 3)
    with pytest.raises(UnreadableError, match=r"list\.csv:5: there are more than 3 rows"):
        list(sheet("Task\n" + "a\n" * 9).rows())


def test_a_row_with_more_cells_than_the_header_is_a_fault_and_control_characters_go() -> None:
    first, second = sheet("Task,Due\na,,extra\n\u202eevil\x1b[31m,\n").rows()
    assert first.faults[0].words == "has more cells than the header: “extra”"
    assert second.texts["title"] == "evil[31m"


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=20), min_size=1))
def test_what_is_written_is_read_again_and_no_cell_is_a_formula(cells: list[str]) -> None:
    text = f"{row_text(f'c{at}' for at in range(len(cells)))}\n{row_text(cells)}\n"
    table = Table(Source("x.csv", text, "utf-8"), ",")
    found = [record.cells for record in table.records()]
    assert found == ([tuple(map(shown, cells))] if any(csv_table.cell(cell).strip() for cell in cells) else [])
    for cell in cells:
        written = csv_table.cell(cell)
        assert not written.startswith(("=", "+", "@")) or written == ""
        assert not written.startswith("-") or written[1:].replace(".", "").isdecimal()


def test_a_mapping_is_kept_and_read_again(tmp_path: Path) -> None:
    layout = Layout({"Due Date": "target_on", "Colour": ""}, {"Oak St.": "oak-street"}, "mdy", "tasks")
    file = tmp_path / "map.toml"
    file.write_text(layout_text(layout), encoding="utf-8")
    assert read_layout(file) == layout


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('dates = "mdy"\ncolums = 1\n', ":2: colums: there is no such key. Did you mean columns?"),
        ('[columns]\n"a" = "title"\n"b" = 1\n', ":3: b: it is no text"),
        ("dates = [\n", "is no TOML"),
    ],
)
def test_what_is_wrong_with_a_kept_mapping_is_told_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "map.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        read_layout(file)
    assert words in caught.value.sentences()
