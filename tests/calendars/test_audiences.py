"""A calendar of the PM's own that becomes one for others: nothing that was written for the PM stays in its texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from followthru.calendars.item import Case, about
from followthru.calendars.links import Link, LinkState
from followthru.calendars.merge import values_of
from followthru.calendars.plan import first_link
from followthru.calendars.shown import Role, Shown, View
from followthru.calendars.sight import NOTHING_NEW, Body, Sight
from followthru.calendars.steps import Create, Place, Remove, Step, Update
from tests.calendars.fake import COLLECTION, ORIGIN

NOW = datetime(2027, 1, 4, 15, tzinfo=UTC)
MINE = Shown(1, "task-1", Role.PROMISE, "Renew cover", date(2027, 1, 15), None, "UTC", done=False)
SEEN = MINE._replace(title="Cover renewed", published=True)


def steps(link: Link, shown: Shown, text: str | None, *, plain: bool) -> Sequence[Step]:
    place = Place("store-1", View("promises"), ORIGIN + COLLECTION, plain)
    bodies = {} if text is None else {link.name: Body(text, '"1"')}
    return about(Case(link, shown, None, Sight(NOTHING_NEW, bodies), NOW, place))


def made(shown: Shown, *, plain: bool) -> Link:
    """Return the link of an object as it was made for these readers."""
    link = first_link(Place("store-1", View("promises"), ORIGIN + COLLECTION), shown, 1)
    [create] = steps(link, shown, None, plain=plain)
    assert isinstance(create, Create)
    return create.link._replace(id=1).settled(create.body, '"1"', create.agreed, create.published)


@pytest.mark.parametrize("plain", [True, False])
def test_an_object_made_for_me_alone_gives_way_to_a_new_one_for_others(plain: bool) -> None:
    link = made(MINE, plain=plain)
    theirs = (link.base or "").replace("END:VEVENT", "DESCRIPTION:my own words\r\nEND:VEVENT")
    [step] = steps(link, SEEN, theirs, plain=plain)
    assert isinstance(step, Remove)


@pytest.mark.parametrize("plain", [True, False])
def test_one_made_for_others_is_written_over(plain: bool) -> None:
    link = made(SEEN, plain=plain)
    [step] = steps(link, SEEN._replace(title="All renewed"), link.base, plain=plain)
    assert isinstance(step, Update)
    assert step.agreed == values_of(SEEN._replace(title="All renewed"))


def test_of_one_written_before_that_was_noted_its_mark_decides() -> None:
    for shown, kind in ((MINE, Remove), (SEEN, Update)):
        link = made(shown, plain=False)
        assert link.agreed is not None
        [step] = steps(
            link._replace(agreed=link.agreed._replace(published=None)), SEEN._replace(title="x"), link.base, plain=False
        )
        assert isinstance(step, kind)
        assert link.state is LinkState.LINKED
