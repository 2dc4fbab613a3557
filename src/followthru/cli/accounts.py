"""`account`: calendar servers and how to sign in. A password is never a word of a command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from followthru.cli import options, out
from followthru.cli.passwords import PATH, agreed, where_options, where_said
from followthru.cli.session import Session
from followthru.domain.saying import count_words
from followthru.errors import RefusedError, UsageError
from followthru.typed_path import expanded

if TYPE_CHECKING:
    from followthru.config.values import Account, OAuth


@click.command("add")
@click.argument("name", metavar="NAME")
@click.argument("url", metavar="URL")
@click.option("--username", metavar="NAME", help="Who signs in; without it, nobody does.")
@where_options("pass show calendar")
@click.option(
    "--sign-in", type=click.Choice(["basic", "digest"]), help="How the password is sent; basic unless said otherwise."
)
@click.option("--ca-file", metavar="PATH", type=PATH, help="The certificate of your own authority (PEM).")
@click.option("--oauth-client", metavar="ID", help="Sign in through a provider, with this client id of your own.")
@click.option("--oauth-secret-file", metavar="PATH", type=PATH, help="The client's secret.")
@click.option("--oauth-authorize", metavar="URL", help="Where another provider than Google is asked to let you in.")
@click.option("--oauth-token", metavar="URL", help="Where that provider gives tokens.")
@click.option("--oauth-scope", metavar="SCOPE", help="What is asked for there.")
@options.as_json
@click.pass_obj
def add(
    session: Session, name: str, url: str, username: str | None,
    password_command: str | None, password_file: Path | None, password_env: str | None,
    sign_in: str | None, ca_file: Path | None, **oauth: Any,  # noqa: ANN401
) -> None:  # fmt: skip
    """Add a calendar server. Without a word on where its password is, it is asked for and kept in the keyring."""
    from followthru.config.edit import add_account

    desk = session.desk
    if any(one.name == name for one in desk.config.accounts):
        raise RefusedError(f"There is an account {name} already.", safe="Nothing was changed.")
    provider = _provider(**oauth)
    said = where_said(password_command, password_file, password_env)
    where = agreed(("calendar account", name), said, provider, desk.home.config, username=username)
    config = add_account(
        desk.home.config, name=name, url=url, username=username, password=where, sign_in=sign_in, ca_file=ca_file,
        oauth=provider,
    )  # fmt: skip
    verb = "check" if provider is None else "login"
    out.words(f"Account {name} stands in {desk.home.config}. `followthru account {verb} {name}` signs in.")
    account = config.account(name)
    if session.json:
        out.json(_json(account))
    else:
        out.data("  ".join(cell for cell in _row(account) if cell))


def _provider(
    oauth_client: str | None,
    oauth_secret_file: Path | None,
    oauth_authorize: str | None,
    oauth_token: str | None,
    oauth_scope: str | None,
) -> OAuth | None:
    """Return how to sign in through a provider, as said in options; None if nothing was said. Raises UsageError."""
    from followthru.config.providers import GOOGLE
    from followthru.config.values import OAuth
    from followthru.secrets import SecretKind, SecretRef

    if oauth_client is None:
        if any((oauth_secret_file, oauth_authorize, oauth_token, oauth_scope)):
            raise UsageError("The other --oauth options need --oauth-client.", safe="Nothing was changed.")
        return None
    secret = None
    if oauth_secret_file is not None:
        secret = SecretRef(SecretKind.FILE, (str(expanded(oauth_secret_file).absolute()),))
    return OAuth(
        oauth_client,
        secret,
        oauth_authorize or GOOGLE["authorization_endpoint"],
        oauth_token or GOOGLE["token_endpoint"],
        oauth_scope or GOOGLE["scope"],
    )


@click.command("list")
@options.as_json
@click.pass_obj
def list_accounts(session: Session) -> None:
    """Calendar accounts, and where their passwords are."""
    accounts = session.desk.config.accounts
    if session.json:
        out.json_array(_json(one) for one in accounts)
        return
    if not accounts:
        out.words("There is no account yet. `followthru account add NAME URL --username NAME` adds one.")
        return
    out.table([_row(one) for one in accounts], stretch=1)


@click.command("check")
@click.argument("name", metavar="NAME")
@options.as_json
@click.pass_obj
def check(session: Session, name: str) -> None:
    """Sign in, and list the calendars on the server."""
    from followthru.actions.calendars import collections
    from followthru.actions.lookup_config import account_named

    account = account_named(session.desk.config, name)
    found = collections(session.desk, account)
    out.words(f"Signed in to {account.url}: {count_words(len(found), 'calendar')}.")
    if session.json:
        calendars = [
            {"name": one.name, "url": one.url, "components": list(one.components), "read_only": one.read_only}
            for one in found
        ]
        out.json({"account": name, "url": account.url, "calendars": calendars})
        return
    for one in found:
        out.data(f"{one.name or '(no name)'}  {one.url}{'  (may only be read)' if one.read_only else ''}")


def _row(one: Account) -> tuple[str, ...]:
    through = "" if one.oauth is None else "through a provider"
    where = through if one.password is None else f"password: {one.password.kind}"
    digest = "" if one.sign_in == "basic" else one.sign_in
    return (one.name, one.url, one.username or "", where, digest)


def _json(one: Account) -> dict[str, object]:
    where = None if one.password is None else {"kind": str(one.password.kind), "where": list(one.password.where)}
    return {
        "name": one.name,
        "url": one.url,
        "username": one.username,
        "password": where,
        "sign_in": "oauth" if one.oauth else one.sign_in,
        "ca_file": None if one.ca_file is None else str(one.ca_file),
    }
