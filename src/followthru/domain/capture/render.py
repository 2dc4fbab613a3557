"""Writing a capture back as a line that reads the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from followthru.domain.capture.model import Capture
from followthru.domain.capture.words import (
    DATE_KEYWORDS,
    begins_rule,
    clean,
    cut,
    is_escape,
    quotations,
    read_sigil,
)
from followthru.domain.dateword import DateOrder, match_date

# Which words are a date does not depend on the day or the order they are read with.
_ANY_DAY = date(2000, 1, 1)


def render(capture: Capture) -> str:
    """Return a line that `parse` reads as `capture`, title first, then its markers.

    Raises ValueError for what no line can say: a telling or clock time without a promised date,
    a person without a practice.
    """
    if capture.promised_on is None and (capture.told or capture.promised_time):
        raise ValueError("a telling or a clock time needs a promised date")
    if capture.practice is None and (capture.assignee or capture.told or capture.waiting_on):
        raise ValueError("a person needs a practice")
    return " ".join((*_title(capture.title, capture.practice is not None), *_markers(capture)))


def _title(title: str, people_known: bool) -> Iterator[str]:
    text = clean(title).text
    words = cut(text, list(quotations(text)))
    typed = [text[word.start : word.end] for word in words]
    plain = ["" if word.how == "quoted" else said for word, said in zip(words, typed, strict=True)]
    for i, said in enumerate(typed):
        yield f"\\{said}" if _needs_escape(plain, i, people_known) else said


def _needs_escape(plain: Sequence[str], i: int, people_known: bool) -> bool:
    said = plain[i]
    if is_escape(said) or read_sigil(said) is not None:
        return True
    key = said.casefold()
    if key in DATE_KEYWORDS:
        return match_date(plain, i + 1, _ANY_DAY, DateOrder.DMY) is not None
    if key == "every":
        return i + 1 < len(plain) and begins_rule(plain[i + 1])
    return key == "wait" and people_known


def _markers(capture: Capture) -> Iterator[str]:
    if capture.promised_on is not None:
        clock = f" {capture.promised_time:%H:%M}" if capture.promised_time is not None else ""
        told = f" to {capture.told}" if capture.told is not None else ""
        yield f"by {capture.promised_on.isoformat()}{clock}{told}"
    for keyword, on in (
        ("deadline", capture.deadline_on),
        ("target", capture.target_on),
        ("from", capture.starts_on),
    ):
        if on is not None:
            yield f"{keyword} {on.isoformat()}"
    if capture.waiting_on is not None:
        yield f"wait {capture.waiting_on}"
    if capture.repeats is not None:
        yield f"every {capture.repeats}"
    if capture.practice is not None:
        yield f"@{capture.practice}"
    if capture.assignee is not None:
        yield f"+{capture.assignee}"
    yield from (f"#{tag}" for tag in capture.tags)
    if capture.kind is not None:
        yield f"kind:{capture.kind}"
    if capture.priority is not None:
        yield f"!{capture.priority}"
    if capture.buffer_days is not None:
        yield f"~{capture.buffer_days}d"
    if capture.audience is not None:
        yield "*private" if capture.audience == "me" else f"audience:{capture.audience}"
