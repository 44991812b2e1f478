"""What each sentence of a message is for: to ask for leave, to announce, or to tell.

Where a sentence directs something, this names the token at which that begins. What it directs is read in `clauses`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import lru_cache

from clone_mcp.stakes.clauses import form_at
from clone_mcp.stakes.frames import COORDINATORS, EMPTY, FILLERS, NEGATORS, POINTERS, Words, frame_at, frames, small
from clone_mcp.stakes.text import CODED, Code, Piece, Sentence, pieces
from clone_mcp.stakes.things import kind_of
from clone_mcp.stakes.verbs import Form, class_of, verb_at

_WISHES, _DONE, _AHEAD = frames("wishes"), frames("done"), frames("ahead")
_FACT, _LEAVE, _OPEN = small("fact"), small("leave"), small("question word")
_MODALS, _AUXILIARIES, _IS, _SELF = small("modal"), small("auxiliary"), small("is"), small("self")
_PARTING, _LETS = small("parting"), small("lets")
_LEADS_ON = small("leads on") | _AHEAD.keys() | FILLERS.keys()
_NOTHING_ELSE = EMPTY | COORDINATORS | {"?", "!"}
_MERE = frozenset(("look", "choose", "go", "light"))
"""Classes in which the present tense tells nothing: "I see", and not "I remove the rows"."""
_DIRECTING = (Form.BASE, Form.GERUND)
_SHORT_HEADING = 7
_END = 6
"""So many pieces make a message's end: a question before it that has no verb is rhetorical."""


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


def _all_frames() -> dict[str, list[tuple[Words, Mood]]]:
    """Frames of every mood by their first word, the longest first; what only reports comes before its like."""
    found: dict[str, list[tuple[Words, Mood]]] = {}
    for mood in (Mood.TELLS, Mood.ASKS, Mood.PLANS, Mood.OFFERS):
        for first, alike in frames("reports" if mood is Mood.TELLS else mood.name.lower()).items():
            found.setdefault(first, []).extend((words, mood) for words in alike)
    return {first: sorted(alike, key=lambda each: -len(each[0])) for first, alike in found.items()}


_FRAMES = _all_frames()
_FRAME_STARTS = _FRAMES.keys() | _SELF
DIRECTS = frozenset((Mood.ASKS, Mood.PLANS, Mood.OFFERS))
"""Moods that direct something."""


@dataclass(frozen=True, slots=True)
class Part:
    """A sentence from some token on, or a block of code, and what it is for."""

    piece: Piece
    mood: Mood
    start: int = 0
    pending: bool = True
    """Not what was announced early in the message and may be done by now: "Let me read the file:"."""

    @property
    def asks_facts(self) -> bool:
        """ "Which endpoint deletes a user?": nothing that it names happens."""
        if self.mood is not Mood.OPEN or isinstance(self.piece, Code) or self.start < len(self.piece.tokens):
            return False
        if "to be" in " ".join(self.piece.tokens):
            return False  # "Are the backups to be thinned?"
        return next((word for word in self.piece.tokens if word not in _LEADS_ON), "") not in _MODALS


@lru_cache(maxsize=32)
def message_parts(text: str) -> tuple[Part, ...]:
    """Everything a message says, in its order."""
    return parts(pieces(text))


def parts(message: Sequence[Piece]) -> tuple[Part, ...]:
    """Everything its pieces say."""
    found: list[Part] = []
    above = Mood.TELLS
    end = len(message) - _END
    last = max((at for at, piece in enumerate(message) if isinstance(piece, Sentence)), default=-1)
    under = False
    for at, piece in enumerate(message):
        if isinstance(piece, Code):
            found.append(Part(piece, above))
            continue
        over = above if under else Mood.MAY_PLAN
        said = list(_parts(piece, over if piece.item else Mood.TELLS, last=at == last, listed=piece.item))
        if at < end:
            said = [_in_hindsight(part) for part in said]
        if "|" in piece.words:
            said = [Part(piece, Mood.TELLS)]
        found += said
        if piece.heading:
            above, under = _heading(piece, said), True
        elif not piece.item:
            under = False
            above = next((part.mood for part in said if part.mood in DIRECTS), Mood.TELLS)
    return tuple(found)


def _in_hindsight(part: Part) -> Part:
    """What a part is for that stands far from the message's end."""
    if part.mood is Mood.ELLIPSIS:
        return replace(part, mood=Mood.TELLS)
    done = isinstance(part.piece, Sentence) and part.mood is Mood.PLANS and not _LETS.isdisjoint(part.piece.words)
    return replace(part, pending=not done)


def _heading(sentence: Sentence, said: Sequence[Part]) -> Mood:
    """What the items under it are for."""
    if any(part.mood in DIRECTS for part in said):
        return Mood.PLANS
    ahead, done = (_has(known, sentence.tokens) for known in (_AHEAD, _DONE))
    if done:
        return Mood.MAY_PLAN if ahead else Mood.TELLS
    return Mood.PLANS if ahead and len(sentence.tokens) <= _SHORT_HEADING else Mood.MAY_PLAN


def _has(known: dict[str, list[Words]], tokens: Words) -> bool:
    return any(frame_at(known, tokens, at) for at in range(len(tokens)))


