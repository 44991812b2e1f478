"""Dangers that a message tells of where it directs nothing: "The old cluster goes away once you confirm."

Open where `clauses` is closed: a sentence is searched for words and idioms of danger, and for grave acts in a forecast.
What is reported, denied or only explained is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clone_mcp.language import lexicon
from clone_mcp.models.act import Consequence, Weight
from clone_mcp.stakes.clauses import ADVERBS, FILLERS, NEGATORS, Clause, clauses, frame_at, frames
from clone_mcp.stakes.rulings import rule
from clone_mcp.stakes.spelling import clean, fold
from clone_mcp.stakes.text import Sentence
from clone_mcp.stakes.verbs import Form, class_of, verb_at

_GRAVE = frozenset(("remove", "publish", "tell", "pay", "grant", "weaken", "stop", "install", "move"))
_REPORT = frozenset(word.strip("_") for word in lexicon.words("frames", "report sign"))
_FORECAST = lexicon.words("frames", "forecast sign")
_NEAR, _FAR = 4, 7


_WORD_START = re.compile(r"\\b\(\?:([^()]+)\)|\\b([a-z]{2,4})")
_LITERAL = re.compile(r"[a-z]{2,4}")


def _starts(pattern: str) -> list[str]:
    """With which letters what a pattern finds may begin; a blank where that is not plain."""
    found = _WORD_START.match(pattern)
    if found is None:
        return [""]
    begins = [_LITERAL.match(each) for each in (found[1] or found[2]).split("|")]
    return [each[0] for each in begins if each] if all(begins) else [""]


_PATTERNS: dict[str, list[tuple[re.Pattern[str], Consequence]]] = {}
for _row in lexicon.rows("deeds", "danger"):
    for _start in _starts(_row.word):
        _PATTERNS.setdefault(_start, []).append((re.compile(_row.word), Consequence(_row.form)))
_ACT_NOUNS = {word: row.form for row in lexicon.rows("frames", "act noun") for word in row.word.split()}


def alarms(sentence: Sentence, *, wide: bool, idioms: bool = True) -> Iterator[tuple[Consequence, str, Clause | None]]:
    """Each danger with its word. `wide`: what a thing does counts too, since a yes lets it run."""
    tokens = sentence.tokens
    if idioms:
        yield from _idioms(sentence)
    for at, token in enumerate(tokens):
        if token.isalpha() or "-" in token:
            yield from _forecast(sentence, at, wide=wide)


def _idioms(sentence: Sentence) -> Iterator[tuple[Consequence, str, None]]:
    starts = {token[:length] for token in sentence.words for length in (2, 3, 4)} & _PATTERNS.keys()
    text = " ".join(sentence.tokens)
    for start in (*starts, ""):
        for pattern, why in _PATTERNS.get(start, ()):
            if (found := pattern.search(text)) and not _is_told(sentence.tokens, text.count(" ", 0, found.start())):
                yield why, found[0], None


def _is_told(tokens: tuple[str, ...], at: int) -> bool:
    """Whether a word stands in a report or under a negation."""
    before = tokens[max(at - _NEAR, 0) : at]
    if any(frame_at(NEGATORS, tokens, place) for place in range(max(at - _NEAR, 0), at)):
        return True
    told = any(word in _REPORT or _is_past(word) for word in before)
    return told and not any(word in _FORECAST for word in before)


def _is_past(word: str) -> bool:
    found = verb_at((word,), 0)
    return found is not None and found[0].form is Form.PAST


def _forecast(sentence: Sentence, at: int, *, wide: bool) -> Iterator[tuple[Consequence, str, Clause]]:
    tokens = sentence.tokens
    found = verb_at(tokens, at)
    if found is None:
        return
    verb, _ = found
    if tokens[at - 1 : at] in _NOMINAL and verb.form is Form.BASE:
        return
    if class_of(verb.lemma, (), ()) not in _GRAVE or (_is_told(tokens, at) and verb.form is not Form.GERUND):
        return
    ahead = any(word in _FORECAST for word in tokens[max(at - _FAR, 0) : at])
    before = next((word for word in reversed(tokens[:at]) if word not in ADVERBS and word not in FILLERS), "")
    counts = {
        Form.BASE: before in _FORECAST
        or (before in ("and", "then") and ahead)
        or (wide and (before in _LISTING or before.isdigit()) and at + 1 < len(tokens)),
        Form.GERUND: before in _CONTINUES,
        Form.DOES: wide and not _ACTORS.isdisjoint(tokens[max(at - 4, 0) : at]),
        Form.PAST: any(word in ("be", "get", "gets", "being", "getting") for word in tokens[max(at - 3, 0) : at]) and ahead,
    }
    if not counts[verb.form]:
        return
    clause = next(clauses(sentence, at), None)
    if clause is None:
        return
    if verb.form is Form.PAST:
        clause = _passive(clause, tokens[:at])
    ruling = rule(clause)
    if ruling.weight is Weight.GRAVE and ruling.consequence is not None:
        yield ruling.consequence, tokens[at], clause


def _passive(clause: Clause, before: tuple[str, ...]) -> Clause:
    """ "The cluster will be torn down": what it is done to stands before."""
    end = next((at for at, word in enumerate(before) if word in _FORECAST), len(before))
    subject = tuple(word for word in before[max(end - 3, 0) : end] if word not in ("the", "a", "all", "this", "our"))
    return Clause(clause.verb, clause.word, (subject,) if subject else (), clause.qualifiers, False, (*before, *clause.tokens))


def is_report(sentence: Sentence) -> bool:
    """Whether it tells of the past or of what is: "I've updated the docs", "All tests pass"."""
    found = verb_at(sentence.tokens, 0)
    past = found is not None and found[0].form is Form.PAST
    return past or (not _REPORT.isdisjoint(sentence.words) and _AHEAD.isdisjoint(sentence.words))


def is_doubtful(sentence: Sentence) -> bool:
    """Whether it foretells what nobody can judge: "The leavers' homes will be frobbed"."""
    tokens = sentence.tokens
    for at in range(1, len(tokens)):
        if tokens[at - 1] in _PASSIVE and (tokens[at].endswith("ed") or verb_at(tokens, at)) and _AHEAD.intersection(tokens[:at]):
            found = verb_at(tokens, at)
            if found is None or class_of(found[0].lemma, (), ()) not in _GENTLE:
                return True
    return False


def is_grave(word: str) -> bool:
    """Whether a word is a form of a verb whose acts may be grave."""
    found = verb_at((word,), 0)
    return found is not None and class_of(found[0].lemma, (), ()) in _GRAVE


def hands_secret_over(reply: str, question: str) -> bool:
    """Whether a reply holds a password or key: what looks like one, or what could be one that was asked for."""
    said, asked = fold(clean(reply)), " ".join(fold(clean(question[-_TAIL:])).split())
    if _SECRET_VALUE.search(said):
        return True
    return len(said) < _LONGEST_SECRET and bool(_VALUE.search(said) and _WANTED.search(asked))


_TAIL, _LONGEST_SECRET = 4000, 200
_SECRET_VALUE = re.compile(lexicon.pattern("handovers", "secret value"))
_WANTED = re.compile(
    rf"\b(?:{lexicon.pattern('handovers', 'secret wanted')})\b[^.?!\n]{{0,40}}\b"
    rf"(?:{lexicon.pattern('handovers', 'secret name')})\b(?!\s+(?:{lexicon.pattern('handovers', 'secret property')}))"
)
_VALUE = re.compile(r"(?<!\S)(?=\S*\d)(?=\S*[a-z])\S{5,}|(?<![\w#])\d{4,}|\b\d{3}[ -]\d{3}\b")


def in_code(text: str) -> bool:
    """Whether code does what should not run unseen."""
    return _CODE.search(text) is not None


_CODE = re.compile(lexicon.pattern("deeds", "code danger"))
_PASSIVE = frozenset(("be", "get", "gets", "being", "getting"))
_AHEAD = frozenset(("will", "to", "can", "could", "would", "shall", "should", "must", "gets", "it'll", "that'll", "going", "becomes", "next", "pending"))
_GENTLE = frozenset(("look", "edit", "test", "build", "choose", "go"))
_ACTORS = frozenset("step script command this that it which job migration query snippet everything everyone next then yes call playbook task workflow".split())
_LISTING = frozenset((",", ";", ")", ":"))
_NOMINAL = tuple((word,) for word in ("the", "a", "an", "this", "that", "my", "our", "your", "its", "each", "every", "no"))
_CONTINUES = frozenset(("", "is", "be", "by", "then", "about", "start", "begin", "now", "are", "am", "i'm", "of", "after", "before", "including"))
ACT_NOUNS = _ACT_NOUNS
"""Nouns made of acts, with the act."""
