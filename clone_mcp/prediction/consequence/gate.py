"""The gate itself: what would sending this reply to that question authorise?"""

from collections.abc import Iterable, Iterator, Sequence

from clone_mcp.prediction.consequence.choices import Option, chosen, may_choose, offered
from clone_mcp.prediction.consequence.findings import Consequence, Finding
from clone_mcp.prediction.consequence.forms import Mood
from clone_mcp.prediction.consequence.grammar import NEGATORS
from clone_mcp.prediction.consequence.phrases import carries_secret, hands_over_secret
from clone_mcp.prediction.consequence.reading import findings
from clone_mcp.prediction.consequence.replies import (
    ACTS_OF_REFUSAL,
    UNSPACED_ACTS_OF_REFUSAL,
    Stance,
    stance,
    turns_refusals_round,
)
from clone_mcp.prediction.consequence.sensitive import doubtful_answer, doubtful_order
from clone_mcp.prediction.consequence.sentences import Sentence, sentences
from clone_mcp.prediction.consequence.spelling import clean, fold

_NEARBY = 8
"""How many sentences back a bare "Shall I go ahead?" reaches for what something would do."""
_RECENT = 4
"""With nothing asked, a "continue" takes up the last few sentences."""
_SHORT = 3
"""In so few sentences the last one is what the agent waits on, asked or not."""
_ECHO = 5
"""A reply this short that repeats a word of the question answers it."""
_TAIL = 1500
_MASKED = "the reply contains a secret"


def consequences(question: str, reply: str, options: Sequence[str] = ()) -> tuple[Finding, ...]:
    """What the reply, sent as the answer to `question`, would let the agent do; at most one finding of each kind.

    Errs on the side of reporting: a false alarm costs the person a look, a miss may cost their data.
    `options` are answers offered beside the question; the ones listed inside it are found by themselves.
    """
    said_text = clean(reply)
    said = sentences(said_text)
    folded = fold(said_text).strip()
    found: dict[Consequence, Finding] = {}
    _keep(found, _from_reply(said, folded, question))
    position = _position(folded, said, question)
    if folded and position is not Stance.REFUSES:
        _keep(found, _from_question(clean(question), folded, position, [clean(option) for option in options]))
    return tuple(found[kind] for kind in Consequence if kind in found)


def _keep(found: dict[Consequence, Finding], new: Iterable[Finding]) -> None:
    for finding in new:
        found.setdefault(finding.consequence, finding)


def _position(folded: str, said: Sequence[Sentence], question: str) -> Stance:
    position = stance(folded, said)
    if position is Stance.REFUSES and len(said) == 1 and len(said[0].tokens) <= _ECHO:
        asked = fold(clean(question[-_TAIL:]))
        if turns_refusals_round(asked) or _repeats_act(said[0].tokens, asked):
            return Stance.AGREES
    if (
        position is not Stance.AGREES
        and position is not Stance.REFUSES
        and said
        and 0 < len(said[0].tokens) <= _ECHO
        and said[0].tokens[0] in fold(clean(question))
    ):
        return Stance.AGREES  # "Run it?" - "run"
    return position


def _repeats_act(tokens: Sequence[str], asked: str) -> bool:
    """ "Cancel the subscription?" - "cancel": what sounds like a refusal is what was asked for."""
    if any(token in NEGATORS and token not in ACTS_OF_REFUSAL for token in tokens) or " or " in asked:
        return False
    return any(token in ACTS_OF_REFUSAL and token in asked for token in tokens) or any(
        act in tokens[0] and act in asked for act in UNSPACED_ACTS_OF_REFUSAL
    )


def _from_reply(said: Sequence[Sentence], folded: str, question: str) -> Iterator[Finding]:
    if carries_secret(folded) or hands_over_secret(folded, fold(clean(question[-_TAIL:]))):
        yield Finding(Consequence.CREDENTIAL, _MASKED)
    if len(said) == 1:
        yield from _from_doubt(said[0], sentences(clean(question[-_TAIL:])))
    for before, sentence in zip((None, *said), said, strict=False):
        if any(findings(sentence, Mood.ORDER, before)):
            yield from findings(sentence, Mood.ORDER, before or _antecedent(question))


def _from_doubt(said: Sentence, asked: Sequence[Sentence]) -> Iterator[Finding]:
    about = frozenset(word for sentence in asked[-2:] for word in sentence.words)
    last = next((sentence.tokens for sentence in reversed(asked) if sentence.asks), ())
    for kind in (*doubtful_order(said.tokens, about), *doubtful_answer(said.tokens, last)):
        yield Finding(kind, said.text)


def _antecedent(question: str) -> Sentence | None:
    """What "delete it" may point back to: the last thing the agent asked."""
    said = sentences(clean(question[-_TAIL:]))
    asked = next((sentence for sentence in reversed(said) if sentence.asks and not sentence.is_empty_ask), None)
    return asked or (said[-1] if said else None)


def _from_question(question: str, reply: str, position: Stance, extra: Sequence[str]) -> Iterator[Finding]:
    options = offered(question, extra) if extra or may_choose(reply) else ()
    picked = chosen(reply, options)
    if picked:
        yield from _from_choice(question, options, picked)
    elif position is not Stance.OWN_WORDS:
        said = sentences(question)
        certain = position is Stance.AGREES or any(sentence.is_empty_ask for sentence in said[-2:])
        yield from _authorised(said, certain=certain)
        for option in extra:
            yield from _ordered(option)


def _from_choice(question: str, options: Sequence[Option], picked: Sequence[Option]) -> Iterator[Finding]:
    """The picked options, and what the question asks around its options."""
    if all(stance(fold(option.text), sentences(option.text)) is Stance.REFUSES for option in picked):
        return
    for option in picked:
        yield from _ordered(option.text)
    around = _without(question, options)
    unpicked = [finding.consequence for option in options if option not in picked for finding in _ordered(option.text)]
    for finding in _authorised(sentences(around)):
        # "Force-push or rebase?" with "rebase" picked: the alternative was named, not authorised.
        if finding.consequence not in unpicked:
            yield finding


def _without(question: str, options: Sequence[Option]) -> str:
    kept: list[str] = []
    last = 0
    for option in options:
        if option.start >= last:
            kept.append(question[last : option.start])
            last = option.end
    return "\n".join([*kept, question[last:]])


def _ordered(text: str) -> Iterator[Finding]:
    for sentence in sentences(text):
        yield from findings(sentence, Mood.ORDER)


def _authorised(said: Sequence[Sentence], *, certain: bool = True) -> Iterator[Finding]:
    """What a plain yes lets happen: what is asked or announced, and under a bare "Go ahead?" what stands around it."""
    asked = [sentence for sentence in said if sentence.asks]
    bare_at = [place for place, sentence in enumerate(said) if sentence.is_empty_ask]
    under_ask = False
    for place, sentence in enumerate(said):
        before = said[place - 1] if place else None
        if not sentence.item:
            under_ask = sentence.header and (sentence.asks or sentence.plans)
        if (
            sentence.asks
            or (sentence.item and under_ask)
            or (place == len(said) - 1 and (certain or place < _SHORT))
            or (certain and sentence.plans)
        ):
            yield from findings(sentence, Mood.ASK, before)
        elif certain and (
            any(0 < at - place <= _NEARBY for at in bare_at) or (not asked and len(said) - place <= _RECENT)
        ):
            yield from findings(sentence, Mood.CONTEXT if bare_at else Mood.ASK, before)
