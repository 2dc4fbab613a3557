"""`restore`: a backup in the place of the store, after a look at what that loses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from followthru.cli import options, out
from followthru.cli.confirming import ask_for_name
from followthru.cli.session import Session
from followthru.domain.saying import ago_words, count_words

if TYPE_CHECKING:
    from followthru.actions.restore import Preview, Restored
    from followthru.store.backups import Backup


@click.command("restore")
@click.argument("backup", required=False, metavar="[BACKUP]")
@click.option("--salvage", is_flag=True, help="Bring back what still reads of a damaged store, the rest from BACKUP.")
@click.option("--dry-run", is_flag=True, help="Only say what would be lost.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@options.as_json
@click.pass_obj
def restore(session: Session, backup: str | None, salvage: bool, dry_run: bool, yes: bool) -> None:
    """Put a backup in the place of the store; without a name the newest one. This cannot be undone.

    The store as it is gets backed up before, and is put back only when it is named; one that is damaged is moved aside
    and kept. All mail is held afterwards.
    """
    from followthru.actions import backing_up
    from followthru.actions import restore as restoring
    from followthru.config.reading import load
    from followthru.store import backups

    home = session.home.with_store(load(session.home.config))
    if salvage:
        from followthru.cli.salvage import run

        run(session, home, backup, dry_run=dry_run, yes=yes)
        return
    folder = backups.folder_of(home.database)
    one = backing_up.chosen(folder, backup)
    newer = backing_up.passed_over(folder, one) if backup is None else []
    seen = restoring.preview(home, session.clock, one)
    if not session.json or not yes:
        out.words(*preview_words(seen, session), *passed_over_words(newer))
    if dry_run:
        if session.json:
            out.json(_json(seen))
        return
    if not yes:
        ask_for_name("restore", "The store becomes what it was then.")
    done = restoring.restore(home, session.clock, one)
    if session.json:
        out.json({**_json(seen), "before": None if done.before is None else str(done.before), "unsure": done.unsure})
        return
    out.words(*done_words(done))


def preview_words(seen: Preview, session: Session) -> list[str]:
    """Return what a backup holds and what is lost with it, a line each."""
    one = seen.backup
    holds = f"{count_words(seen.tasks, 'task')} and {count_words(seen.steps, 'step')} of history"
    lines = [f"{one.path.name}, taken {ago_words(one.at, session.clock.now())}, holds {holds}."]
    if seen.loss is None and seen.fault is None:
        return [*lines, "There is no store here yet; nothing is lost."]
    if seen.loss is None:
        return [*lines, f"What is lost cannot be said: {seen.fault}"]
    if not seen.loss.same_store:
        lines.append("It is a backup of another store: everything in this one would be exchanged for it.")
    if not seen.loss.steps:
        return [*lines, "No step was made since."]
    lines.append(f"{count_words(seen.loss.steps, 'step')} made since would be lost:")
    lines += [f"  {step.at[:16].replace('T', ' ')}  {step.words}" for step in seen.loss.newest]
    more = seen.loss.steps - len(seen.loss.newest)
    lines += [f"  and {more} before"] if more else []
    if seen.loss.mails:
        lines.append(f"It would not know that {count_words(seen.loss.mails, 'mail')} left since.")
    return lines


def passed_over_words(newer: list[Backup]) -> list[str]:
    """Return which newer copies are left where they are, because nobody named them."""
    kept = "is newer, and is what the store was before a restore: name it to go back to that."
    return [f"{newer[0].path.name} {kept}"] if newer else []


def done_words(done: Restored) -> list[str]:
    """Return what was done and what is to be looked at now, a line each."""
    lines = [f"The store is what it was in {done.backup.path.name}."]
    if done.before is not None:
        lines.append(f"What it was before is kept in {done.before}.")
    lines.append("All mail is held: look through `followthru update list`, then `followthru update resume --all`.")
    if done.unsure:
        lines.append(
            f"{count_words(done.unsure, 'update')} may have arrived: `followthru update settle` says which did."
        )
    return [*lines, "The first update to each person waits for you, since mails may have left that it does not know."]


def _json(seen: Preview) -> dict[str, object]:
    lost = seen.loss
    return {
        "file": str(seen.backup.path),
        "at": seen.backup.at.isoformat(),
        "tasks": seen.tasks,
        "steps": seen.steps,
        "lost_steps": None if lost is None else lost.steps,
        "lost_mails": None if lost is None else lost.mails,
        "same_store": None if lost is None else lost.same_store,
        "fault": seen.fault,
    }
