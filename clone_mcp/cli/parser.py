"""The commands and their options."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from clone_mcp import __version__
from clone_mcp.cli import (
    answers,
    backtest,
    commands,
    database,
    importing,
    init,
    install,
    memory_parser,
    prediction_parser,
    tenants_parser,
    users_parser,
    webhooks,
)
from clone_mcp.cli.numbers import count, port
from clone_mcp.hooks.command import CLIENTS


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command that was asked for; `function` runs it."""
    return parser().parse_args(arguments)


def parser() -> argparse.ArgumentParser:
    """Every command."""
    top = argparse.ArgumentParser(
        prog="clone-mcp",
        description="A calibrated model of one person that AI agents ask before they interrupt that person. "
        "Without a command it serves MCP over stdio.",
        epilog="Settings are environment variables: see docs/reference/settings.md.",
    )
    top.add_argument("--version", action="version", version=f"clone-mcp {__version__}")
    actions = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_servers(actions)

    demo = actions.add_parser("demo", help="see Clone at work on a made-up history, in a temporary database")
    demo.set_defaults(function=commands.demo)

    ingest = actions.add_parser("ingest", help="record CloneEvents from a file: a JSON array or one event a line")
    ingest.add_argument("file", help="path, or - for standard input")
    ingest.add_argument("--json", action="store_true", help="print the result as JSON")
    ingest.set_defaults(function=commands.ingest)

    importing.add(actions)
    init.add(actions)
    install.add(actions)
    answers.add(actions)
    _add_hook(actions)
    _add_keys(actions)
    users_parser.add(actions)
    _add_database(actions)
    memory_parser.add(actions)
    prediction_parser.add(actions)
    backtest.add(actions)
    _add_jobs(actions)
    webhooks.add(actions)
    tenants_parser.add(actions)

    doctor = actions.add_parser("doctor", help="check the set-up and say how to mend it")
    doctor.add_argument("--json", action="store_true", help="print the findings as JSON")
    doctor.set_defaults(function=commands.doctor)
    return top


def _add_hook(actions: Any) -> None:
    # Never run from here: __main__ takes it before anything else is loaded.
    hook = actions.add_parser("hook", help="what clients' hooks call; reads an event's JSON from standard input")
    hook.add_argument("event", help="as the client names it, such as UserPromptSubmit")
    hook.add_argument("--client", choices=list(CLIENTS), default="claude-code", help="whose hook it is")
    hook.set_defaults(function=commands.hook)


def _add_servers(actions: Any) -> None:
    # Clients that pass a transport explicitly get what they would get without it.
    stdio = actions.add_parser("stdio", help="serve MCP over stdio (the default)")
    stdio.set_defaults(function=commands.stdio)

    serve = actions.add_parser("serve", help="serve MCP over Streamable HTTP")
    serve.add_argument("--host", help="address to bind (default: CLONE_HOST or 127.0.0.1)")
    serve.add_argument("--port", type=port, help="port to bind (default: CLONE_PORT or 8787)")
    serve.add_argument("--no-auth", action="store_true", help="ask for no key; loopback addresses only")
    serve.add_argument("--with-worker", action="store_true", help="work jobs off too (on SQLite it always does)")
    serve.set_defaults(function=commands.serve)

    worker = actions.add_parser("worker", help="work jobs off until told to stop; as many as you like on Postgres")
    worker.set_defaults(function=commands.worker)


def _add_keys(actions: Any) -> None:
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
    create.add_argument("--json", action="store_true", help="print as JSON")
    create.set_defaults(function=commands.keys_create)
    listing = verbs.add_parser("list", help="show keys, never the keys themselves")
    listing.add_argument("--json", action="store_true", help="print as JSON")
    listing.set_defaults(function=commands.keys_list)
    revoke = verbs.add_parser("revoke", help="make a key useless at once")
    revoke.add_argument("id", help="as `keys list` shows it")
    revoke.set_defaults(function=commands.keys_revoke)


def _add_database(actions: Any) -> None:
    group = actions.add_parser("db", help="the database: back it up, restore it, upgrade its schema")
    verbs = group.add_subparsers(metavar="VERB", required=True)
    verbs.add_parser("upgrade", help="bring its schema up to date").set_defaults(function=database.upgrade)
    verbs.add_parser("current", help="show what its schema is at").set_defaults(function=database.current)
    backup = verbs.add_parser("backup", help="write a copy of the SQLite database; Clone may go on meanwhile")
    backup.add_argument("file", type=Path, help="a new file, which you alone may read")
    backup.set_defaults(function=database.backup)
    restore = verbs.add_parser("restore", help="put a backup in the place of the SQLite database")
    restore.add_argument("file", type=Path, help="as `db backup` wrote it")
    restore.add_argument("--yes", action="store_true", help="do not ask")
    restore.set_defaults(function=database.restore)


def _add_jobs(actions: Any) -> None:
    jobs = actions.add_parser("jobs", help="what Clone does in the background")
    jobs.add_argument("--run", action="store_true", help="take in what hooks left, and do what is due now")
    jobs.add_argument("--retry", metavar="ID", help="make a failed job due again")
    jobs.add_argument("--limit", type=count, default=20, help="how many to list (default: 20)")
    jobs.add_argument("--json", action="store_true", help="print as JSON")
    jobs.set_defaults(function=commands.jobs)
