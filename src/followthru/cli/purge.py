"""`practice purge`: everything of a client who left, taken away for good after a look and the typed name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from followthru.cli import options, out
from followthru.cli.confirming import ask_for_name
from followthru.cli.session import Session
from followthru.typed_path import expanded

if TYPE_CHECKING:
    from followthru.actions.purging import Preview, Purged


@click.command("purge")
@click.argument("slug", metavar="SLUG")
@click.option("--package", metavar="DIR", help="Write all of it there first: a new folder, or a new .zip.")
@click.option("--no-package", is_flag=True, help="Keep nothing of it.")
@click.option("--calendars", type=click.Choice(["leave", "delete"]), help="What becomes of its events on calendars.")
@click.option("--backups", is_flag=True, help="Also remove the backups and older copies here, which still hold it.")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@options.as_json
@click.pass_obj
def purge(
    session: Session,
    slug: str,
    package: str | None,
    no_package: bool,
    calendars: str | None,
    backups: bool,
    dry_run: bool,
    yes: bool,
) -> None:
    """Take a practice and all that is of it away for good: tasks, people, updates, registers, hours, history.

    It cannot be undone. A package of it is written first unless you say --no-package. Other practices stay as they are.

    \b
    followthru practice purge oak-street --dry-run
    followthru practice purge oak-street --package oak-street.zip --calendars delete
    """
    from followthru.actions import purge_words, purging

    seen = purging.preview(session.desk, slug)
    if not session.json or not yes:
        out.words(*purge_words.lines(seen, session.clock.now()))
    if dry_run:
        if session.json:
            out.json(_json(seen))
        return
    purge_words.check(seen, package=package, no_package=no_package, calendars=calendars)
    if not yes:
        ask_for_name(seen.practice.slug, "This cannot be undone.")
    place = None if package is None else expanded(package).absolute()
    _, done = purging.purge(
        session.desk, seen.practice.slug, package=place, delete_events=calendars == "delete", remove_backups=backups
    )
    if session.json:
        out.json({**_json(seen), **_done_json(done)})
        return
    out.words(*purge_words.done_lines(done))


def _json(seen: Preview) -> dict[str, object]:
    return {
        "practice": seen.practice.slug,
        "goes": seen.counts,
        "stays": list(seen.stays),
        "calendars": seen.calendars,
        "files": [str(path) for path in seen.files],
        "settings": list(seen.settings),
        "backups": [str(one.path) for one in seen.backups] + [str(path) for path in seen.copies],
    }


def _done_json(done: Purged) -> dict[str, object]:
    return {
        "package": None if done.package is None else str(done.package),
        "left_on_calendars": done.left_on_calendars,
        "removed_backups": [str(path) for path in done.removed],
        "backups": [str(path) for path in done.kept],
        "notes": list(done.notes),
    }
