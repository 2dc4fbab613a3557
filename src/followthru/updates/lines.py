"""Put what is news for one reader into sentences."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from followthru.domain.saying import count_words, day_words
from followthru.updates.facts import Facts
from followthru.updates.phrases import Phrases
from followthru.updates.sections import Item, Section, Sections, Turn
from followthru.updates.tree import Block, Bullets, Heading, paragraph
from followthru.updates.view import ReaderTask, ReaderView
from followthru.updates.words import clean, crop, fill, moment, sentence

SUBJECT_WIDTH = 150


class Writer:
    """Puts one reader's items into words, at an instant (UTC ISO text)."""

    def __init__(self, view: ReaderView, phrases: Phrases, at: str) -> None:
        self._at = at
        self._view = view
        self._phrases = phrases

    def filled(self, phrase: str, **words: str) -> str:
        """Return a phrase with cleaned words in its places."""
        return fill(phrase, {name: clean(word) for name, word in words.items()})

    def promised(self, task: ReaderTask) -> str:
        """Return the promised date in the reader's zone; empty without one."""
        return self._moment(task.promised_on, task.promised_time)

    def signature(self, me: str) -> str:
        """Return who signs, for which practice."""
        return self.filled(self._phrases.signature, me=me, practice=self._view.practice) if me else self._view.practice

    def subject(self, needs: Section, period: str) -> str:
        """Return practice, period and what is asked for."""
        asks = needs.items
        days = [item.task.needs_by for item in asks if item.task.needs_by]
        words = {"practice": self._view.practice, "period": period}
        if asks:
            words["things"] = count_words(len(asks), "thing", "things")
        if days:
            words["day"] = day_words(min(days), self._view.today)
        phrase = self._phrases.subject_ask_by if days else self._phrases.subject_ask
        return crop(self.filled(phrase if asks else self._phrases.subject, **words), SUBJECT_WIDTH)

    def opening(self, sections: Sections, last: Facts | None) -> list[Block]:
        """Return the greeting and the one line that says whether anything is new."""
        greeting = paragraph(self.filled(self._phrases.greeting, reader=self._view.reader))
        return [greeting, paragraph(self._first_line(sections, last))]

    def sections(self, sections: Sections) -> list[Block]:
        """Return the sections that have something to say; without news only what is still needed."""
        phrases = self._phrases
        parts = [(phrases.needs, sections.needs)]
        if sections.news:
            parts += [
                (phrases.moved, sections.moved),
                (phrases.done, sections.done),
                (phrases.next, sections.next),
            ]
        return [block for heading, section in parts for block in self._section(heading, section)]

    def _here(self, at: str) -> date:
        """Return the reader's own date at an instant; beside the practice's it can be the day before or after."""
        return datetime.fromisoformat(at).astimezone(ZoneInfo(self._view.zone)).date()

    def _first_line(self, sections: Sections, last: Facts | None) -> str:
        phrases, today = self._phrases, self._here(self._at)
        if sections.news:
            return self.filled(phrases.opening, today=day_words(today, today))
        if last is None:
            return phrases.nothing_yet
        ahead = sections.next.items
        steady = all(item.turn == Turn.AHEAD and not item.task.may_slip for item in ahead)
        phrase = phrases.all_stand if ahead and steady and not sections.hidden else phrases.nothing_new
        return self.filled(phrase, last=day_words(self._here(last.at), today))

    def _section(self, heading: str, section: Section) -> list[Block]:
        if not section.shown:
            return []
        lines = [self._line(item) for item in section.shown]
        if section.rest:
            things = count_words(len(section.rest), "smaller thing", "smaller things")
            lines.append(self.filled(self._phrases.rest, things=things))
        return [Heading(heading), Bullets(tuple(lines))]

    def _line(self, item: Item) -> str:
        if item.turn == Turn.NEED:
            return self.need(item.task)
        task = item.task
        words = {
            "task": task.words,
            "day": self._day(task.done_on) if item.turn == Turn.DONE else self.promised(task),
            "before": self._moment(item.was_on, item.was_time),
            "because": reason(task),
        }
        return self._with_danger(item, self.filled(self._phrase(item), **words))

    def _with_danger(self, item: Item, line: str) -> str:
        """Add to a line about a new date that it is in danger already."""
        if item.turn not in {Turn.MOVED, Turn.REOPENED} or not (item.task.overdue or item.task.may_slip):
            return line
        return self.filled(self._phrases.not_done if item.task.overdue else self._phrases.in_danger, line=line)

    def _phrase(self, item: Item) -> str:
        phrases, task = self._phrases, item.task
        match item.turn:
            case Turn.MOVED:
                return phrases.moved_because if reason(task) else phrases.moved_plain
            case Turn.UNDATED:
                return phrases.undated_because if reason(task) else phrases.undated_plain
            case Turn.REOPENED:
                return phrases.reopened if task.promised_on else phrases.reopened_plain
            case Turn.DROPPED:
                return phrases.dropped
            case Turn.DONE:
                return phrases.done_on if task.done_on else phrases.done_plain
            case Turn.OVERDUE:
                return phrases.overdue
            case _:
                return phrases.may_slip if task.may_slip else phrases.on_track

    def need(self, task: ReaderTask) -> str:
        """Return the sentence for what is needed from the reader."""
        phrases = self._phrases
        line = self.filled(
            phrases.need_by if task.needs_by else phrases.need,
            task=task.words,
            need=sentence(task.needs or ""),
            day=self._day(task.needs_by),
        )
        if task.promised_on is None or task.overdue:
            return line
        return self.filled(phrases.need_for, line=line, promised=self.promised(task))

    def _day(self, on: date | None) -> str:
        return day_words(on, self._view.today) if on else ""

    def _moment(self, on: date | None, at: str | None) -> str:
        view = self._view
        return moment(on, at, view.practice_zone, view.zone, view.today) if on else ""


def reason(task: ReaderTask) -> str:
    """Return why the date moved, as a clause; empty where no reason may be given."""
    clause = sentence(task.because or "")
    return clause[8:] if clause[:8].lower() == "because " else clause
