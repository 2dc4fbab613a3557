"""Every kind of mail as it is read: by a browser, on a small or dark screen, aloud, and as plain text."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from html5lib.html5parser import ParseError
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from followthru.updates import render_html, tone
from followthru.updates.checks import scan
from followthru.updates.outbox import UpdateKind
from followthru.updates.phrases import PHRASES
from followthru.updates.render_text import parse_text
from followthru.updates.tree import Bullets, Heading, Tree
from tests.updates import mails
from tests.updates.page import Page, contrast
from tests.updates.samples import Sample, part, samples
from tests.updates.test_render import trees
from tests.updates.values import TODAY

LARGEST = 30_000
"""Bytes of HTML."""
MOST_LINES = 8
"""Seven lines of a section, and the one that counts the rest."""
NARROW = 320
ROOT = Path(__file__).parents[2]
ELEMENTS = {"html", "head", "meta", "title", "style", "body", "div", "h1", "h2", "p", "br", "ul", "li", "strong"}
ATTRIBUTES = {"lang", "charset", "name", "content", "class", "style"}
INTERNAL = (
    "target", "buffer", "wiggle", "health", "forecast", "kept rate", "estimate", "priority", "at risk", "stalled",
    "inbox", "audience", "oak-street", "stakeholder", "cadence", "telling", "untold", "slug", "uid",
)  # fmt: skip
every = pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)


def page(sample: Sample) -> Page:
    return Page(part(sample, "html"))


def sentences(content: Tree) -> list[str]:
    """Return what a tree says, block by block."""
    said = [content.title]
    for block in content.blocks:
        said += [block.words] if isinstance(block, Heading) else block[0]
    return said


def test_every_kind_of_update_has_a_sample() -> None:
    """Otherwise nothing in this file would look at it. A call is spoken, and is no mail."""
    assert {sample.kind for sample in samples()} == set(UpdateKind) - {UpdateKind.CALL}


def test_subjects_of_differing_mails_differ() -> None:
    subjects = [sample.subject for sample in samples()]
    by_reader = {(sample.reader.handle, sample.subject) for sample in samples()}
    assert len(by_reader) == len(subjects)


@every
def test_the_html_is_clean(sample: Sample) -> None:
    found = page(sample)
    assert {element.tag for element in found.elements} <= ELEMENTS
    assert {name for element in found.elements for name in element.attrib} <= ATTRIBUTES
    assert [element.get("lang") for element in found.all("html")] == ["en"]
    assert [element.text for element in found.all("title")] == [sample.subject]
    assert len(found.all("h1")) == 1
    assert len(found.html.encode()) < LARGEST


@every
def test_lists_are_lists_and_headings_have_something_under_them(sample: Sample) -> None:
    """Whoever listens to a mail walks through its headings and lists."""
    found = page(sample)
    assert all(child.tag == "li" for element in found.all("ul") for child in element)
    assert all(element.tag != "ul" or len(element) for element in found.elements)
    parents = {child: element for element in found.elements for child in element}
    assert all(parents[element].tag == "ul" for element in found.all("li"))
    [column] = found.all("div")
    shown = [element.tag for element in column]
    assert shown[0] == "h1"
    assert all(after == "ul" for before, after in pairwise(shown) if before == "h2")
    assert not re.search(r"(?m)^\s*[-*•] ", "".join(column.itertext()))
    for table in found.all("table"):
        assert all(head.get("scope") in {"col", "row"} for head in table.iter("th"))
        assert list(table.iter("th"))


@every
def test_nothing_is_fetched_run_or_followed(sample: Sample) -> None:
    html = page(sample).html
    assert not re.search(r"(?i)https?:|//|url\(|@import|@font-face|expression\(|javascript:|<!--|cid:|data:", html)


@every
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_words_stand_out_from_what_is_behind_them(sample: Sample, dark: bool) -> None:
    """WCAG 2.2, 1.4.3: at least 4.5:1, whatever the size."""
    found = page(sample).words(dark=dark)
    assert {words.tag for words in found} >= {"h1", "p"}
    for words in found:
        assert contrast(words.colour, words.background) >= 4.5, words


@every
def test_a_dark_screen_is_dark(sample: Sample) -> None:
    """No element keeps the light colours, and readers' own programs are told that there are both."""
    found = page(sample)
    for words in found.words(dark=True):
        assert contrast(words.background, "#000000") < 1.5, words
    for words in found.words():
        assert contrast(words.background, "#ffffff") == 1, words
    assert found.root.find("head/meta[@name='color-scheme'][@content='light dark']") is not None
    for style in found.dark.values():
        assert {"color", "background-color"} <= set(style)


