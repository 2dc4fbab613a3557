"""`backup`: copies of the store, made, listed and tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from followthru.cli import options, out
from followthru.cli.session import Session
from followthru.domain.saying import ago_words, count_words

if TYPE_CHECKING:
    from followthru.store.backups import Backup

_MEGABYTE = 1_000_000


@click.command("now")
@options.as_json
@click.pass_obj
def now(session: Session) -> None:
    """Back the store up now, and let go of the backups that are no longer kept."""
    from followthru.actions import backing_up

    made = backing_up.back_up(session.desk)
    if session.json:
        out.json([_json(one) for one in made])
        return
    for one in made:
        out.words(f"Backed up to {one.path} ({size_words(one.size)}), read back and whole.")


@click.command("list")
@options.as_json
@click.pass_obj
def list_backups(session: Session) -> None:
    """Say which backups there are, folder by folder, the newest first."""
    from followthru.actions import backing_up

    found = backing_up.all_backups(session.desk)
    if session.json:
        out.json_array(_json(one) for one in found)
        return
    for one in found:
        told = (one.path.name, ago_words(one.at, session.clock.now()), size_words(one.size), str(one.path.parent))
        out.data("  ".join((*told, *(["what was there before a restore"] if one.before_restore else []))))
    if not found:
        out.words("There is no backup yet; `followthru backup` makes one.")


@click.command("verify")
@click.argument("backup", required=False, metavar="[BACKUP]")
@options.as_json
@click.pass_obj
def verify(session: Session, backup: str | None) -> None:
    """Try a backup: put it back in a scratch folder and read it whole. Without a name the newest one."""
    from followthru.actions import backing_up

    folder = backing_up.folders(session.desk)[0]
    found = backing_up.drill(session.desk, backing_up.chosen(folder, backup))
    if session.json:
        facts = {"open_tasks": found.open_tasks, "tasks": found.tasks, "steps": found.steps}
        out.json({**_json(found.backup), "whole": True, **facts})
        return
    out.words(
        f"{found.backup.path.name} is whole: {count_words(found.tasks, 'task')} ({found.open_tasks} open) and "
        f"{count_words(found.steps, 'step')} of history, put back in a scratch folder and read."
    )


def size_words(size: int) -> str:
    """Return how large a file is, in words."""
    return f"{size / _MEGABYTE:.1f} MB"


def _json(one: Backup) -> dict[str, object]:
    facts = {"file": str(one.path), "at": one.at.isoformat(), "bytes": one.size}
    return {**facts, "before_restore": one.before_restore}
