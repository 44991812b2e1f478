"""What a statement says of its author's standing wishes: what they always want, never want, prefer and usually do.

English is read closely and retold in the third person. Other languages have fewer patterns, and the person's own words
are quoted. Which of a text's sentences are statements at all is decided in `statements`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

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


def _any_case(table: str, kind: str, frame: str = "{}") -> re.Pattern[str]:
    """A kind's alternatives, in a frame that says where they must stand."""
    return re.compile(frame.format(lexicon.pattern(table, kind)), re.IGNORECASE)


def _each(table: str, kind: str) -> Iterator[tuple[re.Pattern[str], lexicon.Row]]:
    """A kind's rows, each with its pattern."""
    for row in lexicon.rows(table, kind):
        yield re.compile(lexicon.spelt_out(table, row.word), re.IGNORECASE), row


_WORDS, _BEGINNING = r"\b(?:{})\b", r"(?:{})\b"
_PROJECT = _any_case("statements", "in this project")
_POINTS = _any_case("statements", "points")
_OBJECT_POINTS = _any_case("statements", "object points")
_SECOND = _any_case("statements", "second person", _WORDS)
_FIRST = tuple((first, row.form) for first, row in _each("statements", "first person"))


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
_TONGUE = f"{lexicon.pattern('style', 'answer in')} (?P<what>{lexicon.pattern('style', 'tongue')})"
_WITHOUT = f"(?:{lexicon.pattern('style', 'without')}) (?P<what>(?:{lexicon.pattern('style', 'thing')}))"
_STYLES = tuple(
    (re.compile(f"(?:{pattern}){_TAIL}", re.IGNORECASE), text, meaning, against)
    for pattern, text, meaning, against in (
        (lexicon.pattern("style", "short"), "Prefers short answers.", "short answers", False),
        (lexicon.pattern("style", "long"), "Prefers detailed answers.", "short answers", True),
        (_TONGUE, "Wants answers in {}.", "answers {}", False),
        (_WITHOUT, "Wants no {}.", "{}", True),
    )
)
"""Wishes with a fixed wording, however they are put: their text, their meaning, and whether they are against it."""
_CHOSEN = tuple(pattern for pattern, _ in _each("style", "chosen"))
_MATTERS_OF_TASTE = lexicon.words("style", "matter of taste")
_ARTICLE = _any_case("style", "article", _BEGINNING)


def _style(statement: str) -> Wish | None:
    for pattern, text, meaning, against in _STYLES:
        if found := pattern.fullmatch(statement):
            what = found.groupdict().get("what") or ""
            told = what.capitalize() if meaning == "answers {}" else what.casefold()
            return Wish(FactKind.PREFERENCE, text.format(told), meaning.format(what), against=against)
    return None


def contrasted(statement: str) -> Wish | None:
    """Use X not Y, X over Y: a preference, where both can be named and are known choices to make."""
    statement, local = without_project(statement)
    found = next((found for pattern in _CHOSEN if (found := _chosen(pattern, statement))), None)
    told = found and in_third_person(f"{found['what']} over {found['other']}")
    return Wish(FactKind.PREFERENCE, f"Prefers {told}.", told, local=local) if told and stands_alone(told) else None


def _chosen(pattern: re.Pattern[str], statement: str) -> re.Match[str] | None:
    found = pattern.fullmatch(statement)
    sides = (found["what"], found["other"]) if found else ()
    return found if all(not _ARTICLE.match(side) and _choice(side) for side in sides) else None


def _choice(side: str) -> bool:
    words = [word.strip("`\"'").casefold() for word in side.split()]
    return known(" ".join(words)) or any(known(word) or word in _MATTERS_OF_TASTE for word in words)


_wish = partial(_any_case, "wishes")
_FROM_NOW, _NOW_ON, _ALWAYS, _ALWAYS_LAST = map(_wish, ("from now", "now on", "always", "always, last"))
_NEVER, _WHENEVER, _STOP, _RECORD = map(_wish, ("never", "whenever", "stop", "record"))
_PREFER, _BETTER, _FEEL, _USUALLY = map(_wish, ("prefer", "better", "feel", "usually"))
_SPEC_VERB, _REASON = _wish("specification"), _wish("reason")
_BEGINS_RULE, _BEGINS_TIME = (
    re.compile(f"^(?:{lexicon.pattern('wishes', kind)}) ") for kind in ("begins a rule", "begins a time")
)
_COMPARES = re.compile(rf"\s(?:{lexicon.pattern('wishes', 'compares')})\s")
_OF_AGENTS = _wish("of agents", "(?:{}) you ")
_CASE = _wish("case")
_ASIDE, _CLAUSE, _NOT_A_NAME = _wish("aside", _WORDS), _wish("clause", _WORDS), _wish("not a name", _BEGINNING)


def english(statement: str) -> Wish | None:
    """What the statement says of its author's standing wishes and ways, or None."""
    for pattern, read in _READERS:
        if (found := pattern.fullmatch(statement)) and (said := read(found, statement)):
            return said
    return _style(statement) or contrasted(statement)


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
    if found.re is _RECORD and (case := _CASE.search(statement, 0, found.start("what"))):
        # "Make a rule that when X, always Y" says Y of X only.
        meaning, when = f"{what} {case[0]}", in_third_person(case[0])
        text = f"{text.rstrip('.')} {when}." if told and when else f"Tells agents: “{statement[case.start() :]}”."
    return Wish(FactKind.RULE, text, meaning, against=against, explicit=True, local=local)


def _conditional(what: str, when: str) -> str:
    divider = "" if when[:6].casefold() in ("before", "after ") else "when "
    return f"{_BEGINS_RULE.sub('', what)} {divider}{_BEGINS_TIME.sub('', when)}"


def _whole(what: str) -> bool:
    return stands_alone(what) and len(what) <= 200 and what.count('"') % 2 == 0


def _preference(found: re.Match[str], statement: str) -> Wish | None:
    what, local = without_project(_REASON.sub("", found["what"]))
    other = found.groupdict().get("other")
    what = f"{what} over {_REASON.sub('', other)}" if other else _compared(what)
    if _OF_AGENTS.match(what):
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
    return _COMPARES.sub(" over ", what, count=1)


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


_QUOTED = tuple(
    (kind, pattern)
    for language in dict.fromkeys(row.language for row in lexicon.rows("wishes", "quoted always"))
    for kind in ("quoted never", "quoted always", "quoted prefers", "quoted dislikes")
    for pattern, row in _each("wishes", kind)
    if row.language == language
)
"""Language by language. Every pattern has `what`; comparisons have `other`, too."""


def other_language(statement: str) -> Wish | None:
    """What the statement says of its author's standing wishes, or None."""
    matches = ((kind, found) for kind, pattern in _QUOTED if (found := pattern.fullmatch(statement)))
    return next((_quoted(kind, found, f"“{statement}”") for kind, found in matches), None)


def _quoted(kind: str, found: re.Match[str], quoted: str) -> Wish:
    against = kind in ("quoted never", "quoted dislikes")
    if kind in ("quoted never", "quoted always"):
        return Wish(FactKind.RULE, f"Tells agents: {quoted}.", found["what"], against=against, explicit=True)
    other = found.groupdict().get("other")
    if other:
        meaning = f"{found['what']} over {other}"
        return Wish(FactKind.PREFERENCE, f"Prefers {meaning} ({quoted}).", meaning)
    return Wish(FactKind.PREFERENCE, f"Says of their preferences: {quoted}.", found["what"], against=against)
