"""Properties whose every example lives a whole store: some examples in the suite, a thousand in `make torture-work`."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import settings

Test = TypeVar("Test", bound=Callable[..., None])


def at_length(examples: int = 60) -> Callable[[Test], Test]:
    """Ask a property at most so many examples in the suite, and `TORTURE_EXAMPLES` where they are asked at length."""
    most = min(examples, settings().max_examples)
    asked = settings(max_examples=int(os.environ.get("TORTURE_EXAMPLES", most)))

    def mark(test: Test) -> Test:
        return pytest.mark.at_length(asked(test))

    return mark
