"""`calibration`: whether the dates that history supports come true, for one's own history or any other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from followthru.cli import options, out, terminal
from followthru.cli.session import Session
from followthru.cli.share_words import Both, kept_columns, share_json, versus_json, versus_lines
from followthru.domain.foresaying import percent_words
from followthru.domain.saying import count_words
from followthru.errors import FollowthruError, UsageError

if TYPE_CHECKING:
    from fractions import Fraction

    from followthru.actions.calibration import Replayed
    from followthru.domain.reliability import Share
    from followthru.exchange.history_csv import Histories


@click.command("calibration")
@click.option("--replay", metavar="FILE.csv", help="Replay this history: columns practice, kind, told_on, done_on.")
@click.option("--import", "bring", metavar="FILE.csv", help="Bring the finished cases of such a file in.")
@click.option("--take-out", metavar="FILE.csv", help="Take the cases of a file out again.")
@click.option("--p", "p", metavar="CHANCE", default="0.8", show_default=True, help="How sure each date should be.")
@click.option("--cases", metavar="OUT.csv", help="Write each case of the file with the date it would have got.")
@options.as_json
@click.pass_obj
def calibration(
    session: Session, replay: str | None, bring: str | None, take_out: str | None, p: str, cases: str | None
) -> None:
    """How often dates stated with a chance would have been kept: here, or in a history that is replayed.

    Each case gets its date from those finished before its own day, never from later ones.

    What --import brings in counts for forecasts from then on; the same file twice adds nothing.
    """
    from followthru.actions.calibration import own_history, replay_history, told_or_model
    from followthru.domain.forecast import chance

    stated = chance(p)
    if sum(name is not None for name in (replay, bring, take_out)) > 1:
        raise UsageError("--replay, --import and --take-out are three different things.", remedy="Give one of them.")
    if bring is not None or take_out is not None:
        _past(session, bring or take_out or "", out_again=bring is None)
        return
    if replay is None:
        if cases is not None:
            raise UsageError("--cases writes the cases of a file.", remedy="Name it with --replay FILE.csv.")
        _say(session, own_history(session.ctx, stated), stated, (), told_or_model(session.ctx))
        return
    if cases is not None and Path(cases).resolve() == Path(replay).resolve():
        raise UsageError(
            f"--cases would write over {replay}, which is the history itself.",
            safe="Nothing was written.",
            remedy="Give --cases another name.",
        )
    history = _read(replay)
    replayed = replay_history(session.ctx, [row.case for row in history.rows], stated)
    if cases is not None:
        _write(Path(cases), history, replayed)
    _say(session, replayed, stated, history.backwards)


def _read(name: str) -> Histories:
    from followthru.exchange.history_csv import read

    try:
        with Path(name).open(encoding="utf-8-sig", newline="") as file:
            return read(file, name)
    except OSError as error:
        raise FollowthruError(f"{name} cannot be read: {error.strerror}.", safe="Nothing was written.") from None


def _past(session: Session, name: str, *, out_again: bool) -> None:
    """Bring the cases of a file in, or take them out again, and say what came of it."""
    from followthru.actions import past

    history = _read(name)
    found = [row.case for row in history.rows]
    file = Path(name).name
    done = past.take_out(session.ctx, found, file) if out_again else past.bring_in(session.ctx, found, file)
    _say_left_out(history.backwards)
    out.words(done.outcome.words)
    if session.json:
        counts = {
            "taken_out" if out_again else "added": done.changed,
            "known" if not out_again else "absent": done.known,
        }
        out.json({**counts, "open": done.open, "left_out": len(history.backwards)})
        return
    if done.known and done.changed:
        where = "not here" if out_again else "here already"
        out.words(f"{count_words(done.known, 'more case')} {'was' if done.known == 1 else 'were'} {where}.")
    if done.open:
        out.words(f"{count_words(done.open, 'case')} still open: only what is finished says how long it takes.")


def _write(path: Path, history: Histories, replayed: Replayed) -> None:
    """Write the cases that were answered, in the order of the file, whole or not at all."""
    from followthru.cli.transfer import write_lines
    from followthru.exchange.history_csv import lines

    promised = {case.place: on for case, on in replayed.promised}
    answered = ((row, promised[row.case.place]) for row in history.rows if row.case.place in promised)
    write_lines(lines(answered), path)


def _say(
    session: Session, replayed: Replayed, stated: Fraction, backwards: tuple[int, ...], both: Both | None = None
) -> None:
    table = replayed.table
    _say_left_out(backwards)
    if session.json:
        out.json(
            {
                "p": float(stated),
                "cases": table.cases,
                "answered": table.answered,
                "left_out": len(backwards),
                "by_chance": [share_json(share, p=float(p)) for p, share in sorted(table.by_chance.items())],
                "by_kind": [
                    share_json(share, practice=practice, kind=kind)
                    for (practice, kind), share in _sorted(table.by_sort)
                ],
                **({} if both is None else versus_json(*both)),
            }
        )
        return
    if not table.cases:
        out.words("There is no case yet: a case is a task of which somebody was told a date.")
        return
    out.data(f"{count_words(table.cases, 'case')}, {table.answered} of them with enough before them for a date.")
    for line in _lines(replayed, stated):
        out.data(line)
    if both is not None:
        for line in versus_lines(*both):
            out.data(line)


def _say_left_out(backwards: tuple[int, ...]) -> None:
    if backwards:
        named = ", ".join(map(str, backwards[:5])) + (" and more" if len(backwards) > 5 else "")
        out.words(f"Left out, done before they were told: {count_words(len(backwards), 'line')} ({named}).")


Sort = tuple[str | None, str | None]


def _sorted(shares: dict[Sort, Share]) -> list[tuple[Sort, Share]]:
    return sorted(shares.items(), key=lambda item: (-item[1].of, item[0][0] or "", item[0][1] or ""))


def _lines(replayed: Replayed, stated: Fraction) -> Iterator[str]:
    from followthru.cli.table import columns

    yield from columns(list(_chances(replayed.table.by_chance.items())), stretch=0, width=None)
    sorts = _sorted(replayed.table.by_sort)[:20]
    if sorts:
        yield f"At {percent_words(float(stated))}:"
        rows = [(f"@{at or '-'}", kind or "-", *kept_columns(share)) for (at, kind), share in sorts]
        yield from columns(rows, stretch=1, width=terminal.width())


def _chances(items: Iterable[tuple[Fraction, Share]]) -> Iterator[tuple[str, ...]]:
    yield ("stated", "kept", "of", "interval")
    for p, share in sorted(items):
        yield (percent_words(float(p)), *kept_columns(share))
