"""Whether anybody but an agent says that the person answers so.

What an agent claims was typed is good enough to guess by, and never enough to act on: an agent that may record could
otherwise put words into the person's mouth until Clone says them.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from clone_mcp.models.events import Channel
from clone_mcp.models.memory import Raw
from clone_mcp.models.prediction import Guess, Question
from clone_mcp.ports import Materials, Storage
from clone_mcp.recording.wording import fold

ENOUGH = 3
"""Attested prompts that have to be among those that a guess goes by."""
_OF_THE_ANSWERS = 50
_OF_THE_SAME = 20


async def unvouched(
    storage: Storage, tenant: UUID, question: Question, scored: Sequence[tuple[Guess, float]], materials: Materials
) -> str | None:
    """Why the first guess may not be acted on, if all it goes by is an agent's word. Reads only when it would be."""
    best, sure = scored[0]
    if sure < question.threshold:
        return None
    newest = [answer.id for answer in materials.answers[:_OF_THE_ANSWERS]]
    async with storage.begin(tenant, readonly=True) as uow:
        lately = await uow.memory.raws.of(newest)
        same = await uow.memory.raws.saying(fold(best.response), limit=_OF_THE_SAME)
    if _only_claimed(lately) or _only_claimed(same):
        return (
            "Only agents have said that this person answers so. Hooks or a recorder key would vouch for it."
        )
    return None


def _only_claimed(rows: Sequence[Raw]) -> bool:
    """Whether there are claimed ones and not enough that anybody vouches for."""
    attested = sum(row.channel is Channel.ATTESTED for row in rows)
    return attested < len(rows) and attested < ENOUGH
