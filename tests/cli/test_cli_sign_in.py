"""`account login` as its user meets it: a process that says an address, a browser here or on another machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import urlopen

import pytest

from followthru.config.places import home
from followthru.demo.radicale import Radicale
from tests.calendarkit import PASSWORD, make_collection, secret
from tests.clikit import Cli
from tests.provider import CLIENT, CLIENT_SECRET, Guarded, browse, guarded, redirected


@pytest.fixture
def behind(office: Cli, radicale: Radicale, user: str, tmp_path: Path) -> Iterator[Guarded]:
    """The office with an account `home` that signs in through a provider."""
    with guarded(radicale.url, user, PASSWORD) as running:
        file = secret(tmp_path / "kept", CLIENT_SECRET)
        added = office.json(
            "account", "add", "home", running.calendars.url, "--oauth-client", CLIENT, "--oauth-secret-file", str(file),
            "--oauth-authorize", f"{running.login.url}authorize", "--oauth-token", f"{running.login.url}token",
            "--oauth-scope", "calendar",
        )  # fmt: skip
        assert (added["sign_in"], added["password"]) == ("oauth", None)
        yield running


class Login:
    """`account login home`, waiting for the browser."""

    def __init__(self, *words: str) -> None:
        command = [sys.executable, "-m", "followthru", "account", "login", "home", *words]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=dict(os.environ))
        assert self.process.stderr is not None
        assert self.process.stderr.readline() == "Open this address and let followthru in:\n"
        self.address: str = self.process.stderr.readline().strip()

    @property
    def back(self) -> str:
        """Where the browser is sent back to."""
        return parse_qs(urlsplit(self.address).query)["redirect_uri"][0]

    def end(self, pasted: str = "") -> tuple[int, str, str]:
        """Paste something, if anything, and wait for the end."""
        out, err = self.process.communicate(pasted, timeout=60)
        return self.process.returncode, out, err


def test_the_whole_way_from_an_account_to_an_event(office: Cli, behind: Guarded, radicale: Radicale, user: str) -> None:
    url = make_collection(radicale, user, "work").replace(radicale.url, behind.calendars.url)
    refused = office("account", "check", "home")
    assert refused.code == 4
    assert "followthru account login home" in refused.err

    login = Login("--json")
    assert "code_challenge_method=S256" in login.address
    assert login.back.startswith("http://127.0.0.1:")
    assert "signed in. Close this window" in browse(login.address)
    code, out, err = login.end()
    assert (code, json.loads(out)) == (0, {"account": "home", "signed_in": True, "kept": "file"})
    assert "only you can read" in err

    found = office.json("account", "check", "home")
    assert [one["url"] for one in found["calendars"]] == [url]
    office.ok("calendar", "add", "mine", "--account", "home", "--collection", "work")
    office.ok("add", "Renew cover by 2026-07-10 @oak-street")
    assert office.json("sync")[0]["created"] == 1
    everything = home().config.read_text(encoding="utf-8") + err + out
    assert not [word for word in (*behind.provider.refreshes, *behind.provider.tokens) if word in everything]

    assert office.json("account", "logout", "home")["was_signed_in"]
    assert office("sync").code == 1


def test_over_ssh_the_address_is_pasted(office: Cli, behind: Guarded) -> None:
    login = Login("--no-browser")
    code, _, err = login.end(f"\n  {redirected(login.address)}  \n")
    assert code == 0, err
    assert "is signed in" in err


def test_an_answer_from_elsewhere_is_turned_away_and_the_right_one_taken(office: Cli, behind: Guarded) -> None:
    login = Login()
    for path in (f"?{urlencode({'code': 'stolen', 'state': 'x'})}", "favicon.ico", "?error=access_denied"):
        with pytest.raises(HTTPError) as caught:
            urlopen(login.back + path, timeout=60)
        caught.value.close()
        assert caught.value.code in (400, 404)
    browse(login.address)
    assert login.end()[0] == 0
    assert all(form.get("code") != "stolen" for form in behind.provider.asked)


def test_a_pasted_address_of_another_attempt_is_refused(office: Cli, behind: Guarded) -> None:
    login = Login()
    code, out, err = login.end(f"{login.back}?code=stolen&state=other\n")
    assert (code, out) == (1, "")
    assert "does not belong to the sign-in" in err
    assert behind.provider.asked == []


def test_not_being_let_in_is_said(office: Cli, behind: Guarded) -> None:
    behind.provider.denies = True
    login = Login()
    assert "was not let in" in browse(login.address)
    code, _, err = login.end()
    assert code == 1
    assert "access_denied" in err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--oauth-token", "https://x.example/"), 2, "--oauth-client"),
        (("--oauth-client", "id", "--password-env", "X", "--username", "a"), 2, "or through a provider"),
        (("--oauth-client", "id", "--oauth-token", "https://x.example/"), 2, "named by both"),
        (
            (
                "--oauth-client",
                "id",
                "--oauth-authorize",
                "https://x.example/",
                "--oauth-token",
                "http://x.example/",
            ),
            2,
            "https",
        ),
        (("--sign-in", "ntlm"), 2, "digest"),
    ],
)
def test_what_cannot_be_added_changes_nothing(office: Cli, words: tuple[str, ...], code: int, said: str) -> None:
    answer = office("account", "add", "two", "https://dav.example.com/", *words)
    assert answer.code == code
    assert said in answer.err
    assert not home().config.exists()


def test_an_account_with_a_password_has_no_provider(office: Cli) -> None:
    office.ok("account", "add", "home", "http://127.0.0.1:9/")
    answer = office("account", "login", "home")
    assert answer.code == 4
    assert "does not sign in through a provider" in answer.err
    assert office("account", "login", "nobody").code == 3
