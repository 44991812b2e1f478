"""Same, part or different: rules where they are sure, learned weights for the rest.

Callers come in through compare.py. The numbers that the weights apply to come from traits.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from clone_mcp.language.meaning.answer import Answer
from clone_mcp.language.meaning.frame import turned
from clone_mcp.language.meaning.picks import ALL
from clone_mcp.language.meaning.reading import Reading, read
from clone_mcp.language.meaning.traits import apart, slips_aside, traits
from clone_mcp.language.meaning.vocabulary import CARRIES_OUT, RIVALS, SORTS, STOP, VERBS, WEIGHTY
from clone_mcp.language.meaning.weights import Sameness, Weights, shipped


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an agent would do the same next thing on either of two replies, and what decided it, in a word."""

    sameness: Sameness
    reason: str


_NO_ROWS, _KEEPS = frozenset[str](), RIVALS["keep"]
_AGREES, _REFUSES = frozenset(("yes", "on")), frozenset(("no", "stop"))


def judge(x: Answer, y: Answer) -> Verdict:
    """Compare two answers that were read."""
    return ruled(x, y) or by_weights(traits(x, y), clashes(x, y), shipped())


def same(x: Answer, y: Answer) -> bool:
    """Whether they are the same. What clashes never is, so most pairs need no weighing."""
    if verdict := ruled(x, y):
        return verdict.sameness == "same"
    return not clashes(x, y) and by_weights(traits(x, y), "", shipped()).sameness == "same"


def ruled(x: Answer, y: Answer) -> Verdict | None:
    """What the rules are sure of, if anything."""
    a, b = x.reply, y.reply
    if a.folded == b.folded and a.signs == b.signs and _paths(a) == _paths(b) and bool(a.asks) == bool(b.asks):
        return Verdict("same", "equal")
    if not (a.whole and b.whole):
        return Verdict("different", "long")
    if x.chosen and y.chosen:
        return _options(x, y)
    turn = turned(a.frame, b.frame)
    if a.picks and b.picks:
        return Verdict(
            "part" if turn or a.adds != b.adds or (ALL in a.picks) != (ALL in b.picks) else _overlap(a.picks, b.picks),
            "option",
        )
    if (
        turn
        and turn != "choice"
        and (a.content == b.content or (a.bare and b.bare) or (turn == "who" and a.bare != b.bare))
    ):
        return Verdict("different", turn)
    return _in_the_light_of_its_question(x, y) or (_both_bare(x, y) if a.bare and b.bare else None)


def _in_the_light_of_its_question(x: Answer, y: Answer) -> Verdict | None:
    a, b = x.reply, y.reply
    asked_a, asked_b = _is_asked(x), _is_asked(y)
    refused_a, refused_b = _is_refused(x), _is_refused(y)
    if (asked_a and b.kind in _AGREES) or (asked_b and a.kind in _AGREES):
        return Verdict("same", "asked")
    if (refused_a and b.kind == "no") or (refused_b and a.kind == "no"):
        return Verdict("same", "asked")
    if (refused_a and b.kind in _AGREES) or (refused_b and a.kind in _AGREES):
        return Verdict("different", "polarity")
    if opposed := _opposition(a, b):
        return Verdict("different", opposed)
    if (asked_a and b.kind in _REFUSES) or (asked_b and a.kind in _REFUSES):
        return Verdict("different", "polarity")
    if asked_a and asked_b and a.weighty == b.weighty and not a.specific.isdisjoint(b.specific):
        return Verdict("same", "asked")
    return None


def _paths(reading: Reading) -> list[str]:
    """Its names without commands of a client: "/commit" is "commit"."""
    return [name for name in reading.names if not (name.startswith("/") and name.count("/") == 1)]


_OTHER = frozenset(("verb", "number", "name", "sign", "order"))


def by_weights(row: tuple[float, ...], clash: str, weights: Weights) -> Verdict:
    """What the weights say. What clashes is never the same; another verb, number or name is something else."""
    if clash in _OTHER:
        return Verdict("different", clash)
    result = weights.result(row, may_be_same=not clash)
    return Verdict(result, clash or {"same": "wording", "part": "extent", "different": "subject"}[result])


