"""`demo`: the sandbox."""

from __future__ import annotations

import click

from followthru.cli.session import Session


@click.command("demo")
@click.option("--tour", is_flag=True, help="Walk the road as text and end.")
@click.pass_obj
def demo(session: Session, tour: bool) -> int:
    """Try followthru in a sandbox: made-up practices, a calendar server and a mail sink on this machine.

    Nothing of yours is read or changed, and nothing is left behind.
    """
    return session.fronts.demo(tour=tour)
