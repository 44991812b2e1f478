"""The reading of one text: what it does, what it is about, and what of that it denies.

It never sees the question that the text answers: answer.py puts the two together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from typing import Literal

from clone_mcp.language.meaning import manner
from clone_mcp.language.meaning.cut import BREAK, LOOKED_AT, cut
from clone_mcp.language.meaning.frame import Frame, frame, letters, undone
from clone_mcp.language.meaning.picks import picks_in
from clone_mcp.language.meaning.readings import Readings
from clone_mcp.language.meaning.vocabulary import (
    ACT,
    ADDS,
    AIMS,
    ASSENT,
    CARRIES_OUT,
    CLAUSE_END,
    DEED,
    DEMONSTRATIVE,
    DENIAL,
    EMPTY,
    ENDS,
    GO_ON,
    LACKS,
    LIMITS,
    OWN_NOTHING,
    REFUSAL,
    RIVALS,
    SHUNS,
    SILENT,
    STOP,
    VERBS,
    WEIGHTY,
    sense,
)
from clone_mcp.language.wording import fold

Kind = Literal["yes", "no", "on", "stop", "ends", "pick", "says"]
"""What a reply does by itself: agree, refuse, have the agent go on or stop, end, pick, or say something of its own."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says, whatever was asked."""

    folded: str
    """Of a long text no more than a digest."""
    kind: Kind
    content: frozenset[str]
    """What it is about: names, and words, those that mean the same as one. What it denies begins with `not `."""
    verb: str
    """The first word that says what to do; empty for a word that carries out anything."""
    acts: frozenset[str]
    weighty: frozenset[str]
    """Acts that change what is kept, or what others see."""
    denied: frozenset[str]
    """What it says not to do."""
    denied_first: str
    denies: bool
    """Has a word such as "not" that denies no word of the content: "not only"."""
    specific: frozenset[str]
    """Content without what only carries out a proposal."""
    pointed: frozenset[str]
    """Content that it points at: "method" in "that method"."""
    names: frozenset[str]
    order: tuple[str, ...]
    """Its names, as they follow one another."""
    aims: frozenset[tuple[str, str]]
    """What stands after a word such as "to": "rename foo to bar"."""
    numbers: frozenset[str]
    signs: frozenset[str]
    picks: frozenset[str]
    """Labels of options that it takes, where it does nothing else."""
    wordings: frozenset[str]
    """All its words, those that mean the same as one."""
    rivals: frozenset[str]
    """Those of them that exclude others."""
    tells: bool
    """Begins as a remark does, not as an order."""
    asks: str
    """What it asks for; empty where it asks nothing."""
    agrees: bool
    """Begins by agreeing."""
    refuses: bool
    """Begins by refusing."""
    adds: bool
    limits: bool
    parts: int
    """Clauses that say something."""
    size: int
    """Words in all."""
    whole: bool
    frame: Frame

    @property
    def bare(self) -> bool:
        """Says nothing by itself: only its question tells what it is about."""
        says = self.names or self.signs or (self.numbers and not self.picks)
        return self.kind != "says" and not says

    @property
    def vague(self) -> bool:
        """Says something of its own in words that are in no other text: "this here"."""
        return self.kind == "says" and not self.content


_KEPT = Readings[Reading]()


def read(text: str) -> Reading:
    """Read a text. A text that is longer than what is looked at is not kept."""
    return _KEPT.get(text) or (_KEPT.keep(text, _read(text)) if len(text) <= LOOKED_AT else _read(text))


def _read(text: str) -> Reading:
    words = (found := cut(text)).words
    said = [word for word in words if word != BREAK]
    folded, start, asks = fold(text), manner.start(said), manner.asks(words, question=found.asks)
    picks = frozenset[str]() if asks or found.names or found.signs else picks_in(said)
    content, denied = _content(words)
    about = frozenset(content).union(named := found.names or (() if picks or asks else letters(words)))
    denials = frozenset[str]() if _contrasts(words, content) else frozenset(f"not {word}" for word in denied)
    wordings, kind = frozenset(map(sense, said)), _kind(words, content, denied, picks, asks)
    return Reading(
        folded=folded if found.whole else blake2b(folded.encode("utf-8", "surrogatepass")).hexdigest(),
        kind=kind,
        content=about | denials,
        verb=manner.verb(said),
        acts=frozenset(content) & ACT,
        weighty=_weighty(content),
        denied=frozenset(denied),
        denied_first=next(iter(denied), ""),
        denies=not denied and any(word in DENIAL and word not in REFUSAL for word in said),
        specific=about - CARRIES_OUT | denials,
        pointed=frozenset(sense(word) for before, word in pairwise(words) if before in DEMONSTRATIVE),
        names=frozenset(named),
        order=named,
        aims=frozenset(_aims(said)),
        signs=found.signs,
        numbers=frozenset(number.lstrip("0") or "0" for number in found.numbers),
        picks=picks,
        wordings=wordings,
        rivals=frozenset(wordings & RIVALS.keys()),
        tells=manner.tells(said) and not asks,
        asks=asks,
        agrees=start == "yes" and kind not in ("no", "stop"),
        refuses=start == "no" and not undone(words),
        adds=not ADDS.isdisjoint(said),
        limits=not LIMITS.isdisjoint(said),
        parts=sum(not SILENT.issuperset(clause) for clause in manner.sentences(words)),
        size=len(said),
        whole=found.whole,
        frame=frame(words, found.numbers),
    )


