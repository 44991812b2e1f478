"""`clone-mcp webhooks …`: addresses that other services may send to.

Signatures are checked, and deliveries taken in, by sources/webhooks/intake.py.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from clone_mcp.cli.running import OWNER, everything_typed, with_clone
from clone_mcp.cli.terminal import as_json, command, show, show_json, verbs
from clone_mcp.errors import Invalid
from clone_mcp.models.access import Webhook
from clone_mcp.sources.webhooks.intake import CONNECTORS, PATH


def add(actions: Any) -> None:
    """`webhooks` and its verbs."""
    webhooks = verbs(actions, "webhooks", "let GitHub or Slack send what happens there")
    make = command(webhooks, "create", "make an address and show it, once", _create)
    make.add_argument("connector", choices=list(CONNECTORS))
    make.add_argument("--name", default="", help="what it is for")
    make.add_argument(
        "--signing-secret", metavar="FILE", help="file with the secret that Slack signs with, or - for stdin"
    )
    as_json(make)
    command(webhooks, "list", "show webhooks, never their addresses", _list, json=True)
    end = command(webhooks, "revoke", "take nothing from it any more", _revoke)
    end.add_argument("id", help="as `webhooks list` shows it")


def _create(arguments: argparse.Namespace) -> None:
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
        return
    print(f"Path:    {told['path']}")
    if made.secret:
        print(f"Secret:  {made.secret}")
    print(f"Id {made.webhook.id}. This is the only time that the path is shown.", file=sys.stderr)


def _list(arguments: argparse.Namespace) -> None:
    webhooks = with_clone(lambda clone: clone.sources.webhooks.list(OWNER))
    lines = map(_line, webhooks) if webhooks else ["No webhooks yet. Make one with `clone-mcp webhooks create`."]
    show(arguments, [_described(each) for each in webhooks], lines)


def _line(webhook: Webhook) -> str:
    state = "revoked" if webhook.revoked_at else f"last used {webhook.used_at or 'never'}"
    return f"{webhook.id}  {webhook.connector:<7}  {state}  {webhook.name}".rstrip()


def _revoke(arguments: argparse.Namespace) -> None:
    with_clone(lambda clone: clone.sources.webhooks.revoke(OWNER, arguments.id))
    print("Revoked.")


def _described(webhook: Webhook) -> dict[str, Any]:
    shown = ("id", "connector", "name", "created_at", "used_at", "revoked_at")
    return {name: getattr(webhook, name) for name in shown}


def _read(file: str) -> str:
    try:
        return (everything_typed() if file == "-" else Path(file).read_text(encoding="utf-8")).strip()
    except (OSError, UnicodeDecodeError) as exc:
        raise Invalid(f"{file} can't be read: {exc}.") from exc
