"""`mailbox` as its user meets it: an account added, signed in with a code, mail sent, and the sign-in ended."""

from __future__ import annotations

import asyncio
import logging
import tomllib
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from followthru.actions.deliver import AccountPausedError, Sender
from followthru.actions.desk import Desk, open_desk
from followthru.actions.mailboxes import settings_of
from followthru.actions.sign_in import NotSignedInError
from followthru.actions.transports import own_transport
from followthru.config.places import home
from followthru.config.reading import load
from tests.calendarkit import secret
from tests.clikit import Cli
from tests.loopback import Loopback, serving
from tests.provider import CLIENT_SECRET, Provider, mail_table
from tests.updates.jmapserver import TOKEN, JmapServer
from tests.updates.scripted import Manners, ScriptedServer

USER = "robin@oak.example"
_MAIL = """
[[mail]]
name = "oak"
practices = ["oak-street"]
from = "Robin Vale <robin@oak.example>"
host = "127.0.0.1"
port = {port}
security = "plain"
username = "robin@oak.example"
{oauth}
[updates]
send_delay = 0
"""


@pytest.fixture
def provider() -> Provider:
    found = Provider()
    found.interval = 1
    return found


@pytest.fixture
def login(provider: Provider) -> Iterator[Loopback]:
    with serving(provider) as server:
        yield server


class Oak:
    """The office with a mail account that signs in through a provider, and a mail server that takes its tokens."""

    def __init__(self, cli: Cli, provider: Provider, login: Loopback, port: int) -> None:
        self.cli, self.provider = cli, provider
        self.config = home().config
        client = self.config.parent / "client"
        client.write_text(CLIENT_SECRET, encoding="ascii")
        client.chmod(0o600)
        self.config.write_text(_MAIL.format(port=port, oauth=mail_table(login)), encoding="utf-8")

    def sign_in(self) -> str:
        """Sign in as its user would, the code being typed already, and return what is said."""
        self.provider.types_at_once = True
        answer = self.cli("mailbox", "login", "oak")
        assert answer.code == 0, answer.err
        return answer.err

    def approve(self) -> None:
        """Draft and approve an update."""
        draft = self.cli.json("update", "draft", "dana")
        self.cli.ok("update", "approve", str(draft["id"]), "--yes")

    async def deliver(self, desk: Desk) -> None:
        """Do what the daemon does."""
        [account] = desk.config.mail
        await Sender(desk.ctx, account, own_transport(desk, account), "test").run()


Story = Callable[[Oak, ScriptedServer], Awaitable[None]]


def opened(oak: Oak) -> Desk:
    return open_desk(home(), load(oak.config), oak.cli.clock)


def serve(cli: Cli, provider: Provider, login: Loopback, story: Story) -> None:
    """Tell a story on a mail server that takes the provider's tokens."""

    async def run() -> None:
        async with ScriptedServer(manners=Manners(tokens=provider.tokens)) as server:
            await story(Oak(cli, provider, login, server.port), server)

    asyncio.run(run())


def test_the_whole_way_from_a_code_to_a_mail(office: Cli, provider: Provider, login: Loopback) -> None:
    async def story(oak: Oak, server: ScriptedServer) -> None:
        said = await asyncio.to_thread(oak.sign_in)
        assert "open https://provider.example/device and type this code:" in said
        assert "WDJB-1" in said
        assert "Mail account oak is signed in" in said
        await asyncio.to_thread(oak.approve)
        desk = opened(oak)
        await oak.deliver(desk)
        assert [mail.recipients for mail in server.accepted] == [("dana@oak.example",)]
        assert [mechanism for mechanism, _ in server.presented] == ["XOAUTH2"]
        grants = [form.get("grant_type", "device") for form in provider.asked]
        assert grants[-1] == "refresh_token", "another process has the sign-in, and asks for a token of its own"
        desk.ctx.store.close()

    serve(office, provider, login, story)


def test_a_sign_in_that_ended_pauses_the_account_until_somebody_signs_in_again(
    office: Cli, provider: Provider, login: Loopback
) -> None:
    async def story(oak: Oak, server: ScriptedServer) -> None:
        await asyncio.to_thread(oak.sign_in)
        await asyncio.to_thread(oak.approve)
        provider.end()
        desk = opened(oak)
        with pytest.raises(AccountPausedError) as caught:
            await oak.deliver(desk)
        said = caught.value.sentences()
        assert "ended the sign-in of mail account oak" in said
        assert "Token has been expired or revoked" in said
        assert "Run `followthru mailbox login oak`" in said
        assert "Every update it has to send is kept" in said
        asked = len(provider.asked)
        with pytest.raises(AccountPausedError):
            await oak.deliver(desk)
        assert len(provider.asked) == asked, "a paused account asks nobody"
        await asyncio.to_thread(office, "mailbox", "login", "oak")
        desk.tokens.clear()
        await oak.deliver(desk)
        assert len(server.accepted) == 1
        desk.ctx.store.close()

    serve(office, provider, login, story)


