"""What predictions keep of words that are deleted: texts are found again in them, however many texts there are.

What a model wrote after it was shown something that is gone by now may say the same in other words, which no search
for texts finds. So its words go whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from clone_mcp.models.act import QUOTES
from clone_mcp.models.memory import Layer, Ref
from clone_mcp.models.text import DELETED
from clone_mcp.storage.schema import feedback, phrases, predictions
from clone_mcp.storage.scope import IDS, Scope, change, rows

_FEW = 8
"""So few letters are replaced only where they are all there is: yes stands in yesterday."""

_PREDICTIONS = rows(
    predictions,
    predictions.c.id,
    predictions.c.session_id,
    predictions.c.agent_input,
    predictions.c.candidates,
    predictions.c.options,
    predictions.c.actual_response,
    predictions.c.abstained,
    predictions.c.acts,
    predictions.c.leave,
).order_by(predictions.c.id)
_REPORTS = rows(feedback, feedback.c.id, feedback.c.prediction_id, feedback.c.actual_response).where(
    feedback.c.actual_response.is_not(None)
)
_BY_A_MODEL = (
    rows(
        predictions,
        predictions.c.id,
        predictions.c.candidates,
        predictions.c.options,
        predictions.c.cited_facts,
        predictions.c.snapshot,
        predictions.c.abstained,
        predictions.c.acts,
        predictions.c.leave,
    )
    .where(predictions.c.usage.is_not(None))
    .order_by(predictions.c.id)
)
_LET = rows(predictions, predictions.c.id, predictions.c.leave).where(predictions.c.leave.is_not(None))
_TYPED = rows(phrases, phrases.c.key).where(phrases.c.key.in_(IDS))


class Texts:
    """Texts to be removed, findable by their beginnings."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._whole = {text for text in texts if text}
        self._by_beginning: defaultdict[str, list[str]] = defaultdict(list)
        for text in self._whole:
            if len(text) > _FEW:
                self._by_beginning[text[: _FEW + 1]].append(text)

    def __bool__(self) -> bool:
        return bool(self._whole)

    def without(self, kept: str, *, within: Iterable[str] = ()) -> str:
        """What is kept, minus the texts. `within` are texts that what is kept may be a part of."""
        if kept.strip() in self._whole or any(len(kept) > _FEW and kept in text for text in within):
            return DELETED
        found = {
            text
            for at in range(len(kept) - _FEW)
            for text in self._by_beginning.get(kept[at : at + _FEW + 1], ())
            if kept.startswith(text, at)
        }
        for text in sorted(found, key=len, reverse=True):
            kept = kept.replace(text, DELETED)
        return kept


def scrub(scope: Scope, said: dict[str, list[str]]) -> list[str]:
    """Remove what was said, by session, from predictions and feedback. Ids of predictions whose reply was among it.

    A question is often a part of what the agent said, and a reply a part of what was typed, in the same session.
    """
    texts = Texts(text for each in said.values() for text in each)
    if not texts:
        return []
    told: set[str] = set()
    sessions: dict[str, list[str]] = {}
    for row in scope.run(_PREDICTIONS).all():
        sessions[row.id] = said.get(row.session_id or "", [])
        found = _scrubbed(row, texts, sessions[row.id])
        if any(found[name] != getattr(row, name) for name in found):
            if any(found[name] != getattr(row, name) for name in ("agent_input", "candidates", "options")):
                found |= _wordless(row)
            scope.run(change(predictions).where(predictions.c.id == row.id).values(**found))
        if found["actual_response"] != row.actual_response:
            told.add(row.id)
    for row in scope.run(_REPORTS).all():
        clean = texts.without(row.actual_response, within=sessions.get(row.prediction_id, []))
        if clean != row.actual_response:
            told.add(row.prediction_id)
            scope.run(change(feedback).where(feedback.c.id == row.id).values(actual_response=clean))
    return sorted(told)


def _scrubbed(row: Any, texts: Texts, within: list[str]) -> dict[str, Any]:
    return {
        "agent_input": texts.without(row.agent_input, within=within),
        "candidates": [
            {**c, "response": texts.without(c["response"]), "reasoning": texts.without(c["reasoning"])}
            for c in row.candidates
        ],
        "options": [texts.without(option, within=within) for option in row.options],
        "actual_response": row.actual_response and texts.without(row.actual_response, within=within),
    }


def _wordless(row: Any) -> dict[str, Any]:
    """What it would set in motion, without the words that this was read off; what it weighs stays."""
    blank: dict[str, Any] = {"verb": "", "object": "", "qualifiers": [], "evidence": DELETED}
    quotes = (row.abstained or "").startswith(QUOTES)
    return {
        "abstained": DELETED if quotes else row.abstained,
        "acts": row.acts and [{**act, **blank} for act in row.acts],
        "leave": row.leave and [{**each, "evidence": DELETED} for each in row.leave],
    }


def retract(
    scope: Scope, shown: Sequence[Ref], *, profiles_since: datetime | None, phrase: Callable[[str], str]
) -> None:
    """Empty the reasoning of every prediction for which a model was shown any of these, or a profile that new.

    Replies go too, unless the person types their phrase anyhow or the agent offered them. And permissions that are gone
    are no longer quoted.
    """
    gone = {layer: {ref.id for ref in shown if ref.layer is layer} for layer in Layer}
    said = [row for row in scope.run(_BY_A_MODEL).all() if _was_shown(row, gone, profiles_since)]
    keys = sorted({phrase(each["response"]) for row in said for each in row.candidates})
    typed = {row.key for row in scope.rows_of(_TYPED, keys)}
    for row in said:
        left = [
            {
                **each,
                "response": each["response"]
                if each["response"] in row.options or phrase(each["response"]) in typed
                else DELETED,
                "reasoning": each["reasoning"] and DELETED,
            }
            for each in row.candidates
        ]
        if left != row.candidates:
            whole = [each["response"] for each in left] == [each["response"] for each in row.candidates]
            found = {"candidates": left} | ({} if whole else _wordless(row))
            scope.run(change(predictions).where(predictions.c.id == row.id).values(**found))
    if gone[Layer.FACT]:
        _unquote(scope, gone[Layer.FACT])


def _unquote(scope: Scope, facts: set[str]) -> None:
    """Empty what was said of these facts where they let something happen."""
    for row in scope.run(_LET).all():
        left = [{**each, "evidence": DELETED} if each["fact_id"] in facts else each for each in row.leave]
        if left != row.leave:
            scope.run(change(predictions).where(predictions.c.id == row.id).values(leave=left))


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
