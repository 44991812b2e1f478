"""`clone-mcp memory export|apply|restore`: memory as a folder of markdown.

Commands for single facts and episodes are in memory.py. The format of the files is memory/markdown/'s.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from clone_mcp.cli.running import OWNER, with_clone
from clone_mcp.cli.terminal import as_json, command, confirmed, owner_at_the_terminal, show_json
from clone_mcp.memory.markdown.plan import Change, Plan
from clone_mcp.memory.markdown.restore import RestoreCount


def add(verbs: Any) -> None:
    """The verbs of `memory` that take a folder."""
    export = command(verbs, "export", "write memory to a folder, as markdown", _export)
    apply = command(verbs, "apply", "take an edited folder's changes back", _apply)
    apply.add_argument("--dry-run", action="store_true", help="only show the plan")
    confirmed(apply)
    as_json(apply)
    restore = command(verbs, "restore", "fill an empty memory from an exported folder", _restore)
    restore.add_argument("--bring-back", action="store_true", help="also what was deleted here")
    restore.add_argument("--dry-run", action="store_true", help="only say what would be restored")
    confirmed(restore)
    for each in (export, apply, restore):
        each.add_argument("folder")


def _export(arguments: argparse.Namespace) -> None:
    count = with_clone(lambda clone: clone.memory.markdown.export(OWNER, Path(arguments.folder)))
    print(f"{count} files in {arguments.folder}.")


def _apply(arguments: argparse.Namespace) -> int:
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


def _restore(arguments: argparse.Namespace) -> None:
    folder = Path(arguments.folder)
    plan = with_clone(lambda clone: clone.memory.restore.plan(OWNER, folder))
    if arguments.dry_run or plan.deleted_raw or plan.deleted_facts:
        print(_restoring(plan))
    if arguments.dry_run:
        return
    if arguments.bring_back and (plan.deleted_raw or plan.deleted_facts):
        owner_at_the_terminal(arguments)
    done = with_clone(lambda clone: clone.memory.restore(OWNER, folder, bring_back=arguments.bring_back))
    print(f"{done.raw} raw, {done.episodes} episodes, {done.facts} facts restored.")


def _restoring(plan: RestoreCount) -> str:
    said = f"{plan.raw} raw, {plan.episodes} episodes, {plan.facts} facts would be restored."
    if plan.deleted_raw or plan.deleted_facts:
        said += f" {plan.deleted_raw} of these rows and {plan.deleted_facts} of these facts were deleted here."
    return said
