"""Candidates that are the same answer to this question become one: "yes" and "run it" to "Shall I run it?".

The last step before a list is chosen, over the likeliest only. What is the same whatever was asked was counted together
before; opposites are never joined, nor is what means the same as two that differ.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np

from clone_mcp.language.meaning.answer import Answer, answer
from clone_mcp.language.meaning.verdict import judge, same
from clone_mcp.prediction.predictors.local.features import believable, largest, shares_of
from clone_mcp.prediction.predictors.local.scored import Scored, log_odds, probabilities
from clone_mcp.prediction.predictors.local.situation import NOW, SLOW, Situation

_LOOK = 12
"""So many are compared."""


def pooled(scored: Scored, here: Situation) -> Scored:
    """Each group of the likeliest that answer the same is left as its commonest wording, with the evidence of all."""
    best = scored.likeliest_first()[:_LOOK]
    message = here.message
    groups = _groups({each: answer(scored.candidates[each].text, message.text, message.choices) for each in best})
    if not groups:
        return scored
    gone = set[int]()
    scored = replace(
        scored,
        confidences=scored.confidences.copy(),
        uncapped=scored.uncapped.copy(),
        orders=scored.orders.copy(),
        now=scored.now.copy(),
        places=scored.places.copy(),
    )
    for group in groups:
        kept = _commonest(scored, group, here)
        _join(scored, group, kept, here)
        gone.update(each for each in group if each != kept)
    return scored.of([place for place in range(len(scored.candidates)) if place not in gone])


def _groups(answers: dict[int, Answer]) -> list[list[int]]:
    """Those of two or more, each the same as every other of its group, the likeliest first."""
    compared = [each for each, this in answers.items() if not _does_something_else(this)]
    alike = {
        one: [other for other in compared if other != one and same(answers[one], answers[other])] for one in compared
    }
    found: list[list[int]] = []
    for one, others in alike.items():
        if not others or _may_be_either([answers[other] for other in others]):
            continue
        group = next((group for group in found if all(each in others for each in group)), None)
        if group is None:
            found.append([one])
        else:
            group.append(one)
    return [group for group in found if len(group) > 1]


def _does_something_else(this: Answer) -> bool:
    """ "Run everything" reads as a bare go-ahead, but names an act of which "Shall I commit?" did not speak."""
    return this.reply.bare and bool(this.reply.verb) and this.reply.verb not in this.heard.asked


def _may_be_either(those: list[Answer]) -> bool:
    """Whether some of these differ: what is the same as two that differ is neither."""
    return any(judge(one, other).sameness == "different" for one, other in combinations(those, 2))


def _commonest(scored: Scored, group: list[int], here: Situation) -> int:
    """The one that the person says most often, of the brief ones if there are any: those may stand first."""
    brief, times = scored.brief(), here.window.times

    def often(place: int) -> tuple[bool, int]:
        saying = scored.candidates[place].saying
        return bool(brief[place]), int(times[saying]) if saying >= 0 else 0

    return max(group, key=often)


def _join(scored: Scored, group: list[int], kept: int, here: Situation) -> None:
    """Give one of them what all of them are worth: an answer that speaks for two of them counts once."""
    chances = probabilities(scored.confidences[group])
    worth = scored.places[group] * SLOW[: scored.places.shape[1]]
    union, chance = np.zeros(scored.places.shape[1], np.bool_), 0.0
    for place, mine, own in zip(group, worth, chances.tolist(), strict=True):
        whole = float(mine.sum())
        chance += own if not chance else own * float(mine[~union].sum()) / whole if whole else 0.0
        union |= scored.places[place]
    shares = shares_of(union[None], here)
    ceiling = float(believable(largest(shares), union[None])[0])
    joined = np.array(max(float(chances.max()), min(chance, ceiling)))
    scored.confidences[kept] = float(log_odds(joined))
    scored.uncapped[kept] = max(float(scored.uncapped[group].max()), float(log_odds(joined)))
    scored.orders[kept] = scored.orders[group].max()
    scored.now[kept], scored.places[kept] = shares[0, NOW], union
