"""`update test`: one mail to yourself, and what was learnt of the server on the way."""

from __future__ import annotations

import click

from followthru.cli import options, out, terminal
from followthru.cli.session import Session
from followthru.errors import FollowthruError, NotFoundError, UsageError
from followthru.updates.outbox import Outcome, State

_SAID = {
    State.ACCEPTED: "It was accepted",
    State.DEFERRED: "It could not be sent now",
    State.REFUSED: "It was refused",
    State.UNCERTAIN: "It may have arrived, look into your mailbox",
    State.ACCOUNT_PAUSED: "The account cannot send",
}


@click.command("test")
@click.option("--account", "name", metavar="NAME", help="Which mail account; needed when there are several.")
@options.as_json
@click.pass_obj
def try_account(session: Session, name: str | None) -> None:
    """Send yourself a mail through a mail account, and tell what was learnt of its server.

    It goes to your own address (email under [me]) and is no update: nothing of it is kept here.
    """
    import asyncio

    from followthru.actions.lookup_config import mail_named
    from followthru.actions.trying_out import try_out

    config = session.desk.config
    account = mail_named(config, name or _only(session))
    tried = asyncio.run(try_out(session.desk, account))
    accepted = tried.outcome.state == State.ACCEPTED
    if session.json:
        out.json(
            {
                "account": tried.account,
                "to": tried.to,
                "message_id": tried.message_id,
                "outcome": str(tried.outcome.state),
                "code": tried.outcome.code,
                "answer": tried.outcome.text,
                "learnt": {one.name: one.value for one in tried.learnt},
            }
        )
    else:
        for one in tried.learnt:
            out.data(terminal.clean(one.words))
    if not accepted:
        raise FollowthruError(_words(tried.outcome), safe="Nothing is kept of this test, and no update was touched.")
    out.words(f"A test was sent to {tried.to}. {_words(tried.outcome)}. Look whether it is in your inbox.")


def _words(outcome: Outcome) -> str:
    return f"{_SAID[outcome.state]}: {terminal.clean(outcome.text)}".rstrip(".")


def _only(session: Session) -> str:
    """Return the name of the one mail account. Raises NotFoundError, UsageError."""
    names = [one.name for one in session.desk.config.mail]
    if not names:
        raise NotFoundError("There is no mail account yet.", remedy="`followthru mailbox add` adds one.")
    if len(names) > 1:
        raise UsageError(f"There are several mail accounts: {', '.join(names)}.", remedy="Say which with --account.")
    return names[0]
