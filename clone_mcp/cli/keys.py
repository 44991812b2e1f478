"""`clone-mcp keys …`: API keys for HTTP."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from typing import Any

from clone_mcp.cli.running import with_clone
from clone_mcp.cli.terminal import as_json, command, show, show_json, shown, verbs
from clone_mcp.models.access import LOCAL_TENANT, ApiKey, Scope

VOUCHES = "What this key records as typed by you counts as your own words. Do not give it to an agent."


def add(actions: Any) -> None:
    """`keys` and its verbs."""
    keys = verbs(actions, "keys", "create, list and revoke API keys for HTTP")
    create = command(keys, "create", "make a key and show it, once", _create)
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
    command(keys, "list", "show keys, never the keys themselves", _list, json=True)
    command(keys, "revoke", "make a key useless at once", _revoke).add_argument("id", help="as `keys list` shows it")


def _create(arguments: argparse.Namespace) -> None:
    """Make a key. Its text goes to stdout alone, so that it can be piped."""
    key, text = with_clone(
        lambda clone: clone.access.api_keys.create(LOCAL_TENANT, arguments.name, Scope(arguments.scope))
    )
    if arguments.json:
        show_json({"key": text, **_described(key)})
        return
    print(text)
    print(f"Scope {key.scope}, id {key.id}. This is the only time the key is shown.", file=sys.stderr)
    if key.scope in (Scope.RECORDER, Scope.OWNER):
        print(VOUCHES, file=sys.stderr)


def _list(arguments: argparse.Namespace) -> None:
    keys = with_clone(lambda clone: clone.access.api_keys.list(LOCAL_TENANT))
    lines = map(_line, keys) if keys else ["No keys yet. Make one with `clone-mcp keys create`."]
    show(arguments, [_described(key) for key in keys], lines)


def _line(key: ApiKey) -> str:
    state = "revoked" if key.revoked_at else f"last used {shown(key.last_used_at)}"
    return f"{key.id}  {key.prefix}…  {key.scope:<8}  made {shown(key.created_at)}, {state}  {key.name}".rstrip()


def _revoke(arguments: argparse.Namespace) -> None:
    with_clone(lambda clone: clone.access.api_keys.revoke(LOCAL_TENANT, arguments.id))
    print("Revoked.")


def _described(key: ApiKey) -> dict[str, Any]:
    return {name: value for name, value in asdict(key).items() if name not in ("digest", "tenant")}
