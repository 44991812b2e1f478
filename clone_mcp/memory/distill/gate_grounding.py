"""Whether a text would authorise action on the person's behalf. Texts come folded and on one line."""

from __future__ import annotations

import re

from clone_mcp.language import lexicon

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


def authorises(said: str) -> bool:
    """Whether any clause lets somebody act. A clause that forbids acting unasked does the opposite."""
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
