"""What the store holds, as lines: everything, or a part of it that is whole in itself."""

from __future__ import annotations

from collections.abc import Iterator

from followthru.actions.context import Context
from followthru.actions.export_scope import Row, Scope
from followthru.exchange.lines import ORDER, entity_line, header
from followthru.store import entities
from followthru.store.store import Reader


def export_lines(ctx: Context) -> Iterator[str]:
    """Yield the lines of an export of everything, without line ends, all of one state of the store.

    Writers wait until the last one is taken, so they go to a file and never straight to a slow reader.
    """
    with ctx.store.snapshot() as read:
        yield from _lines(read, None)


def scope_lines(read: Reader, scope: Scope) -> Iterator[str]:
    """Yield the lines of a part of the store, in the same form: it goes into an empty store as it is."""
    yield from _lines(read, scope)


def _lines(read: Reader, scope: Scope | None) -> Iterator[str]:
    from followthru import __version__

    yield header(__version__)
    names = {
        "practice": {id: slug for slug, id in entities.slugs(read).items()},
        "person": {id: handle for handle, id in entities.handles(read).items()},
    }
    for entity in ORDER:
        pages: Iterator[list[tuple[int, Row]]] = entities.pages(read, entity) if scope is None else scope.pages(entity)
        for page in pages:
            tags = _tags(read, entity, [id for id, _ in page])
            for id, row in page:
                yield entity_line(entity, id, row, names, tags.get(id, ()))


def _tags(read: Reader, entity: str, ids: list[int]) -> dict[int, list[str]]:
    return entities.tags(read, ids) if entity == "task" else {}
