"""Everything that the store holds, as lines."""

from __future__ import annotations

from collections.abc import Iterator

from followthru.actions.context import Context
from followthru.exchange.lines import ORDER, entity_line, header
from followthru.store import entities
from followthru.store.store import Reader


def export_lines(ctx: Context) -> Iterator[str]:
    """Yield the lines of an export, without line ends, all of one state of the store.

    Writers wait until the last one is taken, so they go to a file and never straight to a slow reader.
    """
    from followthru import __version__

    with ctx.store.snapshot() as read:
        yield header(__version__)
        names = {
            "practice": {id: slug for slug, id in entities.slugs(read).items()},
            "person": {id: handle for handle, id in entities.handles(read).items()},
        }
        for entity in ORDER:
            for page in entities.pages(read, entity):
                tags = _tags(read, entity, [id for id, _ in page])
                for id, row in page:
                    yield entity_line(entity, id, row, names, tags.get(id, ()))


def _tags(read: Reader, entity: str, ids: list[int]) -> dict[int, list[str]]:
    return entities.tags(read, ids) if entity == "task" else {}
