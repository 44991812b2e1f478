"""What each sentence of a message is for: to ask for leave, to announce, or to tell.

Where a sentence directs something, this names the token at which that begins. What it directs is read in `clauses`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from clone_mcp.language import lexicon
from clone_mcp.stakes.clauses import COORDINATORS, DETERMINERS, FILLERS, NEGATORS, PRONOUNS, frame_at, frames
from clone_mcp.stakes.text import Code, Piece, Sentence
from clone_mcp.stakes.things import kind_of
from clone_mcp.stakes.verbs import Form, class_of, verb_at

_REPORTS = frames("reports")
_DONE, _AHEAD = frames("done"), frames("ahead")
EMPTY_WORDS = lexicon.words("frames", "empty")
_FACT, _LEAVE = lexicon.words("frames", "fact"), lexicon.words("frames", "leave")
_LEADS_ON = frozenset((":", "-", ",", "now", "and", "also", "up", "step", "last", "of", "all")) | _AHEAD.keys() | FILLERS.keys()
_OPENS = DETERMINERS | PRONOUNS
_OPEN = frozenset(("what", "which", "where", "how", "who", "when", "whom", "what's", "why"))


_MODALS = frozenset(("should", "shall", "would", "could", "can", "will", "must", "may", "might"))
_WISHES = frames("wishes")
_SELF, _MERE = frozenset(("i", "we")), frozenset(("look", "choose", "go", "light"))
"""Who plans in the present tense: "I remove the rows, then …"; and classes in which that tells nothing."""
_SHORT_HEADING = 7
_END = 6
"""So many pieces make a message's end: a question before it that has no verb is rhetorical."""


_AUXILIARIES = tuple((word,) for word in ("is", "was", "are", "were", "has", "have", "isn't", "aren't"))


class Mood(Enum):
    """What a sentence, or a part of it, is for."""

    ASKS = auto()
    PLANS = auto()
    OFFERS = auto()
    """What the agent could do, if it is told to."""
    MAY_PLAN = auto()
    """A list item that would be a step, under a heading that does not tell."""
    ELLIPSIS = auto()
    """A question without a verb: "The old bucket, too?"."""
    OPEN = auto()
    """A question that a yes does not answer: "Which branch should I use?"."""
    EMPTY = auto()
    """A question for whatever was said before: "Shall I go ahead?"."""
    TELLS = auto()


_FRAMES = tuple((mood, frames(mood.name.lower())) for mood in (Mood.ASKS, Mood.PLANS, Mood.OFFERS))
_DIRECTS = frozenset((Mood.ASKS, Mood.PLANS, Mood.OFFERS))


@dataclass(frozen=True, slots=True)
class Part:
    """A sentence from some token on, or a block of code, and what it is for."""

    piece: Piece
    mood: Mood
    start: int = 0
    pending: bool = True
    """Not what was announced early in the message and may be done by now: "Let me read the file:"."""


def parts(message: Sequence[Piece]) -> tuple[Part, ...]:
    """Everything a message says, in its order."""
    found: list[Part] = []
    above = Mood.TELLS
    end = len(message) - _END
    last = max((at for at, piece in enumerate(message) if isinstance(piece, Sentence)), default=-1)
    under = False
    for at, piece in enumerate(message):
        if isinstance(piece, Code):
            found.append(Part(piece, above))
            continue
        said = list(_parts(piece, above if piece.item and under else Mood.TELLS, last=at == last, listed=piece.item))
        if at < end:
            said = [_in_hindsight(part) for part in said]
        if "|" in piece.words:
            said = [Part(piece, Mood.TELLS)]
        found += said
        if piece.heading:
            above, under = _heading(piece, said), True
        elif not piece.item:
            under = False
            above = next((part.mood for part in said if part.mood in _DIRECTS), Mood.TELLS)
    return tuple(found)


def _in_hindsight(part: Part) -> Part:
    """What a part is for that stands far from the message's end."""
    if part.mood is Mood.ELLIPSIS:
        return replace(part, mood=Mood.TELLS)
    done = isinstance(part.piece, Sentence) and part.mood is Mood.PLANS and not _LETS.isdisjoint(part.piece.words)
    return replace(part, pending=not done)


_LETS = frozenset(("let", "let's"))


def _heading(sentence: Sentence, said: Sequence[Part]) -> Mood:
    if any(part.mood in _DIRECTS for part in said):
        return Mood.PLANS
    if any(frame_at(_DONE, sentence.tokens, at) for at in range(len(sentence.tokens))):
        ahead = any(frame_at(_AHEAD, sentence.tokens, at) for at in range(len(sentence.tokens)))
        return Mood.MAY_PLAN if ahead else Mood.TELLS
    if len(sentence.tokens) <= _SHORT_HEADING and any(
        frame_at(_AHEAD, sentence.tokens, at) for at in range(len(sentence.tokens))
    ):
        return Mood.PLANS
    return Mood.MAY_PLAN


def _parts(sentence: Sentence, above: Mood, *, last: bool, listed: bool) -> Iterator[Part]:
    framed = list(_framed(sentence))
    if not framed and sentence.asks and (start := _wish(sentence.tokens)):
        yield Part(sentence, Mood.ELLIPSIS, start)
        return
    if sentence.asks and sentence.words <= _ALLOWED_IN_EMPTY:
        yield Part(sentence, Mood.EMPTY)
    elif framed:
        yield from (Part(sentence, mood, start) for mood, start in framed)
    elif sentence.asks:
        yield _question(sentence)
    else:
        yield _statement(sentence, above, last=last, listed=listed)


