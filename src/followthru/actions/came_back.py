"""What came back by mail, in words for the PM: what it is, and what may be done about it."""

from __future__ import annotations

from followthru.actions.context import Context
from followthru.domain.saying import count_words
from followthru.errors import NotFoundError
from followthru.store import incoming
from followthru.store.incoming import IncomingRow
from followthru.updates.incoming.sorts import Sort, Wish


def find(ctx: Context, given: str) -> IncomingRow:
    """Return what came back under this number. Raises NotFoundError."""
    row = incoming.one(ctx.read, int(given)) if given.isdecimal() and len(given) < 18 else None
    if row is None:
        raise NotFoundError(f"Nothing came back under number {given}.", remedy="`followthru mail list` shows it.")
    return row


def see(ctx: Context, rows: list[IncomingRow], *, seen: bool = True) -> str:
    """Mark what came back as seen, or as not, and return words.

    Like a mail program's own mark it is no step that is undone: `seen=False` takes it back. A bounce that was seen
    puts its address in question no more.
    """
    with ctx.acting() as tx:
        news = sum(incoming.see(tx, row.id, seen=seen) for row in rows)
    if not news:
        return "That is so already."
    return f"Marked {count_words(news, 'mail')} as {'seen' if seen else 'not seen'}."


def words(row: IncomingRow) -> str:
    """Return in one sentence what came back."""
    return _WORDS[Sort(row.kind)](row)


def unseen(ctx: Context) -> list[IncomingRow]:
    """Return what came back and was not seen: mail that did not arrive first, then as it came."""
    as_it_came = incoming.listed(ctx.read)[::-1]
    return sorted(as_it_came, key=lambda row: not in_question(row))


def all_words(row: IncomingRow) -> list[str]:
    """Return what came back, what may be done about it, and how it is marked as seen, each as a sentence."""
    seen = "" if in_question(row) else f"`followthru mail seen {row.id}` once you have read it."
    return [one for one in (words(row), remedy(row), seen) if one]


def short(row: IncomingRow) -> str:
    """Return in a few words what came back."""
    who = row.reader if row.from_reader else "somebody"
    return {
        Sort.REPLY: f"{who} answered",
        Sort.AWAY: f"{who} may be away",
        Sort.BOUNCE: f"mail to {row.reader} came back",
        Sort.DELAY: f"mail to {row.reader} is late",
    }[Sort(row.kind)]


def remedy(row: IncomingRow) -> str:
    """Return what may be done about it, as a command; empty where nothing is to be done."""
    if not row.from_reader:
        return ""
    at = f"--practice {row.practice}"
    if row.kind == Sort.BOUNCE and row.address is None:
        return "The next update says again what it said; nothing is held back."
    if row.kind == Sort.BOUNCE and in_question(row):
        return (
            f"Nothing goes to them until `followthru person edit {row.reader} {at} email=…` corrects it, or "
            f"`followthru mail seen {row.id}` says that it is right."
        )
    if row.kind == Sort.AWAY:
        return f"If you know the days: `followthru person away {row.reader} FROM..UNTIL`."
    if row.asks == Wish.PAUSE:
        return f"They seem to ask for a pause: `followthru person pause {row.reader} {at}`, if you agree."
    if row.asks == Wish.LESS_OFTEN:
        return f"They seem to ask for fewer: `followthru person edit {row.reader} {at} cadence=WHEN`, if you agree."
    return ""


def in_question(row: IncomingRow) -> bool:
    """Return whether a report still puts the present address of the person in question."""
    known = row.address is not None and row.address == row.email
    return row.kind == Sort.BOUNCE and row.from_reader and row.seen_at is None and known


def held_words(ctx: Context, person_id: int) -> str | None:
    """Return why nothing may go to a person, because mail to their present address came back; None if it may."""
    row = next((one for one in incoming.listed(ctx.read, person_id=person_id) if in_question(one)), None)
    return None if row is None else f"{words(row)} {remedy(row)}"


def _who(row: IncomingRow) -> str:
    if row.from_reader:
        return row.name
    return f"Somebody at {row.sender}" if row.sender else "Somebody"


def _reply(row: IncomingRow) -> str:
    about = "" if row.from_reader else f" the update to {row.name}"
    return f"{_who(row)} answered{about}: “{row.subject}”."


def _away(row: IncomingRow) -> str:
    if row.from_reader:
        return f"{row.name} may be away; an automatic answer came: “{row.subject}”."
    return f"An automatic answer came to the update to {row.name}: “{row.subject}”."


def _bounce(row: IncomingRow) -> str:
    if row.from_reader and row.address is None:
        return f"The update to {row.name} was given up after some time of trying and did not arrive{_why(row)}."
    if row.from_reader:
        return f"Mail to {row.name} at {row.address} came back{_why(row)}."
    return f"The update to {row.name} was passed on and did not reach another address{_why(row)}."


def _delay(row: IncomingRow) -> str:
    return f"The update to {row.name} is not delivered yet{_why(row)}."


def _why(row: IncomingRow) -> str:
    said = row.detail or ""
    # Most servers begin their words with the code.
    code = row.code if row.code and row.code not in said else None
    reason = " ".join(filter(None, (code, said)))
    return f" ({reason.rstrip('.')})" if reason else ""


_WORDS = {Sort.REPLY: _reply, Sort.AWAY: _away, Sort.BOUNCE: _bounce, Sort.DELAY: _delay}
