"""`calendar file`: calendars as files, for programs that speak no CalDAV."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from followthru.cli import options, out
from followthru.cli.session import Session
from followthru.domain.saying import count_words
from followthru.errors import Exit

if TYPE_CHECKING:
    from followthru.actions.calendar_files import FileReport


@click.command("file")
@options.as_json
@click.pass_obj
def file(session: Session) -> int:
    """Write the files that [[calendar_files]] names, where they have something else to say."""
    from followthru.actions.calendar_files import write_files

    every = write_files(session.desk)
    if session.json:
        out.json_array(_json(one) for one in every)
    else:
        for one in every:
            if one.fault is None:
                out.data(f"{one.path}  {_words(one)}")
    if not every:
        out.words("No file is set up: a table [[calendar_files]] in config.toml names one.")
    return say_faults(every)


def say_faults(every: list[FileReport]) -> int:
    """Say which files could not be written and return the exit code."""
    faults = [one.fault for one in every if one.fault is not None]
    for fault in faults:
        out.words(fault.sentences())
    if not faults:
        return Exit.OK
    return Exit.FAILED if len(faults) == len(every) else Exit.PARTLY


def _words(one: FileReport) -> str:
    waits = f"; {count_words(len(one.untitled), 'promise')} without a public title" if one.untitled else ""
    return f"{count_words(one.events, 'event')}, {'written' if one.written else 'as it was'}{waits}"


def _json(one: FileReport) -> dict[str, object]:
    return {
        "path": str(one.path),
        "practice": one.practice,
        "audience": one.audience,
        "events": one.events,
        "written": one.written,
        "untitled": list(one.untitled),
        "fault": None if one.fault is None else one.fault.sentences(),
    }
