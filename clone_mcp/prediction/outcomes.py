"""What the person's next prompt says of a prediction. Every rule about that stands here, and nothing else does.

Only the person's own words count: what Clone or a tool wrote says nothing, nor does what was pasted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from clone_mcp.language import lexicon
from clone_mcp.language.choices import Choice, picked
from clone_mcp.language.message import read
from clone_mcp.language.pasted import own_words
from clone_mcp.language.replies import CLOSING, GO_AHEAD, NEGATION, ON, UNDO, intent_of
from clone_mcp.language.wording import fold, resembles, tokens, words
from clone_mcp.models.events import IDLE, Author, Channel, StoredEvent
from clone_mcp.models.prediction import Decision, Kind, Outcome, Prediction

GO_ON, STOP = "continue", "stop"

WITHIN = timedelta(hours=24)
"""A prompt after that answers nothing that was asked before."""
_READ = 20_000
"""Characters of a turn, from its end, in which a question or an answer is looked for."""
_ASKED = 300
"""Characters at the end of a question that say what it asks; and at the start of a reply that say no."""
_ABOUT = 0.5
"""Share of what it asks that a message repeats, if it is the same question."""
_OVERLAP = 0.3
"""Share of their words that an edited reply and the predicted one have in common."""
_BRIEF = 120
"""Characters: a longer reply asks for something more."""
_ADDITION = 12
"""So many words more than a plain yes are an edited yes; beyond that the person says something of their own."""


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


def verdict(predicted: str, reply: str, *, question: str = "", options: Sequence[str] = ()) -> Outcome | None:
    """How a reply compares with what was predicted; None where it does not answer the question's options."""
    if options:
        return _choice([(str(number), option) for number, option in enumerate(options, 1)], predicted, reply)
    if _says_no(predicted) == _says_no(reply):
        commands = _command(predicted), _command(reply)
        if None not in commands:  # "commit" and "commit and push" are alike in words and not in deed
            return Outcome.ACCEPTED if commands[0] == commands[1] else Outcome.EDITED
        if resembles(predicted, reply) or _same_intent(predicted, reply, question):
            return Outcome.ACCEPTED
        if _overlaps(predicted, reply):
            return Outcome.EDITED
    elif _overlaps(predicted, reply) and not UNDO.match(reply):
        return Outcome.EDITED
    return Outcome.REJECTED


def undoes(reply: str) -> bool:
    """Whether the person takes back what was just done in their name."""
    return UNDO.match(reply) is not None


def closes(reply: str) -> bool:
    """Whether the person is satisfied and asks for nothing more."""
    return len(reply) <= _BRIEF and CLOSING.match(reply.strip()) is not None


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
    if len(responses) > 1 and not _about(prediction, responses[-1]):
        return Ruling.NOTHING  # they answer something else
    question = prediction.question
    outcome = verdict(prediction.top.response, reply, question=question.agent_input, options=question.options)
    return Ruling.NOTHING if outcome is None else ObservedOutcome(outcome, turn.channel, turn.id)


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
        and not (later.question.agent_input == asked or resembles(later.question.agent_input, asked))
        for later in newer
    )


def _about(prediction: Prediction, response: str) -> bool:
    """Whether a message is the question that was asked, in whatever words the agent put it to the person."""
    asked = set(words(prediction.question.agent_input[-_ASKED:]))
    return not asked or len(asked & set(words(response[-_READ:]))) >= _ABOUT * len(asked)


def _is_answer(prediction: Prediction, turn: StoredEvent) -> bool:
    """Whether what Clone is said to have typed is this prediction. Clients wrap it: "Q: … A: …"."""
    if prediction.decision is not Decision.AUTO:
        return False
    return fold(prediction.top.response) in fold(_text(turn, "prompt")[-_READ:])


def _text(turn: StoredEvent, field: str) -> str:
    found = turn.payload.get(field)
    return found if isinstance(found, str) else ""


def _choice(choices: Sequence[Choice], predicted: str, reply: str) -> Outcome | None:
    """Which of the options was taken. A reply that takes none says nothing of them: it may be a new thought."""
    took = _taken(choices, reply)
    if took is None:
        return None
    return Outcome.ACCEPTED if fold(choices[took][1]) == fold(predicted) else Outcome.REJECTED


def _taken(choices: Sequence[Choice], reply: str) -> int | None:
    exact = [place for place, (_, wording) in enumerate(choices) if fold(wording) == fold(reply)]
    return exact[0] if exact else picked(choices, reply)


def _same_intent(predicted: str, reply: str, question: str) -> bool:
    """Whether both say the same in other words, as far as that can be told without knowing what is meant."""
    message = read(question)
    if message.choices:
        places = _taken(message.choices, predicted), _taken(message.choices, reply)
        if None not in places:
            return places[0] == places[1]
    ahead, on = _only(predicted, GO_AHEAD), _only(predicted, ON)
    if message.kind in ("offer", "confirm"):  # where the agent asks to be let go on, both say that it may
        return (ahead or on) and (_only(reply, GO_AHEAD) or _only(reply, ON))
    return (ahead and _only(reply, GO_AHEAD)) or (on and _only(reply, ON))


def _only(text: str, allowed: frozenset[str]) -> bool:
    """Whether all of its words are such words."""
    said = tokens(text)
    return bool(said) and set(said) <= allowed


def _command(text: str) -> tuple[str, ...] | None:
    """Commit, push, or both, where nothing else is asked for."""
    said = set(tokens(text)) - _FILLING
    return tuple(sorted(said)) if said and said <= _COMMANDS else None


_COMMANDS = lexicon.words("replies", "commits or pushes")
_FILLING = GO_AHEAD | lexicon.words("replies", "filling")


def _says_no(text: str) -> bool:
    return NEGATION.search(text[:_ASKED].lower()) is not None


def _overlaps(predicted: str, reply: str) -> bool:
    """Whether the reply is the predicted one with something changed."""
    mine, theirs = set(words(predicted)), set(words(reply))
    if mine and theirs and 2 * len(mine & theirs) >= _OVERLAP * (len(mine) + len(theirs)):
        return True
    agreed = intent_of(predicted) == intent_of(reply) == "approve"
    return agreed and len(tokens(reply)) <= len(tokens(predicted)) + _ADDITION
