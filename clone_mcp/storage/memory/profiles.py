"""The profile: one row a tenant."""

from __future__ import annotations

from clone_mcp.models.memory import Layer, Profile, Ref
from clone_mcp.storage.memory import links
from clone_mcp.storage.memory_schema import profiles
from clone_mcp.storage.scope import InScope, Scope, Upsert, remove, rows

ID = "profile"

_ONE = rows(profiles)
_PUT = Upsert.replacing(profiles, ("body", "soul_card", "thresholds", "method", "updated_at"))
_DROP = remove(profiles)


def _drop(scope: Scope) -> None:
    links.drop(scope, Ref(Layer.PROFILE, ID))
    scope.run(_DROP)


def read(scope: Scope) -> Profile | None:
    """The profile, if there is one."""
    row = scope.run(_ONE).first()
    return None if row is None else Profile(row.body, row.soul_card, row.method, row.updated_at, row.thresholds)


class SqlProfiles:
    """The Profiles port."""

    def __init__(self, run: InScope) -> None:
        self._run = run

    async def get(self) -> Profile | None:
        return await self._run(read)

    async def put(self, profile: Profile) -> None:
        await self._run(
            lambda scope: scope.run(
                _PUT,
                body=profile.body,
                soul_card=profile.soul_card,
                thresholds=profile.thresholds,
                method=profile.method,
                updated_at=profile.updated_at,
            )
        )

    async def drop(self) -> None:
        await self._run(_drop)
