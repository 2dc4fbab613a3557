"""Put configuration, store and clock together once, for every front end."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from followthru.actions.context import Context
from followthru.actions.wake import wake
from followthru.config.machine import system_zone
from followthru.config.places import Home
from followthru.config.values import Config
from followthru.domain.clock import Clock
from followthru.domain.dateword import DateOrder
from followthru.store.store import Store


class Desk(NamedTuple):
    """Where things are, what was configured, and the context in which verbs run."""

    home: Home
    config: Config
    ctx: Context


def open_desk(home: Home, config: Config, clock: Clock) -> Desk:
    """Open the store of a home and return its desk. Raises StoreError, RefusedError.

    The database is made when there is none. One desk belongs to one thread.
    """
    placed = home.with_store(config)
    ctx = Context(
        Store.open(placed.database, clock),
        zone=config.me.timezone or system_zone(),
        order=DateOrder(config.me.date_order),
        my_name=config.me.name,
        wake=partial(wake, placed.run),
    )
    return Desk(placed, config, ctx)
