"""What a server was measured to do, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from followthru.calendars.caps import Caps


def utc_text(at: str) -> str | None:
    """Return the instant of a measurement in the one spelling of this CLI's JSON; None for none."""
    return at.replace("+00:00", "Z") or None


def probe_json(calendar: str, account: str, url: str, caps: Caps) -> dict[str, object]:
    """Return a measurement as the fields of one object."""
    facts = {name: value for name, value in caps._asdict().items() if name not in ("at", "stale", "excused")}
    lists = {"components": list(caps.components), "marks": list(caps.marks), "lost": list(caps.lost)}
    return {
        "calendar": calendar,
        "account": account,
        "url": url,
        "measured_at": utc_text(caps.at),
        "stale": caps.stale,
        **(facts | lists),
        "check": caps.check,
    }


def probe_rows(caps: Caps) -> Iterator[tuple[str, str]]:
    """Yield what was seen, and what a sync does about it."""
    yield "takes", ", ".join(caps.components) or "does not say"
    yield "conditions on a write", _conditions(caps)
    yield "etag after a write", f"{caps.put_etag}, {'the text is kept' if caps.text_kept else 'the text is rewritten'}"
    yield "two writes in a second", "told apart" if caps.etag_fine and caps.marks_fine else "look alike: read once more"
    yield "changes by token", _tokens(caps)
    yield "cheapest check", caps.check
    yield "lost on the way", ", ".join(caps.lost) or "nothing"
    yield "one UID twice", caps.same_uid
    yield "events of no length", "taken" if caps.zero_length else "refused"
    if caps.plain:
        yield "marks of our own", "refused: events go without"
    if caps.renames:
        yield "addresses", "chosen by the server"


def _conditions(caps: Caps) -> str:
    held = {"create": caps.create_held, "change": caps.replace_held and caps.missing_held, "delete": caps.delete_held}
    missing = [name for name, good in held.items() if not good]
    if not missing:
        return "held"
    return f"not held on {', '.join(missing)}: read before and after each"


def _tokens(caps: Caps) -> str:
    if caps.tokens_hold:
        return "yes"
    if not caps.report:
        return "no: everything is listed"
    why = "an unknown one is accepted" if not caps.unknown_refused else "deletions are not told"
    return f"not believed, {why}: everything is listed"
