# ruff: noqa: A002 - fields are called what the models call them
"""Rows and facts as the tests of this folder need them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from clone_mcp.models.events import Author, Channel, Source, StoredEvent
from clone_mcp.models.memory import Fact, FactKind, Gate, Raw, Tier

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def raw(text, *, id="r1", author=Author.PERSON, session="s1", project=None, minute=0.0):
    return Raw(id, session, text, author, Channel.ATTESTED, START + timedelta(minutes=minute), project)


def event(type, payload, *, author=Author.PERSON, id="e1"):
    return StoredEvent(id, "s1", type, Source.CLI, "claude-code", None, author, Channel.ATTESTED, START, START, payload)


def prompt(text, **rest):
    return event("agent.prompt", {"agent": "claude-code", "prompt": text}, **rest)


def fact(
    text="Prefers tabs.",
    *,
    id="f1",
    kind=FactKind.PREFERENCE,
    key="want + tab",
    base=0.5,
    tier=Tier.TENTATIVE,
    gate=None,
    project=None,
) -> Fact:
    gate = Gate(gate) if gate else None
    return Fact(id, kind, text, key, base, 0.0, tier, "rules/1", START, START, gate=gate, project=project)
