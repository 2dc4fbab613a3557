"""NOTICES.md: whose work followthru runs on, and under which licence each part is; made from what the parts say."""

from __future__ import annotations

import re
from email.parser import Parser
from importlib import metadata

from tests.packaging.declared import closure, requirements

HEAD = """# Notices

followthru itself is under the [MIT licence](LICENSE). It is installed together with the libraries below, which are not
part of it: each comes from its own authors, under its own licence, and brings the text of it along. This page is made
from what each library says of itself, as installed on Linux for Python 3.11 in the versions of `constraints.txt`. Other
systems bring a few others. `make pages` writes it anew.
"""

IN_ITS_FILE = {"imapclient": "BSD-3-Clause"}
"""Licences that a library's metadata leave out, as the licence file that it brings has them."""

LISTS = (("", "Always"), ("desktop", "With the extra `desktop`"), ("demo", "With the extra `demo`"))


def notices() -> str:
    """Return the page as Markdown. Raises ValueError naming a library that tells no licence."""
    seen = set[str]()
    parts = [HEAD]
    for extra, heading in LISTS:
        found = closure(requirements(extra))
        rows = [_row(name, one) for name, one in sorted(found.items()) if name not in seen]
        seen |= found.keys()
        parts.append("\n".join([f"## {heading}", "", "| library | version | licence |", "|---|---|---|", *rows, ""]))
    return "\n".join(parts)


def _row(name: str, one: metadata.Distribution) -> str:
    return f"| {name} | {one.version} | {licence(one)} |"


def licence(one: metadata.Distribution) -> str:
    """Return a library's licence as it says it: an SPDX expression, else its classifiers, else its own short words."""
    said = Parser().parsestr(one.read_text("METADATA") or "")
    if expression := said.get("License-Expression"):
        return expression
    named = [
        words.rpartition(" :: ")[2] for words in said.get_all("Classifier") or () if words.startswith("License :: ")
    ]
    named = [words for words in named if words != "OSI Approved"]
    text = (said.get("License") or "").strip()
    found = IN_ITS_FILE.get(one.name.lower()) or ", ".join(named) or (text if len(text.splitlines()) == 1 else "")
    if not found:
        raise ValueError(f"{one.name} tells no licence")
    return re.sub(r"\s+", " ", found).replace("|", "\\|")
