"""A database whose outcomes were judged by resemblance: each is judged again once, by meaning, and its fits change."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from clone_mcp.app import open_storage, wire
from clone_mcp.memory.erase import Extent
from clone_mcp.models.access import LOCAL_TENANT, Caller, Scope
from clone_mcp.models.calibration import StoredFit
from clone_mcp.prediction.rejudge import Rejudge
from clone_mcp.storage import migrate, schema
from clone_mcp.storage.sql_storage import SqlStorage
from tests.storage.test_upgrade import older, place  # noqa: F401
from tests.support.events import NINE
from tests.support.jobs import waiting, wake
from tests.support.remembered import fact
from tests.support.sql import rows

BEFORE = "0013"
MODEL = "model-x"
OWNER = Caller(LOCAL_TENANT, Scope.OWNER)
_OF = {"tenant_id": LOCAL_TENANT}
_FIT = {"version": 1, "a": 1.0, "b": 1.5, "labels": 12, "details": {"ceilings": [{"a": 1.0, "b": 1.5, "labels": 12}]}}


@dataclass
class Older:
    """The tables as an older version filled them."""

    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, table: str, **row: Any) -> None:
        self.tables.setdefault(table, []).append({**_OF, **row})

    def guessed(self, name: str, guess: str, outcome: str, by: str, actual: str | None = None, **changed: Any) -> None:
        """A prediction with its outcome, and the report that told it."""
        at = NINE + timedelta(minutes=len(self.tables.get("predictions", ())))
        sure = {"raw": 0.9, "calibrated": 0.9, "sent": 0.9}
        told = {"outcome": outcome, "actual_response": actual}
        made = {
            "id": name,
            "kind": "reply",
            "agent": "codex",
            "agent_input": "What next?",
            "options": [],
            "k": 1,
            "threshold": 0.95,
            "decision": "escalated",
            "stop_recommended": False,
            "model": MODEL,
            "snapshot": {},
            "candidates": [{"response": guess, "confidence": sure, "reasoning": ""}],
            "cited_facts": [],
            "latency_ms": 1.0,
            "created_at": at,
            "outcome_by": by,
            "outcome_at": at,
            **told,
            "settled_at": at,
        }
        self.add("predictions", **made | changed)
        prompt = name if by in ("attested", "claimed") else None
        self.add("feedback", id=name, prediction_id=name, by=by, at=at, event_id=prompt, **told)

    def typed(self, name: str, guess: str, text: str, outcome: str, **changed: Any) -> None:
        """One that the person's next prompt told."""
        self.guessed(name, guess, outcome, "attested", **changed)
        at = self.tables["feedback"][-1]["at"]
        self.add(
            "events",
            id=name,
            session_id="s",
            type="agent.prompt",
            source="cli",
            author="person",
            channel="attested",
            occurred_at=at,
            received_at=at,
            redactions=0,
            payload={"agent": "codex", "prompt": text},
        )

    def build(self, connection: sa.Connection) -> None:
        migrate.upgrade(connection, BEFORE)
        connection.execute(sa.insert(schema.tenants), {"id": LOCAL_TENANT, "name": "local", "created_at": NINE})
        session = {"id": "s", "source": "cli", "started_at": NINE, "active_at": NINE, "told": False}
        connection.execute(sa.insert(schema.sessions), {**_OF, **session})
        connection.execute(sa.insert(schema.fits), {**_OF, **_FIT, "predictor": MODEL, "fitted_at": NINE})
        kept = {**_OF, "name": "fit", "subject": MODEL, "value": _FIT, "at": NINE}
        connection.execute(sa.insert(schema.standing), kept)
        for table, filled in self.tables.items():
            connection.execute(sa.insert(schema.metadata.tables[table]), filled)


@asynccontextmanager
async def upgraded(older, clock, past: Older):  # noqa: F811
    settings, within = older
    await within(past.build)
    await within(migrate.upgrade)
    wake(clock)  # the job is due by the machine's clock
    storage = await open_storage(settings, clock)
    yield settings, storage, wire(settings, storage, clock, b"test")
    await storage.close()


async def fits_of(storage: SqlStorage) -> list[StoredFit]:
    async with storage.begin(LOCAL_TENANT, readonly=True) as uow:
        return list(await uow.calibration.fits())


async def outcomes(settings) -> dict[str, tuple[str, str, bool | None]]:
    """Outcome of each prediction, of its report, and whether it is one by meaning."""
    query = (
        "SELECT p.id, p.outcome, f.outcome, p.by_meaning FROM predictions p JOIN feedback f ON f.prediction_id = p.id"
    )
    return {
        name: (stands, told, meant if meant is None else bool(meant))
        for name, stands, told, meant in await rows(settings, query)
    }


OPPOSITES = (
    ("run the tests", "don't run the tests"),
    ("use pnpm", "use npm"),
    ("use port 8080", "use port 9090"),
)


async def test_opposites_that_were_called_right_are_wrong_once_and_the_fit_follows(older, clock):  # noqa: F811
    past = Older()
    for number in range(4):
        for place_, (guess, text) in enumerate(OPPOSITES):
            past.typed(f"{number}{place_}", guess, text, "accepted")
    async with upgraded(older, clock, past) as (settings, storage, clone):
        assert set((await outcomes(settings)).values()) == {("accepted", "accepted", None)}
        [before] = await fits_of(storage)
        assert (before.by_meaning, before.b) == (False, 1.5)
        await clone.jobs.worker.drain()
        assert set((await outcomes(settings)).values()) == {("rejected", "rejected", True)}
        [after] = await fits_of(storage)
        assert (after.version, after.labels, after.vouched, after.by_meaning) == (2, 12, 12, True)
        assert after.b < 0 < before.b
        assert [kind for kind, _ in await waiting(settings)] == []
        again = await clone.prediction.calibrate(LOCAL_TENANT)
        assert [refit.after for refit in again.fits] == [after]


