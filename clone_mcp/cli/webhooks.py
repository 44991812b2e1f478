"""`clone-mcp webhooks …`: addresses that other services may send to."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from clone_mcp.cli.running import OWNER, everything_typed, with_clone
from clone_mcp.cli.terminal import as_json, show_json
from clone_mcp.errors import Invalid
from clone_mcp.models.access import Webhook
from clone_mcp.sources.webhooks.intake import CONNECTORS, PATH


def add(actions: Any) -> None:
    """The command and its verbs."""
    group = actions.add_parser("webhooks", help="let GitHub or Slack send what happens there")
    verbs = group.add_subparsers(metavar="VERB", required=True)
    make = verbs.add_parser("create", help="make an address and show it, once")
    make.add_argument("connector", choices=list(CONNECTORS))
    make.add_argument("--name", default="", help="what it is for")
    make.add_argument(
        "--signing-secret", metavar="FILE", help="file with the secret that Slack signs with, or - for stdin"
    )
    as_json(make)
    make.set_defaults(function=_create)
    listing = verbs.add_parser("list", help="show webhooks, never their addresses")
    as_json(listing)
    listing.set_defaults(function=_show)
    end = verbs.add_parser("revoke", help="take nothing from it any more")
    end.add_argument("id", help="as `webhooks list` shows it")
    end.set_defaults(function=_revoke)


def _create(arguments: argparse.Namespace) -> int:
    """Make a webhook. Address and secret are told on stdout, and nowhere again."""
    secret = _read(arguments.signing_secret) if arguments.signing_secret else None
    made = with_clone(
        lambda clone: clone.sources.webhooks.create(
            OWNER, arguments.connector, name=arguments.name, signing_secret=secret or None
        )
    )
    told = {"path": PATH.format(address=made.address), "secret": made.secret}
    if arguments.json:
        show_json({**_described(made.webhook), **told})
        return 0
    print(f"Path:    {told['path']}")
    if made.secret:
        print(f"Secret:  {made.secret}")
    print(f"Id {made.webhook.id}. This is the only time that the path is shown.", file=sys.stderr)
    return 0


def _show(arguments: argparse.Namespace) -> int:
    """List what there is to know of every webhook."""
    webhooks = with_clone(lambda clone: clone.sources.webhooks.list(OWNER))
    if arguments.json:
        show_json([_described(each) for each in webhooks])
        return 0
    for each in webhooks:
        state = "revoked" if each.revoked_at else f"last used {each.used_at or 'never'}"
        print(f"{each.id}  {each.connector:<7}  {state}  {each.name}".rstrip())
    if not webhooks:
        print("No webhooks yet. Make one with `clone-mcp webhooks create`.")
    return 0


def _revoke(arguments: argparse.Namespace) -> int:
    """Make an address useless."""
    with_clone(lambda clone: clone.sources.webhooks.revoke(OWNER, arguments.id))
    print("Revoked.")
    return 0


def _described(webhook: Webhook) -> dict[str, Any]:
    shown = ("id", "connector", "name", "created_at", "used_at", "revoked_at")
    values = {name: getattr(webhook, name) for name in shown}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _read(file: str) -> str:
    try:
        return (everything_typed() if file == "-" else Path(file).read_text(encoding="utf-8")).strip()
    except (OSError, UnicodeDecodeError) as exc:
        raise Invalid(f"{file} can't be read: {exc}.") from exc
