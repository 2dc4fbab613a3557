"""The wheel on every Python that the classifiers name, installed as pip does it, with and without what is optional."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.packaging import smoke
from tests.packaging.installed import Built, installed_by_pip, interpreter
from tests.packaging.test_dependencies import VERSIONS

pytestmark = pytest.mark.torture


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("extras", ["", "[demo,desktop]"], ids=["alone", "with-extras"])
def test_a_short_day_on(version: str, extras: str, built: Built, tmp_path: Path) -> None:
    python = interpreter(version)
    if python is None:
        pytest.skip(f"Python {version} is not on this machine")
    installed = installed_by_pip(built.wheel, extras, python, tmp_path)
    smoke.commands(installed)
    smoke.screen(installed)
    smoke.daemon(installed)
    if extras:
        assert "That was the road" in installed.run("demo", "--tour")
