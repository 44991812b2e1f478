"""What the person has confirmed that agents may do without asking them, and whether it covers an answer.

The only thing that lifts the consequence gate. It errs on the side of asking: `coverage` compares word for word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from uuid import UUID

from clone_mcp.errors import NotFound
from clone_mcp.language.wording import fold
from clone_mcp.memory.distill.gates import gate_of
from clone_mcp.models.memory import Fact, Gate
from clone_mcp.models.prediction import CitedFact, Question
from clone_mcp.ports import Storage, UnitOfWork
from clone_mcp.prediction.coverage import covered, permission
from clone_mcp.prediction.permission import Scored
from clone_mcp.stakes import consequences

_EXCEPT = re.compile(
    r"\b(?:but|except|unless|never|only|other than|aber|außer|ausser|nur|sauf|mais|jamais|excepto|pero|nunca|solo|mai|"
    r"tranne|exceto|mas|behalve|maar|nooit|кроме|никогда|только)\b|除|但|不要|以外",
    re.IGNORECASE,
)


def mandates(facts: Iterable[Fact], project: str | None) -> list[Fact]:
    """Those of the facts that allow something without asking, here. One with an exception is left to the person."""
    return [
        fact
        for fact in facts
        if fact.confirmed_at is not None
        and fact.usable
        and fact.project in (None, project)
        and gate_of(fact.text) is Gate.GROUNDING
        and not _EXCEPT.search(fact.text)
    ]


def covering(allowed: Sequence[Fact], question: Question, reply: str) -> list[Fact] | None:
    """The facts that allow all that the reply would authorise; None where something is not allowed."""
    if not consequences(question.agent_input, reply, question.options):
        return []
    if question.options and all(fold(reply) != fold(option) for option in question.options):
        return None  # a letter or a number picks something whose words were not compared
    read = {said: fact for fact in reversed(allowed) if (said := permission(fact.text))}
    used = covered([*read], question.agent_input, reply)
    return [read[each] for each in used] if used else None


async def granted(storage: Storage, tenant: UUID, question: Question, scored: Scored) -> tuple[CitedFact, ...]:
    """The facts that allow every grave answer that would be acted on; none where one of them is not allowed."""
    async with storage.begin(tenant, readonly=True) as uow:
        allowed = mandates(await uow.memory.facts.confirmed(), await _project(uow, question.session_id))
    used: dict[str, CitedFact] = {}
    for guess, sure in scored:
        facts = covering(allowed, question, guess.response) if sure >= question.threshold else []
        if facts is None:
            return ()
        used |= {fact.id: CitedFact(fact.id, fact.importance, fact.tier) for fact in facts}
    return tuple(used.values())


async def _project(uow: UnitOfWork, session_id: str | None) -> str | None:
    if session_id is None:
        return None
    try:
        return (await uow.sessions.get(session_id)).project
    except NotFound:  # nothing was recorded of it
        return None
