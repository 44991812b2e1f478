"""`clone-mcp install` and `uninstall`: Clone into the clients on this machine, and out again.

It asks the person and shows the plan. Which files change, and how, is decided in the package install/.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from clone_mcp.cli.running import settings
from clone_mcp.cli.terminal import command, confirmed
from clone_mcp.clients.machine import Machine
from clone_mcp.errors import CloneError, Invalid, NotFound
from clone_mcp.hooks.asking import HOSTED
from clone_mcp.install.installing import CLIENTS, Change, apply, to_install, to_remove
from clone_mcp.install.publishing import COMMAND, Server
from clone_mcp.models.access import Scope
from clone_mcp.settings import Settings

Planned = dict[str, list[Change] | CloneError]
"""What is to change for each client, or why nothing can be."""
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def add(actions: Any) -> None:
    """The commands and their options."""
    what = "connect the agents on this machine, so that Clone records and suggests"
    install = command(actions, "install", what, _install)
    install.add_argument(
        "--hosted",
        metavar="URL",
        help="connect them to a Clone elsewhere. Hooks need a key of the scope recorder, which is read from "
        "CLONE_HOOK_TOKEN, else from CLONE_API_TOKEN, or asked for; clients need one of the scope agent",
    )
    uninstall = command(actions, "uninstall", "take Clone out of the agents on this machine again", _uninstall)
    for made in (install, uninstall):
        made.add_argument("clients", nargs="*", metavar="CLIENT", help=f"of {', '.join(CLIENTS)}; default: all found")
        made.add_argument("--all", action="store_true", help="every client that is found, which is the default")
        made.add_argument("--dry-run", action="store_true", help="show what would change, and change nothing")
        confirmed(made, "don't ask before changing anything")


def _install(arguments: argparse.Namespace) -> int:
    read, machine = settings(), Machine.here()
    server = Server(_program(), _checked(arguments.hosted))
    chosen = _chosen(arguments.clients, machine)
    planned = _planned(chosen, partial(to_install, machine=machine, server=server))
    if server.url:
        _say_scopes(read, chosen)
    if _go_on(planned, arguments, nothing="Everything is in place already."):
        _note_server(read, server)
        for client, changes in _plans(planned).items():
            apply(client, changes, read.home, installing=True)
            print(f"{CLIENTS[client].title}: {CLIENTS[client].then}")
    elif (
        not (any(_plans(planned).values()) or arguments.dry_run) and server.url and (read.hook_token or read.api_token)
    ):
        _note_server(read, server)  # hooks may have been given another key
    return 0 if len(_plans(planned)) == len(planned) else 1


def _uninstall(arguments: argparse.Namespace) -> int:
    read, machine = settings(), Machine.here()
    server = Server(_program())
    chosen = _named(arguments.clients) or list(CLIENTS)
    planned = _planned(chosen, partial(to_remove, machine=machine, server=server, home=read.home))
    if _go_on(planned, arguments, nothing="Clone is in none of them."):
        for client, changes in _plans(planned).items():
            apply(client, changes, read.home, installing=False)
        if not arguments.clients:
            (read.home / HOSTED).unlink(missing_ok=True)
        print("Taken out. What Clone knows is untouched.")
    return 0 if len(_plans(planned)) == len(planned) else 1


def _planned(clients: Sequence[str], plan: Callable[[str], list[Change]]) -> Planned:
    """One client that can't be changed does not hold up the others."""
    planned: Planned = {}
    for client in clients:
        try:
            planned[client] = plan(client)
        except CloneError as exc:
            planned[client] = exc
    return planned


def _plans(planned: Planned) -> dict[str, list[Change]]:
    """What can be changed."""
    return {client: changes for client, changes in planned.items() if isinstance(changes, list)}


def _go_on(planned: Planned, arguments: argparse.Namespace, *, nothing: str) -> bool:
    for client, changes in planned.items():
        if isinstance(changes, CloneError):
            print(f"{CLIENTS[client].title}: left as it is. {changes}", file=sys.stderr)
            continue
        print(f"{CLIENTS[client].title}: {'' if changes else 'nothing to do'}")
        for change in changes:
            print("  " + change.shown().replace("\n", "\n  "))
    if not any(_plans(planned).values()):
        print(nothing)
        return False
    if not arguments.dry_run:
        if arguments.yes or not sys.stdin.isatty():
            return True
        if input("Go on? [Y/n] ").strip().lower() in ("", "y", "yes"):
            return True
    print("Nothing was changed.")
    return False


def _chosen(clients: Sequence[str], machine: Machine) -> list[str]:
    if named := _named(clients):
        return named
    found = [name for name, client in CLIENTS.items() if client.is_installed(machine)]
    if not found:
        raise NotFound("No client was found on this machine.", hint=f"Name one: {', '.join(CLIENTS)}.")
    return found


def _named(clients: Sequence[str]) -> list[str]:
    for client in clients:
        if client not in CLIENTS:
            raise Invalid(f"{client!r} is no client that Clone knows.", hint=f"There are {', '.join(CLIENTS)}.")
    return list(dict.fromkeys(clients))


def _program() -> str:
    """This very program, by a path that stays."""
    started, beside = Path(sys.argv[0]), Path(sys.executable).parent / COMMAND
    for candidate in (started, beside, Path(shutil.which(COMMAND) or "")):
        if candidate.name.removesuffix(".exe") == COMMAND and candidate.is_file() and os.access(candidate, os.X_OK):
            path = str(candidate.absolute())
            if "/uv/archive-" in path or "/uv/environments" in path:
                raise Invalid("This runs from a cache that uv clears.", hint="First: uv tool install clone-mcp")
            return path
    raise NotFound("The program clone-mcp was not found.", hint="Install it with: uv tool install clone-mcp")


def _checked(url: str | None) -> str:
    parts = urlsplit(url or "")
    if url and (not parts.hostname or (parts.scheme != "https" and parts.hostname not in _LOOPBACK)):
        raise Invalid("--hosted takes https://…, or a loopback address: the key goes there.")
    return url or ""


def _note_server(read: Settings, server: Server) -> None:
    """For hooks: where this program lies, and where they send to. Both readable by their owner alone."""
    read.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    _private(read.home / "command", server.command + "\n")
    if not server.url:
        (read.home / HOSTED).unlink(missing_ok=True)
        return
    key = read.hook_token or read.api_token
    if not key and sys.stdin.isatty():
        key = getpass.getpass("Key of your Clone for hooks, of the scope recorder (not shown): ")
    if not key:
        raise Invalid(
            "A hosted Clone needs a key.",
            hint="Put one of the scope recorder into CLONE_HOOK_TOKEN: `clone-mcp keys create --scope recorder`.",
        )
    _private(read.home / HOSTED, json.dumps({"url": server.url, "key": key}))


def _say_scopes(read: Settings, clients: Sequence[str]) -> None:
    """Which key each client needs, and what a recorder's key means."""
    with_hooks = [CLIENTS[client].title for client in clients if CLIENTS[client].scope is Scope.RECORDER]
    print("Clients need a key of the scope agent, in CLONE_API_TOKEN or where they ask for it.")
    if not with_hooks:
        return
    print(
        f"The hooks of {', '.join(with_hooks)} need a key of the scope recorder, in CLONE_HOOK_TOKEN. "
        "What it records as typed by you counts as your own words, so no agent should hold it."
    )
    if not read.hook_token and read.api_token:
        print("CLONE_HOOK_TOKEN is not set: the hooks use the key in CLONE_API_TOKEN, which the agents hold, too.")


def _private(path: Path, text: str) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
