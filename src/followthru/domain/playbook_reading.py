"""Read a playbook from what its TOML says, and name everything in it that is wrong. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple, cast

from followthru.domain import rule_words
from followthru.domain.nearest import did_you_mean
from followthru.domain.plain import one_line, several_lines
from followthru.domain.playbooks import ANCHOR, FORMAT, Playbook, Question, Step, When, circle, offsets
from followthru.domain.task import Area, Audience
from followthru.domain.toml_lines import Problem, Where
from followthru.errors import UsageError

TOP = (
    "playbook", "version", "title", "source", "check_your_state", "anchor", "every", "area", "kind", "roles",
    "questions", "steps",
)  # fmt: skip
QUESTION = ("key", "ask", "answers", "usual")
STEP = (
    "key", "title", "public", "role", "area", "kind", "before", "after", "days", "needs", "when", "buffer", "start",
    "minutes", "audience", "deadline", "evidence", "per_person", "note", "checklist", "goal",
)  # fmt: skip
MOST_STEPS, MOST_DAYS, LONGEST = 100, 999, 2000
_KEY = re.compile(r"[a-z][a-z0-9-]{0,39}")
_MADE_OF = "small letters, digits and hyphens, 40 at most, a letter first"


class Read(NamedTuple):
    """What a file says: a playbook, or everything that is wrong with it."""

    playbook: Playbook | None
    problems: tuple[Problem, ...]


def read(said: Mapping[str, object], name: str, *, own: bool = False) -> Read:
    """Return the playbook that a file says, named `name`, or its problems."""
    problems: list[Problem] = []
    top = _Table(said, (), TOP, problems)
    if not _KEY.fullmatch(name):
        problems.append(Problem((), f"its name is no playbook's: {_MADE_OF}, before .toml"))
    version = top.number("playbook", None, 1, MOST_DAYS)
    if version not in (None, FORMAT):
        top.wrong("playbook", f"this program reads format {FORMAT}")
    named = _Table(said.get("roles", {}), ("roles",), (), problems)
    roles = {key: named.line(key) for key in named.said}
    questions = tuple(_question(one) for one in top.tables("questions", QUESTION))
    usual = (top.choice("area", Area, Area.OPERATIONS), top.line("kind", name))
    tables = top.tables("steps", STEP)
    if not 1 <= len(tables) <= MOST_STEPS:
        problems.append(Problem((), f"it has {len(tables)} steps; 1 to {MOST_STEPS} are possible"))
    steps = tuple(_step(one, usual) for one in tables)
    playbook = Playbook(
        name,
        top.number("version", None, 1, MOST_DAYS) or 1,
        top.line("title"),
        top.words("source"),
        top.words("check_your_state"),
        top.line("anchor"),
        roles,
        questions,
        steps,
        own,
        _rule(top),
    )
    problems += _between(playbook)
    return Read(None, tuple(problems)) if problems else Read(playbook, ())


class _Table:
    """One table, read key by key. What is wrong is noted, and something harmless stands in for it."""

    def __init__(self, said: object, where: Where, known: Iterable[str], problems: list[Problem]) -> None:
        self.said = _table(said)
        self.where = where
        self.problems = problems
        known = tuple(known)
        if not isinstance(said, dict):
            problems.append(Problem(where, "it is no table"))
        for key in self.said.keys() - set(known) if known else ():
            self.wrong(key, f"there is no such key. {did_you_mean(key, known)}".rstrip())

    def wrong(self, key: str, words: str) -> None:
        """Note what is wrong with a key, at its table where the key is missing."""
        self.problems.append(Problem((*self.where, key) if key in self.said else self.where, f"{key}: {words}"))

    def tables(self, key: str, known: tuple[str, ...]) -> list[_Table]:
        """Return the tables of a list, such as `[[steps]]`."""
        said = self.said.get(key, [])
        if not isinstance(said, list):
            self.wrong(key, f"it is written as [[{key}]]")
            return []
        items = cast("list[object]", said)
        return [_Table(one, (*self.where, key, at), known, self.problems) for at, one in enumerate(items)]

    def words(self, key: str, otherwise: str | None = None) -> str:
        """Return a text of several lines; missing, it is wrong unless something stands in for it."""
        said = self.said.get(key, otherwise)
        if said is None:
            self.wrong(key, "it is missing")
        elif not isinstance(said, str) or (not said.strip() and otherwise is None):
            self.wrong(key, "it is no text")
        elif len(said) > LONGEST:
            self.wrong(key, f"it is longer than {LONGEST} characters")
        else:
            return several_lines(said.strip())
        return ""

    def line(self, key: str, otherwise: str | None = None) -> str:
        """Return a text on one line."""
        return one_line(self.words(key, otherwise))

    def number(self, key: str, otherwise: int | None, low: int, high: int) -> int | None:
        """Return a whole number; None where something else stands there."""
        said = self.said.get(key, otherwise)
        if said is None and key in TOP:
            self.wrong(key, "it is missing")
        elif said is not None and (type(said) is not int or not low <= said <= high):
            self.wrong(key, f"it is no whole number from {low} to {high}")
        else:
            return said
        return None

    def flag(self, key: str) -> bool:
        """Return true or false; false where nothing is said."""
        said = self.said.get(key, False)
        if not isinstance(said, bool):
            self.wrong(key, "it is neither true nor false")
        return said is True

    def lines(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        said = self.said.get(key, [])
        items = cast("list[object]", said) if isinstance(said, list) else [None]
        found = [one_line(one) for one in items if isinstance(one, str)]
        if len(found) != len(items) or not all(found):
            self.wrong(key, "it is no list of texts")
        return tuple(found)

    def choice(self, key: str, possible: Iterable[str], otherwise: str) -> str:
        """Return one of some words."""
        said = self.said.get(key, otherwise)
        possible = tuple(possible)
        if not isinstance(said, str) or (said not in possible and said != otherwise):
            self.wrong(key, f"it is none of {', '.join(possible)}")
            return otherwise
        return said

    def key(self, key: str) -> str:
        """Return the key that a step or question is known by."""
        said = self.line(key)
        if said and not _KEY.fullmatch(said):
            self.wrong(key, f"a key is made of {_MADE_OF}")
        return said


def _table(said: object) -> dict[str, object]:
    return cast("dict[str, object]", said) if isinstance(said, dict) else {}


def _rule(top: _Table) -> str | None:
    """Return the rule by which a playbook comes back, in its one form."""
    said = top.line("every", "")
    if not said:
        return None
    try:
        return str(rule_words.read(said))
    except UsageError as error:
        top.wrong("every", error.message)
        return None


def _question(table: _Table) -> Question:
    answers = table.lines("answers") or ("yes", "no")
    usual = table.choice("usual", answers, answers[-1])
    return Question(table.key("key"), table.line("ask"), answers, usual)


def _step(table: _Table, usual: tuple[str, str]) -> Step:
    area, kind = usual
    audience = table.choice("audience", Audience, "") or None
    public = table.line("public", "") or None
    if public is None and audience != Audience.ME:
        table.wrong("public", 'say in it what readers read of this step, or keep the step to yourself: audience = "me"')
    origin, days = _day(table)
    return Step(
        key=table.key("key"),
        title=table.line("title"),
        public=public,
        role=table.line("role", "") or None,
        area=Area(table.choice("area", Area, area)),
        kind=table.line("kind", kind),
        origin=origin,
        days=days,
        needs=tuple(dict.fromkeys([*([] if origin == ANCHOR else [origin]), *table.lines("needs")])),
        when=_when(table),
        buffer_days=table.number("buffer", None, 0, MOST_DAYS),
        start_days=table.number("start", None, 0, MOST_DAYS),
        minutes=table.number("minutes", None, 1, 60 * MOST_DAYS),
        audience=None if audience is None else Audience(audience),
        deadline=table.flag("deadline"),
        evidence=table.flag("evidence"),
        per_person=table.flag("per_person"),
        note=table.words("note", "") or None,
        checklist=table.lines("checklist"),
        goal=_goal(table),
    )


def _goal(table: _Table) -> str | None:
    """Return the kind of goal that a step serves; what there is of kinds is not known here."""
    said = table.line("goal", "")
    if said and not _KEY.fullmatch(said):
        table.wrong("goal", f"a kind of goal is made of {_MADE_OF}: `followthru goal kinds` lists them")
    return said or None


def _day(table: _Table) -> tuple[str, int]:
    """Return from what a step is counted, and by how many working days."""
    before, after = "before" in table.said, "after" in table.said
    if before == after:
        table.wrong(
            "before" if before else "key", "say either before = DAYS (before the anchor) or after = STEP, days = DAYS"
        )
        return ANCHOR, 0
    if before:
        if "days" in table.said:
            table.wrong("days", "it goes with after; before says its days itself")
        return ANCHOR, -(table.number("before", None, 0, MOST_DAYS) or 0)
    return table.line("after"), table.number("days", 0, 0, MOST_DAYS) or 0


def _when(table: _Table) -> When | None:
    said = table.line("when", "")
    if not said:
        return None
    question, equals, answer = (part.strip() for part in said.partition("="))
    if not equals:
        table.wrong("when", "it is written as QUESTION=ANSWER")
        return None
    return When(question, answer)


def _between(playbook: Playbook) -> list[Problem]:
    """Return what does not fit between the parts of a playbook."""
    found: list[Problem] = []
    found += _twice("questions", [one.key for one in playbook.questions])
    found += _twice("steps", [one.key for one in playbook.steps])
    questions = {one.key: one for one in playbook.questions}
    keys = [one.key for one in playbook.steps]
    for at, step in enumerate(playbook.steps):
        where = ("steps", at)
        if step.key == ANCHOR:
            found.append(Problem((*where, "key"), "key: anchor is the date of the whole playbook"))
        if step.origin not in (ANCHOR, *keys):
            found.append(_unknown((*where, "after"), "step", step.origin, (ANCHOR, *keys)))
        found += [
            _unknown((*where, "needs"), "step", need, keys)
            for need in step.needs
            if need not in keys and need != step.origin
        ]
        if step.role is not None and step.role not in playbook.roles:
            found.append(_unknown((*where, "role"), "role", step.role, playbook.roles))
        if step.when is not None:
            found += _unanswerable((*where, "when"), step.when, questions)
    return found or _in_time(playbook)


def _in_time(playbook: Playbook) -> list[Problem]:
    """Return circles between steps, steps that come before what they need, and those after their own deadline."""
    at = {step.key: number for number, step in enumerate(playbook.steps)}
    if found := circle(playbook.steps):
        return [Problem(("steps", at[found[0]], "key"), f"key: these wait for each other: {', '.join(found)}")]
    days = offsets(playbook.steps)
    problems = [
        Problem(("steps", at[step.key], "key"), f"key: {step.key} is on a day before that of {need}, which it needs")
        for step in playbook.steps
        for need in step.needs
        if days[need] > days[step.key]
    ]
    problems += [
        Problem(("steps", at[step.key], "deadline"), f"deadline: {step.key} falls after the anchor, its deadline")
        for step in playbook.steps
        if step.deadline and days[step.key] > 0
    ]
    return problems


def _twice(list_: str, keys: list[str]) -> list[Problem]:
    return [
        Problem((list_, at, "key"), f"key: {key} is there already")
        for at, key in enumerate(keys)
        if key and key in keys[:at]
    ]


def _unknown(where: Where, what: str, said: str, known: Iterable[str]) -> Problem:
    return Problem(where, f"{where[-1]}: there is no {what} {said}. {did_you_mean(said, known)}".rstrip())


def _unanswerable(where: Where, when: When, questions: Mapping[str, Question]) -> list[Problem]:
    question = questions.get(when.question)
    if question is None:
        return [_unknown(where, "question", when.question, questions)]
    if when.answer not in question.answers:
        return [_unknown(where, f"answer to {when.question}:", when.answer, question.answers)]
    return []
