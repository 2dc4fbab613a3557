"""Sigils, twins, quotes and escapes: what counts, what stays text."""

from __future__ import annotations

import pytest

from tests.domain.capture.world import found, read, said


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("x #insurance", {"tags": ("insurance",)}),
        ("#insurance x", {"tags": ("insurance",)}),
        ("x #a #B #a-b.c", {"tags": ("a", "B", "a-b.c")}),
        ("x #Tax #tax", {"tags": ("Tax",)}),
        ("x #été,", {"tags": ("été",)}),
        ("x tag:insurance", {"tags": ("insurance",)}),
        ("x Tag:insurance", {"tags": ("insurance",)}),
        ("x !high", {"priority": "high"}),
        ("x !LOW.", {"priority": "low"}),
        ("x pri:high", {"priority": "high"}),
        ("x ~5d", {"buffer_days": 5}),
        ("x ~0d", {"buffer_days": 0}),
        ("x ~999d", {"buffer_days": 999}),
        ("x ~007D", {"buffer_days": 7}),
        ("x buffer:5d", {"buffer_days": 5}),
        ("x kind:licence-renewal", {"kind": "licence-renewal"}),
        ("x Kind:Report,", {"kind": "Report"}),
        ("x *private", {"audience": "me"}),
        ("x audience:me", {"audience": "me"}),
        ("x audience:owners", {"audience": "owners"}),
        ("x audience:Team", {"audience": "team"}),
        ("x @oak-street", {"practice": "oak-street"}),
        ("x @Oak-Street,", {"practice": "oak-street"}),
        ("@elm +kim x", {"practice": "elm", "assignee": "kim"}),
        ("+kim x @elm", {"practice": "elm", "assignee": "kim"}),
        ("x +kim@elm.example @elm", {"practice": "elm", "assignee": "kim"}),
        ("x +Kim. @elm", {"practice": "elm", "assignee": "kim"}),
        ("x +k @elm", {"practice": "elm", "assignee": "kim"}),
        ("x +mv @oak-street", {"practice": "oak-street", "assignee": "marisol"}),
        ("x +dana @oak-street", {"practice": "oak-street", "assignee": "dana"}),
        ("x !high !high", {"priority": "high"}),
    ],
)
def test_sigils_and_twins(line: str, fields: dict[str, object]) -> None:
    assert found(line) == {"title": "x", **fields}


@pytest.mark.parametrize(
    "line",
    [
        "24/7", "C#", "#4471", "ana@example.com", "wow!", "~ 300", "~300", "~5", "~ 5d", "~1000d", "# x", "#", "@", "+",
        "@ 5", "@-x", "+1 555 0100", "+1-555-0100", "!", "!medium", "! high", "*", "*privately", "**private**",
        "(@elm)", "(#tag)", "a@elm", "x#tag", "x~5d", "#tag(x)", "#a#b", "tag:", "tagged:x", "don't", "l'audit d'Ana",
        "'by fri'",
        "a \\ b", "C:\\by\\to", "\\\\server\\share", "half\\#x", "5\" pipe", "#a\"b", "#-x", "https://x.example/#top",
        "Pay by card", "by", "from", "deadline", "to", "to dana", "every", "by by", "by card from card", "bye friday",
        "by: friday", "wait", "by friday\"",
        "every 1000 patients", "@\"", "+\"x",
    ],
)  # fmt: skip
def test_stays_text(line: str) -> None:
    assert found(line) == {"title": line}
    assert read(line).spans == ()
    assert {kind for kind, *_ in said(line)} <= ({"unknown"} if "wait" in line else set[str]())


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ('Ask "by Friday @elm #x" now', 'Ask "by Friday @elm #x" now'),
        ("Ask “by Friday @elm” now", "Ask “by Friday @elm” now"),
        ('Ask "two  spaces"  now', 'Ask "two  spaces" now'),
        ('#a"b c"', '#a"b c"'),
        ('\\#"a"', '\\#"a"'),
        ('"\\#a"', '"\\#a"'),
        ('by "Friday"', 'by "Friday"'),
        ('"by" Friday', '"by" Friday'),
    ],
)
def test_quoted_text_is_never_read_and_keeps_its_quotes(line: str, title: str) -> None:
    assert found(line) == {"title": title}
    assert {span.kind for span in read(line).spans} == {"quoted"}


