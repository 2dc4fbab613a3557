"""The pages for readers, and what in them can be tried: console examples, files to write, links, tables.

A page says in comments, which readers do not see, what a test needs to know:

    <!-- test: first              commands that bring the store to where the page begins, up to `-->`
    <!-- test: into NAME -->      the next fenced block is written to the end of this file; `config.toml` is the home's,
                                  and so is `phrases/…`
    <!-- test: until WORDS -->    the last command of the next block is repeated until it says these words

In a `console` block a line after `$ ` is typed; one that ends with ` ⏎` is a question and its typed answer;
`(exit code 4)` is what the command before it ends with; every other line is said by that command, in this order,
though not always alone. `…` stands for anything, and a day for any day. A block whose first line begins with
`# not run by the tests:` is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
NOT_RUN = "# not run by the tests:"

_BLOCK = re.compile(r"^( *)```(?P<kind>\w*)[^\n]*\n(?P<text>.*?)^\1```$", re.MULTILINE | re.DOTALL)
_NOTE = re.compile(r"<!-- test: (first|into|until)(.*?)-->", re.DOTALL)
_ASKED = re.compile(r"(> |.*: )(.*) ⏎")
_EXIT = re.compile(r"\(exit code (\d+)\)")
_DAY = (
    r"(?:today, )?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{1,2} "
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?: \d{4})?"
)
_ISO = r"\d{4}-\d{2}-\d{2}"
_ANY = re.compile(rf"(?P<any>…)|(?P<day>{_DAY})|(?P<iso>{_ISO})|(?P<gap> {{2,}})")


class Typed(NamedTuple):
    """One command of an example: questions it asks with their answers, what it says and the code it ends with.

    `until` repeats it.
    """

    line: str
    answers: tuple[tuple[str, str], ...] = ()
    said: tuple[str, ...] = ()
    code: int = 0
    until: str = ""


class Written(NamedTuple):
    """A file that the page has its reader write: text for its end."""

    name: str
    text: str


def name_of(page: Path) -> str:
    """Return a page's name below the root."""
    return str(page.relative_to(ROOT))


def console_blocks(text: str) -> list[str]:
    """Return the console examples of a page, those that are not run included."""
    return [_text(block) for block in _BLOCK.finditer(text) if block["kind"] == "console"]


def _text(block: re.Match[str]) -> str:
    """Return what stands in a block, which may be set in under an item of a list."""
    return dedent(block["text"])


def steps(text: str) -> list[Typed | Written]:
    """Return what a reader of the page does, in order."""
    found: list[Typed | Written] = []
    pending: tuple[str, str] = ("", "")
    for part in sorted([*_NOTE.finditer(text), *_BLOCK.finditer(text)], key=lambda one: one.start()):
        if part.re is _NOTE:
            if part[1] == "first":
                found += [Typed(line) for line in part[2].strip().splitlines()]
            else:
                pending = (part[1], part[2].strip())
            continue
        if pending[0] == "into":
            found.append(Written(pending[1], _text(part)))
        elif part["kind"] == "console" and not _text(part).startswith(NOT_RUN):
            found += _typed(_text(part), pending[1])
        pending = ("", "")
    return found


def _typed(block: str, until: str) -> Iterator[Typed]:
    """Yield the commands of an example; the last is repeated until it says `until`."""
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)
    assert not parts[0].strip(), f"an example begins with output: {block}"
    for number, part in enumerate(parts[1:], 1):
        line, _, rest = part.partition("\n")
        while line.endswith("\\"):
            more, _, rest = rest.partition("\n")
            line = f"{line}\n{more}"
        yield _command(line, rest.splitlines(), until if number == len(parts) - 1 else "")


def _command(line: str, output: list[str], until: str) -> Typed:
    answers, said, code = list[tuple[str, str]](), list[str](), 0
    for one in output:
        if asked := _ASKED.fullmatch(one):
            said.append(asked[1])
            answers.append((asked[1], asked[2]))
        elif ended := _EXIT.fullmatch(one):
            code = int(ended[1])
        elif one.strip():
            said.append(one)
    return Typed(line, tuple(answers), tuple(said), code, until)


def says(line: str) -> re.Pattern[str]:
    """Return what a line of an example's output stands for."""
    wild = {"any": ".*", "day": _DAY, "iso": _ISO, "gap": r"\s+"}
    out, at = "", 0
    for found in _ANY.finditer(line):
        out += re.escape(line[at : found.start()]) + wild[str(found.lastgroup)]
        at = found.end()
    return re.compile(out + re.escape(line[at:]))


def missing(expected: tuple[str, ...], said: str) -> str | None:
    """Return the first expected line that was not said in its turn, None if all were."""
    lines = iter(said.splitlines())
    for line in expected:
        wanted = says(line.strip())
        if not any(wanted.search(one) for one in lines):
            return line
    return None
