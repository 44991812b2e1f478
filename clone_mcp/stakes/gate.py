"""The gate itself: what would sending this reply to that question authorise?

It puts together what the reply does (`replies`) and which acts each sentence holds (`reading`). Whether the person has
allowed such an act is not asked here, but in `permission`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from clone_mcp.language import lexicon
from clone_mcp.stakes.doubts import asks_for_risk, doubtful_answer, doubtful_order, risky_option
from clone_mcp.stakes.findings import Consequence, Finding
from clone_mcp.stakes.phrases import hands_secret_over, subcommands
from clone_mcp.stakes.reading import findings
from clone_mcp.stakes.replies import (
    ACTS_OF_REFUSAL,
    UNSPACED_ACTS_OF_REFUSAL,
    Option,
    Stance,
    chosen,
    may_choose,
    offered,
    stance,
    turns_refusals_round,
)
from clone_mcp.stakes.sentences import Sentence, sentences
from clone_mcp.stakes.spelling import clean, fold
from clone_mcp.stakes.tables import CODE, EMPTY, NEGATORS, TALKING, WRITING, folded, kinds
from clone_mcp.stakes.usage import Mood

_WE = folded("grammar", "we")
_NAMING = folded("grammar", "naming")
_NAMED = folded("objects", "nameable")
_SPAN = re.compile(r"`([^`\n]{3,400})`")
_SHOWN = 120
_LONGEST_CHOICE = 25
_NEARBY = 8
"""How many sentences back a bare "Shall I go ahead?" reaches for what something would do."""
_RECENT = 4
"""With nothing asked, a "continue" takes up the last few sentences."""
_SHORT = 3
"""In so few sentences the last one is what the agent waits on, asked or not."""
_ABOUT = 3
"""So many sentences back may stand what a reply's "it" means."""
_ECHO = 5
"""A reply this short that repeats a word of the question answers it."""
_TAIL = 4000
_COURTESY = re.compile(rf"[,.!\s]+(?:{lexicon.pattern('grammar', 'courtesy')})[.!\s]*$", re.IGNORECASE)


def consequences(question: str, reply: str, options: Sequence[str] = ()) -> tuple[Finding, ...]:
    """What the reply, sent as the answer to `question`, would let the agent do; at most one finding of each kind.

    Errs on the side of reporting: a false alarm costs the person a look, a miss may cost their data.
    `options` are answers offered beside the question; the ones listed inside it are found by themselves.
    """
    said_text = _COURTESY.sub("", clean(reply))
    said = sentences(said_text)
    folded = fold(said_text).strip()
    found: dict[Consequence, Finding] = {}
    _keep(found, _from_reply(said, folded, question))
    position = _position(folded, said, question)
    if folded and position is not Stance.REFUSES:
        extra = [clean(option) for option in options]
        _keep(found, _from_question(question, folded, position, extra))
        if not found:
            _keep(found, _announced(clean(question), folded, extra))
    return tuple(found[kind] for kind in Consequence if kind in found)


def _end(question: str) -> tuple[Sentence, ...]:
    """The sentences of a question's last part: a reply to a long message answers its end."""
    return sentences(clean(question[-_TAIL:]))


def _folded_end(question: str) -> str:
    return " ".join(fold(clean(question[-_TAIL:])).split())


def _keep(found: dict[Consequence, Finding], new: Iterable[Finding]) -> None:
    for finding in new:
        found.setdefault(finding.consequence, finding)


def _position(folded: str, said: Sequence[Sentence], question: str) -> Stance:
    position = stance(folded, said)
    if _takes_the_harmless_side(said, question):
        return Stance.REFUSES
    if position is Stance.REFUSES and len(said) == 1 and len(said[0].tokens) <= _ECHO:
        asked = _folded_end(question)
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


def _takes_the_harmless_side(said: Sequence[Sentence], question: str) -> bool:
    """ "Draft it or send it?" - "draft": the alternative was named, not authorised."""
    if len(said) != 1 or len(said[0].tokens) > _LONGEST_CHOICE:
        return False
    asked = _end(question)
    if not asked or len(asked[-1].tokens) > _LONGEST_CHOICE or " or " not in asked[-1].folded:
        return False
    sides = [sentences(side) for side in asked[-1].folded.split(" or ")]
    heard = [{word for sentence in side for word in sentence.words} for side in sides]
    shared = set[str].intersection(*heard)
    spoken = said[0].words - EMPTY - shared
    named = [side for side in sides if any(spoken & sentence.words for sentence in side)]
    return len(named) == 1 and not any(
        any(findings(sentence, Mood.ORDER)) or asks_for_risk(sentence.tokens) for sentence in named[0]
    )


