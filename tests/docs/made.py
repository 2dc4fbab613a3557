"""Write every file that is made from the program's own tables: `make pages`. The tests compare them with the tables."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from followthru.cli import describe, manual
from followthru.config.describe import reference_page
from tests.docs.import_graph import with_graph
from tests.docs.pages import ROOT
from tests.packaging.notices import notices

MADE: Mapping[str, Callable[[], str]] = {
    **{f"docs/reference/{name}.md": page for name, page in describe.PAGES.items()},
    "docs/reference/config.md": reference_page,
    **{f"share/man/{name}": page for name, page in manual.PAGES.items()},
    "docs/explanation/architecture.md": with_graph,
    "NOTICES.md": notices,
}
"""What makes each file, by its name below the root."""


def stale() -> list[str]:
    """Return the names of the files that are not as they would be made now."""
    return [
        name for name, made in MADE.items() if not (ROOT / name).is_file() or (ROOT / name).read_text("utf-8") != made()
    ]


def main() -> None:
    """Write what is stale, and name it."""
    for name in stale():
        text = MADE[name]()
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_text(text, encoding="utf-8")
        sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main()
