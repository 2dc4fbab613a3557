"""Lists and packages that go out: what they hold, what stays behind, and that they come in again as they were."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followthru.actions import foreign_ics
from followthru.actions.context import Context
from followthru.actions.exporting import export_lines
from followthru.actions.importing import import_lines
from followthru.actions.package import pack
from followthru.actions.taking_out import take
from followthru.config.places import home
from followthru.domain import fields
from followthru.domain.changes import Action, Change, Scalar, create
from followthru.domain.fields import Field, Kind, Sees
from followthru.errors import FollowthruError
from followthru.exchange.sources import Source
from followthru.store import journal
from tests.clikit import Cli
from tests.exchange.test_round_trip import BY_KIND, STEPS, VALUES, prepared
from tests.exchange.test_round_trip import take as step_taken
from tests.storekit import memory_ctx

OURS, OTHER, PRIVATE = 1, 2, 3
OWN_WORDS = ("notes", "note", "answer", "minutes", "agenda")
# What names a thing, of which there is one.
UNIQUE = ("slug", "handle", "uid", "email")


def canary(entity: str, field: Field, id: int) -> Scalar:
    """Return what a row says: its own kind of word for whose it is, where a field takes any word."""
    said = VALUES.get(entity, {}).get(field.name)
    if field.ref is not None:
        # What a row may refer to and need not is the other practice's, but for what guards would never let be so.
        inside = (
            field.required or field.ref in ("practice", "person") or field.name in ("task_id", "run_id") or id != OURS
        )
        return (OURS if id == PRIVATE and field.ref != "task" else id) if inside else OTHER
    if field.name == "audience":
        return "me" if id == PRIVATE else "owners"
    if field.name in UNIQUE:
        unique = f"{id:08}-0000-4000-8000-{fields.ENTITIES.index(entity):012}"
        return unique if field.name == "uid" else f"{word(entity, field, id).lower()}@x.example"
    if field.kind is Kind.DATE:
        return f"2026-07-{id + 1:02}"
    if field.kind is not Kind.TEXT or said is not None:
        return said if said is not None else BY_KIND[field.kind]
    return word(entity, field, id)


def word(entity: str, field: Field, id: int) -> str:
    own = field.name in OWN_WORDS and field.sees is Sees.PM and field.kind is Kind.TEXT
    return f"{'OTHER' if id == OTHER else 'PRIVATE' if own or id == PRIVATE else 'ours'}-{entity}-{field.name}"


def row_of(entity: str, id: int) -> Change:
    row = {field.name: canary(entity, field, id) for field in fields.of(entity)}
    for name, value in (("slug", "oak" if id == OURS else "elm"), ("handle", "ana" if id == OURS else "zed")):
        if name in row:
            row[name] = value
    if entity == "past_case":
        row["site"] = "oak" if id == OURS else "elm"
    for name in ("retired_on", "update_id"):
        row |= {name: None} if name in row else {}
    if entity == "dependency":
        row["needs_id"] = PRIVATE
    return create(entity, id, row)


@pytest.fixture
def two(schema: bytes) -> Context:
    """A desk with one of everything at two practices, and at the first one of everything that can be private."""
    ctx = memory_ctx(schema)
    changes = [row_of(entity, id) for entity in fields.ENTITIES for id in (OURS, OTHER)]
    alone = [name for name in fields.ENTITIES if "audience" in fields.by_name(name) or name == "raise_note"]
    changes += [row_of(entity, PRIVATE) for entity in (*alone, "evidence", "checklist_item") if entity != "update"]
    with ctx.acting() as tx:
        journal.apply(tx, Action("test", "everything", tuple(changes)))
    return ctx


def contents(path: Path) -> dict[str, str]:
    """Return every file of a package."""
    if path.is_dir():
        return {file.name: file.read_text(encoding="utf-8") for file in path.iterdir()}
    with zipfile.ZipFile(path) as archive:
        return {Path(name).name: archive.read(name).decode() for name in archive.namelist()}


@pytest.mark.parametrize("name", ["oak", "oak.zip"])
def test_a_package_holds_nothing_of_another_practice_and_nothing_private(
    two: Context, tmp_path: Path, name: str
) -> None:
    packed = pack(two, "oak", tmp_path / name)
    files = contents(tmp_path / name)
    text = "\n".join((*files, *files.values()))
    assert [line for line in text.splitlines() if "OTHER" in line or "elm" in line or "zed" in line] == []
    assert [line for line in text.splitlines() if "PRIVATE" in line] == []
    said = set(files["README.md"].replace("\\", "").replace("|", " ").split())
    assert {"ours-task-title", "ours-register_item-title", "ours-goal-title", "ours-run-title"} <= said
    assert packed.left_out["task"] == 1
    assert packed.left_out["notes of task"] == 1
    assert "1 private task" in files["README.md"]


def test_what_is_private_goes_along_when_it_is_asked_for_and_still_nothing_of_another(
    two: Context, tmp_path: Path
) -> None:
    pack(two, "oak", tmp_path / "oak", private=True)
    text = "\n".join(contents(tmp_path / "oak").values())
    assert "OTHER" not in text
    for said in ("PRIVATE-task-title", "PRIVATE-task-notes", "PRIVATE-register_item-title", "PRIVATE-evidence-words"):
        assert said in text


def test_a_package_is_checked_by_its_hashes_and_goes_into_an_empty_store(
    two: Context, schema: bytes, tmp_path: Path
) -> None:
    pack(two, "oak", tmp_path / "oak")
    files = contents(tmp_path / "oak")
    for line in files["SHA256SUMS"].splitlines():
        digest, _, name = line.partition("  ")
        assert hashlib.sha256((tmp_path / "oak" / name).read_bytes()).hexdigest() == digest
    assert set(files) == {line.split("  ")[1] for line in files["SHA256SUMS"].splitlines()} | {"SHA256SUMS"}
    copy = memory_ctx(schema)
    import_lines(copy, files["followthru.jsonl"].splitlines(), "followthru.jsonl")
    assert [f"{line}\n" for line in export_lines(copy)] == files["followthru.jsonl"].splitlines(keepends=True)
    assert (tmp_path / "oak").stat().st_mode & 0o777 == 0o700
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in (tmp_path / "oak").iterdir())


def test_a_package_holds_a_playbook_without_what_is_the_pms_alone(office: Cli, tmp_path: Path) -> None:
    file = home().config.parent / "playbooks" / "part.toml"
    file.parent.mkdir(parents=True)
    head = 'playbook = 1\nversion = 1\ntitle = "Part ways"\nsource = "Mine"\ncheck_your_state = "Do"\nanchor = "Day"\n'
    mine = '[[steps]]\nkey = "talk"\ntitle = "CANARY step"\naudience = "me"\nbefore = 1\nnote = "CANARY note"\n'
    keys = '[[steps]]\nkey = "keys"\ntitle = "Keys"\npublic = "Keys"\nafter = "talk"\ndays = 1\nnote = "CANARY too"\n'
    file.write_text(head + mine + keys)
    office.ok("playbook", "run", "part", "--practice", "oak-street", "--anchor", "2026-08-03")
    file.write_text(head.replace("Part ways", "CANARY run") + mine)
    office.ok("playbook", "run", "part", "--practice", "oak-street", "--anchor", "2026-09-01")
    office.ok("export", str(tmp_path / "out"), "--practice", "oak-street", "--package")
    every = contents(tmp_path / "out")
    assert not [name for name, text in every.items() if "CANARY" in text]
    [run] = [line for line in map(json.loads, every["followthru.jsonl"].splitlines()) if line["type"] == "run"]
    assert [step["title"] for step in json.loads(run["book"])["steps"]] == ["Private step", "Keys"]
    office.ok("export", str(tmp_path / "all"), "--practice", "oak-street", "--package", "--private")
    assert contents(tmp_path / "all")["followthru.jsonl"].count("CANARY") > 3


def test_minutes_stay_behind_with_the_lines_that_became_tasks(office: Cli, tmp_path: Path) -> None:
    office.ok("meeting", "add", "oak-street", "2026-06-30")
    office("meeting", "minutes", "1", "--file", "-", stdin="CANARY words\n- [ ] Call the bank *private CANARY\n")
    office("export", str(tmp_path / "out"), "--practice", "oak-street", "--package")
    every = contents(tmp_path / "out")
    assert '"type":"meeting"' in every["followthru.jsonl"]
    assert not [name for name, text in every.items() if "CANARY" in text]


def test_a_place_that_holds_something_is_not_written_over(two: Context, tmp_path: Path) -> None:
    (tmp_path / "oak").mkdir()
    (tmp_path / "oak" / "mine").write_text("x")
    (tmp_path / "oak.zip").write_text("x")
    for name in ("oak", "oak.zip"):
        with pytest.raises(FollowthruError, match="holds something already"):
            pack(two, "oak", tmp_path / name)
    assert [file.name for file in (tmp_path / "oak").iterdir()] == ["mine"]


@given(steps=st.lists(STEPS, max_size=20))
@settings(max_examples=15)
def test_a_list_of_tasks_comes_back_as_it_was(schema: bytes, steps: list[tuple[object, ...]]) -> None:
    ctx = prepared(schema)
    for step in steps:
        try:
            step_taken(ctx, step)
        except FollowthruError:
            continue
    for practice in (None, "oak-street"):
        taken = take(ctx, "tasks", "json", practice=practice, private=True)
        copy = memory_ctx(schema)
        import_lines(copy, "".join(taken.pieces).splitlines(), "tasks.json")
        assert take(copy, "tasks", "json", practice=practice, private=True).pieces == taken.pieces
        for form in ("csv", "markdown"):
            again = take(copy, "tasks", form, practice=practice, private=True)
            assert again.pieces == take(ctx, "tasks", form, practice=practice, private=True).pieces


def test_todos_that_go_out_are_read_again(office: Cli, tmp_path: Path) -> None:
    office.ok("add", "Renew; the, lease by 15 jul @oak-street #legal !high")
    office.ok("add", "Ask around @oak-street")
    office.ok("edit", "2", "parent=1", "notes=line one")
    office.ok("done", "2")
    file = tmp_path / "open.ics"
    office.ok("export", str(file), "--as", "tasks", "--where", "all", "--private")
    found = foreign_ics.read(Source("open.ics", file.read_bytes().decode(), "utf-8"), "UTC")
    lease, ask = found.tasks
    assert (lease.title, str(lease.target_on), lease.priority, lease.tags) == (
        "Renew; the, lease", "2026-07-15", "high", ("legal",),
    )  # fmt: skip
    assert (ask.parent, str(ask.status), str(ask.done_on), ask.notes) == (
        lease.key,
        "done",
        "2026-07-01",
        ("line one",),
    )
    assert max(map(len, file.read_bytes().split(b"\r\n"))) <= 75


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Honolulu", "UTC"])
def test_a_todo_is_done_on_its_day_wherever_its_practice_is(office: Cli, zone: str) -> None:
    office.ok("practice", "edit", "oak-street", f"timezone={zone}")
    office.ok("add", "Ask around @oak-street")
    done = office.json("done", "1")
    text = office.ok("export", "--as", "tasks", "--where", "all", "--format", "ics")
    [found] = foreign_ics.read(Source("open.ics", text, "utf-8"), zone).tasks
    assert str(found.done_on) == done["done_on"]


def test_a_filter_narrows_what_goes_out_and_no_cell_is_a_formula(office: Cli) -> None:
    office.ok("add", "=1+1 @oak-street #legal")
    office.ok("add", "Other @oak-street")
    office.ok("add", "Mine #legal")
    answer = office("export", "--as", "tasks", "--where", "#legal")
    rows = list(csv.DictReader(io.StringIO(answer.out)))
    assert [row["title"] for row in rows] == ["'=1+1"]
    assert "Left out, because it is private: 1 private task" in answer.err
    every = office.ok("export", "--as", "tasks", "--format", "markdown", "--private", "--where", "#legal")
    assert "| Mine |" in every
    assert office("export", "--as", "people", "--where", "#legal").code == 2
    assert office("export", "--as", "people", "--format", "ics").code == 2
    assert office("export", "x", "--practice", "oak").code == 2
    assert office("export", "x", "--package").code == 2


@pytest.mark.parametrize(
    "kind", ["people", "registers", "duties", "promises", "evidence", "goals", "readings", "hours", "runs"]
)
def test_every_list_has_a_table_and_lines(two: Context, kind: str) -> None:
    text = "".join(take(two, kind, "csv", practice="oak", private=True).pieces)
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert rows
    assert all(len(row) == len(header) for row in rows)
    assert "OTHER" not in text
    lines = [json.loads(line) for line in take(two, kind, "json", practice="oak", private=True).pieces]
    assert "OTHER" not in json.dumps(lines)
    assert len(lines) > 2
