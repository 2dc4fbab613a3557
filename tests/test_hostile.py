"""Text that means ill: whoever reads it ends soon with a result or a refusal in words, and no surface obeys it."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followthru.calendars.dav import multistatus
from followthru.calendars.dav.xml import BadXmlError
from followthru.calendars.entries import NoCalendarError, entries
from followthru.calendars.ical.clean import squash
from followthru.calendars.ical.read import read as read_object
from followthru.config.reading import parse as parse_config
from followthru.domain import minutes, toml_text
from followthru.domain.plain import OBEYED, escaped, one_line, shown
from followthru.errors import FollowthruError
from followthru.exchange import kinds, playbooks, reading, sniffing, taskwarrior, todotxt
from followthru.exchange.sources import Source, from_bytes
from tests.domain.capture.world import read as read_line

ZONE = "America/New_York"
OBEYED_BY_HAND = (
    "\x1b[31m", "\x9b31m", "\x07", "\r", "\u202e", "\u2066", "\u2069", "\u200b", "\u200f", "\u2060", "\u00ad", "\ufeff",
    "\u2028", "\U000e0041",
)  # fmt: skip
SCRAPS = (
    "[", "]", "{", "}", "[[t]]", "a.b = ", "title = ", "= 1", "\'\'\'", '"""', '"', "9" * 5000, "1e999", "NaN",
    "[" * 3000,
    "{a=" * 2000, "a." * 3000, "0001-01-01", "9999-12-31T23:59:60Z", "\n", "\r\n", "\n ", ",", ";", ":", "=", "\t",
    '{"description":"a","uuid":"b","imask":1e999,"parent":"c","status":"pending"}', '{"type":"task","title":',
    "BEGIN:VCALENDAR\n", "BEGIN:VEVENT\n", "BEGIN:VTODO\n", "END:VTODO\n", "END:VCALENDAR\n", "SUMMARY:x\n",
    "RRULE:FREQ=",
    "DTSTART:00010101T000000Z\n", "DURATION:P99999999999D\n", "DUE;TZID=../../x:20270101T000000\n", "UID:a\n",
    "<D:response>", "<D:href>", "</D:href>", "- [ ] ", "decision: ", "→ task 99999999999999999", "(A) ", "due:",
    "rec:+9d ",
    "by ", "every ", "@elm ", *OBEYED_BY_HAND,
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(SCRAPS) | st.text(max_size=8), max_size=12).map("".join)


def _config(text: str) -> None:
    with suppress(FollowthruError):
        parse_config(text, Path("/nowhere/config.toml"))


def _own_files(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    playbooks.understood(data, "x.toml")
    kinds.understood(data, "x.toml")


def _imports(text: str) -> None:
    source = Source("x", text, "utf-8")
    with suppress(FollowthruError):
        sniffing.sniff(source)
    with suppress(FollowthruError):
        todotxt.read(source)
    with suppress(FollowthruError):
        taskwarrior.read(source, ZONE)
    with suppress(FollowthruError):
        from_bytes(text.encode("utf-8", "surrogatepass"), "x")
    reading.read(text.split("\n"))


def _calendar(text: str) -> None:
    read_object(text)
    with suppress(NoCalendarError):
        list(entries(text, ZoneInfo(ZONE)))
    body = f"<D:multistatus xmlns:D='DAV:'>{text}</D:multistatus>".encode("utf-8", "replace")
    with suppress(BadXmlError):
        multistatus.parse(body)


def _typed(text: str) -> None:
    assert not OBEYED.search(read_line(text).title)
    minutes.read(text)


READERS = (_config, _own_files, _imports, _calendar, _typed)


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=40)
@given(text=TEXTS)
def test_any_text_is_read_or_refused_in_words(reader: Callable[[str], None], text: str) -> None:
    reader(text)


@pytest.mark.torture
@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=5000)
@given(text=TEXTS)
def test_many_texts_are_read_or_refused_in_words(reader: Callable[[str], None], text: str) -> None:
    reader(text)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("scrap", SCRAPS)
def test_what_once_broke_a_reader_breaks_none(reader: Callable[[str], None], scrap: str) -> None:
    for text in (scrap, f"a = {scrap}", f"[{scrap}]", f'[{{"description":"a","uuid":{scrap}}}]'):
        reader(text)


@pytest.mark.parametrize(
    "text",
    [
        ".".join(["a"] * 20_000) + " = 1", "[" + ".".join(['"a"'] * 10_000) + "]", "x = { " + "a." * 20_000 + "a = 1 }",
        "a = 1\n" * 2000, "#" * 70_000, "a = " + "[" * 5000, "a = " + "9" * 5000,
    ],
)  # fmt: skip
def test_toml_that_would_take_minutes_is_refused(text: str) -> None:
    """What takes long is refused before TOML's own reader sees it; what is deep or huge by its answer."""
    import tomllib

    with pytest.raises(tomllib.TOMLDecodeError):
        toml_text.loads(text)


@given(st.lists(st.sampled_from(OBEYED_BY_HAND) | st.text(max_size=5)).map("".join))
def test_no_surface_obeys_what_it_shows(text: str) -> None:
    assert not OBEYED.search(one_line(text))
    assert not OBEYED.search(squash(text))
    assert squash(squash(text)) == squash(text)
    assert not OBEYED.search(shown(text).replace("\n", "").replace("\t", ""))
    written = escaped(json.dumps(text, ensure_ascii=False))
    assert not OBEYED.search(written)
    assert json.loads(written) == text
