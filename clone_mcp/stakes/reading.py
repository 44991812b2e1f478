"""Which acts a sentence directs, asks leave for or plans, as opposed to those it mentions, denies or reports.

One sentence at a time. Which sentences of a question a reply answers is the gate's part.
"""

import re
from collections.abc import Iterator, Sequence

from clone_mcp.stakes.doubts import opens_ask, risky_verb, sensitive, unfamiliar_verb
from clone_mcp.stakes.findings import Consequence, Finding
from clone_mcp.stakes.languages import is_unspaced, stem_acts, unspaced_acts
from clone_mcp.stakes.objects import BARE, PRONOUNS, has_needed, is_ordinary, names_needed, stems_of
from clone_mcp.stakes.phrases import COMMAND_WORDS, commands, only_looks, phrases
from clone_mcp.stakes.sentences import Sentence, asks_for_facts
from clone_mcp.stakes.tables import (
    CODE,
    DATA,
    DETERMINERS,
    ENGLISH,
    FALSE_FRIENDS,
    ORDINARY,
    RUNS,
    STOPWORDS,
    folded,
    kinds,
)
from clone_mcp.stakes.usage import Mood, has_form, is_denied, is_embedded, is_writing_only, runs_it_by_name
from clone_mcp.stakes.vocabulary import Form, Use, misspelt, uses

_LEAVE = folded("grammar", "leave")
_EXPLAINING = folded("grammar", "explains")
_LONGEST_STEMMED = 40
"""Longer pieces without an English word are code or tables."""
_EXCERPT = 120
_NEEDING = folded("grammar", "needing")
_BEFORE_VERB = folded("grammar", "before a slip")
_BEFORE_OBJECT = DETERMINERS | {"it", "them", "all", "--hard"}
_CAMEL = re.compile(r"\b[a-z]+[A-Z]\w*|\w\(\)")


def findings(sentence: Sentence, mood: Mood, before: Sentence | None = None) -> Iterator[Finding]:
    """`before` is the sentence that "it" may point back to."""
    for consequence, start in _acts(sentence, mood, before):
        yield Finding(consequence, _excerpt(sentence.text, start))


def _acts(sentence: Sentence, mood: Mood, before: Sentence | None) -> Iterator[tuple[Consequence, int]]:
    command_words = sentence.words & COMMAND_WORDS
    # A command that is only written about is none. Anything that also runs it is one.
    explains = not _EXPLAINING.isdisjoint(sentence.words) and not (sentence.words & RUNS)
    if command_words and not explains and not _only_informs(sentence):
        yield from commands(sentence.folded, command_words)
    if only_looks(sentence.folded):
        return
    if not sentence.folded.isascii() and is_unspaced(sentence.folded):
        yield from unspaced_acts(sentence.folded)
    if len(sentence.tokens) <= _LONGEST_STEMMED and ENGLISH.isdisjoint(sentence.words):
        yield from stem_acts(sentence.folded, sentence.tokens, short=not sentence.text.isascii())
    for at, token in enumerate(sentence.tokens):
        for use in (*uses(token), *_slipped(sentence.tokens, at)):
            if (not use.needs or (before and mood is Mood.ORDER) or _may_answer(use, sentence)) and _counts(
                sentence, at, use, mood, before
            ):
                yield use.consequence, sentence.folded.find(token)
    if not is_writing_only(sentence.tokens) and not (mood is Mood.ASK and _only_informs(sentence)):
        yield from phrases(sentence.folded, sentence.words)
    if mood is Mood.ASK and ("?" in sentence.folded or sentence.words & _NEEDING or opens_ask(sentence.tokens)):
        about = before.tokens if before else ()
        yield from ((consequence, 0) for consequence in sensitive(sentence.tokens, sentence.words, about))
        if unfamiliar_verb(sentence.tokens) is not None:
            yield Consequence.DESTRUCTIVE, 0
        if (consequence := risky_verb(sentence.tokens)) is not None:
            yield consequence, 0


def _only_informs(sentence: Sentence) -> bool:
    """ "What's 300 EUR in dollars?": an answer to it lets nobody do anything."""
    return "?" in sentence.folded and asks_for_facts(sentence.tokens) and _LEAVE.isdisjoint(sentence.words)


def _may_answer(use: Use, sentence: Sentence) -> bool:
    """A cheap first look: without one of its objects anywhere the act needs no closer reading."""
    if use.language == "tr" or sentence.tokens[-1] in BARE or bool(stems_of(use.needs)):
        return True
    return not use.needs.isdisjoint(sentence.words) or not use.needs.isdisjoint(sentence.names)


def _slipped(tokens: Sequence[str], at: int) -> tuple[Use, ...]:
    """A slip may make another real word ("pure" for "purge"); in a verb's place before its object it is read as one."""
    verb_place = at > 0 and tokens[at - 1] in _BEFORE_VERB and at + 1 < len(tokens) and tokens[at + 1] in _BEFORE_OBJECT
    return misspelt(tokens[at], even_ordinary=verb_place)


def _excerpt(text: str, start: int) -> str:
    first = max(start - _EXCERPT // 3, 0)
    last = first + _EXCERPT
    return ("…" if first else "") + text[first:last].strip() + ("…" if last < len(text) else "")


def _counts(sentence: Sentence, at: int, use: Use, mood: Mood, before: Sentence | None) -> bool:
    tokens = sentence.tokens
    if tokens[at] == "post" and "post /" in sentence.folded:
        return False  # "POST /orders" names an endpoint
    if use.language != "en" and not _speaks(use.language, sentence, tokens[at]):
        return False
    if not (has_needed(use, tokens, at) or _has_needed_before(use, tokens, at, before)) or is_denied(tokens, at):
        return False
    if not has_form(use, tokens, at, mood, sentence):
        return False
    if is_embedded(use, tokens, at):
        return False
    if use.form is Form.NOUN and runs_it_by_name(tokens, at):
        return True
    return not (is_ordinary(use, tokens, at, before.tokens if before else ()) or _removes_symbol(sentence, at))


def _has_needed_before(use: Use, tokens: Sequence[str], at: int, before: Sentence | None) -> bool:
    """ "The domain is free." - "Grab it.": the pronoun stands for the object that the act takes."""
    if (
        at
        or before is None
        or use.form is not Form.DIRECT
        or (tokens[0] in ORDINARY and tokens[0] != "close")
        or PRONOUNS.isdisjoint(tokens[at + 1 : at + 4])
    ):
        return False
    return CODE not in before.names and names_needed(use, before.tokens)


def _speaks(language: str, sentence: Sentence, token: str) -> bool:
    """A foreign word that also exists in English counts only where the sentence isn't plainly English."""
    if STOPWORDS[language] & sentence.words - STOPWORDS["en"]:
        return True
    is_english = token in FALSE_FRIENDS or any(use.language == "en" for use in uses(token))
    return not is_english and len(STOPWORDS["en"] & sentence.words) < 2


def _removes_symbol(sentence: Sentence, at: int) -> bool:
    """ "Remove isTrivialLine": a name in camel case is a piece of code, unless stored things are named too."""
    if not sentence.tokens[at].startswith("remov"):
        return False
    return _CAMEL.search(sentence.text) is not None and not any(
        DATA in kinds(token) for token in sentence.tokens[at + 1 :]
    )
