"""What turns out to be no evidence: what a script typed, and what an earlier version of our rules took for it.

Here Clone corrects itself. The person's own corrections are in correct.py, their deletions in erase.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clone_mcp.memory.episodes import RULES
from clone_mcp.memory.evidence import (
    METHOD,
    answering,
    as_claim,
    is_habit,
    regrade,
    release,
    remove,
    retold,
    still_supported,
)
from clone_mcp.memory.sameness import same_fact
from clone_mcp.models.memory import Fact, Layer, Raw, Ref
from clone_mcp.ports import Clock, UnitOfWork

_LOOP_WORDS = 30
_LOOP = 3
"""A prompt of so many words that comes so many times is a script's: nobody types that again."""
_LOOKED_AT = 200


async def typed_by_hand(uow: UnitOfWork, raws: Sequence[Raw], clock: Clock) -> list[Raw]:
    """The rows without those of a loop: the same long prompt, sent again and again by a script.

    What was taken for the person's word before the loop was seen to be one is taken back.
    """
    kept: list[Raw] = []
    for raw in raws:
        if looped := await _loop_of(uow, raw):
            await _disown(uow, looped, clock)
        else:
            kept.append(raw)
    return kept


async def look_again(uow: UnitOfWork, clock: Clock) -> None:
    """Judge what an earlier version of our rules found as today's would, and what says the same as one fact.

    What the person confirmed or wrote stays, and so does what a model found.
    """
    facts = sorted(await uow.memory.facts.all(), key=lambda fact: (fact.created_at, fact.id))
    outdated = [fact for fact in facts if _outdated(fact)]
    kept = [fact for fact in facts if not _outdated(fact)]
    for fact in outdated:
        if is_habit(fact):
            await _cite_answers_only(uow, fact)
        found = await still_supported(uow, fact, set())
        if found is None:
            await remove(uow, fact)
            await release(uow, [fact], clock)
        elif twin := same_fact(as_claim(found), kept):
            await _merge(uow, fact, twin, clock)
        else:
            found = replace(found, method=METHOD)
            kept.append(found)
            await uow.memory.facts.put(found)
            await regrade(uow, found, clock)


def _outdated(fact: Fact) -> bool:
    return fact.method.startswith(RULES) and fact.method != METHOD and fact.confirmed_at is None


async def _merge(uow: UnitOfWork, fact: Fact, into: Fact, clock: Clock) -> None:
    """Two facts that say the same become one, with what both rest on."""
    cited = await uow.memory.links.cited_by(Ref(Layer.FACT, fact.id))
    await remove(uow, fact)
    await uow.memory.links.cite(Ref(Layer.FACT, into.id), cited)
    await regrade(uow, await retold(uow, into), clock)


async def _cite_answers_only(uow: UnitOfWork, fact: Fact) -> None:
    """A habit rests on answers. Earlier versions counted what opened a session, too."""
    rows = await uow.memory.raws.of([each.raw_id for each in await uow.memory.facts.evidence(fact.id)])
    given = {Ref(Layer.RAW, raw.id) for raw in await answering(uow, rows)}
    ref = Ref(Layer.FACT, fact.id)
    cited = await uow.memory.links.cited_by(ref)
    await uow.memory.links.replace(ref, [each for each in cited if each.layer is not Layer.RAW or each in given])


async def _loop_of(uow: UnitOfWork, raw: Raw) -> Sequence[Raw]:
    """All rows of the loop that a row is of; nothing if it is of none."""
    if len(raw.text.split()) <= _LOOP_WORDS:
        return ()
    key = await uow.memory.raws.key_of(raw.id)
    saying = await uow.memory.raws.saying(key, limit=_LOOKED_AT) if key else ()
    same = [each for each in saying if each.text == raw.text]
    return same if len(same) >= _LOOP else ()


async def _disown(uow: UnitOfWork, raws: Sequence[Raw], clock: Clock) -> None:
    """Take rows away from the facts that rest on them."""
    pairs = await uow.memory.links.of_any([Ref(Layer.RAW, raw.id) for raw in raws])
    gone = {of for _, of in pairs}
    for fact in await uow.memory.facts.of(sorted({by.id for by, _ in pairs if by.layer is Layer.FACT})):
        ref = Ref(Layer.FACT, fact.id)
        await uow.memory.links.replace(ref, [each for each in await uow.memory.links.cited_by(ref) if each not in gone])
        if await regrade(uow, fact, clock) is None:
            await release(uow, [fact], clock)