async def test_what_can_not_be_judged_again_is_no_label(older, clock):  # noqa: F811
    past = Older()
    past.typed("kept", "yes", "go ahead", "accepted")
    past.typed("added", "yes", "yes, but run the linter first", "accepted")
    past.typed("gone", "use pnpm", "use npm", "accepted")
    past.tables["events"].pop()  # the person deleted it
    past.guessed("never kept", "use pnpm", "edited", "attested")
    past.guessed("scrubbed", "use pnpm", "edited", "recorder", "[deleted]")
    past.guessed("equal", "use pnpm", "accepted", "recorder", "[deleted]")
    past.guessed("hook", "use pnpm", "edited", "recorder", "use npm")
    past.guessed("agent", "use pnpm", "edited", "agent", "use npm")
    past.guessed("said so", "use pnpm", "edited", "owner")
    past.guessed("went on", "continue", "accepted", "attested", kind="continuation")
    past.typed("back", "use pnpm", "no, stop, revert that", "rejected", decision="auto")
    async with upgraded(older, clock, past) as (settings, storage, clone):
        await clone.jobs.worker.drain()
        found = await outcomes(settings)
        assert {name: (stands, meant) for name, (stands, _, meant) in found.items()} == {
            "kept": ("accepted", True),
            "added": ("edited", True),
            "gone": ("accepted", False),
            "never kept": ("edited", False),
            "scrubbed": ("edited", False),
            "equal": ("accepted", True),
            "hook": ("rejected", True),
            "agent": ("rejected", True),
            "said so": ("edited", True),
            "went on": ("accepted", True),
            "back": ("rejected", True),
        }
        assert {stands == told for stands, told, _ in found.values()} == {True}
        async with storage.begin(LOCAL_TENANT, readonly=True) as uow:
            labels = {made.id: made.label for made in await uow.calibration.labels(MODEL, limit=99)}
        assert labels == {
            "kept": 1.0,
            "added": 0.0,
            "equal": 1.0,
            "hook": 0.0,
            "agent": 0.0,
            "said so": 0.0,
            "went on": 1.0,
            "back": 0.0,
        }
        stats = await clone.prediction.stats(OWNER)
        assert (stats.replies.unjudged, stats.replies.accepted, stats.replies.edited) == (3, 2, 2)


async def test_a_fit_of_labels_that_are_all_gone_changes_nothing_any_more(older, clock):  # noqa: F811
    past = Older()
    for number in range(12):
        past.guessed(f"p{number}", "use pnpm", "accepted", "attested")
    async with upgraded(older, clock, past) as (_, storage, clone):
        await clone.jobs.worker.drain()
        [fit] = await fits_of(storage)
        assert (fit.version, fit.a, fit.b, fit.labels, fit.by_meaning) == (2, 1.0, 0.0, 0, True)


async def test_few_are_judged_at_once_and_a_job_that_is_done_twice_changes_nothing(older, clock):  # noqa: F811
    past = Older()
    for number in range(5):
        past.typed(f"p{number}", "use pnpm", "use npm", "accepted")
    async with upgraded(older, clock, past) as (settings, storage, clone):
        rejudge = Rejudge(storage, clock, at_once=2)
        await rejudge(LOCAL_TENANT, {})
        await rejudge(LOCAL_TENANT, {})  # killed after its work, and taken again
        judged = {name: stands for name, (stands, _, _) in (await outcomes(settings)).items()}
        assert judged == {"p0": "rejected", "p1": "rejected", "p2": "rejected", "p3": "rejected", "p4": "accepted"}
        await rejudge(LOCAL_TENANT, {"after": "p3"})
        before = await outcomes(settings)
        assert set(before.values()) == {("rejected", "rejected", True)}
        await clone.memory.forget(OWNER, Extent(session_id="s"))
        await rejudge(LOCAL_TENANT, {})
        assert {name: found for name, found in (await outcomes(settings)).items() if found[2] is not True} == {}


async def test_what_an_outcome_gave_a_fact_follows_it(older, clock):  # noqa: F811
    past = Older()
    facts = [{"id": "f", "importance": 0.9, "tier": "strong"}]
    past.typed("p", "use pnpm", "use npm", "accepted", cited_facts=facts)
    past.guessed("q", "use pnpm", "accepted", "attested", cited_facts=facts)
    async with upgraded(older, clock, past) as (_, storage, clone):
        async with storage.begin(LOCAL_TENANT) as uow:
            await uow.memory.facts.put(fact("f", "Uses pnpm."))
            for prediction in ("p", "q"):  # as they were accepted
                await uow.memory.facts.decayed(prediction, "f", 0.04)
        await clone.jobs.worker.drain()
        async with storage.begin(LOCAL_TENANT, readonly=True) as uow:
            [cited] = await uow.memory.facts.of(["f"])
        assert cited.decay == pytest.approx(-0.08)  # one is rejected, of the other nothing is known
