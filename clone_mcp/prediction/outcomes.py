"""What the person's next prompt says of a prediction. Every rule about that stands here, and nothing else does.

Only the person's own words count: what Clone or a tool wrote says nothing, nor does what was pasted. Whether the reply
is the predicted one is decided by its meaning (`language/meaning`). Resemblance only tells which question was answered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from clone_mcp.language.choices import Choice
from clone_mcp.language.meaning.answer import answer
from clone_mcp.language.meaning.compare import compare
from clone_mcp.language.meaning.reading import read
from clone_mcp.language.pasted import own_words
from clone_mcp.language.replies import CLOSING, CONTENT_CLAUSE, CONTENT_START, UNDO
from clone_mcp.language.wording import fold, resembles, words
from clone_mcp.language.wrapped import said_last
from clone_mcp.models.events import IDLE, Author, Channel, StoredEvent
from clone_mcp.models.prediction import Decision, Kind, Outcome, Prediction, Question
from clone_mcp.models.text import DELETED

GO_ON, STOP = "continue", "stop"

WITHIN = timedelta(hours=24)
"""A prompt after that answers nothing that was asked before."""
_READ = 20_000
"""Characters of a turn, from its end, in which a question or an answer is looked for."""
_ASKED = 300
"""Characters at the end of a question that say what it asks."""
_ABOUT = 0.5
"""Share of what it asks that a message repeats, if it is the same question."""
_BRIEF = 120
"""Characters: a longer reply asks for something more."""
_OUTCOMES = {"same": Outcome.ACCEPTED, "part": Outcome.EDITED, "different": Outcome.REJECTED}
_ASKING = ("?", "？")
_CLAUSES = re.compile(r"[,.;:!…，。！；、\n]+|\s[–—-]+\s|\band\b|&", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ObservedOutcome:
    """An outcome that the person told by what they did."""

    outcome: Outcome
    channel: Channel
    event_id: str | None


class Ruling(StrEnum):
    """What there is to know, where it is no outcome."""

    STOOD = "stood"
    """An automatic answer went out, and the person left it at that."""
    NOTHING = "nothing"
    """What followed says nothing of it, and never will."""
    OPEN = "open"
    """Nothing has followed yet."""


def rule(
    prediction: Prediction, turns: Sequence[StoredEvent], newer: Sequence[Prediction], *, now: datetime
) -> ObservedOutcome | Ruling:
    """What the session's later turns say of a prediction. `newer` are the session's predictions after it."""
    # After it by both clocks: the producer's may be ahead, and what is imported later happened before.
    made = prediction.created_at
    after = [turn for turn in turns if turn.occurred_at > made and turn.received_at >= made]
    if prediction.kind is Kind.CONTINUATION:
        return _went_on(prediction, after, now)
    responses: list[str] = []
    acted = False
    for turn in after:
        if turn.type == "agent.response":
            responses.append(_text(turn, "response"))
        elif turn.author is Author.PERSON:
            return _typed(prediction, turn, responses, newer, acted=acted)
        elif turn.author is Author.CLONE and not acted and _is_answer(prediction, turn):
            acted, responses = True, []
        else:
            return Ruling.NOTHING  # somebody else answered, or this was followed by another automatic answer
    return Ruling.OPEN


def verdict(predicted: str, reply: str, *, question: str = "", options: Sequence[str] = ()) -> Outcome:
    """How a reply compares with what was predicted: the same, part of it, or something else."""
    return _OUTCOMES[compare(predicted, reply, question, _choices(options)).sameness]


def judged(prediction: Prediction, reply: str) -> Outcome:
    """What a prediction comes to if this is what the person replied to its question."""
    question = prediction.question
    return verdict(prediction.top.response, reply, question=said_last(question.agent_input), options=question.options)


def reported(prediction: Prediction, outcome: Outcome, actual: str | None) -> Outcome:
    """What a report comes to. What the person typed decides, whatever somebody called it: clients go by resemblance.

    Only where it says nothing by itself, and the question not enough, whoever reports it knows what it was said to.
    """
    if not actual or not judgeable(prediction, actual):
        return outcome
    reply = own_words(actual) or actual
    told = judged(prediction, reply)
    return outcome if told is Outcome.EDITED and _leaves_open(prediction.question, reply) else told


def judgeable(prediction: Prediction, reply: str) -> bool:
    """Whether there are two replies to compare: a guess and what was typed, neither of them deleted."""
    if prediction.kind is not Kind.REPLY or not prediction.candidates:
        return False
    return DELETED not in prediction.top.response and DELETED not in reply


def undoes(reply: str) -> bool:
    """Whether the person takes back what was just done in their name."""
    return UNDO.match(reply) is not None


def closes(reply: str) -> bool:
    """Whether the person is satisfied and asks for nothing more."""
    return len(reply) <= _BRIEF and not reply.rstrip().endswith(_ASKING) and CLOSING.match(reply.strip()) is not None


def ends_content(reply: str) -> bool:
    """Whether a brief reply thanks or praises, asks for nothing more and complains of nothing, whatever else it says.

    That is enough where the session is known to have ended so.
    """
    if len(reply) > _BRIEF or any(mark in reply for mark in _ASKING):
        return False
    clauses = _CLAUSES.split(reply)  # the praise may come last: "it works now, thanks"
    return any(map(CONTENT_START.match, clauses)) and all(map(CONTENT_CLAUSE.fullmatch, clauses))


def _typed(
    prediction: Prediction, turn: StoredEvent, responses: list[str], newer: Sequence[Prediction], *, acted: bool
) -> ObservedOutcome | Ruling:
    """What the first thing the person typed says."""
    reply = own_words(_text(turn, "prompt"))
    if not reply or turn.occurred_at - prediction.created_at > WITHIN or _superseded(prediction, newer, turn):
        return Ruling.NOTHING
    auto = prediction.decision is Decision.AUTO
    if acted or (auto and any(not _about(prediction, text) for text in responses)):
        return ObservedOutcome(Outcome.REJECTED, turn.channel, turn.id) if undoes(reply) else Ruling.STOOD
    if _is_answered_elsewhere(prediction, reply, responses) or not judgeable(prediction, reply):
        return Ruling.NOTHING
    return ObservedOutcome(judged(prediction, reply), turn.channel, turn.id)


def _is_answered_elsewhere(prediction: Prediction, reply: str, responses: list[str]) -> bool:
    """Whether the reply answers something that the agent said after the question.

    Of options a button may have taken one, which not every client records. So a reply that takes none of them is no
    answer as soon as the agent has gone on.
    """
    apart = [not _about(prediction, text) for text in responses]
    if len(apart) > 1 and apart[-1]:
        return True
    return any(apart) and bool(prediction.question.options) and not _takes_one(prediction.question, reply)


def _leaves_open(question: Question, reply: str) -> bool:
    """Whether a reply is no more than a yes or a number, of which the question does not say what it takes: a menu did.

    "1" to a question that the client put as a menu of its own, "yes" to a guess that it showed.
    """
    said = read(reply)
    if not said.bare or (said.kind == "pick" and said.agrees):  # "yes, do B" says more than yes
        return False
    return said.kind in ("yes", "on", "pick") and not _takes_one(question, reply)


def _takes_one(question: Question, reply: str) -> bool:
    return bool(answer(reply, said_last(question.agent_input), _choices(question.options)).chosen)


def _choices(options: Sequence[str]) -> list[Choice]:
    return [(str(number), option) for number, option in enumerate(options, 1)]


def _went_on(prediction: Prediction, after: Sequence[StoredEvent], now: datetime) -> ObservedOutcome | Ruling:
    """Whether the person went on: they did unless they were content or typed nothing for a while."""
    until = prediction.created_at + IDLE
    prompt = next((turn for turn in after if turn.type == "agent.prompt" and turn.occurred_at <= until), None)
    if prompt is None:
        if now <= until:
            return Ruling.OPEN
        return ObservedOutcome(_hit(prediction, STOP), Channel.CLAIMED, None)  # an absence is no statement
    if prompt.author is not Author.PERSON:
        return Ruling.NOTHING
    did = STOP if closes(own_words(_text(prompt, "prompt"))) else GO_ON
    return ObservedOutcome(_hit(prediction, did), prompt.channel, prompt.id)


def _hit(prediction: Prediction, did: str) -> Outcome:
    return Outcome.ACCEPTED if prediction.top.response == did else Outcome.REJECTED


def _superseded(prediction: Prediction, newer: Sequence[Prediction], turn: StoredEvent) -> bool:
    """Whether another question was put before the person typed: then they answer that one."""
    asked = prediction.question.agent_input
    return any(
        later.kind is Kind.REPLY
        and later.created_at < turn.occurred_at
        and not resembles(later.question.agent_input, asked)
        for later in newer
    )


def _about(prediction: Prediction, response: str) -> bool:
    """Whether a message is the question that was asked, in whatever words the agent put it to the person."""
    asked = set(words(said_last(prediction.question.agent_input)[-_ASKED:]))
    return not asked or len(asked & set(words(response[-_READ:]))) >= _ABOUT * len(asked)


def _is_answer(prediction: Prediction, turn: StoredEvent) -> bool:
    """Whether what Clone is said to have typed is this prediction. Clients wrap it: "Q: … A: …"."""
    if prediction.decision is not Decision.AUTO:
        return False
    return fold(prediction.top.response) in fold(_text(turn, "prompt")[-_READ:])


def _text(turn: StoredEvent, field: str) -> str:
    found = turn.payload.get(field)
    return found if isinstance(found, str) else ""
