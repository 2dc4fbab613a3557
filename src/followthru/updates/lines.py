"""Put what is news for one reader into sentences."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from followthru.domain.saying import count_words, day_words
from followthru.updates.decided import DecisionNews, Told
from followthru.updates.facts import Facts
from followthru.updates.phrases import Phrases
from followthru.updates.render_text import WIDTH
from followthru.updates.results import How, Result
from followthru.updates.sections import Item, Section, Sections, Turn, holds_up
from followthru.updates.tree import Block, Bullets, Heading, paragraph
from followthru.updates.view import ANSWER, ReaderTask, ReaderView
from followthru.updates.words import clean, crop, fill, moment, sentence

SUBJECT_WIDTH = 150
NEED_WIDTH = 60
"""How long a thing that is needed may be for the subject to name it."""


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

    def closing(self, me: str) -> list[Block]:
        """Return the regards, and below them who signs, for which practice."""
        signature = self.filled(self._phrases.signature, me=me, practice=self._view.practice)
        signed, regards = signature if me else self._view.practice, self._phrases.regards
        # In plain text two lines stay two only where the second would have fitted on the first.
        if len(regards) + 1 + len(signed.split(" ")[0]) <= WIDTH:
            return [paragraph(regards, signed)]
        return [paragraph(regards), paragraph(signed)]

    def subject(self, sections: Sections, period: str) -> str:
        """Return practice, period and what is asked for; where nothing is, what is new."""
        words = {"practice": self._view.practice, "period": period}
        asks = sections.needs.items
        if not asks:
            return crop(self.filled(self._phrases.subject, news=_news(sections), **words), SUBJECT_WIDTH)
        phrase, day = self._ask([item.task for item in asks])
        words["things"] = count_words(len(asks), "thing", "things")
        words["need"] = _short(asks[0].task)
        words["day"] = self._day(day)
        return crop(self.filled(phrase, **words), SUBJECT_WIDTH)

    def _ask(self, asks: list[ReaderTask]) -> tuple[str, date | None]:
        """Return the phrase of a subject that asks for something, and its day."""
        phrases = self._phrases
        days = [task.needs_by for task in asks if task.needs_by]
        day = min(days, default=None)
        if len(asks) == 1 and _fits_subject(_short(asks[0])):
            forms = (phrases.subject_one, phrases.subject_one_by, phrases.subject_one_late)
        else:
            by = phrases.subject_ask_by if len(days) == len(asks) and len(set(days)) == 1 else phrases.subject_ask_first
            forms = (phrases.subject_ask, by, phrases.subject_ask_late)
        if day is None:
            return forms[0], None
        return forms[2] if day < self._view.today else forms[1], day

    def opening(self, sections: Sections, last: Facts | None) -> list[Block]:
        """Return the greeting, whether anything is new, and that nothing is needed where that is so."""
        greeting = paragraph(self.filled(self._phrases.greeting, reader=self._view.reader))
        needless = sections.news and not sections.needs.items
        said = (self._first_line(sections, last), self._phrases.nothing_needed if needless else "")
        return [greeting, paragraph(" ".join(filter(None, said)))]

    def sections(self, sections: Sections) -> list[Block]:
        """Return the sections that have something to say; without news only what is still needed."""
        phrases = self._phrases
        results = [self.result(one) for one in sections.results]
        blocks: list[Block] = [Heading(phrases.results), Bullets(tuple(results))] if results else []
        parts = [(phrases.needs, sections.needs)]
        found = blocks + [block for heading, section in parts for block in self._section(heading, section)]
        if not sections.news:
            return found
        decided = [self._decided(one) for one in sections.decisions.shown]
        found += [Heading(phrases.decisions), Bullets(tuple(decided))] if decided else []
        parts = [(phrases.moved, sections.moved), (phrases.done, sections.done), (phrases.next, sections.next)]
        return found + [block for heading, section in parts for block in self._section(heading, section)]

    def _decided(self, one: DecisionNews) -> str:
        """Return the line of a decision: when, by whom, what; or that it changed, or holds no longer."""
        phrases, decision = self._phrases, one.decision
        who = ", ".join((*decision.there, *(("you",) if decision.was_there else ())))
        words = {"day": self._day(decision.on), "who": who, "what": decision.words, "before": one.before}
        if one.told is Told.BACK:
            return self.filled(phrases.decided_no_longer, **words)
        line = self.filled(phrases.decided_by if who else phrases.decided, **words)
        if one.told is Told.NEW:
            return line
        return self.filled(phrases.decided_otherwise, line=line, before=one.before)

    def result(self, one: Result) -> str:
        """Return the line of a reading: its value against what was known, and the aim."""
        phrases, goal, today = self._phrases, one.goal, self._view.today
        phrase = {
            How.FIRST: phrases.result,
            How.UP: phrases.result_up,
            How.DOWN: phrases.result_down,
            How.SAME: phrases.result_same,
            How.CORRECTED: phrases.result_corrected,
        }[one.how]
        before = "" if one.before is None else goal.figure(one.before)
        line = self.filled(phrase, goal=goal.words, value=one.value(today), before=before)
        if not goal.aimed:
            return f"{line}."
        if goal.met(one.reading.value):
            return self.filled(phrases.result_met, line=line, aim=goal.aimed)
        phrase = phrases.result_aim if goal.by_on is None else phrases.result_aim_by
        return self.filled(phrase, line=line, aim=goal.aimed, day=self._day(goal.by_on))

    def _here(self, at: str) -> date:
        """Return the reader's own date at an instant; beside the practice's it can be the day before or after."""
        return datetime.fromisoformat(at).astimezone(ZoneInfo(self._view.zone)).date()

    def _first_line(self, sections: Sections, last: Facts | None) -> str:
        phrases, today = self._phrases, self._here(self._at)
        if sections.news:
            return self.filled(phrases.opening, today=day_words(today, today))
        if last is None:
            return phrases.nothing_yet
        ahead = sections.ahead
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
            self._need_phrase(task), task=task.words, need=sentence(task.needs or ""), day=self._day(task.needs_by)
        )
        if not holds_up(task):
            return line
        phrase = phrases.need_for_slip if task.may_slip else phrases.need_for
        return self.filled(phrase, line=line, promised=self.promised(task))

    def _need_phrase(self, task: ReaderTask) -> str:
        phrases = self._phrases
        if _is_question(task):
            forms = (phrases.question, phrases.question_by, phrases.question_late)
        else:
            forms = (phrases.need, phrases.need_by, phrases.need_late)
        if task.needs_by is None:
            return forms[0]
        return forms[2] if task.needs_by < self._view.today else forms[1]

    def _day(self, on: date | None) -> str:
        return day_words(on, self._view.today) if on else ""

    def _moment(self, on: date | None, at: str | None) -> str:
        view = self._view
        return moment(on, at, view.practice_zone, view.zone, view.today) if on else ""


def _is_question(task: ReaderTask) -> bool:
    return sentence(task.needs or "").endswith("?")


def _short(task: ReaderTask) -> str:
    """Return what is needed as a subject names it: a question is not repeated there."""
    return ANSWER if _is_question(task) else sentence(task.needs or "")


def _fits_subject(need: str) -> bool:
    """Return whether words may stand in a subject: short, and nothing that a mail program would decode."""
    return len(need) <= NEED_WIDTH and "=?" not in need


def _news(sections: Sections) -> str:
    """Return in a few words what is new, the least welcome first."""
    if not sections.news:
        return "nothing new"
    late = sum(item.turn == Turn.OVERDUE for item in sections.next.items)
    slips = sum(item.turn == Turn.AHEAD and item.task.may_slip for item in sections.next.items)
    decided = len(sections.decisions.shown)
    changes, done, results = len(sections.moved.items), len(sections.done.items), len(sections.results)
    said = [
        f"{late} not done in time" * bool(late),
        f"{slips} may slip" * bool(slips),
        count_words(changes, "change") * bool(changes),
        f"{done} done" * bool(done),
        count_words(results, "result") * bool(results),
        count_words(decided, "decision") * bool(decided),
    ]
    return ", ".join(filter(None, said)) or count_words(len(sections.ahead), "date to come", "dates to come")


# Words that begin a sentence with a capital only because they begin it.
_SMALL = frozenset(
    (
        *("A", "An", "Because", "Due", "He", "Her", "His", "It", "My", "No", "Nobody", "Of", "Our", "Owing", "She"),
        *("Some", "That", "The", "Their", "There", "These", "They", "This", "Those", "Two", "We", "You", "Your"),
    )
)
_OPENERS = (("because ", ""), ("due to ", "of "), ("owing to ", "of "))


def reason(task: ReaderTask) -> str:
    """Return why the date moved, as words that can follow `because`; empty where no reason may be given."""
    clause = sentence(task.because or "")
    for opener, instead in _OPENERS:
        if clause.casefold().startswith(opener):
            clause = instead + clause[len(opener) :]
    first, space, rest = clause.partition(" ")
    return f"{first.lower()}{space}{rest}" if first in _SMALL else clause