@every
def test_it_fits_a_narrow_screen(sample: Sample) -> None:
    """Nothing has a width of its own but the column, which may shrink; long words break."""
    found = page(sample)
    assert found.root.find("head/meta[@name='viewport'][@content='width=device-width, initial-scale=1']") is not None
    styles = [element.get("style", "") for element in found.elements] + [found.sheet]
    for style in styles:
        assert not re.search(r"(?<![\w-])(?:min-width|width|height|white-space|position|float)\s*:", style), style
        assert all(int(size) < NARROW / 4 for size in re.findall(r"(\d+)px", style)), style
        assert all(int(size) >= 16 for size in re.findall(r"font-size:(\d+)px", style)), style
    assert "overflow-wrap:anywhere" in found.all("div")[0].get("style", "")


@pytest.mark.skipif(mails.browser() is None, reason="no chromium on PATH")
@pytest.mark.parametrize("words", ["", "x" * 400, "https://example.org/" + "a" * 300])
def test_a_browser_finds_it_fits(words: str, tmp_path: Path) -> None:
    """Measured: a page 320 pixels wide is shown without scrolling sideways, long words and all."""
    [sample] = [one for one in samples() if one.name == "normal"]
    content = parse_text(sample.body.replace("Staff review forms", f"Staff review {words} forms"))
    html = render_html.render_html(content._replace(title=f"{content.title} {words}"), sample.subject)
    width, height = mails.measured(mails.browser() or "", tmp_path, html, NARROW)
    assert width <= NARROW
    assert height > 500


def test_the_pictures_in_the_documentation_are_those_that_are_painted() -> None:
    shown = re.findall(r"\(\.\./images/mails/([^)]+)\)", (ROOT / "docs" / "reference" / "mails.md").read_text("utf-8"))
    assert sorted(shown) == sorted(shot.name for shot in mails.SHOTS)
    assert {path.name for path in mails.FOLDER.iterdir()} == set(shown)
    assert {shot.sample for shot in mails.SHOTS} <= {sample.name for sample in samples()}
    assert all(path.stat().st_size < 60_000 for path in mails.FOLDER.iterdir())


@every
def test_text_and_html_say_the_same(sample: Sample) -> None:
    content = parse_text(part(sample, "plain"))
    assert sentences(content) == page(sample).sentences
    assert sentences(content) == sentences(parse_text(sample.body))


@given(trees)
def test_text_and_html_say_the_same_whatever_is_written(content: Tree) -> None:
    """Also where the PM has taken the title out: both are then headed by the subject."""
    from followthru.updates.finish import headed

    whole = headed(content, "Oak Street: update")
    found = Page(render_html.render_html(whole, "Oak Street: update"))
    assert found.sentences == sentences(whole)
    assert [element.text for element in found.all("h1")] == [whole.title]


@every
def test_it_is_short_and_every_section_ends(sample: Sample) -> None:
    content = parse_text(sample.body)
    lists = [block.items for block in content.blocks if isinstance(block, Bullets)]
    assert all(len(items) <= MOST_LINES for items in lists)
    assert all(items[-1].startswith("and ") for items in lists if len(items) == MOST_LINES)
    assert len(sample.subject) <= 150


@every
def test_nothing_is_said_twice(sample: Sample) -> None:
    """Greeting, names and headings aside, no sentence and no line's title stands twice under one heading."""
    said = sentences(parse_text(sample.body))
    assert len(said) == len(set(said))


