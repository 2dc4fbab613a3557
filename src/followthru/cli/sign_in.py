"""`account login` and `logout`: let followthru in through a provider's own page, and forget that again."""

from __future__ import annotations

import asyncio
import io
import os
import sys
import webbrowser
from typing import TextIO

import click

from followthru.cli import options, out
from followthru.cli.session import Session


@click.command("login")
@click.argument("name", metavar="NAME")
@click.option("--no-browser", is_flag=True, help="Only say the address, and open no browser.")
@options.as_json
@click.pass_obj
def login(session: Session, name: str, no_browser: bool) -> None:
    """Sign in to an account through its provider's page, in a browser on this machine or another.

    On another machine the page ends at an address that cannot be opened: paste that address here.
    """
    from followthru.actions.lookup_config import account_named
    from followthru.actions.sign_in import client_of, signed_in
    from followthru.calendars import oauth
    from followthru.calendars.redirect import RedirectServer, wait_for_code

    account = account_named(session.desk.config, name)
    client = client_of(session.desk, account)
    with RedirectServer() as server:
        begun = oauth.attempt(server.address)
        server.begin(begun)
        address = oauth.address(client, begun)
        out.words(f"Open this address and let followthru in:\n{address}")
        out.words("In a browser on another machine, paste the address here at which it ends.")
        if not no_browser and _has_browser():
            webbrowser.open(address)
        code = wait_for_code(server, _pasted())
    grant = asyncio.run(oauth.redeem(client, name, code, begun))
    where = signed_in(session.desk, account, grant)
    kept = "in the system's keyring" if where == "keyring" else "in a file that only you can read"
    out.words(
        f"Account {name} is signed in; that is kept {kept}. `followthru account check {name}` lists its calendars."
    )
    if session.json:
        out.json({"account": name, "signed_in": True, "kept": where})


@click.command("logout")
@click.argument("name", metavar="NAME")
@options.as_json
@click.pass_obj
def logout(session: Session, name: str) -> None:
    """Forget how an account signed in through its provider."""
    from followthru.actions.lookup_config import account_named
    from followthru.actions.sign_in import sign_out

    account = account_named(session.desk.config, name)
    had = sign_out(session.desk, account)
    said = f"Account {name} is signed out here" if had else f"Account {name} was not signed in"
    more = ". Its provider's page lists what it lets in, and takes followthru off that list." if had else "."
    out.words(f"{said}{more}")
    if session.json:
        out.json({"account": name, "signed_in": False, "was_signed_in": had})


def _has_browser() -> bool:
    """Whether a browser would open before the person: not over SSH, not where nobody looks."""
    graphical = sys.platform == "darwin" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    return sys.stdin.isatty() and graphical and "SSH_CONNECTION" not in os.environ


def _pasted() -> TextIO | None:
    """Return where an address can be pasted."""
    try:
        sys.stdin.fileno()
    except (io.UnsupportedOperation, AttributeError, ValueError):
        return None
    return sys.stdin