def _repeats_act(tokens: Sequence[str], asked: str) -> bool:
    """ "Cancel the subscription?" - "cancel": what sounds like a refusal is what was asked for."""
    if not tokens or " or " in asked or any(token in NEGATORS and token not in ACTS_OF_REFUSAL for token in tokens):
        return False
    return any(token in ACTS_OF_REFUSAL and token in asked for token in tokens) or any(
        act in tokens[0] and act in asked for act in UNSPACED_ACTS_OF_REFUSAL
    )


def _from_reply(said: Sequence[Sentence], folded: str, question: str) -> Iterator[Finding]:
    if hands_secret_over(folded, _folded_end(question)):
        yield Finding(Consequence.CREDENTIAL, "the reply contains a secret")  # never the secret itself
    antecedent = None
    if len(said) == 1 and len(said[0].tokens) <= _LONGEST_CHOICE:
        asked = _end(question)
        yield from _from_doubt(said[0], asked)
        antecedent = _antecedent(asked, whole=len(question) <= _TAIL)
        echoes = antecedent is not None and len(said[0].tokens) == 1 and said[0].words <= antecedent.words
        if echoes or _asks_for_a_name(asked):
            return  # "Run the tests?" - "run": the question tells what is done
    for before, sentence in zip((None, *said), said, strict=False):
        yield from findings(sentence, Mood.ORDER, before or antecedent)


def _asks_for_a_name(asked: Sequence[Sentence]) -> bool:
    """ "Which endpoint deletes a user?", "What should the button say?": a name is no order."""
    tokens = asked[-1].tokens if asked else ()
    if tokens[:1] not in (("which",), ("what",), ("how",)):
        return False
    if not _WE.isdisjoint(tokens) and _NAMING.isdisjoint(tokens):
        return False
    return not _NAMING.isdisjoint(tokens) or any(CODE in kinds(token) or token in _NAMED for token in tokens[1:2])


def _from_doubt(said: Sentence, asked: Sequence[Sentence]) -> Iterator[Finding]:
    last = next((sentence.tokens for sentence in reversed(asked) if sentence.asks), ())
    for sentence in (*asked[-_ABOUT:], *(sentence for sentence in asked[:-_ABOUT] if sentence.asks)):
        yield from (Finding(kind, said.text) for kind in doubtful_order(said.tokens, sentence.words))
    yield from (Finding(kind, said.text) for kind in doubtful_answer(said.tokens, last))


def _antecedent(asked: Sequence[Sentence], *, whole: bool) -> Sentence | None:
    """What "delete it" may point back to: the last thing the agent asked, or in a short message its last words."""
    last = next((sentence for sentence in reversed(asked) if sentence.asks and not sentence.is_empty_ask), None)
    return last or (asked[-1] if asked and whole else None)


def _announced(asked: str, reply: str, extra: Sequence[str]) -> Iterator[Finding]:
    """What the agent says it does next, before it asks: every reply but a refusal lets it go on with that."""
    options = offered(asked, extra) if extra or may_choose(reply) else ()
    if picked := chosen(reply, options):
        asked = _without(asked, options) if any(option.start >= 0 for option in picked) else asked
    ahead = [sentence for sentence in sentences(asked)[:-1] if not sentence.is_empty_ask]
    yield from _authorised(ahead)


def _from_question(question: str, reply: str, position: Stance, extra: Sequence[str]) -> Iterator[Finding]:
    asked = clean(question)
    options = offered(asked, extra) if extra or may_choose(reply) else ()
    picked = chosen(reply, options)
    if picked:
        yield from _from_choice(asked, options, picked)
    elif position is not Stance.OWN_WORDS:
        said = sentences(asked)
        certain = position is Stance.AGREES or any(sentence.is_empty_ask for sentence in said[-2:])
        yield from _authorised(said, certain=certain)
        if "`" in question:
            yield from _commanded(question)
        for option in extra:
            yield from _ordered(option)


def _commanded(question: str) -> Iterator[Finding]:
    """Commands in code marks, on lines that offer to run them, told by their subcommands: "`foo vm-delete x`?"."""
    for line in clean(question[-_TAIL:], keep_code=True).splitlines():
        if "`" in line:
            around = fold(_SPAN.sub(" ", line)).split()
            if WRITING.isdisjoint(around) and TALKING.isdisjoint(around) and ("?" in line or len(around) <= _ECHO):
                for span in _SPAN.findall(line):
                    yield from (Finding(kind, span[:_SHOWN]) for kind in subcommands(fold(span)))


def _from_choice(question: str, options: Sequence[Option], picked: Sequence[Option]) -> Iterator[Finding]:
    """The picked options, and what the question asks around its options."""
    if all(stance(fold(option.text), sentences(option.text)) is Stance.REFUSES for option in picked):
        return
    for option in picked:
        yield from _ordered(option.text)
        for sentence in sentences(option.text):
            yield from (Finding(kind, sentence.text) for kind in risky_option(sentence.tokens))
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
