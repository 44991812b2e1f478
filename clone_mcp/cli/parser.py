"""The commands, family by family in the order of `clone-mcp --help`. Each family's options stand in its own file."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from clone_mcp import __version__
from clone_mcp.cli import (
    access,
    answers,
    backtest,
    database,
    doctor,
    evaluate,
    importing,
    ingest,
    init,
    install,
    jobs,
    memory,
    review,
    serving,
    standing,
    stats,
    switches,
    tenants,
    webhooks,
)
from clone_mcp.cli.terminal import command
from clone_mcp.hooks.command import CLIENTS
from clone_mcp.hooks.command import run as run_hook


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
    serving.add(actions)
    jobs.add_worker(actions)
    command(actions, "demo", "see Clone at work on a made-up history, in a temporary database", _demo)
    ingest.add(actions)
    importing.add(actions)
    init.add(actions)
    install.add(actions)
    answers.add(actions)
    _add_hook(actions)
    access.add_keys(actions)
    access.add_users(actions)
    for family in (
        database,
        memory,
        review,
        standing,
        switches,
        stats,
        backtest,
        evaluate,
        jobs,
        webhooks,
        tenants,
        doctor,
    ):
        family.add(actions)
    return top


def _demo(_arguments: argparse.Namespace) -> int:
    from clone_mcp.cli.demo import run  # the mcp package's client, which no other command needs

    return run()


def _add_hook(actions: Any) -> None:
    # Never run from here: __main__ takes it before anything else is loaded.
    hook = command(actions, "hook", "what clients' hooks call; reads an event's JSON from standard input", _hook)
    hook.add_argument("event", help="as the client names it, such as UserPromptSubmit")
    hook.add_argument("--client", choices=list(CLIENTS), default="claude-code", help="whose hook it is")


def _hook(arguments: argparse.Namespace) -> int:
    return run_hook([arguments.event, "--client", arguments.client])
