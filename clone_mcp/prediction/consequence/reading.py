"""Which acts a sentence directs, asks leave for or plans, as opposed to those it mentions, denies or reports."""

import re
from collections.abc import Iterator, Sequence
from enum import Enum, auto

from clone_mcp.prediction.consequence.commands import COMMAND_WORDS, commands
from clone_mcp.prediction.consequence.findings import Consequence, Finding
from clone_mcp.prediction.consequence.grammar import (
    BE_ASKED,
    COORDINATORS,
    DETERMINERS,
    HARMLESS_NEGATED,
    INVERTED,
    LIGHT,
    NEGATORS,
    REFRAINED,
    REPORTED,
    RUNS,
    STOPWORDS,
    SUBJECTS,
    WRITING,
)
from clone_mcp.prediction.consequence.nouns import CODE, DATA, PROD, kinds
from clone_mcp.prediction.consequence.objects import has_needed, is_ordinary
from clone_mcp.prediction.consequence.phrases import phrases
from clone_mcp.prediction.consequence.sentences import Sentence
from clone_mcp.prediction.consequence.unspaced import is_unspaced, unspaced_acts
from clone_mcp.prediction.consequence.vocabulary import Form, Use, misspelt, uses


class Mood(Enum):
    ORDER = auto()
    """The person says it, or chooses an option that says it."""
    ASK = auto()
    """The agent asks for it or announces it."""
    CONTEXT = auto()
    """The agent describes it and then asks "Shall I go ahead?"."""


_EXCERPT = 120


def findings(sentence: Sentence, mood: Mood, before: Sentence | None = None) -> Iterator[Finding]:
    """`before` is the sentence that "it" may point back to."""
    for consequence, start in _acts(sentence, mood, before):
        yield Finding(consequence, _excerpt(sentence.text, start))


def _acts(sentence: Sentence, mood: Mood, before: Sentence | None) -> Iterator[tuple[Consequence, int]]:
    command_words = sentence.words & COMMAND_WORDS
    if command_words and not _explains(sentence):
        yield from commands(sentence.folded, command_words)
    if not sentence.folded.isascii() and is_unspaced(sentence.folded):
        yield from unspaced_acts(sentence.folded)
    may_be_misspelt = mood is not Mood.CONTEXT
    for at, token in enumerate(sentence.tokens):
        readings = uses(token) or (misspelt(token) if may_be_misspelt else ())
        for use in readings:
            if _counts(sentence, at, use, mood, before):
                yield use.consequence, sentence.folded.find(token)
    if not _is_writing_only(sentence.tokens):
        yield from phrases(sentence.folded, sentence.words)


