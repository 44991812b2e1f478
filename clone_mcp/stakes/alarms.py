"""Dangers that a message tells of where it directs nothing: "The old cluster goes away once you confirm."

Open where `clauses` is closed: a sentence is searched for words and idioms of danger, and for grave acts in a forecast.
What is reported, denied or only explained is none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from clone_mcp.language import lexicon
from clone_mcp.models.act import Consequence, Weight
from clone_mcp.stakes.clauses import Clause, clauses, form_at
from clone_mcp.stakes.frames import ACT_NOUNS, ADVERBS, FILLERS, NEGATORS, POINTERS, Words, frame_at, small
from clone_mcp.stakes.rulings import rule
from clone_mcp.stakes.text import Sentence
from clone_mcp.stakes.things import kind_of
from clone_mcp.stakes.verbs import GRAVE_STARTS, Form, class_of, verb_at

_GRAVE = frozenset(("remove", "publish", "tell", "pay", "grant", "weaken", "stop", "install", "move"))
_REPORT, _FORECAST, _FORETELLS = small("report sign"), small("forecast sign"), small("foretells")
_PASSIVE, _ACTORS, _NOMINAL, _CONTINUES = small("passive"), small("actor"), small("nominal"), small("continues")
_BREAKS = frozenset(",;:")
_PAST_SIGNS, _PRESENT = small("past sign"), frozenset(("is", "are"))
_NO_SUBJECT = _NOMINAL | _FORECAST | _PASSIVE | _BREAKS
_MODALS, _SELF, _AFTER_THIS = small("modal"), small("self"), small("after this")
_LISTING = frozenset(",;):")
_NEAR, _FAR, _SUBJECT = 4, 7, 3
"""Words before a verb that tell whether it is reported, or foretold; and of what it is foretold."""
_GENTLE = frozenset(("look", "edit", "test", "build", "choose", "go"))
_CODE = re.compile(lexicon.pattern("deeds", "code danger"))
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


def alarms(
    sentence: Sentence, *, wide: bool, idioms: bool = True, read: Collection[str] = ()
) -> Iterator[tuple[Consequence, str, Clause | None]]:
    """Each danger with its word. `wide`: what a thing does counts too, since a yes lets it run.

    An idiom that begins with a verb in `read` is none: its clause has been weighed.
    """
    tokens = sentence.tokens
    if idioms:
        yield from (found for found in _idioms(sentence) if found[1].split()[0] not in read)
    for at, token in enumerate(tokens):
        if token in GRAVE_STARTS or "-" in token:
            yield from _forecast(sentence, at, wide=wide)


def _idioms(sentence: Sentence) -> Iterator[tuple[Consequence, str, None]]:
    starts = {token[:length] for token in sentence.words for length in (2, 3, 4)} & _PATTERNS.keys()
    text = " ".join(sentence.tokens)
    for start in sorted({*starts, ""}):
        for pattern, why in _PATTERNS.get(start, ()):
            found = pattern.search(text)
            if found and not _is_over(sentence.tokens, text.count(" ", 0, found.start())):
                yield why, found[0], None


def _is_over(tokens: Words, at: int) -> bool:
    """Whether an idiom stands in a report of the past or under a negation. What is irreversible is so now."""
    near = range(max(at - _NEAR, 0), at)
    if any(frame_at(NEGATORS, tokens, place) for place in near):
        return True
    verbs = [place for place in near if tokens[place] not in _PRESENT]
    over = any(tokens[place] in _PAST_SIGNS or form_at(tokens, place) is Form.PAST for place in verbs)
    return over and _FORECAST.isdisjoint(tokens[near.start : at])


def _is_told(tokens: Words, at: int) -> bool:
    """Whether a word stands in a report or under a negation."""
    near = range(max(at - _NEAR, 0), at)
    near = range(max((place + 1 for place in near if tokens[place] in _BREAKS), default=near.start), at)
    if any(frame_at(NEGATORS, tokens, place) for place in near):
        return True
    told = any(tokens[place] in _REPORT or form_at(tokens, place) is Form.PAST for place in near)
    return told and not any(tokens[place] in _FORECAST for place in near) and not _comes_after(tokens)


def _forecast(sentence: Sentence, at: int, *, wide: bool) -> Iterator[tuple[Consequence, str, Clause]]:
    tokens = sentence.tokens
    found = verb_at(tokens, at)
    if found is None:
        return
    form = found[0].form
    subject = tokens[:at] if form is Form.PAST else ()
    if class_of(found[0].lemma, (), subject) not in _GRAVE:
        return
    if (form is not Form.GERUND and _is_told(tokens, at)) or not _counts(form, tokens, at, wide=wide):
        return
    for clause in clauses(sentence, at):
        ruling = rule(_passive(clause, tokens[:at]) if form is Form.PAST else clause)
        if ruling.weight is Weight.GRAVE and ruling.consequence is not None:
            yield ruling.consequence, tokens[at], clause
        return


def _counts(form: Form, tokens: Words, at: int, *, wide: bool) -> bool:
    """Whether a grave verb in this form, there, is something that is to happen."""
    ahead = not _FORECAST.isdisjoint(tokens[max(at - _FAR, 0) : at])
    before = next((word for word in reversed(tokens[:at]) if word not in ADVERBS and word not in FILLERS), "")
    match form:
        case Form.BASE:
            if at and (tokens[at - 1] in _NOMINAL or "you" in tokens[max(at - 2, 0) : at]):
                return False
            orders = at + 1 < len(tokens) and (
                tokens[at + 1] in POINTERS or tokens[at + 1].isdigit() or not kind_of(tokens[at])
            )
            listed = wide and bool(orders) and (before in _LISTING or before.isdigit())
            asked = tokens[0] in _MODALS and at <= _FAR and tokens[at - 1] in _ACTORS
            return before in _FORECAST or before == "they" or (before in ("and", "then") and ahead) or listed or asked
        case Form.GERUND:
            return not before or before == ":" or before in _CONTINUES
        case Form.DOES:
            return wide and not _ACTORS.isdisjoint(tokens[max(at - _NEAR, 0) : at])
        case Form.PAST:
            ahead = ahead or _comes_after(tokens)
            return ahead and not _PASSIVE.isdisjoint(tokens[max(at - _SUBJECT, 0) : at])


def _comes_after(tokens: Words) -> bool:
    """ "Next, the bucket is deleted", "after this, main is overwritten": the present tense foretells."""
    return not _AFTER_THIS.isdisjoint(tokens) or tokens[:2] in (("after", "this"), ("after", "that"))


def _passive(clause: Clause, before: Words) -> Clause:
    """ "The cluster will be torn down": what it is done to stands before."""
    end = next((at for at, word in enumerate(before) if at and word in _FORECAST), len(before))
    subject = tuple(word for word in before[max(end - _SUBJECT, 0) : end] if word not in _NO_SUBJECT)
    return replace(clause, objects=(subject,) if subject else (), pronoun=False, tokens=(*before, *clause.tokens))


def is_report(sentence: Sentence) -> bool:
    """Whether it tells of the past or of what is: "I've updated the docs", "All tests pass"."""
    tokens = sentence.tokens
    if form_at(tokens, 1 if tokens[0] in _SELF else 0) is Form.PAST:
        return True
    return not _REPORT.isdisjoint(sentence.words) and _FORETELLS.isdisjoint(sentence.words)


def is_past(sentence: Sentence) -> bool:
    """Whether it tells of what is over."""
    verbs = any(form_at(sentence.tokens, at) is Form.PAST for at in range(min(len(sentence.tokens), _SUBJECT)))
    return verbs or not _PAST_SIGNS.isdisjoint(sentence.words)


def is_forecast(sentence: Sentence) -> bool:
    """Whether it tells of what is to come, or names an act as its subject: "Removal of the old accounts is next"."""
    tokens = sentence.tokens
    if any(frame_at(NEGATORS, tokens, at) for at in range(len(tokens))):
        return False
    return not _FORETELLS.isdisjoint(tokens) or not ACT_NOUNS.keys().isdisjoint(tokens[:_SUBJECT])


def foretells_strangely(sentence: Sentence) -> bool:
    """Whether it foretells what nobody can judge: "The leavers' homes will be frobbed"."""
    tokens = sentence.tokens
    for at in range(1, len(tokens)):
        found = verb_at(tokens, at)
        happens = tokens[at - 1] in _PASSIVE and (found or tokens[at].endswith("ed"))
        gentle = found is not None and class_of(found[0].lemma) in _GENTLE
        if happens and not gentle and _FORETELLS.intersection(tokens[:at]):
            return True
    return False


def is_grave(word: str, *kinds: str) -> bool:
    """Whether a word is a form of a verb whose acts may be grave, done to things of some kinds."""
    found = verb_at((word,), 0)
    return found is not None and class_of(found[0].lemma, kinds) in _GRAVE


def in_code(text: str) -> bool:
    """Whether code does what should not run unseen."""
    return _CODE.search(text) is not None