def clashes(x: Answer, y: Answer) -> str:
    """What keeps two answers from being the same: another number, name, kind, act or word. Empty where nothing does."""
    a, b = x.reply, y.reply
    if other := _marks_apart(x, y) or turned(a.frame, b.frame):
        return other
    if a.bare != b.bare and (x.heard.either or y.heard.either):
        return "choice"
    if (a.names or b.names or (a.bare and b.bare)) and bool(a.picks) != bool(b.picks):
        return "pick"
    if a.vague or b.vague:
        return "vague"
    if a.denies != b.denies:
        return "denial"
    if bool(a.asks) != bool(b.asks):
        return "question"
    if _turned(a, b):
        return "order"
    if a.names == b.names and a.order != b.order:
        return "names"
    if a.weighty != b.weighty and (a.bare == b.bare or _unasked(x) or _unasked(y)):
        return "act"
    if a.verb and b.verb and a.verb != b.verb and a.verb not in b.content and b.verb not in a.content:
        return "verb"
    only_a, only_b = apart(a, b)
    if only_a and only_b:
        return "swap"
    if _extra(x, only_a, b) or _extra(y, only_b, a):
        return "extra"
    if _one_verb_more(a, b) or _one_verb_more(b, a):
        return "act"
    return "remark" if a.tells != b.tells and a.size > 2 < b.size else ""


def _marks_apart(x: Answer, y: Answer) -> str:
    """Other numbers, names or signs, or the same numbers in another order."""
    a, b = x.reply, y.reply
    for mine, theirs, kind in (
        (a.numbers, b.numbers, "number"),
        (a.names, b.names, "name"),
        (a.signs, b.signs, "sign"),
    ):
        if mine and theirs and mine != theirs:
            return kind if mine.isdisjoint(theirs) else f"{kind}s"
    if bool(a.signs) != bool(b.signs):
        return "signs"
    if bool(a.numbers) != bool(b.numbers) and not a.numbers | b.numbers <= x.heard.asked | y.heard.asked:
        return "numbers"
    if a.frame.figures != b.frame.figures and a.numbers == b.numbers:
        return "numbers"
    return ""


def _extra(x: Answer, only: frozenset[str], other: Reading) -> bool:
    """Says something more that neither counts for little, nor was pointed at, nor is the one word that was asked."""
    more = (
        slips_aside(only, other.wordings)
        - x.reply.pointed
        - (SORTS if x.reply.content & other.content else frozenset[str]())
    )
    return len(more) > 1 or not more <= x.heard.asked


def _turned(a: Reading, b: Reading) -> bool:
    """ "Rename foo to bar", "rename bar to foo": what follows the same word stands somewhere else in the other."""
    return any(
        mine[0] == theirs[0] and mine[1] in b.wordings and theirs[1] in a.wordings
        for mine in a.aims - b.aims
        for theirs in b.aims - a.aims
    )


def _one_verb_more(a: Reading, b: Reading) -> bool:
    """Does what the other does, and something else to something else."""
    mine, theirs = VERBS & a.wordings, VERBS & b.wordings
    return mine > theirs and bool(theirs) and a.specific > b.specific


def _unasked(x: Answer) -> bool:
    """Wants a weighty act that its question did not speak of, or one of several that it offered."""
    wants, asked = x.reply.weighty, WEIGHTY & x.heard.asked
    return bool(wants) and (not wants <= asked or (x.heard.asks and wants != asked))


def _options(x: Answer, y: Answer) -> Verdict:
    result = _overlap(x.chosen, y.chosen)
    if result == "same" and (_beyond(x) or _beyond(y)):
        return Verdict("part", "extent")
    return Verdict(result, "option")


def _beyond(x: Answer) -> bool:
    """Says more than which option it takes."""
    offered = frozenset[str]().union(*(x.heard.options[place].content for place in x.chosen))
    return x.reply.kind == "says" and len(x.reply.specific - offered) > len(x.reply.specific & offered)


