"""Draw facts to be read by hand: `python -m scripts.sample_facts TURNS --out FILE [--sample 100] [--seed 1]`.

TURNS holds conversations of several people, one turn a line (docs/reference/cli.md, `backtest`). Each person is
recorded in a database of their own and promoted by the rules, without a model. FILE gets a random sample of the facts
that `clone-mcp memory show` lists, over all people, each with rows that it rests on and what they answered. A reader
then says of each whether it is true, useful and well worded: no script can.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from clone_mcp.app import opened
from clone_mcp.clone import Clone
from clone_mcp.evaluation.conversations import LastTurns, Turn, read_people
from clone_mcp.models.access import LOCAL_TENANT, Caller, Scope
from clone_mcp.models.memory import Layer, Ref
from clone_mcp.settings import Settings

BATCH = 500
SHOWN, CONTEXT = 8, 300
"""Rows of a fact's evidence that the reader gets, and characters of what they answered."""
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
"""Files of turns have an order but no times; a minute each is as good as any."""

Facts = list[dict[str, Any]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("turns", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="where the sample goes, one fact a line")
    parser.add_argument("--sample", type=int, default=100, help="how many facts (default: 100)")
    parser.add_argument("--seed", type=int, default=1, help="of the sample (default: 1)")
    arguments = parser.parse_args()
    found: Facts = []
    for name, turns in sorted(read_people(arguments.turns).items()):
        found += asyncio.run(facts_of(name, turns))
    for person, number in sorted(Counter(fact["person"] for fact in found).items()):
        print(f"{person}: {number} facts")
    drawn = random.Random(arguments.seed).sample(found, min(arguments.sample, len(found)))  # noqa: S311 (no secret)
    arguments.out.write_text("".join(json.dumps(fact, ensure_ascii=False) + "\n" for fact in drawn), encoding="utf-8")
    print(f"{len(drawn)} of {len(found)} facts written to {arguments.out}")


async def facts_of(person: str, turns: Sequence[Turn]) -> Facts:
    """Everything that the rules say of one person, recorded as their clients' hooks would have recorded it."""
    with tempfile.TemporaryDirectory() as folder:
        async with opened(Settings(home=Path(folder))) as clone:
            recorded = list(events(turns))
            for start in range(0, len(recorded), BATCH):
                await clone.recording.ingest.batch(
                    Caller(LOCAL_TENANT, Scope.RECORDER), recorded[start : start + BATCH]
                )
            await clone.memory.promote(LOCAL_TENANT)
            return [fact async for fact in described(clone, person, asked_before(turns))]


def events(turns: Sequence[Turn]) -> Iterator[dict[str, Any]]:
    """The turns as events."""
    for number, turn in enumerate(turns):
        said = {"type": "agent.prompt", "prompt": turn.text, "source": "cli"}
        heard = {"type": "agent.response", "response": turn.text, "source": "agent"}
        at = (SINCE + timedelta(minutes=number)).isoformat()
        base = {"id": f"turn-{number}", "session_id": turn.session_id, "agent": "claude-code", "occurred_at": at}
        yield {**base, **(said if turn.by_person else heard)}


def asked_before(turns: Sequence[Turn]) -> dict[str, str]:
    """The end of what each turn of the person answered, by the event's id."""
    last = LastTurns()
    before = {f"turn-{number}": last.question_before(turn) for number, turn in enumerate(turns)}
    return {name: question[-CONTEXT:] for name, question in before.items() if question}


async def described(clone: Clone, person: str, asked: dict[str, str]) -> AsyncIterator[dict[str, Any]]:
    """Each fact with what it rests on."""
    for fact in await clone.memory.read.facts(LOCAL_TENANT):
        node = await clone.memory.trace.why(LOCAL_TENANT, Ref(Layer.FACT, fact.id))
        rows = []
        for each in node.next:
            if each.ref.layer is Layer.RAW:
                raw = await clone.memory.read.raw(LOCAL_TENANT, each.ref.id)
                rows.append({"session": raw.session_id, "text": raw.text, "asked": asked.get(raw.id)})
        shown = rows[:: max(1, len(rows) // SHOWN)][:SHOWN]
        told = {"person": person, "text": fact.text, "kind": fact.kind, "tier": fact.tier, "waits_for": fact.gate}
        sessions = len({row["session"] for row in rows})
        yield {**told, "key": fact.key, "rows": len(rows), "sessions": sessions, "evidence": shown}


if __name__ == "__main__":
    main()
