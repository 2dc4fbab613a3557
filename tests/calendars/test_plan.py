"""The plan as a function of values: guards, titles, roles, and rest for what is at rest."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.calendars.errors import LossGuardError
from followthru.calendars.ical.form import Form
from followthru.calendars.ical.read import Remote, read
from followthru.calendars.ical.write import Entry, build, patch
from followthru.calendars.links import WAS_BUSY, Link, LinkState, Memory, Operation, Resting, Snapshot, Verb
from followthru.calendars.merge import Matter, Move, merge, values_of
from followthru.calendars.plan import (
    current,
    first_link,
    guard,
    is_much,
    is_still,
    moved_here,
    our_names,
    plan,
    to_fetch,
)
from followthru.calendars.shown import Role, Shown, View
from followthru.calendars.sight import NO_OBJECT, NOTHING_NEW, Body, Delta, Sight
from followthru.calendars.steps import Ask, Create, Place, Problem, Pull, Record, Remove, Step, Update

NOW = datetime(2027, 1, 4, 15, 0, tzinfo=UTC)
FRIDAY = date(2027, 1, 15)
PLACE = Place("store-1", View("promises"), "http://127.0.0.1:1/c/")
ZONE = "America/New_York"


def event(number: int = 1, title: str = "Renew cover", on: date = FRIDAY, role: Role = Role.PROMISE) -> Shown:
    return Shown(number, f"task-{number}", role, title, on, None, ZONE, done=False, label="oak-street")


def text_of(shown: Shown, link: Link) -> str:
    return build(Entry(link.uid, shown.summary, shown.when, "x", shown.task_uid, shown.role), NOW)


def linked(shown: Shown, etag: str = '"1"') -> Link:
    link = first_link(PLACE, shown, 1)._replace(id=shown.task_id)
    return link.settled(text_of(shown, link), etag, values_of(shown), shown.print)


def snapshot(links: list[Link], wanted: list[Shown], *, known: int = 0, confirmed: bool = False) -> Snapshot:
    return Snapshot(Memory(PLACE.url, known=known, confirmed=confirmed), tuple(links), tuple(wanted), ())


def seen(*links: Link, complete: bool = True) -> Delta:
    return Delta({link.name: link.etag for link in links}, complete=complete)


@pytest.mark.parametrize(
    ("expected", "lost", "refused"),
    [(1, 1, False), (4, 3, False), (4, 4, True), (30, 6, False), (30, 7, True), (5, 4, True), (15, 3, False)],
)
def test_more_than_three_and_more_than_a_fifth_missing_is_refused(expected: int, lost: int, refused: bool) -> None:
    links = [linked(event(number)) for number in range(1, expected + 1)]
    delta = seen(*links[lost:], complete=True)
    if lost == expected == 1:
        delta = delta._replace(etags={"foreign": None})
    books = snapshot(links, [])
    if refused:
        with pytest.raises(LossGuardError):
            guard(PLACE, books, delta)
        assert len(guard(PLACE, snapshot(links, [], confirmed=True), delta)) == lost
    else:
        assert len(guard(PLACE, books, delta)) == lost


@pytest.mark.parametrize(("known", "refused"), [(0, False), (1, False), (2, True), (500, True)])
def test_a_listing_that_became_empty_is_refused_foreign_items_counted(known: int, refused: bool) -> None:
    books = snapshot([], [], known=known)
    if refused:
        with pytest.raises(LossGuardError):
            guard(PLACE, books, Delta({}, complete=True))
    else:
        assert guard(PLACE, books, Delta({}, complete=True)) == ()


@pytest.mark.parametrize(
    ("there", "known", "said"),
    [(0, 9, "9 of 9 known objects"), (0, 2, "6 of 6 known objects"), (2, 9, "4 of 6 known objects")],
)
def test_a_refusal_counts_what_was_known_and_nothing_is_planned(there: int, known: int, said: str) -> None:
    links = [linked(event(number)) for number in range(1, 7)]
    books = snapshot(links, [event(number) for number in range(1, 7)], known=known)
    with pytest.raises(LossGuardError, match=said):
        plan(PLACE, books, Sight(seen(*links[:there])), NOW)


def test_an_incomplete_listing_says_nothing_about_what_it_does_not_name() -> None:
    links = [linked(event(number)) for number in range(1, 9)]
    wanted = [event(number) for number in range(1, 9)]
    assert plan(PLACE, snapshot(links, wanted), Sight(Delta({})), NOW).steps == ()
    report = Delta({}, removed=frozenset({links[0].name}))
    [step] = plan(PLACE, snapshot(links, wanted), Sight(report), NOW).steps
    assert isinstance(step, Ask)
    assert step.link.state is LinkState.UNLINKED


def test_only_names_that_can_be_ours_are_ever_fetched() -> None:
    link, fresh = linked(event(1)), event(2)
    expected = first_link(PLACE, fresh, 1).name
    books = snapshot([link], [event(1), fresh])
    assert our_names(PLACE, books) == {link.name, expected}
    etags = {link.name: '"1"', expected: '"9"', "foreign.ics": '"5"'}
    assert to_fetch(PLACE, books, Delta(etags, complete=True)) == (expected,)
    etags[link.name] = '"2"'
    assert set(to_fetch(PLACE, books, Delta(etags))) == {expected, link.name}


def resting(link: Link, generation: int) -> Resting:
    return Resting(9, link.task_uid, link.role, generation, link.name, LinkState.LINKED, '"1"', None)


def test_what_came_before_one_at_rest_is_past() -> None:
    old, new = linked(event()), first_link(PLACE, event(), 2)
    slot = (old.task_uid, old.role)
    books = snapshot([old], [event()])
    assert (old.id, new.id) == (1, 0)
    assert current(books) == {slot: old}
    assert current(books._replace(resting=(resting(old, 1),))) == {}
    assert current(snapshot([new], [])._replace(resting=(resting(old, 1),))) == {slot: new}
    assert current(snapshot([new], [])._replace(resting=(resting(old, 2), resting(old, 1)))) == {}


def test_what_says_something_else_by_now_is_moved_unless_the_server_has_not_got_it() -> None:
    link, later = linked(event()), event(on=date(2027, 1, 22))
    assert moved_here(snapshot([link], [later])) == (link,)
    assert moved_here(snapshot([link], [event()])) == ()
    assert moved_here(snapshot([link], [])) == ()
    for other in (
        link._replace(state=LinkState.ASKED),
        link._replace(etag=None),
        link._replace(reason=WAS_BUSY),
        link._replace(form=Form.TODO),
    ):
        assert moved_here(snapshot([other], [later])) == ()


@pytest.mark.parametrize(("count", "complete", "read"), [(50, False, 50), (51, False, 0), (50, True, 0)])
def test_what_is_named_as_changed_under_a_known_etag_is_read_unless_it_is_our_own_large_write(
    count: int, complete: bool, read: int
) -> None:
    links = [linked(event(number)) for number in range(1, count + 1)]
    books = snapshot(links, [event(number) for number in range(1, count + 1)])
    assert len(to_fetch(PLACE, books, seen(*links, complete=complete))) == read


def test_each_return_of_what_was_removed_is_counted() -> None:
    gone = linked(event())._replace(state=LinkState.GONE, returned=0)
    sight = Sight(Delta({gone.name: '"2"'}), {gone.name: Body(gone.base or "", '"2"')})
    todo = plan(PLACE, snapshot([gone], []), sight, NOW)
    [step] = todo.steps
    assert isinstance(step, Remove)
    assert step.link.returned == 1
    assert todo.problems == ()


def successor(old: Link) -> Link:
    fresh = first_link(PLACE, event(), old.generation + 1)._replace(id=2)
    return fresh.settled(text_of(event(), fresh), '"1"', values_of(event()), event().print)


@pytest.mark.parametrize(
    ("read_before", "complete", "goes"), [(True, False, Remove), (False, False, None), (False, True, Record)]
)
def test_one_too_many_goes_once_it_is_known_whether_it_is_there(
    read_before: bool, complete: bool, goes: type[Step] | None
) -> None:
    old = linked(event()) if read_before else linked(event())._replace(etag=None)
    new = successor(old)
    steps = plan(PLACE, snapshot([old, new], [event()]), Sight(seen(new, complete=complete)), NOW).steps
    assert [type(step) for step in steps] == ([] if goes is None else [goes])


def test_what_is_shown_again_is_made_as_the_next_generation() -> None:
    gone = linked(event())._replace(state=LinkState.GONE)
    [step] = plan(PLACE, snapshot([gone], [event()]), Sight(NOTHING_NEW), NOW).steps
    assert isinstance(step, Create)
    assert (step.link.generation, step.link.uid) == (2, first_link(PLACE, event(), 2).uid)


def test_a_cycle_is_still_when_nothing_is_left_to_read_finish_or_do() -> None:
    link = linked(event())
    books = snapshot([link], [event()])
    assert is_still(PLACE, books, NOW) is True
    assert to_fetch(PLACE, books, NOTHING_NEW) == ()
    for other in (
        snapshot([link], [event(), event(2)]),
        snapshot([link._replace(etag=None)], [event()]),
        books._replace(unfinished=(Operation(1, link, Verb.UPDATE, None, None, None),)),
    ):
        assert is_still(PLACE, other, NOW) is False


@pytest.mark.parametrize("read_before", [True, False])
def test_one_too_many_that_could_not_be_read_is_named_and_read_again(read_before: bool) -> None:
    old = linked(event()) if read_before else linked(event())._replace(etag=None)
    sight = Sight(Delta({}), faults={old.name: NO_OBJECT})
    todo = plan(PLACE, snapshot([old, successor(old)], [event()]), sight, NOW)
    assert todo.problems == (Problem(old.task_id, old.role, NO_OBJECT),)
    assert todo.steps == ((Record(old._replace(etag=None), NO_OBJECT),) if read_before else ())


def test_much_is_what_fills_an_empty_collection() -> None:
    empty, foreign = Delta({}, complete=True), Delta({"foreign.ics": '"5"'}, complete=True)
    for count, delta, much in ((41, empty, True), (40, empty, False), (41, foreign, False), (41, Delta({}), False)):
        sight = Sight(delta)
        todo = plan(PLACE, snapshot([], [event(number) for number in range(count)]), sight, NOW)
        assert is_much(todo, sight) is much, (count, delta)


def test_what_sends_nothing_comes_first() -> None:
    moved, gone = linked(event(1)), linked(event(2))
    text = patch(moved.base or "", NOW, when=event(1, on=date(2027, 1, 14)).when)
    sight = Sight(Delta({moved.name: '"2"'}), {moved.name: Body(text, '"2"')})
    steps = plan(PLACE, snapshot([gone, moved], [event(3), event(1)]), sight, NOW).steps
    assert [type(step) for step in steps] == [Pull, Create, Remove]
    busy = first_link(PLACE, event(3), 1)._replace(id=3, reason=WAS_BUSY)
    todo = plan(PLACE, snapshot([busy, gone, moved], [event(3), event(1)]), sight, NOW)
    assert [type(step) for step in todo.steps] == [Pull, Remove, Create], "and what a server was too busy for is last"


def test_a_value_that_cannot_be_written_is_a_problem_of_its_own() -> None:
    far = event(1, on=date.max)
    result = plan(PLACE, snapshot([], [far, event(2)]), Sight(NOTHING_NEW), NOW)
    assert [problem.task_id for problem in result.problems] == [1]
    assert [type(step) for step in result.steps] == [Create]


def test_a_new_label_or_zone_republishes_and_never_looks_like_their_edit() -> None:
    timed = event()._replace(time="23:30")
    link = linked(timed)
    [step] = plan(PLACE, snapshot([link], [timed._replace(label="")]), Sight(NOTHING_NEW), NOW).steps
    assert isinstance(step, Update)
    assert "SUMMARY:Renew cover (23:30)" in step.body
    there = Sight(Delta({link.name: '"2"'}), {link.name: Body(link.base or "", '"2"')})
    [step] = plan(PLACE, snapshot([link], [timed._replace(zone="Europe/Berlin")]), there, NOW).steps
    assert isinstance(step, Update)
    assert "DTSTART;TZID=Europe/Berlin:20270115T233000" in step.body


@pytest.mark.parametrize("spelt", [";TZID=UTC:20270115T093000", ":20270115T093000Z"])
def test_what_they_move_is_meant_in_the_zone_in_which_it_was_published(spelt: str) -> None:
    timed = event()._replace(time="09:30", zone="UTC")
    link = linked(timed)
    link = link._replace(base=(link.base or "").replace(";TZID=UTC:20270115T093000", spelt))
    text = (link.base or "").replace("20270115T", "20270120T").replace("T093000", "T103000")
    there = Sight(Delta({link.name: '"2"'}), {link.name: Body(text, '"2"')})
    rezoned = timed._replace(zone="Etc/GMT+12")
    pull, update = plan(PLACE, snapshot([link], [rezoned]), there, NOW).steps
    assert isinstance(pull, Pull)
    assert [move.after for move in pull.moves] == [date(2027, 1, 20), "10:30"]
    assert isinstance(update, Update)
    assert "DTSTART;TZID=Etc/GMT+12:20270120T103000" in update.body


@given(st.text(), st.text(), st.sampled_from(["", "oak-street"]), st.sampled_from([None, "14:00"]))
def test_any_title_published_reads_back_as_no_edit_at_all(title: str, other: str, label: str, time: str | None) -> None:
    from followthru.calendars.ical.clean import squash

    shown = event(title=squash("x" + title, 200))._replace(label=label, time=time)
    link = linked(shown)
    assert plan(PLACE, snapshot([link], [shown]), Sight(seen(link)), NOW).steps == ()
    retitled = shown._replace(title=squash("done: (14:00)" + other, 200))
    [step] = plan(PLACE, snapshot([link], [retitled]), Sight(seen(link)), NOW).steps
    assert isinstance(step, Update)
    after = link.settled(step.body, '"2"', step.agreed, step.published)
    assert plan(PLACE, snapshot([after], [retitled]), Sight(seen(after)), NOW).steps == ()
    assert plan(
        PLACE, snapshot([after], [retitled]), Sight(seen(after), {after.name: Body(step.body, '"3"')}), NOW
    ).steps[0] == Record(after._replace(etag='"3"'), "agreed")


@pytest.mark.parametrize(
    ("summary", "title", "done"),
    [
        ("oak-street: Call Dana (14:00)", "Call Dana", False),
        ("Call Dana", "Call Dana", False),
        ("done: oak-street: Renew cover (14:00)", "Renew cover", True),
        ("done: something else", "done: something else", False),
        ("", "Renew cover", False),
        ("oak-street:  (14:00)", "Renew cover", False),
    ],
)
def test_their_title_is_read_without_our_additions(summary: str, title: str, done: bool) -> None:
    shown = event()._replace(time="14:00")
    link = linked(shown)
    theirs = read(patch(link.base or "", NOW, summary=summary))
    assert isinstance(theirs, Remote)
    merged = merge(link, shown, theirs)
    assert (merged.agreed.title, merged.agreed.done) == (title, done)
    assert merged.questions == ()


def test_an_object_found_again_with_other_values_is_a_question_and_is_not_overwritten() -> None:
    shown = event()
    link = first_link(PLACE, shown, 1)
    there = text_of(shown._replace(on=date(2027, 1, 14)), link)
    sight = Sight(Delta({link.name: '"7"'}, complete=True), {link.name: Body(there, '"7"')})
    [step] = plan(PLACE, snapshot([], [shown]), sight, NOW).steps
    assert isinstance(step, Ask)
    assert [(one.matter, one.theirs) for one in step.questions] == [(Matter.CONFLICT, date(2027, 1, 14))]
    same = Sight(sight.delta, {link.name: Body(text_of(shown, link), '"7"')})
    [found] = plan(PLACE, snapshot([], [shown]), same, NOW).steps
    assert isinstance(found, Record)
    assert found.link.state is LinkState.LINKED


@pytest.mark.parametrize(("role", "field"), [(Role.PROMISE, "promised_on"), (Role.TARGET, "target_on")])
def test_promises_and_targets_move_with_their_events(role: Role, field: str) -> None:
    shown = event(role=role)
    link = linked(shown)
    text = patch(link.base or "", NOW, when=shown.when._replace(on=date(2027, 1, 13)))
    sight = Sight(Delta({link.name: '"2"'}), {link.name: Body(text, '"2"')})
    [step] = plan(PLACE, snapshot([link], [shown]), sight, NOW).steps
    assert isinstance(step, Pull)
    assert step.moves == (Move(field, FRIDAY, date(2027, 1, 13)),)


def test_an_object_with_another_uid_at_our_address_is_left_alone() -> None:
    shown = event()
    link = linked(shown)
    text = (link.base or "").replace(link.uid, "somebody-elses")
    sight = Sight(Delta({link.name: '"2"'}), {link.name: Body(text, '"2"')})
    [step] = plan(PLACE, snapshot([link], [shown]), sight, NOW).steps
    assert isinstance(step, Record)
    assert step.link.state is LinkState.QUARANTINED
    kept = step.link
    assert plan(PLACE, snapshot([kept], [event(on=date(2027, 2, 1))]), Sight(NOTHING_NEW), NOW).steps == ()
    assert plan(PLACE, snapshot([kept], []), Sight(NOTHING_NEW), NOW).steps == ()


def test_a_clock_time_of_theirs_behind_their_title_is_no_part_of_it() -> None:
    link = linked(event())
    theirs = read(text_of(event(title="Renew all cover")._replace(time="09:30"), link))
    assert isinstance(theirs, Remote)
    merged = merge(link, event(), theirs)
    assert merged.agreed.title == "Renew all cover"
    assert merged.agreed.time == "09:30"


def test_what_was_seen_of_one_that_cannot_be_written_is_read_again() -> None:
    link, far = linked(event()), event(on=date.max)
    [step] = plan(PLACE, snapshot([link], [far]), Sight(NOTHING_NEW), NOW).steps
    assert isinstance(step, Record)
    assert (link.seen_etag, step.link.seen_etag) == ('"1"', None)
    assert plan(PLACE, snapshot([step.link], [far]), Sight(NOTHING_NEW), NOW).steps == ()
