"""`account`: added without a word of its secret, listed, and signed in to on a real server."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from followthru.config.places import home
from followthru.demo.radicale import Radicale
from tests.calendarkit import PASSWORD, answering, make_collection, secret
from tests.clikit import Cli
from tests.terminal import Terminal


def test_an_account_is_added_with_where_its_password_is(cli: Cli, tmp_path: Path) -> None:
    file = secret(tmp_path / "kept")
    answer = cli.json(
        "account", "add", "home", "https://dav.example.com/", "--username", "pm", "--password-file", str(file)
    )
    assert answer == {
        "name": "home",
        "url": "https://dav.example.com/",
        "username": "pm",
        "password": {"kind": "file", "where": [str(file)]},
        "sign_in": "basic",
        "ca_file": None,
    }
    assert cli.json("account", "list") == [answer]
    assert PASSWORD not in home().config.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("option", "value", "kind", "where"),
    [
        ("--password-command", "pass show 'my calendar'", "command", ["pass", "show", "my calendar"]),
        ("--password-env", "CALENDAR_PASSWORD", "env", ["CALENDAR_PASSWORD"]),
    ],
)
def test_other_places_of_a_password(cli: Cli, option: str, value: str, kind: str, where: list[str]) -> None:
    added = cli.json("account", "add", "home", "https://dav.example.com/", "--username", "pm", option, value)
    assert added["password"] == {"kind": kind, "where": where}


def test_digest_and_a_private_authority_are_settings(cli: Cli, tmp_path: Path) -> None:
    options = ("--username", "pm", "--password-env", "X", "--sign-in", "digest", "--ca-file", str(tmp_path / "ca.pem"))
    added = cli.json("account", "add", "home", "https://dav.example.com/", *options)
    assert (added["sign_in"], added["ca_file"]) == ("digest", str(tmp_path / "ca.pem"))
    assert cli.json("account", "list") == [added]


def test_nobody_signs_in_without_a_user_name(cli: Cli) -> None:
    added = cli.json("account", "add", "open", "http://127.0.0.1:5232/")
    assert (added["username"], added["password"]) == (None, None)


def test_comments_in_the_configuration_stay(cli: Cli) -> None:
    home().config.write_text("# mine\n[me]\nname = 'Robin' # me\n", encoding="utf-8")
    cli.ok("account", "add", "open", "http://127.0.0.1:5232/")
    assert home().config.read_text(encoding="utf-8").startswith("# mine\n[me]\nname = 'Robin' # me\n")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("again", "https://dav.example.com/"), 4, "already"),
        (("two", "https://pm:secret@dav.example.com/"), 2, "does not belong in an address"),
        (("two", "http://dav.example.com/"), 2, "https"),
        (("two", "https://dav.example.com/", "--username", "pm"), 2, "no terminal"),
        (("two", "https://dav.example.com/", "--password-env", "X"), 2, "--username"),
        (
            ("two", "https://dav.example.com/", "--username", "a", "--password-env", "X", "--password-file", "y"),
            2,
            "one",
        ),
        (("two", "https://dav.example.com/", "--username", "a", "--password-command", "'open"), 2, "quote"),
        (("two", "https://dav.example.com/", "--username", "a", "--password-command", ""), 2, "empty"),
    ],
)
def test_what_cannot_be_added_changes_nothing(cli: Cli, words: tuple[str, ...], code: int, said: str) -> None:
    cli.ok("account", "add", "again", "http://127.0.0.1:5232/")
    before = home().config.read_bytes()
    answer = cli("account", "add", *words)
    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err
    assert home().config.read_bytes() == before


def test_a_password_is_no_word_of_a_command(cli: Cli) -> None:
    answer = cli("account", "add", "home", "https://dav.example.com/", "--username", "pm", "--password", "secret")
    assert answer.code == 2


def test_no_account_says_how_to_add_one(cli: Cli) -> None:
    answer = cli("account", "list")
    assert (answer.code, answer.out) == (0, "")
    assert "account add" in answer.err
    assert cli.json("account", "list") == []


KEYRING = '''
from pathlib import Path
from keyring.backend import KeyringBackend

class Ring(KeyringBackend):
    """A keyring in a file, for one test."""
    priority = 9
    file = Path(__file__).with_name("ring")
    def get_password(self, service, username):
        return self.file.read_text() if self.file.exists() else None
    def set_password(self, service, username, password):
        self.file.write_text(f"{service}|{username}|{password}")
'''


def test_a_password_is_asked_for_unseen_and_kept_in_the_keyring(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "ring_backend.py").write_text(KEYRING, encoding="ascii")
    env = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHON_KEYRING_BACKEND": "ring_backend.Ring"}
    words = ("account", "add", "home", "https://dav.example.com/", "--username", "pm")
    with Terminal([sys.executable, "-m", "followthru", *words], env) as terminal:
        terminal.wait_for("Password for home")
        terminal.send(f"{PASSWORD}\r")
        terminal.wait_for("account check home")
        assert PASSWORD not in terminal.screen.text()
    assert (tmp_path / "ring").read_text(encoding="ascii") == f"followthru|calendar account home|{PASSWORD}"
    assert cli.json("account", "list")[0]["password"] == {"kind": "keyring", "where": ["calendar account home"]}


def test_without_a_keyring_no_password_is_asked_for_and_the_other_ways_are_named(cli: Cli) -> None:
    words = ("account", "add", "home", "https://dav.example.com/", "--username", "pm")
    with Terminal([sys.executable, "-m", "followthru", *words], os.environ) as terminal:
        terminal.wait_for("--password-env")
        assert terminal.wait_end() == 2
        said = " ".join(terminal.screen.text().split())
    assert "no keyring" in said
    assert "--password-file" in said
    assert "--password-command" in said
    assert "Password for home" not in said
    assert cli.json("account", "list") == []


@pytest.mark.parametrize("what", ["nothing", "open", "empty"])
def test_a_password_file_that_holds_none_is_refused(cli: Cli, tmp_path: Path, what: str) -> None:
    file = tmp_path / "kept" / "password"
    if what != "nothing":
        secret(tmp_path / "kept", "" if what == "empty" else PASSWORD)
        file.chmod(0o644 if what == "open" else 0o600)
    said = {"nothing": "cannot be read", "open": "chmod 600", "empty": "is empty"}[what]
    words = ("account", "add", "home", "https://dav.example.com/", "--username", "pm", "--password-file", str(file))
    answer = cli(*words)
    assert (answer.code, answer.out) == (1, "")
    assert said in answer.err
    assert "No account was added." in answer.err
    assert cli.json("account", "list") == []
    through = ("--oauth-client", "me", "--oauth-secret-file", str(file))
    assert cli("account", "add", "home", "https://dav.example.com/", *through).code == 1
    assert cli.json("account", "list") == []


class TestCheck:
    @pytest.fixture(autouse=True)
    def _account(self, cli: Cli, radicale: Radicale, user: str, tmp_path: Path) -> None:
        file = secret(tmp_path / "kept")
        cli.ok("account", "add", "home", radicale.url, "--username", user, "--password-file", str(file))

    def test_it_lists_the_calendars_on_the_server(self, cli: Cli, radicale: Radicale, user: str) -> None:
        url = make_collection(radicale, user, "work")
        answer = cli.json("account", "check", "home")
        assert answer["account"] == "home"
        assert [(one["name"], one["url"]) for one in answer["calendars"]] == [("work", url)]

    def test_a_wrong_password_is_said(self, cli: Cli, tmp_path: Path) -> None:
        secret(tmp_path / "kept", "wrong")
        answer = cli("account", "check", "home")
        assert (answer.code, answer.out) == (1, "")
        assert "refused the user name or password of account home" in answer.err
        assert "wrong" not in answer.err

    def test_a_password_that_is_not_there_is_said(self, cli: Cli, tmp_path: Path) -> None:
        (tmp_path / "kept" / "password").unlink()
        answer = cli("account", "check", "home")
        assert answer.code == 1
        assert "cannot be read" in answer.err

    def test_an_unknown_account_is_not_found(self, cli: Cli) -> None:
        answer = cli("account", "check", "homme")
        assert answer.code == 3
        assert "Did you mean home?" in answer.err


def test_nobody_there_is_said(cli: Cli) -> None:
    cli.ok("account", "add", "home", "http://127.0.0.1:9/")
    answer = cli("account", "check", "home")
    assert answer.code == 1
    assert "127.0.0.1:9 cannot be reached" in answer.err


PORTAL = b"<html><head><title>Welcome to our wireless</title></head><body>Log in<br></body></html>"


@pytest.mark.parametrize("status", [200, 207, 302, 403, 404, 500, 503])
def test_whoever_answers_in_the_servers_place_is_said(cli: Cli, status: int) -> None:
    headers = {"Content_Type": "text/html"} | ({"Location": "http://portal.invalid/"} if status == 302 else {})
    with answering(status, PORTAL, **headers) as url:
        cli.ok("account", "add", "home", url)
        answer = cli("account", "check", "home")
    assert (answer.code, answer.out) == (1, "")
    assert "The calendar server" in answer.err
    assert "went wrong inside" not in answer.err
