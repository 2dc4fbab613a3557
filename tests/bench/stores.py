"""Stores of any size, made through the front door: `practice add` and `import`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.bench import seed

FOLLOWTHRU = str(Path(sys.executable).with_name("followthru"))


def environment(home: Path) -> dict[str, str]:
    """Return the environment in which followthru lives in `home` and looks nowhere else.

    Switches of Python are left out: a user's Python keeps what it has compiled.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FOLLOWTHRU_", "PYTHON"))}
    return {**kept, "FOLLOWTHRU_HOME": str(home), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}


def run(env: Mapping[str, str], *words: str) -> str:
    """Run one command; return what it printed.

    Raises RuntimeError with its words when it fails.
    """
    done = subprocess.run([FOLLOWTHRU, *words], env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"followthru {' '.join(words)} ended with {done.returncode}: {done.stderr[-800:]}")
    return done.stdout


def filled(home: Path, count: int) -> dict[str, str]:
    """Make a store with four practices and `count` tasks; return the environment to use it in."""
    env = environment(home)
    for slug in seed.PRACTICES:
        run(env, "practice", "add", slug, "--timezone", "America/New_York", "--holidays", "US")
    lines = home / "seed.jsonl"
    with lines.open("w") as file:
        file.writelines(f"{line}\n" for line in seed.lines(count))
    run(env, "import", str(lines))
    return env
