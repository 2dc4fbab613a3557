"""followthru as others get it: built once, put into an environment of its own, and run where no source lies."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from tests.docs.pages import ROOT

PATIENCE = 120.0


class Built(NamedTuple):
    """The two files that a release consists of."""

    sdist: Path
    wheel: Path


class Installed:
    """One environment that followthru is installed in, and a folder to run it from."""

    def __init__(self, python: Path, folder: Path) -> None:
        self.python = python
        self.program = python.with_name("followthru")
        self.folder = folder
        self.home = folder / "home"

    @property
    def env(self) -> Mapping[str, str]:
        """The variables of somebody who has nothing but this installation."""
        return {
            "PATH": os.pathsep.join((str(self.python.parent), "/usr/bin", "/bin")),
            "HOME": str(self.folder),
            "FOLLOWTHRU_HOME": str(self.home),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "LANG": "C.UTF-8",
            "TZ": "UTC",
        }

    def run(self, *words: str, code: int = 0) -> str:
        """Run followthru, which is to end with `code`; return what it says on both streams."""
        return self._run([str(self.program), *words], code)

    def python_says(self, code: str) -> str:
        """Run a line of Python in this environment; return what it prints."""
        return self._run([str(self.python), "-c", code], 0)

    def _run(self, argv: list[str], code: int) -> str:
        ran = subprocess.run(
            argv, cwd=self.folder, env=self.env, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert ran.returncode == code, f"{argv}\n{ran.stdout}{ran.stderr}"
        return ran.stdout + ran.stderr


def build(folder: Path) -> Built:
    """Build the sdist, and the wheel from that sdist alone."""
    argv = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(argv, check=True, capture_output=True, timeout=PATIENCE)
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return Built(sdist, wheel)


def installed_beside(wheel: Path, libraries: Iterable[metadata.Distribution], folder: Path) -> Installed:
    """Install a wheel with these libraries and no other, which this environment lends: no registry is asked."""
    own = folder / "venv"
    venv.create(own, symlinks=True, with_pip=False)
    python = own / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--no-index", "--no-deps", str(wheel)], check=True, capture_output=True, timeout=PATIENCE)
    (site,) = own.glob("lib/python3*/site-packages")
    lent = folder / "lent"
    lent.mkdir()
    for one in libraries:
        lend(one, lent)
    (site / "lent.pth").write_text(f"{lent}\n")
    return Installed(python, _desk(folder))


def lend(one: metadata.Distribution, folder: Path) -> None:
    """Link what a distribution installed into a folder; what lies beside packages, such as scripts, is left out."""
    tops = {file.parts[0] for file in one.files or ()} - {"..", "__pycache__"}
    for top in tops:
        if not top.endswith(".pth") and not (folder / top).exists():
            (folder / top).symlink_to(Path(str(one.locate_file(top))))


def installed_by_pip(wheel: Path, extras: str, python: Path, folder: Path) -> Installed:
    """Install a wheel and what it asks for as `pip` does it, in the versions that are pinned."""
    own = folder / "venv"
    subprocess.run([python, "-m", "venv", own], check=True, capture_output=True, timeout=PATIENCE)
    argv = [own / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    env = {**os.environ, "PIP_CONSTRAINT": str(ROOT / "constraints.txt"), "HOME": str(Path.home())}
    ran = subprocess.run([*argv, f"{wheel}{extras}"], env=env, capture_output=True, text=True, timeout=900, check=False)
    assert ran.returncode == 0, ran.stderr
    return Installed(own / "bin" / "python", _desk(folder))


def interpreter(version: str) -> Path | None:
    """Return a Python of a version such as `3.12`: on the path, or one that pyenv keeps."""
    name = f"python{version}"
    found = [Path(one) for one in (shutil.which(name),) if one]
    root = os.environ.get("PYENV_ROOT") or str(Path(shutil.which("pyenv") or "/none").parents[1])
    found += sorted(Path(root).glob(f"versions/{version}.*/bin/{name}"))
    return next((one for one in found if _works(one, version)), None)


def _works(python: Path, version: str) -> bool:
    asked = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    ran = subprocess.run([python, "-c", asked], capture_output=True, text=True, check=False, timeout=PATIENCE)
    return ran.stdout.strip() == version


def _desk(folder: Path) -> Path:
    desk = folder / "desk"
    desk.mkdir()
    return desk
