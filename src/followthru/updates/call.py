"""What to say in a call to somebody who is not written to: what their update would say, in lines to read out."""

from __future__ import annotations

from followthru.updates.aftermath import facts_after
from followthru.updates.checks import FlagName, scan
from followthru.updates.compose import Draft, Occasion, content_flags
from followthru.updates.facts import Facts
from followthru.updates.lines import SUBJECT_WIDTH, Writer
from followthru.updates.phrases import PHRASES, Phrases
from followthru.updates.render_text import render_text
from followthru.updates.sections import sort_out
from followthru.updates.tree import tree
from followthru.updates.view import ReaderView
from followthru.updates.words import crop

_NOT_SPOKEN = frozenset({FlagName.NO_PUBLIC_TITLE})
"""What holds a mail and no call: who calls hears what they say."""


def compose_call(view: ReaderView, last: Facts | None, occasion: Occasion, phrases: Phrases = PHRASES) -> Draft:
    """Return what to say: the difference to what the reader heard last, what is needed from them first.

    Composed from the same view, snapshot and occasion as their mail would be. Its subject is for the PM alone.
    """
    sections = sort_out(view, last, occasion.since)
    writer = Writer(view, phrases, occasion.at)
    _, first = writer.opening(sections, last)
    content = tree("", [first, *writer.sections(sections)])
    private = scan(render_text(content), view.today)
    return Draft(
        subject=crop(f"Call {view.reader}: {occasion.period}", SUBJECT_WIDTH),
        tree=content,
        facts=facts_after(view, last, sections, occasion.at, writer.promised)._replace(period=occasion.period),
        flags=tuple(flag for flag in (*content_flags(sections), *private) if flag.name not in _NOT_SPOKEN),
        quiet=not sections.news,
    )
