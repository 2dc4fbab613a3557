"""What the doctor may put right by itself: only what nothing can be lost by."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from followthru.actions.backing_up import back_up
from followthru.actions.checkup import OTHERS, private_paths
from followthru.actions.desk import Desk
from followthru.config.places import Home
from followthru.domain.findings import Finding, Remedy
from followthru.domain.saying import count_words
from followthru.store.faults import UnwritableError
from followthru.store.fitness import look_through


def put_right(home: Home, desk: Desk | None, found: Sequence[Finding]) -> list[str]:
    """Carry out the remedies that were found; return what was done, in words. Raises StoreError, OSError."""
    wanted = {one.remedy for one in found if one.remedy is not None}
    done: list[str] = []
    if Remedy.CLOSE_FILES in wanted:
        place = home if desk is None else desk.home
        closed = [path for path in private_paths(place) if path.stat().st_mode & OTHERS]
        for path in closed:
            path.chmod(path.stat().st_mode & 0o700)
        done.append(f"Nobody else can read {count_words(len(closed), 'file or folder', 'files or folders')} now.")
    if Remedy.LOOK_AGAIN in wanted:
        # Noted as damaged and whole by now: only a look at everything takes the note away.
        with suppress(UnwritableError):
            look_through((home if desk is None else desk.home).database)
            done.append("Every page, index and reference of the store was read, and is whole: it takes changes again.")
    if Remedy.BACK_UP in wanted and desk is not None:
        done += [f"Backed up to {one.path}." for one in back_up(desk)]
    return done
