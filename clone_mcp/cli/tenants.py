"""`clone-mcp tenants`: for whoever runs a server for several people."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from clone_mcp.cli.commands import with_clone
from clone_mcp.cli.showing import show_json
from clone_mcp.clone import Clone
from clone_mcp.errors import Forbidden
from clone_mcp.models.access import Caller, Limits, Scope


def create(arguments: argparse.Namespace) -> int:
    """A new tenant and its first key; the key alone on stdout, so that it can be piped."""

    async def made(clone: Clone) -> tuple[Any, str]:
        tenant = await clone.access.tenants.add(arguments.name)
        _, key = await clone.access.api_keys.create(tenant.id, "first", Scope.OWNER)
        return tenant, key

    tenant, key = with_clone(made)
    if arguments.json:
        show_json({"tenant": str(tenant.id), "name": tenant.name, "key": key})
        return 0
    print(key)
    print(f"Tenant {tenant.id}. This is the only time the key is shown.", file=sys.stderr)
    print("It is the owner's own key. For agents, make keys with it: POST /api/auth/keys/.", file=sys.stderr)
    return 0


def show(arguments: argparse.Namespace) -> int:
    """Who there is."""
    found = with_clone(lambda clone: clone.access.tenants.all())
    if arguments.json:
        rows = [{"id": str(it.id), "name": it.name, "created_at": it.created_at.isoformat()} for it in found]
        show_json(rows)
        return 0
    for it in found:
        print(f"{it.id}  {it.created_at:%Y-%m-%d}  {it.name}")
    return 0


def delete(arguments: argparse.Namespace) -> int:
    """Ask at the terminal, or take --yes for it."""
    tenant = with_clone(lambda clone: clone.access.tenants.get(arguments.tenant))
    if not arguments.yes:
        if not sys.stdin.isatty():
            raise Forbidden("Deleting a tenant needs a terminal, or --yes.")
        if input(f"Delete {tenant.name} and everything kept of it, for good? [y]es, [n]o: ").strip() not in (
            "y",
            "yes",
        ):
            print("Nothing was deleted.")
            return 1
    with_clone(lambda clone: clone.access.tenants.delete(tenant.id))
    print("Deleted.")
    return 0


def export(arguments: argparse.Namespace) -> int:
    """Everything, into a folder."""
    counts = with_clone(lambda clone: clone.memory.archive(arguments.tenant, Path(arguments.folder)))
    print(f"{sum(counts.values())} rows of {len(counts)} tables in {arguments.folder}.")
    return 0


def usage(arguments: argparse.Namespace) -> int:
    """Figures beside limits."""
    used = with_clone(lambda clone: clone.access.usage(arguments.tenant))
    if arguments.json:
        show_json(asdict(used))
        return 0
    most = used.limits
    print(f"requests this minute  {used.requests_this_minute:>14,} of {_most(most.requests_per_minute)}")
    print(f"requests today        {used.requests_today:>14,}")
    print(f"tokens today          {used.tokens_today:>14,} of {_most(most.tokens_per_day)}")
    print(f"stored bytes          {used.stored_bytes:>14,} of {_most(most.stored_bytes)}")
    return 0


def limit(arguments: argparse.Namespace) -> int:
    """Its own limits; those that are left out are the server's."""
    own = Limits(arguments.requests_per_minute, arguments.tokens_per_day, arguments.stored_bytes)
    with_clone(lambda clone: clone.access.tenants.limit(arguments.tenant, own))
    print("Set. Running servers know within half a minute.")
    return 0


def model_key(arguments: argparse.Namespace) -> int:
    """From standard input: an argument could be read by others in the list of processes."""
    owner = Caller(arguments.tenant, Scope.OWNER)
    with_clone(lambda clone: clone.access.tenants.get(arguments.tenant))
    if arguments.remove:
        with_clone(lambda clone: clone.access.model_keys.remove(owner))
        print("Removed.")
        return 0
    key = sys.stdin.readline()
    with_clone(lambda clone: clone.access.model_keys.put(owner, key))
    print("Set.")
    return 0


def new_encryption_key(_arguments: argparse.Namespace) -> int:
    """To be put before those that are in use."""
    from clone_mcp.access.sealing import new_key

    print(new_key())
    return 0


def rotate_encryption(_arguments: argparse.Namespace) -> int:
    """Afterwards the older keys may go."""

    async def resealed(clone: Clone) -> int:
        return await clone.access.model_keys.reseal() + await clone.sources.webhooks.reseal()

    print(f"Encrypted anew: {with_clone(resealed)}.")
    return 0


def _most(amount: int | None) -> str:
    return f"{amount:,}" if amount else "any number"