def test_what_stands_outside_the_quotes_is_read() -> None:
    assert found('Say "no by fri" by 15 jan "really" #x') == {
        "title": 'Say "no by fri" by 15 jan "really"',
        "tags": ("x",),
    }
    between = read('"a" #x "b"')
    assert (between.title, between.tags) == ('"a" "b"', ("x",))
    assert [(span.kind, span.value) for span in between.spans] == [("quoted", '"a"'), ("tag", "x"), ("quoted", '"b"')]
    assert found('Say "no by fri" #x by 15 jan') == {
        "title": 'Say "no by fri"',
        "tags": ("x",),
        "promised_on": "2027-01-15",
    }


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("\\@elm", "@elm"),
        ("\\#tag \\!high \\~5d \\*private \\+kim", "#tag !high ~5d *private +kim"),
        ("\\#4471", "#4471"),
        ("\\tag:x \\pri:high", "tag:x pri:high"),
        ("Send \\by Friday", "Send by Friday"),
        ("\\from Monday \\deadline fri \\wait kim \\every day", "from Monday deadline fri wait kim every day"),
        ("\\\\@elm", "\\@elm"),
        ("\\\\by", "\\by"),
    ],
)  # fmt: skip
def test_a_backslash_makes_text_and_goes(line: str, title: str) -> None:
    assert found(line) == {"title": title}
    assert {(span.kind, line[span.start : span.end]) for span in read(line).spans} == {("escape", "\\")}


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("x @oak", ("unknown", "@oak", "no practice “oak”; nearest: oak-street")),
        ("x @oka-street", ("unknown", "@oka-street", "no practice “oka-street”; nearest: oak-street")),
        ("x @o-k", ("unknown", "@o-k", "no practice “o-k”")),
        ("x @elm +k@elm.example", ("unknown", "+k@elm.example", "nobody called “k@elm.example” at elm; nearest: kim")),
        ("x @zzz", ("unknown", "@zzz", "no practice “zzz”")),
        ("x +kim", ("unknown", "+kim", "“kim” is not known without a @practice; nearest: @elm")),
        ("x +ki", ("unknown", "+ki", "“ki” is not known without a @practice")),
        ("x @elm +kimm", ("unknown", "+kimm", "nobody called “kimm” at elm; nearest: kim")),
        ("x @elm +roe", ("unknown", "+roe", "nobody called “roe” at elm; nearest: kim")),
        ("x @elm +dana", ("unknown", "+dana", "nobody called “dana” at elm")),
        ("x @oak-street +mar", ("ambiguous", "+mar", "“mar” may be mara, marisol")),
        ("x @oak-street +mari", ("info", "+mari", "“mari” read as marisol (Marisol Vega)")),
        ("x pri:urgent", ("unknown", "pri:urgent", "“pri:urgent” is not understood: write pri:high or pri:low")),
        ("pri:no x", ("unknown", "pri:no", "“pri:no” is not understood: write pri:high or pri:low")),
        ("x buffer:5", ("unknown", "buffer:5", "“buffer:5” is not understood: write buffer:5d")),
    ],
)
def test_notes(line: str, note: tuple[str, str, str]) -> None:
    assert said(line) == [note]
    left = read(line).title
    assert left == ("x" if note[0] == "info" else line.replace(" @elm", "").replace(" @oak-street", ""))


def test_a_long_word_is_quoted_as_far_as_it_fits() -> None:
    whole, longer = "z" * 60, "z" * 61
    assert [words for *_, words in said(f"@{whole} @{longer}")] == [
        f"no practice “{whole}”",
        f"no practice “{'z' * 59}…”",
    ]


def test_the_nearest_is_looked_for_sixteen_times_in_a_line() -> None:
    notes = [words for *_, words in said(" ".join(["@oak"] * 17))]
    assert notes == ["no practice “oak”; nearest: oak-street"] * 16 + ["no practice “oak”"]


@pytest.mark.parametrize(
    ("line", "about"), [("+zed @aaa", ["+zed", "@aaa"]), ("x every mon pri:no", ["every mon pri:no", "pri:no"])]
)
def test_notes_come_as_their_words_stand_in_the_line(line: str, about: list[str]) -> None:
    assert [where for _, where, _ in said(line)] == about


def test_an_unknown_practice_stores_nothing_but_the_title() -> None:
    assert found("Renew @oak by fri #x") == {"title": "Renew @oak", "promised_on": "2026-12-04", "tags": ("x",)}


def test_of_two_practices_neither_counts() -> None:
    assert found("x @elm @oak-street +kim") == {"title": "x @elm @oak-street +kim"}
    assert [kind for kind, about, _ in said("x @elm @oak-street") if about.startswith("@")] == ["ambiguous"] * 2
    assert found("x @elm @ELM") == {"title": "x", "practice": "elm"}


def test_of_two_values_the_first_counts_and_the_other_is_shown() -> None:
    assert found("x !high pri:low ~5d ~3d") == {"title": "x pri:low ~3d", "priority": "high", "buffer_days": 5}
    assert said("x !high pri:low") == [
        ("ambiguous", "pri:low", "“pri:low” stays in the title: another priority counts")
    ]


@pytest.mark.parametrize("line", ["x audience:team *private", "x *private audience:team"])
def test_of_two_audiences_the_narrower_counts(line: str) -> None:
    assert found(line) == {"title": "x audience:team", "audience": "me"}


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("a\nb\tc\r\nd", "a b c d"),
        ("a\x00b\x1b[31mc\x7f", "ab[31mc"),
        ("a\u202eb\u2066c\ufeff", "abc"),
        ("a\u2028b\u00a0c\u3000d", "a b c d"),
        ("a\udce9b", "a\ufffdb"),
        ("  a   b  ", "a b"),
        ("👩‍⚕️ naïve", "👩‍⚕️ naïve"),
    ],
)
def test_one_line_without_control_characters(line: str, title: str) -> None:
    assert found(line) == {"title": title}


def test_spans_point_into_the_line_as_typed() -> None:
    line = "\x07x\n#t\x00ag\tby \x1bfri"
    assert found(line) == {"title": "x", "tags": ("tag",), "promised_on": "2026-12-04"}
    assert [line[span.start : span.end] for span in read(line).spans] == ["#t\x00ag", "by \x1bfri"]


@pytest.mark.parametrize("line", ["", "   ", "#x", "@elm by fri", "\x00"])
def test_a_line_of_markers_has_an_empty_title(line: str) -> None:
    assert read(line).title == ""
    assert read(line).raw == line