def test_nobody_signed_in_sends_nothing_and_says_how(office: Cli, provider: Provider, login: Loopback) -> None:
    async def story(oak: Oak, server: ScriptedServer) -> None:
        await asyncio.to_thread(oak.approve)
        desk = opened(oak)
        with pytest.raises(AccountPausedError, match="Mail account oak is not signed in"):
            await oak.deliver(desk)
        assert server.presented == []
        desk.ctx.store.close()

    serve(office, provider, login, story)


def test_no_token_is_in_the_store_the_configuration_or_a_log(
    office: Cli, provider: Provider, login: Loopback, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    async def story(oak: Oak, server: ScriptedServer) -> None:
        said = await asyncio.to_thread(oak.sign_in)
        await asyncio.to_thread(oak.approve)
        desk = opened(oak)
        await oak.deliver(desk)
        provider.tokens.clear()
        desk.tokens.clear()
        desk.ctx.store.close()
        words = {*provider.refreshes, "token-", "device-secret", CLIENT_SECRET}
        files = [path for path in oak.config.parent.rglob("*") if path.is_file()]
        spoken = {path.name for path in files for word in words if word.encode() in path.read_bytes()}
        assert spoken == {"client", "oak.json"}
        kept = oak.config.parent / "sign-ins" / "mail" / "oak.json"
        assert kept.stat().st_mode & 0o777 == 0o600
        assert not [word for word in words if word in caplog.text or word in said]

    serve(office, provider, login, story)


def test_a_sign_in_is_good_for_its_own_server_alone(office: Cli, provider: Provider, login: Loopback) -> None:
    async def story(oak: Oak, server: ScriptedServer) -> None:
        await asyncio.to_thread(oak.sign_in)
        await asyncio.to_thread(oak.approve)
        text = oak.config.read_text(encoding="utf-8")
        async with ScriptedServer(manners=Manners(tokens=provider.tokens)) as other:
            oak.config.write_text(text.replace(f"port = {server.port}", f"port = {other.port}"), encoding="utf-8")
            desk = opened(oak)
            with pytest.raises(AccountPausedError, match="not signed in"):
                await oak.deliver(desk)
            assert other.presented == []
            desk.ctx.store.close()

    serve(office, provider, login, story)


def test_logging_out_forgets_it(office: Cli, provider: Provider, login: Loopback) -> None:
    async def story(oak: Oak, server: ScriptedServer) -> None:
        await asyncio.to_thread(oak.sign_in)
        assert (await asyncio.to_thread(office.json, "mailbox", "logout", "oak"))["was_signed_in"] is True
        assert (await asyncio.to_thread(office.json, "mailbox", "logout", "oak"))["was_signed_in"] is False

    serve(office, provider, login, story)


def test_an_account_at_microsoft_in_one_command(office: Cli) -> None:
    assert office.json("mailbox", "list") == []
    added = office.json(
        "mailbox", "add", "oak", "--from", "Robin Vale <robin@oak.example>", "--practice", "oak-street", "--host",
        "smtp.office365.com", "--port", "587", "--username", USER, "--provider", "microsoft", "--oauth-client", "0f1e",
        "--tenant", "oak.example",
    )  # fmt: skip
    assert (added["provider"], added["security"], added["practices"]) == ("microsoft", "starttls", ["oak-street"])
    [account] = load(home().config).mail
    assert account.oauth is not None
    begun = "https://login.microsoftonline.com/oak.example/oauth2/v2.0"
    assert account.oauth.device_authorization_endpoint == f"{begun}/devicecode"
    assert account.oauth.token_endpoint == f"{begun}/token"
    assert account.oauth.scope == "https://outlook.office.com/SMTP.Send offline_access"
    assert tomllib.loads(home().config.read_text())["mail"][0]["oauth"] == {
        "provider": "microsoft", "client_id": "0f1e", "tenant": "oak.example",
    }  # fmt: skip
    assert "through microsoft" in office.ok("mailbox", "list")


def test_graph_in_one_command_and_sign_in_for_reading_too(office: Cli) -> None:
    office.ok(
        "mailbox", "add", "oak", "--from", USER, "--transport", "graph", "--provider", "microsoft",
        "--oauth-client", "0f",
    )  # fmt: skip
    [account] = load(home().config).mail
    assert account.oauth is not None
    scope = "https://graph.microsoft.com/Mail.ReadWrite https://graph.microsoft.com/Mail.Send offline_access"
    assert (account.transport, account.oauth.scope) == ("graph", scope)
    text = 'incoming = { host = "outlook.office365.com" }\n'
    smtp = (
        '[[mail]]\nname = "elm"\nfrom = "a@elm.example"\nhost = "smtp.office365.com"\nusername = "a@elm.example"\n'
        'oauth = { provider = "microsoft", client_id = "0f" }\n'
    )
    home().config.write_text(smtp + text, encoding="utf-8")
    [account] = load(home().config).mail
    assert account.oauth is not None
    assert account.oauth.scope.split() == [
        "https://outlook.office.com/IMAP.AccessAsUser.All", "https://outlook.office.com/SMTP.Send", "offline_access",
    ]  # fmt: skip


def test_jmap_with_a_token_in_one_command(office: Cli, tmp_path: Path) -> None:
    token = secret(tmp_path / "kept", "fmu1-token")
    added = office.json(
        "mailbox", "add", "oak", "--from", USER, "--transport", "jmap", "--url", "https://api.fastmail.com/",
        "--password-file", str(token),
    )  # fmt: skip
    assert (added["transport"], added["url"], added["username"]) == ("jmap", "https://api.fastmail.com/", None)
    assert "https://api.fastmail.com/" in office.ok("mailbox", "list")


def test_jmap_sends_with_the_token_that_the_configuration_names(office: Cli, tmp_path: Path) -> None:
    account = JmapServer()
    account.identities = [{"id": "i1", "email": USER}]
    secret(home().config.parent, TOKEN)
    with serving(account) as server:
        home().config.write_text(
            f'[[mail]]\nname = "oak"\npractices = ["oak-street"]\nfrom = "{USER}"\ntransport = "jmap"\n'
            f'url = "{server.url}"\npassword = {{ file = "password" }}\n[updates]\nsend_delay = 0\n',
            encoding="utf-8",
        )
        draft = office.json("update", "draft", "dana")
        office.ok("update", "approve", str(draft["id"]), "--yes")
        desk = open_desk(home(), load(home().config), office.clock)
        [mail] = desk.config.mail
        asyncio.run(Sender(desk.ctx, mail, own_transport(desk, mail), "test").run())
        desk.ctx.store.close()
    assert [to for _, to, _ in account.sent] == [("dana@oak.example",)]


def test_the_mailbox_for_answers_takes_the_same_tokens(office: Cli, provider: Provider, login: Loopback) -> None:
    async def story(oak: Oak, server: ScriptedServer) -> None:
        await asyncio.to_thread(oak.sign_in)
        text = oak.config.read_text(encoding="utf-8").replace(
            "security =", 'incoming = { host = "127.0.0.1" }\nsecurity ='
        )
        oak.config.write_text(text, encoding="utf-8")
        desk = opened(oak)
        [account] = desk.config.mail
        assert account.incoming is not None
        sign_in = settings_of(desk, account, account.incoming).sign_in
        # A token is shown to no server that was not named when its owner signed in.
        with pytest.raises(NotSignedInError):
            await asyncio.to_thread(sign_in, None)
        await asyncio.to_thread(oak.sign_in)
        shown = await asyncio.to_thread(sign_in, None)
        assert shown.is_token
        assert shown.words in provider.tokens
        desk.ctx.store.close()

    serve(office, provider, login, story)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--provider", "microsoft"), 2, "belong together"),
        (("--tenant", "x"), 2, "need --provider"),
        (("--provider", "google", "--oauth-client", "x"), 2, "needs the username"),
        (("--username", USER), 2, "no terminal"),
        (("--password-env", "X"), 2, "--username"),
        (("--transport", "graph"), 2, "needs oauth"),
        (("--transport", "jmap", "--password-env", "X"), 2, "needs a url"),
        (("--transport", "jmap", "--url", "https://x.example/"), 2, "needs a password"),
        (("--transport", "graph", "--provider", "google", "--oauth-client", "x"), 2, "not a provider for"),
    ],
)
def test_what_does_not_fit_together_is_told(office: Cli, words: tuple[str, ...], code: int, said: str) -> None:
    answer = office("mailbox", "add", "oak", "--from", USER, "--host", "smtp.example.com", *words)
    assert (answer.code, said in answer.err) == (code, True), answer.err
    assert not home().config.exists() or "[[mail]]" not in home().config.read_text()


def test_unknown_names_are_told(office: Cli, tmp_path: Path) -> None:
    assert office("mailbox", "login", "elm").code == 3
    office.ok("mailbox", "add", "elm", "--from", USER, "--transport", "file", "--folder", str(tmp_path / "out"))
    answer = office("mailbox", "login", "elm")
    assert answer.code == 4
    assert "does not sign in through a provider" in answer.err
    assert office("mailbox", "add", "elm", "--from", USER, "--transport", "file", "--folder", "x").code == 4
