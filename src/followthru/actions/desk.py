"""Put configuration, store and clock together once, for every front end."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from followthru.actions.context import Context
from followthru.actions.phrasebooks import FOLDER, Books
from followthru.actions.wake import wake
from followthru.config.machine import system_zone
from followthru.config.places import Home
from followthru.config.values import Config
from followthru.domain.clock import Clock
from followthru.domain.dateword import DateOrder
from followthru.domain.task import Audience
from followthru.store.store import Store

if TYPE_CHECKING:
    from followthru.domain.playbooks import Playbook

HeldTokens = dict[str, tuple[str, datetime]]
"""Tokens of accounts that sign in through a provider, and until when each holds; never written anywhere."""


class Desk(NamedTuple):
    """Where things are, what was configured, the context in which verbs run, and the tokens held in memory."""

    home: Home
    config: Config
    ctx: Context
    tokens: HeldTokens


def open_desk(home: Home, config: Config, clock: Clock) -> Desk:
    """Open the store of a home and return its desk. Raises StoreError, RefusedError.

    The database is made when there is none. One desk belongs to one thread.
    """
    placed = home.with_store(config)
    return Desk(placed, config, _context(placed, config, Store.open(placed.database, clock)), {})


def reconfigured(desk: Desk, config: Config) -> Desk:
    """Return the desk with another configuration, on the store that is open."""
    return Desk(desk.home, config, _context(desk.home, config, desk.ctx.store), desk.tokens)


def _context(home: Home, config: Config, store: Store) -> Context:
    return Context(
        store,
        zone=config.me.timezone or system_zone(),
        order=DateOrder(config.me.date_order),
        my_name=config.me.name,
        capacity=config.me.capacity,
        books=Books(home.config.parent / FOLDER),
        registers=home.config.parent / "registers",
        playbooks=partial(_edition, home.playbooks),
        audience_of=partial(_audience, config),
        wake=partial(wake, home.run),
    )


def _audience(config: Config, calendar: str) -> Audience | None:
    return next((Audience(one.audience) for one in config.calendars if one.name == calendar), None)


def _edition(folder: Path, name: str) -> Playbook | None:
    from followthru.exchange.playbooks import edition

    return edition(folder, name)
