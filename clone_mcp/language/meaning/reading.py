"""The reading of one text: what it does, what it is about, and what of that it denies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from clone_mcp.language import lexicon
from clone_mcp.language.meaning.cut import BREAK, cut
from clone_mcp.language.meaning.vocabulary import (
    ACT, ADDS, ASKS, ASSENT, CLAUSE_END, DEED, DENIAL, EMPTY, ENDS, GO_ON, LIMITS, POINTER, REFUSAL, REQUEST, RIVALS,
    STOP, TELLS, VERBS, WEIGHTY, sense,
)  # fmt: skip
from clone_mcp.language.wording import fold

Kind = Literal["yes", "no", "on", "stop", "ends", "pick", "says"]
"""What a reply does by itself: agree, refuse, have the agent go on or stop, end, pick, or say something of its own."""

_NUMBERED = {
    word: row.form
    for kind in ("ordinal", "digit")
    for row in lexicon.rows("choices", kind)
    for word in row.word.split()
}
_OPTION = re.compile(rf"(?:{lexicon.pattern('choices', 'choice noun')}|{lexicon.pattern('choices', 'option noun')})$")
_BOTH = frozenset(("both", "beide", "beides", "ambas", "ambos", "entrambe", "entrambi", "obie", "оба", "обе", "allebei"))
ALL = "all"
"""Stands among the picks for every option."""
_LETTERS = frozenset("abcdefgh")
_HIGHEST = 30
_WORDS_OF_A_PICK = 10


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
    asks = _asks(words, question=found.asks)
    picks = frozenset[str]() if asks else _picks(said)
    content, denied = _content(words)
    about = frozenset(content) | found.names
    denials = frozenset[str]() if _contrasts(words, content) else frozenset(f"not {word}" for word in denied)
    if len(about) > 1:
        about -= _UNSAID
    wordings = frozenset(map(sense, said))
    start = _start(said)
    kind = _kind(said, content, denied, picks, asks)
    return Reading(
        folded=fold(text),
        kind=kind,
        content=about | denials,
        verb=_verb(said),
        acts=frozenset(content) & ACT,
        weighty=_weighty(content),
        denied=frozenset(denied),
        denied_first=next(iter(denied), ""),
        specific=about - CARRIES_OUT | denials,
        names=found.names,
        numbers=frozenset(number.lstrip("0") or "0" for number in found.numbers),
        picks=picks,
        wordings=wordings,
        rivals=wordings & RIVALS.keys(),
        tells=_tells(said) and not asks,
        asks=asks,
        agrees=start == "yes" and kind not in ("no", "stop"),
        refuses=start == "no",
        adds=not ADDS.isdisjoint(said),
        limits=not LIMITS.isdisjoint(said),
        parts=sum(not _SILENT.issuperset(clause) for clause in _sentences(words)),
        size=len(said),
        whole=found.whole,
    )


CARRIES_OUT = frozenset(("fix", "change", "create", "start", "finish", "add", "error"))
"""What may be done to "it" without saying more than yes."""
_OPENS_PR = WEIGHTY | {"pr", "create", "open", "branch", "merge", "change"}
_NOT = frozenset(("not", "nicht", "pas", "no", "não", "non", "не", "不是", "而不是"))
_BEFORE_A_VERB = EMPTY | ADDS | ASSENT | ENDS.keys() | REQUEST | frozenset(("you", "go", "have", "let"))
_UNSAID = frozenset(("again", "create", "add"))
"""Left out where something else is said: "the tests again", "a PR"."""
_BEFORE_A_QUESTION = ADDS | ASSENT | frozenset(("so", "but", "and", "hmm", "then", "nice"))
_SILENT = EMPTY | POINTER | DEED
_NOTHING_OF_ITS_OWN = _SILENT | ASSENT | REFUSAL | GO_ON | STOP | ENDS.keys() | ADDS


def _asks(words: tuple[str, ...], *, question: bool) -> str:
    """What is asked for. An order in the form of a question asks nothing."""
    clauses = [clause for clause in _sentences(words) if clause]
    if not clauses:
        return ""
    clause = clauses[-1 if question else 0]
    opening = next((word for word in clause[:4] if word not in _BEFORE_A_QUESTION), "")
    if opening in REQUEST:
        return ""
    if opening in ASKS and len(clause) > 1 and (question or ASKS[opening] != "whether" or _inverted(clause, opening)):
        return ASKS[opening]
    if not question:
        return ""
    return next((ASKS[word] for word in clause if word in ASKS and ASKS[word] != "whether"), "whether")


def _inverted(clause: list[str], opening: str) -> bool:
    """"Did you": a question also without its mark."""
    after = clause.index(opening) + 1
    asked = ("you", "we", "they", "i", "there") if opening == "do" else ("you", "we", "they", "i", "there", "it", "this")
    return after < len(clause) - 1 and clause[after] in asked


def _sentences(words: tuple[str, ...]) -> Iterator[list[str]]:
    sentence: list[str] = []
    for word in words:
        if word == BREAK:
            yield sentence
            sentence = []
        else:
            sentence.append(word)
    yield sentence


def _picks(said: list[str]) -> frozenset[str]:
    """Labels of options, where the text says nothing else."""
    if not said or len(said) > _WORDS_OF_A_PICK:
        return frozenset()
    found: set[str] = set()
    after_noun = False
    every = "all" in said
    for place, word in enumerate(said):
        label = "" if word == "one" and place and not after_noun else _label(word, alone=len(said) == 1 or after_noun or (len(said) <= 3 and place == len(said) - 1))
        if label:
            found.add(label)
        elif not _OPTION.match(word) and word not in _NOTHING_OF_ITS_OWN and sense(word) not in CARRIES_OUT:
            return frozenset()
        after_noun = bool(_OPTION.match(word)) or (after_noun and word in ("and", "und", "y", "et", "e"))
    return frozenset((ALL,)) if every and len(found) == 1 else frozenset(found)


def _label(word: str, *, alone: bool) -> str:
    if word in _BOTH:
        return ALL
    if word.isascii() and word.isdigit() and 0 < int(word[:4]) <= _HIGHEST:
        return str(int(word))
    if not alone:
        return _NUMBERED.get(word, "") if len(word) > 3 else ""
    return word if word in _LETTERS else _NUMBERED.get(word, "")


def _content(words: tuple[str, ...]) -> tuple[dict[str, None], dict[str, None]]:
    """The words that say what a text is about, in their order, and apart from them the denied ones."""
    content, denied = dict[str, None](), dict[str, None]()
    for clause in _clauses(words):
        for word, denies in _told(clause):
            if word not in _SILENT and word not in DENIAL and len(word) > (word.isascii()):
                (denied if denies else content)[sense(word)] = None
    for word in _leading(words):
        content.pop(sense(word), None)
    return content, {word: None for word in denied if word not in content}


def _contrasts(words: tuple[str, ...], content: dict[str, None]) -> bool:
    """"This, not that": the second part says only what the first is not."""
    places = [place for place, word in enumerate(words) if word in DENIAL]
    return len(places) == 1 and places[0] > 1 and words[places[0] - 1] == BREAK and words[places[0]] in _NOT and bool(content)


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
    found = WEIGHTY & content.keys()
    return found | {"pr"} if "pr" in content and content.keys() <= _OPENS_PR else found


_MAKES = {"add": "create", "keep": "leave"}


def _verb(said: list[str]) -> str:
    """What it says to do, where it begins with that."""
    for word in said:
        known = sense(word)
        if known in VERBS:
            return _MAKES.get(known, known)
        if word not in _BEFORE_A_VERB:
            return ""
    return ""


def _tells(said: list[str]) -> bool:
    return next((word for word in said if word not in ASSENT and word not in REFUSAL), "") in TELLS


def _start(said: list[str]) -> str:
    for word in said[:3]:
        if word in REFUSAL or word in STOP:
            return "no"
        if word in ASSENT:
            return "yes"
        if word in DENIAL:
            return "no"
    return ""


def _kind(
    said: list[str], content: dict[str, None], denied: dict[str, None], picks: frozenset[str], asks: str
) -> Kind:
    if asks:
        return "says"
    if picks:
        return "pick"
    if denied or any(word not in _NOTHING_OF_ITS_OWN and sense(word) not in CARRIES_OUT for word in content):
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
    if ends and not (ASSENT | GO_ON).intersection(spoken) and ("thanks" in ends or not does):
        return "ends"
    if not GO_ON.isdisjoint(spoken):
        return "on"
    return "yes" if does or not ASSENT.isdisjoint(spoken) else "ends" if ends else "says"
