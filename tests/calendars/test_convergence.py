"""Random edits on both sides, lost answers and kills at any step: nothing is lost, nothing is there twice."""

from __future__ import annotations

from unittest import mock

from hypothesis import example, given
from hypothesis import strategies as st

from followthru.calendars import apply, cycle, strides
from followthru.calendars.caps import CAREFUL, STANDARD, Caps
from followthru.calendars.ical.form import Form
from tests.at_length import at_length
from tests.calendars.measured import measured
from tests.calendars.quirks import HALTING, WIRE, Quirk
from tests.calendars.world import World

PEACEFUL = sorted(set(Quirk) - HALTING - WIRE - {Quirk.HREF_MOVED})

MANY = 7
"""More objects than are sent at a time."""
numbers = st.integers(1, 3)
windows = st.sampled_from([1, 2, 5, apply.WINDOW])
known = st.sampled_from(["promised", "nothing", "measured"])
fields = st.sampled_from(["on", "title"])
troubles = st.sampled_from(
    [
        "none",
        "none",
        "ours",
        "theirs",
        "kill",
        "kill",
        "dies",
        "lost",
        "lost",
        "refused",
        "spoilt",
        "500",
        "503",
        "412",
        "401",
        "404",
    ]
)
moves = st.one_of(
    st.tuples(st.just("ours"), numbers, fields),
    st.tuples(st.just("ours"), numbers, fields),
    st.tuples(st.just("theirs"), numbers, fields),
    st.tuples(st.just("theirs"), numbers, fields),
    st.tuples(st.just("all"), fields),
    st.tuples(st.just("annotate"), numbers),
    st.tuples(st.just("delete"), numbers),
    st.tuples(st.just("drop"), numbers),
    st.tuples(st.just("answer"), numbers, st.booleans()),
    st.tuples(st.just("sync"), troubles, st.integers(0, 12)),
    st.tuples(st.just("sync"), troubles, st.integers(0, 12)),
    st.tuples(st.just("sync"), troubles, st.integers(0, 12)),
)
ways = st.integers(0, 3)
ticks = st.one_of(
    st.tuples(st.just("tick"), numbers, st.just(True), st.booleans(), ways),
    st.tuples(st.just("tick"), numbers, st.booleans(), st.booleans(), ways),
)
quirks = st.frozensets(st.sampled_from(PEACEFUL), max_size=3)


def play(world: World, script: list[tuple[object, ...]]) -> None:
    """Carry out one script."""
    for step in script:
        match step:
            case ("ours", int(number), str(field)):
                world.ours(number, field)
            case ("theirs", int(number), str(field)):
                world.theirs(number, field)
            case ("all", str(field)):
                for number in range(1, MANY + 1):
                    world.ours(number, field)
            case ("annotate", int(number)):
                world.annotate(number)
            case ("tick", int(number), bool(done), bool(ours), int(way)):
                world.tick(number, done=done, ours=ours, way=way)
            case ("delete", int(number)):
                world.delete(number)
            case ("drop", int(number)):
                world.drop(number)
            case ("answer", int(number), bool(ours)):
                world.answer(number, ours=ours)
            case ("sync", str(trouble), int(at)):
                world.troubled(trouble, at)
            case _:
                raise AssertionError(step)


def relied_on(quirks: frozenset[Quirk], known: str) -> Caps:
    """Return what the sync relies on: the standards, nothing, or what was measured."""
    return {"promised": STANDARD, "nothing": CAREFUL, "measured": measured(quirks)}[known]


