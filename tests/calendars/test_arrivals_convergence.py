"""Random additions, renamings, edits, undo, faults and kills: an item is taken over once, and none is touched."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from followthru.calendars.links import LinkState
from followthru.calendars.newcomers import Kind
from followthru.domain.task import TaskRow
from tests.at_length import at_length
from tests.calendars.quirks import HALTING, WIRE, Quirk
from tests.calendars.test_arrivals import item
from tests.calendars.world import World

UNREADABLE = {Quirk.MEMBER_403, Quirk.MEMBER_500}
QUIRKS = sorted(set(Quirk) - HALTING - WIRE - UNREADABLE)


class Visited(World):
    """A world in which others add items of their own, and programs upload ours under other names."""

    def __init__(self, quirks: frozenset[Quirk]) -> None:
        super().__init__(quirks)
        self.added: dict[str, str] = {}
        self.undone: dict[str, TaskRow] = {}
        self.sync()

    def add(self, number: int, *, repeats: bool) -> None:
        """Add an item."""
        name = f"{'daily' if repeats else 'new'}-{number}.ics"
        if name not in self.added:
            rule = "RRULE:FREQ=DAILY\r\nEND:VEVENT" if repeats else "END:VEVENT"
            text = item(number + 10 * repeats, "END:VEVENT", rule)
            self.server.put(name, text)
            self.added[name] = self.server.objects[name].text

    def rename(self, number: int) -> None:
        """Have a program upload an event of ours under another name, the old one first deleted."""
        for name, _ in self.events(number):
            text = self.server.objects[name].text
            self.server.delete(name)
            self.serial += 1
            self.server.put(f"renamed-{self.serial}.ics", text)

    def undo(self, number: int) -> None:
        """Take back that an item became a task, or take that back."""
        title = f"Theirs {number}"
        if title in self.undone:
            self.ledger.put(self.undone.pop(title))
            return
        for row in list(self.ledger.tasks.values()):
            if row.title == title:
                self.undone[title] = self.ledger.tasks.pop(row.id)


numbers = st.integers(1, 3)
troubles = st.sampled_from(["none", "ours", "theirs", "kill", "kill", "kill", "dies", "lost", "lost", "500", "503"])
moves = st.one_of(
    st.tuples(st.just("add"), numbers),
    st.tuples(st.just("repeat"), numbers),
    st.tuples(st.just("rename"), numbers),
    st.tuples(st.just("undo"), numbers),
    st.tuples(st.just("ours"), numbers),
    st.tuples(st.just("theirs"), numbers),
    st.tuples(st.just("drop"), numbers),
    st.tuples(st.just("sync"), troubles, st.integers(0, 12)),
    st.tuples(st.just("sync"), troubles, st.integers(0, 12)),
)


def play(world: Visited, script: list[tuple[object, ...]]) -> None:
    """Carry out one script."""
    for step in script:
        match step:
            case ("add", int(number)):
                world.add(number, repeats=False)
            case ("repeat", int(number)):
                world.add(number, repeats=True)
            case ("rename", int(number)):
                world.rename(number)
            case ("undo", int(number)):
                world.undo(number)
            case ("ours", int(number)):
                world.ours(number, "on")
            case ("theirs", int(number)):
                world.theirs(number, "title")
            case ("drop", int(number)):
                world.drop(number)
            case ("sync", str(trouble), int(at)):
                world.troubled(trouble, at)
            case _:
                raise AssertionError(step)


# One that could not be read for a moment is read again.
@example(frozenset({Quirk.MULTIGET_400}), [("add", 1), ("add", 1), ("sync", "500", 3)])
@example(frozenset({Quirk.MULTIGET_400}), [("add", 1), ("repeat", 1), ("sync", "500", 3)])
@example(frozenset({Quirk.MULTIGET_400}), [("sync", "ours", 0), ("rename", 1), ("sync", "500", 3)])
@at_length()
@given(st.frozensets(st.sampled_from(QUIRKS), max_size=2), st.lists(moves, min_size=3, max_size=20))
def test_each_item_is_taken_over_once_and_stays_as_it_is(
    quirks: frozenset[Quirk], script: list[tuple[object, ...]]
) -> None:
    world = Visited(quirks)
    play(world, script)
    world.settle()
    world.verify()
    kept = world.ledger.others.kept
    titles = [row.title for row in world.ledger.tasks.values()]
    for name, text in world.added.items():
        assert world.server.objects[name].text == text, "nobody wrote to what is theirs"
        number = name.removesuffix(".ics").rpartition("-")[2]
        if name.startswith("daily"):
            assert kept[name].kind is Kind.REPEATS
        elif f"Theirs {number}" in world.undone:
            assert kept[name].kind is Kind.UNDONE
        else:
            assert titles.count(f"Theirs {number}") == 1
            assert name not in kept
    assert kept.keys() <= world.added.keys()
    assert world.ledger.questions == [] or world.groundless == []
    assert all(link.state is not LinkState.UNLINKED for link in world.ledger.links.values()), (
        "a renamed one is not gone"
    )
