"""Write a file in the user's own editor, or in the screen itself where there is none or it cannot be run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from followthru.errors import FollowthruError
from followthru_tui.editing import edit_file, editor
from followthru_tui.hands.main import Main
from followthru_tui.widgets.painted import app_of


def write(main: Main, title: str, file: Path, then: Callable[[], None], *, left_over: bool) -> None:
    """Have a file written, and go on with `then`. `left_over` is whether it holds what was not stored before."""
    if left_over:
        main.hint("This holds what you wrote before and was not stored.")
    if editor() is None:
        main.write_here(title, file, then)
        return
    try:
        edit_file(app_of(main.list), file)
    except FollowthruError as error:
        main.say(error.sentences())
        main.write_here(title, file, then)
    else:
        then()
