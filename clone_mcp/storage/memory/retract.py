"""Taking back what a model wrote in predictions after it was shown something that is gone by now.

It may have said the same in other words, which no search for texts finds. So its words go whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from clone_mcp.models.memory import Layer, Ref
from clone_mcp.storage.memory.scrub import GONE
from clone_mcp.storage.schema import phrases, predictions
from clone_mcp.storage.scope import Scope, change, in_parts, rows

_BY_A_MODEL = (
    rows(
        predictions,
        predictions.c.id,
        predictions.c.candidates,
        predictions.c.options,
        predictions.c.cited_facts,
        predictions.c.snapshot,
    )
    .where(predictions.c.usage.is_not(None))
    .order_by(predictions.c.id)
)
_TYPED = rows(phrases, phrases.c.key).where(phrases.c.key.in_(sa.bindparam("keys", expanding=True)))


def retract(
    scope: Scope, shown: Sequence[Ref], *, profiles_since: datetime | None, phrase: Callable[[str], str]
) -> None:
    """Empty the reasoning of every prediction for which a model was shown any of these, or a profile that new.

    Replies go too, unless the person types their phrase anyhow or the agent offered them.
    """
    gone = {layer: {ref.id for ref in shown if ref.layer is layer} for layer in Layer}
    said = [row for row in scope.run(_BY_A_MODEL).all() if _was_shown(row, gone, profiles_since)]
    keys = sorted({phrase(each["response"]) for row in said for each in row.candidates})
    typed = {key for part in in_parts(keys) for key in scope.run(_TYPED, keys=part).scalars()}
    for row in said:
        left = [
            {
                **each,
                "response": each["response"]
                if each["response"] in row.options or phrase(each["response"]) in typed
                else GONE,
                "reasoning": each["reasoning"] and GONE,
            }
            for each in row.candidates
        ]
        if left != row.candidates:
            scope.run(change(predictions).where(predictions.c.id == row.id).values(candidates=left))


def _was_shown(row: Any, gone: dict[Layer, set[str]], profiles_since: datetime | None) -> bool:
    seen, profile = row.snapshot, row.snapshot.get("profile")
    if profile and profiles_since is not None and datetime.fromisoformat(profile) >= profiles_since:
        return True
    facts = {*seen.get("facts", ()), *(fact["id"] for fact in row.cited_facts)}
    return not (
        gone[Layer.FACT].isdisjoint(facts)
        and gone[Layer.EPISODE].isdisjoint(seen.get("episodes", ()))
        and gone[Layer.RAW].isdisjoint(seen.get("raw", ()))
    )
