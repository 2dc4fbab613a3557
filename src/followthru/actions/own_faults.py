"""Faults of followthru's own in the work on one calendar: words that name a place in the program and quote nothing."""

from __future__ import annotations

from pathlib import Path

from followthru.errors import FollowthruError

_REPORT = "If it happens twice, please report it with the lines of the log that name it; they hold no word of yours."


class OwnFaultError(FollowthruError):
    """A fault of followthru's own stopped the sync of one calendar."""

    def __init__(self, calendar: str, error: Exception) -> None:
        super().__init__(
            f"{_named(error)} stopped the sync of {calendar}.",
            safe="Nothing is lost: what was begun is written down and is settled by the next sync; other calendars "
            "are synced as ever.",
            remedy=f"`followthru sync` tries {calendar} again. {_REPORT}",
        )


class UnmeasuredError(FollowthruError):
    """A fault of followthru's own stopped the measurement of one calendar's server."""

    def __init__(self, calendar: str, error: Exception) -> None:
        super().__init__(
            f"{_named(error)} stopped the measurement of what the server of {calendar} does.",
            safe="Nothing is lost, and it is synced as ever.",
            remedy=f"It is measured again in an hour, or at once by `followthru calendar probe {calendar}`. {_REPORT}",
        )


def _named(error: Exception) -> str:
    return f"A fault of followthru's own ({type(error).__name__}, {_place_of(error)})"


def _place_of(error: Exception) -> str:
    """Return the file and line that raised an error."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "" if trace is None else f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
