"""Finding the markers among the words of a line: which words mean a date, a person, a tag.

Whether a keyword counts depends on what follows it up to the next marker, so keywords are
looked at from the right: each one knows already which later words begin a marker.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from followthru.domain.capture.model import Known, NoteKind, SpanKind
from followthru.domain.capture.people import match_people, nearest, nearest_person
from followthru.domain.capture.words import DATE_KEYWORDS, Sigil, Word, begins_rule, read_sigil, twin_hint
from followthru.domain.dateword import (
    PUNCTUATION,
    DateMatch,
    match_date,
    match_time,
    past_notes,
    rest_day_notes,
)

_DATE_KIND: Mapping[str, SpanKind] = {
    "by": "promise",
    "deadline": "deadline",
    "target": "target",
    "from": "start",
}
_LONGEST_QUOTE = 60
# Notes beyond these still come, without a nearest name: looking for it costs a comparison with every name.
_NEAREST_LOOKUPS = 16


class Marker(NamedTuple):
    """Words [first, stop) that mean something. `needs` is the first word of the promise that a telling belongs to."""

    kind: SpanKind
    value: str
    first: int
    stop: int
    needs: int | None = None


class WordNote(NamedTuple):
    """A note about words [first, stop)."""

    kind: NoteKind
    words: str
    first: int
    stop: int


class Finder:
    """Finds the markers of one line. After `find`: `markers` (from left to right), `practice` and `notes`."""

    __slots__ = ("_begins", "_known", "_lookups", "_plain", "_today", "_words", "markers", "notes", "practice")

    def __init__(self, words: Sequence[Word], known: Known) -> None:
        self._words = words
        self._known = known
        self._plain = [word.text if word.how == "plain" else "" for word in words]
        self._begins = [False] * len(words) + [True]
        self._lookups = 0
        self._today: date | None = None
        self.markers: list[Marker] = []
        self.notes: list[WordNote] = []
        self.practice: str | None = None

    def find(self) -> None:
        """Find all markers; the practice first, since it decides whose people are known."""
        sigils = self._sigils()
        self.practice = self._find_practice(sigils)
        for i, sigil in sigils.items():
            self._sigil(i, sigil)
        for i in range(len(self._words) - 1, -1, -1):
            self._keyword(i, self._plain[i].casefold())
        self.markers.sort(key=lambda marker: marker.first)

    def note(self, kind: NoteKind, words: str, first: int, stop: int) -> None:
        """Add a note about words [first, stop)."""
        self.notes.append(WordNote(kind, words, first, stop))

    def typed(self, first: int, stop: int) -> str:
        """Return the words [first, stop) as they were typed, without punctuation at the end."""
        return self._shown(" ".join(word.text for word in self._words[first:stop]))

    @staticmethod
    def _shown(said: str) -> str:
        said = said.rstrip(PUNCTUATION)
        return said if len(said) <= _LONGEST_QUOTE else f"{said[: _LONGEST_QUOTE - 1]}…"

    def _sigils(self) -> dict[int, Sigil]:
        found: dict[int, Sigil] = {}
        for i, word in enumerate(self._plain):
            sigil = read_sigil(word)
            if sigil is not None:
                found[i] = sigil
                self._begins[i] = True
            elif (hint := twin_hint(word)) is not None:
                self.note("unknown", f"“{self.typed(i, i + 1)}” is not understood: write {hint}", i, i + 1)
        return found

    def _find_practice(self, sigils: Mapping[int, Sigil]) -> str | None:
        """Return the one practice named. With two, neither counts: a guess could show one to the other."""
        named = {i: self._slug(sigil.value) for i, sigil in sigils.items() if sigil.kind == "practice"}
        slugs = sorted({slug for slug in named.values() if slug is not None})
        if len(slugs) > 1:
            said = " and ".join(f"@{slug}" for slug in slugs)
            for i, slug in named.items():
                if slug is not None:
                    self.note("ambiguous", f"{said} are both named: neither counts, keep one", i, i + 1)
        return slugs[0] if len(slugs) == 1 else None

    def _slug(self, said: str) -> str | None:
        if said in self._known.practices:
            return said
        return said.casefold() if said.casefold() in self._known.practices else None

    def _sigil(self, i: int, sigil: Sigil) -> None:
        if sigil.kind == "practice":
            slug = self._slug(sigil.value)
            if slug is None:
                near = self._near(lambda: nearest(sigil.value, self._known.practices))
                self.note("unknown", f"no practice “{self._shown(sigil.value)}”{near}", i, i + 1)
            elif slug == self.practice:
                self.markers.append(Marker("practice", slug, i, i + 1))
        elif sigil.kind == "assignee":
            handle = self._person(sigil.value, i, i + 1, whole=False)
            if handle is not None:
                self.markers.append(Marker("assignee", handle, i, i + 1))
        else:
            self.markers.append(Marker(sigil.kind, sigil.value, i, i + 1))

    def _keyword(self, i: int, key: str) -> None:
        if key in DATE_KEYWORDS:
            self._date(i, key)
        elif key == "wait":
            self._wait(i)
        elif key == "every":
            self._every(i)

    def _date(self, i: int, key: str) -> None:
        today = self._find_today()
        found = match_date(self._plain, i + 1, today, self._known.order, clock=key == "by")
        if found is None:
            self._only_a_time(i, key)
            return
        told_at = self._to_after(found.stop) if key == "by" else None
        if told_at is None and not self._ends_at(found.stop):
            said = self.typed(i, found.stop)
            self.note("ambiguous", f"“{said}” stays in the title: more words follow it", i, found.stop)
            return
        self._begins[i] = True
        if found.on is None:
            said = self.typed(i, found.stop)
            self.note("warning", f"“{said}” stays in the title: {found.problem}", i, found.stop)
            return
        self._dated(i, key, found)
        if told_at is not None:
            self._told(i, told_at)

    def _find_today(self) -> date:
        if self._today is None:
            self._today = self._known.today(self.practice)
        return self._today

    def _dated(self, i: int, key: str, found: DateMatch) -> None:
        on = found.on
        if on is None:
            return
        value = on.isoformat() if found.at is None else f"{on.isoformat()}T{found.at:%H:%M}"
        self.markers.append(Marker(_DATE_KIND[key], value, i, found.stop))
        today = self._find_today()
        for words in found.notes:
            self.note("ambiguous", words, i, found.stop)
        past = past_notes(on, today)
        for words in past:
            self.note("warning", words, i, found.stop)
        for words in () if past else rest_day_notes(on, today, self._known.weekdays(self.practice)):
            self.note("info", words, i, found.stop)
        clock = self._spare_clock(found.stop)
        if clock is not None:
            said = self.typed(found.stop, clock)
            why = "midnight may be either end of the day" if key == "by" else f"a {key} date has no clock time"
            self.note("warning", f"“{said}” stays in the title: {why}", found.stop, clock)

    def _ends_at(self, stop: int) -> bool:
        """Tell whether a date may end before word `stop`: a marker, the end, or a time that it cannot take."""
        return self._begins[stop] or self._spare_clock(stop) is not None

    def _spare_clock(self, i: int) -> int | None:
        """Return the index after a clock time (or `midnight`) at word `i` that ends at a marker."""
        found = match_time(self._plain, i)
        if found is not None:
            return found.stop if self._begins[found.stop] else None
        at = i + (self._key(i) == "at")
        return at + 1 if self._key(at) == "midnight" and self._begins[at + 1] else None

    def _key(self, i: int) -> str:
        return self._plain[i].casefold().rstrip(PUNCTUATION) if i < len(self._plain) else ""

    def _only_a_time(self, i: int, key: str) -> None:
        found = match_time(self._plain, i + 1)
        if found is not None and self._begins[found.stop]:
            said = self.typed(i, found.stop)
            day = f"{key} today {self.typed(i + 1, found.stop)}" if key == "by" else f"{key} today"
            self.note("info", f"“{said}” names no day and stays in the title: write “{day}”", i, found.stop)

    def _to_after(self, stop: int) -> int | None:
        """Return the index of `to` right after a date, also of one made text by a backslash."""
        word = self._words[stop] if stop < len(self._words) else None
        return stop if word is not None and word.how != "quoted" and word.text.casefold() == "to" else None

    def _told(self, promise: int, i: int) -> None:
        if self._words[i].how == "escaped":
            return
        handle = self._named_after(i)
        if handle is not None:
            self.markers.append(Marker("told", handle, i, i + 2, promise))

    def find_apart(self, chosen: Sequence[Marker]) -> None:
        """Note a `to PERSON` that stands behind the promise but not right behind it: no telling is recorded by it.

        Before the promise it says what the task is about: `Send it to dana by fri`.
        """
        promise = next((marker for marker in chosen if marker.kind == "promise"), None)
        if promise is None or self.practice is None or any(marker.kind == "told" for marker in chosen):
            return
        read = {marker.first for marker in self.markers if marker.kind == "told"}
        for i in range(promise.stop, len(self._words) - 1):
            if self._plain[i].casefold() == "to" and i not in read and self._names_one(i + 1):
                said, dated = self.typed(i, i + 2), self.typed(promise.first, promise.stop)
                words = f"“{said}” stands apart from its date: write it right behind, “{dated} {said}”"
                self.note("info", words, i, i + 2)
                return

    def _names_one(self, i: int) -> bool:
        """Tell whether word `i` is text that names one person of the practice, as `_person` reads it."""
        if self.practice is None or self._begins[i] or not self._plain[i]:
            return False
        found, exact = match_people(self._plain[i], self._known.practices[self.practice])
        return len(found) == 1 and (exact or self._begins[i + 1])

    def _wait(self, i: int) -> None:
        handle = self._named_after(i)
        if handle is not None:
            self.markers.append(Marker("waiting", handle, i, i + 2))
            self._begins[i] = True

    def _named_after(self, i: int) -> str | None:
        """Return the person named by the word after keyword `i`.

        The beginning of a name counts only when a marker or the end follows: in `wait an hour`
        nobody means Ana.
        """
        if self._begins[i + 1]:
            self.note("unknown", f"“{self.typed(i, i + 1)}” stays in the title: nobody is named", i, i + 1)
            return None
        said = self._words[i + 1]
        if said.how != "plain":
            self.note("unknown", f"“{self.typed(i, i + 2)}” stays in the title: not a person", i, i + 2)
            return None
        return self._person(said.text, i, i + 2, whole=not self._begins[i + 2])

    def _person(self, said: str, first: int, stop: int, *, whole: bool) -> str | None:
        """Return the handle that `said` means in the practice; with `whole`, a beginning is not enough."""
        name = self._shown(said)
        if self.practice is None:
            near = self._near(lambda: self._anywhere(said))
            self.note("unknown", f"“{name}” is not known without a @practice{near}", first, stop)
            return None
        people = self._known.practices[self.practice]
        found, exact = match_people(said, people)
        if len(found) > 1:
            handles = ", ".join(sorted(person.handle for person in found))
            self.note("ambiguous", f"“{name}” may be {handles}", first, stop)
            return None
        if not found or (whole and not exact):
            near = self._near(lambda: nearest_person(said, people))
            self.note("unknown", f"nobody called “{name}” at {self.practice}{near}", first, stop)
            return None
        if not exact:
            self.note("info", f"“{name}” read as {found[0].handle} ({found[0].name})", first, stop)
        return found[0].handle

    def _anywhere(self, said: str) -> str | None:
        """Return the one practice where `said` is a whole handle or address, as words."""
        slugs = [slug for slug, people in self._known.practices.items() if match_people(said, people)[1]]
        return f"@{slugs[0]}" if len(slugs) == 1 else None

    def _near(self, look_up: Callable[[], str | None]) -> str:
        self._lookups += 1
        found = look_up() if self._lookups <= _NEAREST_LOOKUPS else None
        return "" if found is None else f"; nearest: {found}"

    def _every(self, i: int) -> None:
        """Read all words up to the next marker as a rule; what only looks like one stays in the title with a note."""
        if not begins_rule(self._key(i + 1)):
            return
        from followthru.domain.rule_words import match, why_none

        stop = self._rule_end(i)
        said_rule = self._plain[i + 1 : stop]
        found = match(said_rule)
        self._begins[i] = True
        if found is None:
            said = self.typed(i, stop)
            self.note("info", f"“{said}” stays in the title: {why_none(said_rule)}", i, stop)
        else:
            self.markers.append(Marker("repeat", str(found), i, stop))

    def _rule_end(self, i: int) -> int:
        stop = i + 2
        while not self._begins[stop]:
            stop += 1
        return stop
