"""An account that signs in through a provider: tokens held, refreshed and refused, over real HTTP."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from followthru.actions.calendar_standing import standings
from followthru.actions.calendars import collections
from followthru.actions.desk import Desk, open_desk
from followthru.actions.doors import door_of
from followthru.actions.sign_in import NotSignedInError, TokenSource, client_of, sign_out, signed_in
from followthru.actions.syncing import sync_now
from followthru.calendars.errors import SignInEndedError, TokenRefusedError, UnreachableError
from followthru.calendars.oauth import NoTokenError
from followthru.config.reading import load
from followthru.demo.radicale import Radicale
from followthru.secrets import SecretError
from followthru.web import oauth
from followthru.web.errors import EndedError, OAuthError, StrayAnswerError
from tests.calendarkit import PASSWORD, Booked, configuration
from tests.loopback import Said
from tests.provider import CLIENT_SECRET, Guarded, guarded, redirected
from tests.storekit import add_task

BACK = "http://127.0.0.1:1/"


@pytest.fixture
def behind(radicale: Radicale, booked: Booked) -> Iterator[Guarded]:
    """The desk's one calendar behind a server that takes a provider's tokens."""
    with guarded(radicale.url, booked.user, PASSWORD) as running:
        client = booked.home.config.parent / "client"
        client.write_text(CLIENT_SECRET, encoding="ascii")
        client.chmod(0o600)
        booked.reconfigure(_configuration(running, booked))
        yield running


def _configuration(running: Guarded, booked: Booked, *, server: str = "") -> str:
    where = f'[[calendars]]\nname = "promises"\ncollection = "{running.calendars.url}{booked.user}/{_last(booked)}/"\n'
    text = configuration(server or running.calendars.url, booked.user, where)
    lines = [line for line in text.splitlines() if not line.startswith(("username", "password"))]
    at = next(number for number, line in enumerate(lines) if line.startswith("url"))
    return "\n".join([*lines[: at + 1], running.table.rstrip(), *lines[at + 1 :], ""])


def _last(booked: Booked) -> str:
    return booked.url.rstrip("/").rpartition("/")[2]


def log_in(desk: Desk, name: str = "home") -> str:
    """Sign in as a browser would, and return where that is kept."""
    account = desk.config.account(name)
    client = client_of(desk, account)
    begun = oauth.attempt(BACK)
    code = oauth.code_in(redirected(oauth.address(client, begun)), begun)
    return signed_in(desk, account, asyncio.run(oauth.redeem(client, code, begun)))


def kept_file(booked: Booked) -> Path:
    return booked.home.config.parent / "sign-ins" / "home.json"


def fault(booked: Booked) -> Exception | None:
    [one] = booked.reports(asked=True)
    return one.fault


def test_promises_reach_a_calendar_behind_a_provider(booked: Booked, behind: Guarded) -> None:
    assert log_in(booked.desk) == "file"
    assert [one.url for one in collections(booked.desk, booked.desk.config.accounts[0])] == [
        f"{behind.calendars.url}{booked.user}/{_last(booked)}/"
    ]
    add_task(booked.desk.ctx, "Renew cover by 2026-07-10 @oak-street")
    assert booked.sync().created == 1
    booked.phone.move("oak-street: Renew cover", date(2026, 7, 14))
    assert booked.sync().pulled == 1
    assert len(behind.provider.asked) == 1, "one token did for all of it"


def test_nobody_has_signed_in_yet(booked: Booked, behind: Guarded) -> None:
    with pytest.raises(NotSignedInError, match="not signed in") as caught:
        booked.reports()
    assert "followthru account login home" in caught.value.remedy
    assert behind.calendars.log == []


def test_a_token_is_refreshed_when_it_ends_and_not_before(booked: Booked, behind: Guarded) -> None:
    log_in(booked.desk)
    booked.sync()
    booked.clock.advance(minutes=58)
    booked.sync()
    assert [form["grant_type"] for form in behind.provider.asked] == ["authorization_code"]
    booked.clock.advance(minutes=2)
    booked.sync()
    assert [form["grant_type"] for form in behind.provider.asked] == ["authorization_code", "refresh_token"]


def test_a_token_that_is_refused_early_is_refreshed_once(booked: Booked, behind: Guarded) -> None:
    log_in(booked.desk)
    behind.provider.tokens.clear()
    add_task(booked.desk.ctx, "Renew cover by 2026-07-10 @oak-street")
    assert booked.sync().created == 1
    assert len(behind.provider.asked) == 2
    assert sum(not asked.signed for asked in behind.calendars.log) == 0


def test_a_fresh_token_that_is_refused_too_ends_the_try(booked: Booked, behind: Guarded) -> None:
    log_in(booked.desk)
    behind.provider.answer = Said(200, {}, b'{"access_token": "worthless", "token_type": "Bearer"}')
    behind.provider.tokens.clear()
    assert isinstance(fault(booked), TokenRefusedError)
    assert len(behind.calendars.log) == 2
    assert booked.reports() == [], "left alone"


def test_a_restart_needs_no_browser(booked: Booked, behind: Guarded) -> None:
    log_in(booked.desk)
    desk = open_desk(booked.home, load(booked.home.config), booked.clock)
    [one] = sync_now(desk)
    desk.ctx.store.close()
    assert one.fault is None
    assert [form["grant_type"] for form in behind.provider.asked] == ["authorization_code", "refresh_token"]


def test_a_new_refresh_token_takes_the_place_of_the_old_one(booked: Booked, behind: Guarded) -> None:
    behind.provider.rotates = True
    log_in(booked.desk)
    for _ in range(3):
        booked.clock.advance(hours=2)
        booked.sync()
    assert len({form.get("refresh_token") for form in behind.provider.asked}) == 4


def test_of_two_that_need_a_token_at_once_one_refreshes_it(booked: Booked, behind: Guarded) -> None:
    """A provider that gives a new refresh token each time takes none twice, and may end the sign-in for it."""
    behind.provider.rotates = True
    log_in(booked.desk)
    booked.desk.tokens.clear()
    one, other = (TokenSource(booked.desk, booked.desk.config.account("home")) for _ in range(2))
    with ThreadPoolExecutor() as pool:
        in_a_thread = pool.submit(lambda: asyncio.run(other.token()))
        assert asyncio.run(one.token()) == in_a_thread.result()
    assert [form["grant_type"] for form in behind.provider.asked] == ["authorization_code", "refresh_token"]


def test_another_process_refreshes_with_what_the_first_was_given(booked: Booked, behind: Guarded) -> None:
    behind.provider.rotates = True
    log_in(booked.desk)
    desks = [booked.desk._replace(tokens={}) for _ in range(4)]
    account = booked.desk.config.account("home")

    def fresh(desk: Desk) -> str:
        return asyncio.run(TokenSource(desk, account).token())

    with ThreadPoolExecutor() as pool:
        found = list(pool.map(fresh, desks))
    assert len(set(found)) == 4


def test_no_account_takes_the_sign_in_of_another_of_like_name(booked: Booked, behind: Guarded) -> None:
    home = booked.desk.config.account("home")
    alike = ("a.b", "a-b", "a b", "A-b", "Ab", "ab", "a" * 300, "a" * 299 + "b")
    files = [door_of(home._replace(name=name)).file.lower() for name in alike]
    assert len(set(files)) == len(alike)


def test_an_ended_sign_in_is_explained_and_other_accounts_go_on(
    booked: Booked, behind: Guarded, radicale: Radicale
) -> None:
    text = booked.home.config.read_text(encoding="utf-8")
    other = (
        f'[[accounts]]\nname = "other"\nurl = "{radicale.url}"\nusername = "{booked.user}"\n'
        f'password = {{ file = "password" }}\n[[calendars]]\nname = "open"\naccount = "other"\n'
        f'collection = "{booked.url}"\n'
    )
    log_in(booked.desk)
    booked.reconfigure(text + other)
    behind.provider.end()
    booked.desk.tokens.clear()
    ended, good = sync_now(booked.desk)
    assert isinstance(ended.fault, SignInEndedError)
    said = ended.fault.sentences()
    assert "testing mode after 7 days" in said
    assert "`followthru account login home`" in said
    assert "Token has been expired or revoked" in said
    assert good.fault is None
    asked = len(behind.provider.asked)
    assert booked.reports() == [], "the provider is not asked again by itself"
    assert len(behind.provider.asked) == asked
    log_in(booked.desk)
    [report] = booked.reports()
    assert report.fault is None
    assert all(one.fault is None for one in standings(booked.desk))


def test_a_refresh_token_goes_to_no_other_server(booked: Booked, behind: Guarded) -> None:
    log_in(booked.desk)
    asked = len(behind.provider.asked)
    with guarded("http://127.0.0.1:9/", "x", "x") as elsewhere:
        for text in (
            _configuration(behind, booked, server=elsewhere.calendars.url),
            _configuration(behind, booked).replace(behind.login.url, elsewhere.login.url),
        ):
            booked.reconfigure(text)
            booked.desk.tokens.clear()
            with pytest.raises(NotSignedInError):
                booked.reports(asked=True)
        assert (elsewhere.login.log, elsewhere.calendars.log) == ([], [])
    assert len(behind.provider.asked) == asked


def test_nothing_of_it_is_in_the_store_the_configuration_or_a_log(
    booked: Booked, behind: Guarded, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    log_in(booked.desk)
    booked.clock.advance(hours=2)
    booked.sync()
    words = {*behind.provider.refreshes, *behind.provider.tokens, CLIENT_SECRET}
    files = [path for path in booked.home.config.parent.rglob("*") if path.is_file()]
    spoken = {path.name for path in files for word in words if word.encode() in path.read_bytes()}
    assert spoken == {"client", "home.json"}
    assert not [word for word in words if word in caplog.text]
    assert kept_file(booked).stat().st_mode & 0o777 == 0o600
    assert not [token for token in behind.provider.tokens if token in kept_file(booked).read_text()]


def test_a_file_that_others_may_read_is_not_used(booked: Booked, behind: Guarded) -> None:
    log_in(booked.desk)
    kept_file(booked).chmod(0o644)
    booked.desk.tokens.clear()
    with pytest.raises(SecretError, match="Others may read"):
        booked.reports()
    kept_file(booked).chmod(0o600)
    kept_file(booked).write_text('{"cut off', encoding="ascii")
    with pytest.raises(NotSignedInError):
        booked.reports()


def test_signing_out_forgets_it(booked: Booked, behind: Guarded) -> None:
    log_in(booked.desk)
    account = booked.desk.config.accounts[0]
    assert sign_out(booked.desk, account)
    assert not kept_file(booked).exists()
    assert not sign_out(booked.desk, account)
    with pytest.raises(NotSignedInError):
        booked.reports()


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (Said(400, {}, b'{"error": "invalid_client", "error_description": "Not found."}'), NoTokenError, "Not found"),
        (Said(200, {}, b"<html>log in</html>"), NoTokenError, "status 200"),
        (Said(200, {}, b'{"access_token": "x", "token_type": "mac"}'), NoTokenError, "no token"),
        (Said(200, {}, b'{"access_token": "x\\r\\nHost: y", "token_type": "Bearer"}'), NoTokenError, "no token"),
        (Said(302, {"Location": "http://127.0.0.1:9/"}), NoTokenError, "status 302"),
        (Said(503), UnreachableError, "503"),
        (Said(400, {}, b'{"error": "\\u001b[31mred"}'), NoTokenError, "gave account home no token"),
    ],
)  # fmt: skip
def test_a_provider_that_gives_no_token_is_quoted(
    booked: Booked, behind: Guarded, answer: Said, kind: type[Exception], words: str
) -> None:
    log_in(booked.desk)
    booked.desk.tokens.clear()
    behind.provider.answer = answer
    found = fault(booked)
    assert isinstance(found, kind)
    assert words in str(found)
    assert "\x1b" not in str(found)
    assert behind.calendars.log == []


def test_an_answer_of_another_attempt_is_not_taken() -> None:
    begun = oauth.attempt(BACK)
    for state in ("", oauth.attempt(BACK).state):
        with pytest.raises(StrayAnswerError):
            oauth.code_in(f"{BACK}?code=stolen&state={state}", begun)
    with pytest.raises(OAuthError, match="access_denied"):
        oauth.code_in(f"{BACK}?error=access_denied&state={begun.state}", begun)


def test_a_code_is_worth_nothing_without_the_proof(booked: Booked, behind: Guarded) -> None:
    client = client_of(booked.desk, booked.desk.config.accounts[0])
    begun = oauth.attempt(BACK)
    code = oauth.code_in(redirected(oauth.address(client, begun)), begun)
    with pytest.raises(EndedError):
        asyncio.run(oauth.redeem(client, code, oauth.attempt(BACK)))


def test_what_is_secret_never_shows_in_a_value() -> None:
    shown = repr((oauth.Grant("word", 1, "word"), oauth.Attempt("r", "word", "word")))
    assert "word" not in shown
