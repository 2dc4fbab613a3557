"""What the header, the status line and the footer say. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from followthru.actions.registry import Command
from followthru.domain.sample import is_sample
from followthru_tui.cells import fit, safe, width
from followthru_tui.feed import Place, View
from followthru_tui.footer import label
from followthru_tui.palette import Tone
from followthru_tui.parts import Part

ONE_MOMENT = "One moment: practices and people are being read."
MOMENT_OVER = "Practices and people are read: press the key again."
"""What takes the place of `ONE_MOMENT` once it is over."""


def heading(
    view: View, matching: str, marked: int = 0, above: Sequence[str] = (), cells: int | None = None
) -> list[Part]:
    """Return the breadcrumb with its counts, the order and the filter if any hold, and how many are marked.

    In `cells` that are too few for the breadcrumb it is cut, and the counts are not.
    """
    late = f", {view.late:,} late" if view.late else ""
    title = " > ".join(safe(each) for each in (*above, view.title))
    counts = f" ({view.total:,}{late})"
    if cells is not None and width(title) + width(counts) + 1 > cells:
        title = fit(title, max(1, cells - width(counts) - 1)).rstrip()
    parts: list[Part] = [(f" {title}", Tone.STRONG), (counts, Tone.DIM)]
    # Before what is cut off first: what the PM chose is always seen.
    if said := [words for words in view.order.words if words not in matching]:
        parts.append((f"  {' '.join(said)}", Tone.KEY))
    if view.remark:
        parts.append((f"  {safe(view.remark)}", Tone.DIM))
    if any(is_sample(slug) for slug in view.todays):
        parts.append(("  with sample data", Tone.KEY))
    if matching:
        parts.append((f"  /{safe(matching)}", Tone.KEY))
    if marked:
        parts.append((f"  {marked} marked", Tone.KEY))
    return parts


def crumb(view: View) -> str:
    """Return what a list is called in the breadcrumb of another: a stop of the review by its number alone."""
    return view.title.partition(": ")[0] if view.where.place is Place.REVIEW else view.title


OPENING = "One moment: the store is opened. The first time it is made, which takes some seconds."
"""What is said where nothing could be shown yet."""

COMING = "The list is still being read: another program may hold the store. What you type is done once it is there."
"""What is said while another list is long on its way; q and Esc wait for it like every key."""


def small(least: tuple[int, int]) -> str:
    """Return what a window is told that is smaller than so many columns and rows."""
    return f"This window is small: {least[0]}x{least[1]} shows more."


def troubles(short: Sequence[str]) -> str:
    """Return what is degraded for the status line; more than one is counted, m shows all."""
    if not short:
        return ""
    return short[0] if len(short) == 1 else f"{short[0]} (+{len(short) - 1}, m)"


def position(cursor: int, view: View) -> list[Part]:
    """Return where the cursor is in a list without sections."""
    if len(view.sections) != 1 or view.sections[0].words or view.sections[0].lines or not view.total:
        return []
    return [(f"{cursor + 1:,}/{view.total:,} ", Tone.DIM)]


def typing(keys: Sequence[tuple[str, str]]) -> list[Part]:
    """Return the footer while a line is typed: its keys, and what each does."""
    return [part for key, words in keys for part in ((f" {key}", Tone.KEY), (f" {words} ", Tone.DIM))]


def keys(commands: Sequence[Command]) -> list[Part]:
    """Return the footer: key and words of each command."""
    parts: list[Part] = []
    for command in commands:
        key, words = label(command)
        parts += [(f"{key} ", Tone.KEY), (f"{words}  ", Tone.DIM)]
    return [*parts[:-1], (parts[-1][0].rstrip(), Tone.DIM)] if parts else parts
