"""What a reply takes up of a question: its ask, some of its options, one side of an "or", or nothing.

What a reply does by its own words is read in `replies`; what then happens, in `reader`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from clone_mcp.language import lexicon
from clone_mcp.stakes.alarms import is_grave
from clone_mcp.stakes.clauses import form_at
from clone_mcp.stakes.frames import small
from clone_mcp.stakes.replies import (
    ACTS_OF_REFUSAL,
    NO,
    UNSPACED_ACTS_OF_REFUSAL,
    WORD,
    YES,
    Option,
    Stance,
    chosen,
    lists_options,
    may_choose,
    offered,
    stance,
    turns_refusals_round,
)
from clone_mcp.stakes.spelling import clean, fold
from clone_mcp.stakes.tables import ASKS_NOTHING, NEGATORS
from clone_mcp.stakes.text import Sentence, pieces

_QUESTION_END = 600


@dataclass(frozen=True, slots=True)
class Taken:
    """What a reply does to a question."""

    stance: Stance
    reply: str
    """Without courtesies."""
    options: tuple[str, ...]
    """The words of the options it takes, or of the side of an "or"."""
    around: str
    """The question without its options."""
    content: bool = False
    """Whether it says something of its own, which may be a yes or no answer to what was asked."""
    turned: bool = False
    """Whether it agrees by refusing: "Any objections?" - "none"."""


_COURTESY = re.compile(rf"[,.!\s]+(?:{lexicon.pattern('grammar', 'courtesy')})[.!\s]*$", re.IGNORECASE)
_FAINT, _MERE_NO = small("faint refusal"), small("mere no")
_APPROVING = (
    lexicon.words("frames", "empty") | lexicon.words("frames", "english") | lexicon.words("frames", "adverb") | YES
)
_DO = lexicon.words("frames", "do")
_ECHO, _SHORTLY, _LONGEST_CHOICE = 5, 4, 25
"""Words of a reply that may only repeat the question; and of one that may take a side."""
_SIDES = re.compile(
    r",? or (?:should i |shall i |would you (?:rather|prefer) (?:that )?(?:i )?|rather |instead )?|; or "
)


def taken(question: str, reply: str, options: Sequence[str] = ()) -> Taken:
    """What the reply takes up: the question's ask, some of its options, or nothing."""
    said_text = _COURTESY.sub("", reply).strip()
    folded, asked = fold(clean(said_text)).strip(), _readable(question)
    plain = stance(folded, _spoken(said_text)) if folded else Stance.REFUSES
    position = _position(folded, plain, asked)
    turned = plain is Stance.REFUSES and position is not plain and turns_refusals_round(_asking(asked))
    if position is Stance.REFUSES:
        return Taken(position, said_text, (), asked)
    listed = offered(asked, options) if options or may_choose(folded) else ()
    same = tuple(option for option in listed if option.start < 0 and fold(clean(option.text)).strip() == folded)
    if picked := same or chosen(folded, listed):
        texts = tuple(option.text for option in picked)
        refused = all(len(WORD.findall(text)) <= _SHORTLY and _refuses(text) for text in texts)
        return Taken(Stance.REFUSES if refused else Stance.AGREES, said_text, texts, _without(asked, listed))
    if side := _side(folded, asked):
        return Taken(Stance.AGREES, said_text, (side[0],), asked.replace(side[1], " "))
    agrees = position is Stance.OWN_WORDS
    content = position is Stance.UNCLEAR and bool(
        set(WORD.findall(folded)) - _APPROVING - set(WORD.findall(fold(asked)))
    )
    texts = () if agrees else tuple(options)
    return Taken(position if agrees else Stance.AGREES, said_text, texts, asked, content, turned)


def refuses_merely(reply: str) -> bool:
    """ "No need": it says no to what was asked, and stops nothing."""
    return _MERE_NO.issuperset(WORD.findall(fold(reply)))


def _readable(question: str) -> str:
    """The question as it is, or where it lists options, with labels in plain letters."""
    plain = clean(question, keep_code=True)
    return plain if lists_options(plain) else question


def _refuses(text: str) -> bool:
    return stance(fold(text), _spoken(text)) is Stance.REFUSES


def _spoken(text: str) -> tuple[Sentence, ...]:
    return tuple(piece for piece in pieces(text) if isinstance(piece, Sentence))


def _position(folded: str, position: Stance, asked: str) -> Stance:
    words, end = WORD.findall(folded), _asking(asked)
    if position is Stance.REFUSES and _is_faint(words):
        return Stance.UNCLEAR  # "Instead is fine", "nobody is"
    if position is Stance.REFUSES:
        turned = turns_refusals_round(end) or (len(words) <= _ECHO and _repeats_act(words, end))
        return Stance.AGREES if turned else position
    if (
        position is Stance.OWN_WORDS
        and len(words) <= _SHORTLY
        and not folded.endswith("?")
        and not folded.startswith("/")
    ):
        return Stance.UNCLEAR  # "Good idea", "nobody is": a short answer may well be a yes
    return position


def _is_faint(words: Sequence[str]) -> bool:
    """Whether it refuses only by words that may as well agree, to a question put the other way round."""
    refusing = [word for word in words if word in NEGATORS or word in NO]
    return bool(refusing) and _FAINT.issuperset(refusing)


def _asking(asked: str) -> str:
    """The last sentence that asks, or the last of all, folded."""
    said = _spoken(asked[-_QUESTION_END:])
    last = next((each for each in reversed(said) if each.asks), said[-1] if said else None)
    return fold(last.written) if last else ""


def _repeats_act(words: Sequence[str], asked: str) -> bool:
    """ "Cancel the subscription?" - "cancel": what sounds like a refusal is what was asked for."""
    if not words or " or " in asked or any(word in NEGATORS and word not in ACTS_OF_REFUSAL for word in words):
        return False
    return any(word in ACTS_OF_REFUSAL and word in asked for word in words) or any(
        act in words[0] and act in asked for act in UNSPACED_ACTS_OF_REFUSAL
    )


def _side(folded: str, asked: str) -> tuple[str, str] | None:
    """ "Draft it or send it?" - "draft": the side that is taken, and the sentence it stood in."""
    spoken = set(WORD.findall(folded)) - ASKS_NOTHING - YES
    last = next((each for each in reversed(_spoken(asked[-_QUESTION_END:])) if each.asks), None)
    if last is None or not spoken or len(spoken) > _LONGEST_CHOICE or " or " not in fold(last.written):
        return None
    sides = _SIDES.split(fold(last.written))
    shared = set[str].intersection(*(set(WORD.findall(side)) for side in sides))
    scores = [len((spoken - shared) & set(WORD.findall(side))) for side in sides]
    best = max(scores)
    if not best or scores.count(best) > 1:
        return None
    return _whole(sides[scores.index(best)], sides[0]), last.written


def _whole(side: str, first: str) -> str:
    """ "Ship here first or everywhere at once?": a side with the verb that it shares with the first."""
    own, lead = (WORD.findall(each) for each in (side, first))
    if side == first or (own and form_at(tuple(own), 0)):
        return side
    verb = next((at for at in range(min(len(lead), _ECHO)) if lead[at] not in _DO and form_at(tuple(lead), at)), 0)
    return " ".join((*lead[: verb + 1], side)) if lead and is_grave(lead[verb]) else side


def _without(question: str, options: Sequence[Option]) -> str:
    kept: list[str] = []
    last = 0
    for option in options:
        if option.start >= last:
            kept.append(question[last : option.start])
            last = option.end
    return "\n".join([*kept, question[last:]])