def _parts(sentence: Sentence, above: Mood, *, last: bool, listed: bool) -> Iterator[Part]:
    framed = list(_framed(sentence))
    if not framed and (sentence.asks or last) and (start := _wish(sentence.tokens)):
        yield Part(sentence, Mood.ELLIPSIS, start)
        return
    if sentence.asks and sentence.words <= _NOTHING_ELSE:
        yield Part(sentence, Mood.EMPTY)
    elif framed:
        yield from (Part(sentence, mood, start) for mood, start in framed)
    elif sentence.asks:
        yield _question(sentence)
    else:
        yield _statement(sentence, above, last=last, listed=listed)


def _framed(sentence: Sentence) -> Iterator[tuple[Mood, int]]:
    """Each frame of a sentence, with the token behind it."""
    tokens, at = sentence.tokens, 0
    if _FRAME_STARTS.isdisjoint(sentence.words):
        return
    is_open = sentence.asks and (tokens[0] in _OPEN or tokens[1:2] == ("there",))
    while at < len(tokens):
        if tokens[at] not in _FRAME_STARTS:
            at += 1
            continue
        taken, mood = _frame_at(tokens, at)
        behind = at + max(taken, 1)
        if not taken and tokens[at] in _SELF and _acts_now(tokens, behind):
            yield Mood.PLANS, behind
        elif mood is not Mood.TELLS and behind < len(tokens) and not _is_told(sentence, at, behind):
            yield (Mood.OPEN if is_open and mood is Mood.ASKS else mood), behind
        at = behind


def _frame_at(tokens: Words, at: int) -> tuple[int, Mood]:
    """How many tokens the longest frame takes there, and for what; what nothing frames is told."""
    for words, mood in _FRAMES.get(tokens[at], ()):
        if tokens[at : at + len(words)] == words:
            return len(words), mood
    return 0, Mood.TELLS


def _acts_now(tokens: Words, at: int) -> bool:
    """ "I remove the rows, then …": a plan in the present tense."""
    found = verb_at(tokens, at) if at < len(tokens) else None
    return found is not None and found[0].form is Form.BASE and class_of(found[0].lemma) not in _MERE


def _is_told(sentence: Sentence, at: int, behind: int) -> bool:
    """Whether a frame stands in what is only told: "how I'd fix it", "don't want me to", "scheduled to be wiped"."""
    tokens = sentence.tokens
    if at > 0 and (frame_at(NEGATORS, tokens, at - 1) or (tokens[at - 1] in _OPEN and not sentence.asks)):
        return True
    if tokens[behind] in ("be", "get") and behind + 1 < len(tokens):
        return tokens[behind + 1].endswith("ed") or form_at(tokens, behind + 1) is Form.PAST
    if tokens[behind - 1] in _IS:  # "I'm" announces only what stands in the continuous form
        return Form.GERUND not in (form_at(tokens, behind), form_at(tokens, behind + 1))
    return False


def _wish(tokens: tuple[str, ...]) -> int:
    """ "Want a summary?": where the thing begins that is wished for; 0 where none is."""
    return next((at + taken for at in range(min(len(tokens), 3)) if (taken := frame_at(_WISHES, tokens, at))), 0)


def _question(sentence: Sentence) -> Part:
    tokens = sentence.tokens
    first = next((at for at, token in enumerate(tokens) if token not in _LEADS_ON), 0)
    opening = tokens[first : first + 2]
    if opening[0] in _MODALS:
        return Part(sentence, Mood.OPEN, len(tokens))  # "Should the dialog ask first?": how something is to be
    if opening[0] in _FACT and opening[1:] and opening[1] not in _LEAVE:
        return Part(sentence, Mood.OPEN, len(tokens))
    start = next((at for at in range(min(len(tokens), 4)) if verb_at(tokens, at)), len(tokens))
    directs = form_at(tokens, start) in _DIRECTING and not _is_subject(tokens, start)
    if directs and _NOTHING_ELSE.issuperset(tokens[:start]):
        return Part(sentence, Mood.ASKS, start)
    orders = (at for at in range(1, len(tokens)) if tokens[at - 1] in _PARTING and _begins_order(tokens, at))
    later = next(orders, None)
    return Part(sentence, Mood.ELLIPSIS) if later is None else Part(sentence, Mood.ASKS, later)


def _is_subject(tokens: Words, at: int) -> bool:
    """ "The draft is ready": what may be a verb is what is told of."""
    return at + 1 < len(tokens) and tokens[at + 1] in _AUXILIARIES


def _begins_order(tokens: Words, at: int) -> bool:
    """ "The glossary is thin; flesh it out?": a verb with something it is done to."""
    found = verb_at(tokens, at)
    if found is None or found[0].form is not Form.BASE:
        return False
    after = tokens[at + found[1] :][:1]
    return bool(after) and (after[0] in POINTERS or after[0][0] == CODED)


def _statement(sentence: Sentence, above: Mood, *, last: bool, listed: bool) -> Part:
    tokens, told = sentence.tokens, Part(sentence, Mood.TELLS)
    if sentence.heading and not listed:
        return told
    start = next((at for at in range(min(len(tokens), 5)) if tokens[at] not in _LEADS_ON or verb_at(tokens, at)), 0)
    form = form_at(tokens, start)
    if _is_subject(tokens, start) or frame_at(NEGATORS, tokens, start):
        return told
    if listed and above in (Mood.PLANS, Mood.MAY_PLAN):
        unknown = form is None and len(tokens) > 1 and tokens[1] in POINTERS and not kind_of(tokens[0])
        if form in _DIRECTING or (unknown and above is Mood.PLANS):
            return Part(sentence, above, start)
    elif not listed and (form is Form.GERUND or (form is Form.BASE and (last or start))):
        return Part(sentence, Mood.PLANS, start)
    return told
