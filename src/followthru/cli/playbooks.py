"""`playbook`: named sets of steps, each on its day before or after an anchor."""

from __future__ import annotations

from pathlib import Path

import click

from followthru.cli import options, out, terminal
from followthru.cli.session import Session
from followthru.domain.playbooks import Playbook, Step, day_words_of
from followthru.domain.saying import count_words
from followthru.errors import Exit
from followthru.exchange.playbook_json import found_json, listed_json, playbook_json
from followthru.exchange.playbooks import everyone, from_file, named
from followthru.typed_path import expanded


@click.command("list")
@options.as_json
@click.pass_obj
def list_playbooks(session: Session) -> None:
    """All playbooks: those that come with followthru, and your own in the folder `playbooks` beside config.toml."""
    found = everyone(folder(session))
    if session.json:
        out.json_array(listed_json(one) for one in found)
        return
    rows = [
        (
            one.name,
            "has errors: followthru playbook check" if one.playbook is None else terminal.clean(one.playbook.title),
            "" if one.playbook is None else count_words(len(one.playbook.steps), "step"),
            "yours" if one.own else "",
        )
        for one in found
    ]
    out.table(rows, stretch=1)


@click.command("show")
@click.argument("name", metavar="NAME")
@options.as_json
@click.pass_obj
def show(session: Session, name: str) -> None:
    """Everything about one playbook: its steps and their days, whom it needs, what it asks, whose rules it follows."""
    book = named(folder(session), name)
    if session.json:
        out.json(playbook_json(book))
        return
    for line in _about(book):
        out.data(terminal.clean(line))
    for number, step in enumerate(book.steps, 1):
        for line in _step_lines(number, step):
            out.data(terminal.clean(line))


@click.command("check")
@click.argument("files", nargs=-1, metavar="[FILE…]")
@click.option("--watch", is_flag=True, help="Go on: say it again for each of yours that is saved, until Ctrl-C.")
@options.as_json
@click.pass_obj
def check(session: Session, files: tuple[str, ...], watch: bool) -> int:
    """Read playbooks and say what is wrong, by file, line and key; without FILE all of them.

    Ends with 1 if anything is wrong.
    """
    if watch:
        if files or session.json:
            raise click.UsageError("--watch looks at all of yours and answers in words: leave out FILE and --json.")
        from followthru.cli.playbook_watch import watch_folder

        return watch_folder(folder(session))
    found = [from_file(expanded(file)) for file in files] if files else everyone(folder(session))
    wrong = [one for one in found if one.playbook is None]
    if session.json:
        out.json_array(found_json(one) for one in found)
    else:
        for one in wrong:
            for line in one.lines():
                out.data(terminal.clean(line))
        good = count_words(len(found) - len(wrong), "playbook")
        out.words(
            f"{good} in order." if not wrong else f"{good} in order, {len(wrong)} with errors. Nothing was changed."
        )
    return Exit.FAILED if wrong else Exit.OK


def folder(session: Session) -> Path:
    """Return where the user's own playbooks are."""
    return session.home.playbooks


def _about(book: Playbook) -> list[str]:
    said = [f"{book.title} ({book.name}, version {book.version}{', yours' if book.own else ''})"]
    said.append(f"Anchor: {book.anchor}")
    said += [f"Role {name}: {words}" for name, words in book.roles.items()]
    said += [f"Asks {one.key}: {one.ask} ({', '.join(one.answers)}; usually {one.usual})" for one in book.questions]
    return [*said, f"Source: {book.source}", f"Check your state: {book.check_your_state}", ""]


def _step_lines(number: int, step: Step) -> list[str]:
    marks = [
        day_words_of(step),
        *([f"by {step.role}"] if step.role else []),
        *([f"if {step.when.question}={step.when.answer}"] if step.when else []),
        *(["for each person"] if step.per_person else []),
        *(["closes with evidence"] if step.evidence else []),
        *(["only for you"] if step.audience == "me" else []),
    ]
    said = [f"{number:>3}. {step.title}", f"     {step.key}: {', '.join(marks)}"]
    return said + [f"     - {one}" for one in step.checklist]
