"""The words of an update. Placeholders in braces are filled in once, with plain text."""

from __future__ import annotations

from typing import NamedTuple


class Phrases(NamedTuple):
    """Every sentence that an update can contain. A practice's own words replace these one by one."""

    subject: str = "{practice}: update for {period}"
    subject_ask: str = "{practice}: update for {period}, {things} needed from you"
    subject_ask_by: str = "{practice}: update for {period}, {things} needed from you by {day}"
    title: str = "{practice}: update for {period}"
    greeting: str = "Hello {reader},"
    opening: str = "Here is where things stand on {today}."
    nothing_yet: str = "There is nothing to report yet."
    nothing_new: str = "Nothing has changed since my last update on {last}."
    all_stand: str = "Nothing has changed since my last update on {last}. Every date I gave you stands."
    regards: str = "Kind regards,"
    signature: str = "{me}, for {practice}"

    needs: str = "What I need from you"
    moved: str = "Moved"
    done: str = "Done"
    next: str = "Next"
    rest: str = "and {things}"

    need: str = "{task}: I need {need} from you."
    need_by: str = "{task}: I need {need} from you by {day}."
    need_for: str = "{line} The date {promised} depends on it."
    moved_because: str = "{task}: from {before} to {day}, because {because}."
    moved_plain: str = "{task}: from {before} to {day}."
    undated_because: str = "{task}: {before} no longer holds, because {because}. A new date will follow."
    undated_plain: str = "{task}: {before} no longer holds. A new date will follow."
    in_danger: str = "{line} It may slip."
    not_done: str = "{line} It is not done yet."
    reopened: str = "{task}: open again, now planned for {day}."
    reopened_plain: str = "{task}: open again. A new date will follow."
    dropped: str = "{task}: no longer planned."
    done_on: str = "{task}: done on {day}."
    done_plain: str = "{task}: done."
    on_track: str = "{task}: {day}, on track."
    may_slip: str = "{task}: {day}, may slip."
    overdue: str = "{task}: was promised for {day} and is not done yet."

    warning_subject: str = "{practice}: a heads-up about {task}"
    warning: str = "{task}: I gave you {day}. It may slip, and I would rather tell you now than on the day."
    warning_today: str = "{task}: I gave you {day}, which is today. It may slip."
    warning_date: str = "If it does, please plan with {new}. I will confirm the date as soon as it is certain."
    repair_subject: str = "{practice}: {task}"
    repair: str = "{task}: I gave you {day}, and it is not done. I am sorry."
    repair_happened: str = "What happened: {because}."
    repair_new: str = "{task} now has a new date: {new}."
    repair_proposal: str = "I expect to have it done by {new}."
    repair_undated: str = "A new date will follow."
    repair_change: str = "What I change, so that it does not happen again: {because}."

    question_subject: str = "{practice}: a question about {task}"
    question_subject_by: str = "{practice}: a question about {task}, by {by}"
    question_reply: str = "A short reply to this mail is enough."
    assignment_subject: str = "{practice}: {task}, for you to take on"
    assignment: str = "{task}: I would like you to take this on, for {practice}."
    assignment_by: str = "Please have it ready by {by}."
    assignment_when: str = "The day is yours to name."
    assignment_reply: str = "Once it is done, a short reply to this mail is enough. Tell me if something is in the way."
    nudge_subject: str = "{practice}: a reminder about {task}"
    nudge: str = "This is a short reminder, in case my mail was lost among others."
    nudge_asked: str = "{line} I asked on {asked}."
    nudge_assigned: str = "{task}: I asked on {asked} whether you could take this on."
    nudge_assigned_by: str = "{task}: I asked on {asked} whether you could take this on, by {by}."
    nudge_reply: str = "A short reply is enough. If something is in the way, tell me, and we find another one."


BLANK = "[...]"
"""Stands where only the PM knows what to say; an update that still has it is not approved."""

PHRASES = Phrases()
