"""Register items of a table made items here, by the same rules as `register add`."""

from __future__ import annotations

from followthru.actions import registers
from followthru.actions.bringing_rows import Built, Made, built
from followthru.actions.context import Context
from followthru.actions.import_choices import Choices
from followthru.actions.placing import Places
from followthru.domain.changes import Scalar
from followthru.domain.registers import RegisterItem
from followthru.exchange.reading import Entity
from followthru.exchange.sheet import Row, Sheet
from followthru.exchange.values import WrongValueError
from followthru.store import practices
from followthru.store import registers as stored
from followthru.store.store import Writer

_SAME = ("holder_id", "holder_name", "identifier")


class RegisterBuilder:
    """Makes items of rows. One of the same practice, kind, title, holder and identifier is known."""

    def __init__(self, ctx: Context, tx: Writer, choices: Choices) -> None:
        """Read what is there. Raises NotFoundError, UsageError."""
        self._ctx, self._tx, self._choices = ctx, tx, choices
        self._places = Places(tx, choices.practices)
        self._handles = {one.person_id: one.handle for one in practices.everybody(tx)}
        self._there: set[tuple[Scalar, ...]] = {
            (one.practice_id, one.kind, one.title.casefold(), one.holder_id, _name_of(one), one.identifier)
            for one in stored.items(tx, retired=True)
        }

    def build(self, sheet: Sheet) -> Built:
        """Return what a table adds."""
        return built(sheet, self._made)

    def _made(self, row: Row) -> Made:
        """Return an item; nothing for one that is there. Raises what `register add` does."""
        said = {**row.texts, **{name: day.isoformat() for name, day in row.days.items()}}
        name, kind = said.pop("practice", ""), said.pop("kind", "")
        if not name:
            raise WrongValueError("has no practice: say --set practice=SLUG for all rows")
        if not kind:
            raise WrongValueError("has no kind: say --set kind=licence for all rows")
        at = self._places.needed(name)
        given = {**said, "notes": "\n".join(row.notes)} if row.notes else said
        values, notes = registers.new_row(self._ctx, self._tx, self._ctx.kinds.named(kind), at.id, given)
        same = (at.id, str(values["kind"]), str(values["title"]).casefold(), *(values.get(name) for name in _SAME))
        if same in self._there:
            return Made()
        self._there.add(same)
        named: dict[str, Scalar] = {**values, "practice_id": at.slug}
        if values.get("holder_id") is not None:
            named["holder_id"] = self._handles[int(values["holder_id"] or 0)]
        stored_: dict[str, Scalar] = {key: value for key, value in named.items() if value is not None}
        entity = Entity(row.line, "register_item", None, stored_)
        return Made((entity,), str(stored_["title"]), dict(stored_), notes)


def _name_of(item: RegisterItem) -> str | None:
    """Return what is stored as the name of a holder who is nobody known."""
    return item.holder_words if item.holder_id is None else None
