"""Who is in which audience, and which tasks an audience may read."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from followthru.domain.people import RoleName
from followthru.domain.task import Audience

AUDIENCE_ROLES: Mapping[Audience, frozenset[RoleName]] = MappingProxyType(
    {
        Audience.ME: frozenset(),
        Audience.OWNERS: frozenset({RoleName.OWNER}),
        Audience.TEAM: frozenset({RoleName.OWNER, RoleName.LEAD, RoleName.STAFF}),
    }
)

READ_BY: Mapping[Audience, frozenset[Audience]] = MappingProxyType(
    {
        Audience.ME: frozenset(Audience),
        Audience.OWNERS: frozenset({Audience.OWNERS, Audience.TEAM}),
        Audience.TEAM: frozenset({Audience.TEAM}),
    }
)
"""The audiences of the tasks that are for the eyes of everybody in one audience."""
