"""What a probe finds of a server with certain quirks, written down, so that not every test has to probe first."""

from __future__ import annotations

from collections.abc import Collection

from followthru.calendars.caps import STANDARD, Caps
from tests.calendars.quirks import Quirk


def measured(quirks: Collection[Quirk]) -> Caps:
    """Return what a probe would have found: the measured behaviour of a server with these quirks."""

    def without(*those: Quirk) -> bool:
        return not set(those) & set(quirks)

    report = without(Quirk.CTAG_ONLY, Quirk.NO_MARKS, Quirk.REPORT_501)
    marks = () if Quirk.NO_MARKS in quirks else ("sync-token", "ctag") if without(Quirk.CTAG_ONLY) else ("ctag",)
    # Where the version that an object is given out with is refused as a condition, none is relied on.
    taken = without(Quirk.ETAG_SUFFIXED) and not {Quirk.ETAG_BARE, Quirk.ETAG_WEAK} <= set(quirks)
    return STANDARD._replace(
        create_held=without(Quirk.INM_IGNORED),
        replace_held=taken and without(Quirk.IM_IGNORED),
        delete_held=taken and without(Quirk.IM_IGNORED, Quirk.IM_IGNORED_ON_DELETE),
        missing_held=without(Quirk.IM_CREATES, Quirk.IM_IGNORED),
        report=report,
        unknown_refused=report and without(Quirk.TOKEN_UNKNOWN_LISTS),
        marks=marks,
        marks_fine=without(Quirk.TOKEN_SECONDS),
    )
