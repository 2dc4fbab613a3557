"""What the keys of a playbook mean, what holds where one is left out, and in which words each mistake is named."""

from __future__ import annotations

import pytest

from followthru.domain.playbook_reading import LONGEST, MOST_DAYS, MOST_STEPS, read
from followthru.domain.playbooks import ANCHOR, Playbook, Question, Step, When
from followthru.domain.task import Area, Audience
from followthru.domain.toml_lines import Problem, Where

Said = dict[str, object]
MADE_OF = "small letters, digits and hyphens, 40 at most, a letter first"
EITHER = "say either before = DAYS (before the anchor) or after = STEP, days = DAYS"
TOP: Said = {
    "playbook": 1, "version": 3, "title": "Room", "source": "Ours", "check_your_state": "The city's", "anchor": "Day 1"
}  # fmt: skip
SIGN: Said = {"key": "sign", "title": "Sign", "public": "Signed", "before": 5}
OPEN: Said = {"key": "open", "title": "Open", "public": "Opened", "after": "sign", "days": 2}
WALLS: Said = {"key": "walls", "ask": "Are walls moved?"}


def whole(
    *, first: Said | None = None, second: Said | None = None, question: Said | None = None, **top: object
) -> Said:
    """A playbook of two steps and a question; `None` takes a key away."""
    parts: Said = {
        "roles": {"owner": "Who pays"},
        "questions": [_said(WALLS | (question or {}))],
        "steps": [_said(SIGN | (first or {})), _said(OPEN | (second or {}))],
    }
    return _said(TOP | parts | top)


def _said(table: Said) -> Said:
    return {key: value for key, value in table.items() if value is not None}


def book(said: Said) -> Playbook:
    found = read(said, "room")
    assert found.playbook is not None, found.problems
    return found.playbook


def problems(said: Said) -> list[tuple[Where, str]]:
    found = read(said, "room")
    assert found.playbook is None
    return [(one.where, one.words) for one in found.problems]


def test_what_is_left_out_has_its_usual_value() -> None:
    one = book(_said(TOP | {"steps": [SIGN]}))
    sign = Step(
        "sign", "Sign", "Signed", None, Area.OPERATIONS, "room", ANCHOR, -5, (), None, None, None, None, None,
        deadline=False, evidence=False, per_person=False, note=None, checklist=(), goal=None,
    )  # fmt: skip
    assert one == Playbook("room", 3, "Room", "Ours", "The city's", "Day 1", {}, (), (sign,), own=False, every=None)
    assert book(whole()).questions == (Question("walls", "Are walls moved?", ("yes", "no"), "no"),)
    assert book(whole(question={"answers": ["a", "b", "c"]})).questions[0].usual == "c", "the last answer"
    assert read(whole(), "room", own=True).playbook == book(whole())._replace(own=True)


def test_each_key_says_what_it_is_for() -> None:
    said = whole(
        area="people", kind="move", every="every 12 months after done", source=" One\nTwo ",
        question={"answers": ["a", "b", "c"], "usual": "b"},
        first={"role": "owner", "needs": [], "audience": "team", "minutes": 1, "checklist": ["One", " Two  three "],
               "buffer": 0, "start": 999, "note": " First\nthen "},
        second={"area": "performance", "kind": "round", "when": " walls = a ", "needs": ["sign"], "deadline": True,
                "evidence": True, "per_person": True, "goal": "retention", "days": None},
    )  # fmt: skip
    one = book(said)
    first, second = one.steps
    assert (one.every, one.source) == ("12 months after done", "One\nTwo")
    assert one.questions[0] == Question("walls", "Are walls moved?", ("a", "b", "c"), "b")
    assert (first.area, first.kind, first.role, first.audience) == (Area.PEOPLE, "move", "owner", Audience.TEAM)
    assert (first.buffer_days, first.start_days, first.minutes) == (0, 999, 1)
    assert (first.note, first.checklist) == ("First\nthen", ("One", "Two three"))
    assert (second.area, second.kind, second.when) == (Area.PERFORMANCE, "round", When("walls", "a"))
    assert (second.origin, second.days, second.needs) == ("sign", 0, ("sign",)), "counted from it, it needs it"
    assert book(whole(first={"before": 0})).steps[0].days == 0
    assert (second.deadline, second.evidence, second.per_person, second.goal) == (True, True, True, "retention")


