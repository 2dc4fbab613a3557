"""`config`: where the configuration is and whether it can be used."""

from __future__ import annotations

from contextlib import suppress

import click

from followthru.cli import options, out
from followthru.cli.session import Session


@click.command("check")
@options.as_json
@click.pass_obj
def check(session: Session) -> None:
    """Read the configuration and say everything that is wrong with it, with file, line and key."""
    from followthru.config.problems import ConfigError
    from followthru.config.reading import check as read
    from followthru.updates.cadence import parse

    path = session.home.config
    try:
        read(path, parse_cadence=parse)
    except ConfigError as error:
        if session.json:
            told = [{"line": line, "words": words} for line, words in error.problems]
            out.json({"path": str(path), "exists": True, "problems": told})
        raise
    _check_books(session)
    there = path.exists()
    out.words(f"{path} is right." if there else f"There is no {path}; followthru runs without it.")
    if session.json:
        out.json({"path": str(path), "exists": there, "problems": []})


def _check_books(session: Session) -> None:
    """Read the practices' phrase books as well. Raises FollowthruError naming file and line of all that is wrong."""
    from followthru.actions.phrasebooks import FOLDER, Books
    from followthru.actions.wording import books_of_nobody
    from followthru.errors import FollowthruError

    books = Books(session.home.config.parent / FOLDER)
    remarks = [remark for slug in books.stamps() for remark in books.of(slug).remarks]
    if books.stamps() and session.home.database.exists():
        remarks += books_of_nobody(session.ctx)
    if not remarks:
        return
    if session.json:
        told = [{"line": None, "words": remark} for remark in remarks]
        out.json({"path": str(session.home.config), "exists": session.home.config.exists(), "problems": told})
    raise FollowthruError(
        "\n".join(remarks),
        safe="Updates are written all the same.",
        remedy="Correct the file; `followthru config check` reads it again.",
    )


@click.command("path")
@options.as_json
@click.pass_obj
def path(session: Session) -> None:
    """Where the configuration file is, or would be. Its folder is made, so that an editor can save it there."""
    with suppress(OSError):
        session.home.config.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if session.json:
        out.json({"path": str(session.home.config), "exists": session.home.config.exists()})
    else:
        out.data(str(session.home.config))
