"""Acts that a sentence denies, or only writes or talks about."""

import re
from collections.abc import Sequence

from clone_mcp.language import lexicon
from clone_mcp.stakes.findings import Consequence
from clone_mcp.stakes.grammar import (
    COORDINATORS,
    DETERMINERS,
    HARMLESS_NEGATED,
    INVERTED,
    NEGATORS,
    RUNS,
    TALKING,
    WRITING,
)
from clone_mcp.stakes.nouns import CODE, DATA, PROD, kinds
from clone_mcp.stakes.tables import folded
from clone_mcp.stakes.vocabulary import Form, Use, uses

_MODALS = folded("grammar", "designing modal")
_DESIGNED = folded("objects", "program")
_NOUNS_TOO = folded("ordinary", "writing noun in a clause")
_LETS = folded("grammar", "lets")
_RUNNABLE = folded("objects", "runnable")
_AFTER = folded("negations", "act negator after")
_BUILD = re.compile(rf"production[- ](?:{lexicon.pattern('objects', 'production build')})")


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
    return _denied_after(tokens, at)


def _denied_after(tokens: Sequence[str], at: int) -> bool:
    """ "Lösche nichts", "supprime pas", "sil-me": denials that follow their verb."""
    return not _AFTER.isdisjoint(tokens[at + 1 : at + 4])


def _clause_start(tokens: Sequence[str], at: int, *, gerund: bool = False) -> int:
    for place in range(at - 1, -1, -1):
        if tokens[place] in COORDINATORS and not (gerund and tokens[place] in {"before", "after"}):
            return place + 1
    return 0


def _designs(tokens: Sequence[str]) -> bool:
    """ "Should the dialog ask before deleting?": how a piece of code is to behave."""
    if len(tokens) < 4 or tokens[0] not in _MODALS or tokens[1] not in {"the", "a", "this", "each", "every"}:
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
    return any(CODE in kinds(token) for token in between) or _heads_code(tokens, at)


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


def _heads_code(tokens: Sequence[str], at: int) -> bool:
    """ "the delete button": the next words name a piece of code."""
    return any(CODE in kinds(t) and DATA not in kinds(t) for t in tokens[at + 1 : at + 3])


def _is_live(tokens: Sequence[str]) -> bool:
    """Live systems get no benefit of the doubt."""
    return any(PROD in kinds(token) for token in tokens) and not _BUILD.search(" ".join(tokens))


def is_writing_only(tokens: Sequence[str]) -> bool:
    if not _LETS.isdisjoint(tokens[:1]):
        return False
    first = next((t for t in tokens if t in WRITING or t in RUNS), None)
    return first is not None and first in WRITING and not (set(tokens) & RUNS)
