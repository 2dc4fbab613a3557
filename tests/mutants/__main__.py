"""Break the product in one small place after the other, and see whether a test notices. `make mutants`."""

from __future__ import annotations

import argparse
import ast
import os
import random
import sys
import tempfile
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypedDict

import pytest

from tests.mutants.codes import Changes, Finder, ImportedError, Program, changes, compiled
from tests.mutants.mutations import Mutant, mutants
from tests.mutants.trial import Trial, Verdict, forked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import CodeType

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
FEW = 3
QUIET = (
    *("-q", "-s", "-p", "no:randomly", "-p", "no:xdist", "-p", "no:cacheprovider", "-o", "faulthandler_timeout=0"),
    # Each fork finds Hypothesis imported, and needs no assertion of it rewritten.
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
)


class Room(NamedTuple):
    """What is broken, and the tests that are to notice."""

    modules: list[Path]
    tests: list[str]


class _Explained(TypedDict):
    """What `explained.toml` says: `changes` are pairs of a line before and after, which live for one reason."""

    module: str
    changes: list[tuple[str, str]]
    because: str


class Job(NamedTuple):
    """A mutant of a file, with what it changes; `changed` None: what runs at import."""

    path: Path
    mutant: Mutant
    code: CodeType
    changed: Changes | None


class Fate(NamedTuple):
    """What became of a mutant."""

    job: Job
    verdict: Verdict


def main() -> int:
    """Run the rooms that were named. Answers 1 where a mutant lived that nothing explains."""
    options = _options()
    rooms = tomllib.loads((HERE / "rooms.toml").read_text())
    lived = 0
    for name in options.rooms or rooms:
        elsewhere = {module for other, room in rooms.items() if other != name for module in room["modules"]}
        room = _room(rooms[name], elsewhere, options)
        jobs = [job for path in room.modules for job in _jobs(path, options)]
        if options.count:
            sys.stdout.write("".join(f"{n:6} {path}\n" for path, n in Counter(job.path for job in jobs).items()))
            continue
        fates = list(_watched(_fates(room, jobs, at_import=options.at_import)))
        if len(fates) < len(jobs):
            raise SystemExit(f"{name}: the tests did not run; see what pytest says of {' '.join(room.tests)}")
        lived += _told(name, room, fates)
    return 1 if lived else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("rooms", nargs="*", help="rooms of tests/mutants/rooms.toml; none: all of them")
    parser.add_argument("--only", default="", metavar="WORD,…", help="modules whose path holds one of the words")
    parser.add_argument(
        "--by", default="", metavar="WORD,…", help="ask only test files whose path holds one of the words"
    )
    parser.add_argument("--at-import", action="store_true", help="also what runs at import: ten times as slow a mutant")
    parser.add_argument("--count", action="store_true", help="say how many mutants there are, and run none")
    parser.add_argument(
        "--most",
        type=int,
        metavar="N",
        help=f"N mutants a module, drawn evenly; 0: all, which is meant where a room is named, and else {FEW}",
    )
    parser.add_argument("--seed", type=int, default=1, help="the draw")
    options = parser.parse_args()
    options.most = options.most if options.most is not None else 0 if options.rooms else FEW
    return options


def _room(written: dict[str, list[str]], elsewhere: set[str], options: argparse.Namespace) -> Room:
    """Return a room; what another room names by its whole path is left to that."""
    found = {path for pattern in written["modules"] for path in ROOT.glob(pattern) if path.name != "__init__.py"}
    found -= {ROOT / module for module in elsewhere}
    modules = [path for path in sorted(found) if _holds(path, options.only)]
    if not options.by:
        return Room(modules, written["tests"])
    tests = [ROOT / one for one in written["tests"]]
    files = sorted({path for one in tests for path in ([one] if one.is_file() else one.rglob("test_*.py"))})
    return Room(modules, [path.relative_to(ROOT).as_posix() for path in files if _holds(path, options.by)])


def _holds(path: Path, words: str) -> bool:
    return any(word in path.relative_to(ROOT).as_posix() for word in words.split(","))


def _jobs(path: Path, options: argparse.Namespace) -> list[Job]:
    source = path.read_text()
    unharmed = compile(source, str(path), "exec", dont_inherit=True)
    found: list[Job] = []
    for mutant in mutants(source, random.Random(options.seed) if options.most else None):
        code = compiled(mutant.source, str(path))
        if code is None:
            continue
        try:
            changed = changes(unharmed, code)
        except ImportedError:
            found += [Job(path, mutant, code, None)] if options.at_import else []
        else:
            found += [Job(path, mutant, code, changed)] if changed else []
        if 0 < options.most == len(found):
            break
    return sorted(found, key=lambda job: (job.mutant.line, job.mutant.operator, job.mutant.after))


