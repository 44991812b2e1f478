"""What the commands do: read the settings, call a use case, print."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from clone_mcp.app import opened
from clone_mcp.cli import become_server, opening, serve_as_configured, settings
from clone_mcp.cli.showing import show_json
from clone_mcp.cli.streams import everything_typed
from clone_mcp.clone import Clone
from clone_mcp.errors import Invalid
from clone_mcp.models.access import LOCAL_TENANT, ApiKey, Caller, Scope
from clone_mcp.ports.work import JobState
from clone_mcp.recording.ingest import MAX_BATCH

T = TypeVar("T")
OWNER = Caller(LOCAL_TENANT, Scope.OWNER)
VOUCHES = "What this key records as typed by you counts as your own words. Do not give it to an agent."
BLOCKED = (
    "Another process still reads the database as it was before. Until it lets go, what was erased can be found in the "
    "database's files; that will be finished then. `clone-mcp jobs` shows it as `purge`."
)


def stdio(_arguments: argparse.Namespace) -> int:
    return serve_as_configured(settings().model_copy(update={"transport": "stdio"}))


def serve(arguments: argparse.Namespace) -> int:
    from clone_mcp.transports.http import server as http

    become_server()
    read = settings()
    if arguments.with_worker:
        read = read.model_copy(update={"with_worker": True})
    port = read.port if arguments.port is None else arguments.port
    http.serve(read, opening(read), host=arguments.host or read.host, port=port, no_auth=arguments.no_auth)
    return 0


def worker(_arguments: argparse.Namespace) -> int:
    from clone_mcp.cli.worker import run

    become_server()
    return run(settings())


def demo(_arguments: argparse.Namespace) -> int:
    from clone_mcp.cli.demo import run

    return run()


def doctor(arguments: argparse.Namespace) -> int:
    from clone_mcp.cli.doctor import run

    return run(as_json=arguments.json)


def hook(arguments: argparse.Namespace) -> int:
    from clone_mcp.hooks.command import run

    return run([arguments.event, "--client", arguments.client])


def ingest(arguments: argparse.Namespace) -> int:
    """Record a file's events, a thousand at a time. Fails when any of them was refused."""
    items = _events(_piped() if arguments.file == "-" else _read(Path(arguments.file)))
    result = with_clone(lambda clone: _ingest(clone, items))
    if arguments.json:
        show_json(result)
    else:
        print(f"{result['accepted']} accepted, {result['duplicates']} known already, {len(result['invalid'])} refused")
        for refusal in result["invalid"]:
            print(f"  event {refusal['index']}: {'; '.join(refusal['errors'])}", file=sys.stderr)
    return 1 if result["invalid"] else 0


async def _ingest(clone: Clone, items: list[Any]) -> dict[str, Any]:
    total: dict[str, Any] = {"accepted": 0, "duplicates": 0, "invalid": []}
    for start in range(0, len(items), MAX_BATCH):
        batch = await clone.recording.ingest.batch(OWNER, items[start : start + MAX_BATCH])
        total["accepted"] += batch.accepted
        total["duplicates"] += batch.duplicates
        total["invalid"] += [
            {"index": start + refusal.index, "errors": list(refusal.errors)} for refusal in batch.invalid
        ]
        if len(items) > MAX_BATCH and sys.stderr.isatty():
            print(f"\r{min(start + MAX_BATCH, len(items)):,} of {len(items):,}", end="", file=sys.stderr)
    return total


def _events(text: str) -> list[Any]:
    try:
        if text.lstrip().startswith("["):
            return json.loads(text)
        # By line feeds alone: JSON may hold other line separators within a string.
        return [json.loads(line) for line in text.split("\n") if line.strip()]
    except (ValueError, RecursionError) as exc:
        raise Invalid(f"That is neither a JSON array nor one JSON event a line: {exc}.") from exc


def _piped() -> str:
    try:
        return everything_typed()
    except UnicodeDecodeError as exc:
        raise Invalid("Standard input is not UTF-8.", hint="Convert it, or name the file.") from exc


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise Invalid(f"{path} can't be read: {exc}.") from exc


def keys_create(arguments: argparse.Namespace) -> int:
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


def keys_list(arguments: argparse.Namespace) -> int:
    """Show what there is to know of every key."""
    keys = with_clone(lambda clone: clone.access.api_keys.list(LOCAL_TENANT))
    if arguments.json:
        show_json([_described(key) for key in keys])
        return 0
    if not keys:
        print("No keys yet. Make one with `clone-mcp keys create`.")
    for key in keys:
        state = "revoked" if key.revoked_at else f"last used {_shown(key.last_used_at)}"
        print(f"{key.id}  {key.prefix}…  {key.scope:<8}  made {_shown(key.created_at)}, {state}  {key.name}".rstrip())
    return 0


def keys_revoke(arguments: argparse.Namespace) -> int:
    """Make a key useless."""
    with_clone(lambda clone: clone.access.api_keys.revoke(LOCAL_TENANT, arguments.id))
    print("Revoked.")
    return 0


def jobs(arguments: argparse.Namespace) -> int:
    """Show what is done later; with --run, do what is due."""
    if arguments.run:
        print(f"Worked off: {with_clone(_work)}.")
        return 0
    if arguments.retry:
        with_clone(lambda clone: clone.jobs.inspect.retry(LOCAL_TENANT, arguments.retry))
        print("Due again.")
        return 0
    listed = with_clone(lambda clone: clone.jobs.inspect.listed(LOCAL_TENANT, limit=arguments.limit))
    if arguments.json:
        show_json([asdict(job) for job in listed], default=_plain)
        return 0
    for job in listed:
        print(f"{job.id}  {job.kind:<10}  {_progress(job)}")
    if not listed:
        print("No jobs.")
    return 0


async def _work(clone: Clone) -> int:
    """Do what is due, with what hooks left taken in before."""
    await clone.jobs.deliver()
    return await clone.jobs.worker.drain()


def _progress(job: JobState) -> str:
    """What became of it, or when it is due. Of a job that failed before, why."""
    tried = f"try {job.attempts}: {job.error}" if job.error else ""
    if job.finished_at:
        return f"failed {_shown(job.finished_at)}, {tried}" if tried else f"done {_shown(job.finished_at)}"
    state = "running" if job.running else f"due {_shown(job.run_at)}"
    return f"{state}, {tried}" if tried else state


def _plain(moment: datetime) -> str:
    return moment.isoformat()


def _described(key: ApiKey) -> dict[str, Any]:
    fields = asdict(key)
    del fields["digest"], fields["tenant"]
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in fields.items()}


def _shown(moment: datetime | None) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M") if moment else "never"


def with_clone(use: Callable[[Clone], Awaitable[T]]) -> T:
    async def within() -> T:
        async with opened(settings()) as clone:
            done = await use(clone)
            if clone.memory.purge.waits:
                print(BLOCKED, file=sys.stderr)
            return done

    return asyncio.run(within())
