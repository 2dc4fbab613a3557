"""A report as one page that needs nothing else: HTML with its charts, each beside its table; and as Markdown.

Both are made from the text of the report, so that what the PM took out of it is in neither. A chart stands where the
line of its goal stands, and only while that line states the goal's reading.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from jinja2 import Template

from followthru.domain.saying import day_words
from followthru.updates.facts import Facts, after_edit
from followthru.updates.figures import Figure
from followthru.updates.finish import headed
from followthru.updates.render_html import blocks_of, environment
from followthru.updates.render_text import parse_text
from followthru.updates.tree import Block, Bullets, Heading, Paragraph

_MARKS = re.compile(r"([\\`*_\[\]<>|#])")


class _Figure(NamedTuple):
    """A chart as the template holds it; `svg` alone is markup, drawn by us from figures and escaped words."""

    words: str
    svg: object
    caption: str
    rows: tuple[tuple[str, str], ...]


def page(subject: str, body: str, facts: Facts) -> str:
    """Return a report's HTML: its text, and the charts of the readings that this text states."""
    from markupsafe import Markup

    from followthru.updates.charts import chart

    content = headed(parse_text(body), subject)
    placed = _placed(content.blocks, figures_in(body, facts))
    figures = [
        [
            _Figure(one.words, Markup(chart(one, f"chart-{at}-{number}")), caption(one), rows(one))  # noqa: S704
            for number, one in enumerate(each)
        ]
        for at, each in enumerate(placed)
    ]
    return _template().render(title=content.title, blocks=blocks_of(content), figures=figures)


def markdown(subject: str, body: str, facts: Facts) -> str:
    """Return a report as Markdown: its text, and a table of the readings behind each chart."""
    content = headed(parse_text(body), subject)
    placed = _placed(content.blocks, figures_in(body, facts))
    parts = [f"# {_plain(content.title)}"]
    for block, figures in zip(content.blocks, placed, strict=True):
        parts.append(_written(block))
        parts += [_table(one) for one in figures]
    return "\n\n".join(parts) + "\n"


def figures_in(body: str, facts: Facts) -> dict[str, Figure]:
    """Return the charts whose reading a text still states."""
    stated = after_edit(facts, body).results
    return {uid: one for uid, one in facts.figures.items() if uid in stated and stated[uid].said}


def file_name(subject: str) -> str:
    """Return the name of a page's file: the words of the subject, in letters that every system knows."""
    known = unicodedata.normalize("NFKD", subject).encode("ascii", "ignore").decode()
    return f"{'-'.join(re.findall(r'[A-Za-z0-9]+', known))[:80].strip('-') or 'report'}.html"


def caption(figure: Figure) -> str:
    """Return what stands over a chart's table."""
    aimed = f". Aim: {figure.aimed}" if figure.aimed else ""
    return f"{figure.words}, reading by reading{aimed}"


def rows(figure: Figure) -> tuple[tuple[str, str], ...]:
    """Return a chart's readings in words, the newest first."""
    return tuple((day_words(one.on), figure.value(one.value)) for one in reversed(figure.points))


def _placed(blocks: Sequence[Block], figures: Mapping[str, Figure]) -> list[list[Figure]]:
    """Return for each block the charts that follow it: those of the goals that its items begin with."""
    left = dict(figures)
    found: list[list[Figure]] = []
    for block in blocks:
        here: list[Figure] = []
        for item in block.items if isinstance(block, Bullets) else ():
            uid = next((uid for uid, one in left.items() if item.startswith(f"{one.words}:")), None)
            here += [] if uid is None else [left.pop(uid)]
        found.append(here)
    return found


def _written(block: Block) -> str:
    match block:
        case Heading(words):
            return f"## {_plain(words)}"
        case Paragraph(lines):
            return "  \n".join(_plain(line) for line in lines)
        case Bullets(items):
            return "\n".join(f"- {_plain(item)}" for item in items)


def _table(figure: Figure) -> str:
    def lines() -> Iterator[str]:
        yield f"{_plain(caption(figure))}\n"
        yield "| Day | Reading |"
        yield "|---|---:|"
        for day, value in rows(figure):
            yield f"| {day} | {_plain(value)} |"

    return "\n".join(lines())


def _plain(words: str) -> str:
    """Return words that Markdown takes for nothing but words."""
    return _MARKS.sub(r"\\\1", words)


@cache
def _template() -> Template:
    return environment().get_template("report.html")
