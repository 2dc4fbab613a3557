"""Why an update of any kind waits for the PM: for whom it is, who signs it, and whose words it uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from followthru.updates.checks import Flag, FlagName
from followthru.updates.view import ReaderTask


def first_and_unsigned(*, trusted: bool, me: str) -> Iterator[Flag]:
    """Yield that no regular update was approved for its reader yet, whatever else was, and that nobody signs it."""
    if not trusted:
        yield Flag(FlagName.FIRST_MAIL, "No regular update to them here was approved yet.")
    if not me:
        yield Flag(FlagName.UNSIGNED, "Nobody signs it: config.toml has no [me] name.")


def own_title(task: ReaderTask, known_words: str | None) -> Iterator[Flag]:
    """Yield that a title is the PM's own. `known_words` are the task's words as the reader has read them already."""
    if not task.public and known_words != task.words:
        words = f"“{task.words}” is your own title: no public title was ever given."
        yield Flag(FlagName.NO_PUBLIC_TITLE, words, task.id)


def own_titles(tasks: Sequence[ReaderTask], known_words: Mapping[str, str]) -> Iterator[Flag]:
    """Yield that titles are the PM's own: in one sentence for all of them. `known_words` are as for one, by uid."""
    found = [flag for task in tasks for flag in own_title(task, known_words.get(task.uid))]
    if len(found) < 2:
        yield from found
        return
    titles = {task.id: task.words for task in tasks}
    named = ", ".join(f"“{titles[flag.task_id]}” (task {flag.task_id})" for flag in found if flag.task_id)
    words = f"{len(found)} titles are your own: no public title was ever given. They are {named}."
    yield Flag(FlagName.NO_PUBLIC_TITLE, words)
