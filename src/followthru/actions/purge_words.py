"""What a purge takes, what it leaves and what it did, in words for every surface."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from followthru.domain.saying import ago_words, count_words
from followthru.errors import UsageError

if TYPE_CHECKING:
    from followthru.actions.purging import Preview, Purged


def lines(seen: Preview, now: datetime) -> list[str]:
    """Return what goes and what stays, a line each."""
    one = seen.practice
    said = [f"Of @{one.slug} ({one.name}) goes for good: {', '.join(seen.goes) or 'nothing but itself'}."]
    said.append("So do its history, its words in search, what was sent for it, and answers to that.")
    if seen.stays:
        said.append(f"People who stay, because others name them: {', '.join(seen.stays)}.")
    for calendar, count in sorted(seen.calendars.items()):
        alone = ", which shows it alone and is taken out of config.toml" if calendar in seen.own else ""
        said.append(f"On calendar {calendar}{alone}: {count_words(count, 'event')}.")
    said += [f"Its file goes too: {path}." for path in seen.files]
    held = len(seen.backups) + len(seen.copies)
    if held:
        oldest = f", the oldest taken {ago_words(seen.backups[-1].at, now)}" if seen.backups else ""
        copies = count_words(held, "backup or older copy", "backups and older copies")
        said.append(f"Still held by {copies}{oldest}: until they are let go of, or now with --backups.")
    said += [f"config.toml still names it: {name}. Take it out yourself." for name in seen.settings]
    said.append("Files kept as evidence, and what you exported, are yours and stay where they are.")
    return said


def done_lines(done: Purged) -> list[str]:
    """Return what was done and what is left to do, a line each."""
    said = [f"{done.words}. Nothing of it is in the store any more."]
    if done.package is not None:
        said.append(f"All of it is in {done.package}: keep it safe, private notes are in it.")
    if done.left_on_calendars:
        left = count_words(done.left_on_calendars, "event")
        said.append(f"{left} could not be deleted yet; each sync tries again.")
    said += done.notes
    if done.removed:
        removed = count_words(len(done.removed), "backup or older copy", "backups and older copies")
        said.append(f"{removed} were removed; a new backup was made.")
    if done.kept:
        kept = count_words(len(done.kept), "backup or older copy", "backups and older copies")
        said.append(f"Still held by {kept}; `followthru backup list` names them.")
    return said


def check(seen: Preview, *, package: str | None, no_package: bool, calendars: str | None) -> None:
    """Have said what becomes of what is not the store's. Raises UsageError."""
    if (package is None) is not no_package:
        raise UsageError(
            "Say where a package of it is to be written, or that none is.",
            safe="Nothing was changed.",
            remedy=f"--package {seen.practice.slug}.zip, or --no-package.",
        )
    if calendars is None and seen.calendars:
        raise UsageError(
            f"It has {count_words(sum(seen.calendars.values()), 'event')} on calendars: say what becomes of them.",
            safe="Nothing was changed.",
            remedy="--calendars delete takes them away there; --calendars leave leaves them and forgets them.",
        )
