"""What a word does where it stands: directs, asks or plans an act, or only denies, reports, writes or talks about it.

Which acts a word may stand for is `vocabulary`'s part, and what it is done to `objects`'.
"""

import re
from collections.abc import Sequence
from enum import Enum, auto
from itertools import pairwise

from clone_mcp.language import lexicon
from clone_mcp.stakes.findings import Consequence
from clone_mcp.stakes.sentences import Sentence, asks_for_facts
from clone_mcp.stakes.tables import (
    BE_ASKED,
    CODE,
    COORDINATORS,
    DATA,
    DETERMINERS,
    HARMLESS_NEGATED,
    INVERTED,
    LIGHT,
    NEGATORS,
    PROD,
    REFRAINED,
    REPORTED,
    RUNS,
    SUBJECTS,
    TALKING,
    WRITING,
    folded,
    kinds,
)
from clone_mcp.stakes.vocabulary import Form, Use, uses

_DESIGNING_MODALS = folded("grammar", "designing modal")
_DESIGNED = folded("objects", "program")
_NOUNS_TOO = folded("ordinary", "writing noun in a clause")
_LETS = folded("grammar", "lets")
_RUNNABLE = folded("objects", "runnable")
_AFTER = folded("negations", "act negator after")
_BUILD = re.compile(rf"production[- ](?:{lexicon.pattern('objects', 'production build')})")


class Mood(Enum):
    ORDER = auto()
    """The person says it, or chooses an option that says it."""
    ASK = auto()
    """The agent asks for it or announces it."""
    CONTEXT = auto()
    """The agent describes it and then asks "Shall I go ahead?"."""


_MODALS = folded("grammar", "foretelling modal")
_TOLD = folded("grammar", "told")
_WISHES = folded("grammar", "wishes")
_THIRD_PARTIES = folded("grammar", "third party")
_AGENT_WORDS = folded("grammar", "agent or person")
_AGENT = folded("grammar", "agent before modal")
_LETS_RUN = RUNS | folded("grammar", "lets it run")
_HAS_TO_BE = folded("grammar", "has to be")
_WOULD_MIND = folded("grammar", "would mind")
_STEPS = folded("grammar", "step")
_BEFORE_STEP = DETERMINERS | folded("grammar", "before a step")
_HOW_IT_SHOULD_BE = folded("grammar", "asks how it should be")

_ADVERBS = folded("grammar", "adverb of a step")
_PASSIVE = folded("grammar", "passive")
_TELLERS = folded("grammar", "teller")
_LETS_SUBJECT = folded("grammar", "lets a subject")
_DESIGNED_ARTICLES = folded("grammar", "before a designed thing")
_OPENERS = frozenset((",", ";", ":", "->"))


def has_form(use: Use, tokens: Sequence[str], at: int, mood: Mood, sentence: Sentence) -> bool:
    match use.form:
        case Form.DIRECT:
            return _directs(use, sentence, at, mood)
        case Form.GERUND:
            told = _TOLD if mood is Mood.ORDER else {"was", "were", "been"}
            return not (told & set(tokens[max(at - 3, 0) : at]))
        case Form.DOES:
            return mood is Mood.CONTEXT or (
                mood is Mood.ASK and (not _LETS_RUN.isdisjoint(sentence.words) or _is_a_steps(sentence, at))
            )
        case Form.PAST:
            wished = _is_wish(sentence, mood) and _asked_to_be(tokens, at)
            return tokens[at - 1] not in DETERMINERS and (wished or _is_done_next(sentence, at))
        case Form.NOUN:
            return _is_noun_here(tokens, at) and (_done_as_noun(tokens, at) or _is_what_comes_next(sentence, at))


def _is_noun_here(tokens: Sequence[str], at: int) -> bool:
    """A word that is also a verb ("push") is a noun only after an article or the like."""
    also_verb = any(use.form in (Form.DIRECT, Form.DOES) and use.language == "en" for use in uses(tokens[at]))
    return not also_verb or not DETERMINERS.isdisjoint(tokens[max(at - 2, 0) : at])


def _directs(use: Use, sentence: Sentence, at: int, mood: Mood) -> bool:
    tokens = sentence.tokens
    if at == 0:
        return True
    last = tokens[at - 1]
    earlier = tokens[max(at - 5, 0) : at]
    if use.language == "en":
        if last in DETERMINERS:
            return _done_as_noun(tokens, at)
        if (
            _informs(tokens, earlier)
            or _foretells(earlier, sentence, mood)
            or (mood is not Mood.ORDER and use.consequence is not Consequence.CREDENTIAL and _asks_the_person(earlier))
        ):
            return False
    if mood is Mood.ORDER and use.language == "en" and last in SUBJECTS:
        return at >= 2 and tokens[at - 2] in _LETS_SUBJECT
    return not (len(earlier) >= 2 and earlier[-1] == "to" and earlier[-2] in REFRAINED)