ALMOST = [
    (whole(second={"after": ANCHOR, "days": 0, "deadline": True}), "a deadline on the anchor itself"),
    (whole(second={"days": 0}), "a step on the day of the one it needs"),
    (whole(first={"before": MOST_DAYS}), "as far before as may be"),
    (whole(first={"minutes": 60 * MOST_DAYS}), "as long as may be"),
    (whole(first={"title": "x" * LONGEST}), "as many letters as may be"),
    (whole(first={"public": None, "audience": "me"}), "for yourself alone nothing is said to others"),
    (whole(second={"needs": ["sign", "sign"]}), "named twice"),
    (whole(first={"key": "s" * 40}, second={"after": "s" * 40}), "a key as long as may be"),
    (whole(steps=[SIGN | {"key": f"s{n}"} for n in range(MOST_STEPS)]), "as many steps as may be"),
    (whole(first={"when": "walls=yes"}, second={"when": "walls=no"}), "both answers"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "what"), ALMOST, ids=[what for _, what in ALMOST])
def test_what_is_just_right_is_read(said: Said, what: str) -> None:
    assert book(said).steps, what


def number(key: str, low: int = 0, high: int = MOST_DAYS) -> str:
    return f"{key}: it is no whole number from {low} to {high}"


FIRST, SECOND, ASKED = ("steps", 0), ("steps", 1), ("questions", 0)
WRONG: list[tuple[Said, Where, str]] = [
    (whole(playbook=None), (), "playbook: it is missing"),
    (whole(playbook=2), ("playbook",), "playbook: this program reads format 1"),
    (whole(playbook=0), ("playbook",), number("playbook", 1)),
    (whole(version=None), (), "version: it is missing"),
    (whole(version=0), ("version",), number("version", 1)),
    (whole(version=1000), ("version",), number("version", 1)),
    (whole(version=True), ("version",), number("version", 1)),
    (whole(title=None), (), "title: it is missing"),
    (whole(title=3), ("title",), "title: it is no text"),
    (whole(title="x" * (LONGEST + 1)), ("title",), "title: it is longer than 2000 characters"),
    (whole(source=None), (), "source: it is missing"),
    (whole(check_your_state=" "), ("check_your_state",), "check_your_state: it is no text"),
    (whole(anchor=None), (), "anchor: it is missing"),
    (whole(every="soon"), ("every",), "every: “soon” is no rule for work that comes back."),
    (whole(every=3), ("every",), "every: it is no text"),
    (whole(area="office"), ("area",), "area: it is none of operations, people, performance"),
    (whole(area=3), ("area",), "area: it is none of operations, people, performance"),
    (whole(tilte="x"), ("tilte",), "tilte: there is no such key. Did you mean title?"),
    (whole(zz="x"), ("zz",), "zz: there is no such key."),
    (whole(roles=3), ("roles",), "it is no table"),
    (whole(roles={"owner": 3}), ("roles", "owner"), "owner: it is no text"),
    (whole(questions=3), ("questions",), "questions: it is written as [[questions]]"),
    (whole(steps=[]), (), "it has 0 steps; 1 to 100 are possible"),
    (whole(steps=[SIGN | {"key": f"s{n}"} for n in range(101)]), (), "it has 101 steps; 1 to 100 are possible"),
    (whole(question={"key": None}), ASKED, "key: it is missing"),
    (whole(question={"ask": None}), ASKED, "ask: it is missing"),
    (whole(question={"asks": "x"}), (*ASKED, "asks"), "asks: there is no such key. Did you mean ask?"),
    (whole(question={"usual": "maybe"}), (*ASKED, "usual"), "usual: it is none of yes, no"),
    (whole(question={"usual": 3}), (*ASKED, "usual"), "usual: it is none of yes, no"),
    (whole(question={"answers": "yes"}), (*ASKED, "answers"), "answers: it is no list of texts"),
    (whole(questions=[WALLS, WALLS]), ("questions", 1, "key"), "key: walls is there already"),
    (whole(first={"titel": "x"}), (*FIRST, "titel"), "titel: there is no such key. Did you mean title?"),
    (whole(first={"title": ""}), (*FIRST, "title"), "title: it is no text"),
    (whole(first={"public": None}), FIRST,
     'public: say in it what readers read of this step, or keep the step to yourself: audience = "me"'),
    (whole(first={"role": "ownr"}), (*FIRST, "role"), "role: there is no role ownr. Did you mean owner?"),
    (whole(first={"area": "office"}), (*FIRST, "area"), "area: it is none of operations, people, performance"),
    (whole(first={"audience": "all"}), (*FIRST, "audience"), "audience: it is none of me, owners, team"),
    (whole(first={"before": -1}), (*FIRST, "before"), number("before")),
    (whole(first={"before": 1000}), (*FIRST, "before"), number("before")),
    (whole(first={"before": 1.5}), (*FIRST, "before"), number("before")),
    (whole(first={"before": True}), (*FIRST, "before"), number("before")),
    (whole(first={"before": None}), (*FIRST, "key"), f"key: {EITHER}"),
    (whole(second={"before": 2}), (*SECOND, "before"), f"before: {EITHER}"),
    (whole(first={"days": 3}), (*FIRST, "days"), "days: it goes with after; before says its days itself"),
    (whole(second={"days": -1}), (*SECOND, "days"), number("days")),
    (whole(second={"days": 1000}), (*SECOND, "days"), number("days")),
    (whole(second={"days": "2"}), (*SECOND, "days"), number("days")),
    (whole(second={"after": "sgn"}), (*SECOND, "after"), "after: there is no step sgn. Did you mean sign?"),
    (whole(second={"after": "ancor"}), (*SECOND, "after"), "after: there is no step ancor. Did you mean anchor?"),
    (whole(second={"needs": ["sgn"]}), (*SECOND, "needs"), "needs: there is no step sgn. Did you mean sign?"),
    (whole(second={"needs": "sign"}), (*SECOND, "needs"), "needs: it is no list of texts"),
    (whole(second={"needs": [3]}), (*SECOND, "needs"), "needs: it is no list of texts"),
    (whole(second={"checklist": ["One", " "]}), (*SECOND, "checklist"), "checklist: it is no list of texts"),
    (whole(first={"when": "walls"}), (*FIRST, "when"), "when: it is written as QUESTION=ANSWER"),
    (whole(first={"when": "wals=no"}), (*FIRST, "when"), "when: there is no question wals. Did you mean walls?"),
    (whole(first={"when": "walls=noo"}), (*FIRST, "when"), "when: there is no answer to walls: noo. Did you mean no?"),
    (whole(first={"buffer": -1}), (*FIRST, "buffer"), number("buffer")),
    (whole(first={"buffer": 1000}), (*FIRST, "buffer"), number("buffer")),
    (whole(first={"start": -1}), (*FIRST, "start"), number("start")),
    (whole(first={"start": 1000}), (*FIRST, "start"), number("start")),
    (whole(first={"minutes": 0}), (*FIRST, "minutes"), number("minutes", 1, 59940)),
    (whole(first={"minutes": 59941}), (*FIRST, "minutes"), number("minutes", 1, 59940)),
    (whole(first={"deadline": "yes"}), (*FIRST, "deadline"), "deadline: it is neither true nor false"),
    (whole(first={"note": 3}), (*FIRST, "note"), "note: it is no text"),
    (whole(first={"goal": "Fewer left"}), (*FIRST, "goal"),
     f"goal: a kind of goal is made of {MADE_OF}: `followthru goal kinds` lists them"),
    (whole(first={"key": "Sign it"}, second={"after": "Sign it"}), (*FIRST, "key"), f"key: a key is made of {MADE_OF}"),
    (whole(first={"key": "anchor"}, second={"after": "anchor"}), (*FIRST, "key"),
     "key: anchor is the date of the whole playbook"),
    (whole(second={"key": "sign", "after": "anchor"}), (*SECOND, "key"), "key: sign is there already"),
    (whole(first={"before": None, "after": "open"}), (*FIRST, "key"),
     "key: these wait for each other: sign, open, sign"),
    (whole(first={"needs": ["open"]}), (*FIRST, "key"), "key: these wait for each other: sign, open, sign"),
    (whole(second={"after": None, "days": None, "before": 6, "needs": ["sign"]}), (*SECOND, "key"),
     "key: open is on a day before that of sign, which it needs"),
    (whole(second={"days": 6, "deadline": True}), (*SECOND, "deadline"),
     "deadline: open falls after the anchor, its deadline"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "where", "words"), WRONG, ids=[f"{where}: {words}"[:70] for _, where, words in WRONG])
def test_a_mistake_is_named_where_it_is_and_nothing_else_with_it(said: Said, where: Where, words: str) -> None:
    assert problems(said) == [(where, words)]


@pytest.mark.parametrize("day", [{"before": None}, {"before": -1}])
@pytest.mark.parametrize("more", [{"deadline": True}, {"needs": ["open"]}])
def test_a_mistake_in_a_day_is_not_taken_for_a_day(day: Said, more: Said) -> None:
    said = whole(first=day | more, second={"after": "anchor", "days": 0})
    assert [words.partition(":")[0] for _, words in problems(said)] == ["key" if day["before"] is None else "before"]


@pytest.mark.parametrize("name", ["Room", "", "-room", "r" * 41, "room.plan", "é"])
def test_a_name_that_cannot_be_typed_is_a_problem(name: str) -> None:
    assert read(whole(), name).problems == (Problem((), f"its name is no playbook's: {MADE_OF}, before .toml"),)


def test_a_step_without_a_key_is_said_to_be_there_already_by_nobody() -> None:
    found = problems(whole(first={"key": None}, second={"key": None, "after": "anchor"}))
    assert found == [(FIRST, "key: it is missing"), (SECOND, "key: it is missing")]
