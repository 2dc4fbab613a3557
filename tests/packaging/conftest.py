"""What is built once for all tests of the package."""

from __future__ import annotations

import shutil

import pytest

from tests.clikit import cli, office
from tests.packaging.declared import closure, requirements
from tests.packaging.installed import Built, Installed, build, installed_beside

__all__ = ["cli", "office"]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The sdist, and the wheel made from it."""
    return build(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="session")
def place(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in an environment with the libraries that it declares, and no other."""
    return installed_beside(built.wheel, closure(requirements()).values(), tmp_path_factory.mktemp("place"))


@pytest.fixture
def installed(place: Installed) -> Installed:
    """That environment with an empty home."""
    shutil.rmtree(place.home, ignore_errors=True)
    return place
