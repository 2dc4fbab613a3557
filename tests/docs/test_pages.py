"""What the pages point at exists, and what is made from tables is as the tables are now."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from followthru.actions.registry import COMMANDS
from followthru.cli import describe
from followthru.cli.commands import entries
from followthru.config.places import home
from followthru.config.reading import check
from followthru.exchange import kinds
from followthru.updates import cadence
from followthru.updates.phrases import Phrases
from tests.docs.pages import PAGES, ROOT, Written, name_of, steps

EVERY = (*PAGES, *(ROOT / f"{name}.md" for name in ("CHANGELOG", "CONTRIBUTING", "NOTICES", "SECURITY")))
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"^```.*?^```$|`[^`\n]+`", re.MULTILINE | re.DOTALL)


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """Yield the file and the heading that each link to this repository names."""
    for target in _LINK.findall(_CODE.sub("", page.read_text("utf-8"))):
        if not re.match(r"[a-z]+:", target):
            path, _, anchor = target.partition("#")
            yield (page.parent / path).resolve() if path else page, anchor


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, made as forges make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", EVERY, ids=name_of)
def test_links_lead_to_files_and_headings(page: Path) -> None:
    for file, anchor in links(page):
        assert file.exists(), file
        assert not anchor or anchor in anchors(file), f"{file}#{anchor}"


def test_every_page_is_in_the_index() -> None:
    index = ROOT / "docs" / "README.md"
    own = {page for page in PAGES if page.parent.parent == ROOT / "docs" and page.parent.name != "decisions"}
    assert own <= {file for file, _ in links(index)}


@pytest.mark.parametrize("page", EVERY, ids=name_of)
def test_no_page_names_a_machine(page: Path) -> None:
    text = page.read_text("utf-8")
    assert re.findall(r"(?<![\w.~$}])/(?:home|root|work|tmp|Users|mnt|opt)/\S*", text) == []


def test_the_reference_has_every_command() -> None:
    text = describe.commands_page()
    assert {command.id for command in COMMANDS if command.cli} == describe.known()
    assert all(f"\n### {name}\n\n    followthru {name}" in text for name in describe.known())
    assert "\b" not in text
    assert "\\b" not in text


def test_every_command_has_a_key_that_any_terminal_sends() -> None:
    for command in COMMANDS:
        if command.keys:
            assert any(re.fullmatch(r"[!-~]|space|enter|ctrl\+[a-z]", key) for key in command.keys), command.id


@pytest.mark.parametrize("page", EVERY, ids=name_of)
def test_commands_in_running_text_exist(page: Path) -> None:
    names = {name.split()[0] for name in describe.known()}
    for words in re.findall(r"`followthru ([a-z]+)(?: ([a-z]+))?[^`]*`", page.read_text("utf-8")):
        assert words[0] in names, words
        groups = {name.split()[0] for name in describe.known() if " " in name}
        groups -= {entry.name for entry in entries().values() if entry.otherwise or entry.bare or entry.where}
        assert words[0] not in groups or " ".join(words) in describe.known(), words


@pytest.mark.parametrize("page", EVERY, ids=name_of)
def test_make_targets_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:`|\$ )make ([a-z-]+)", page.read_text("utf-8"))) <= targets


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_settings_that_pages_show_are_right(page: Path, tmp_path: Path) -> None:
    for number, text in enumerate(
        re.findall(r"^```toml\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    ):
        content = tomllib.loads(text)
        assert content
        if content.keys() <= set(Phrases._fields):  # lines for the table that a phrase book has already
            continue
        if "task_kind" in content:  # a kind of register items
            assert kinds.understood(text.encode(), "own.toml").lines() == []
            continue
        file = tmp_path / f"{number}.toml"
        file.write_text(text, encoding="utf-8")
        check(file, parse_cadence=cadence.parse)


def test_cadences_that_pages_show_are_right() -> None:
    shown = {
        one
        for page in PAGES
        for one in re.findall(r"\b(?:daily|weekly|fortnightly|monthly)[:@][\w:@]+", page.read_text("utf-8"))
    }
    assert len(shown) >= 4
    for one in shown:
        cadence.parse(one)


def test_files_are_where_the_readme_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FOLLOWTHRU_HOME")
    table = (ROOT / "README.md").read_text("utf-8").partition("## Where things are")[2]
    linux = [line.split("|")[2].strip(" `") for line in table.splitlines() if line.startswith("| ") and "~" in line]
    own = home()
    assert [Path(path).expanduser() for path in linux] == [own.config, own.database, own.logs, own.run]


def test_written_files_are_used() -> None:
    """A page that has its reader write a file goes on to try something."""
    for page in PAGES:
        found = steps(page.read_text("utf-8"))
        assert not found or not isinstance(found[-1], Written), page
