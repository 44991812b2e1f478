"""`clone-mcp memory …`, `review`, `forget`: what the person sees and corrects."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from clone_mcp.cli.commands import OWNER, with_clone
from clone_mcp.clone import Clone
from clone_mcp.errors import Forbidden, Invalid
from clone_mcp.memory.forget import Extent
from clone_mcp.memory.trace import Node
from clone_mcp.models.memory import Layer, Ref


def export(arguments: argparse.Namespace) -> int:
    """Write memory to a folder."""
    count = with_clone(lambda clone: clone.memory.markdown.export(OWNER, Path(arguments.folder)))
    print(f"{count} files in {arguments.folder}.")
    return 0


def apply(arguments: argparse.Namespace) -> int:
    """Show what a folder asks for, and carry it out."""
    folder = Path(arguments.folder)
    asked = with_clone(lambda clone: clone.memory.markdown.plan(OWNER, folder))
    for conflict in asked.conflicts:
        print(f"conflict: {conflict}", file=sys.stderr)
    for change in asked.changes:
        print(f"{change.act}: {change.path}" + (f" → {change.text}" if change.text else ""))
    if asked.conflicts:
        return 1
    if not asked.changes:
        print("Nothing to do.")
    elif not arguments.dry_run:
        _owner_at_the_terminal(arguments)
        with_clone(lambda clone: clone.memory.markdown.apply(OWNER, folder))
        print(f"{len(asked.changes)} changes applied; the folder was written again.")
    return 0


def restore(arguments: argparse.Namespace) -> int:
    """Fill an empty memory from an export."""
    back = with_clone(lambda clone: clone.memory.restore(OWNER, Path(arguments.folder)))
    print(", ".join(f"{count} {name}" for name, count in back.items()) + " restored.")
    return 0


def show(arguments: argparse.Namespace) -> int:
    """Print the soul card and the facts, or one thing by id."""
    if arguments.id:
        rendered = with_clone(lambda clone: clone.memory.markdown.rendered(OWNER))
        matching = [text for text in rendered.values() if f'"{arguments.id}' in text.split("\n---", 1)[0]]
        if not matching:
            raise Invalid(f"Nothing in memory has the id {arguments.id}.", hint="`clone-mcp memory show` lists them.")
        print(matching[0])
        return 0
    return with_clone(lambda clone: _overview(clone, as_json=arguments.json))


async def _overview(clone: Clone, *, as_json: bool) -> int:
    async with clone.storage.begin(OWNER.tenant, readonly=True) as uow:
        profile = await uow.memory.profiles.get()
        facts = await uow.memory.facts.all()
    if as_json:
        listed = [{**asdict(fact), "importance": fact.importance, "archived": fact.archived} for fact in facts]
        print(json.dumps({"soul_card": profile.soul_card if profile else None, "facts": listed}, default=str))
        return 0
    print(profile.soul_card if profile else "Nothing is known yet.")
    for fact in facts:
        state = f"waits: {fact.gate}" if fact.gate else "archived" if fact.archived else fact.tier
        print(f"{fact.id[:8]}  {fact.importance:.2f}  {state:<12}  {fact.text}")
    return 0


def edit(arguments: argparse.Namespace) -> int:
    """Put a fact in other words."""
    _owner_at_the_terminal(arguments)
    fact = with_clone(lambda clone: _edit(clone, arguments.id, arguments.text))
    print(f"{fact}")
    return 0


async def _edit(clone: Clone, prefix: str, text: str) -> str:
    return (await clone.memory.correct.edit_fact(OWNER, await _fact_id(clone, prefix), text=text)).text


def delete(arguments: argparse.Namespace) -> int:
    """Remove a fact, an episode or a raw row, and what rests on it alone."""
    _owner_at_the_terminal(arguments)
    print(with_clone(lambda clone: _delete(clone, Layer(arguments.layer), arguments.id)))
    return 0


async def _delete(clone: Clone, layer: Layer, prefix: str) -> str:
    correct = clone.memory.correct
    match layer:
        case Layer.FACT:
            await correct.delete_fact(OWNER, await _fact_id(clone, prefix))
        case Layer.EPISODE:
            await correct.delete_episode(OWNER, prefix)
        case _:
            if not await correct.delete_raws(OWNER, [prefix]):
                raise Invalid(f"There is no raw row {prefix}.")
    return f"The {layer} is gone."


async def _fact_id(clone: Clone, prefix: str) -> str:
    """The one fact whose id begins so."""
    async with clone.storage.begin(OWNER.tenant, readonly=True) as uow:
        matching = [fact.id for fact in await uow.memory.facts.all() if fact.id.startswith(prefix)]
    if len(matching) != 1:
        raise Invalid(f"{len(matching)} facts have an id that begins with {prefix}.", hint="See `memory show`.")
    return matching[0]


def why(arguments: argparse.Namespace) -> int:
    """Print what something rests on, down to what was said."""
    ref = Ref(Layer(arguments.layer), arguments.id)

    async def walk(clone: Clone) -> Node:
        wanted = Ref(ref.layer, await _fact_id(clone, ref.id)) if ref.layer is Layer.FACT else ref
        trace = clone.memory.trace
        return await (trace.impact if arguments.impact else trace.why)(OWNER.tenant, wanted)

    _print_tree(with_clone(walk))
    return 0


def _print_tree(node: Node, depth: int = 0) -> None:
    print(f"{'  ' * depth}{node.ref.layer} {node.ref.id[:8]}: {node.text}")
    for neighbour in node.next:
        _print_tree(neighbour, depth + 1)


def search(arguments: argparse.Namespace) -> int:
    """Print what holds the words."""
    hits = with_clone(lambda clone: clone.memory.search(OWNER.tenant, arguments.words, limit=arguments.limit))
    if arguments.json:
        print(json.dumps([{"layer": hit.ref.layer, "id": hit.ref.id, "text": hit.text} for hit in hits]))
        return 0
    for hit in hits:
        print(f"{hit.ref.layer:<8} {hit.ref.id[:8]}  {hit.text}")
    return 0 if hits else 1


def review(arguments: argparse.Namespace) -> int:
    """Ask the person what waits for them, one by one."""
    questions = with_clone(lambda clone: clone.memory.reviews.waiting(OWNER.tenant))
    if arguments.json:
        listed = [{"id": q.review.id, "gate": q.review.gate, "fact": q.fact.id, "question": q.text} for q in questions]
        print(json.dumps(listed))
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
        since=_moment(arguments.since),
        until=_moment(arguments.until),
        everything=arguments.everything,
    )
    going = with_clone(lambda clone: clone.memory.forget.preview(OWNER, extent))
    print(f"{going.events} events, {going.episodes} episodes and {going.facts} facts would go for good.")
    if arguments.dry_run:
        return 0
    _owner_at_the_terminal(arguments)
    with_clone(lambda clone: clone.memory.forget(OWNER, extent))
    print("Forgotten.")
    return 0


def _owner_at_the_terminal(arguments: argparse.Namespace) -> None:
    """Changes are confirmed by a person: at a terminal, or by --yes in a script they wrote."""
    if arguments.yes:
        return
    if not sys.stdin.isatty():
        raise Forbidden("This changes memory for good.", hint="Run it in a terminal, or add --yes.")
    if input("Go on? [y/N] ").strip().lower() not in ("y", "yes"):
        raise Invalid("Nothing was changed.")


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{text!r} is no date or time.", hint="Write 2026-11-20 or 2026-11-20T08:30.") from None
    return moment if moment.tzinfo else moment.astimezone()
