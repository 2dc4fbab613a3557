"""`account login` and `logout`: let followthru in through a provider's own page, and forget that again."""

from __future__ import annotations

import asyncio
import io
import os
import sys
import webbrowser
from typing import TYPE_CHECKING, TextIO

import click

from followthru.cli import options, out
from followthru.cli.session import Session
from followthru.domain.saying import count_words

if TYPE_CHECKING:
    from followthru.web import oauth


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

    account = account_named(session.desk.config, name)
    grant = through_browser(client_of(session.desk, account), no_browser=no_browser)
    where = signed_in(session.desk, account, grant)
    say_signed_in(session, name, f"Account {name}", where, f"`followthru account check {name}` lists its calendars.")


@click.command("logout")
@click.argument("name", metavar="NAME")
@options.as_json
@click.pass_obj
def logout(session: Session, name: str) -> None:
    """Forget how an account signed in through its provider."""
    from followthru.actions.lookup_config import account_named
    from followthru.actions.sign_in import sign_out

    account = account_named(session.desk.config, name)
    say_signed_out(session, name, f"Account {name}", sign_out(session.desk, account))


def through_browser(client: oauth.Client, *, no_browser: bool) -> oauth.Grant:
    """Return what the provider grants in a browser on this machine or another. Raises OAuthError."""
    from followthru.web import oauth
    from followthru.web.redirect import RedirectServer, wait_for_code

    with RedirectServer() as server:
        begun = oauth.attempt(server.address)
        server.begin(begun)
        address = oauth.address(client, begun)
        out.words(f"Open this address and let followthru in:\n{address}")
        out.words("In a browser on another machine, paste the address here at which it ends.")
        if not no_browser and _has_browser():
            webbrowser.open(address)
        code = wait_for_code(server, _pasted())
    return asyncio.run(oauth.redeem(client, code, begun))


def through_code(client: oauth.Client) -> oauth.Grant:
    """Return what the provider grants once its user has typed a code on any device. Raises OAuthError."""
    from followthru.web import device

    async def asked() -> oauth.Grant:
        shown = await device.begin(client)
        out.words(f"On any device, open {shown.address} and type this code:", f"    {shown.code}")
        out.words(f"It is good for {count_words(round(shown.seconds / 60), 'minute')}. Ctrl-C ends the waiting.")
        return await device.wait(client, shown)

    return asyncio.run(asked())


def say_signed_in(session: Session, name: str, what: str, where: str, then: str) -> None:
    """Say that an account is signed in, where that is kept, and what follows."""
    place = "in the system's keyring" if where == "keyring" else "in a file that only you can read"
    out.words(f"{what} is signed in; that is kept {place}. {then}")
    if session.json:
        out.json({"account": name, "signed_in": True, "kept": where})


def say_signed_out(session: Session, name: str, what: str, had: bool) -> None:
    """Say that an account is signed out, and whether it was signed in."""
    said = f"{what} is signed out here" if had else f"{what} was not signed in"
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