def _foretells(earlier: Sequence[str], sentence: Sentence, mood: Mood) -> bool:
    """ "Git might overwrite it later": what something else may do, neither asked nor announced."""
    if mood is not Mood.ASK or "?" in sentence.folded or not _MODALS & set(earlier):
        return False
    place = max(i for i, token in enumerate(earlier) if token in _MODALS)
    inverted = place + 1 < len(earlier) and earlier[place + 1] in {"i", "we", "you"}
    return place > 0 and earlier[place - 1] not in _AGENT and not inverted


def _informs(tokens: Sequence[str], earlier: Sequence[str]) -> bool:
    """ "How do I deploy", "did it drop": a question about the act, not for it."""
    if tokens[0] in _THIRD_PARTIES and not _AGENT_WORDS.intersection(tokens):
        return True  # "Who may publish?"
    if {"how", "why", "whether"} & set(earlier):
        return not (_HOW_IT_SHOULD_BE & set(earlier))
    return bool({"did", "does"} & set(earlier)) and not ({"want", "like", "mean"} & set(earlier))


def _asks_the_person(earlier: Sequence[str]) -> bool:
    """ "Could you share the log?": the person is to do it, not the agent."""
    close = tuple(earlier[-2:])
    return (
        close[-1:] == ("you",) and close[:1] in {("could",), ("can",), ("would",), ("will",), ("please",)}
    ) or close == ("you", "please")


def _is_a_steps(sentence: Sentence, at: int) -> bool:
    """ "The next step drops it": what a step does that opens its clause in a sentence about what comes next."""
    tokens = sentence.tokens
    subject = start = at - (2 if tokens[at - 1] in _ADVERBS else 1)
    if not sentence.plans or subject < 0 or tokens[subject] not in _STEPS:
        return False
    while start > 0 and tokens[start - 1] in _BEFORE_STEP:
        start -= 1
    return start == 0 or tokens[start - 1] in _OPENERS


def _is_done_next(sentence: Sentence, at: int) -> bool:
    """ "Then main is overwritten": said in the present of what comes next, and not of what something checks."""
    tokens = sentence.tokens
    after = any(pair in (("after", "this"), ("after", "that")) for pair in pairwise(tokens))
    before = tokens[2:at] if tokens[0] == "after" else tokens[:at]
    ahead = sentence.plans or after or tokens[0] == "then"
    return ahead and not _PASSIVE.isdisjoint(tokens[max(at - 2, 0) : at]) and _TELLERS.isdisjoint(before)


def _is_what_comes_next(sentence: Sentence, at: int) -> bool:
    """ "The next step is the removal of …"."""
    start = next((place for place in range(at - 1, max(at - 4, 0), -1) if sentence.tokens[place] == "is"), 0)
    between = sentence.tokens[start + 1 : at]
    return sentence.plans and start > 0 and sentence.tokens[start - 1] in _STEPS and DETERMINERS.issuperset(between)


def _is_wish(sentence: Sentence, mood: Mood) -> bool:
    match mood:
        case Mood.ORDER:
            return True
        case Mood.ASK:
            return "?" in sentence.folded or sentence.tokens[0] in _MODALS or bool(sentence.words & _WISHES)
        case Mood.CONTEXT:
            return bool(sentence.words & _HAS_TO_BE)


def _asked_to_be(tokens: Sequence[str], at: int) -> bool:
    """ "Should it be deleted", "want it gone": a participle that is wished for, not reported."""
    if "if" in tokens[:at] and _WOULD_MIND & set(tokens):
        return True  # "would you mind if I deleted it"
    earlier = set(tokens[max(at - 10, 0) : at]) | set(tokens[at + 1 : at + 2])
    return bool(earlier & BE_ASKED) and not (set(tokens[max(at - 2, 0) : at]) & REPORTED)


def _done_as_noun(tokens: Sequence[str], at: int) -> bool:
    """ "Start the deployment": the act as a noun, with a verb that carries it out; or alone, as a headline."""
    first = tokens[0]
    if asks_for_facts(tokens) or (at > 0 and (first in WRITING or (first.endswith("ed") and first not in LIGHT))):
        return False
    if (at <= 2 and len(tokens) - at <= 2) or (at <= 1 and len(tokens) - at <= 3):
        return True
    return bool(LIGHT & set(tokens[max(at - 5, 0) : at]))


