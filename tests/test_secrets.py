"""Secrets come from where the configuration says they are, and never show themselves."""

from __future__ import annotations

import copy
import json
import os
import pickle
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from followthru.secrets import MASK, Secret, SecretError, SecretKind, SecretRef, keep, resolve

WORDS = "hunter2-é"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration file that only its owner may change."""
    folder = tmp_path / "own"
    folder.mkdir(mode=0o700)
    file = folder / "config.toml"
    file.touch(mode=0o600)
    return file


class Ring(KeyringBackend):
    """A keyring in memory, which may be locked."""

    priority = 1  # pyright: ignore[reportAssignmentType]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        """Return what is kept."""
        if self.locked:
            raise KeyringLocked
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it."""
        if self.locked:
            raise KeyringLocked
        self.kept[service, username] = password


@pytest.fixture
def ring() -> Iterator[Ring]:
    """The keyring of this test."""
    own, before = Ring(), keyring.get_keyring()
    keyring.set_keyring(own)
    yield own
    keyring.set_keyring(before)


@pytest.fixture
def typed() -> Iterator[None]:
    """Words waiting on standard input."""
    reading, writing = os.pipe()
    os.write(writing, b"typed")
    os.close(writing)
    before = os.dup(0)
    os.dup2(reading, 0)
    os.close(reading)
    yield
    os.dup2(before, 0)
    os.close(before)


def command(*words: str) -> SecretRef:
    return SecretRef(SecretKind.COMMAND, (sys.executable, "-S", "-E", "-c", *words))


class TestMask:
    def test_it_is_shown_to_who_asks_only(self) -> None:
        secret = Secret(WORDS)
        assert secret.reveal() == WORDS
        shown = [str(secret), repr(secret), f"{secret}", f"{secret!r:>20}", f"{[secret]}", str({"password": secret})]
        assert not [text for text in shown if "hunter" in text]
        assert all(MASK in text for text in shown)

    def test_it_cannot_be_written_out(self) -> None:
        for written in (json.dumps, pickle.dumps, copy.deepcopy, copy.copy):
            with pytest.raises(TypeError) as caught:
                written(Secret(WORDS))
            assert "hunter" not in str(caught.value)
        with pytest.raises(TypeError):
            vars(Secret(WORDS))

    def test_it_is_compared_but_never_a_key(self) -> None:
        assert Secret(WORDS) == Secret(WORDS) != Secret("other")
        assert Secret(WORDS) != WORDS
        with pytest.raises(TypeError):
            hash(Secret(WORDS))


class TestFile:
    def test_it_is_the_line_in_the_file(self, config: Path) -> None:
        file = config.parent / "secret"
        file.write_text(WORDS + "\n")
        file.chmod(0o600)
        for where in ("secret", str(file)):
            assert resolve(SecretRef(SecretKind.FILE, (where,)), config).reveal() == WORDS

    def test_the_users_folder_is_meant_by_a_tilde(self, config: Path) -> None:
        file = Path.home() / "secret"
        file.write_text(WORDS)
        file.chmod(0o400)
        assert resolve(SecretRef(SecretKind.FILE, ("~/secret",)), config).reveal() == WORDS

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
    def test_a_file_that_others_may_read_is_refused(self, config: Path, mode: int) -> None:
        file = config.parent / "secret"
        file.write_text(WORDS)
        file.chmod(mode)
        with pytest.raises(SecretError, match="Others may read") as caught:
            resolve(SecretRef(SecretKind.FILE, ("secret",)), config)
        assert "chmod 600" in caught.value.remedy
        assert "hunter" not in caught.value.sentences()

    @pytest.mark.parametrize(
        ("data", "words"),
        [(b"", "is empty"), (b"\n", "is empty"), (b"a\nb\n", "more than one line"), (b"\xff", "is not text")],
    )
    def test_what_is_no_secret_is_refused(self, config: Path, data: bytes, words: str) -> None:
        file = config.parent / "secret"
        file.write_bytes(data)
        file.chmod(0o600)
        with pytest.raises(SecretError, match=words):
            resolve(SecretRef(SecretKind.FILE, ("secret",)), config)

    def test_a_home_that_is_not_there_is_told(self, config: Path) -> None:
        with pytest.raises(SecretError, match="home of a user who is not on this machine"):
            resolve(SecretRef(SecretKind.FILE, ("~nobody-of-this-name/secret",)), config)

    def test_a_file_that_is_not_there_is_told(self, config: Path) -> None:
        with pytest.raises(SecretError, match="cannot be read: No such file"):
            resolve(SecretRef(SecretKind.FILE, ("secret",)), config)


