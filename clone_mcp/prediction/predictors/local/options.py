"""Which of the caller's options the person would take, or none: rates of people in general, moved by their own answers.

What is known of people was counted, not trained: 199 questions of eleven people, the only ones that anything could be
trained on, are too few. The choices that a message lists are ranked in choices.py.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from clone_mcp.language import lexicon
from clone_mcp.language.choices import Choice, head, marked, together
from clone_mcp.language.message import Message, read
from clone_mcp.language.wording import fold
from clone_mcp.models.prediction import Guess, Proposal, Question
from clone_mcp.prediction.predictors.local.choices import VAGUE, advised
from clone_mcp.prediction.predictors.local.meant import points, taken
from clone_mcp.prediction.predictors.local.window import CONTRADICTED, Window

NAME = "local-3/options"
"""Scores of options have a fit of their own: they come from other rates than those of free replies."""
SEVERAL = "local-3/several"
"""And so have those of sets of options."""

# Where these come from: docs/decisions/0111. Of 1,451 answers of 61 people, 43 % took the first option, 26 % none of
# them, and 57 % the recommended one where there was one.
_NONE = 0.26
"""How often none is taken."""
_RECOMMENDED, _FIRST, _VAGUE, _ADVISED = 1.3, 0.25, -0.43, 0.73
"""Log odds of an option against the others, given that one is taken. The last two are those of choices.py."""
_USUAL_NONE, _NONE_FADES, _SAME_SESSION = 10.0, 0.9, 2.0
"""How many of the person's own answers the rate of people weighs; what each older answer counts, and one just now."""
_PRIOR = 1.0
"""How many answers to the very question what is usual weighs: one such answer held in two of three cases."""
_STABLE = 2.0
"""What each answer to the very question counts where there were several, all alike: those held in 16 of 17 cases."""
_ALIKE, _MOST_ALIKE = 0.75, 1.0
"""Questions less alike say nothing of each other; others, all together, count no more than so many of the very same."""
_AMONG, _AMONG_RECOMMENDED, _PRIOR_AMONG = 0.6, 0.8, 2.0
"""How often an option is among several that are taken (17 of 25; all 3 recommended ones), and what that weighs."""
_RECURRED = 2
"""Answers to a question that may be given again, if they took the same options and nothing came after."""

_RECOMMENDATION = re.compile(lexicon.pattern("choices", "recommended"), re.IGNORECASE)
UNKNOWN = "Nothing is known yet about choices like these."
_SETS = {True: "You took these very options before.", False: "The options that are likelier taken than not."}
_SINGLY = "The odds that this is among the options taken."
SET_UNKNOWN = "Several may be taken here, and you have not taken these very ones twice."


def choose(question: Question, message: Message, window: Window) -> Proposal:
    """Rank the options, each with its odds. What is left to 1 are the odds that none of them is taken."""
    options = question.options
    listed = {} if message.in_dialog else dict(message.choices)  # of which an option may be no more than the label
    said: tuple[Choice, ...] = tuple(
        (str(place), listed.get(option.casefold(), option)) for place, option in enumerate(options, 1)
    )
    none = _none(question, window)
    before = _Before.of(question, said, message, window)
    if question.several:
        return _several(question, said, none, before)
    mass = _PRIOR + sum(before.votes) + before.others
    usual = before.moved(preferences(said, question.heard))
    chances = [(_PRIOR * (1 - none) * liked + votes) / mass for liked, votes in zip(usual, before.votes, strict=True)]
    order = sorted(range(len(options)), key=lambda place: -chances[place])
    guesses = tuple(Guess(options[place], chances[place], before.reason(place)) for place in order[: question.k])
    return Proposal(guesses, abstained=None if any(before.votes + before.alike) else UNKNOWN, predictor=NAME)


def preferences(options: Sequence[Choice], text: str) -> list[float]:
    """The chance of each option, given that one is taken, for people in general."""
    pointed = advised(options, text)
    odds = [
        math.exp(
            _RECOMMENDED * _is_recommended(wording)
            + _FIRST * (place == 0)
            + _VAGUE * bool(VAGUE.search(head(wording)))
            + _ADVISED * pointed[place]
        )
        for place, (_, wording) in enumerate(options)
    ]
    whole = sum(odds)
    return [each / whole for each in odds]


def _is_recommended(wording: str) -> bool:
    return _RECOMMENDATION.search(wording) is not None


def _none(question: Question, window: Window) -> float:
    """How likely none of the options is taken: as among people, moved by how often this person took none lately."""
    took_none, weighed, weight = _USUAL_NONE * _NONE, _USUAL_NONE, 1.0
    for answer, reading in zip(window.answers, window.reads, strict=True):
        if reading.asked.in_dialog:
            counts = weight * (_SAME_SESSION if answer.session_id == question.session_id else 1.0)
            took_none += counts * (not reading.asked.marks)
            weighed += counts
            weight *= _NONE_FADES
    return took_none / weighed


