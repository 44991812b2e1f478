"""`clone-mcp tenants`: for whoever runs a server for several people.

Users and API keys have their commands in access.py. Limits are held to in access/limits.py.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

from clone_mcp.cli.running import with_clone
from clone_mcp.cli.terminal import Run, amount, as_json, command, confirmed, show, show_json, verbs
from clone_mcp.clone import Clone
from clone_mcp.errors import Forbidden
from clone_mcp.models.access import Caller, Limits, Scope


def add(actions: Any) -> None:
    """`tenants` and its verbs."""
    tenants = verbs(actions, "tenants", "the people that a server is run for; commands for its operator")
    create = command(tenants, "create", "add one, and show an owner key for it, once", _create)
    create.add_argument("name", help="what to call it in lists")
    as_json(create)
    command(tenants, "list", "show all of them", _list, json=True)
    confirmed(_of_one(tenants, "delete", "delete one, with everything that was ever kept of it", _delete))
    export = _of_one(tenants, "export", "write everything that is kept of one to a new folder", _export)
    export.add_argument("folder", help="as JSON lines, and memory as markdown")
    as_json(_of_one(tenants, "usage", "show what one uses, and what it may", _usage))
    limit = _of_one(tenants, "limit", "set one's own limits, all at once", _limit)
    limit.add_argument("--requests-per-minute", type=amount, help="0 for any number (default: what the server allows)")
    limit.add_argument("--tokens-per-day", type=amount, help="of models; 0 for any number (default: the server's)")
    limit.add_argument("--stored-bytes", type=amount, help="0 for any number (default: the server's)")
    key = _of_one(tenants, "model-key", "read one's own Anthropic key from standard input", _model_key)
    key.add_argument("--remove", action="store_true", help="use the server's key again instead")
    what = "make a key for CLONE_ENCRYPTION_KEYS, which the model keys are encrypted with"
    command(tenants, "new-encryption-key", what, _new_encryption_key)
    what = "encrypt every model key anew with the first of CLONE_ENCRYPTION_KEYS"
    command(tenants, "rotate-encryption", what, _rotate_encryption)


def _of_one(tenants: Any, name: str, what: str, function: Run) -> Any:
    verb = command(tenants, name, what, function)
    verb.add_argument("tenant", type=_tenant, help="its id, as `tenants list` shows it")
    return verb


def _tenant(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not the id of a tenant") from None


def _create(arguments: argparse.Namespace) -> None:
    """A new tenant and its first key; the key alone on stdout, so that it can be piped."""

    async def create(clone: Clone) -> tuple[Any, str]:
        tenant = await clone.access.tenants.add(arguments.name)
        _, key = await clone.access.api_keys.create(tenant.id, "first", Scope.OWNER)
        return tenant, key

    tenant, key = with_clone(create)
    if arguments.json:
        show_json({"tenant": str(tenant.id), "name": tenant.name, "key": key})
        return
    print(key)
    print(f"Tenant {tenant.id}. This is the only time the key is shown.", file=sys.stderr)
    print("It is the owner's own key. For agents, make keys with it: POST /api/auth/keys/.", file=sys.stderr)


def _list(arguments: argparse.Namespace) -> None:
    found = with_clone(lambda clone: clone.access.tenants.all())
    lines = [f"{it.id}  {it.created_at:%Y-%m-%d}  {it.name}" for it in found]
    show(arguments, [{"id": it.id, "name": it.name, "created_at": it.created_at} for it in found], lines)


def _delete(arguments: argparse.Namespace) -> int:
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


def _export(arguments: argparse.Namespace) -> None:
    counts = with_clone(lambda clone: clone.memory.archive(arguments.tenant, Path(arguments.folder)))
    print(f"{sum(counts.values())} rows of {len(counts)} tables in {arguments.folder}.")


def _usage(arguments: argparse.Namespace) -> None:
    used = with_clone(lambda clone: clone.access.usage(arguments.tenant))
    most = used.limits
    lines = [
        f"requests this minute  {used.requests_this_minute:>14,} of {_most(most.requests_per_minute)}",
        f"requests today        {used.requests_today:>14,}",
        f"tokens today          {used.tokens_today:>14,} of {_most(most.tokens_per_day)}",
        f"stored bytes          {used.stored_bytes:>14,} of {_most(most.stored_bytes)}",
    ]
    show(arguments, asdict(used), lines)


def _limit(arguments: argparse.Namespace) -> None:
    own = Limits(arguments.requests_per_minute, arguments.tokens_per_day, arguments.stored_bytes)
    with_clone(lambda clone: clone.access.tenants.limit(arguments.tenant, own))
    print("Set. Running servers know within half a minute.")


def _model_key(arguments: argparse.Namespace) -> None:
    """From standard input: an argument could be read by others in the list of processes."""
    owner = Caller(arguments.tenant, Scope.OWNER)
    with_clone(lambda clone: clone.access.tenants.get(arguments.tenant))
    if arguments.remove:
        with_clone(lambda clone: clone.access.model_keys.remove(owner))
        print("Removed.")
        return
    key = sys.stdin.readline()
    with_clone(lambda clone: clone.access.model_keys.put(owner, key))
    print("Set.")


def _new_encryption_key(_arguments: argparse.Namespace) -> None:
    from clone_mcp.access.sealing import new_key  # cryptography takes 50 ms, and no other command of ours loads it

    print(new_key())


def _rotate_encryption(_arguments: argparse.Namespace) -> None:
    """Afterwards the older keys may go."""

    async def resealed(clone: Clone) -> int:
        return await clone.access.model_keys.reseal() + await clone.sources.webhooks.reseal()

    print(f"Encrypted anew: {with_clone(resealed)}.")


def _most(amount: int | None) -> str:
    return f"{amount:,}" if amount else "any number"
