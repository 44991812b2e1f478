"""What an answer of the person decided on the acts that its question asked for, and how such decisions are counted.

Pure. Where answers come from, and where their decisions are kept, is in memory/precedents.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clone_mcp.language.meaning.reading import read
from clone_mcp.models.act import CountableAnswer, DecidedAct, Precedent, Weight
from clone_mcp.stakes import acts

NEWEST = 100
"""So many of the newest decisions on an act count. What somebody did two years ago says little of today."""
_YES = "yes"
_REFUSALS = ("no", "stop")


def decisions(answer: CountableAnswer) -> tuple[DecidedAct, ...]:
    """What the answer decided, one for each act that can be undone. Others never go by precedent.

    What the person orders in their own words is approved, too: nobody wants an act more than who names it.
    """
    if not answer.question:
        return ()
    asked = _keys(answer, _YES)
    approved = _keys(answer, answer.reply)
    if not asked and not approved:
        return ()
    refuses = read(answer.reply).kind in _REFUSALS
    return tuple(
        DecidedAct(
            key,
            answer.session_id,
            approved=key in approved,
            refused=refuses and key not in approved,
            attested=answer.attested,
            at=answer.at,
        )
        for key in sorted(asked | approved)
    )


def _keys(answer: CountableAnswer, reply: str) -> set[str]:
    """What the reply would set in motion, as far as that goes by precedent."""
    found = acts(answer.question, reply, answer.options)
    return {act.key for act in found if act.weight is Weight.REVERSIBLE and act.key}


def precedent(key: str, decided: Iterable[DecidedAct], *, trusting: bool = False) -> Precedent:
    """How the person decided on acts of this key, by the newest decisions. Claims can refuse, but not approve.

    `trusting`: the person trusts what agents say they typed, so that claims count like everything else.
    """
    counted = sorted(
        (each for each in decided if each.key == key and (each.attested or trusting or not each.approved)),
        key=lambda each: each.at,
        reverse=True,
    )[:NEWEST]
    approvals = [each for each in counted if each.approved]
    last = approvals[0].at if approvals else None
    return Precedent(
        key,
        approved=len(approvals),
        asked=len(counted),
        sessions=len({each.session_id for each in approvals}),
        # At the same moment the refusal wins: which came first is not known.
        refused_since=any(each.refused and (last is None or each.at >= last) for each in counted),
    )


class Precedents:
    """Decisions in memory, for replaying somebody's history: what was decided up to now, and nothing else."""

    def __init__(self) -> None:
        self._decided: dict[str, list[DecidedAct]] = {}
        self._uncounted: list[CountableAnswer] = []

    def add(self, answer: CountableAnswer) -> None:
        """The person answered this. It is read when somebody needs it: few of a replay's answers would be acted on."""
        self._uncounted.append(answer)

    def of(self, keys: Sequence[str]) -> dict[str, Precedent]:
        """By key, how they decided so far."""
        if keys:
            for answer in self._uncounted:
                for each in decisions(answer):
                    self._decided.setdefault(each.key, []).append(each)
            self._uncounted.clear()
        return {key: precedent(key, self._decided.get(key, ())[-NEWEST:]) for key in keys}
