"""Steps that each ask one thing and can be left; what was typed is there when they are gone through again."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from followthru.errors import UsageError
from followthru.secrets import Secret, SecretKind, SecretRef, has_keyring, keep
from followthru.typed_path import expanded
from followthru_tui.asking import Question, words
from followthru_tui.hands.main import Main
from followthru_tui.reader import Failure
from followthru_tui.widgets.picklist import Pick

if TYPE_CHECKING:
    from followthru.actions.desk import Desk

T = TypeVar("T")

AGAIN = "The same command goes through the steps again, with what you typed in them."


class Steps:
    """Asks and looks up, one after the other."""

    def __init__(self, main: Main) -> None:
        self.main = main

    def ask(
        self,
        key: str,
        sign: str,
        said: str,
        then: Callable[[str], None],
        *,
        example: str = "",
        usual: str = "",
        secret: bool = False,
    ) -> None:
        """Ask one thing; what is answered is there again when the steps are gone through again, but for a secret."""
        answers = self.main.notebook.answers

        def enter(line: str) -> None:
            if not secret:
                answers[key] = line.strip()
            then(line if secret else line.strip())

        text = "" if secret else answers.get(key, usual)
        self.main.ask(
            Question(
                f"connect {key}", sign, lambda _: words(said), enter, text, example, lines=1, more=1, secret=secret
            )
        )

    def look(self, ask: Callable[[Desk], T], then: Callable[[T], None], meanwhile: str = "") -> None:
        """Have something looked up beside the screen; a failure says how to go on."""

        def fail(failed: Failure) -> None:
            self.main.fail(failed if failed.place else failed._replace(words=f"{failed.words} {AGAIN}"))

        self.main.close_line()
        if meanwhile:
            self.main.hint(meanwhile)
        self.main.reader.ask("connect", lambda feed: feed.look(ask), then, fail)


class Password:
    """The step that asks where the password for somebody is; a typed one goes to the keyring and nowhere else.

    `key` names it in the keyring; `then` is told where it is.
    """

    def __init__(
        self, steps: Steps, step: str, about: str, key: Callable[[Desk], str], then: Callable[[SecretRef], None]
    ) -> None:
        self._steps = steps
        self._step = step
        self._about = about
        self._key = key
        self._then = then

    def ask(self) -> None:
        """Ask it."""
        self._steps.look(lambda _: has_keyring(), self._choose)

    def _choose(self, there_is_one: bool) -> None:
        none = None if there_is_one else "this system has no keyring"
        keyring = Pick("keyring", "", "I type it: it is kept in the keyring", "", none)
        others = [
            Pick("file", "", "In a file that only I can read"),
            Pick("command", "", "A command prints it", "as of a password manager"),
        ]
        # The cursor stands on the first: one that can be had.
        picks = [keyring, *others] if there_is_one else [*others, keyring]
        where = {"keyring": self._type, "file": self._file, "command": self._command}
        title = f"{self._step}: where is the password for {self._about}?"
        self._steps.main.pick(title, picks, lambda chosen: where[chosen]())

    def _type(self) -> None:
        said = f"{self._step}. It is not shown, and kept in the keyring."
        self._steps.ask("password", "Password", said, self._keep, secret=True)

    def _keep(self, line: str) -> None:
        if not line:
            raise UsageError("There is no password yet.", remedy="Type it, or Esc and choose another place.")
        secret = Secret(line)

        def put(desk: Desk) -> SecretRef:
            key = self._key(desk)
            keep(key, secret)
            return SecretRef(SecretKind.KEYRING, (key,))

        self._steps.look(put, self._then)

    def _file(self) -> None:
        said = f"{self._step}. A file with nothing else in it, that only you may read (chmod 600)."
        self._steps.ask("file", "File", said, lambda line: self._then(_in_file(line)), example="~/.dav")

    def _command(self) -> None:
        said = f"{self._step}. What it prints is the password; it is run without a shell."
        example = "pass show calendar"
        self._steps.ask("command", "Command", said, lambda line: self._then(_of_command(line)), example=example)


def _in_file(line: str) -> SecretRef:
    return SecretRef(SecretKind.FILE, (str(expanded(line).absolute()),))


def _of_command(line: str) -> SecretRef:
    """Return what asks a command. Raises UsageError for a line that is none."""
    try:
        found = tuple(shlex.split(line))
    except ValueError:
        raise UsageError("A quote in it is not closed.") from None
    if not found:
        raise UsageError("There is no command yet.", remedy="Such as: pass show calendar")
    return SecretRef(SecretKind.COMMAND, found)