@dataclass(frozen=True, slots=True)
class _Before:
    """What earlier answers to this question, and to questions like it, say."""

    sets: tuple[frozenset[int], ...]
    """What the answers to the very question took, the newest first. An empty set took nothing that is offered now."""
    votes: tuple[float, ...]
    """What these say for each option."""
    others: float
    """And for something else."""
    alike: tuple[float, ...]
    """What answers to questions like it say for each option."""

    @classmethod
    def of(cls, question: Question, options: tuple[Choice, ...], message: Message, window: Window) -> _Before:
        likeness: list[float] = window.topics(message).tolist()
        topics = {message.topic, read(question.heard).topic}
        sets, alike = list[frozenset[int]](), [0.0] * len(options)
        for use, like in enumerate(likeness):
            asked = window.reads[use].asked  # which has no `again` where its options were not recorded
            if asked.again == message.again if asked.again else asked.topic and asked.topic in topics:
                if _tells(options, window, use):
                    sets.append(_places(options, window, use))
            elif like >= _ALIKE and len(places := _places(options, window, use)) == 1:
                alike[min(places)] += like**4
        stable = _STABLE if len(sets) > 1 and len(set(sets)) == 1 else 1.0
        own, others = _held(sets, stable, len(options))
        return cls(tuple(sets), tuple(own), others, tuple(alike))

    @property
    def recurring(self) -> frozenset[int]:
        """The very options that the newest answers took together; none where these differ or are too few."""
        newest = self.sets[:_RECURRED]
        return newest[0] if len(newest) == _RECURRED and len(set(newest)) == 1 else frozenset()

    def moved(self, usual: Sequence[float]) -> list[float]:
        """What is usual among the options, moved by what was taken at questions like it. It says nothing of none."""
        mass = sum(self.alike)
        scale = _MOST_ALIKE / (_MOST_ALIKE + mass)
        return [(each + scale * own) / (1 + scale * mass) for each, own in zip(usual, self.alike, strict=True)]

    def reason(self, place: int) -> str:
        times = self.sets.count(frozenset((place,)))
        if times:
            return f"You chose this {times} of the {len(self.sets)} times you were asked this."
        if self.votes[place] or self.alike[place]:
            return "You chose this when you were asked something like this."
        return "One of the options offered; nothing you chose before points to it."


def _places(options: tuple[Choice, ...], window: Window, use: int) -> frozenset[int]:
    """Which options an earlier answer would take now: what it took then, whatever its place, or says now."""
    text, asked = window.answers[use].text, window.reads[use].asked
    if asked.marks or asked.in_dialog:
        known = [marked(options, each) for each in asked.marks]
        return frozenset() if None in known else frozenset(place for place in known if place is not None)
    place = _worded(options, text) if points(text) else taken(text, options)
    return frozenset() if place is None else frozenset((place,))


def _tells(options: tuple[Choice, ...], window: Window, use: int) -> bool:
    """Whether it is known what an earlier answer took: "2" tells nothing where the options were not seen."""
    text, asked = window.answers[use].text, window.reads[use].asked
    return bool(asked.marks) or not points(text) or _worded(options, text) is not None


def _worded(options: tuple[Choice, ...], text: str) -> int | None:
    """The option that is that very text: a number of workers, say, not a place."""
    return next((place for place, (_, option) in enumerate(options) if fold(option) == fold(text)), None)


def _held(sets: Sequence[frozenset[int]], weight: float, count: int) -> tuple[list[float], float]:
    """What answers, the newest first, say for each option and for none. Those contradicted since count less."""
    contradicted = CONTRADICTED ** next((n for n, each in enumerate(sets) if each != sets[0]), 0)
    held, others = [0.0] * count, 0.0
    for each in sets:
        counts = weight if each == sets[0] else weight * contradicted
        if len(each) == 1:
            held[min(each)] += counts
        else:
            others += counts
    return held, others


def _several(question: Question, options: Sequence[Choice], none: float, before: _Before) -> Proposal:
    """The likeliest set as one reply, then the options, each with the odds that it is among those taken."""
    odds, again = _among(options, none, before), before.recurring
    likely = again or frozenset(place for place, chance in enumerate(odds) if chance >= 0.5)
    likely = likely or frozenset((max(range(len(odds)), key=odds.__getitem__),))
    chance = math.prod(each if place in likely else 1 - each for place, each in enumerate(odds))
    if again:
        times = before.sets.count(again)
        others = len(before.sets) - times
        chance = (_PRIOR * chance + _STABLE * times) / (_PRIOR + _STABLE * times + others)
    first = Guess(together([question.options[place] for place in sorted(likely)]), chance, _SETS[bool(again)])
    order = sorted(range(len(odds)), key=lambda place: -odds[place])
    singly = (Guess(question.options[place], odds[place], _SINGLY, calibrated=odds[place]) for place in order)
    guesses = (first, *(guess for guess in singly if guess.response != first.response))[: question.k]
    return Proposal(guesses, abstained=None if again else SET_UNKNOWN, predictor=SEVERAL, exclusive=False)


def _among(options: Sequence[Choice], none: float, before: _Before) -> list[float]:
    """How likely each option is among those taken."""
    usual = [_AMONG_RECOMMENDED if _is_recommended(wording) else _AMONG for _, wording in options]
    mass = _PRIOR_AMONG + len(before.sets)
    return [
        (_PRIOR_AMONG * (1 - none) * like + sum(place in each for each in before.sets)) / mass
        for place, like in enumerate(usual)
    ]
