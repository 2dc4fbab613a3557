"""`update words`, and `config check` with phrase books."""

from __future__ import annotations

from followthru.config.places import home
from tests.cli.test_cli_updates import configure, drafted
from tests.clikit import Cli


def write(text: str, slug: str = "oak-street") -> None:
    path = home().config.parent / "phrases" / f"{slug}.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_words_are_written_changed_and_used(office: Cli) -> None:
    configure()
    assert '# greeting = "Hello {reader},"' in office.ok("update", "words", "oak")
    office.ok("update", "words", "oak-street", "--write")
    file = home().config.parent / "phrases" / "oak-street.toml"
    file.write_text(file.read_text("utf-8").replace('# regards = "Kind regards,"', 'regards = "Warmly,"'), "utf-8")
    assert 'regards = "Warmly,"' in office.ok("update", "words", "oak-street").splitlines()
    assert "Warmly," in drafted(office)["body"]
    assert office("config", "check").code == 0
    again = office("update", "words", "oak-street", "--write")
    assert (again.code, "is there already" in again.err) == (4, True)
    assert 'regards = "Warmly,"' in file.read_text("utf-8")


def test_what_is_wrong_is_said_where_it_is_read_and_stops_nothing(office: Cli) -> None:
    configure()
    write('[words]\nregards = "Warmly,"\ngreeting = "Hi {name},"\n')
    wrong = "phrases/oak-street.toml:3: greeting: {name} says nothing here. Known here: {reader}."
    draft = drafted(office)
    assert draft["phrase_book"] == [f"{wrong} The usual words stand there instead."]
    assert "Hello Dana" in draft["body"]
    assert "Warmly," in draft["body"]
    assert f"words:    {wrong}" in office.ok("update", "show", "1")
    assert wrong in office("update", "words", "oak-street").err
    checked = office("config", "check", "--json")
    assert checked.code == 1
    assert wrong in checked.out
    assert wrong in checked.err
    office.ok("update", "approve", "1", "--yes")


def test_a_book_with_another_name_is_told(office: Cli) -> None:
    write("", "oakstreet")
    assert "there is no practice oakstreet. Did you mean oak-street?" in office("config", "check").err


def test_json_says_what_may_stand_in_each_phrase_and_how_own_words_sound(office: Cli) -> None:
    write('[words]\nregards = "Hurry!!"\n')
    found = office.json("update", "words", "oak-street")
    words = {one["name"]: one for one in found["words"]}
    assert (found["practice"], found["exists"], found["problems"]) == ("oak-street", True, [])
    assert words["regards"] == {
        "name": "regards", "text": "Hurry!!", "own": True, "placeholders": [], "needed": [], "tone": ["shouting"],
    }  # fmt: skip
    assert words["moved_plain"]["placeholders"] == ["task", "before", "day"]
    assert words["moved_plain"]["needed"] == ["task", "day"]
