"""`restore --salvage`: what reads of a damaged store, and the rest from a backup, in its place once confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from followthru.cli import out
from followthru.cli.confirming import ask_for_name
from followthru.cli.session import Session
from followthru.domain.saying import ago_words, count_words

if TYPE_CHECKING:
    from followthru.actions.salvaging import Salvage
    from followthru.config.places import Home
    from followthru.store.salvaging import Report

_NAMED = 12


def run(session: Session, home: Home, backup: str | None, *, dry_run: bool, yes: bool) -> None:
    """Salvage a home's store, say what is missing, and put it in place once that is confirmed."""
    from followthru.actions import backing_up, salvaging
    from followthru.store import backups

    chosen = None if backup is None else backing_up.chosen(backups.folder_of(home.database), backup)
    with salvaging.salvaged(home, chosen, only_to_look=dry_run) as ready:
        if not session.json or not yes:
            out.words(*lines(ready, session))
        if dry_run:
            if session.json:
                out.json(_json(ready))
            return
        if not yes:
            ask_for_name("salvage", "What was salvaged takes the place of the damaged file, which is kept.")
        done = salvaging.put_in_place(home, session.clock, ready)
    if session.json:
        out.json({**_json(ready), "aside": str(done.aside), "unsure": done.unsure})
        return
    out.words(f"The store is what was salvaged. The damaged file is kept: {done.aside}.")
    out.words("All mail is held: look through `followthru update list`, then `followthru update resume --all`.")
    if done.unsure:
        said = count_words(done.unsure, "update")
        out.words(f"{said} may have arrived: `followthru update settle` says which did.")


def lines(ready: Salvage, session: Session) -> list[str]:
    """Return what reads, what was brought back from where, and what is missing, a line each."""
    report = ready.report
    said = [f"{count_words(sum(report.read.values()), 'row')} of the damaged file read."]
    if report.lost_bytes:
        said.append(f"{report.lost_bytes} bytes of it cannot be had from its disk.")
    if report.by_pattern:
        said.append("Its list of tables does not read; the backup's was used to find them.")
    said += [f"{one.path.name} is not whole and was passed over." for one in ready.passed_over]
    if ready.backup is None:
        said.append("There is no backup to fill it up from.")
    else:
        said.append(f"{ready.backup.path.name}, taken {ago_words(ready.backup.at, session.clock.now())}, is whole.")
    if report.backup_passed_by:
        said.append("A practice was purged since that backup was taken; nothing was brought back from it.")
    said += _brought("its history", report.from_journal) + _brought("the backup", report.from_backup)
    return [*said, *missing(report)]


def _brought(source: str, rows: dict[str, int]) -> list[str]:
    return [f"Brought back from {source}: {_counts(rows)}."] if rows else []


def _counts(rows: dict[str, int]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in sorted(rows.items()))


def missing(report: Report) -> list[str]:
    """Return exactly what is missing, a line each."""
    if report.complete:
        return ["Nothing is missing."]
    said: list[str] = []
    for entity, ids in report.lost.items():
        more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
        named = ", ".join(str(id) for id in ids[:_NAMED])
        said.append(f"Missing, or removed and no longer known to be: {entity.replace('_', ' ')} {named}{more}.")
    if report.differs:
        named = ", ".join(f"{entity} {id} {field}" for entity, id, field in report.differs[:_NAMED])
        more = f" and {len(report.differs) - _NAMED} more" if len(report.differs) > _NAMED else ""
        said.append(f"Row and history differ, and the history's was taken: {named}{more}. Look at them.")
    if report.steps:
        more = f" and {len(report.steps) - _NAMED} more" if len(report.steps) > _NAMED else ""
        named = ", ".join(str(id) for id in report.steps[:_NAMED])
        said.append(f"Missing steps of the history: {named}{more}. What they did stands where its rows read.")
    if report.changes:
        said.append(
            f"{count_words(report.changes, 'change')} of single fields do not read: look over what you did last."
        )
    if report.loosened:
        said.append(f"Taken away because what they belong to is missing: {_counts(report.loosened)}.")
    if report.unknown:
        said.append("The history does not read whole: its newest steps may be missing without a trace.")
        said.append("Steps from before cannot be undone any more.")
    return said


def _json(ready: Salvage) -> dict[str, object]:
    report = ready.report
    return {
        "backup": None if ready.backup is None else str(ready.backup.path),
        "complete": report.complete,
        "read": report.read,
        "from_journal": report.from_journal,
        "from_backup": report.from_backup,
        "missing": {name: list(ids) for name, ids in report.lost.items()},
        "differing": [list(one) for one in report.differs],
        "missing_steps": list(report.steps),
        "missing_changes": report.changes,
        "taken_away": report.loosened,
        "newest_may_be_missing": report.unknown,
    }
