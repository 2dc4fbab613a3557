"""A story of waiting, over a real conversation with a mail server: asked, reminded, answered, shown."""

from __future__ import annotations

import csv
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tests.acceptance.test_promise_stories import Story, cli, office, story

__all__ = ["cli", "office", "story"]


def last(story: Story) -> EmailMessage:
    """Return the newest mail that the server took."""
    return message_from_bytes(story.sink.received[-1].content, policy=policy.default)


async def test_asked_reminded_answered_and_shown_byte_for_byte(story: Story, tmp_path: Path) -> None:
    cli = story.cli
    # Asked: drafted at once, taken back with the step, and there again.
    story.again("wait", "1", "--on", "dana", "--for", "your signature", "--by", "10 jul", "--follow-up", "6 jul")
    [(question, kind)] = story.review()
    assert kind == "question"
    said = await story.send(question)
    assert "Malpractice cover renewal: your signature, by Fri 10 Jul. The date Fri 17 Jul depends on it." in said
    asked = last(story)

    # The regular update lists it and does not call it news.
    digest = cli.json("update", "draft", "dana")
    assert "your signature, by Fri 10 Jul" in digest["body"]
    assert digest["body"].count("Nothing has changed since") == 1
    cli.ok("update", "discard", str(digest["id"]))

    # Reminded on Monday, in the thread; not on Sunday, and not a second time that day.
    cli.clock.advance(days=4)
    await story.tick()
    assert story.review() == []
    cli.clock.advance(days=1)
    await story.tick()
    [(reminder, kind)] = story.review()
    assert kind == "nudge"
    said = await story.send(reminder)
    assert "I asked on Wed 1 Jul." in said
    assert last(story)["In-Reply-To"] == asked["Message-ID"]
    assert last(story)["Subject"] == f"Re: {asked['Subject']}"
    await story.tick()
    assert story.review() == []

    # The next one is drafted, and withdrawn by the answer; nothing leaves any more.
    cli.clock.advance(days=3)
    await story.tick()
    [(second, kind)] = story.review()
    assert kind == "nudge"
    cli.ok("update", "approve", str(second), "--yes")
    cli.ok("answered", "1", "signed")
    cli.clock.advance(seconds=2)
    before = len(story.sink.received)
    await story.tick()
    await story.tick()
    assert len(story.sink.received) == before
    assert story.review() == []

    # Shown: what the server has is what the history has, byte for byte.
    found = cli.json("update", "history", "--person", "dana", "signature")
    assert [one["kind"] for one in found] == ["nudge", "question"]
    cli.ok("update", "export", "--practice", "oak", "--into", str(tmp_path / "mail"))
    rows = list(csv.DictReader((tmp_path / "mail" / "index.csv").read_text().splitlines()))
    assert [row["kind"] for row in rows] == ["digest", "question", "nudge"]
    written = [(tmp_path / "mail" / row["file"]).read_bytes() for row in rows]
    taken = [mail.content for mail in story.sink.received]
    assert [message_from_bytes(one)["Message-ID"] for one in written] == [row["message_id"] for row in rows]
    assert [one.rstrip(b"\r\n") for one in written] == [one.rstrip(b"\r\n") for one in taken]