@every
def test_no_word_of_ours_is_in_it(sample: Sample) -> None:
    whole = f"{sample.subject}\n{sample.body}\n{part(sample, 'html').partition('<body')[2]}".lower()
    assert not [word for word in INTERNAL if word in whole]
    assert scan(f"{sample.subject}\n{sample.body}", TODAY) == ()


@every
def test_it_reads_kindly_and_as_english(sample: Sample) -> None:
    """Nothing is pointed at but what its PM left open, and the small slips of made sentences are not made."""
    names = ("Oak Street Therapy", "Robin Vale", sample.reader.name)
    left_open = {tone.Kind.NO_NEXT_STEP}
    assert {point.kind for point in tone.points(sample.subject, sample.body, names)} <= left_open
    text = " ".join(f"{sample.subject} {sample.body}".split())
    assert not re.search(
        r"\b1 (?:things|changes|dates|days)\b|\ba [aeiou]\w|\.\.|,\.|\?\.| ,| \.|: :|because because", text
    )
    assert "{" not in text


@every
def test_a_busy_owner_knows_what_is_needed(sample: Sample) -> None:
    """The subject names the practice and the ask or the news; what is needed comes before all but results."""
    assert sample.subject.removeprefix("Re: ").startswith("Oak Street Therapy: ")
    headings = [block.words for block in parse_text(sample.body).blocks if isinstance(block, Heading)]
    if PHRASES.needs in headings:
        assert next(words for words in headings if words != PHRASES.results) == PHRASES.needs
    if sample.kind is UpdateKind.DIGEST:
        assert ("needed" in sample.subject) == (PHRASES.needs in headings)
        assert "the week to Fri" in sample.subject


# That the checks can fail.


@pytest.mark.parametrize("html", ["<p>x", "<!DOCTYPE html><p>x<b>y</p>", "<!DOCTYPE html><ul><p>x</p></ul></div>"])
def test_the_parser_is_strict(html: str) -> None:
    with pytest.raises(ParseError):
        Page(html)


def test_contrast_is_computed() -> None:
    """The pairs of the WCAG's own examples."""
    assert contrast("#000000", "#ffffff") == 21
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_colours_are_inherited_and_overruled() -> None:
    html = (
        "<!DOCTYPE html><html><head><title>x</title><style>\n@media (prefers-color-scheme: dark) {\n"
        ".p { color: #ffffff !important; background-color: #000000 !important; }\n}\n</style></head>"
        '<body class="p" style="color:#111111;background-color:#eeeeee;"><p>one</p>'
        '<p style="color:#222222;">two</p></body></html>'
    )
    found = Page(html)
    assert [(one.colour, one.background) for one in found.words()] == [("#111111", "#eeeeee"), ("#222222", "#eeeeee")]
    assert [(one.colour, one.background) for one in found.words(dark=True)] == [
        ("#ffffff", "#000000"),
        ("#222222", "#000000"),
    ]


def test_the_template_is_shut_in() -> None:
    """What is filled in is text; what the template asks for has to be there, and nothing of Python is."""
    environment = render_html.environment()
    assert environment.from_string("{{ x }}").render(x="<b>{{ y }}") == "&lt;b&gt;{{ y }}"
    with pytest.raises(UndefinedError):
        environment.from_string("{{ missing }}").render()
    with pytest.raises(SecurityError):
        environment.from_string("{{ x.__class__.__mro__ }}").render(x="")
    with pytest.raises(SecurityError):
        environment.from_string("{{ x.append(1) }}").render(x=[])


@given(st.text(max_size=60))
def test_words_are_never_taken_for_a_template(words: str) -> None:
    from followthru.updates.tree import tree

    content = tree("{{ 7 * 7 }}", [Bullets((f"{{% raw %}}: {words} {{{{ blocks }}}}",))])
    found = Page(render_html.render_html(content, "{# x #}"))
    assert found.sentences == sentences(content)
    assert [element.text for element in found.all("title")] == ["{# x #}"]
