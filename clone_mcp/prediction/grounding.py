"""Whether an answer that would be acted on rests on what the person is known to have typed, and not on claims.

Claims count while answers are ranked. Only what would become automatic is held up, as long as the person hasn't said
that they trust what agents record: it has to be sure enough without the claims, too.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from clone_mcp.language.choices import Choice
from clone_mcp.language.meaning.compare import compare, same_reply
from clone_mcp.models.calibration import Standing, Switch
from clone_mcp.models.prediction import Guess, History, Question
from clone_mcp.ports import Materials
from clone_mcp.prediction.predictors.local import NAMES, LocalPredictor
from clone_mcp.prediction.weighing import Scored

CLAIMED = (
    "It would rest on what agents say the person typed, and nothing vouches for that. Recording by hooks does "
    "(`clone-mcp install`), and so does a recorder key; or the person says that they trust their agents: "
    "`clone-mcp trust on`."
)
_CLOSE = 20
"""Guesses that are looked at again."""


class Grounding:
    """Looks at answers again without the claims."""

    def __init__(self) -> None:
        # Of its own: what the one that answers keeps is about all answers.
        self._local = LocalPredictor()

    def lacking(self, question: Question, scored: Scored, predictor: str, materials: Materials) -> str | None:
        """Why none of this may be acted on, if a guess that could be would rest on claims. `predictor` scored them."""
        sure = [guess for guess, worth in scored if worth >= question.threshold]
        if not sure or not hears_claims(question, materials, materials.standing):
            return None
        if predictor not in NAMES:
            return None if all(_is_borne_out(guess, materials) for guess in sure) else CLAIMED
        worth = self._without_claims(question, predictor, materials)
        found = all(_worth_of(guess.response, worth, question) >= question.threshold for guess in sure)
        return None if found else CLAIMED

    def _without_claims(self, question: Question, predictor: str, materials: Materials) -> dict[str, float]:
        """What guesses are worth by attested answers alone. Nothing where those say nothing of it."""
        proposal = self._local.ranked(replace(question, k=max(question.k, _CLOSE)), attested(materials))
        if proposal.abstained is not None:
            return {}
        return {guess.response: materials.calibrate(predictor, guess.score) for guess in proposal.guesses}


def _worth_of(response: str, worth: dict[str, float], question: Question) -> float:
    """What a guess is worth there, in whatever words: without the claims, another wording may stand for it."""
    if response in worth:
        return worth[response]
    options: list[Choice] = [(str(number), option) for number, option in enumerate(question.options, 1)]
    alike = (
        value
        for other, value in worth.items()
        if compare(response, other, question.agent_input, options).sameness == "same"
    )
    return max(alike, default=0.0)


def attested(history: History) -> History:
    """The history as it would be if nobody had claimed anything."""
    answers = tuple(answer for answer in history.answers if answer.attested)
    times = Counter(answer.key for answer in answers)
    phrases = (replace(phrase, times=times[phrase.key]) for phrase in history.phrases if phrase.key in times)
    return History(tuple(phrases), answers, len(answers))


def hears_claims(question: Question, history: History, standing: Standing) -> bool:
    """Whether claims count among these answers, and the person hasn't said that they trust what agents record."""
    claimed = not all(answer.attested for answer in history.answers)
    return claimed and not standing.on(Switch.TRUST, question.session_id)


def _is_borne_out(guess: Guess, history: History) -> bool:
    """Whether at least half of those that say so, among the newest answers, are attested; and one of them is.

    That is all there is to see of a model's guess, which can't be made again without what it was shown. It is a habit
    that is looked for, so the same reply counts to whatever question it was given.
    """
    alike = [answer.attested for answer in history.answers if same_reply(guess.response, answer.text)]
    return any(alike) and 2 * sum(alike) >= len(alike)
