"""The table of commands: what each is called, what it does in a line, and where it is, so that help loads none."""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """One command or group of commands. `where` is `module:attribute` inside `followthru.cli`.

    `otherwise` is the command of a group that is meant where its first word is none of its commands, `bare` the one
    that is meant where there is no word.
    """

    name: str
    words: str
    where: str
    otherwise: str = ""
    bare: str = ""


SECTIONS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "Every day",
        (
            Entry("today", "What needs you today.", "agenda:today"),
            Entry("brief", "The day on one screen, as the morning's brief has it.", "brief:brief"),
            Entry("week", "What falls due in the next seven days.", "agenda:week"),
            Entry("review", "The week gone through, stop by stop: show, next, back, end.", "", bare="show"),
            Entry("review show", "Where the review stands; meant by `review` alone.", "review:show"),
            Entry("review next", "On to the next stop.", "review:forward"),
            Entry("review back", "Back to the stop before.", "review:back"),
            Entry("review end", "What was decided, on one screen.", "review:end"),
            Entry("add", "Capture a task from one line.", "add:add"),
            Entry("list", "Open tasks, by date; narrowed by a filter.", "lists:list_tasks"),
            Entry("search", "Tasks that hold these words, best first.", "lists:search"),
            Entry("view", "Lists that you saved under a name: list, save, rename, remove.", "", bare="list"),
            Entry("view list", "The saved lists; meant by `view` alone.", "views:list_views"),
            Entry("view save", "Save a filter, its order and its groups.", "views:save"),
            Entry("view rename", "Give a saved list another name.", "views:rename"),
            Entry("view remove", "Take a saved list away.", "views:remove"),
            Entry("show", "Everything about one task.", "show:show"),
        ),
    ),
    (
        "Tasks",
        (
            Entry("start", "Begin work on tasks.", "tasks:start"),
            Entry("done", "Close tasks as done.", "tasks:done"),
            Entry("reopen", "Open closed tasks again.", "tasks:reopen"),
            Entry("drop", "Close tasks as not to be done.", "tasks:drop"),
            Entry("edit", "Change fields of tasks.", "tasks:edit"),
            Entry("split", "Cut a task into parts.", "tasks:split"),
            Entry("wait", "Note that a task waits on somebody.", "waiting:wait"),
            Entry("answered", "Note what came back, and take the task up again.", "waiting:answered"),
        ),
    ),
    (
        "Dates",
        (
            Entry("promise", "Promise a date, move it or take it back.", "dates:promise"),
            Entry("tell", "Record that somebody was told a date.", "dates:tell"),
            Entry("promises", "Who was told what, what moved, what was kept.", "promises:promises"),
            Entry("target", "Set your own date for a task.", "dates:target"),
            Entry("defer", "Set when tasks start.", "dates:defer"),
            Entry("forecast", "A date to promise, from your own history.", "forecast:forecast"),
            Entry("load", "Work promised for each week, against the time there is.", "load:load"),
            Entry("calibration", "Whether dates stated with a chance came true.", "calibration:calibration"),
        ),
    ),
    (
        "Changes",
        (
            Entry("undo", "Take back the last step.", "history:undo"),
            Entry("redo", "Do again what was undone.", "history:redo"),
            Entry("history", "What was done, newest first.", "history:history"),
        ),
    ),
    (
        "Practices and people",
        (
            Entry("practice", "Practices: add, list, edit, close, pause.", ""),
            Entry("practice add", "Add a practice.", "practices:add"),
            Entry("practice list", "All practices.", "practices:list_practices"),
            Entry("practice show", "One practice, its people and closure days.", "practice_show:show"),
            Entry("practice edit", "Change fields of a practice.", "practices:edit"),
            Entry("practice close", "Close a practice on days.", "practices:close"),
            Entry("practice open", "Open a practice again on days.", "practices:open_again"),
            Entry("practice season", "Parts of the year with fewer working days.", "practices:season"),
            Entry("practice pause", "Send nothing for a practice for now.", "practices:pause"),
            Entry("practice resume", "Make a paused practice active again.", "practices:resume"),
            Entry("practice purge", "Take a practice away for good, with all that is of it.", "purge:purge"),
            Entry("person", "People: add, list, show, edit, away, pause, resume.", ""),
            Entry("person add", "Add a person, or a role for somebody known.", "people:add"),
            Entry("person list", "People and their roles.", "people:list_people"),
            Entry("person show", "One person, and what came back from them.", "person_show:show"),
            Entry("person edit", "Change a person or their role.", "people:edit"),
            Entry("person away", "Who is away when, and who covers.", "away:away"),
            Entry("person pause", "Send somebody no updates for a while.", "pausing:pause"),
            Entry("person resume", "Let updates to somebody go on.", "pausing:resume"),
        ),
    ),
    (
        "Duties, registers and evidence",
        (
            Entry("duty", "Work that comes back: add, list, preview, skip, move, pause, end.", ""),
            Entry("duty add", "Let a playbook come back.", "duty_runs:add"),
            Entry("duty list", "What comes back.", "duties:list_duties"),
            Entry("duty preview", "The dates of the coming months.", "duties:preview"),
            Entry("duty next", "Let the next one come now.", "duty_runs:come"),
            Entry("duty skip", "Leave one out.", "duties:skip"),
            Entry("duty move", "Move one, or all to come.", "duties:move"),
            Entry("duty pause", "Let no next one come for now.", "duties:pause"),
            Entry("duty resume", "Let it come back again.", "duties:resume"),
            Entry("duty end", "Let it come back no more.", "duties:end"),
            Entry("register", "What expires or needs service: add, list, expiring, renew.", ""),
            Entry("register add", "Add something that expires.", "registers:add"),
            Entry("register list", "What is in the registers.", "registers:list_items"),
            Entry("register show", "One register item.", "registers:show"),
            Entry("register edit", "Change fields of a register item.", "registers:edit"),
            Entry("register expiring", "What has expired or soon will.", "renewals:expiring"),
            Entry("register task", "Add the task that renews an item.", "renewals:task"),
            Entry("register renew", "Note that an item is renewed.", "renewals:renew"),
            Entry("evidence", "What there is to show: add, list, check.", ""),
            Entry("evidence add", "Keep something to show for a task.", "evidence:add"),
            Entry("evidence list", "What a practice can show for a time.", "evidence:list_evidence"),
            Entry("evidence check", "Which files are gone or have changed.", "evidence:check"),
            Entry("register fault", "Note that something does not work.", "repairs:fault"),
            Entry("register retire", "Note that an item is not kept up any more.", "registers:retire"),
            Entry("register kinds", "Which kinds of things there are.", "registers:kinds"),
            Entry("register check", "What is wrong with your own kinds.", "registers:check"),
        ),
    ),
    (
        "Goals",
        (
            Entry("goal", "What practices want to reach: add, list, show, read.", ""),
            Entry("goal add", "Add a goal with its measure and aim.", "goals:add"),
            Entry("goal list", "All goals and where they stand.", "goals:list_goals"),
            Entry("goal show", "One goal, its readings and tasks.", "goals:show"),
            Entry("goal edit", "Change fields of a goal.", "goals:edit"),
            Entry("goal read", "Note what a goal's measure was.", "goals:read"),
            Entry("goal unread", "Take a reading away.", "goals:unread"),
            Entry("goal import", "Bring readings in from a table.", "goals:import_readings"),
            Entry("goal retire", "Note that a goal is not pursued any more.", "goals:retire"),
            Entry("goal resume", "Pursue a retired goal again.", "goals:resume"),
            Entry("goal kinds", "Which kinds of goals there are.", "goals:kinds"),
        ),
    ),
    (
        "Meetings and calls",
        (
            Entry("call", "What is open with a person, for a call.", "call:call"),
            Entry("meeting", "Meetings: add, list, agenda, minutes, tell.", ""),
            Entry("meeting add", "Plan a meeting, or note one that was.", "meetings:add"),
            Entry("meeting list", "Meetings, the latest first.", "meetings:list_meetings"),
            Entry("meeting show", "One meeting and what came of it.", "meetings:show"),
            Entry("meeting edit", "Change a meeting, or who is there.", "meetings:edit"),
            Entry("meeting remove", "Take a meeting away.", "meetings:remove"),
            Entry("meeting agenda", "What is open with the people there.", "meetings:agenda"),
            Entry("meeting minutes", "Write minutes; tasks and decisions come of them.", "minutes:minutes"),
            Entry("meeting tell", "Note a date that was told there.", "meetings:tell"),
            Entry("decision", "What was decided: add, list, show, edit, retract.", ""),
            Entry("decision add", "Write down what was decided.", "decisions:add"),
            Entry("decision list", "What was decided, the latest first.", "decisions:list_decisions"),
            Entry("decision show", "One decision, who reads it, what follows.", "decisions:show"),
            Entry("decision edit", "Change a decision.", "decisions:edit"),
            Entry("decision retract", "Take a decision back.", "decisions:retract"),
            Entry("decision restore", "Let a decision hold again.", "decisions:restore"),
            Entry("raise", "What to raise with somebody next: add, list, done.", "", "add"),
            Entry("raise add", "Note something to raise with a person.", "raising:add"),
            Entry("raise list", "What is to be raised with whom.", "raising:list_notes"),
            Entry("raise done", "Note that things were raised.", "raising:done"),
            Entry("raise reopen", "Note that something is still to be raised.", "raising:reopen"),
            Entry("raise edit", "Say it in other words.", "raising:edit"),
            Entry("raise remove", "Take a note away.", "raising:remove"),
        ),
    ),
    (
        "Hours",
        (
            Entry("log", "Note time worked on a task or for a practice.", "hours_log:log"),
            Entry("hours", "The time of a month against what was agreed on.", "hours_log:hours"),
            Entry("hours list", "What was logged in a month.", "hours_log:list_entries"),
            Entry("hours edit", "Correct what was logged.", "hours_log:edit"),
            Entry("hours remove", "Take away what was logged.", "hours_log:remove"),
        ),
    ),
    (
        "Playbooks",
        (
            Entry("playbook", "Sets of steps with their days: list, show, check, run, runs, move.", ""),
            Entry("playbook list", "All playbooks.", "playbooks:list_playbooks"),
            Entry("playbook show", "One playbook and its steps.", "playbooks:show"),
            Entry("playbook check", "Say what is wrong in playbooks.", "playbooks:check"),
            Entry("playbook run", "Make the tasks of a playbook.", "playbook_run:run"),
            Entry("playbook runs", "The runs that there are.", "playbook_runs:list_runs"),
            Entry("playbook steps", "One run, and where each step stands.", "playbook_runs:steps"),
            Entry("playbook move", "Move the anchor of runs.", "playbook_runs:move"),
            Entry("playbook answer", "Answer a run's question later.", "playbook_runs:answer"),
        ),
    ),
    (
        "Updates",
        (
            Entry("update", "Updates to people: draft, list, show, edit, approve.", ""),
            Entry("update draft", "Write an update to a person now.", "updates:draft"),
            Entry("update list", "Updates that are not settled.", "updates:list_updates"),
            Entry("update show", "One update, its text and where it stands.", "updates:show"),
            Entry("report", "A month, quarter or year of a practice.", "report:report"),
            Entry("update history", "What was sent: to whom, when, what.", "update_history:history"),
            Entry("update export", "Write the mail of a practice into a folder.", "update_history:export"),
            Entry("update edit", "Edit an update's text.", "update_edit:edit"),
            Entry("update words", "The words of a practice's updates.", "phrase_book:words"),
            Entry("update approve", "Let an update go out.", "updates:approve"),
            Entry("update told", "Note that somebody was told in a call.", "updates:told"),
            Entry("update hold", "Keep an update back.", "updates:hold"),
            Entry("update recall", "Bring an approved update back to review.", "updates:recall"),
            Entry("update discard", "Give an update up.", "updates:discard"),
            Entry("update redraft", "Write an edited update anew around your words.", "update_again:redraft"),
            Entry("update correct", "Correct an update that has left.", "update_again:correct"),
            Entry("update settle", "Say whether an uncertain update arrived.", "updates:settle"),
            Entry("update outbox", "When what is approved goes out, or why not.", "mailing:outbox"),
            Entry("update test", "Send yourself a mail through an account.", "mail_test:try_account"),
            Entry("update pause", "Hold all mail.", "mailing:pause"),
            Entry("update resume", "Let all mail go out again.", "mailing:resume"),
        ),
    ),
    (
        "What comes back",
        (
            Entry("mail", "What comes back by mail: look, list, seen.", ""),
            Entry("mail look", "Look through mailboxes now.", "mail:look"),
            Entry("mail list", "What came back: replies, returned mail.", "mail:list_mail"),
            Entry("mail seen", "Mark what came back as seen.", "mail:seen"),
        ),
    ),
    (
        "Mail accounts",
        (
            Entry("mailbox", "Mail accounts: add, list, login, logout.", ""),
            Entry("mailbox add", "Add an account that updates leave through.", "mailboxes:add"),
            Entry("mailbox list", "Mail accounts.", "mailboxes:list_mailboxes"),
            Entry("mailbox login", "Sign in through a provider.", "mailboxes:login"),
            Entry("mailbox logout", "Forget that sign-in.", "mailboxes:logout"),
        ),
    ),
    (
        "Calendars",
        (
            Entry("sync", "Bring calendars and store in step now.", "sync:sync"),
            Entry("sync status", "How each calendar stands.", "sync:status"),
            Entry("calendar", "Calendars: add, list, setup, probe, file, remove, resolve.", ""),
            Entry("calendar add", "Show promises on a calendar.", "calendars:add"),
            Entry("calendar list", "Calendars and how they stand.", "calendars:list_calendars"),
            Entry("calendar setup", "Find or make a calendar that config.toml names.", "calendars:setup"),
            Entry("calendar probe", "Measure what a calendar's server does.", "calendars:probe"),
            Entry("calendar file", "Write calendars as files, for programs without CalDAV.", "calendar_files:file"),
            Entry(
                "calendar remove", "Take a calendar away, and leave or delete its events.", "removal:remove_calendar"
            ),
            Entry("calendar resolve", "What calendars ask, and your answer.", "calendars:resolve"),
            Entry("account", "Calendar accounts: add, list, check, remove, login, logout.", ""),
            Entry("account add", "Add a calendar server and how to sign in.", "accounts:add"),
            Entry("account list", "Calendar accounts.", "accounts:list_accounts"),
            Entry("account check", "Sign in and list the calendars there.", "accounts:check"),
            Entry("account remove", "Take an account and its calendars away.", "removal:remove_account"),
            Entry("account login", "Sign in through a provider's own page.", "sign_in:login"),
            Entry("account logout", "Forget that sign-in.", "sign_in:logout"),
        ),
    ),
    (
        "Data and set-up",
        (
            Entry("export", "Write everything, one list, or a package for a successor.", "transfer:export"),
            Entry(
                "import", "Bring in what other programs and an export hold, as one step.", "import_files:import_files"
            ),
            Entry("backup", "Back up the store: now, list, verify.", "", bare="now"),
            Entry("backup now", "Back up the store now; meant by `backup` alone.", "backup:now"),
            Entry("backup list", "Which backups there are.", "backup:list_backups"),
            Entry("backup verify", "Put a backup back in a scratch folder and read it.", "backup:verify"),
            Entry("restore", "Put a backup back in place of the store.", "restore:restore"),
            Entry("doctor", "Look at everything and say what is wrong.", "doctor:doctor"),
            Entry("daemon", "The background process that syncs, drafts and sends.", ""),
            Entry("daemon run", "Run it here, until it is stopped.", "daemon:run"),
            Entry("daemon status", "Whether it runs, and how its jobs ended.", "daemon:status"),
            Entry("daemon stop", "End it.", "daemon:stop"),
            Entry("daemon install", "Start it at every login.", "daemon:install"),
            Entry("daemon uninstall", "Stop it and remove the service.", "daemon:uninstall"),
            Entry("daemon logs", "The end of its log.", "daemon:logs"),
            Entry("demo", "Try it in a sandbox that leaves nothing behind.", "demo:demo"),
            Entry("sample", "Made-up practices to try things out with: add, remove.", ""),
            Entry("sample add", "Put sample data into a store without practices.", "sample:add"),
            Entry("sample remove", "Take the sample data out again.", "sample:remove"),
            Entry("config", "The configuration file.", ""),
            Entry("config check", "Read the configuration and say what is wrong.", "config:check"),
            Entry("config path", "Where the configuration is.", "config:path"),
        ),
    ),
)


def entries() -> dict[str, Entry]:
    """Return every entry by name, in the order of the help."""
    return {entry.name: entry for _, group in SECTIONS for entry in group}
