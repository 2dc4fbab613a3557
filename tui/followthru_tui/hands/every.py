"""All the keys of the main screen: what runs each command there."""

from __future__ import annotations

from followthru_tui.dispatch import Handler
from followthru_tui.hands.arranging import ArrangeHands
from followthru_tui.hands.calls import CallHands
from followthru_tui.hands.dates import DateHands
from followthru_tui.hands.duties import DutyHands
from followthru_tui.hands.fields import FieldHands
from followthru_tui.hands.goals import GoalHands
from followthru_tui.hands.hours import HourHands
from followthru_tui.hands.lists import ListHands
from followthru_tui.hands.main import Main
from followthru_tui.hands.meetings import MeetingHands
from followthru_tui.hands.outside import OutsideHands
from followthru_tui.hands.parts import PartHands
from followthru_tui.hands.playbooks import PlaybookHands
from followthru_tui.hands.registers import RegisterHands
from followthru_tui.hands.reports import ReportHands
from followthru_tui.hands.reviewing import ReviewHands
from followthru_tui.hands.setup import SetupHands
from followthru_tui.hands.sorting import SortHands
from followthru_tui.hands.tasks import TaskHands
from followthru_tui.hands.updates import UpdateHands
from followthru_tui.hands.weeks import WeekHands

_HANDS = (
    ListHands,
    TaskHands,
    DateHands,
    FieldHands,
    PartHands,
    OutsideHands,
    UpdateHands,
    RegisterHands,
    DutyHands,
    GoalHands,
    WeekHands,
    PlaybookHands,
    HourHands,
    MeetingHands,
    ReportHands,
    ReviewHands,
    SortHands,
    ArrangeHands,
    SetupHands,
    CallHands,
)


def handlers_of(main: Main) -> dict[str, Handler]:
    """Return what runs each command on the main screen."""
    return {id: run for hands in _HANDS for id, run in hands(main).handlers().items()}
