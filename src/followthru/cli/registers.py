"""`register`: what expires or needs service, for each practice and person."""

from __future__ import annotations

from collections.abc import Mapping

import click

from followthru.actions import registers as actions
from followthru.actions.registers import Kept
from followthru.cli import options, out, terminal
from followthru.cli.named import at_practice, person_id, practice_id
from followthru.cli.register_words import fault_lines, item_line, item_lines
from followthru.cli.session import Session
from followthru.errors import Exit
from followthru.exchange.register_json import fault_json, item_json, kind_file_json, kind_json
from followthru.store import registers
from followthru.typed_path import expanded

_id = click.argument("item", metavar="ID")
_PERSON = click.option("--person", metavar="PERSON", help="Only what this person holds.")


@click.command("add", cls=options.Line)
@click.argument("kind", metavar="KIND")
@click.argument("title", metavar="TITLE")
@click.argument("values", nargs=-1, metavar="[field=value…]")
@click.option("--practice", required=True, metavar="SLUG", help="Whose register it is in.")
@options.as_json
@click.pass_obj
def add(session: Session, kind: str, title: str, values: tuple[str, ...], practice: str) -> None:
    """Add something that expires or needs service. `followthru register kinds` lists what KIND may be.

    \b
    followthru register add licence "RN licence" holder=dana identifier=RN-4471 expires=2027-01-15 --practice oak-street
    followthru register add equipment Autoclave vendor="Acme Sterile" every="6 months" issued=2026-03-02 --practice oak

    Fields: holder (a person of the practice, or a name), identifier, issued, expires, every, lead (working days that
    its renewal takes), vendor, contact, cost, documents (paths or addresses, with ; between them), notes, audience.
    What the kind usually says is named where it is missing. Without expires, issued and every give it.
    """
    _answer(session, actions.add(session.ctx, kind, title, practice, _given(values)))


@click.command("list")
@at_practice
@click.option("--kind", metavar="KIND", help="Only this kind.")
@_PERSON
@click.option("--retired", is_flag=True, help="Those that are retired as well.")
@options.as_json
@click.pass_obj
def list_items(session: Session, practice: str | None, kind: str | None, person: str | None, retired: bool) -> None:
    """What is in the registers, by practice, kind and date."""
    read = session.ctx.read
    found = registers.items(
        read,
        practice_id=practice_id(read, practice),
        kind=None if kind is None else _kind(session, kind),
        person_id=person_id(read, person),
        retired=retired,
    )
    if session.json:
        out.json_array(item_json(one) for one in found)
        return
    if not found:
        out.words("The registers hold nothing of that. `followthru register add` adds something.")
    for line in item_lines(found, session.ctx.today()):
        out.data(line)


@click.command("show")
@_id
@options.as_json
@click.pass_obj
def show(session: Session, item: str) -> None:
    """Everything about one register item: the tasks that renew or renewed it, and what did not work."""
    read = session.ctx.read
    one = actions.one(read, item)
    renewals, faults = registers.tasks_of(read, one.id), registers.faults_of(read, one.id)
    if session.json:
        out.json({**item_json(one), "tasks": renewals, "faults": [fault_json(each) for each in faults]})
        return
    said = {**item_json(one), "tasks": ", ".join(str(id) for id in renewals)}
    said["documents"] = "; ".join(one.documents)
    for label, value in said.items():
        if value not in (None, "") and label not in ("holder", "task"):
            name = f"{'holder' if label == 'holder_name' else label.removesuffix('_on').replace('_', ' ')}:"
            out.data(f"{name:<15}{terminal.clean(str(value))}")
    for line in fault_lines(faults, session.ctx.today()):
        out.data(f"{'fault:':<15}{line}")


@click.command("edit", cls=options.Line)
@_id
@click.argument("values", nargs=-1, required=True, metavar="field=value…")
@options.as_json
@click.pass_obj
def edit(session: Session, item: str, values: tuple[str, ...]) -> None:
    """Change fields of a register item. An empty value clears a field; the deadline of its open task moves along."""
    _answer(session, actions.edit(session.ctx, actions.one(session.ctx.read, item).id, _given(values)))


@click.command("retire")
@_id
@options.as_json
@click.pass_obj
def retire(session: Session, item: str) -> None:
    """Note that an item is not kept up any more. It stays in the register and expires nowhere."""
    _answer(session, actions.retire(session.ctx, actions.one(session.ctx.read, item).id))


@click.command("kinds")
@options.as_json
@click.pass_obj
def kinds(session: Session) -> None:
    """The kinds of things that registers hold: what is asked for, how long a renewal takes, whose rules they follow."""
    every_file = session.ctx.kinds.every()
    if session.json:
        out.json_array({**kind_json(one.kind), "own": one.own} for one in every_file if one.kind is not None)
        return
    for file in every_file:
        one = file.kind
        if one is None:
            out.data(terminal.clean(f"{file.name}: has errors: followthru register check"))
            continue
        every = f", every {one.every}" if one.every else ""
        every += " (yours)" if file.own else ""
        out.data(f"{one.name}: {one.words}{every}; renewal takes {one.lead_days} working days")
        out.data(f"    asks for {', '.join(one.asks)}")
        out.data(f"    {one.source}")


@click.command("check")
@click.argument("files", nargs=-1, metavar="[FILE…]")
@options.as_json
@click.pass_obj
def check(session: Session, files: tuple[str, ...]) -> int:
    """Read the kinds of register items and say what is wrong, by file, line and key; without FILE all of them.

    Your own are in the folder `registers` beside config.toml. Ends with 1 if anything is wrong.
    """
    from followthru.domain.saying import count_words
    from followthru.exchange.kinds import from_file

    found = [from_file(expanded(file)) for file in files] if files else session.ctx.kinds.every()
    wrong = [one for one in found if one.kind is None]
    if session.json:
        out.json_array(kind_file_json(one) for one in found)
    else:
        for one in wrong:
            for line in one.lines():
                out.data(terminal.clean(line))
        good = f"{count_words(len(found) - len(wrong), 'kind')} in order"
        out.words(f"{good}, {len(wrong)} with errors. Nothing was changed." if wrong else f"{good}.")
    return Exit.FAILED if wrong else Exit.OK


def _kind(session: Session, name: str) -> str:
    """Return a kind's name; of one whose file is gone or wrong as well, where something is of it."""
    if registers.items(session.ctx.read, kind=name, retired=True):
        return name
    return session.ctx.kinds.named(name).name


def _given(values: tuple[str, ...]) -> Mapping[str, str]:
    return options.fields(values)


def _answer(session: Session, kept: Kept) -> None:
    """Say what was done and show the item as it is now."""
    from followthru.cli import answer

    answer.say(kept.outcome)
    if session.json:
        out.json(item_json(kept.item))
    else:
        out.data(item_line(kept.item, session.ctx.today()))
