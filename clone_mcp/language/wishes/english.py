"""English: how people put what they always want, never want, prefer and usually do."""

from __future__ import annotations

import re
from collections.abc import Callable

from clone_mcp.language import lexicon
from clone_mcp.language.wishes.style import STYLE, contrasted
from clone_mcp.language.wishes.wish import Wish, in_third_person, stands_alone, without_project
from clone_mcp.models.memory import FactKind


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
