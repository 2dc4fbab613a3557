"""What a check-up finds: one thing that has to hold, how it stands, what that means, and what to do."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Standing(StrEnum):
    """How a thing stands: as it should, worth knowing, or wrong."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


class Remedy(StrEnum):
    """What a check-up may put right by itself, because nothing can be lost by it."""

    CLOSE_FILES = "let nobody else read followthru's files"
    BACK_UP = "back the store up"
    LOOK_AGAIN = "look through a store that was noted as damaged"


class Finding(NamedTuple):
    """One thing looked at. `means` and `run` are empty for what is as it should be."""

    topic: str
    standing: Standing
    says: str
    means: str = ""
    run: str = ""
    remedy: Remedy | None = None
