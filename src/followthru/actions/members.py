"""What a task has several of, as words set it: its tags, what it needs first, the steps of its checklist."""

from __future__ import annotations

from collections.abc import Callable

from followthru.actions import lookup
from followthru.domain.changes import Change, Scalar, create, delete
from followthru.domain.plain import one_line, several_lines
from followthru.errors import RefusedError, UsageError
from followthru.store import journal, parts
from followthru.store.store import Writer


def _tags(tx: Writer, task_id: int, text: str) -> list[Change]:
    known = parts.tags(tx, task_id)
    # As in a captured line, a tag is the same however its letters are written.
    spelt = {name.casefold(): name for name in known}
    bare = [(_sign(word), word.lstrip("+-#")) for word in _words(text)]
    words = [sign + spelt.setdefault(name.casefold(), name) for sign, name in bare]
    if not all(word.strip("+-") for word in words):
        raise UsageError(f"“{text}” names a tag without a letter.", safe="Nothing was changed.")
    wanted = _wanted(set(known), words)
    gone = [delete("tag", known[name], {"task_id": task_id, "name": name}) for name in known if name not in wanted]
    new = sorted(wanted - known.keys())
    return gone + [create("tag", tx.new_id("tag"), {"task_id": task_id, "name": name}) for name in new]


def _needs(tx: Writer, task_id: int, text: str) -> list[Change]:
    """Set what a task needs first. Raises RefusedError when that would be a circle."""
    known = {str(needs): id for needs, id in parts.needs(tx, task_id).items()}
    words = [_sign(word) + str(lookup.task(tx, word.lstrip("+-")).id) for word in _words(text)]
    wanted = _wanted(set(known), words)
    changes = [
        delete("dependency", id, {"task_id": task_id, "needs_id": int(needs)})
        for needs, id in known.items()
        if needs not in wanted
    ]
    for needs in sorted(wanted - known.keys(), key=int):
        if parts.leads_to(tx, int(needs), task_id):
            raise circle(task_id, int(needs))
        row = {"task_id": task_id, "needs_id": int(needs)}
        changes.append(create("dependency", tx.new_id("dependency"), row))
    return changes


def _checklist(tx: Writer, task_id: int, text: str) -> list[Change]:
    """Set the checklist, one step a line or `;`; a step that begins with `[x]` is done."""
    known = parts.steps(tx, task_id)
    changes = [delete("checklist_item", id, journal.row_of(tx, "checklist_item", id) or {}) for id in known]
    said = [one_line(step) for step in several_lines(text).replace(";", "\n").split("\n")]
    steps = [(words, step.casefold().startswith("[x]")) for step in said if (words := _unticked(step))]
    for position, (words, ticked) in enumerate(steps):
        row: dict[str, Scalar] = {"task_id": task_id, "position": position, "words": words, "done": int(ticked)}
        changes.append(create("checklist_item", tx.new_id("checklist_item"), row))
    return changes


def _unticked(step: str) -> str:
    """Return the words of a step without its box; none of an empty one."""
    return step.removeprefix("[x]").removeprefix("[X]").removeprefix("[ ]").strip()


MEMBERS: dict[str, Callable[[Writer, int, str], list[Change]]] = {
    "tags": _tags,
    "needs": _needs,
    "checklist": _checklist,
}


def _words(text: str) -> list[str]:
    return one_line(text.replace(",", " ")).split()


def _sign(word: str) -> str:
    return word[0] if word[0] in "+-" else ""


def _wanted(known: set[str], words: list[str]) -> set[str]:
    """Return what is left when words are set, added (`+word`) or taken away (`-word`)."""
    if any(not _sign(word) for word in words) or not words:
        known = set()
    added = {word.lstrip("+") for word in words if _sign(word) != "-"}
    return (known | added) - {word[1:] for word in words if _sign(word) == "-"}


def circle(task_id: int, other: int) -> RefusedError:
    """Return the refusal of tasks that would wait for each other."""
    both = f"Task {task_id} and task {other} would each have to be done before the other."
    return RefusedError(
        f"Task {task_id} would have to be done before itself." if task_id == other else both,
        safe="Nothing was changed.",
        remedy=f"`followthru show {other}` shows what it needs.",
    )
