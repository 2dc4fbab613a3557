"""The forecast does what its rule says, day by day, and its stated chance is the share that is kept."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from math import ceil, exp, log
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followthru.domain.forecast import (
    CLIENT,
    INTERNAL,
    STATUTORY,
    Case,
    Forecast,
    History,
    Reference,
    chance,
    forecast,
    replay,
)
from followthru.domain.reliability import NONE, Share, outcome, reliability
from followthru.domain.workdays import MONDAY_TO_FRIDAY, WorkCalendar
from followthru.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

MONDAY = date(2025, 1, 6)
CLOSED_SPRING = WorkCalendar(frozenset({1, 2, 4}), frozenset(MONDAY + timedelta(days=n) for n in range(20, 40)))
CALENDARS = {"a": CLOSED_SPRING}


def plain_rule(cases: list[Case], p: Fraction) -> dict[int, date | None]:
    """The rule as it is written down, case by case, looking through everything each time."""
    calendars = {"a": CLOSED_SPRING}
    promised: dict[int, date | None] = {}

    def days(case: Case) -> int:
        assert case.done_on is not None
        return calendars.get(case.practice or "", MONDAY_TO_FRIDAY).working_days_between(case.told_on, case.done_on)

    for case in sorted(cases, key=lambda one: (one.told_on, one.place)):
        on = case.told_on
        known = [one for one in cases if one.done_on is not None and one.done_on < on]
        known.sort(key=lambda one: (one.done_on or on, one.place), reverse=True)
        same = [one for one in known if case.kind and (one.practice, one.kind) == (case.practice, case.kind)][:40]
        kind = [one for one in known if case.kind and one.kind == case.kind and one not in same]
        found = (same + kind)[:60]
        practice = [one for one in known if case.practice and one.practice == case.practice and one not in found]
        found = (found + practice)[:60]
        still = [
            one
            for one in cases
            if case.kind
            and (one.practice, one.kind) == (case.practice, case.kind)
            and one.told_on < on
            and (one.done_on is None or one.done_on >= on)
            and (own := promised[one.place]) is not None
            and own < on
        ]
        k = ceil(p * (len(found) + len(still) + 1))
        calendar = calendars.get(case.practice or "", MONDAY_TO_FRIDAY)
        took = sorted(days(one) for one in found)
        promised[case.place] = calendar.add(on, took[k - 1]) if k <= len(took) else None
    return promised


days = st.integers(0, 60).map(lambda n: MONDAY + timedelta(days=n))
spans = st.one_of(st.none(), st.integers(0, 30))


def made(raw: Sequence[tuple[str | None, str | None, date, int | None]]) -> list[Case]:
    return [
        Case(practice, kind, told, None if span is None else told + timedelta(days=span), place)
        for place, (practice, kind, told, span) in enumerate(raw)
    ]


histories = st.lists(
    st.tuples(st.sampled_from(["a", "b", None]), st.sampled_from(["x", "y", None]), days, spans), max_size=60
).map(made)
chances = st.sampled_from([Fraction(1, 2), INTERNAL, CLIENT, Fraction(19, 20), Fraction(7, 10)])


@given(histories, chances)
def test_a_replay_does_what_the_rule_says(cases: list[Case], p: Fraction) -> None:
    found = {case.place: one and one.promised_on for case, (one,) in replay(History(cases, CALENDARS), [p])}
    assert found == plain_rule(cases, p)


def test_the_newest_forty_of_its_own_come_first_and_sixty_are_enough() -> None:
    own = [Case("b", "x", MONDAY, MONDAY + timedelta(days=n), n) for n in range(1, 51)]
    elsewhere = [Case("c", "x", MONDAY, MONDAY + timedelta(days=200 + n), 100 + n) for n in range(30)]
    reference = History([*own, *elsewhere]).reference("b", "x", MONDAY + timedelta(days=365))
    assert (reference.own, reference.kind, reference.practice, len(reference.days)) == (40, 20, 0, 60)
    reference = History([*own, *elsewhere[:3]]).reference("b", "x", MONDAY + timedelta(days=365))
    assert (reference.own, reference.kind, reference.practice, len(reference.days)) == (50, 3, 0, 53)


@given(histories, chances, st.integers(0, 400))
def test_nothing_that_ends_on_the_day_or_later_is_known(cases: list[Case], p: Fraction, shift: int) -> None:
    on = MONDAY + timedelta(days=30)
    told = [one for one in cases if one.told_on < on]
    later = [
        one._replace(done_on=one.done_on + timedelta(days=shift)) if one.done_on and one.done_on >= on else one
        for one in told
    ]
    assert forecast(History(told), "a", "x", on, p) == forecast(History(later), "a", "x", on, p)


@given(histories, chances, st.sampled_from(["a", "b", None]), st.sampled_from(["x", "y", None]), days)
def test_a_date_for_today_is_what_a_replay_of_today_says(
    cases: list[Case], p: Fraction, practice: str | None, kind: str | None, on: date
) -> None:
    asked = Case(practice, kind, on, None, 1000)
    replayed = dict(replay(History([*cases, asked], CALENDARS), [p]))
    found = forecast(History(cases, CALENDARS), practice, kind, on, p, own=p)
    assert (found if isinstance(found, Forecast) else None,) == replayed[asked]


crowded = st.lists(
    st.tuples(st.just("a"), st.just("x"), days, st.sampled_from([0, 0, 0, 1, 1, 2, 5, 30, None])),
    min_size=12,
    max_size=30,
).map(made)


@settings(max_examples=25)
@given(crowded, chances)
def test_what_outlives_its_own_date_counts_in_a_replay_and_for_today(cases: list[Case], p: Fraction) -> None:
    """All of one kind at one practice, most done at once: the others are soon past their own dates."""
    found = {case.place: one and one.promised_on for case, (one,) in replay(History(cases, CALENDARS), [p])}
    assert found == plain_rule(cases, p)
    for day in (15, 30, 45, 61):
        on = MONDAY + timedelta(days=day)
        asked = Case("a", "x", on, None, 1000)
        today = forecast(History(cases, CALENDARS), "a", "x", on, p, own=p)
        assert (today.promised_on if isinstance(today, Forecast) else None) == plain_rule([*cases, asked], p)[1000]


@given(histories)
def test_more_chance_never_means_an_earlier_date(cases: list[Case]) -> None:
    on = MONDAY + timedelta(days=61)
    found = [forecast(History(cases), "a", "x", on, Fraction(n, 20)) for n in range(1, 20)]
    dated = [one.promised_on for one in found if isinstance(one, Forecast)]
    assert dated == sorted(dated)
    assert [isinstance(one, Forecast) for one in found] == sorted(
        (isinstance(one, Forecast) for one in found), reverse=True
    )


@given(histories, st.randoms(use_true_random=False))
def test_the_order_in_which_cases_are_read_changes_nothing(cases: list[Case], random: Random) -> None:
    mixed = cases[:]
    random.shuffle(mixed)
    on = MONDAY + timedelta(days=61)
    assert forecast(History(cases), "b", "y", on, CLIENT) == forecast(History(mixed), "b", "y", on, CLIENT)


def test_a_date_is_counted_in_the_practices_own_days() -> None:
    cases = [Case("b", "x", MONDAY, MONDAY + timedelta(days=3), n) for n in range(20)]
    friday = date(2025, 12, 19)
    closed = WorkCalendar(frozenset({1, 2, 3, 4, 5}), frozenset({date(2025, 12, 22), date(2025, 12, 25)}))
    found = forecast(History(cases, {"b": closed}), "b", "x", friday, INTERNAL)
    assert isinstance(found, Forecast)
    assert (found.days, found.promised_on) == (3, date(2025, 12, 26))


def test_too_few_cases_give_no_date() -> None:
    cases = [Case("b", "x", MONDAY, MONDAY + timedelta(days=1), n) for n in range(3)]
    found = forecast(History(cases), "b", "x", MONDAY + timedelta(days=30), INTERNAL)
    assert found == Reference((1, 1, 1), 3, 0, 0)


def test_what_is_open_past_its_own_date_counts_as_longer() -> None:
    on = date(2025, 6, 2)
    done = [Case("b", "x", MONDAY, MONDAY + timedelta(days=n % 5), n) for n in range(30)]
    stuck = [Case("b", "x", date(2025, 3, 3), None, 100 + n) for n in range(4)]
    without, with_them = (forecast(History(cases), "b", "x", on, INTERNAL) for cases in (done, [*done, *stuck]))
    assert isinstance(without, Forecast)
    assert isinstance(with_them, Forecast)
    assert (without.reference.longer, with_them.reference.longer) == (0, 4)
    assert without.reference.rank(INTERNAL) == 25
    assert with_them.reference.rank(INTERNAL) == 28


TEN = [
    Case("b", "x", MONDAY, MONDAY_TO_FRIDAY.add(MONDAY, days), n)
    for n, days in enumerate((1, 1, 1, 1, 1, 1, 1, 1, 1, 5))
]
"""With none that is longer the next one is done on the following day, with one in five, with two there is no date."""


@pytest.mark.parametrize(
    ("told", "on", "longer"),
    [
        ([date(2025, 3, 3)], date(2025, 3, 4), 0),  # its day has come and has not passed
        ([date(2025, 3, 3)], date(2025, 3, 5), 1),
        ([date(2025, 3, 3), date(2025, 3, 4)], date(2025, 3, 6), 2),
        # The second is given five days for the first. They are not over when the third is told, which is given five.
        ([date(2025, 2, 24), date(2025, 3, 3), date(2025, 3, 10)], date(2025, 3, 18), 3),
        # Two of one day are both past when the third is told, which has no date that it could pass.
        ([date(2025, 3, 3), date(2025, 3, 3), date(2025, 3, 10)], date(2025, 3, 18), 2),
    ],
)
def test_an_open_case_is_longer_from_the_day_after_its_own_date(told: list[date], on: date, longer: int) -> None:
    history = History([*TEN, *(Case("b", "x", day, None, 100 + n) for n, day in enumerate(told))])
    found = forecast(history, "b", "x", on, INTERNAL, own=INTERNAL)
    assert (found.reference if isinstance(found, Forecast) else found).longer == longer
    unsorted = forecast(history, "b", None, on, INTERNAL, own=INTERNAL)
    assert (unsorted.reference if isinstance(unsorted, Forecast) else unsorted).longer == 0, "it is like none of them"


def test_a_promise_kept_on_the_day_it_is_told_is_a_case_of_no_days() -> None:
    cases = [Case("b", "x", MONDAY, MONDAY, n) for n in range(10)]
    saturday = date(2025, 2, 8)
    found = forecast(History(cases), "b", "x", saturday, INTERNAL)
    assert isinstance(found, Forecast)
    assert (found.promised_on, found.target_on, found.days) == (saturday, saturday, 0)


def test_a_date_says_how_many_took_as_long_and_what_the_median_took() -> None:
    spans = (1, 2, 2, 3, 3, 3, 4, 4, 10)
    cases = [Case("b", "x", MONDAY, MONDAY_TO_FRIDAY.add(MONDAY, days), n) for n, days in enumerate(spans)]
    on = date(2025, 6, 2)
    found = forecast(History(cases), "b", "x", on, INTERNAL)
    assert isinstance(found, Forecast)
    assert (found.days, found.within, found.half) == (4, 8, 3)
    assert (found.promised_on, found.target_on) == (date(2025, 6, 6), date(2025, 6, 5))
    unlikely = forecast(History(cases), "b", "x", on, Fraction(3, 10))
    assert isinstance(unlikely, Forecast)
    assert (unlikely.days, unlikely.within, unlikely.half) == (2, 3, 2), "no target after its promise"


def test_what_was_done_before_it_was_told_took_no_days() -> None:
    early = Case("b", "x", MONDAY, MONDAY - timedelta(days=4))
    assert History([early]).days(early) == 0


@pytest.mark.parametrize(
    ("text", "value"), [("0.8", Fraction(4, 5)), ("80%", Fraction(4, 5)), (" .55 ", Fraction(11, 20))]
)
def test_a_chance_is_read_exactly(text: str, value: Fraction) -> None:
    assert chance(text) == value
    assert Reference(tuple(range(19)), 19, 0, 0).rank(chance("0.55")) == 11


@pytest.mark.parametrize("text", ["0", "1", "1.2", "-0.5", "high", "", "1/0", "100%", "nan"])
def test_anything_else_is_no_chance(text: str) -> None:
    with pytest.raises(UsageError, match="is no chance"):
        chance(text)


# Histories whose truth is known: a log-normal number of working days, stretched by season, trend or tail.


def history(
    count: int,
    median: float,
    spread: float,
    *,
    seed: int,
    stretch: str = "none",
    kind: str = "x",
    open_at_once: int = 6,
) -> list[Case]:
    random = Random(seed)
    cases: list[Case] = []
    for n in range(count):
        told = MONDAY_TO_FRIDAY.add(MONDAY, n * max(1, round(median / open_at_once)))
        factor = 1.0
        if stretch == "season" and told.month in (7, 8, 12):
            factor = 1.6
        if stretch == "drift":
            factor = 1 + n / count
        took = median * factor * exp(random.gauss(0, spread))
        if stretch == "tail" and random.random() < 0.05:
            took *= 8
        span = round(took) if stretch != "ties" else 5 * round(took / 5)
        cases.append(Case("b", kind, told, MONDAY_TO_FRIDAY.add(told, span), n))
    return cases


def kept(cases: list[Case], p: Fraction, skip: int = 0) -> tuple[Share, float]:
    """Return the share kept, and the share of cases that tie with their date."""
    last = max(one.done_on or one.told_on for one in cases)
    share, ties, total = NONE, 0, 0
    for case, (found,) in list(replay(History(cases), [p]))[skip:]:
        was = None if found is None else outcome(case, found, last)
        if was is None or found is None:
            continue
        share, total = share.plus(was), total + 1
        ties += case.done_on == found.promised_on
    return share, ties / max(1, total)


@pytest.mark.parametrize("p", [INTERNAL, CLIENT])
@pytest.mark.parametrize("median", [12.0, 60.0])
def test_a_stable_history_keeps_what_it_states(p: Fraction, median: float) -> None:
    share, ties = kept(history(1500, median, 0.6, seed=7), p)
    assert share.of >= 1000
    assert share.value is not None
    assert share.value >= float(p) - 0.04
    if ties < 0.05:
        assert share.value <= float(p) + 0.04


@pytest.mark.parametrize("p", [INTERNAL, CLIENT])
@pytest.mark.parametrize("stretch", ["season", "drift", "tail", "ties"])
def test_a_troubled_history_is_not_promised_too_rosily(p: Fraction, stretch: str) -> None:
    share, _ = kept(history(1500, 12, 0.6, seed=11, stretch=stretch), p)
    assert share.value is not None
    assert share.value >= float(p) - 0.04


@pytest.mark.parametrize("p", [Fraction(1, 2), INTERNAL])
def test_a_busy_history_is_asked_for_one_day_as_it_is_replayed(p: Fraction) -> None:
    """Much is open at once and past its date: what had outlived its own when another was told counts in turn."""
    cases = history(400, 12, 1.2, seed=21, stretch="tail", open_at_once=24)
    cases = [one._replace(done_on=None) if one.place % 40 == 7 else one for one in cases]
    seen: set[int] = set()
    for at in range(40, 400, 9):
        on = cases[at].told_on
        asked = Case("b", "x", on, None, 1000)
        [(found,)] = [what for case, what in replay(History([*cases, asked]), [p]) if case is asked]
        assert found is not None
        assert forecast(History(cases), "b", "x", on, p, own=p) == found
        seen.add(found.reference.longer)
    assert len(seen) > 5


@pytest.mark.parametrize("p", [INTERNAL, CLIENT])
def test_few_cases_say_so_and_then_hold(p: Fraction) -> None:
    shares = [kept(history(25, 10, 0.5, seed=seed, open_at_once=2), p)[0] for seed in range(60)]
    share = Share(sum(one.kept for one in shares), sum(one.of for one in shares))
    assert share.value is not None
    assert share.value >= float(p) - 0.04


@pytest.mark.parametrize("p", [INTERNAL, CLIENT])
@pytest.mark.parametrize("same_day", [0.4, 0.55, 0.7])
def test_a_history_with_many_same_day_cases_is_kept_as_stated(p: Fraction, same_day: float) -> None:
    """What is mostly done at once, and sometimes takes weeks."""
    random = Random(5)
    cases = [
        one if random.random() > same_day else one._replace(done_on=one.told_on)
        for one in history(1500, 12, 0.9, seed=13)
    ]
    share, ties = kept(cases, p)
    assert share.of >= 1000
    assert share.value is not None
    assert share.value >= float(p) - 0.04
    if ties < 0.05:
        assert share.value <= float(p) + 0.04


@given(histories, chances, st.integers(1, 40), st.frozensets(st.integers(0, 120), max_size=15))
def test_days_that_nobody_works_move_the_date_and_nothing_else(
    cases: list[Case], p: Fraction, weeks: int, closed: frozenset[int]
) -> None:
    """The same past some weeks later gives the same days; days off in between only carry the date along."""
    on, shift = MONDAY + timedelta(days=61), timedelta(days=7 * weeks)
    found = forecast(History(cases), "b", "x", on, p)
    later = [one._replace(told_on=one.told_on + shift, done_on=one.done_on and one.done_on + shift) for one in cases]
    moved = forecast(History(later), "b", "x", on + shift, p)
    off = frozenset(on + shift + timedelta(days=days) for days in closed)
    calendar = WorkCalendar(frozenset({1, 2, 3, 4, 5}), off)
    shut = forecast(History(later, {"b": calendar}), "b", "x", on + shift, p)
    if not isinstance(found, Forecast):
        assert moved == found
        return
    assert isinstance(moved, Forecast)
    assert (moved.promised_on, moved.target_on) == (found.promised_on + shift, found.target_on + shift)
    assert isinstance(shut, Forecast)
    assert shut.days == moved.days
    assert shut.promised_on == calendar.add(on + shift, shut.days) >= moved.promised_on


def pinball(took: int, stated: float, p: float) -> float:
    over = log(1 + took) - log(1 + stated)
    return max(p * over, (p - 1) * over)


def test_kinds_that_differ_are_told_apart() -> None:
    medians = {"quick": 3, "usual": 12, "slow": 50}
    cases = [
        one._replace(place=one.place * 3 + at)
        for at, (kind, median) in enumerate(medians.items())
        for one in history(600, median, 0.5, seed=at, kind=kind)
    ]
    mine = pooled = half_more = 0.0
    seen: list[tuple[date, int]] = []
    for case, (found,) in replay(History(cases), [INTERNAL]):
        known = sorted(days for done, days in seen if done < case.told_on)
        assert case.done_on is not None
        took = MONDAY_TO_FRIDAY.working_days_between(case.told_on, case.done_on)
        seen.append((case.done_on, took))
        if found is None or len(known) < 20:
            continue
        mine += pinball(took, found.days, 0.8)
        pooled += pinball(took, known[min(len(known) - 1, ceil(0.8 * (len(known) + 1)) - 1)], 0.8)
        half_more += pinball(took, 1.5 * known[len(known) // 2], 0.8)
    assert mine <= 0.75 * half_more
    assert mine <= 0.90 * pooled


def test_one_stable_kind_is_near_the_best_that_can_be() -> None:
    cases = history(3000, 40, 0.6, seed=3)
    true = 40 * exp(0.6 * 0.841621)
    mine = best = 0.0
    for case, (found,) in replay(History(cases), [INTERNAL]):
        if found is not None and case.done_on is not None:
            took = MONDAY_TO_FRIDAY.working_days_between(case.told_on, case.done_on)
            mine += pinball(took, found.days, 0.8)
            best += pinball(took, true, 0.8)
    assert mine <= 1.05 * best


def test_an_interval_is_wilsons() -> None:
    low, high = Share(8, 10).interval() or (0, 0)
    assert (round(low, 4), round(high, 4)) == (0.4902, 0.9433)
    assert NONE.interval() is None
    assert Share(10, 10).interval() == pytest.approx((0.7225, 1.0), abs=1e-4)


def test_an_open_case_counts_once_its_date_has_passed() -> None:
    cases = [Case("b", "x", MONDAY, MONDAY + timedelta(days=1), n) for n in range(9)]
    told = date(2025, 2, 3)
    cases += [Case("b", "x", told, None, 20), Case("b", "x", told, told + timedelta(days=1), 21)]
    for last, share in (
        (told, Share(1, 1)), (told + timedelta(days=1), Share(1, 1)), (told + timedelta(days=2), Share(1, 2)),
    ):  # fmt: skip
        found = reliability(replay(History(cases), [INTERNAL]), (INTERNAL,), last)
        assert found.by_chance == {INTERNAL: share}
        assert (found.cases, found.answered) == (11, 2)
    # Ten cases would be needed for the higher chance: it is answered for none, whichever comes first.
    last = told + timedelta(days=2)
    first = reliability(replay(History(cases), [INTERNAL, STATUTORY]), (INTERNAL, STATUTORY), last)
    assert (first.answered, first.by_chance) == (2, {INTERNAL: Share(1, 2), STATUTORY: NONE})
    assert first.by_sort == {("b", "x"): Share(1, 2)}
    second = reliability(replay(History(cases), [STATUTORY, INTERNAL]), (STATUTORY, INTERNAL), last)
    assert (second.answered, second.by_chance, second.by_sort) == (0, first.by_chance, {})


def test_work_of_a_made_up_practice_and_of_a_real_one_teach_each_other_nothing() -> None:
    done = MONDAY + timedelta(days=3)
    history = History([Case(where, "licence", MONDAY, done, at) for at, where in enumerate(("sample-oak", "a", "b"))])
    on = done + timedelta(days=1)
    for practice, own, elsewhere in (("a", 1, 1), ("c", 0, 2), (None, 0, 2), ("sample-oak", 1, 0)):
        found = history.reference(practice, "licence", on)
        assert (found.own, found.kind, found.practice) == (own, elsewhere, 0)
    assert [case.practice for case in history.newest("sample-harbor", "licence", on)[0]] == ["sample-oak"]


def test_an_interval_holds_its_share_and_lies_between_none_and_all() -> None:
    for of in range(1, 300):
        for kept in (0, 1, of // 2, of):
            low, high = Share(kept, of).interval() or (-1, -1)
            assert 0 <= low <= kept / of + 1e-9
            assert kept / of - 1e-9 <= high <= 1
