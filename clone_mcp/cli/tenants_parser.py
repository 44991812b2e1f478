"""The options of `clone-mcp tenants`."""

from __future__ import annotations

import argparse
from typing import Any
from uuid import UUID

from clone_mcp.cli import tenants
from clone_mcp.cli.numbers import amount

_TENANT = "its id, as `tenants list` shows it"


def add(actions: Any) -> None:
    """The commands of whoever runs a server for several people."""
    top = actions.add_parser("tenants", help="the people that a server is run for; commands for its operator")
    verbs = top.add_subparsers(metavar="VERB", required=True)
    create = verbs.add_parser("create", help="add one, and show an owner key for it, once")
    create.add_argument("name", help="what to call it in lists")
    create.add_argument("--json", action="store_true", help="print as JSON")
    create.set_defaults(function=tenants.create)
    listing = verbs.add_parser("list", help="show all of them")
    listing.add_argument("--json", action="store_true", help="print as JSON")
    listing.set_defaults(function=tenants.show)
    delete = _one(verbs, "delete", "delete one, with everything that was ever kept of it", tenants.delete)
    delete.add_argument("--yes", action="store_true", help="do not ask")
    export = _one(verbs, "export", "write everything that is kept of one to a new folder", tenants.export)
    export.add_argument("folder", help="as JSON lines, and memory as markdown")
    usage = _one(verbs, "usage", "show what one uses, and what it may", tenants.usage)
    usage.add_argument("--json", action="store_true", help="print as JSON")
    _add_limits(_one(verbs, "limit", "set one's own limits, all at once", tenants.limit))
    key = _one(verbs, "model-key", "read one's own Anthropic key from standard input", tenants.model_key)
    key.add_argument("--remove", action="store_true", help="use the server's key again instead")
    verbs.add_parser(
        "new-encryption-key", help="make a key for CLONE_ENCRYPTION_KEYS, which the model keys are encrypted with"
    ).set_defaults(function=tenants.new_encryption_key)
    verbs.add_parser(
        "rotate-encryption", help="encrypt every model key anew with the first of CLONE_ENCRYPTION_KEYS"
    ).set_defaults(function=tenants.rotate_encryption)


def _one(verbs: Any, name: str, what: str, function: Any) -> Any:
    verb = verbs.add_parser(name, help=what)
    verb.add_argument("tenant", type=_tenant, help=_TENANT)
    verb.set_defaults(function=function)
    return verb


def _add_limits(limit: Any) -> None:
    limit.add_argument("--requests-per-minute", type=amount, help="0 for any number (default: what the server allows)")
    limit.add_argument("--tokens-per-day", type=amount, help="of models; 0 for any number (default: the server's)")
    limit.add_argument("--stored-bytes", type=amount, help="0 for any number (default: the server's)")


def _tenant(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not the id of a tenant") from None