def _excerpt(text: str, start: int) -> str:
    first = max(start - _EXCERPT // 3, 0)
    last = first + _EXCERPT
    return ("…" if first else "") + text[first:last].strip() + ("…" if last < len(text) else "")


def _explains(sentence: Sentence) -> bool:
    """A command that is only written about. Anything that also runs it is not."""
    about = sentence.words & {
        "document",
        "explain",
        "describe",
        "mention",
        "documenting",
        "warn",
        "documentation",
        "readme",
        "docs",
    }
    return bool(about) and not (sentence.words & RUNS)


def _counts(sentence: Sentence, at: int, use: Use, mood: Mood, before: Sentence | None) -> bool:
    tokens = sentence.tokens
    if use.language != "en" and not _speaks(use.language, sentence):
        return False
    if not has_needed(use, tokens, at) or is_denied(tokens, at):
        return False
    if not _has_form(use, tokens, at, mood, sentence):
        return False
    if _is_embedded(use, tokens, at):
        return False
    return not is_ordinary(use, tokens, at, before.tokens if before else ())


def _speaks(language: str, sentence: Sentence) -> bool:
    """A foreign word that also exists in English counts only where the sentence isn't plainly English."""
    if STOPWORDS[language] & sentence.words - STOPWORDS["en"]:
        return True
    return len(STOPWORDS["en"] & sentence.words) < 2


def _has_form(use: Use, tokens: Sequence[str], at: int, mood: Mood, sentence: Sentence) -> bool:
    match use.form:
        case Form.DIRECT:
            return _directs(use, tokens, at, mood)
        case Form.GERUND:
            return not ({"was", "were", "been"} & set(tokens[max(at - 2, 0) : at]))
        case Form.DOES:
            return mood is Mood.CONTEXT or (mood is Mood.ASK and _runs_it(sentence))
        case Form.PAST:
            return mood is not Mood.CONTEXT and _asked_to_be(tokens, at)
        case Form.NOUN:
            return _done_as_noun(tokens, at)


def _directs(use: Use, tokens: Sequence[str], at: int, mood: Mood) -> bool:
    if at == 0:
        return True
    last = tokens[at - 1]
    earlier = tokens[max(at - 5, 0) : at]
    if use.language == "en":
        if last in DETERMINERS:
            return _done_as_noun(tokens, at)
        if _informs(earlier):
            return False
    if mood is Mood.ORDER and use.language == "en" and last in SUBJECTS:
        return (
            len(tokens) > at
            and at >= 2
            and tokens[at - 2] in {"should", "can", "could", "shall", "let", "make", "would"}
        )
    return not (len(earlier) >= 2 and earlier[-1] == "to" and earlier[-2] in REFRAINED)


def _informs(earlier: Sequence[str]) -> bool:
    """ "How do I deploy", "did it drop": a question about the act, not for it."""
    if {"how", "why", "whether"} & set(earlier):
        return not ({"about", "should", "shall", "not", "don't", "want", "like"} & set(earlier))
    return bool({"did", "does"} & set(earlier)) and not ({"want", "like", "mean"} & set(earlier))


def _runs_it(sentence: Sentence) -> bool:
    return bool(
        sentence.words
        & (RUNS | {"ok", "okay", "fine", "right", "ahead", "confirm", "approve", "sure", "will", "acceptable"})
    )


def _asked_to_be(tokens: Sequence[str], at: int) -> bool:
    """ "Should it be deleted", "want it gone": a participle that is wished for, not reported."""
    earlier = set(tokens[max(at - 6, 0) : at]) | set(tokens[at + 1 : at + 2])
    return bool(earlier & BE_ASKED) and not (set(tokens[max(at - 2, 0) : at]) & REPORTED)


def _done_as_noun(tokens: Sequence[str], at: int) -> bool:
    """ "Start the deployment": the act as a noun, with a verb that carries it out; or alone, as a headline."""
    if at <= 1 and len(tokens) - at <= 3:
        return True
    return bool(LIGHT & set(tokens[max(at - 5, 0) : at]))


def is_denied(tokens: Sequence[str], at: int) -> bool:
    """ "Don't delete", "without pushing"; but not "why don't we delete", "don't forget to delete"."""
    for place in range(at - 1, max(at - 6, -1), -1):
        token = tokens[place]
        if token in COORDINATORS and token not in {"so", "and", "or"}:
            return False
        if token in NEGATORS:
            if token == "no" and place == 0:
                return False
            following = tokens[place + 1 : at]
            inverted = (
                bool(following) and following[0] in INVERTED and following[0] != "the" and token.endswith(("t", "ot"))
            )
            asked = place > 0 and tokens[place - 1] in {"why", "or", "whether"}
            return not (inverted or asked or HARMLESS_NEGATED & set(following))
    return _denied_after(tokens, at)


def _denied_after(tokens: Sequence[str], at: int) -> bool:
    """ "Lösche nichts", "supprime pas", "sil-me": denials that follow their verb."""
    return bool(
        {"nicht", "nichts", "pas", "niet", "niets", "rien", "nothing", "değil", "degil"} & set(tokens[at + 1 : at + 4])
    )


def _clause_start(tokens: Sequence[str], at: int) -> int:
    for place in range(at - 1, -1, -1):
        if tokens[place] in COORDINATORS:
            return place + 1
    return 0


def _is_embedded(use: Use, tokens: Sequence[str], at: int) -> bool:
    """ "Add a test that deletes a user", "fix the deploy script": the act is what the code is about."""
    start = _clause_start(tokens, at)
    clause = tokens[start:at]
    writing = [place for place, token in enumerate(clause) if token in WRITING and token != tokens[at]]
    if use.language != "en":
        whole = _whole_clause(tokens, at)
        return (
            any(token in WRITING for token in whole if token != tokens[at])
            and use.consequence is not Consequence.CREDENTIAL
            and not _is_live(tokens)
        )
    if not writing or _is_live(tokens) or (RUNS & set(tokens[at + 1 :])):
        return False
    between = clause[writing[0] + 1 :]
    if not between or len(between) == 1 and between[0] in DETERMINERS | {"for", "of", "how", "to"}:
        return use.form is not Form.DIRECT or not between or between[0] != "to"
    return any(CODE in kinds(token) for token in between) or _heads_code(tokens, at)


def _whole_clause(tokens: Sequence[str], at: int) -> Sequence[str]:
    end = next((i for i in range(at + 1, len(tokens)) if tokens[i] in COORDINATORS), len(tokens))
    return tokens[_clause_start(tokens, at) : end]


def _heads_code(tokens: Sequence[str], at: int) -> bool:
    """ "the delete button": the next words name a piece of code."""
    return any(CODE in kinds(t) and DATA not in kinds(t) for t in tokens[at + 1 : at + 3])


_BUILD = re.compile(
    r"production[- ](?:build|bundle|mode|ready|config\w*|code|dependenc\w+|settings|env\w*|grade|quality|version|check|flag|branch name)"
)


def _is_live(tokens: Sequence[str]) -> bool:
    """Live systems get no benefit of the doubt."""
    return any(PROD in kinds(token) for token in tokens) and not _BUILD.search(" ".join(tokens))


def _is_writing_only(tokens: Sequence[str]) -> bool:
    first = next((t for t in tokens if t in WRITING or t in RUNS), None)
    return first is not None and first in WRITING and not (set(tokens) & RUNS)
