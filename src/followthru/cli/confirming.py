"""What cannot be taken back is confirmed by typing a name."""

from __future__ import annotations

import sys

import click

from followthru.errors import RefusedError


def ask_for_name(name: str, words: str) -> None:
    """Say what is about to happen and have a name typed. Raises RefusedError when it is not, or nobody can be asked."""
    safe = "Nothing was changed."
    if not sys.stdin.isatty():
        raise RefusedError("This wants a confirmation.", safe=safe, remedy="Say --yes if it is meant.")
    if click.prompt(f"{words} Type {name} to confirm", default="", show_default=False, err=True).strip() != name:
        raise RefusedError("It was not confirmed.", safe=safe)
