"""Stories of a promise, told on the command line, over a real store and a real conversation with a mail server.

Each step is taken back and done again on the way: an undo leaves nothing behind, and never lets a mail go.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from followthru.actions.desk import Desk, open_desk
from followthru.config.places import home
from followthru.config.reading import load
from followthru.demo.mailsink import MailSink
from followthru.errors import Exit
from followthru_daemon.build import build_jobs
from tests.clikit import Cli, cli, office

__all__ = ["cli", "office"]

CONFIG = """
[me]
name = "Marisol Vega"
email = "marisol@oak.example"

[[mail]]
name = "oak"
practices = ["oak-street"]
from = "Marisol Vega <marisol@oak.example>"
host = "127.0.0.1"
port = {port}
security = "plain"

[updates]
send_delay = "1s"
"""


class Story:
    """The PM at the command line, the daemon's jobs when they tick, and the mails that the server took."""

    def __init__(self, cli: Cli, desk: Desk, sink: MailSink) -> None:
        self.cli, self.desk, self.sink = cli, desk, sink

    async def tick(self) -> None:
        """Let the daemon do what there is to do."""
        for job in build_jobs(self.desk):
            await job.run()

    async def send(self, id: int) -> str:
        """Approve an update, let it leave, and return its text as it arrived."""
        self.cli.ok("update", "approve", str(id), "--yes")
        self.cli.clock.advance(seconds=2)
        before = len(self.sink.received)
        await self.tick()
        [mail] = self.sink.received[before:]
        assert mail.recipients == ("dana@oak.example",)
        body = message_from_bytes(mail.content, policy=policy.default).get_body(("plain",))
        assert body is not None
        return " ".join(str(body.get_content()).split())

    def review(self) -> list[tuple[int, str]]:
        """Number and kind of each update that waits for the PM."""
        return [(one["id"], one["kind"]) for one in self.cli.json("update", "list") if one["phase"] == "in review"]

    def task(self) -> Any:  # noqa: ANN401 -- JSON
        """Return task 1."""
        return self.cli.json("show", "1")

    def rate(self) -> dict[str, int]:
        """Return what the practice's promises came to, without zeroes."""
        found = self.cli.json("practice", "show", "oak")["promises"]
        names = ("kept", "of", "kept_after_a_move", "missed_after_a_move", "open")
        return {name: found[name] for name in names if found[name]}

    def again(self, *words: str) -> None:
        """Do a step, take it back, and do it again: redo where that may be, else by hand. The state comes back."""
        before = self.task()
        self.cli.ok(*words)
        after = self.task()
        assert after != before
        self.cli.ok("undo")
        assert {**self.task(), "told": []} == {**before, "told": []}
        assert [one for one in self.task()["told"] if not one["retracted"]] == before["told"]
        self.cli.ok(*words)
        told = [one for one in self.task()["told"] if not one["retracted"]]
        assert {**self.task(), "told": told} == {**after, "told": after["told"]}


@pytest.fixture
async def story(office: Cli, tmp_path: Path) -> AsyncIterator[Story]:
    """Wednesday 1 July. Dana was told Friday 17 July for task 1, with four days of room; she knows our mails."""
    async with MailSink(tmp_path / "sink") as sink:
        home().config.write_text(CONFIG.format(port=sink.port), encoding="utf-8")
        desk = open_desk(home(), load(home().config), office.clock)
        told = Story(office, desk, sink)
        office.ok("practice", "edit", "oak", "buffer_policy=fixed:4")
        office.ok("add", "Renew malpractice cover by 17 jul to dana @oak-street")
        office.ok("edit", "1", "public_title=Malpractice cover renewal")
        office.ok("update", "draft", "dana")
        first = await told.send(1)
        assert "Malpractice cover renewal: Fri 17 Jul, on track." in first
        yield told
        desk.ctx.store.close()