def _overlap(a: frozenset[str] | frozenset[int], b: frozenset[str] | frozenset[int]) -> Sameness:
    return "same" if a == b else "different" if a.isdisjoint(b) else "part"


def _opposition(a: Reading, b: Reading) -> str:
    """What makes one the opposite of the other."""
    if (a.kind in _AGREES and b.kind in _REFUSES) or (a.kind in _REFUSES and b.kind in _AGREES):
        return "polarity"
    if ((a.agrees and b.refuses) or (a.refuses and b.agrees)) and not (a.denied and a.denied == b.denied):
        return "polarity"
    if _denies(a, b) or _denies(b, a):
        return "polarity"
    return "rival" if _rivals(a.rivals, b.rivals) else ""


def _denies(a: Reading, b: Reading) -> bool:
    """One says not to do what the other says: "Not X but Y" denies the whole, not each word of it."""
    if a.denied_first not in b.content and 2 * len(a.denied & b.content) <= max(1, len(a.denied)):
        return False
    # "We don't need the file, delete it" wants what "delete the file" wants.
    return a.denied_first in VERBS or b.verb not in a.content


def _rivals(a: frozenset[str], b: frozenset[str]) -> bool:
    """They take different ones of a row, and neither takes the other's, too."""
    if not a or not b or a == b:
        return False
    common = frozenset[str]().union(*(RIVALS[word] for word in a & b))
    return any((RIVALS[mine] & RIVALS[theirs]) - common for mine in a - b for theirs in b - a)


def _is_asked(x: Answer) -> bool:
    """Says no more than what was asked, so that a yes says it, too."""
    reply, heard = x.reply, x.heard
    if reply.picks:
        return (heard.asks and reply.picks <= heard.offered) or (bool(heard.text) and ALL in reply.picks)
    says = reply.specific | reply.weighty
    plain = reply.kind == "says" and not (reply.asks or reply.limits or reply.numbers or reply.names)
    whole = not reply.weighty or WEIGHTY & heard.asked <= reply.weighty
    return heard.asks and plain and whole and says <= heard.asked


def _is_refused(x: Answer) -> bool:
    """Says the opposite of what was asked and no more, so that a no says it, too."""
    reply, heard = x.reply, x.heard
    if not heard.asks or reply.kind != "says" or reply.asks or reply.limits or reply.numbers or reply.names:
        return False
    says = reply.content - {f"not {word}" for word in reply.denied}
    if reply.denied:
        return not says and reply.denied <= heard.asked and WEIGHTY & heard.asked <= reply.denied
    if heard.shunned:
        return bool(says) and says <= heard.shunned
    undone = {word for word in heard.asked if RIVALS.get(word, _NO_ROWS) & _KEEPS}
    return "keep" in says - heard.asked and bool(undone) and says - {"keep"} <= heard.asked


def _both_bare(x: Answer, y: Answer) -> Verdict | None:
    """Two replies of which only the question tells what they are about."""
    kinds = frozenset((x.reply.kind, y.reply.kind))
    if kinds == _AGREES and not STOP.isdisjoint(read(x.heard.last).wordings):
        return Verdict("different", "polarity")
    if kinds == _AGREES and (x.heard.either or y.heard.either):
        return Verdict("part", "choice")
    if kinds <= _AGREES:
        return Verdict("part", "extent") if _goes_further(x, y) else Verdict("same", "go-ahead")
    if len(kinds) == 1:
        return Verdict("same", "refusal" if kinds <= _REFUSES else "end")
    if kinds == _REFUSES:
        return Verdict("part", "refusal")
    if "ends" in kinds and "pick" not in kinds:
        return Verdict("part" if kinds & _AGREES else "different", "end")
    return None


def _goes_further(x: Answer, y: Answer) -> bool:
    """One names an act that the other does not, and that the question did not ask for."""
    a, b = x.reply, y.reply
    named = ({a.verb} ^ {b.verb} | a.content ^ b.content) - {""}
    if not (x.heard.text and y.heard.text):
        return not named <= CARRIES_OUT
    return x.heard.asks and y.heard.asks and not named - {"create"} <= x.heard.asked | y.heard.asked