_OPENS_PR = WEIGHTY | {"pr", "create", "open", "branch", "merge", "change"}
_NOT = frozenset(("not", "nicht", "pas", "no", "não", "non", "не", "不是", "而不是"))


def _content(words: tuple[str, ...]) -> tuple[dict[str, None], dict[str, None]]:
    """The words that say what a text is about, in their order, and apart from them the denied ones."""
    content, denied = dict[str, None](), dict[str, None]()
    for clause in _clauses(words):
        for word, denies in _polar_words(clause):
            meant = sense(word)
            if word not in SILENT and meant not in DEED and word not in DENIAL and len(word) > (word.isascii()):
                (denied if denies else content)[meant] = None
    for word in _leading(words):
        content.pop(sense(word), None)
    return content, {word: None for word in denied if word not in content}


def _contrasts(words: tuple[str, ...], content: dict[str, None]) -> bool:
    """ "This, not that": the second part says only what the first is not."""
    places = [place for place, word in enumerate(words) if word in DENIAL]
    return (
        len(places) == 1
        and places[0] > 1
        and words[places[0] - 1] == BREAK
        and words[places[0]] in _NOT
        and bool(content)
    )


def _polar_words(clause: list[str]) -> Iterator[tuple[str, bool]]:
    """The words of a clause, each with whether it is denied. What is denied twice is not."""
    forms = frozenset(DENIAL[word] for word in clause if word in DENIAL)
    negated, shunned, silent = "clause" in forms, "act clause" in forms, True
    for word in clause:
        if word in SHUNS:
            # "Don't commit and skip the tests": that "not" is about another act.
            negated, shunned = negated and (silent or "clause" in forms), True
        elif word in LACKS:
            shunned = True
        elif word in DENIAL:
            negated, silent = True, True
        elif word not in SILENT:
            silent = False
        yield word, negated != shunned


def _clauses(words: tuple[str, ...]) -> Iterator[list[str]]:
    clause: list[str] = []
    for place, word in enumerate(words):
        alone = word in REFUSAL and (place + 1 == len(words) or words[place + 1] == BREAK) and not clause
        if word == BREAK or word in CLAUSE_END or alone:
            yield clause
            clause = [word] if word in CLAUSE_END else []
        else:
            clause.append(word)
    yield clause


def _aims(said: list[str]) -> Iterator[tuple[str, str]]:
    aim = ""
    for word in said:
        if word in AIMS:
            aim = word
        elif aim and word not in EMPTY:
            yield aim, sense(word)
            aim = ""


def _leading(words: tuple[str, ...]) -> Iterator[str]:
    """The words at the start and end that only agree, refuse, thank or have the agent go on."""
    for order in (words, words[::-1]):
        for word in order:
            if word in ASSENT or word in REFUSAL or word in ENDS or word in GO_ON:
                yield word
            elif word != BREAK and word not in EMPTY:
                break


def _weighty(content: dict[str, None]) -> frozenset[str]:
    found = frozenset(WEIGHTY & content.keys())
    return found | {"pr"} if "pr" in content and content.keys() <= _OPENS_PR else found


def _kind(
    words: tuple[str, ...], content: dict[str, None], denied: dict[str, None], picks: frozenset[str], asks: str
) -> Kind:
    if asks:
        return "says"
    if picks:
        return "pick"
    if denied or any(word not in OWN_NOTHING and sense(word) not in CARRIES_OUT for word in content):
        return "says"
    return "on" if undone(words) else _bare_kind([word for word in words if word != BREAK])


def _bare_kind(said: list[str]) -> Kind:
    """What a text does that consists of nothing but small words."""
    spoken = frozenset(said)
    if not REFUSAL.isdisjoint(spoken):
        return "no" if spoken.isdisjoint(ASSENT - REFUSAL) else "says"
    if not STOP.isdisjoint(spoken):
        return "stop"
    if not DENIAL.keys().isdisjoint(spoken):
        return "no"
    ends = [ENDS[word] for word in said if word in ENDS]
    does = any(word in DEED or sense(word) in VERBS for word in said if word not in ENDS)
    if "report" in ends and not does:
        return "ends"
    if ends and not (ASSENT | GO_ON).intersection(spoken) and ("thanks" in ends or not does):
        return "ends"
    if not GO_ON.isdisjoint(spoken):
        return "on"
    return "yes" if does or not ASSENT.isdisjoint(spoken) else "ends" if ends else "says"