_ALLOWED_IN_EMPTY = EMPTY_WORDS | COORDINATORS | {"?", "!"}


def _framed(sentence: Sentence) -> Iterator[tuple[Mood, int]]:
    """Each frame of a sentence, with the token behind it."""
    tokens, at = sentence.tokens, 0
    open_question = sentence.asks and bool(tokens) and (tokens[0] in _OPEN or tokens[1:2] == ("there",))
    while at < len(tokens):
        reported = frame_at(_REPORTS, tokens, at)
        taken, mood = max(((frame_at(known, tokens, at), mood) for mood, known in _FRAMES), key=lambda each: each[0])
        if not max(reported, taken) and tokens[at] in _SELF and at + 1 < len(tokens) and (found := verb_at(tokens, at + 1)):
            if found[0].form is Form.BASE and class_of(found[0].lemma, (), ()) not in _MERE:
                yield Mood.PLANS, at + 1
        behind = at + max(reported, taken, 1)
        told = at > 0 and ((tokens[at - 1] in _OPEN and not sentence.asks) or bool(frame_at(NEGATORS, tokens, at - 1)))
        told = told or _is_passive(tokens, behind)
        if taken > reported and behind < len(tokens) and not told and not _only_is(tokens, behind):
            yield (Mood.OPEN if open_question and mood is Mood.ASKS else mood), behind
        at = behind


def _wish(tokens: tuple[str, ...]) -> int:
    """ "Want a summary?": where the thing begins that is wished for; 0 where none is."""
    return next((at + taken for at in range(min(len(tokens), 3)) if (taken := frame_at(_WISHES, tokens, at))), 0)


def _is_passive(tokens: tuple[str, ...], at: int) -> bool:
    """ "Scheduled to be wiped": what happens is told, not directed."""
    if tokens[at : at + 1] not in (("be",), ("get",)) or at + 1 >= len(tokens):
        return False
    found = verb_at(tokens, at + 1)
    return tokens[at + 1].endswith("ed") or (found is not None and found[0].form is Form.PAST)


def _only_is(tokens: tuple[str, ...], behind: int) -> bool:
    """ "I'm" and "we are" announce only what stands in the continuous form: "I'm deleting it now"."""
    if tokens[behind - 1] not in ("i'm", "am", "we're", "are", "be"):
        return False
    found = verb_at(tokens, behind) or (verb_at(tokens, behind + 1) if behind + 1 < len(tokens) else None)
    return found is None or found[0].form is not Form.GERUND


def _question(sentence: Sentence) -> Part:
    tokens = sentence.tokens
    if not tokens:
        return Part(sentence, Mood.TELLS)
    if tokens[0] in _MODALS:
        return Part(sentence, Mood.OPEN, len(tokens))  # "Should the dialog ask first?": how something is to be
    if tokens[0] in _FACT and tokens[1:2] and tokens[1] not in _LEAVE:
        return Part(sentence, Mood.OPEN if tokens[0] in _OPEN else Mood.TELLS, len(tokens))
    start = next((at for at in range(min(len(tokens), 4)) if verb_at(tokens, at)), None)
    if start is not None and all(token in EMPTY_WORDS or token in COORDINATORS for token in tokens[:start]):
        found = verb_at(tokens, start)
        if found and found[0].form in (Form.BASE, Form.GERUND) and tokens[start + 1 : start + 2] not in _AUXILIARIES:
            return Part(sentence, Mood.ASKS, start)
    later = next((at for at in range(1, len(tokens)) if tokens[at - 1] in _PARTING and _begins_order(tokens, at)), None)
    return Part(sentence, Mood.ELLIPSIS) if later is None else Part(sentence, Mood.ASKS, later)


_PARTING = frozenset((";", ",", ":", "-", "so", "then", "and", "but", ")"))


def _begins_order(tokens: tuple[str, ...], at: int) -> bool:
    """ "The glossary is thin; flesh it out?": a verb with something it is done to."""
    found = verb_at(tokens, at)
    after = tokens[at + found[1] :][:1] if found else ()
    return found is not None and found[0].form is Form.BASE and bool(after) and (after[0] in _OPENS or after[0][0] == "\x11")


def _statement(sentence: Sentence, above: Mood, *, last: bool, listed: bool) -> Part:
    tokens = sentence.tokens
    told = Part(sentence, Mood.TELLS)
    if not tokens or (sentence.heading and not listed):
        return told
    start = next((at for at in range(min(len(tokens), 5)) if tokens[at] not in _LEADS_ON or verb_at(tokens, at)), 0)
    found = verb_at(tokens, start)
    form = found[0].form if found else None
    if tokens[start + 1 : start + 2] in _AUXILIARIES or frame_at(NEGATORS, tokens, start):
        return told
    if listed and above in (Mood.PLANS, Mood.MAY_PLAN):
        unknown = found is None and len(tokens) > 1 and tokens[1] in _OPENS and not kind_of(tokens[0])
        if form in (Form.BASE, Form.GERUND) or (unknown and above is Mood.PLANS):
            return Part(sentence, above, start)
    elif not listed and (form is Form.GERUND or (form is Form.BASE and (last or start))):
        return Part(sentence, Mood.PLANS, start)
    return told