@example(
    frozenset({Quirk.MEMBER_403}),
    [("ours", 1, "on"), ("sync", "none", 0), ("all", "on"), ("drop", 1)],
    1,
    1,
    "promised",
)
# One 404 is no proof that something is gone.
@example(
    frozenset({Quirk.MEMBER_403}),
    [("all", "on"), ("sync", "none", 0), ("sync", "none", 0), ("annotate", 1), ("sync", "404", 3)],
    1,
    2,
    "promised",
)
# Whoever edits what the user has just taken over, here or there, has seen it: nobody is asked about that.
@example(
    frozenset(),
    [
        *(("ours", 1, "on"), ("sync", "none", 0), ("all", "on"), ("theirs", 1, "on"), ("sync", "none", 0)),
        *(("answer", 1, False), ("ours", 1, "on")),
    ],
    1,
    1,
    "nothing",
)
@example(
    frozenset(),
    [
        *(("ours", 3, "on"), ("sync", "none", 0), ("all", "on"), ("sync", "theirs", 0), ("theirs", 3, "on")),
        ("answer", 3, False),
    ],
    1,
    1,
    "promised",
)
# What was not sent, and could not be asked about for a moment, is made once it is known to be missing.
@example(
    frozenset(), [("sync", "none", 0), ("ours", 1, "on"), ("sync", "kill", 1), ("sync", "500", 0)], 1, 1, "promised"
)
# A text that was spoilt on its way is left alone until everything is listed again, and no longer.
@example(frozenset({Quirk.MULTIGET_400}), [("all", "on"), ("sync", "none", 0), ("sync", "spoilt", 5)], 1, 1, "promised")
# What was edited after the user was asked, and before the answer went out, is asked about again.
@example(
    frozenset(),
    [
        ("ours", 2, "on"),
        ("sync", "none", 0),
        ("all", "on"),
        ("theirs", 2, "on"),
        ("sync", "none", 0),
        ("theirs", 2, "on"),
        ("answer", 2, True),
    ],
    1,
    1,
    "nothing",
)
# A server that takes its own versions in no spelling is measured again: its refusals contradict what was believed.
@example(
    frozenset({Quirk.ETAG_SUFFIXED, Quirk.ETAG_ESCAPED}),
    [("ours", 1, "on"), ("sync", "none", 0), ("ours", 1, "on")],
    1,
    1,
    "promised",
)
@at_length(100)
@given(quirks, st.lists(moves, min_size=3, max_size=25), windows, windows, known)
def test_both_sides_come_to_rest_and_no_edit_is_lost(
    quirks: frozenset[Quirk], script: list[tuple[object, ...]], window: int, batch: int, known: str
) -> None:
    world = World(quirks, caps=relied_on(quirks, known))
    with (
        mock.patch.object(apply, "WINDOW", window),
        mock.patch.object(cycle, "BATCH", batch),
        mock.patch.object(strides, "BATCH", batch),
        mock.patch.object(strides, "LONGEST", 2 * batch),
    ):
        play(world, script)
        world.settle()
    world.verify()


# What was sent as new, and could not be read when it was asked about, is no stranger's once it can be read.
@example(frozenset({Quirk.MEMBER_403}), [("all", "on"), ("sync", "kill", 2), ("ours", 1, "on")], 1, "promised")
# Ours is published over what the user saw, even where it was read without a version.
@example(
    frozenset(),
    [
        *(("all", "on"), ("sync", "none", 0), ("all", "on"), ("theirs", 1, "on"), ("sync", "none", 0)),
        ("answer", 1, True),
    ],
    1,
    "nothing",
)
# A condition that says nothing but that it is there is one, where one is required and no version is given.
@example(
    frozenset({Quirk.IM_REQUIRED, Quirk.ETAG_NEVER}),
    [("ours", 1, "on"), ("sync", "none", 0), ("ours", 1, "on")],
    1,
    "promised",
)
# One that may have got there unseen is not forgotten when its task is dropped.
@example(frozenset({Quirk.MEMBER_403}), [("all", "on"), ("sync", "kill", 2), ("drop", 1)], 1, "promised")
# Between the look before a write and the write, an edit of theirs is refused where the server holds a condition.
@example(
    frozenset({Quirk.BODY_CATEGORIES}),
    [("ours", 1, "on"), ("sync", "none", 0), ("all", "on"), ("sync", "theirs", 4)],
    1,
    "nothing",
)
# Ticked there while its title is in question: the question stays.
@example(
    frozenset(),
    [
        ("all", "on"),
        ("sync", "none", 0),
        ("ours", 2, "title"),
        ("theirs", 2, "title"),
        ("tick", 2, True, False, 0),
    ],
    1,
    "promised",
)
# What came in the place of an object tells nothing of a write whose answer was lost: it is looked at again.
@example(
    frozenset(),
    [
        *(("all", "on"), ("drop", 2), ("sync", "none", 0), ("theirs", 1, "on"), ("theirs", 3, "on"), ("all", "on")),
        *(("sync", "503", 11), ("all", "on"), ("sync", "spoilt", 12)),
    ],
    1,
    "nothing",
)
@at_length(100)
@given(quirks, st.lists(st.one_of(moves, ticks), min_size=3, max_size=25), windows, known)
def test_both_sides_of_todos_come_to_rest_and_no_edit_or_tick_is_lost(
    quirks: frozenset[Quirk], script: list[tuple[object, ...]], window: int, known: str
) -> None:
    world = World(quirks, Form.TODO, relied_on(quirks, known))
    with mock.patch.object(apply, "WINDOW", window):
        play(world, script)
        world.settle()
    world.verify()
