"""`clone-mcp review` and `forget`: what only the person decides, and what goes for good because they say so.

Single facts are edited and deleted in memory.py. What an erasure takes with it is decided in memory/erase.py.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import Any

from clone_mcp.cli import standing
from clone_mcp.cli.running import OWNER, with_clone
from clone_mcp.cli.terminal import as_json, command, confirmed, moment, owner_at_the_terminal, show, show_json
from clone_mcp.clone import Clone
from clone_mcp.errors import Forbidden
from clone_mcp.memory.erase import Extent
from clone_mcp.memory.review import ReviewQuestion
from clone_mcp.models.standing import StandingDetails


def add(actions: Any) -> None:
    """The commands and their options."""
    as_json(command(actions, "review", "decide what only you can decide", _review), "list what waits, as JSON")

    forget = command(actions, "forget", "erase events and everything that rests on them alone", _forget)
    forget.add_argument("--project", help="only of this project")
    forget.add_argument("--session", help="only of this session")
    forget.add_argument("--since", help="only from this time on")
    forget.add_argument("--until", help="only before this time")
    forget.add_argument("--everything", action="store_true", help="all of it")
    forget.add_argument("--dry-run", action="store_true", help="only say what would go")
    confirmed(forget)
    as_json(forget)


def _review(arguments: argparse.Namespace) -> None:
    async def read(clone: Clone) -> tuple[Sequence[ReviewQuestion], list[tuple[StandingDetails, str]]]:
        settled = await clone.memory.standing.offers(OWNER.tenant)
        asked = [(each, clone.memory.standing.asks(each)) for each in settled]
        return await clone.memory.reviews.waiting(OWNER.tenant), asked

    questions, settled = with_clone(read)
    if arguments.json:
        listed = [{"id": q.review.id, "gate": q.review.gate, "fact": q.fact.id, "question": q.text} for q in questions]
        listed += [{"id": s.answer.id, "gate": "standing", "standing": s.answer.id, "question": q} for s, q in settled]
        show_json(listed)
        return
    if not questions and not settled:
        print("Nothing waits for you.")
        return
    if not sys.stdin.isatty():
        raise Forbidden("Deciding needs a terminal.", hint="`clone-mcp review --json` lists what waits.")
    for question in questions:
        with_clone(_decision(question.review.id, input(f"{question.text}\n[y]es, [n]o, [l]ater? ").strip().lower()))
    standing.settle(settled)


def _decision(review_id: str, answer: str) -> Callable[[Clone], Awaitable[Any]]:
    async def decide(clone: Clone) -> None:
        if answer in ("y", "yes"):
            await clone.memory.reviews.confirm(OWNER, review_id)
        elif answer in ("n", "no"):
            await clone.memory.reviews.reject(OWNER, review_id)

    return decide


def _forget(arguments: argparse.Namespace) -> None:
    """Show what would go; with --yes, or asked at the terminal, let it go."""
    extent = Extent(
        project=arguments.project,
        session_id=arguments.session,
        since=moment(arguments.since),
        until=moment(arguments.until),
        everything=arguments.everything,
    )
    going = with_clone(lambda clone: clone.memory.forget.preview(OWNER, extent))
    line = (
        f"{going.events} events, {going.predictions} predictions, {going.episodes} episodes and {going.facts} "
        "facts would go for good."
    )
    show(arguments, asdict(going), [line])
    if arguments.dry_run:
        return
    owner_at_the_terminal(arguments)
    with_clone(lambda clone: clone.memory.forget(OWNER, extent))
    if not arguments.json:
        print("Forgotten.")
