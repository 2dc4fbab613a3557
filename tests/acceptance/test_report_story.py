"""Month-end: the figures of three practices are read, and the report to an owner is reviewed and sent over SMTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from followthru.actions.desk import open_desk
from followthru.config.places import home
from followthru.config.reading import load
from followthru.demo.mailsink import MailSink
from tests.acceptance.test_promise_stories import CONFIG, Story
from tests.clikit import Cli, cli, office
from tests.updates.page import Page

__all__ = ["cli", "office"]


@pytest.fixture
async def month_end(office: Cli, tmp_path: Path) -> AsyncIterator[Story]:
    """Oak Street has goals with readings, promises and hours; Elm has a goal of the same name. It is 3 August."""
    async with MailSink(tmp_path / "sink") as sink:
        home().config.write_text(CONFIG.format(port=sink.port), encoding="utf-8")
        desk = open_desk(home(), load(home().config), office.clock)
        cli = office
        cli.ok("practice", "add", "elm", "--timezone", "UTC")
        cli.ok("practice", "edit", "oak", "retainer=20h", "report_hours=yes")
        for slug, value in (("oak-street", "44"), ("elm", "918")):
            cli.ok("goal", "add", "ar-days", "aim=35", "by=31 dec", "--practice", slug)
            cli.ok("goal", "read", f"ar-days@{slug}", value, "--on", "30 jun")
        cli.ok("add", "Send payroll by 10 jul to dana @oak-street")
        cli.ok("add", "Renew the lease by 20 aug to dana @oak-street")
        cli.ok("add", "Call the three oldest payers @oak-street *private")
        cli.ok("edit", "3", "goal=ar-days@oak", "notes=Payer 4 is the worst")
        cli.ok("log", "3", "2h", "--note", "Three calls")
        cli.clock.at = datetime(2026, 7, 9, 12, tzinfo=UTC)
        cli.ok("done", "1")
        cli.ok("log", "@oak", "90m")
        cli.clock.at = datetime(2026, 8, 3, 12, tzinfo=UTC)
        cli.ok("goal", "read", "ar-days@oak", "41", "--on", "31 jul", "--note", "Letters helped")
        yield Story(cli, desk, sink)
        desk.ctx.store.close()


async def test_the_month_end_report_is_sent(month_end: Story) -> None:
    cli = month_end.cli
    drafted = cli.json("report", "oak", "--month", "--send", "dana")
    assert (drafted["kind"], drafted["phase"]) == ("report", "in review")
    await month_end.tick()
    assert month_end.sink.received == [], "nothing goes by itself"

    # She looks at it, page and words, and puts a sentence of her own into it.
    page = cli.ok("update", "show", str(drafted["id"]), "--page")
    assert len(Page(page).all("figure")) == 1
    text = cli.ok("update", "edit", str(drafted["id"]), "--print")
    edited = text.replace("This is my report for July 2026.", "This is my report for July 2026. A good month.")
    assert cli("update", "edit", str(drafted["id"]), "--text", "-", stdin=edited).code == 0

    said = await month_end.send(drafted["id"])
    for words in (
        "A good month.",
        "Results ------- - AR days: 41, down from 44 (aim: 35 or less by Thu 31 Dec).",
        "- 1 date fell due: 1 kept. - Send payroll: promised for Fri 10 Jul, done on Thu 9 Jul.",
        "Hours ----- - 3 h 30 min worked, of 20 h agreed on.",
        "What is next ------------ - Renew the lease: Thu 20 Aug, on track.",
    ):
        assert words in said

    # What arrived: one mail that says all, and a page that says the same with its chart; nothing of anybody else's.
    [mail] = month_end.sink.received
    message = message_from_bytes(mail.content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert message["Subject"] == "Oak Street: report for July 2026"
    [file] = message.iter_attachments()
    assert isinstance(file, EmailMessage)
    found = Page(file.get_content().replace("\r\n", "\n"))
    assert file.get_filename() == "Oak-Street-report-for-July-2026.html"
    assert "A good month." in " ".join(found.sentences)
    cells = [element.text for element in found.all("td")]
    assert cells == ["Fri 31 Jul 2026", "41 days", "Tue 30 Jun 2026", "44 days"]
    everything = f"{said}{file.get_content()}{mail.content.decode('ascii')}"
    for secret in ("918", "Elm", "oldest payers", "Payer 4", "Three calls", "Letters helped", "oak-street."):
        assert secret not in everything

    # It is a fact now: said once, recorded, and not sent again.
    assert cli("report", "oak", "--month", "--send", "dana").code == 4
    assert [one["how"] for one in cli.json("show", "2")["told"]][-1] == "mail"
    await month_end.tick()
    assert len(month_end.sink.received) == 1
