"""What can be read under clone://, and how it is found.

The protocol around it is in tools/server.py. Facts and episodes are written out by memory/markdown/render.py.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from clone_mcp.clone import Clone
from clone_mcp.errors import NotFound
from clone_mcp.models.access import Caller
from clone_mcp.models.memory import Fact

MIME = "text/markdown"
_MOST_FACTS = 500
_COMPLETIONS = 100
"""The protocol allows no more in one answer."""

Read = Callable[[Clone, Caller], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing with a fixed address."""

    uri: str
    name: str
    description: str
    read: Read


@dataclass(frozen=True, slots=True)
class Template:
    """Things with an id in their address."""

    uri: str
    name: str
    description: str
    read: Callable[[Clone, Caller, str], Awaitable[str]]
    ids: Callable[[Clone, Caller], Awaitable[list[str]]]

    @property
    def prefix(self) -> str:
        return self.uri.partition("{")[0]


async def _profile(clone: Clone, caller: Caller) -> str:
    profile = await clone.memory.read.profile(caller.tenant)
    return profile.body if profile else "Nothing is known yet.\n"


async def _soul_card(clone: Clone, caller: Caller) -> str:
    profile = await clone.memory.read.profile(caller.tenant)
    return profile.soul_card if profile else "Nothing is known yet.\n"


async def _facts(clone: Clone, caller: Caller) -> str:
    facts = await clone.memory.read.facts(caller.tenant, limit=_MOST_FACTS)
    if not facts:
        return "No facts yet.\n"
    return "\n".join(["# Facts", "", *(_line(fact) for fact in facts), ""])


def _line(fact: Fact) -> str:
    state = "archived" if fact.archived else f"waits: {fact.gate}" if fact.gate else str(fact.tier)
    return f"- {fact.text} ({state}, {fact.importance:.2f}, clone://facts/{fact.id})"


async def _review(clone: Clone, caller: Caller) -> str:
    questions = await clone.memory.reviews.waiting(caller.tenant)
    if not questions:
        return "Nothing waits for you.\n"
    return "\n".join(["# Waiting for you", "", *(f"- {question.text}" for question in questions), ""])


async def _fact(clone: Clone, caller: Caller, fact_id: str) -> str:
    return await clone.memory.markdown.fact(caller, fact_id)


async def _episode(clone: Clone, caller: Caller, episode_id: str) -> str:
    return await clone.memory.markdown.episode(caller, episode_id)


async def _fact_ids(clone: Clone, caller: Caller) -> list[str]:
    return [fact.id for fact in await clone.memory.read.facts(caller.tenant, limit=_MOST_FACTS)]


async def _episode_ids(clone: Clone, caller: Caller) -> list[str]:
    return [episode.id for episode in await clone.memory.read.episodes(caller.tenant, limit=_MOST_FACTS)]


RESOURCES = (
    Resource("clone://profile", "profile", "Who this person is, compiled from the facts.", _profile),
    Resource("clone://soul-card", "soul-card", "The short form that every prediction sees.", _soul_card),
    Resource("clone://facts", "facts", "Every fact with its tier and importance.", _facts),
    Resource("clone://review", "review", "Questions only the person can decide.", _review),
)
TEMPLATES = (
    Template("clone://facts/{id}", "fact", "One fact with what it rests on.", _fact, _fact_ids),
    Template("clone://episodes/{id}", "episode", "One episode with its raw rows.", _episode, _episode_ids),
)


async def read(clone: Clone, caller: Caller, uri: str) -> str:
    """The resource's markdown. Raises NotFound, alike for what is unknown and what is somebody else's."""
    for resource in RESOURCES:
        if resource.uri == uri:
            return await resource.read(clone, caller)
    for template in TEMPLATES:
        if uri.startswith(template.prefix) and (wanted := uri.removeprefix(template.prefix)):
            return await template.read(clone, caller, wanted)
    raise NotFound("There is no such resource.")


async def complete(clone: Clone, caller: Caller, uri: str, typed: str) -> list[str]:
    """Ids that begin with what was typed so far."""
    for template in TEMPLATES:
        if template.uri == uri:
            return [each for each in await template.ids(clone, caller) if each.startswith(typed)][:_COMPLETIONS]
    return []
