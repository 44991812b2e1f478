"""What git's words weigh in prose: what leaves the machine, or changes what others build on, weighs more.

Commands are read in `commands`; this is for "shall I push it to the feature branch?".
"""

from __future__ import annotations

import re

from clone_mcp.language import lexicon
from clone_mcp.models.act import Consequence, Weight
from clone_mcp.stakes.clauses import Clause
from clone_mcp.stakes.text import CODED
from clone_mcp.stakes.things import LIVE, head_kind, kind_of

_DEFAULT, _OWN = lexicon.words("rulings", "default branch"), lexicon.words("rulings", "own branch")
_FORCED = lexicon.words("rulings", "forced")
_OWN_NAME = re.compile(r"^(?:origin/)?[\w.-]+/[\w./-]+$")
_BRANCHES = frozenset(("branch", "branches"))
_FROM_OUTSIDE = frozenset(("pull", "fetch", "clone", "check_out"))
_OTHERS = frozenset(("PACKAGE", "PUBLIC", "PEOPLE", "MONEY", LIVE, "DATA", "SECRET", "ACCESS", "LEGAL", "PROTECTION"))


def git_weight(clause: Clause, verb: str) -> tuple[Weight, Consequence | None]:
    """The weight of a clause whose verb is one of version control, and why it is grave."""
    words = {token.removeprefix(CODED) for token in clause.tokens[1:]}
    kinds = {head_kind(phrase) for phrase in clause.objects}
    if words & _FORCED or verb.startswith("force"):
        return Weight.GRAVE, Consequence.DESTRUCTIVE
    if verb == "merge" or "push" in verb:
        return _leaving(clause, words)
    if verb.startswith("commit") and words & _DEFAULT:
        return Weight.UNREAD, None
    if verb == "tag" or (verb in _FROM_OUTSIDE and kinds & _OTHERS):
        return Weight.UNREAD, None
    return (Weight.GRAVE, Consequence.CREDENTIAL) if "SECRET" in kinds else (Weight.REVERSIBLE, None)


def _leaving(clause: Clause, words: set[str]) -> tuple[Weight, Consequence | None]:
    """A plain push to the session's own branch can be undone; where it goes to must be said."""
    to = {
        word.removeprefix(CODED)
        for before, phrase in clause.qualifiers
        if before in ("to", "into", "onto", "on")
        for word in phrase
    }
    if to & _DEFAULT or (words & _DEFAULT and not to) or any(kind_of(word) in ("PUBLIC", LIVE) for word in words):
        return Weight.GRAVE, Consequence.PUBLIC
    by_name = any(_OWN_NAME.match(word) for word in words)
    return (Weight.REVERSIBLE, None) if by_name or (words & _OWN and words & _BRANCHES) else (Weight.UNREAD, None)