def is_denied(tokens: Sequence[str], at: int) -> bool:
    """ "Don't delete", "without pushing"; but not "why don't we delete", "don't forget to delete"."""
    for place in range(at - 1, max(at - 6, -1), -1):
        word = tokens[place]
        if word == "of" and place > 0 and tokens[place - 1] in {"instead", "rather"}:
            continue
        if word in COORDINATORS and (word != "or" and (not uses(tokens[place - 1]) or tokens[place - 1] in NEGATORS)):
            return False
        if word in {"rather", "instead"} and tokens[place + 1 : place + 2] not in (("than",), ("of",)):
            continue
        if word in NEGATORS:
            if word == "no" and place == 0:
                return False
            following = tokens[place + 1 : at]
            inverted = (
                bool(following) and following[0] in INVERTED and following[0] != "the" and word.endswith(("t", "ot"))
            )
            asked = place > 0 and tokens[place - 1] in {"why", "or", "whether"}
            return not (inverted or asked or HARMLESS_NEGATED & set(following))
    return not _AFTER.isdisjoint(tokens[at + 1 : at + 4])  # "lösche nichts", "supprime pas": after the verb


def _clause_start(tokens: Sequence[str], at: int, *, gerund: bool = False) -> int:
    for place in range(at - 1, -1, -1):
        if tokens[place] in COORDINATORS and not (gerund and tokens[place] in {"before", "after"}):
            return place + 1
    return 0


def _designs(tokens: Sequence[str]) -> bool:
    """ "Should the dialog ask before deleting?": how a piece of code is to behave."""
    if len(tokens) < 4 or tokens[0] not in _DESIGNING_MODALS or tokens[1] not in _DESIGNED_ARTICLES:
        return False
    subject = next((token for token in tokens[2:4] if kinds(token) or token in _DESIGNED), "")
    return (CODE in kinds(subject) or subject in _DESIGNED) and "be" not in tokens


def is_embedded(use: Use, tokens: Sequence[str], at: int) -> bool:
    """ "Add a test that deletes a user", "fix the deploy script": the act is what the code is about."""
    if _designs(tokens) and not _is_live(tokens):
        return True
    if use.language == "en" and _is_talked_about(tokens, at):
        return True
    start = _clause_start(tokens, at, gerund=use.form is Form.GERUND)
    clause = tokens[start:at]
    writing = [place for place, token in enumerate(clause) if token in WRITING and token != tokens[at]]
    if use.language != "en":
        whole = _whole_clause(tokens, at)
        return (
            any(token in WRITING and token not in _NOUNS_TOO for token in whole if token != tokens[at])
            and use.consequence is not Consequence.CREDENTIAL
            and not _is_live(tokens)
        )
    if not writing or _is_live(tokens) or (RUNS & set(tokens[at + 1 :])):
        return False
    between = clause[writing[0] + 1 :]
    if not between or (len(between) == 1 and between[0] in DETERMINERS | {"for", "of", "how", "to"}):
        return use.form is not Form.DIRECT or not between or between[0] != "to"
    if any(CODE in kinds(token) for token in between):
        return True
    # "The delete button": the next words name a piece of code.
    return any(CODE in kinds(token) and DATA not in kinds(token) for token in tokens[at + 1 : at + 3])


def _is_talked_about(tokens: Sequence[str], at: int) -> bool:
    """ "Explain what git reset does", "compare delete and truncate"."""
    if _is_live(tokens) or (RUNS & set(tokens[at + 1 :])):
        return False
    start = _clause_start(tokens, at) if at + 1 < len(tokens) else 0
    return not TALKING.isdisjoint(tokens[start:at])


def runs_it_by_name(tokens: Sequence[str], at: int) -> bool:
    """ "Run the DROP statement", "start the deploy job"."""
    return bool(_RUNNABLE & set(tokens[at + 1 : at + 2]) and RUNS & set(tokens[max(at - 4, 0) : at]))


def _whole_clause(tokens: Sequence[str], at: int) -> Sequence[str]:
    end = next((i for i in range(at + 1, len(tokens)) if tokens[i] in COORDINATORS), len(tokens))
    return tokens[_clause_start(tokens, at) : end]


def _is_live(tokens: Sequence[str]) -> bool:
    """Live systems get no benefit of the doubt."""
    return any(PROD in kinds(token) for token in tokens) and not _BUILD.search(" ".join(tokens))


def is_writing_only(tokens: Sequence[str]) -> bool:
    if not _LETS.isdisjoint(tokens[:1]):
        return False
    first = next((t for t in tokens if t in WRITING or t in RUNS), None)
    return first is not None and first in WRITING and not (set(tokens) & RUNS)
