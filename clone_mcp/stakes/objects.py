"""What an act is done to in its sentence, and whether that makes it ordinary work.

What kind of thing a single word names is in `nouns`.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import takewhile

from clone_mcp.language import lexicon
from clone_mcp.stakes.findings import Consequence
from clone_mcp.stakes.tables import CODE, COORDINATORS, CRED, DATA, PREPOSITIONS, PROD, WRITING, folded, kinds
from clone_mcp.stakes.vocabulary import Form, Use, uses

# Particles belong to their verb and stand close by it: "shut it down", but "log in".
_REACH = {word: int(row.form) for row in lexicon.rows("grammar", "particle") for word in row.word.split()}
_WINDOW = 9
# Said without an object, these still mean the dangerous thing: "Shall I merge?"
BARE = folded("ordinary", "bare act")
_BEFORE_VERB = folded("grammar", "before a verb")
_SHARED_PLACES = folded("objects", "shared place")
_TOWARDS = folded("grammar", "towards")
_ENDS = ((), ("too",), ("also",), ("now",), ("as",), (",",), ("and",))
_ARTICLES = folded("grammar", "article")
# "Which branch should I delete?"
_OBJECT_FIRST = folded("grammar", "object first")
_CONDITIONS = folded("grammar", "condition")
_FENCES = frozenset("();|")
_POINTING = folded("grammar", "pointing")
_ADVERBS = folded("grammar", "adverb")
PRONOUNS = folded("grammar", "pronoun")
_CLAUSE_ENDS = folded("grammar", "clause end")


def has_needed(use: Use, tokens: Sequence[str], at: int) -> bool:
    """Some verbs matter only with certain objects: "send" always, "print" when it is a password."""
    if not use.needs:
        return True
    for place, token in enumerate(tokens[at + 1 : at + 1 + _WINDOW], at + 1):
        if token in _FENCES:
            break
        if _answers(use, token, place - at) and _stands_alone(tokens, place):
            return True
    if tokens[at] in BARE and (
        at + 1 == len(tokens) or (tokens[at + 1] in _ADVERBS and at + 2 == len(tokens)) or tokens[at + 1] in _CONDITIONS
    ):
        return True
    if use.language == "en" and use.form not in (Form.PAST, Form.NOUN) and tokens[0] not in _OBJECT_FIRST:
        return False
    return any(_answers(use, token, 1) for token in tokens[max(at - _WINDOW, 0) : at] if token not in _REACH)


def names_needed(use: Use, tokens: Sequence[str]) -> bool:
    """Whether another sentence names what the act needs; particles and pronouns there say nothing."""
    return any(_answers(use, token, 1) for token in tokens if token not in _REACH and token not in PRONOUNS)


def _stands_alone(tokens: Sequence[str], place: int) -> bool:
    """ "merge these" but not "merge these functions"; "print the token" but not "print the token count"."""
    following = tokens[place + 1] if place + 1 < len(tokens) else ""
    if tokens[place] in _POINTING:
        return not following[:1].isalnum() or following in PREPOSITIONS | _ADVERBS | COORDINATORS
    return CRED not in kinds(tokens[place]) or CODE not in kinds(following) or following in PREPOSITIONS


@lru_cache(maxsize=1024)
def stems_of(needs: frozenset[str]) -> tuple[str, ...]:
    return tuple(need[:-1] for need in needs if need.endswith("*"))


def _answers(use: Use, token: str, distance: int) -> bool:
    if distance > _REACH.get(token, _WINDOW):
        return False
    if token in use.needs:
        return True
    if token.startswith(stems_of(use.needs)):
        return True
    found = kinds(token)
    return bool(found) and not use.needs.isdisjoint(found)


def is_ordinary(use: Use, tokens: Sequence[str], at: int, before: Sequence[str]) -> bool:
    """All its objects are pieces of text under version control, or others that the act's row calls ordinary."""
    if not use.spares or any(PROD in kinds(token) for token in tokens) or _is_shared(tokens):
        return False
    if use.language != "en" or use.form is Form.PAST:
        return _bag_is_ordinary(use, tokens)
    heads = _heads(use, tokens, at + 1)
    if heads == ["pronoun"]:
        if use.consequence is not Consequence.DESTRUCTIVE and tokens[at + 2 : at + 3] != ("into",):
            return False
        if any(_judge(use, token) == "danger" for token in tokens[at + 2 :]):
            return False
        into = tokens[at + 3 :] if tokens[at + 2 : at + 3] == ("into",) else ()
        pointed_at = () if any(map(kinds, tokens[:at])) else before
        return _bag_is_ordinary(use, (*tokens[:at], *into, *pointed_at))
    if use.consequence in (Consequence.COSTLY, Consequence.PUBLIC) and (at == 0 or tokens[at - 1] in _BEFORE_VERB):
        # Publishing or deploying code is the very thing; only the row's own words excuse it.
        return not use.spares.isdisjoint(tokens[at + 1 : at + 5])
    return bool(heads) and all(head == "spared" for head in heads)


def _is_shared(tokens: Sequence[str]) -> bool:
    """ "The tag on origin": what others see too is no mere text."""
    return any(
        token in _SHARED_PLACES
        and place > 0
        and tokens[place - 1] in _TOWARDS
        and tokens[place + 1 : place + 2] in _ENDS
        for place, token in enumerate(tokens)
    )


def _bag_is_ordinary(use: Use, tokens: Sequence[str]) -> bool:
    spared = danger = False
    for token in tokens:
        match _judge(use, token):
            case "spared":
                spared = True
            case "danger":
                danger = True
            case _:
                pass
    return spared and not danger


def _judge(use: Use, token: str) -> str | None:
    found = kinds(token)
    if token in use.needs and token not in PRONOUNS:
        return "danger"
    if use.consequence is Consequence.CREDENTIAL:
        if CRED in found:
            return "danger"
    elif DATA in found or CRED in found:
        return "spared" if token in use.spares else "danger"
    if token in use.spares or not use.spares.isdisjoint(found):
        return "spared"
    return "pronoun" if token in PRONOUNS else None


def _heads(use: Use, tokens: Sequence[str], start: int) -> list[str]:
    """The head of each object: "the import and the database file" is [spared, danger]."""
    heads: list[str] = []
    head: str | None = None
    closed, empty = False, True
    for token in takewhile(lambda t: t not in _CLAUSE_ENDS, tokens[start : start + 14]):
        if token in COORDINATORS:
            if not empty:
                heads.append(head or "unknown")
            head, closed, empty = None, False, True
        elif empty and heads and (uses(token) or token in WRITING):
            break
        elif token in PREPOSITIONS or token in _ARTICLES:
            closed = closed or not empty
        elif not closed:
            head, empty = _judge(use, token) or head, False
    if not empty:
        heads.append(head or "unknown")
    return heads
