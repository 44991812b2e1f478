"""What a statement says of its author's standing wishes: what they always want, never want, prefer and usually do.

English is read closely and retold in the third person. Other languages have fewer patterns, and the person's own words
are quoted. Which of a text's sentences are statements at all is decided in `statements`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from clone_mcp.language import lexicon
from clone_mcp.language.tool_names import known
from clone_mcp.models.memory import FactKind


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish, a liking, a way of working. `meaning` is what keys are made of, `text` is what people read."""

    kind: FactKind
    text: str
    meaning: str
    against: bool = False
    explicit: bool = False
    domain: str = "want"
    local: bool = False
    """Wish of this project only."""


def _any_case(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_PROJECT = _any_case(lexicon.pattern("statements", "in this project"))
_POINTS = _any_case(lexicon.pattern("statements", "points"))
_OBJECT_POINTS = _any_case(lexicon.pattern("statements", "object points"))
_SECOND = _any_case(rf"\b(?:{lexicon.pattern('statements', 'second person')})\b")
_FIRST = tuple((_any_case(row.word), row.form) for row in lexicon.rows("statements", "first person"))


def without_project(words: str) -> tuple[str, bool]:
    """The words without "in this project", and whether they had it."""
    rest = _PROJECT.sub("", words).strip(" ,")
    return (rest, True) if rest != words.strip(" ,") else (words, False)


def stands_alone(words: str) -> bool:
    """Whether the words can be understood without what was on the screen when they were written."""
    return not _POINTS.search(words) and not _OBJECT_POINTS.match(words)


def in_third_person(words: str) -> str | None:
    """The words as said of the person, or None if they speak to somebody."""
    if _SECOND.search(words):
        return None
    for first, third in _FIRST:
        words = first.sub(third, words)
    return words


_TAIL = f"(?:,? (?:{lexicon.pattern('style', 'tail')}))*"
_WITHOUT = re.compile(
    f"(?:{lexicon.pattern('style', 'without')}) (?P<what>(?:{lexicon.pattern('style', 'thing')})){_TAIL}", re.IGNORECASE
)
_SHORT = re.compile(f"(?:{lexicon.pattern('style', 'short')}){_TAIL}", re.IGNORECASE)
_LONG = re.compile(f"(?:{lexicon.pattern('style', 'long')}){_TAIL}", re.IGNORECASE)
_TONGUE = re.compile(
    f"{lexicon.pattern('style', 'answer in')} (?P<what>{lexicon.pattern('style', 'tongue')}){_TAIL}", re.IGNORECASE
)
_CHOSEN = tuple(
    re.compile(lexicon.spelt_out("style", row.word), re.IGNORECASE) for row in lexicon.rows("style", "chosen")
)
_MATTERS_OF_TASTE = lexicon.words("style", "matter of taste")
_ARTICLE = re.compile(rf"(?:{lexicon.pattern('style', 'article')})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Style:
    """Wishes with a fixed wording, whatever way they are put."""

    fixed: tuple[tuple[re.Pattern[str], str, str, bool], ...]

    def said(self, statement: str) -> Wish | None:
        for pattern, text, meaning, against in self.fixed:
            if found := pattern.fullmatch(statement):
                what = found.groupdict().get("what") or ""
                told = what.capitalize() if pattern is _TONGUE else what.casefold()
                return Wish(FactKind.PREFERENCE, text.format(told), meaning.format(what), against=against)
        return None


STYLE = _Style(
    (
        (_SHORT, "Prefers short answers.", "short answers", False),
        (_LONG, "Prefers detailed answers.", "short answers", True),
        (_TONGUE, "Wants answers in {}.", "answers {}", False),
        (_WITHOUT, "Wants no {}.", "{}", True),
    )
)


def contrasted(statement: str) -> Wish | None:
    """Use X not Y, X over Y: a preference where both can be named, and at least one is a known choice to make."""
    statement, local = without_project(statement)
    for pattern in _CHOSEN:
        found = pattern.fullmatch(statement)
        if (
            found
            and _nameable(found["what"])
            and _nameable(found["other"])
            and (_choice(found["what"]) and _choice(found["other"]))
        ):
            told = in_third_person(f"{found['what']} over {found['other']}")
            return (
                Wish(FactKind.PREFERENCE, f"Prefers {told}.", told, local=local)
                if told and stands_alone(told)
                else None
            )
    return None


def _nameable(side: str) -> bool:
    return not _ARTICLE.match(side)


def _choice(side: str) -> bool:
    words = [word.strip("`\"'").casefold() for word in side.split()]
    return known(" ".join(words)) or any(known(word) or word in _MATTERS_OF_TASTE for word in words)


def _wish(kind: str) -> re.Pattern[str]:
    return re.compile(lexicon.pattern("wishes", kind), re.IGNORECASE)


_FROM_NOW, _NOW_ON, _ALWAYS, _ALWAYS_LAST = map(_wish, ("from now", "now on", "always", "always, last"))
_NEVER, _WHENEVER, _STOP, _RECORD = map(_wish, ("never", "whenever", "stop", "record"))
_PREFER, _BETTER, _FEEL, _USUALLY = map(_wish, ("prefer", "better", "feel", "usually"))
_SPEC_VERB, _REASON = _wish("specification"), _wish("reason")
_ASIDE = re.compile(rf"\b(?:{lexicon.pattern('wishes', 'aside')})\b", re.IGNORECASE)
"""In the future ends many a sentence about what may be, not what shall be."""
_NOT_A_NAME = re.compile(rf"(?:{lexicon.pattern('wishes', 'not a name')})\b", re.IGNORECASE)
_CLAUSE = re.compile(rf"\b(?:{lexicon.pattern('wishes', 'clause')})\b", re.IGNORECASE)


def english(statement: str) -> Wish | None:
    """What the statement says of its author's standing wishes and ways, or None."""
    for pattern, read in _READERS:
        if (found := pattern.fullmatch(statement)) and (said := read(found, statement)):
            return said
    return STYLE.said(statement) or contrasted(statement)


def _rule(found: re.Match[str], statement: str) -> Wish | None:
    against = bool(found.groupdict().get("against")) or found.re in (_NEVER, _STOP)
    what, local = without_project(found["what"])
    if found.re is _NOW_ON and _ASIDE.search(what):
        return None
    if _SPEC_VERB.match(what) or not _whole(what) or len(what.split()) < (2 if found.re is not _STOP else 1):
        return None
    told = in_third_person(what[0].lower() + what[1:])
    if told is None or found.re is _WHENEVER:
        text = f"Tells agents: “{statement}”."
    elif found.re is _STOP:
        text = f"Wants agents to stop {told}."
    else:
        text = f"Wants agents {'never' if against else 'always'} to {told}."
    meaning = _conditional(what, found["when"]) if found.re is _WHENEVER else what
    return Wish(FactKind.RULE, text, meaning, against=against, explicit=True, local=local)


def _conditional(what: str, when: str) -> str:
    divider = "" if when[:6].casefold() in ("before", "after ") else "when "
    return (
        f"{re.sub('^(?:always|never) ', '', what)} "
        f"{divider}{re.sub('^(?:whenever|when|each time|every time|any time) ', '', when)}"
    )


def _whole(what: str) -> bool:
    return stands_alone(what) and len(what) <= 200 and what.count('"') % 2 == 0


def _preference(found: re.Match[str], statement: str) -> Wish | None:
    what, local = without_project(_REASON.sub("", found["what"]))
    other = found.groupdict().get("other")
    what = f"{what} over {_REASON.sub('', other)}" if other else _compared(what)
    if re.match(r"(?:if|when|that) you ", what, re.IGNORECASE):
        return (
            Wish(FactKind.PREFERENCE, f"Says of their preferences: “{statement}”.", what, local=local)
            if _whole(what)
            else None
        )
    told = _named(what, words=12)
    return Wish(FactKind.PREFERENCE, f"Prefers {told}.", what, local=local) if told else None


def _compared(what: str) -> str:
    """Tabs to spaces is tabs over spaces; to write tests first is not a comparison."""
    if what[:3].casefold() == "to ":
        return what
    return re.sub(r"\s(?:to|rather than|instead of|vs\.?|more than|than|and not|,? ?not)\s", " over ", what, count=1)


def _feeling(found: re.Match[str], statement: str) -> Wish | None:
    what, local = without_project(_REASON.sub("", found["what"]))
    told = _named(what, words=5)
    if not told or _CLAUSE.search(what):
        return None
    hates = bool(found["hates"])
    return Wish(FactKind.PREFERENCE, f"{'Dislikes' if hates else 'Likes'} {told}.", what, against=hates, local=local)


def _habit(found: re.Match[str], statement: str) -> Wish | None:
    what, local = without_project(_REASON.sub("", found["what"]))
    told = in_third_person(what) if _whole(what) and len(what.split()) <= 12 else None
    if told is None:
        return None
    never = bool(found["never"])
    return Wish(
        FactKind.HABIT,
        f"Says they {'never' if never else 'usually'} {told}.",
        what,
        against=never,
        local=local,
        domain="want",
    )


def _named(what: str, *, words: int) -> str | None:
    """The thing that is liked, if it is named so that it means the same tomorrow."""
    if _NOT_A_NAME.match(what) or not _whole(what) or len(what.split()) > words or len(what) < 2:
        return None
    return in_third_person(what)


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str], Wish | None]], ...] = (
    *((pattern, _rule) for pattern in (_FROM_NOW, _ALWAYS, _NEVER, _WHENEVER, _STOP, _RECORD, _NOW_ON, _ALWAYS_LAST)),
    (_PREFER, _preference),
    (_BETTER, _preference),
    (_FEEL, _feeling),
    (_USUALLY, _habit),
)


