"""`update test`: a mail to the PM through each kind of account, what was learnt of it, and nothing kept."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from followthru.config.places import home
from followthru.store.store import Store
from tests.calendarkit import secret
from tests.clikit import Answer, Cli
from tests.loopback import Asked, Said, serving
from tests.updates.certificates import authority
from tests.updates.graphserver import GraphMailbox
from tests.updates.jmapserver import TOKEN, JmapServer
from tests.updates.scripted import Fault, Manners, ScriptedServer, Word

ME = "robin@oak.example"
_HEAD = '[me]\nname = "Robin Vale"\nemail = "me@robin.example"\n'
_MAIL = '[[mail]]\nname = "oak"\nfrom = "Robin Vale <robin@oak.example>"\n'


def configure(mail: str, *, head: str = _HEAD) -> None:
    home().config.parent.mkdir(parents=True, exist_ok=True)
    home().config.write_text(head + _MAIL + mail, encoding="utf-8")


def tried(cli: Cli, server: ScriptedServer, mail: Callable[[int], str], *words: str) -> Answer:
    """Run `update test` while a mail server runs."""

    async def run() -> Answer:
        async with server:
            configure(mail(server.port))
            return await asyncio.to_thread(cli, "update", "test", *words)

    return asyncio.run(run())


def plain(port: int) -> str:
    return f'host = "127.0.0.1"\nport = {port}\nsecurity = "plain"\n'


def secured(folder: Path, *words: str) -> tuple[ScriptedServer, Callable[[int], str]]:
    """Return a server that is encrypted, wants a password and offers these extensions, and its account."""
    trusted = authority(folder)
    file = secret(folder / "kept", "open sesame")
    manners = Manners(tls=trusted.server, login=(ME, "open sesame"), extensions=words, size=20_000_000)
    return (
        ScriptedServer(manners=manners),
        lambda port: (
            f'host = "127.0.0.1"\nport = {port}\nsecurity = "tls"\nusername = "{ME}"\nca_file = "{trusted.ca_file}"\n'
            f'password = {{ file = "{file}" }}\n'
        ),
    )


def test_it_tells_what_it_learnt_before_any_practice_exists(cli: Cli, tmp_path: Path) -> None:
    server, account = secured(tmp_path, "DSN", "SMTPUTF8")
    answer = tried(cli, server, account)
    assert answer.code == 0, answer.err
    assert "The connection is encrypted with TLS 1." in answer.out
    assert "Its certificate is vouched for by " in answer.out
    assert "You sign in with a password (PLAIN)" in answer.out
    assert "It takes mails of up to 20 MB." in answer.out
    assert "It reports returned and delayed mail when asked (DSN)" in answer.out
    assert "It takes addresses in any script (SMTPUTF8)." in answer.out
    assert "A test was sent to me@robin.example. It was accepted" in answer.err
    [mail] = server.accepted
    assert mail.recipients == ("me@robin.example",)
    assert b"It is set up for: no practice yet." in mail.content.replace(b"=\r\n", b"")


def test_programs_get_values_and_nothing_is_kept(cli: Cli, tmp_path: Path) -> None:
    server, account = secured(tmp_path)
    answer = tried(cli, server, account, "--json")
    said: dict[str, Any] = json.loads(answer.out)
    assert (said["account"], said["to"], said["outcome"]) == ("oak", "me@robin.example", "accepted")
    learnt = said["learnt"]
    assert learnt["tls"].startswith("TLSv1.")
    assert (learnt["sign_in"], learnt["size"], learnt["dsn"], learnt["8bitmime"]) == ("plain", 20_000_000, False, True)
    assert cli.json("update", "list", "--all") == []
    store = Store.open(home().database, cli.clock)
    assert store.read.value("SELECT count(*) FROM delivery") == 0
    store.close()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(Word.RCPT, "550 5.1.1 Nobody here"), "It was refused: 5.1.1 Nobody here"),
        (Fault(Word.MAIL, "451 4.3.0 Later"), "It could not be sent now"),
        (Fault(Word.AUTH, "535 5.7.8 Wrong"), "The account cannot send"),
        (Fault(Word.KEPT, "drop"), "It may have arrived, look into your mailbox"),
    ],
)
def test_what_failed_is_told_beside_what_was_learnt(cli: Cli, tmp_path: Path, fault: Fault, said: str) -> None:
    server, account = secured(tmp_path)
    server.script(fault)
    answer = tried(cli, server, account)
    assert answer.code == 1
    assert said in answer.err
    assert "The connection is encrypted with TLS 1." in answer.out
    assert ("Nobody was signed in" in answer.out) is (fault.word == Word.AUTH)


def test_without_encryption_it_says_so(cli: Cli) -> None:
    answer = tried(cli, ScriptedServer(), plain)
    assert "The connection is not encrypted." in answer.out
    assert "Nobody was signed in; it offers no way." in answer.out


def test_over_jmap_it_tells_as_whom_and_how_much(cli: Cli) -> None:
    server = JmapServer()
    server.identities = [{"id": "i1", "email": ME}]
    home().config.parent.mkdir(parents=True, exist_ok=True)
    secret(home().config.parent, TOKEN)
    with serving(server) as running:
        configure(f'transport = "jmap"\nurl = "{running.url}"\npassword = {{ file = "password" }}\n')
        answer = cli("update", "test")
    assert answer.code == 0, answer.err
    assert "It may write from robin@oak.example." in answer.out
    assert "It takes mails of up to 10 MB." in answer.out
    assert "looked for in the mailbox" in answer.out
    assert len(server.sent) == 1


def test_over_graph_it_tells_as_whom(cli: Cli) -> None:
    mailbox = GraphMailbox(tokens=("token-1",))
    granted = b'{"access_token": "token-1", "token_type": "Bearer", "refresh_token": "again"}'

    def provider(asked: Asked) -> Said:
        if asked.path == "/device":
            shown = b'{"user_code": "A", "device_code": "s", "verification_uri": "https://x.example/", "interval": 1}'
            return Said(200, {}, shown)
        return Said(200, {}, granted)

    with serving(mailbox) as running, serving(provider) as login:
        configure(
            f'transport = "graph"\nurl = "{running.url}"\noauth = {{ client_id = "me", scope = "mail", '
            f'token_endpoint = "{login.url}token", device_authorization_endpoint = "{login.url}device" }}\n'
        )
        assert cli("mailbox", "login", "oak").code == 0
        answer = cli("update", "test", "--account", "oak")
    assert answer.code == 0, answer.err
    assert "It sends as robin@oak.example." in answer.out
    assert len(mailbox.sent) == 1


def test_a_folder_is_tried_out_too(cli: Cli, tmp_path: Path) -> None:
    configure(f'transport = "file"\nfolder = "{tmp_path}/out"\n')
    assert cli("update", "test").code == 0
    assert len(list((tmp_path / "out").iterdir())) == 1


def test_what_is_missing_is_told(cli: Cli) -> None:
    assert cli("update", "test").code == 3
    configure(plain(9), head="")
    answer = cli("update", "test")
    assert (answer.code, "email = " in answer.err) == (4, True)
    configure(plain(9) + '[[mail]]\nname = "elm"\nfrom = "a@elm.example"\nhost = "h"\n')
    answer = cli("update", "test")
    assert (answer.code, "oak, elm" in answer.err) == (2, True)
    assert cli("update", "test", "--account", "ash").code == 3


def test_held_mail_holds_a_test_too(cli: Cli) -> None:
    server = ScriptedServer()

    async def run() -> Answer:
        async with server:
            configure(plain(server.port))
            await asyncio.to_thread(cli.ok, "update", "pause", "--all")
            return await asyncio.to_thread(cli, "update", "test")

    answer = asyncio.run(run())
    assert answer.code != 0
    assert "All mail is held" in answer.err
    assert server.accepted == []
