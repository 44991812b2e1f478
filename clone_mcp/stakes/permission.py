"""What the person has allowed agents to do without asking: which texts give such leave, and what it covers.

A confirmed permission is the only thing that lets a grave act pass, and it errs on the side of asking: `coverage`
compares word for word. Facts come as values: who stores, confirms and fetches them is Memory's and Prediction's part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from clone_mcp.language import lexicon
from clone_mcp.language.wording import fold
from clone_mcp.models.memory import Fact
from clone_mcp.models.prediction import Question
from clone_mcp.stakes.coverage import covered, read_permission

_SPELLING = str.maketrans({"’": "'", "‘": "'", "‐": "-", "‑": "-", "–": "-", "\u00a0": " "})
_PERMITS = re.compile(lexicon.pattern("consent", "permits"))
_FORBIDS = re.compile(
    rf"\b(?:{lexicon.pattern('negations', 'consent negator')})\b|"
    + lexicon.pattern("negations", "consent negator, unspaced")
)
_WAITS_NOT = re.compile(rf"\b(?:{lexicon.pattern('consent', 'waits not')})\w*\b")
_CODE = re.compile(lexicon.pattern("consent", "code"))
_CLAUSE = re.compile(lexicon.pattern("consent", "clause"))
_UNASKED = re.compile(f"(?:{lexicon.pattern('consent', 'unasked')})")
_REACH = 60
"""Characters before a permission in which the prohibition stands that turns it round."""
_EXCEPT = re.compile(
    rf"\b(?:{lexicon.pattern('permissions', 'exception')})\b|{lexicon.pattern('permissions', 'exception, unspaced')}",
    re.IGNORECASE,
)


def on_one_line(text: str) -> str:
    """A text as `authorises` reads it: in one spelling, and our own wording of a rule as the person would say it."""
    said = " ".join(text.translate(_SPELLING).casefold().split())
    return said.replace("always to ", "always ").replace("never to ", "never ").replace("'re ", " are ")


def authorises(said: str) -> bool:
    """Whether any clause of a text lets somebody act. A clause that forbids acting unasked does the opposite."""
    said = _CODE.sub(" ", said)
    return any(not _forbidden(said, found) for found in _PERMITS.finditer(said))


def _forbidden(said: str, found: re.Match[str]) -> bool:
    """Never push without asking: the permission stands under a prohibition in its own clause."""
    if not _UNASKED.match(found[0]):
        return False
    before = _CLAUSE.split(said[max(0, found.start() - _REACH) : found.start()])[-1]
    # Don't hesitate to push unasked is no prohibition.
    forbids = list(_FORBIDS.finditer(before))
    return bool(forbids) and not _WAITS_NOT.search(before[forbids[-1].end() :])


def permissions(facts: Iterable[Fact], project: str | None) -> list[Fact]:
    """Those of the facts that allow something without asking, here. One with an exception is left to the person."""
    return [
        fact
        for fact in facts
        if fact.confirmed_at is not None
        and fact.usable
        and fact.project in (None, project)
        and authorises(on_one_line(fact.text))
        and not _EXCEPT.search(fact.text)
    ]


def covering(allowed: Sequence[Fact], question: Question, reply: str) -> list[Fact]:
    """The facts that together allow all that the reply would set in motion; none where something is not allowed."""
    if question.options and all(fold(reply) != fold(option) for option in question.options):
        return []  # a letter or a number picks something whose words were not compared
    read = {said: fact for fact in reversed(allowed) if (said := read_permission(fact.text))}
    return [read[each] for each in covered([*read], question.agent_input, reply) or ()]
