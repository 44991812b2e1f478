"""The predictor that needs no key and no network: what this person typed before, weighed by how alike the question is.

Every earlier answer votes for its own phrase. Its vote is heavier the more its question looks like this one, the
newer it is, and the better it fits the session at hand. "Something new" has votes of its own, so that a person whose
answers never repeat gets the low scores they deserve, and so does everybody on their first day.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from datetime import datetime

from clone_mcp.models.prediction import Guess, History, Proposal, Question
from clone_mcp.recording.wording import alike, fold, sketch

NAME = "local-1"

_HALF_LIFE = 150  # answers
_NEW = 3.0  # votes for "something new" before anything is known
_NOVELTY = 0.35  # and per vote cast: people repeat themselves less than a count of the past suggests
_FREQUENT = 0.02  # vote of a mere earlier occurrence, whatever the question was
_CLOSE = 0.25  # two questions below this likeness have nothing to say about each other

# Phrases that at least three of ten developers used as an answer, with the share of their answers.
_GENERIC = (
    ("yes", 0.012),
    ("continue", 0.010),
    ("commit", 0.004),
    ("proceed", 0.003),
    ("yes please", 0.003),
    ("commit and push", 0.002),
)
_DONE = re.compile(
    r"^(thanks|thank you|thx|perfect|great|looks good|lgtm|all good|that'?s all|done|nice|awesome|well done"
    r"|danke|merci|gracias|obrigad[oa]|谢谢|ありがとう|спасибо)\b.{0,40}$",
    re.IGNORECASE,
)


class LocalPredictor:
    """Votes of earlier answers, read from what is counted at record time."""

    name = NAME

    async def propose(self, question: Question, history: History, *, now: datetime) -> Proposal:
        if question.options:
            return _choose(question, history)
        votes = _votes(question, history)
        total = sum(votes.values())
        mass = _NEW + (1 + _NOVELTY) * total
        texts = {phrase.key: phrase.text for phrase in history.phrases}
        scores = {texts[key]: vote / mass for key, vote in votes.items() if texts.get(key)}
        known = {key for key in votes if texts.get(key)}
        room = _NEW / mass
        for phrase, share in _GENERIC:
            if phrase not in known:
                scores[phrase] = share * room
        ranked = sorted(scores.items(), key=lambda item: -item[1])
        guesses = tuple(Guess(text, score, _reason(text, votes, texts)) for text, score in ranked[: question.k])
        return Proposal(
            guesses,
            abstained=_why_not(history, guesses[0]),
            stop_recommended=bool(_DONE.match(guesses[0].response)),
        )


def _votes(question: Question, history: History) -> dict[str, float]:
    """Votes by phrase key."""
    asked = sketch(question.agent_input)
    last = next((a.key for a in history.answers if a.session_id == question.session_id), None)
    votes: defaultdict[str, float] = defaultdict(float)
    for age, answer in enumerate(history.answers):
        likeness = alike(asked, answer.question)
        vote = _FREQUENT + (likeness**2 if likeness > _CLOSE else 0.0)
        if answer.session_id == question.session_id:
            vote *= 1.5
        if last is not None and answer.previous == last:
            vote *= 1.5
        votes[answer.key] += vote * 0.5 ** (age / _HALF_LIFE)
    for phrase in history.phrases:
        votes[phrase.key] += _FREQUENT * math.log1p(phrase.times)
    return votes


def _choose(question: Question, history: History) -> Proposal:
    """One of the offered options: alike chances, moved by what was chosen before."""
    votes = _votes(question, history)
    weights: list[float] = []
    for number, option in enumerate(question.options, 1):
        spelled = {fold(option), str(number), "abcdefghijklmnopqrstuvwxyz"[(number - 1) % 26]}
        weights.append(1.0 + sum(votes.get(key, 0.0) for key in spelled))
    mass = sum(weights) + 1.0  # one more for "none of them"
    order = sorted(range(len(weights)), key=lambda i: -weights[i])
    guesses = tuple(
        Guess(
            question.options[i],
            weights[i] / mass,
            "You chose this before." if weights[i] > 1 else "One of the options offered; nothing sets them apart yet.",
        )
        for i in order[: question.k]
    )
    told_apart = max(weights) > 1.0
    return Proposal(guesses, abstained=None if told_apart else "Nothing is known yet about choices like these.")


def _reason(text: str, votes: dict[str, float], texts: dict[str, str]) -> str:
    key = fold(text)
    if key in votes and texts.get(key):
        return "You answered with this before, most often when an agent said something like this."
    return "A reply many people give; nothing of yours points to it yet."


def _why_not(history: History, best: Guess) -> str | None:
    if history.total == 0:
        return "No history yet: Clone has not seen this person answer anything."
    if best.score < _NOTHING_CLOSE:
        return "Nothing this person typed before is close to this."
    return None


_NOTHING_CLOSE = 0.05
