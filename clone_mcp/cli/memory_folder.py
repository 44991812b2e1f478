"""`clone-mcp memory export|apply|restore`, `review` and `forget`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from clone_mcp.cli.commands import OWNER, with_clone
from clone_mcp.cli.deciding import moment, owner_at_the_terminal
from clone_mcp.cli.showing import show_json
from clone_mcp.clone import Clone
from clone_mcp.errors import Forbidden
from clone_mcp.memory.forget import Extent
from clone_mcp.memory.markdown.plan import Change, Plan
from clone_mcp.memory.markdown.restore import RestoreCount


def export(arguments: argparse.Namespace) -> int:
    """Write memory to a folder."""
    count = with_clone(lambda clone: clone.memory.markdown.export(OWNER, Path(arguments.folder)))
    print(f"{count} files in {arguments.folder}.")
    return 0


def apply(arguments: argparse.Namespace) -> int:
    """Show what a folder asks for, and carry it out."""
    folder = Path(arguments.folder)
    asked = with_clone(lambda clone: clone.memory.markdown.plan(OWNER, folder))
    if arguments.json:
        show_json({"conflicts": asked.conflicts, "changes": [_described(each) for each in asked.changes]})
    else:
        _show(asked)
    if asked.conflicts:
        return 1
    if (asked.changes or asked.broken_off) and not arguments.dry_run:
        owner_at_the_terminal(arguments)
        done = with_clone(lambda clone: clone.memory.markdown.apply(OWNER, folder))
        if not arguments.json:
            print(f"{len(done)} changes applied; the folder was written again.")
    return 0


def _show(asked: Plan) -> None:
    for conflict in asked.conflicts:
        print(f"conflict: {conflict}", file=sys.stderr)
    for change in asked.changes:
        tags = "" if change.tags is None else f" [{', '.join(change.tags)}]"
        print(f"{change.act}: {change.path}" + (f" → {change.text}" if change.text else "") + tags)
    if asked.changes or asked.conflicts:
        return
    if asked.broken_off:
        print("These changes were applied already; the folder only has to be written again.")
        return
    print("Nothing to do.")
    if asked.outdated:
        print(f"You changed nothing, but memory has changed since the export ({asked.outdated} files): export again.")


def _described(change: Change) -> dict[str, Any]:
    return {name: value for name, value in asdict(change).items() if value not in (None, "")}


def restore(arguments: argparse.Namespace) -> int:
    """Fill an empty memory from an export."""
    folder = Path(arguments.folder)
    plan = with_clone(lambda clone: clone.memory.restore.plan(OWNER, folder))
    if arguments.dry_run or plan.deleted_raw or plan.deleted_facts:
        print(_restoring(plan))
    if arguments.dry_run:
        return 0
    if arguments.bring_back and (plan.deleted_raw or plan.deleted_facts):
        owner_at_the_terminal(arguments)
    done = with_clone(lambda clone: clone.memory.restore(OWNER, folder, bring_back=arguments.bring_back))
    print(f"{done.raw} raw, {done.episodes} episodes, {done.facts} facts restored.")
    return 0


def _restoring(plan: RestoreCount) -> str:
    said = f"{plan.raw} raw, {plan.episodes} episodes, {plan.facts} facts would be restored."
    if plan.deleted_raw or plan.deleted_facts:
        said += f" {plan.deleted_raw} of these rows and {plan.deleted_facts} of these facts were deleted here."
    return said


def review(arguments: argparse.Namespace) -> int:
    """Ask the person what waits for them, one by one."""
    questions = with_clone(lambda clone: clone.memory.reviews.waiting(OWNER.tenant))
    if arguments.json:
        listed = [{"id": q.review.id, "gate": q.review.gate, "fact": q.fact.id, "question": q.text} for q in questions]
        show_json(listed)
        return 0
    if not questions:
        print("Nothing waits for you.")
        return 0
    if not sys.stdin.isatty():
        raise Forbidden("Deciding needs a terminal.", hint="`clone-mcp review --json` lists what waits.")
    for question in questions:
        with_clone(_decision(question.review.id, input(f"{question.text}\n[y]es, [n]o, [l]ater? ").strip().lower()))
    return 0


def _decision(review_id: str, answer: str) -> Callable[[Clone], Awaitable[Any]]:
    async def decide(clone: Clone) -> None:
        if answer in ("y", "yes"):
            await clone.memory.reviews.confirm(OWNER, review_id)
        elif answer in ("n", "no"):
            await clone.memory.reviews.reject(OWNER, review_id)

    return decide


def forget(arguments: argparse.Namespace) -> int:
    """Show what would go; with --yes, or asked at the terminal, let it go."""
    extent = Extent(
        project=arguments.project,
        session_id=arguments.session,
        since=moment(arguments.since),
        until=moment(arguments.until),
        everything=arguments.everything,
    )
    going = with_clone(lambda clone: clone.memory.forget.preview(OWNER, extent))
    if arguments.json:
        show_json(asdict(going))
    else:
        print(
            f"{going.events} events, {going.predictions} predictions, {going.episodes} episodes and {going.facts} "
            "facts would go for good."
        )
    if arguments.dry_run:
        return 0
    owner_at_the_terminal(arguments)
    with_clone(lambda clone: clone.memory.forget(OWNER, extent))
    if not arguments.json:
        print("Forgotten.")
    return 0
