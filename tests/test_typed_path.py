"""A path as it is typed: one place reads the home folder before it, and says where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from followthru.errors import UsageError
from followthru.typed_path import expanded
from tests.clikit import Cli, cli, office

__all__ = ["cli", "office"]
ROOT = Path(__file__).parents[1]
NOBODYS = "~nobody-of-this-name/x"


def test_the_home_before_it_is_written_out_and_nothing_else_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/robin")
    assert [str(expanded(said)) for said in ("~/x", "~", "x/~", "/z")] == [
        *("/home/robin/x", "/home/robin", "x/~", "/z")
    ]
    assert expanded(Path("~/x")) == Path("/home/robin/x")


def test_nobodys_home_is_refused_in_words() -> None:
    with pytest.raises(UsageError, match="home of a user who is not on this machine") as caught:
        expanded(NOBODYS)
    assert "Give the whole path" in caught.value.remedy


@pytest.mark.parametrize(
    "line",
    [
        "restore --yes",
        "playbook check",
        "register check",
        "doctor --bundle",
        "done 1 --evidence",
        "account add a https://dav.example --username me --password-file",
        "mailbox add a --from a@b.example --provider google --oauth-client c --oauth-secret-file",
        "practice purge oak-street --yes --calendars leave --package",
    ],
)
def test_every_command_that_takes_a_path_says_so(office: Cli, line: str) -> None:
    office.ok("add", "Call the landlord @oak-street")
    answer = office(*line.split(), NOBODYS)
    assert (answer.code, answer.out) == (2, "")
    assert f"'{NOBODYS}' begins with the home of a user who is not on this machine." in answer.err


def test_no_other_place_reads_a_home_folder() -> None:
    files = [path for folder in ("src", "daemon", "tui") for path in (ROOT / folder).rglob("*.py")]
    assert len(files) > 300
    found = [path.name for path in files if "expanduser" in path.read_text(encoding="utf-8")]
    assert found == ["typed_path.py"]
