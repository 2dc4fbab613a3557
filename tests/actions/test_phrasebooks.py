"""The practices' own words, from their files into the mail; no file keeps a mail from being written."""

from __future__ import annotations

from pathlib import Path

import pytest

from followthru.actions import drafting, people, updates
from followthru.actions.context import Context
from followthru.actions.drafting import draft, freshness, refresh_drafts
from followthru.actions.phrasebooks import LARGEST, Books
from followthru.actions.wording import books_of_nobody
from followthru.updates.phrases import PHRASES
from tests.storekit import FixedClock, Schema, add_person, add_practice, add_task, memory_store


@pytest.fixture
def oak(schema: Schema, clock: FixedClock, tmp_path: Path) -> Context:
    """A desk with a folder for phrase books, and a promise that Dana may see."""
    ctx = Context(memory_store(schema, clock), zone="UTC", my_name="Robin", books=Books(tmp_path))
    add_practice(ctx)
    add_person(ctx)
    add_task(ctx, "Renew cover by 15 Jul @oak-street")
    return ctx


def write(folder: Path, text: str | bytes, slug: str = "oak-street") -> None:
    (folder / f"{slug}.toml").write_bytes(text.encode() if isinstance(text, str) else text)


def body(ctx: Context) -> str:
    return updates.find(ctx.read, draft(ctx, "oak-street", "dana").update_id).body


def test_a_practice_writes_in_its_own_words(oak: Context, tmp_path: Path) -> None:
    assert "Kind regards," in body(oak)
    write(tmp_path, '[words]\ngreeting = "Dear {reader},"\nregards = "Warmly,"\n')
    assert "Dear Dana" in body(oak)
    assert "Warmly," in body(oak)
    (tmp_path / "oak-street.toml").unlink()
    assert "Kind regards," in body(oak), "the usual words come back with the file gone"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[words]\nregards = "Warmly,"\n\ngreeting = "Hi {name},"\n', 4, "greeting: {name} says nothing here."),
        ('[words]\n# mine\nregardz = "Warmly,"\n', 3, "regardz: there is no such phrase. Did you mean regards?"),
        ('regards = "Warmly,"\n', 1, "regards: there is nothing called this; a phrase stands under [words]."),
        ('[words]\ngreeting = "Hi\n', 2, "It is not TOML: "),
        ("[words\n", 1, "It is not TOML: "),
        (b'[words]\ngreeting = "\xff"\n', None, "It is not UTF-8 text."),
        (b"#" * (LARGEST + 1), None, "It is larger than 64 KiB."),
    ],
)
def test_a_book_that_is_wrong_stops_no_mail_and_says_where(
    oak: Context, tmp_path: Path, text: str | bytes, line: int | None, words: str
) -> None:
    write(tmp_path, text)
    assert "Hello Dana" in body(oak)
    [remark] = oak.books.of("oak-street").remarks
    assert remark.startswith(f"phrases/oak-street.toml{'' if line is None else f':{line}'}: {words}")
    assert remark.endswith(" The usual words stand there instead.")


def test_a_folder_in_the_place_of_a_book_stops_no_mail(oak: Context, tmp_path: Path) -> None:
    (tmp_path / "oak-street.toml").mkdir()
    assert "Hello Dana" in body(oak)
    assert "cannot be read" in oak.books.of("oak-street").remarks[0]


def test_what_is_right_in_a_book_holds_beside_what_is_wrong(oak: Context, tmp_path: Path) -> None:
    write(tmp_path, '[words]\nregards = "Warmly,"\ngreeting = "Hi {name},"\n')
    book = oak.books.of("oak-street")
    assert book.phrases == PHRASES._replace(regards="Warmly,")


def test_untouched_drafts_follow_the_book(oak: Context, tmp_path: Path) -> None:
    found = draft(oak, "oak-street", "dana").update_id
    before = freshness(oak)
    write(tmp_path, '[words]\nregards = "Warmly,"\n')
    refresh_drafts(oak, before)
    assert "Warmly," in updates.find(oak.read, found).body
    assert drafting.freshness(oak) != before


def test_a_book_that_no_practice_has_the_name_of_is_told(oak: Context, tmp_path: Path) -> None:
    write(tmp_path, "", "oakstreet")
    write(tmp_path, "")
    assert books_of_nobody(oak) == ["phrases/oakstreet.toml: there is no practice oakstreet. Did you mean oak-street?"]


def test_the_period_of_an_update_drafted_by_hand_is_the_readers_day(oak: Context) -> None:
    """At noon in UTC the next day has begun on Kiritimati (UTC+14)."""
    people.edit(oak, "oak-street", "dana", {"timezone": "Pacific/Kiritimati"})
    assert "update for Thu 2 Jul" in body(oak)
