"""What the pictures show beside the demo's quarter: registers, work that comes back, what is waited for, an inbox.

`python -m tests.tui.pictured FOLDER` makes a home of it, to look at in a terminal.
"""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from followthru.actions import goals, hours_log, notices, playbook_runs, practices, registers, tasks
from followthru.actions.context import Context
from followthru.actions.desk import Desk, open_desk
from followthru.actions.drafting import draft
from followthru.actions.known import known
from followthru.actions.living import seed
from followthru.config.places import Home, home_in
from followthru.config.reading import load
from followthru.domain.capture import parse
from followthru.domain.clock import Clock
from followthru.exchange.playbooks import everyone

CONFIG = """
[me]
name = "Robin Vale"
timezone = "America/Los_Angeles"
capacity = "6h"
"""
_DUTIES = (
    "Send payroll by {+6} @oak-street every last working day ~2d",
    "Month-end close by {+8} @harbor ~1d every month",
    "Fire extinguisher round deadline {+20} @harbor every 3 months",
    "Check the crash cart target {+2} @harbor every monday",
    "Attest CAQH deadline {+34} @oak-street every 120 days after done",
)
_INBOX = ("Ask about the new copier", "Somebody called about a late claim, 555-0188", "Holiday cover?")
_ITEMS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("licence", "RN licence", "oak-street", {"holder": "Priya Nair", "identifier": "RN-4471", "expires": "{-4}"}),
    ("malpractice", "Malpractice cover", "oak-street", {"vendor": "Shield Mutual", "expires": "{+21}"}),
    ("caqh", "CAQH attestation", "oak-street", {"holder": "Dana Reyes", "expires": "{+26}"}),
    ("training", "HIPAA training", "harbor", {"holder": "Sam Whitlock", "expires": "{+48}"}),
    ("lease", "Office lease", "oak-street", {"vendor": "Pine Estates", "expires": "{+320}"}),
    ("equipment", "Autoclave", "oak-street", {"vendor": "Acme Sterile", "contact": "555-0190", "expires": "{+75}"}),
    ("policy", "Emergency plan", "harbor", {}),
)  # fmt: skip


_GOALS = (
    ("ar-days", "oak-street", {"aim": "35"}, ("52", "51", "49", "50", "46", "44", "41", "39")),
    ("no-shows", "harbor", {"aim": "5"}, ("9", "8.5", "9.2", "10", "11")),
    ("Online reviews", "oak-street", {"unit": "stars", "direction": "up", "aim": "4.5"}, ()),
)


def _day(words: str, today: date) -> str:
    """Return words with `{+6}` as the day so many days from today."""
    head, brace, rest = words.partition("{")
    if not brace:
        return words
    days, _, tail = rest.partition("}")
    return f"{head}{today + timedelta(days=int(days))}{tail}"


def fill(ctx: Context) -> None:
    """Add what the views show beside tasks and updates."""
    today = ctx.today()
    aids = known(ctx, ctx.read)
    for line in (*_DUTIES, *_INBOX):
        tasks.add(ctx, parse(_day(line, today), aids))
    for kind, title, slug, given in _ITEMS:
        registers.add(ctx, kind, title, slug, {name: _day(value, today) for name, value in given.items()})
    practices.edit(ctx, "oak-street", {"retainer": "20h"})
    for what, span in (("@oak-street", "2h30m"), ("@harbor", "45m"), ("@oak-street", "1h15m")):
        hours_log.log(ctx, what, span, None, "Call with the bank")
    book = next(one.playbook for one in everyone(Path("none")) if one.name == "month-end")
    if book is not None:
        run = playbook_runs.Run(("oak-street",), today + timedelta(days=5), {}, {})
        playbook_runs.run(ctx, book, run)
    for what, slug, aims, readings in _GOALS:
        id = goals.add(ctx, what, slug, aims).goal.id
        for weeks, value in enumerate(reversed(readings)):
            goals.read(ctx, id, value, (today - timedelta(days=7 * weeks)).isoformat())


def pictured(folder: Path, at: datetime, clock: Clock) -> tuple[Home, Desk]:
    """Make a home with all of it, as it stands at an instant."""
    home = home_in(folder)
    home.prepare()
    home.config.write_text(CONFIG, encoding="utf-8")
    desk = open_desk(home, load(home.config), clock)
    seed(desk.ctx.store, at)
    fill(desk.ctx)
    draft(desk.ctx, "oak-street", "dana")
    # What the screen drafts by itself a moment after it opens: every picture shows it, and not the later ones alone.
    notices.prepare(desk.ctx)
    return home, desk


if __name__ == "__main__":
    from followthru.domain.clock import SystemClock

    pictured(Path(sys.argv[1]), datetime.now(UTC), SystemClock())[1].ctx.store.close()
