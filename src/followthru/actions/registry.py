"""The one registry of commands: id, words, keys, when it cannot be had and why, and its twin on the command line.

Footer, key help, palette, reference and command line are made from this table or checked against it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from followthru.actions.selection import (
    Selected,
    needs_approved_update,
    needs_call,
    needs_closed_task,
    needs_duty,
    needs_goal,
    needs_hours,
    needs_mail,
    needs_open_task,
    needs_pending_update,
    needs_playbook,
    needs_promise,
    needs_question,
    needs_register_item,
    needs_register_item_without_task,
    needs_run,
    needs_sent_update,
    needs_something,
    needs_task,
    needs_time_place,
    needs_uncertain_update,
    needs_update,
    needs_update_to_edit,
    needs_update_to_review,
    needs_waiting_task,
)

WhyNot = Callable[[Selected], str | None]


class Command(NamedTuple):
    """One command.

    `keys` are characters or Textual key names; without any it lives on the command line and in the palette
    only. `cli` is how the command line says it; a command without one only moves about on the screen.
    `footer` orders the footer, 0 keeps it out, and `short` is its word there. `why_not` returns None while the command
    can be had, otherwise the reason in words. `on` is the sort of line on which its keys hold, in place of what they do
    elsewhere; empty is everywhere. `twin` is how the command line says it by another command than its own.
    """

    id: str
    words: str
    keys: tuple[str, ...] = ()
    cli: str | None = None
    footer: int = 0
    why_not: WhyNot = lambda _: None
    on: str = ""
    short: str = ""
    twin: str = ""


COMMANDS: tuple[Command, ...] = (
    Command("add", "Capture a task", ("a",), "add [LINE…]", 1, short="Add"),
    Command("show", "Open", ("enter", "l", "right"), "show ID", 6, needs_something),
    Command("done", "Done", ("x",), "done ID…", 2, needs_open_task),
    Command("start", "Start", ("s",), "start ID…", 0, needs_open_task),
    Command("reopen", "Open again", ("o",), "reopen ID…", 0, needs_closed_task),
    Command("drop", "Drop", ("D",), "drop ID…", 0, needs_open_task),
    Command("promise", "Promise", ("p",), "promise ID DATE|none [--because TEXT]", 4, needs_open_task),
    Command("tell", "Tell", ("t",), "tell ID PERSON [DATE] --how mail|call|meeting", 5, needs_promise),
    Command("promises", "What was promised and kept", (), "promises [ID|@SLUG|+PERSON]"),
    Command("target", "Target", ("T",), "target ID DATE|policy", 0, needs_open_task),
    Command("defer", "Defer", ("d",), "defer ID… DATE|+7d", 3, needs_open_task),
    Command("forecast", "A date to promise, and why", ("f",), "forecast KIND [@PRACTICE] [--p CHANCE]", 0, needs_task),
    Command(
        "calibration", "Whether stated dates came true", (), "calibration [--replay|--import FILE.csv] [--p CHANCE]"
    ),
    Command("load", "How full the weeks are", (), "load [--practice SLUG] [--weeks N]"),
    Command("wait", "Wait on", ("w",), "wait ID --on PERSON [--for TEXT] [--by DATE]", 0, needs_open_task),
    Command("answered", "Answered", ("W",), "answered ID TEXT", 0, needs_waiting_task),
    Command("edit", "Edit", ("e",), "edit ID… field=value… [--because TEXT]", 8, needs_task),
    Command("rename", "Rename", ("i",), None, 0, needs_task, twin="edit ID title=TITLE"),
    Command("notes", "Notes", ("n",), None, 0, needs_task, twin="edit ID notes=TEXT"),
    Command("assign", "Who does it", ("+",), None, 0, needs_task, twin="edit ID… assignee=PERSON"),
    Command("tags", "Tags", ("#",), None, 0, needs_task, twin="edit ID… tags=+TAG,-TAG"),
    Command("priority", "Priority", ("!",), None, 0, needs_task, twin="edit ID… priority=high|low"),
    Command("buffer", "Wiggle room", ("~",), None, 0, needs_open_task, twin="edit ID… buffer=DAYS"),
    Command("needs", "What has to be done before it", ("B",), None, 0, needs_task, twin="edit ID needs=+OTHER"),
    Command("checklist", "Checklist", ("-",), None, 0, needs_task, twin="edit ID checklist=STEP;STEP"),
    Command("split", "Split into parts", ("|",), "split ID TITLE…", 0, needs_open_task),
    Command("undo", "Undo", ("u",), "undo", 90),
    Command("redo", "Redo", ("U", "ctrl+r"), "redo"),
    Command("history", "History", ("H",), "history [ID]"),
    Command("today", "Today", ("1",), "today"),
    Command("brief", "The day on one screen", (), "brief"),
    Command("practice list", "Practices", ("2",), "practice list"),
    Command("list", "All open tasks", ("3",), "list [FILTER…]"),
    Command("week", "This week", ("4",), "week"),
    Command("inbox", "Inbox", ("6",)),
    Command("waiting", "Waiting on others", ("7",)),
    Command("timeline", "Timeline", ("0",)),
    Command("earlier", "Earlier weeks", ("[",)),
    Command("later", "Later weeks", ("]",)),
    Command("belongs", "Belongs to a practice", ("b", "@"), None, 0, needs_open_task, twin="edit ID… practice=SLUG"),
    Command("search", "Filter", ("/",), "search WORDS", 7),
    Command("update show", "Review", ("r",), "update show ID [--text|--html|--diff|--bytes]", 2, needs_update),
    Command("update approve", "Approve", ("A",), "update approve ID|--clean", 1, needs_update_to_review),
    Command("update approve clean", "Approve all clean", ("L",), None, 9, needs_update),
    Command("update html", "See its HTML", ("V",), None, 7, needs_update),
    Command("update diff", "Against the last", ("=",), None, 8, needs_update),
    Command("update edit", "Edit its text", ("E",), "update edit ID", 3, needs_update_to_edit, "update"),
    Command("update hold", "Hold back", ("K",), "update hold ID", 4, needs_update_to_review),
    Command("update discard", "Discard", ("X",), "update discard ID", 5, needs_pending_update),
    Command("update recall", "Recall", ("R",), "update recall ID", 1, needs_approved_update),
    Command(
        "update redraft",
        "Write anew",
        ("n",),
        "update redraft ID [--fresh|--print]",
        6,
        needs_update_to_review,
        "update",
    ),
    Command("update correct", "Correct", ("C",), "update correct ID [--because TEXT]", 6, needs_sent_update),
    Command("update settle", "Settle", ("Y",), "update settle ID arrived|resend", 1, needs_uncertain_update),
    Command("update told", "They were told", ("c",), "update told ID", 1, needs_call),
    Command("update draft", "Draft an update", ("N",), "update draft PERSON [--practice SLUG]"),
    Command("update words", "Words of its updates", (), "update words SLUG [--write]"),
    Command("update list", "Updates", ("8",), "update list [--all] [--practice SLUG]"),
    Command(
        "update history",
        "What was sent",
        (),
        "update history [TEXT] [--practice SLUG] [--person PERSON] [--since DATE] [--until DATE]",
    ),
    Command(
        "update export", "Write sent mail out", (), "update export --practice SLUG --into FOLDER [--since DATE] [--add]"
    ),
    Command("update outbox", "What goes out when", (), "update outbox [--into FOLDER]"),
    Command("update pause", "Hold all mail", (), "update pause --all [--because TEXT]"),
    Command("update resume", "Let all mail go again", (), "update resume --all"),
    Command("mail look", "Look for answers now", (), "mail look [ACCOUNT]"),
    Command("mail list", "What came back by mail", (), "mail list [--all] [--practice SLUG]"),
    Command("mail seen", "I have read it", ("x",), "mail seen ID…", 1, needs_mail, "mail"),
    Command("sync", "Sync calendars now", ("S",), "sync [ACCOUNT] [--dry-run] [--here]"),
    Command("sync status", "How things stand: calendars, mail, background", ("5",), "sync status [NAME] [--items]"),
    Command("daemon logs", "Messages", ("m",), "daemon logs"),
    Command("practice add", "Add a practice", (), "practice add SLUG --timezone ZONE"),
    Command("practice show", "One practice", (), "practice show SLUG"),
    Command("practice edit", "Edit a practice", (), "practice edit SLUG field=value…"),
    Command("practice close", "Close a practice on days", (), "practice close SLUG DATE…"),
    Command("practice open", "Open a practice again on days", (), "practice open SLUG DATE…"),
    Command("practice season", "A part of the year with fewer days", (), "practice season SLUG FROM..UNTIL"),
    Command("practice pause", "Pause a practice", (), "practice pause SLUG"),
    Command("practice resume", "Make a practice active again", (), "practice resume SLUG"),
    Command("person add", "Add a person", (), "person add NAME [EMAIL] --practice SLUG --role ROLE"),
    Command("person list", "People", (), "person list [--practice SLUG]"),
    Command("person show", "One person", (), "person show PERSON"),
    Command("person edit", "Edit a person", (), "person edit PERSON field=value… [--practice SLUG]"),
    Command("person away", "Somebody, or you, are away", (), "person away PERSON|me [FROM..UNTIL] [--cover PERSON]"),
    Command("person pause", "Send somebody no updates for a while", (), "person pause PERSON [--until DATE]"),
    Command("person resume", "Let updates to somebody go on", (), "person resume PERSON [--practice SLUG]"),
    Command("update test", "Try a mail account out", (), "update test [--account NAME]"),
    Command("mailbox add", "Add a mail account", (), "mailbox add NAME --from ADDRESS [--practice SLUG]"),
    Command("mailbox list", "Mail accounts", (), "mailbox list"),
    Command("mailbox login", "Sign in to a mail account through a provider", (), "mailbox login NAME [--browser]"),
    Command("mailbox logout", "Forget a mail account's sign-in", (), "mailbox logout NAME"),
    Command("duty add", "Let a playbook come back", (), "duty add --playbook NAME --practice SLUG[,SLUG]"),
    Command("duty list", "Duties", (), "duty list [--practice SLUG]"),
    Command("duty preview", "The year of duties", (), "duty preview [--months N] [--practice SLUG]"),
    Command("duty next", "Let a duty's next one come now", (), "duty next ID"),
    Command("duty skip", "Leave this one out", ("X",), "duty skip ID", 2, needs_duty, "duty"),
    Command("duty move", "Move it", ("d",), "duty move ID DATE [--series] [--because TEXT]", 1, needs_duty, "duty"),
    Command("duty pause", "Pause or resume it", ("K",), "duty pause ID", 3, needs_duty, "duty"),
    Command("duty resume", "Let a duty come back", (), "duty resume ID", 0, needs_duty),
    Command("duty end", "End it", ("D",), "duty end ID", 4, needs_duty, "duty"),
    Command("register add", "Add to a register", (), "register add KIND TITLE [field=value…] --practice SLUG"),
    Command("register list", "What is in the registers", (), "register list [--practice SLUG] [--kind KIND]"),
    Command("register show", "One register item", (), "register show ID"),
    Command(
        "register edit",
        "Edit the item",
        ("e",),
        "register edit ID field=value…",
        3,
        needs_register_item,
        "register",
    ),
    Command("register expiring", "What expires", ("9",), "register expiring [--within DAYS] [--practice SLUG]"),
    Command(
        "register task",
        "Add its task",
        ("t",),
        "register task ID…",
        2,
        needs_register_item_without_task,
        "register",
    ),
    Command(
        "register renew",
        "Renewed",
        ("x",),
        "register renew ID [--expires DATE]",
        1,
        needs_register_item,
        "register",
    ),
    Command("evidence add", "Keep evidence", ("E",), "evidence add ID EVIDENCE… [--dated DATE]", 0, needs_task),
    Command(
        "evidence list",
        "What shows it",
        ("E",),
        "evidence list --practice SLUG [--from DATE] [--to DATE]",
        4,
        needs_register_item,
        "register",
    ),
    Command("evidence check", "Look after the files of evidence", (), "evidence check"),
    Command("register fault", "Something does not work", (), "register fault ID TEXT… [--vendor NAME]"),
    Command("register retire", "Retire the item", ("D",), "register retire ID", 0, needs_register_item, "register"),
    Command("register kinds", "Kinds of register items", (), "register kinds"),
    Command("register check", "Check kinds of register items", (), "register check [FILE…]"),
    Command("goal add", "Add a goal", (), "goal add WHAT [field=value…] --practice SLUG"),
    Command("goal list", "Goals", (), "goal list [--practice SLUG] [--no-task] [--retired]"),
    Command("goal show", "One goal", (), "goal show GOAL"),
    Command("goal edit", "Edit the goal", ("e",), "goal edit GOAL field=value…", 2, needs_goal, "goal"),
    Command(
        "goal read", "Note a reading", ("r",), "goal read GOAL VALUE [--on DATE] [--note TEXT]", 1, needs_goal, "goal"
    ),
    Command("goal unread", "Take a reading away", (), "goal unread GOAL DATE"),
    Command("goal import", "Bring readings in from a table", (), "goal import FILE… [--goal GOAL] [--practice SLUG]"),
    Command("goal retire", "Retire the goal", ("D",), "goal retire GOAL", 0, needs_goal, "goal"),
    Command("goal resume", "Take a retired goal up again", (), "goal resume GOAL"),
    Command("goal kinds", "Kinds of goals", (), "goal kinds"),
    Command("raise add", "Raise next", (), "raise add PERSON TEXT [--practice SLUG] [--task ID]"),
    Command("raise list", "What to raise with whom", (), "raise list [WORDS…] [--person PERSON] [--practice SLUG]"),
    Command("raise done", "It was raised", (), "raise done ID…"),
    Command("raise reopen", "Still to raise", (), "raise reopen ID"),
    Command("raise edit", "Say what to raise in other words", (), "raise edit ID TEXT"),
    Command("raise remove", "Take away what to raise", (), "raise remove ID"),
    Command("report", "A report on a practice", (), "report PRACTICE --month|--quarter|--year [--send PERSON]"),
    Command("log", "Log time worked", ("M",), "log ID|@SLUG TIME [--on DATE] [--note TEXT]", 0, needs_time_place),
    Command("hours", "Hours worked in a month", (), "hours [--month MONTH] [--practice SLUG]"),
    Command("hours list", "What was logged in a month", (), "hours list [--month MONTH] [--practice SLUG]"),
    Command("hours edit", "Correct it", ("e",), "hours edit ENTRY field=value…", 1, needs_hours, "hours"),
    Command("hours remove", "Take it away", ("D",), "hours remove ENTRY", 2, needs_hours, "hours"),
    Command("playbook list", "All playbooks", (), "playbook list"),
    Command("playbook show", "One playbook", (), "playbook show NAME"),
    Command("playbook check", "Check playbooks", (), "playbook check [FILE…]"),
    Command(
        "playbook run",
        "Run it",
        ("R",),
        "playbook run NAME --practice SLUG[,SLUG] --anchor DATE",
        1,
        needs_playbook,
        "playbook",
    ),
    Command("playbook runs", "Runs of playbooks", (), "playbook runs [--practice SLUG] [--all]"),
    Command("playbook steps", "One run and its steps", (), "playbook steps RUN"),
    Command(
        "playbook move", "Move its anchor", ("d",), "playbook move RUN… DATE [--because TEXT]", 1, needs_run, "run"
    ),
    Command("playbook answer", "Answer its question", ("W",), "playbook answer RUN KEY=ANSWER…", 2, needs_run, "run"),
    Command("account add", "Add a calendar account", (), "account add NAME URL [--username NAME]"),
    Command("account list", "Calendar accounts", (), "account list"),
    Command("account check", "Sign in to a calendar account", (), "account check NAME"),
    Command("account remove", "Take an account away", (), "account remove NAME --leave|--delete"),
    Command("account login", "Sign in through a provider", (), "account login NAME [--no-browser]"),
    Command("account logout", "Forget a sign-in through a provider", (), "account logout NAME"),
    Command("calendar add", "Add a calendar", (), "calendar add NAME --account ACCOUNT"),
    Command("calendar list", "Calendars", (), "calendar list"),
    Command("calendar setup", "Find or make a calendar of the configuration", (), "calendar setup [NAME]"),
    Command("calendar probe", "Measure what a calendar's server does", (), "calendar probe NAME [--yes]"),
    Command("calendar file", "Write calendars as files", (), "calendar file"),
    Command("calendar remove", "Take a calendar away", (), "calendar remove NAME --leave|--delete"),
    Command("calendar resolve", "What calendars ask", (), "calendar resolve [ID|NAME] [ours|theirs] [--confirm]"),
    Command("use mine", "Use mine", (">",), None, 1, needs_question),
    Command("use theirs", "Use theirs", ("<",), None, 2, needs_question),
    Command("export", "Write everything, one list, or a package for a successor", (), "export [FILE]"),
    Command("import", "Bring in a file", (), "import FILE…"),
    Command("backup now", "Back up the store", (), "backup now"),
    Command("backup list", "Backups", (), "backup list"),
    Command("backup verify", "Try a backup", (), "backup verify [BACKUP]"),
    Command("restore", "Put a backup back", (), "restore [BACKUP]"),
    Command("doctor", "Look at everything", (), "doctor [--fix]"),
    Command("daemon run", "Run the background process", (), "daemon run"),
    Command("daemon status", "How the background process stands", (), "daemon status"),
    Command("daemon stop", "Stop the background process", (), "daemon stop"),
    Command("daemon install", "Install the background service", (), "daemon install"),
    Command("daemon uninstall", "Remove the background service", (), "daemon uninstall"),
    Command("config check", "Check the configuration", (), "config check"),
    Command("config path", "Where the configuration is", (), "config path"),
    Command("demo", "The sandbox", (), "demo [--tour]"),
    Command("palette", "Commands", (":", "ctrl+p"), None, 91, short="More"),
    Command("help", "Keys", ("?",), None, 92),
    Command("quit", "Quit", ("q",), None, 93),
    Command("back", "Back", ("escape", "h", "left", "backspace")),
    Command("down", "Down", ("j", "down")),
    Command("up", "Up", ("k", "up")),
    Command("mark", "Mark, to act on several", ("space",), None, 0, needs_task),
    Command("mark range", "Mark from here to where you go", ("v",), None, 0, needs_task),
    Command("mark all", "Mark all that the list shows", ("*",)),
    Command("page-down", "Page down", ("ctrl+d", "pagedown")),
    Command("page-up", "Page up", ("ctrl+u", "pageup")),
    Command("first", "To the top", ("g", "home")),
    Command("last", "To the end", ("G", "end")),
)


def by_id(id: str) -> Command:
    """Return a command. Raises KeyError."""
    return next((command for command in COMMANDS if command.id == id), None) or _missing(id)


def _missing(id: str) -> Command:
    raise KeyError(id)
