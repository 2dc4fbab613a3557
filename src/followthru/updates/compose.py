"""Write the next update to one reader: its subject, its tree, the facts it states and why it must wait."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from followthru.updates.aftermath import facts_after
from followthru.updates.checks import Flag, FlagName, scan
from followthru.updates.facts import Facts
from followthru.updates.holds import first_and_unsigned, own_title
from followthru.updates.lines import Writer
from followthru.updates.phrases import PHRASES, Phrases
from followthru.updates.render_text import render_text
from followthru.updates.sections import Item, Sections, Turn, sort_out
from followthru.updates.tree import Tree, paragraph, tree
from followthru.updates.view import ReaderView


class Occasion(NamedTuple):
    """Why and when an update is written.

    `me` signs it; `period` names what it covers (`the week to Fri 15 Jan`); `at` is the instant (UTC ISO
    text with `Z`). `since` is the first civil date whose endings are news to somebody who never heard of the
    task. `trusted` is false until a digest that the PM approved was accepted for this person here. `automatic` says
    that such updates come by themselves.
    """

    me: str
    period: str
    at: str
    since: date
    trusted: bool
    automatic: bool = False


class Draft(NamedTuple):
    """An update as composed. `body` is the plain text of `tree`, which the PM may edit.

    `facts.said` lists the dates it states: each becomes a telling once the update is accepted. `quiet` is
    true when nothing is new. Any flag holds it for the PM.
    """

    subject: str
    tree: Tree
    facts: Facts
    flags: tuple[Flag, ...]
    quiet: bool

    @property
    def body(self) -> str:
        """Return the update as plain text."""
        return render_text(self.tree)


def compose(view: ReaderView, last: Facts | None, occasion: Occasion, phrases: Phrases = PHRASES) -> Draft:
    """Return the update that tells the reader the net difference since their last confirmed one.

    The same view, snapshot and occasion always give the same draft. `view` holds every open task and every
    closed one that `last` does not know as closed.
    """
    sections = sort_out(view, last, occasion.since)
    writer = Writer(view, phrases, occasion.at)
    subject = writer.subject(sections, occasion.period)
    content = tree(
        writer.filled(phrases.title, practice=view.practice, period=occasion.period),
        [
            *writer.opening(sections, last),
            *writer.sections(sections),
            *([paragraph(phrases.less_often)] if occasion.automatic else ()),
            *writer.closing(occasion.me),
        ],
    )
    return Draft(
        subject=subject,
        tree=content,
        facts=facts_after(view, last, sections, occasion.at, writer.promised)._replace(period=occasion.period),
        flags=(*_flags(sections, occasion), *scan(f"{subject}\n{render_text(content)}", view.today)),
        quiet=not sections.news,
    )


def _flags(sections: Sections, occasion: Occasion) -> tuple[Flag, ...]:
    """Return why this update waits for the PM, whatever its words."""
    return (*first_and_unsigned(trusted=occasion.trusted, me=occasion.me), *content_flags(sections))


def content_flags(sections: Sections) -> tuple[Flag, ...]:
    """Return what there is to look at in what an update says."""
    flags = [flag for item in sections.shown for flag in _item_flags(item)]
    flags += [
        Flag(
            FlagName.HIDDEN,
            f"They were told of “{known.words}” and may no longer see it: they hear no more of it.",
            known.id,
        )
        for known in sections.hidden
    ]
    flags += [
        Flag(FlagName.HIDDEN, f"They were told of “{known.words}” and may no longer see it: they hear no more of it.")
        for known in sections.decisions.hidden
    ]
    left = len(sections.needs.rest) + (len(sections.moved.rest) if sections.news else 0) + sections.more_results
    left += len(sections.decisions.rest)
    if left:
        flags.append(Flag(FlagName.TOO_MANY, f"{left} more do not fit; the next update says them."))
    return tuple(dict.fromkeys(flags))


def _item_flags(item: Item) -> Iterator[Flag]:
    task, before = item.task, item.before
    yield from own_title(task, None if before is None else before.words)
    name = f"“{task.words}”"
    if item.turn in {Turn.MOVED, Turn.UNDATED} and task.because is None:
        yield Flag(FlagName.REASON_MISSING, f"{name} moved and no reason is given.", task.id)
    if item.turn == Turn.DROPPED:
        yield Flag(FlagName.DROPPED, f"{name} was dropped: say why.", task.id)
    if item.turn == Turn.REOPENED:
        yield Flag(FlagName.REOPENED, f"{name} was reported as closed and is open again.", task.id)
    if item.turn == Turn.NEED:
        return
    if task.overdue:
        yield Flag(FlagName.OVERDUE, f"{name} is past its promise: give a new date.", task.id)
    elif task.promised_on is not None and task.may_slip and not (before and before.slip):
        yield Flag(FlagName.MAY_SLIP, f"{name} is announced as in danger for the first time.", task.id)
