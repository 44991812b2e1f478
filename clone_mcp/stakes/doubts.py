"""Doubt: things nobody should touch on somebody's behalf whatever the verb, and verbs nobody has heard of.

The verb tables can't know every way of saying "delete". When an agent asks leave to do *something* to a production
database or a credit card, and isn't merely writing or talking about it, that is reason enough to ask the person. What
people keep to themselves is another matter: memory's gates read that.
"""

from collections.abc import Iterator, Sequence

from clone_mcp.stakes.findings import Consequence
from clone_mcp.stakes.sentences import asks_for_facts
from clone_mcp.stakes.tables import (
    CODE,
    DATA,
    FACTS,
    ORDINARY,
    PEOPLE,
    PROD,
    TALKING,
    WRITING,
    by_consequence,
    folded,
    kinds,
)
from clone_mcp.stakes.vocabulary import is_known, one_slip_away

_NOUNS = by_consequence("objects", "sensitive")
_ALL = frozenset(noun for nouns in _NOUNS.values() for noun in nouns)
_FRAMES = folded("grammar", "frame")
_HEADLINE = 6
# Looking, waiting and keeping change nothing.
_GENTLE = WRITING | TALKING | folded("ordinary", "gentle verb")
# Verbs that are writing when done to a file, but not when done to something that runs live.
_CHANGING = folded("ordinary", "changing verb")
_RUNNING = folded("objects", "running live")
# Verbs that act on other people, money or running things unless they are done to code or a plain thing.
_RISKY = by_consequence("ordinary", "risky verb")
_PLAIN = folded("objects", "plain")
_MODALS = folded("grammar", "asking modal")
_NEVER_VERBS = FACTS | _MODALS | folded("grammar", "never a verb")
_POINTERS = folded("grammar", "pointer in doubt")
_OBJECT_START = _POINTERS | folded("grammar", "object start")
_LONGEST_HEADLINE, _LONGEST_ORDER = 12, 6
_VAGUE = folded("ordinary", "vague verb")
_NOUNS_TOO = folded("ordinary", "writing noun")
_AROUND = folded("grammar", "around a pronoun")
_PUTS_OFF = folded("ordinary", "puts off")
_PARTICLES = folded("grammar", "risky particle")
_LEAVE = folded("grammar", "leave in a question")
_AGENT = folded("grammar", "agent")
_BEFORE_AGENT = folded("grammar", "before the agent")
_AGENT_ALREADY = folded("grammar", "agent's own plan")
_BETWEEN = folded("grammar", "between agent and verb")


def opens_ask(tokens: Sequence[str]) -> bool:
    """ "Should I ..." or "Switch the billing over" without its question mark."""
    return len(tokens) <= _HEADLINE or not _FRAMES.isdisjoint(tokens[:3]) or _verb_place(tokens) == 0


def sensitive(tokens: Sequence[str], spoken: frozenset[str], before: Sequence[str] = ()) -> Iterator[Consequence]:
    """The consequences that the words of a question suggest by what they name, itself or by an "it" for `before`."""
    if not tokens or asks_for_facts(tokens):
        return
    if len(spoken) > _HEADLINE and _FRAMES.isdisjoint(spoken) and _verb_place(tokens) is None:
        return
    if _ALL.isdisjoint(spoken):
        if before and not _POINTERS.isdisjoint(spoken) and _GENTLE.isdisjoint(spoken) and not _is_ordinary_work(tokens):
            yield from _named(frozenset(before))
        return
    noun_at = next(place for place, token in enumerate(tokens) if token in _ALL)
    if not _is_gentle(tokens, noun_at, spoken):
        yield from _named(spoken)


def _named(spoken: frozenset[str]) -> Iterator[Consequence]:
    for consequence, nouns in _NOUNS.items():
        if not nouns.isdisjoint(spoken):
            yield consequence


def _is_gentle(tokens: Sequence[str], noun_at: int, spoken: frozenset[str]) -> bool:
    """Looking at it, or writing about it; changing what runs live isn't writing, unless code is named."""
    asks_leave = noun_at > 0 and (tokens[0] not in _MODALS or not _AGENT.isdisjoint(tokens[1:3]))
    gentle = _GENTLE.intersection(tokens[:noun_at] if asks_leave else tokens)
    if gentle - _CHANGING:
        return True
    return bool(gentle) and (_RUNNING.isdisjoint(spoken) or any(CODE in kinds(token) for token in tokens))


def _is_ordinary_work(tokens: Sequence[str]) -> bool:
    verb = _verb_place(tokens)
    return verb is None or tokens[verb] in ORDINARY


