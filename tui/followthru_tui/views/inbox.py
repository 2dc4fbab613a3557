"""The inbox: what was captured without a practice, what came back by mail, and what calendars ask."""

from __future__ import annotations

from array import array
from datetime import datetime

from followthru.actions.agenda import both
from followthru.domain.saying import day_words
from followthru.store import incoming, tasks
from followthru.store.tasks import OPEN, Query
from followthru_tui.feed import Line, Section
from followthru_tui.storecalendars import question_lines
from followthru_tui.views.shape import At, Shape

_CAPTURED = Query("status = 'inbox'")


def inbox(at: At) -> Shape:
    """Return what is to be sorted; narrowed to what matches it is tasks alone."""
    matching = at.matching()
    ids = array("q", tasks.ids(at.read, both(OPEN, _CAPTURED, *([] if matching is None else [matching]))))
    sections = [Section("captured", "Captured: b says where each belongs", ids, len(ids))]
    if matching is None:
        asked = question_lines(at.read, at.today(None))
        mails = tuple(mail_lines(at))
        sections.append(Section("questions", "Calendars ask: > mine, < theirs", (), len(asked), asked))
        sections.append(Section("mails", "Came back by mail: x once you have read it", (), len(mails), mails))
    return Shape("Inbox", [one for one in sections if one.total])


def mail_lines(at: At) -> list[Line]:
    """Return what came back by mail and was not read yet."""
    if not incoming.any_unseen(at.read):
        return []
    from followthru.actions import came_back

    today = at.today(None)
    return [
        Line(
            f"mail:{row.id}",
            f"^ {row.kind}",
            f"{came_back.short(row)}: {row.subject}",
            row.practice,
            None,
            facts=(
                ("About", row.update_subject),
                ("Came", day_words(datetime.fromisoformat(row.at).date(), today)),
                *(("", words) for words in (came_back.words(row), came_back.remedy(row)) if words),
            ),
        )
        for row in came_back.unseen(at.ctx)
    ]
