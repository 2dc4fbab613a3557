"""`mailbox`: the accounts that updates leave through, and how to sign in to them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from followthru.cli import options, out
from followthru.cli.passwords import PATH, agreed, where_options, where_said
from followthru.cli.session import Session
from followthru.errors import RefusedError, UsageError
from followthru.typed_path import expanded

if TYPE_CHECKING:
    from followthru.config.edit import MailOAuth
    from followthru.config.values import MailAccount

_TRANSPORTS = ("smtp", "graph", "jmap", "file")


@click.command("add")
@click.argument("name", metavar="NAME")
@click.option("--from", "from_", metavar="ADDRESS", required=True, help='Who mail is from: "Name <address>".')
@click.option("--practice", "practices", metavar="SLUG", multiple=True, help="Whose updates go through it; repeatable.")
@click.option("--transport", type=click.Choice(_TRANSPORTS), default="smtp", help="How mail leaves; smtp without it.")
@click.option("--url", metavar="URL", help="The JMAP server; where Graph is, if elsewhere.")
@click.option("--host", metavar="HOST", help="The mail server.")
@click.option("--port", metavar="PORT", type=int, help="Its port.")
@click.option("--security", type=click.Choice(["tls", "starttls", "plain"]), help="How the connection is kept private.")
@click.option("--username", metavar="NAME", help="Who signs in; without it, nobody does.")
@where_options("pass show mail")
@click.option("--provider", type=click.Choice(["microsoft", "google"]), help="Sign in through its page.")
@click.option("--oauth-client", metavar="ID", help="The client id that you registered at the provider.")
@click.option("--oauth-secret-file", metavar="PATH", type=PATH, help="The client's secret, if it has one.")
@click.option("--tenant", metavar="ID", help="Your organisation at Microsoft, where the client is for it alone.")
@click.option("--reply-to", metavar="ADDRESS", help="Where answers go, if elsewhere.")
@click.option("--bcc-self", is_flag=True, help="Send a blind copy of every mail to its own address.")
@click.option("--folder", metavar="PATH", type=PATH, help="Where transport file puts messages.")
@options.as_json
@click.pass_obj
def add(
    session: Session, name: str, from_: str, practices: tuple[str, ...], transport: str, url: str | None,
    host: str | None, port: int | None, security: str | None, username: str | None, password_command: str | None,
    password_file: Path | None, password_env: str | None, provider: str | None, oauth_client: str | None,
    oauth_secret_file: Path | None, tenant: str | None, reply_to: str | None, bcc_self: bool, folder: Path | None,
) -> None:  # fmt: skip
    """Add a mail account. Without a word on where its password is, it is asked for and kept in the keyring."""
    from followthru.actions.lookup_config import mail_named
    from followthru.config.edit import add_mail

    desk = session.desk
    if any(one.name == name for one in desk.config.mail):
        raise RefusedError(f"There is a mail account {name} already.", safe="Nothing was changed.")
    oauth = _provider(provider, oauth_client, oauth_secret_file, tenant)
    said = where_said(password_command, password_file, password_env)
    jmap = transport == "jmap"
    where = agreed(("mail account", name), said, oauth, desk.home.config, username=username, alone=jmap)
    config = add_mail(
        desk.home.config, name=name, practices=practices, from_=from_, transport=transport, host=host, port=port,
        security=security, username=username, password=where, reply_to=reply_to, bcc_self=bcc_self, folder=folder,
        oauth=oauth, url=url,
    )  # fmt: skip
    then = (
        f"`followthru mailbox login {name}` signs in."
        if oauth
        else f"`followthru update test --account {name}` tries it."
    )
    out.words(f"Mail account {name} stands in {desk.home.config}. {then}")
    account = mail_named(config, name)
    if session.json:
        out.json(_json(account))
    else:
        out.data("  ".join(cell for cell in _row(account) if cell))


def _provider(name: str | None, client: str | None, secret: Path | None, tenant: str | None) -> MailOAuth | None:
    """Return how to sign in through a provider, as said in options; None if nothing was said. Raises UsageError."""
    from followthru.config.edit import MailOAuth
    from followthru.secrets import SecretKind, SecretRef

    if name is None and client is None:
        if secret is not None or tenant is not None:
            raise UsageError("--oauth-secret-file and --tenant need --provider.", safe="Nothing was changed.")
        return None
    if name is None or client is None:
        raise UsageError("--provider and --oauth-client belong together.", safe="Nothing was changed.")
    file = None if secret is None else SecretRef(SecretKind.FILE, (str(expanded(secret).absolute()),))
    return MailOAuth(name, client, file, tenant)


@click.command("list")
@options.as_json
@click.pass_obj
def list_mailboxes(session: Session) -> None:
    """Mail accounts, whose updates go through each, and where their passwords are."""
    accounts = session.desk.config.mail
    if session.json:
        out.json_array(_json(one) for one in accounts)
        return
    if not accounts:
        out.words("No mail account yet, so nothing is sent. `followthru mailbox add NAME --from ADDRESS` adds one.")
        return
    out.table([_row(one) for one in accounts], stretch=2)


@click.command("login")
@click.argument("name", metavar="NAME")
@click.option("--browser", is_flag=True, help="Through a browser, also where a code could be typed on any device.")
@click.option("--no-browser", is_flag=True, help="Only say the address, and open no browser.")
@options.as_json
@click.pass_obj
def login(session: Session, name: str, browser: bool, no_browser: bool) -> None:
    """Sign in to a mail account through its provider: with a code typed on any device, or in a browser.

    What is kept is good for this mail server alone; the background process asks for new tokens by itself.
    """
    from followthru.actions.lookup_config import mail_named
    from followthru.actions.sign_in import client_of, signed_in
    from followthru.cli.sign_in import say_signed_in, through_browser, through_code

    account = mail_named(session.desk.config, name)
    client = client_of(session.desk, account)
    by_code = client.device_authorization_endpoint is not None and not (browser and client.authorization_endpoint)
    grant = through_code(client) if by_code else through_browser(client, no_browser=no_browser)
    where = signed_in(session.desk, account, grant)
    say_signed_in(session, name, f"Mail account {name}", where, f"`followthru update test --account {name}` tries it.")


@click.command("logout")
@click.argument("name", metavar="NAME")
@options.as_json
@click.pass_obj
def logout(session: Session, name: str) -> None:
    """Forget how a mail account signed in through its provider."""
    from followthru.actions.lookup_config import mail_named
    from followthru.actions.sign_in import sign_out
    from followthru.cli.sign_in import say_signed_out

    account = mail_named(session.desk.config, name)
    say_signed_out(session, name, f"Mail account {name}", sign_out(session.desk, account))


def _row(one: MailAccount) -> tuple[str, ...]:
    served = f"{one.host or ''}:{one.port or ''}" if one.transport == "smtp" else one.url or ""
    place = str(one.folder or "") if one.transport == "file" else served
    through = "" if one.oauth is None else f"through {one.oauth.provider or 'a provider'}"
    where = through if one.password is None else f"password: {one.password.kind}"
    return (one.name, one.transport, place, " ".join(one.practices) or "for no practice", one.username or "", where)


def _json(one: MailAccount) -> dict[str, object]:
    where = None if one.password is None else {"kind": str(one.password.kind), "where": list(one.password.where)}
    return {
        "name": one.name,
        "practices": list(one.practices),
        "from": one.from_.address,
        "transport": one.transport,
        "url": one.url,
        "host": one.host,
        "port": one.port,
        "security": one.security if one.transport == "smtp" else None,
        "username": one.username,
        "password": where,
        "provider": None if one.oauth is None else one.oauth.provider or "other",
    }
