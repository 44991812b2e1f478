"""Who the person is, compiled from facts: a page to read, and the card that every prediction sees."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from clone_mcp.language.sentence import flat
from clone_mcp.memory.distill import METHOD
from clone_mcp.models.memory import Fact, FactKind, Profile, Tier

NOTHING = "Nothing is known yet."
CARD_TOKENS = 800
BODY_TOKENS = 4000
_BYTES_PER_TOKEN = 4
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
