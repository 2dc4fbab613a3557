"""One tree, two renderings: the text a person may edit and the HTML made from it say the same."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.updates.render_html import render_html
from followthru.updates.render_text import WIDTH, parse_text, render_text
from followthru.updates.tree import Block, Bullets, Heading, Paragraph, Tree, paragraph, tree
from tests.updates.corpus import INJECTIONS

awkward = st.sampled_from(["-", "--", "---", "=====", "*", "•", "- a", "1.", "#", ">", ".", "From "])
words = st.lists(st.text(max_size=14) | awkward, min_size=1, max_size=30).map(" ".join)
blocks = st.lists(
    st.builds(Heading, words)
    | words.map(lambda line: Paragraph((line,)))
    | st.lists(words, max_size=4).map(lambda items: Bullets(tuple(items))),
    max_size=8,
)
trees = st.builds(tree, words | st.just(""), blocks)


@given(trees)
def test_text_reads_back_as_its_tree(content: Tree) -> None:
    assert parse_text(render_text(content)) == content


@given(trees)
def test_lines_are_short_and_words_whole(content: Tree) -> None:
    text = render_text(content)
    for line in text.split("\n"):
        # A longer line is one unbreakable word, with what may not start a line after it, or a heading.
        marks = [token for token in line.split() if token.strip("-=*•")]
        heads = {content.title, *(block.words for block in content.blocks if isinstance(block, Heading))}
        assert len(line) <= WIDTH or len(marks) <= 1 or line in heads
    said = {word for block in content.blocks for line in _words(block) for word in line.split()}
    assert said <= set(text.split())


@given(st.text(max_size=400))
def test_any_text_settles_after_one_reading(text: str) -> None:
    once = parse_text(text)
    again = parse_text(render_text(once))
    assert _flat(again) == _flat(once)


def test_what_people_write_by_hand() -> None:
    text = (
        "Update\n======\n\nHello Dana,\nit went well.\n\nNext\n----\n- one\n* two, which\n  goes on\n"
        "not a list any more\n\nAna\r\nOak Street\r\n"
    )
    assert parse_text(text) == Tree(
        "Update",
        (
            Paragraph(("Hello Dana,", "it went well.")),
            Heading("Next"),
            Bullets(("one", "two, which goes on")),
            Paragraph(("not a list any more",)),
            Paragraph(("Ana", "Oak Street")),
        ),
    )


@pytest.mark.parametrize("length", range(60, 74))
@pytest.mark.parametrize("mark", ["-", "*", "•", "---", "==="])
def test_a_mark_never_wraps_to_a_line_start(mark: str, length: int) -> None:
    line = f"{'x' * length} {mark} after"
    content = tree("", [paragraph(line), Bullets((line,))])
    assert parse_text(render_text(content)) == content


class _Outline(HTMLParser):
    """Collects tags, attributes and words."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.items: list[str] = []
        self.attributes: dict[str, dict[str, str | None]] = {}
        self.words: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes[tag] = dict(attrs)
        if tag == "li":
            self.items.append("")
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "li" in self.open:
            self.items[-1] += data
        if self.open and data.strip():
            self.words.setdefault(self.open[-1], []).append(data)


def outline(html: str) -> _Outline:
    found = _Outline()
    found.feed(html)
    found.close()
    return found


@given(trees.filter(lambda content: bool(content.title)))
def test_html_says_what_the_text_says(content: Tree) -> None:
    found = outline(render_html(content, "Subject"))
    assert found.words.get("h1") == [content.title]
    assert found.items == [i for b in content.blocks if isinstance(b, Bullets) for i in b.items]
    assert found.words.get("h2", []) == [b.words for b in content.blocks if isinstance(b, Heading)]
    assert found.words.get("p", []) == [i for b in content.blocks if isinstance(b, Paragraph) for i in b.lines]
    assert not found.open


@pytest.mark.parametrize("words", INJECTIONS)
def test_hostile_words_stay_words(words: str) -> None:
    hostile = tree(words, [Heading(words), Bullets((words, "after")), paragraph(words)])
    assert parse_text(render_text(hostile)) == hostile
    found = outline(render_html(hostile, words))
    allowed = {"html", "head", "meta", "title", "body", "div", "h1", "h2", "ul", "li", "p", "br", "strong", "style"}
    assert set(found.tags) <= allowed
    known = {"lang", "charset", "name", "content", "style", "class"}
    assert all(set(attributes) <= known for attributes in found.attributes.values())


def _words(block: Block) -> tuple[str, ...]:
    return (block.words,) if isinstance(block, Heading) else block[0]


def _flat(content: Tree) -> list[str]:
    return " ".join([content.title, *(line for block in content.blocks for line in _words(block))]).split()