@dataclass(frozen=True, slots=True)
class _Wording:
    """One language's ways. Every pattern has `what`; comparisons have `other`, too."""

    always: tuple[re.Pattern[str], ...]
    never: tuple[re.Pattern[str], ...]
    prefers: tuple[re.Pattern[str], ...]
    dislikes: tuple[re.Pattern[str], ...]


def _patterns(kind: str, language: str) -> tuple[re.Pattern[str], ...]:
    rows = (row for row in lexicon.rows("wishes", kind) if row.language == language)
    return tuple(re.compile(lexicon.spelt_out("wishes", row.word), re.IGNORECASE) for row in rows)


_KINDS = ("quoted always", "quoted never", "quoted prefers", "quoted dislikes")
_ALL = tuple(
    _Wording(*(_patterns(kind, language) for kind in _KINDS))
    for language in dict.fromkeys(row.language for row in lexicon.rows("wishes", "quoted always"))
)


def other_language(statement: str) -> Wish | None:
    """What the statement says of its author's standing wishes, or None."""
    for wording in _ALL:
        if said := _in(wording, statement):
            return said
    return None


def _in(wording: _Wording, statement: str) -> Wish | None:
    quoted = f"“{statement}”"
    for against, patterns in ((True, wording.never), (False, wording.always)):
        if found := _first_match(patterns, statement):
            return Wish(FactKind.RULE, f"Tells agents: {quoted}.", found["what"], against=against, explicit=True)
    for against, patterns in ((False, wording.prefers), (True, wording.dislikes)):
        if found := _first_match(patterns, statement):
            return _quoted_preference(found, quoted, against=against)
    return None


def _first_match(patterns: tuple[re.Pattern[str], ...], statement: str) -> re.Match[str] | None:
    return next((found for pattern in patterns if (found := pattern.fullmatch(statement))), None)


def _quoted_preference(found: re.Match[str], quoted: str, *, against: bool) -> Wish:
    other = found.groupdict().get("other")
    if other:
        meaning = f"{found['what']} over {other}"
        return Wish(FactKind.PREFERENCE, f"Prefers {meaning} ({quoted}).", meaning)
    return Wish(FactKind.PREFERENCE, f"Says of their preferences: {quoted}.", found["what"], against=against)