def _fates(room: Room, jobs: Sequence[Job], *, at_import: bool) -> Iterator[Fate]:
    """Functions first, in forks of one run; then what runs at import, each in a program that begins anew.

    A function that no test runs may be one that the import runs: with `at_import` it is tried anew as well.
    """
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = scratch
        base = Path(scratch) / "run"
        later: list[tuple[Job, list[str]]] = []
        reading, writing = os.pipe()
        if not (pid := os.fork()):
            _in_functions(room, jobs, writing, base, at_import=at_import)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            for line in pipe:
                at, verdict, *names = line.rstrip("\n").split("\t")
                if verdict == "import":
                    later.append((jobs[int(at)], names))
                else:
                    yield Fate(jobs[int(at)], _verdict(verdict))
        os.waitpid(pid, 0)
        for job, names in later:
            yield Fate(job, _anew(job, names, base))


def _verdict(word: str) -> Verdict:
    for known in ("killed", "survived", "endless", "not reached"):
        if word == known:
            return known
    raise ValueError(word)


def _in_functions(room: Room, jobs: Sequence[Job], writing: int, base: Path, *, at_import: bool) -> None:
    os.set_inheritable(writing, False)
    paths = [str(path) for path in room.modules]

    def work(trial: Trial) -> None:
        program = Program(paths)
        if trial.try_on(list(trial.seen), lambda: program.put(paths[0], {})) != "survived":
            raise SystemExit("The tests fail in a fork in which nothing was changed.")
        for at, job in enumerate(jobs):
            path, changed = str(job.path), job.changed
            names = [] if changed is None else trial.tests(path, _statement(job.path, job.mutant.line))
            if changed is None or (at_import and not names):
                answer = "\t".join(("import", *trial.tests(path, None)))
            else:

                def put(path: str = path, changed: Changes = changed) -> None:
                    program.put(path, changed)

                answer = trial.try_on(names, put)
            os.write(writing, f"{at}\t{answer}\n".encode())

    try:
        pytest.main([*QUIET, f"--basetemp={base}", *room.tests], plugins=[Trial(paths, work)])
    finally:
        os._exit(0)


def _statement(path: Path, line: int) -> range:
    """The lines of the smallest statement around `line`; of one that holds others, its head."""
    best = range(line, line + 1)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.stmt | ast.excepthandler) and node.lineno <= line <= (node.end_lineno or line):
            body: list[ast.stmt] = getattr(node, "body", [])
            last = body[0].lineno - 1 if body and body[0].lineno > node.lineno else (node.end_lineno or line)
            if line <= last:
                best = range(node.lineno, last + 1)
    return best


class _Wanted:
    """A pytest plugin that keeps the tests named, in the order named, and stops at the first that fails."""

    def __init__(self, names: Sequence[str]) -> None:
        self._place = {name: place for place, name in enumerate(names)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (item for item in items if item.nodeid in self._place), key=lambda item: self._place[item.nodeid]
        )


def _anew(job: Job, names: Sequence[str], base: Path) -> Verdict:
    if not names:
        return "not reached"
    relative = job.path.relative_to(ROOT)
    dotted = ".".join(relative.with_suffix("").parts[1:])

    def child() -> int:
        Finder(dotted, str(job.path), job.code).enter()
        files = sorted({name.partition("::")[0] for name in names})
        return int(pytest.main([*QUIET, "-x", f"--basetemp={base}-anew", *files], plugins=[_Wanted(names)]))

    return forked(child, 120)


def _watched(fates: Iterable[Fate]) -> Iterator[Fate]:
    """Show each mutant that lives and that nothing explains, as it is found."""
    explained = _explained()
    for fate in fates:
        module, mutant = fate.job.path.relative_to(ROOT).as_posix(), fate.job.mutant
        known = (module, mutant.before, mutant.after) in explained
        if fate.verdict in ("survived", "not reached"):
            shown = fate._replace(verdict="explained") if known else fate
            if not known:
                sys.stdout.write(f"  {module}:{mutant.line} {mutant.operator} {fate.verdict}\n")
                sys.stdout.write(f"    - {mutant.before}\n    + {mutant.after}\n")
                sys.stdout.flush()
            yield shown
        else:
            yield fate


def _explained() -> set[tuple[str, str, str]]:
    """Module, line before and line after of each mutant that has its reason."""
    written: list[_Explained] = tomllib.loads((HERE / "explained.toml").read_text()).get("mutant", [])
    return {(one["module"], before, after) for one in written if one["because"] for before, after in one["changes"]}


def _told(name: str, room: Room, fates: Sequence[Fate]) -> int:
    """Count by module. Returns how many lived that nothing explains."""
    sys.stdout.write(f"\n{name}: {', '.join(room.tests)}\n")
    for path in room.modules:
        counts = Counter(fate.verdict for fate in fates if fate.job.path == path)
        said = ", ".join(f"{number} {word}" for word, number in sorted(counts.items()))
        sys.stdout.write(f"{path.relative_to(ROOT).as_posix()}: {counts.total()} mutants; {said}\n")
    sys.stdout.flush()
    return sum(fate.verdict in ("survived", "not reached") for fate in fates)


if __name__ == "__main__":
    sys.exit(main())