def _verb_place(tokens: Sequence[str]) -> int | None:
    """Where the act stands that leave is asked for: "Shall I <verb> ...", "<verb> the ...?"."""
    for at, token in enumerate(tokens[:-1]):
        if token in _AGENT_ALREADY or (token in _AGENT and at > 0 and tokens[at - 1] in _BEFORE_AGENT):
            return next((i for i in range(at + 1, len(tokens)) if tokens[i] not in _BETWEEN), at)
    if 1 < len(tokens) <= _LONGEST_HEADLINE and tokens[0] not in _NEVER_VERBS and tokens[1] in _OBJECT_START:
        return 0
    return None


def unfamiliar_verb(tokens: Sequence[str]) -> int | None:
    """Where the agent asks to do something that no table knows, done to something that isn't code."""
    verb = _verb_place(tokens)
    return verb if verb is not None and _is_unfamiliar(tokens, verb) else None


def risky_verb(tokens: Sequence[str]) -> Consequence | None:
    """ "Accept the counteroffer?", "I can block this caller": an act on others, on money or on something running."""
    at = _verb_place(tokens)
    if at is None and 0 < len(tokens) <= _LONGEST_HEADLINE:
        at = 0
    if at is None or any(CODE in kinds(token) or token in _PLAIN for token in tokens[at + 1 :]):
        return None
    spelt = (
        {tokens[at]} if tokens[at] in ORDINARY or tokens[at] in _GENTLE else {tokens[at], *one_slip_away(tokens[at])}
    )
    return next((kind for kind, verbs in _RISKY.items() if not verbs.isdisjoint(spelt)), None)


def asks_for_risk(tokens: Sequence[str]) -> bool:
    """Whether an alternative is anything but ordinary work: one that starts with no known harmless verb is."""
    verb = _verb_place(tokens)
    first = tokens[verb if verb is not None else 0] if tokens else ""
    harmless = first in ORDINARY or first in _GENTLE or first in _PUTS_OFF
    return not harmless or not _ALL.isdisjoint(tokens)


def risky_option(tokens: Sequence[str]) -> Iterator[Consequence]:
    """ "Staging + prod", "launch tonight": a chosen option is done, so what it names needs no verb we know."""
    if (consequence := risky_verb(tokens)) is not None:
        yield consequence
    if _GENTLE.isdisjoint(tokens) and not any(CODE in kinds(token) for token in tokens):
        yield from _named(frozenset(tokens))


def doubtful_order(tokens: Sequence[str], about: frozenset[str]) -> Iterator[Consequence]:
    """ "Grab it" to "The domain is free": an order with an unknown or vague verb, about something sensitive."""
    pronoun = next((place for place, token in enumerate(tokens[:4]) if token in _POINTERS), 0)
    if not pronoun or len(tokens) > _LONGEST_ORDER or not _AROUND.issuperset(tokens[pronoun + 1 : pronoun + 2]):
        return
    verb = tokens[0]
    if (verb in ORDINARY and verb not in _VAGUE) or verb in _GENTLE or verb in FACTS or not verb.isalpha():
        return
    if not any(CODE in kinds(word) or word in _PLAIN for word in (*about, *tokens)):
        yield from _named(about)
        yield from (kind for kind, verbs in _RISKY.items() if verb in verbs)
    vague = verb in _VAGUE and not _PARTICLES.isdisjoint(tokens)
    if (vague or _is_unfamiliar(tokens, 0)) and _names_data(about):
        yield Consequence.DESTRUCTIVE


def doubtful_answer(tokens: Sequence[str], asked: Sequence[str]) -> Iterator[Consequence]:
    """ "Who should get the draft?" - "all investors": what is still open in the question is filled with a risk."""
    if (
        not asked
        or asked[0] not in FACTS
        or _LEAVE.isdisjoint(asked)
        or not _GENTLE.difference(_NOUNS_TOO).isdisjoint(asked)
    ):
        return
    if len(tokens) <= _HEADLINE:
        yield from _named(frozenset(tokens))


def _names_data(about: frozenset[str]) -> bool:
    named = [kinds(word) for word in about]
    return any(not found.isdisjoint((DATA, PEOPLE, PROD)) for found in named) and not any(
        CODE in found for found in named
    )


def _is_unfamiliar(tokens: Sequence[str], at: int) -> bool:
    verb = tokens[at]
    if (
        not (verb.isascii() and verb.isalpha() and len(verb) > 1)
        or verb in ORDINARY
        or verb in _GENTLE
        or is_known(verb)
    ):
        return False
    return not any(CODE in kinds(token) for token in tokens[at + 1 :])