class TestEnvironment:
    def test_it_is_the_value_of_the_variable(self, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OAK_PASSWORD", WORDS)
        assert resolve(SecretRef(SecretKind.ENV, ("OAK_PASSWORD",)), config).reveal() == WORDS

    def test_a_variable_that_is_not_set_is_told(self, config: Path) -> None:
        with pytest.raises(SecretError, match="OAK_PASSWORD is not set"):
            resolve(SecretRef(SecretKind.ENV, ("OAK_PASSWORD",)), config)


class TestCommand:
    def test_it_is_the_line_that_the_command_prints(self, config: Path) -> None:
        assert resolve(command(f"print('{WORDS}')"), config).reveal() == WORDS

    def test_no_shell_reads_its_words(self, config: Path) -> None:
        ref = command("import sys; print(sys.argv[1])", "$(echo hunter2); `x` | y > z")
        assert resolve(ref, config).reveal() == "$(echo hunter2); `x` | y > z"

    def test_what_is_typed_is_not_for_it(self, config: Path, typed: None) -> None:
        assert resolve(command("import sys; print(len(sys.stdin.read()))"), config).reveal() == "0"

    @pytest.mark.parametrize(
        ("ref", "words"),
        [
            (command("print('hunter2'); raise SystemExit(3)"), "ended with code 3"),
            (command("import time; print('hunter2', flush=True); time.sleep(60)"), "did not answer in 0.5 seconds"),
            (SecretRef(SecretKind.COMMAND, ("/nowhere/pass", "hunter2")), "cannot be run: No such file"),
            (command("print()"), "is empty"),
            (command("print('hunter2\\nhunter3')"), "more than one line"),
        ],
    )
    def test_a_command_that_fails_is_told_without_what_it_printed(
        self, config: Path, ref: SecretRef, words: str
    ) -> None:
        with pytest.raises(SecretError, match=words) as caught:
            resolve(ref, config, seconds=0.5)
        assert "hunter" not in caught.value.sentences()
        assert caught.value.__context__ is None or caught.value.__suppress_context__

    @pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
    def test_nothing_is_run_from_a_file_that_others_may_change(self, config: Path, tmp_path: Path, mode: int) -> None:
        config.chmod(mode)
        trace = tmp_path / "ran"
        with pytest.raises(SecretError, match="Others may change"):
            resolve(command(f"open({str(trace)!r}, 'w')"), config)
        assert not trace.exists()

    def test_nothing_is_run_from_a_folder_that_others_may_change(self, config: Path) -> None:
        config.parent.chmod(0o777)
        with pytest.raises(SecretError, match="Others may change"):
            resolve(command("print(1)"), config)

    def test_nothing_is_run_without_the_file(self, config: Path) -> None:
        config.unlink()
        with pytest.raises(SecretError, match="cannot be looked at"):
            resolve(command("print(1)"), config)


class TestKeyring:
    def test_what_is_kept_is_found_again(self, config: Path, ring: Ring) -> None:
        keep("oak", Secret(WORDS))
        assert ring.kept == {("followthru", "oak"): WORDS}
        assert resolve(SecretRef(SecretKind.KEYRING, ("oak",)), config) == Secret(WORDS)

    def test_what_is_not_there_is_told_with_how_to_put_it_there(self, config: Path, ring: Ring) -> None:
        assert not ring.kept
        with pytest.raises(SecretError) as caught:
            resolve(SecretRef(SecretKind.KEYRING, ("oak",)), config)
        assert caught.value.remedy == f"Store it with: {sys.executable} -m keyring set followthru oak"

    def test_a_locked_keyring_is_told(self, config: Path, ring: Ring) -> None:
        ring.locked = True
        with pytest.raises(SecretError, match="could not be read"):
            resolve(SecretRef(SecretKind.KEYRING, ("oak",)), config)
        with pytest.raises(SecretError, match="did not take"):
            keep("oak", Secret(WORDS))

    def test_a_machine_without_a_keyring_is_told(self, config: Path) -> None:
        with pytest.raises(SecretError, match="could not be read"):
            resolve(SecretRef(SecretKind.KEYRING, ("oak",)), config)
