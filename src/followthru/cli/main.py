"""Run one command line, and turn whatever goes wrong into words and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TextIO

import click

from followthru.cli import out
from followthru.cli.root import root
from followthru.cli.session import FrontEnds, Session
from followthru.domain.clock import Clock
from followthru.errors import Exit, FollowthruError


def run(args: Sequence[str], fronts: FrontEnds, clock: Clock) -> int:
    """Run the command that these words name and return its exit code. Nothing is raised and no traceback shown."""
    _lenient(sys.stdout)
    _lenient(sys.stderr)
    session = Session(fronts, clock)
    try:
        code = _answered(list(args), session)
        if code == Exit.OK and (trouble := session.trouble) is not None:
            out.words(trouble.sentences())
        out.flush()
    except KeyboardInterrupt:
        code = Exit.INTERRUPTED
    except out.UnwrittenError as error:
        code = _unwritten(error)
    finally:
        session.close()
    sys.stderr.flush()
    return int(code)


def _unwritten(error: out.UnwrittenError) -> int:
    """Turn standard output away, so that what is left in it is not tried again at exit; return the exit code.

    Whoever stops reading has seen enough; a full disk is said.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if error.stopped:
        return Exit.OK
    out.words(f"The answer cannot be written: {error}. What the command did is saved.")
    return Exit.FAILED


def _lenient(stream: TextIO) -> None:
    """Let a stream that cannot write a character write a question mark for it."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")


def _answered(args: list[str], session: Session) -> int:
    try:
        return root.main(args, prog_name="followthru", standalone_mode=False, obj=session) or Exit.OK
    except FollowthruError as error:
        out.words(error.sentences())
        return error.exit_code
    except click.exceptions.Abort:
        out.words("Interrupted.")
        return Exit.INTERRUPTED
    except click.ClickException as error:
        from followthru.cli import misused

        out.words(*misused.words(error))
        return Exit.USAGE
    except out.UnwrittenError:
        raise
    except Exception as error:  # noqa: BLE001 -- the one boundary: a user sees words, the log the place
        out.words(_crashed(session, error))
        return Exit.FAILED


def _crashed(session: Session, error: Exception) -> str:
    from followthru.cli.crash import keep

    file = keep(session.home, error)
    said = f"Something went wrong inside followthru ({type(error).__name__}). What was saved before is safe."
    return f"{said} {file} has the place; please report it." if file else said
