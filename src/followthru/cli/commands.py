"""The table of commands: what each is called, what it does in a line, and where it is, so that help loads none."""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """One command or group of commands. `where` is `module:attribute` inside `followthru.cli`."""

    name: str
    words: str
    where: str


SECTIONS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "Every day",
        (
            Entry("today", "What needs you today.", "agenda:today"),
            Entry("week", "What falls due in the next seven days.", "agenda:week"),
            Entry("add", "Capture a task from one line.", "add:add"),
            Entry("list", "Open tasks, by date; narrowed by a filter.", "lists:list_tasks"),
            Entry("search", "Tasks that hold these words, best first.", "lists:search"),
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
            Entry("edit", "Change fields of a task.", "tasks:edit"),
            Entry("wait", "Note that a task waits on somebody.", "waiting:wait"),
            Entry("answered", "Note what came back, and take the task up again.", "waiting:answered"),
        ),
    ),
    (
        "Dates",
        (
            Entry("promise", "Promise a date, move it or take it back.", "dates:promise"),
            Entry("tell", "Record that somebody was told a date.", "dates:tell"),
            Entry("target", "Set your own date for a task.", "dates:target"),
            Entry("defer", "Set when tasks start.", "dates:defer"),
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
            Entry("practice show", "One practice, its people and closure days.", "practices:show"),
            Entry("practice edit", "Change fields of a practice.", "practices:edit"),
            Entry("practice close", "Close a practice on days.", "practices:close"),
            Entry("practice open", "Open a practice again on days.", "practices:open_again"),
            Entry("practice pause", "Send nothing for a practice for now.", "practices:pause"),
            Entry("practice resume", "Make a paused practice active again.", "practices:resume"),
            Entry("person", "People: add, list, edit.", ""),
            Entry("person add", "Add a person, or a role for somebody known.", "people:add"),
            Entry("person list", "People and their roles.", "people:list_people"),
            Entry("person edit", "Change a person or their role.", "people:edit"),
        ),
    ),
    (
        "Data and set-up",
        (
            Entry("export", "Write everything as JSON lines.", "transfer:export"),
            Entry("import", "Read JSON lines, as one step.", "transfer:import_lines"),
            Entry("daemon", "The background process that syncs, drafts and sends.", ""),
            Entry("daemon run", "Run it here, until it is stopped.", "daemon:run"),
            Entry("daemon status", "Whether it runs, and how its jobs ended.", "daemon:status"),
            Entry("daemon stop", "End it.", "daemon:stop"),
            Entry("daemon install", "Start it at every login.", "daemon:install"),
            Entry("daemon uninstall", "Stop it and remove the service.", "daemon:uninstall"),
            Entry("daemon logs", "The end of its log.", "daemon:logs"),
            Entry("config", "The configuration file.", ""),
            Entry("config check", "Read the configuration and say what is wrong.", "config:check"),
            Entry("config path", "Where the configuration is.", "config:path"),
        ),
    ),
)


def entries() -> dict[str, Entry]:
    """Return every entry by name, in the order of the help."""
    return {entry.name: entry for _, group in SECTIONS for entry in group}
