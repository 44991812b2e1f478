"""`clone-mcp keys …`: API keys for HTTP."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from datetime import datetime
from typing import Any

from clone_mcp.cli.running import with_clone
from clone_mcp.cli.terminal import as_json, show_json, shown
from clone_mcp.models.access import LOCAL_TENANT, ApiKey, Scope

VOUCHES = "What this key records as typed by you counts as your own words. Do not give it to an agent."


def add(actions: Any) -> None:
    """`keys` and its verbs."""
    keys = actions.add_parser("keys", help="create, list and revoke API keys for HTTP")
    verbs = keys.add_subparsers(metavar="VERB", required=True)
    create = verbs.add_parser("create", help="make a key and show it, once")
    create.add_argument("--name", default="", help="what it is for")
    create.add_argument(
        "--scope",
        choices=["viewer", "agent", "recorder", "owner"],
        default="agent",
        help="viewer: read; agent: and predict and record, which is all that a client needs (default); recorder: and "
        "what it records as typed by you counts as your own words, so give it to hooks and to no agent; "
        "owner: everything",
    )
    as_json(create)
    create.set_defaults(function=_create)
    listing = verbs.add_parser("list", help="show keys, never the keys themselves")
    as_json(listing)
    listing.set_defaults(function=_list)
    revoke = verbs.add_parser("revoke", help="make a key useless at once")
    revoke.add_argument("id", help="as `keys list` shows it")
    revoke.set_defaults(function=_revoke)


def _create(arguments: argparse.Namespace) -> int:
    """Make a key. Its text goes to stdout alone, so that it can be piped."""
    key, text = with_clone(
        lambda clone: clone.access.api_keys.create(LOCAL_TENANT, arguments.name, Scope(arguments.scope))
    )
    if arguments.json:
        show_json({"key": text, **_described(key)})
        return 0
    print(text)
    print(f"Scope {key.scope}, id {key.id}. This is the only time the key is shown.", file=sys.stderr)
    if key.scope in (Scope.RECORDER, Scope.OWNER):
        print(VOUCHES, file=sys.stderr)
    return 0


def _list(arguments: argparse.Namespace) -> int:
    """Show what there is to know of every key."""
    keys = with_clone(lambda clone: clone.access.api_keys.list(LOCAL_TENANT))
    if arguments.json:
        show_json([_described(key) for key in keys])
        return 0
    if not keys:
        print("No keys yet. Make one with `clone-mcp keys create`.")
    for key in keys:
        state = "revoked" if key.revoked_at else f"last used {shown(key.last_used_at)}"
        print(f"{key.id}  {key.prefix}…  {key.scope:<8}  made {shown(key.created_at)}, {state}  {key.name}".rstrip())
    return 0


def _revoke(arguments: argparse.Namespace) -> int:
    """Make a key useless."""
    with_clone(lambda clone: clone.access.api_keys.revoke(LOCAL_TENANT, arguments.id))
    print("Revoked.")
    return 0


def _described(key: ApiKey) -> dict[str, Any]:
    fields = asdict(key)
    del fields["digest"], fields["tenant"]
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in fields.items()}