async def test_told_slips_warned_moved_announced_kept(story: Story) -> None:
    cli = story.cli
    story.again("edit", "1", "deadline=24 jul", "lead=12")
    assert story.task()["health"] == "on track"

    # It slips: the day by which to begin passes, and nobody has begun.
    cli.clock.advance(days=8)
    assert story.task()["health"] == "at risk"
    await story.tick()
    await story.tick()
    [(warning, kind)] = story.review()
    assert kind == "warning"
    cli.ok("start", "1")
    await story.tick()
    assert story.review() == [], "begun, it is no longer in danger"
    cli.ok("undo")
    await story.tick()
    assert story.review() == [(warning, "warning")]

    # She is warned in time. Until it leaves, the approval can be taken back; afterwards it is a fact.
    cli.ok("update", "approve", str(warning), "--yes")
    cli.ok("undo")
    assert story.review() == [(warning, "warning")]
    said = await story.send(warning)
    assert "Malpractice cover renewal: I gave you Fri 17 Jul. It may slip" in said
    assert "please plan with Mon 20 Jul" in said
    refused = cli("undo")
    assert (refused.code, "on its way" in refused.err) == (Exit.REFUSED, True)
    await story.tick()
    assert story.review() == []
    assert [one["date"] for one in story.task()["told"]] == ["2026-07-17", "2026-07-17"], "a warning is no telling"

    # It is moved, with a reason: without one nothing moves.
    refused = cli("promise", "1", "22", "jul")
    assert (refused.code, "dana was told Fri 17 Jul" in refused.err) == (Exit.REFUSED, True)
    story.again("promise", "1", "22", "jul", "--because", "the insurer asked for one more form")
    assert story.task()["reason_missing"] is False
    assert story.rate() == {"open": 1}
    [line] = cli.json("promises")
    assert line["out_of_step"] == [{"person": "dana", "date": "2026-07-17"}]
    assert {one["section"] for one in cli.json("today")} == {"needs you"}

    # The next update announces it, and its arrival is the telling.
    cli.ok("update", "draft", "dana")
    [(digest, kind)] = story.review()
    assert kind == "digest"
    said = await story.send(digest)
    assert (
        "Malpractice cover renewal: from Fri 17 Jul to Wed 22 Jul, because the insurer asked for one more form." in said
    )
    assert story.task()["told"][-1]["date"] == "2026-07-22"
    assert cli.json("promises")[0]["out_of_step"] == []

    # Done by the new date: the move was told in time, so it counts apart.
    cli.clock.advance(days=11)
    assert story.rate() == {"open": 1}
    story.again("done", "1")
    assert story.rate() == {"kept_after_a_move": 1}
    log = [(one["what"], one["date"], one["because"] or one["person"]) for one in cli.json("promises", "1")["log"]]
    assert [entry for entry in log if entry[0] != "reopened"][-6:] == [
        ("moved", "2026-07-22", "the insurer asked for one more form"),
        ("moved", "2026-07-17", None),
        ("moved", "2026-07-22", "the insurer asked for one more form"),
        ("told", "2026-07-22", "dana"),
        ("done", None, None),
        ("done", None, None),
    ]


async def test_passed_repaired_told_counted(story: Story) -> None:
    cli = story.cli
    cli.clock.advance(days=15)
    await story.tick()
    [(warning, _)] = story.review()
    cli.clock.advance(days=3)
    await story.tick()
    [(repair, kind)] = story.review()
    assert (kind, repair) == ("repair", warning + 1), "the heads-up is overtaken"
    assert story.rate() == {"of": 1}

    # It says what is missing, and does not leave without.
    refused = cli("update", "approve", str(repair), "--yes")
    assert (refused.code, "no new one is promised" in refused.err) == (Exit.REFUSED, True)
    story.again("promise", "1", "24", "jul", "--because", "the state office was closed")
    await story.tick()
    shown = cli.json("update", "show", str(repair))
    assert "now has a new date: Fri 24 Jul." in shown["body"]
    refused = cli("update", "approve", str(repair), "--yes")
    assert (refused.code, "still has a blank" in refused.err) == (Exit.REFUSED, True)

    text = cli.ok("update", "edit", str(repair), "--print").replace("[...]", "I file two weeks earlier")
    cli(*("update", "edit", str(repair), "--text", "-"), stdin=text)
    cli.ok("undo")
    assert "[...]" in cli.json("update", "show", str(repair))["body"]
    cli(*("update", "edit", str(repair), "--text", "-"), stdin=text)
    said = await story.send(repair)
    assert "I gave you Fri 17 Jul, and it is not done. I am sorry." in said
    assert "What happened: the state office was closed." in said
    assert "Malpractice cover renewal now has a new date: Fri 24 Jul." in said
    assert "What I change, so that it does not happen again: I file two weeks earlier." in said
    assert story.task()["told"][-1]["date"] == "2026-07-24"
    await story.tick()
    assert story.review() == []

    # It was told after the day: done by the new date it is missed all the same.
    cli.clock.advance(days=3)
    story.again("done", "1")
    assert story.rate() == {"of": 1}
    assert cli.json("promises", "1")["verdict"] == "missed"


async def test_done_in_the_last_moment_withdraws_the_warning(story: Story) -> None:
    cli = story.cli
    cli.clock.advance(days=15)
    await story.tick()
    [(warning, _)] = story.review()
    cli.ok("update", "approve", str(warning), "--yes")
    cli.ok("done", "1")
    cli.clock.advance(seconds=2)
    before = len(story.sink.received)
    await story.tick()
    assert story.sink.received[before:] == [], "what it says is no longer true"
    await story.tick()
    assert story.review() == []
    assert story.rate() == {"kept": 1, "of": 1}
    cli.ok("undo")
    await story.tick()
    assert [kind for _, kind in story.review()] == ["warning"]


async def test_dropped_and_told_in_time_is_left_out(story: Story) -> None:
    cli = story.cli
    story.again("drop", "1")
    cli.clock.advance(days=17)
    assert story.rate() == {"of": 1}, "nobody was told"
    cli.clock.advance(days=-2)
    cli.ok("update", "draft", "dana")
    [(digest, _)] = story.review()
    assert "Malpractice cover renewal: no longer planned." in await story.send(digest)
    cli.clock.advance(days=30)
    assert story.rate() == {}
    assert cli.json("promises", "1")["verdict"] == "left out"
