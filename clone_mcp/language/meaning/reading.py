"""The reading of one text: what it does, what it is about, and what of that it denies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from clone_mcp.language.meaning import manner
from clone_mcp.language.meaning.cut import BREAK, cut
from clone_mcp.language.meaning.picks import picks_in
from clone_mcp.language.meaning.vocabulary import (
    ACT,
    ADDS,
    ASSENT,
    CARRIES_OUT,
    CLAUSE_END,
    DEED,
    DEMONSTRATIVE,
    DENIAL,
    EMPTY,
    ENDS,
    GO_ON,
    LIMITS,
    OWN_NOTHING,
    REFUSAL,
    RIVALS,
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
    specific: frozenset[str]
    """Content without what only carries out a proposal."""
    pointed: frozenset[str]
    """Content that it points at: "method" in "that method"."""
    names: frozenset[str]
    numbers: frozenset[str]
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

    @property
    def bare(self) -> bool:
        """Says nothing by itself: only its question tells what it is about."""
        return self.kind != "says" and not self.names


@lru_cache(maxsize=8192)
def read(text: str) -> Reading:
    """Read a text."""
    found = cut(text)
    words = found.words
    said = [word for word in words if word != BREAK]
    asks = manner.asks(words, question=found.asks)
    picks = frozenset[str]() if asks or found.names else picks_in(said)
    content, denied = _content(words)
    about = frozenset(content) | found.names
    about = about - _UNSAID if len(about) > 1 else about
    denials = frozenset[str]() if _contrasts(words, content) else frozenset(f"not {word}" for word in denied)
    wordings = frozenset(map(sense, said))
    start = manner.start(said)
    kind = _kind(said, content, denied, picks, asks)
    return Reading(
        folded=fold(text),
        kind=kind,
        content=about | denials,
        verb=manner.verb(said),
        acts=frozenset(content) & ACT,
        weighty=_weighty(content),
        denied=frozenset(denied),
        denied_first=next(iter(denied), ""),
        specific=about - CARRIES_OUT | denials,
        pointed=frozenset(sense(word) for before, word in pairwise(words) if before in DEMONSTRATIVE),
        names=found.names,
        numbers=frozenset(number.lstrip("0") or "0" for number in found.numbers),
        picks=picks,
        wordings=wordings,
        rivals=frozenset(wordings & RIVALS.keys()),
        tells=manner.tells(said) and not asks,
        asks=asks,
        agrees=start == "yes" and kind not in ("no", "stop"),
        refuses=start == "no",
        adds=not ADDS.isdisjoint(said),
        limits=not LIMITS.isdisjoint(said),
        parts=sum(not SILENT.issuperset(clause) for clause in manner.sentences(words)),
        size=len(said),
        whole=found.whole,
    )


_OPENS_PR = WEIGHTY | {"pr", "create", "open", "branch", "merge", "change"}
_NOT = frozenset(("not", "nicht", "pas", "no", "não", "non", "не", "不是", "而不是"))
_UNSAID = frozenset(("again", "create", "add"))
"""Left out where something else is said: "the tests again", "a PR"."""


def _content(words: tuple[str, ...]) -> tuple[dict[str, None], dict[str, None]]:
    """The words that say what a text is about, in their order, and apart from them the denied ones."""
    content, denied = dict[str, None](), dict[str, None]()
    for clause in _clauses(words):
        for word, denies in _told(clause):
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


def _told(clause: list[str]) -> Iterator[tuple[str, bool]]:
    """The words of a clause, each with whether it is denied."""
    whole = any(DENIAL.get(word) == "clause" for word in clause)
    denying = False
    for word in clause:
        if word in DENIAL:
            denying = True
        yield word, denying or whole


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


def _kind(said: list[str], content: dict[str, None], denied: dict[str, None], picks: frozenset[str], asks: str) -> Kind:
    if asks:
        return "says"
    if picks:
        return "pick"
    if denied or any(word not in OWN_NOTHING and sense(word) not in CARRIES_OUT for word in content):
        return "says"
    return _bare_kind(said)


def _bare_kind(said: list[str]) -> Kind:
    """What a text does that consists of nothing but small words."""
    spoken = frozenset(said)
    if not REFUSAL.isdisjoint(spoken):
        return "no"
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
