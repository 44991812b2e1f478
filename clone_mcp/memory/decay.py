"""What outcomes do to the facts that predictions cited: a quiet garbage collector."""

from __future__ import annotations

from clone_mcp.memory.profile import recompile_at
from clone_mcp.models.calibration import VOUCHED
from clone_mcp.models.prediction import Feedback, Outcome, Prediction
from clone_mcp.ports import UnitOfWork

CONFIRMED = 0.04
CONTRADICTED = -0.08


def amount(prediction: Prediction, standing: Feedback) -> float:
    """What the standing outcome gives each cited fact, or takes. Edits say nothing either way."""
    match standing.outcome:
        case Outcome.ACCEPTED:
            return CONFIRMED
        case Outcome.REJECTED if standing.judges(prediction.decision):
            return CONTRADICTED
        case _:
            return 0.0


async def settle(uow: UnitOfWork, prediction: Prediction, standing: Feedback) -> None:
    """Bring the cited facts in line with the standing outcome, whatever stood before."""
    ids = sorted({fact.id for fact in prediction.cited_facts})
    if not ids:
        return
    await uow.memory.alone()
    facts = await uow.memory.facts.of(ids)
    before = {fact.id: fact.usable for fact in facts}
    given = amount(prediction, standing)
    for fact in facts:
        # What the person confirmed may let agents act, so their praise must not outweigh the person's own refusals.
        praised = given > 0 and fact.confirmed_at is not None and standing.by not in VOUCHED
        await uow.memory.facts.decayed(prediction.id, fact.id, 0.0 if praised else given)
    after = {fact.id: fact.usable for fact in await uow.memory.facts.of(ids)}
    if before != after:  # what is archived must not go on in the soul card until tomorrow
        await recompile_at(uow, standing.at)
