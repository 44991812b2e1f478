"""L2 → L3: who the person is, compiled from facts: a page to read, and the card that every prediction sees.

It reads facts alone, which facts.py makes. A prediction gets the card in its bundle, from context.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from clone_mcp.language.sentence import flat
from clone_mcp.memory.episodes import METHOD, PERSON
from clone_mcp.models.memory import Fact, FactKind, Layer, Profile, Ref, Tier
from clone_mcp.ports import Clock, Storage, UnitOfWork

PROFILE = Ref(Layer.PROFILE, "profile")
_MOST_FACTS = 500
_FEW = 8
"""A line is not taken out of what the person wrote because so few letters stand in it."""

NOTHING = "Nothing is known yet."
CARD_TOKENS = 800
"""Small enough that the card and the top facts always fit a bundle's default budget of 6,000."""
BODY_TOKENS = 4000
_BYTES_PER_TOKEN = 4
"""As near as one comes without a tokeniser."""
_CARD_TITLE = "What is known about this person, most important first:"
_TITLES = {
    FactKind.RULE: "Rules",
    FactKind.PREFERENCE: "Preferences",
    FactKind.HABIT: "Habits",
    FactKind.SKILL: "Skills",
    FactKind.ARTIFACT: "What they work on and with",
}


def compile_profile(facts: Sequence[Fact], *, now: datetime) -> tuple[Profile, tuple[str, ...]]:
    """The profile and the ids of the facts it cites. The same facts give the same words, in whatever order they come.

    Facts that wait for the person, candidates and archived facts are left out.
    """
    usable = sorted((fact for fact in facts if fact.usable), key=lambda fact: (-fact.importance, fact.text, fact.id))
    if not usable:
        return Profile(body=NOTHING, soul_card=NOTHING, method=METHOD, updated_at=now), ()
    card, carded = _filled(usable, CARD_TOKENS, _CARD_TITLE)
    _, embodied = _filled(usable, BODY_TOKENS, "".join(f"## {title}\n\n\n" for title in _TITLES.values()))
    profile = Profile(body=_body(embodied), soul_card="\n".join([_CARD_TITLE, *card]), method=METHOD, updated_at=now)
    cited = {fact.id for fact in (*carded, *embodied)}
    return profile, tuple(fact.id for fact in usable if fact.id in cited)


def _filled(facts: Sequence[Fact], tokens: int, before: str) -> tuple[list[str], list[Fact]]:
    """The lines that fit, most important first. A line too long leaves room for shorter ones after it."""
    room = tokens * _BYTES_PER_TOKEN - _bytes(before)
    lines: list[str] = []
    used: list[Fact] = []
    for fact in facts:
        line = _line(fact)
        if (size := _bytes(line) + 1) <= room:
            room -= size
            lines.append(line)
            used.append(fact)
    return lines, used


def _body(facts: Sequence[Fact]) -> str:
    sections: list[str] = []
    for kind, title in _TITLES.items():
        if lines := [_line(fact) for fact in facts if fact.kind is kind]:
            sections.append("\n".join([f"## {title}", "", *lines]))
    return "\n\n".join(sections)


def _line(fact: Fact) -> str:
    where = f" (in {flat(fact.project)})" if fact.project else ""
    return f"- {flat(fact.text)}{where}{' (tentative)' if fact.tier is Tier.TENTATIVE else ''}"


def _bytes(text: str) -> int:
    # A lone half of a surrogate pair can't be stored, but must not stop a profile from being made.
    return len(text.encode("utf-8", "replace"))


class CompileProfile:
    """Compiles the profile anew. The same facts give the same text."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def __call__(self, tenant: UUID) -> Profile:
        async with self._storage.begin(tenant) as uow:
            await uow.memory.alone()
            return await recompile(uow, self._clock.now())


async def recompile(uow: UnitOfWork, now: datetime) -> Profile:
    """The profile as today's facts have it. A body that the person wrote stays theirs."""
    memory = uow.memory
    before = await memory.profiles.get()
    compiled, cited = compile_profile(await memory.facts.top(limit=_MOST_FACTS), now=now)
    if before is not None:
        compiled = replace(compiled, thresholds=before.thresholds)
        if before.method == PERSON:
            compiled = replace(compiled, body=before.body, method=PERSON)
    await memory.links.replace(PROFILE, [Ref(Layer.FACT, fact_id) for fact_id in cited])
    if before is not None and before == replace(compiled, updated_at=before.updated_at):
        return before
    await memory.profiles.put(compiled)
    return compiled


async def strike(uow: UnitOfWork, text: str, *, instead: str | None = None) -> None:
    """Take a claim out of a profile body that the person wrote: it may quote what is gone by now."""
    profile = await uow.memory.profiles.get()
    if profile is None or profile.method != PERSON or len(text) <= _FEW or text not in profile.body:
        return
    if instead is not None:
        body = profile.body.replace(text, instead)
    else:
        body = "\n".join(line for line in profile.body.split("\n") if text not in line)
    await uow.memory.profiles.put(replace(profile, body=body))
