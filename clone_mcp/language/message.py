"""What the end of an agent's message waits for: its kind, its offers, its choices, its commands.

The wordings that tell are looked for in lower case: a pattern that ignores case takes up to twenty times as long. Text
that a client wraps around a message is taken off in wrapped/.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from clone_mcp.language import lexicon
from clone_mcp.language.choices import Choice, known_again, listed, offered, plain
from clone_mcp.language.wording import drawn, tokens


def _sign(kind: str, form: str = "") -> re.Pattern[str]:
    return re.compile(lexicon.pattern("messages", kind, form))


_OFFERS = tuple((yes, _sign("offer", yes)) for yes in lexicon.forms("messages", "offer"))
"""How an agent offers to do something, by the word that takes the offer up."""
_NEXT = re.compile(rf"(?:{lexicon.pattern('messages', 'next')})[^\n]{{0,40}}?[:：][ \t]*(.*)", re.DOTALL)
_BULLET = re.compile(r"^[ \t]{0,3}(?:[-*•]|\d+[.)])[ \t]+(.+)$", re.MULTILINE)
_CODE = re.compile(r"`([^`\n]{2,80})`")
_PERMISSION, _REQUEST, _DONE, _BROKEN = map(_sign, ("permission", "request", "done", "broken"))
_OPEN, _MINE, _EITHER = map(_sign, ("open question", "agent's own", "either"))
_COMMIT, _PUSH, _TEST = map(_sign, ("commit", "push", "test"))

_FLAG_SIGNS = (("commit", _COMMIT), ("push", _PUSH), ("test", _TEST), ("done", _DONE), ("request", _REQUEST))
_QUESTION_SIGNS = (("either", _EITHER), ("mine", _MINE), ("ask_commit", _COMMIT), ("ask_push", _PUSH))

_CUES = tuple(lexicon.text("messages", "cue").split())
"""Words whose presence near the end makes two situations alike. Their places are stored."""


_TAIL, _LIST, _PLANS, _COMMANDS, _CLOSE, _LAST, _BREAK = 2000, 1400, 900, 700, 320, 220, 160
"""Characters from the end that are looked at: in all, for choices, steps, commands, signs, the last words, a break."""

_PARAGRAPH = re.compile(r"\n\s*\n")
_SENTENCE = re.compile(r"(?<=[.!?？。:])\s+|\n+")
_QUESTION_MARKS = ("?", "？")
_MOST = 3

FLAGS = (
    "either", "mine", "ask_commit", "ask_push", "asks", "ends_asking", "choices", "code", "brief",
    *(name for name, _ in _FLAG_SIGNS),
)  # fmt: skip
KINDS = ("offer", "confirm", "choice", "question", "request", "broken", "done", "other")

_FLAG_PLACE = {name: 8 + place for place, name in enumerate(FLAGS)}
_CUE_PLACE = {word: 32 + place for place, word in enumerate(_CUES)}

Offer = tuple[str, str]
"""The word that takes it up, and what the agent offers to do."""


@dataclass(frozen=True, slots=True)
class Message:
    """The reading of one message."""

    text: str
    kind: str
    choices: tuple[Choice, ...]
    flags: frozenset[str]
    words: frozenset[str]
    topic: int
    """Sketch of its words."""
    ask: int
    """Sketch of its last words."""
    cues: int
    """Kind, flags and cue words as a bit set: what makes two situations alike."""
    in_dialog: bool
    """Whether a client's own dialog offers the choices. Then the reply is one of them, or typed instead."""

    @property
    def again(self) -> str:
        """What the question is known again by, if it has choices."""
        return known_again(self.text, self.choices) if self.choices else ""

    # What only a prediction looks at is read when one is made, not for every message that is recorded.

    @property
    def offers(self) -> tuple[Offer, ...]:
        """What the agent offers to do, the last one first."""
        return _offers(self.text[-_CLOSE:])

    @property
    def steps(self) -> tuple[str, ...]:
        """What it says comes next."""
        return _steps(self.text[-_PLANS:])

    @property
    def commands(self) -> tuple[str, ...]:
        """What it names as code, the last one first."""
        codes = (code.strip() for code in reversed(_CODE.findall(self.text[-_COMMANDS:])))
        return tuple(dict.fromkeys(codes))


def read(text: str) -> Message:
    """Read the end of an agent's message."""
    return _read(text[-_TAIL:].strip())


@lru_cache(maxsize=64)
def _read(text: str) -> Message:
    # Cached because what is recorded is asked about a moment later.
    close = text[-_CLOSE:].lower()
    dialog = offered(text)
    choices = dialog or listed(text[-_LIST:])
    question = _question(close)
    flags = _flags(text, close, question)
    if choices:
        flags.add("choices")
    kind = "choice" if dialog else _kind(close, question, listing=bool(choices))
    words = frozenset(tokens(text))
    return Message(
        text=text,
        kind=kind,
        choices=choices,
        flags=frozenset(flags),
        words=words,
        topic=drawn(words),
        ask=drawn(set(tokens(text[-_LAST:]))),
        cues=_cues(kind, flags, close),
        in_dialog=bool(dialog),
    )


def _flags(text: str, close: str, question: str) -> set[str]:
    found = {name for name, pattern in _FLAG_SIGNS if pattern.search(close)}
    if question:
        found.add("asks")
        found |= {name for name, pattern in _QUESTION_SIGNS if pattern.search(question)}
    if close.endswith(_QUESTION_MARKS):
        found.add("ends_asking")
    if "```" in close:
        found.add("code")
    if len(text) < 200:
        found.add("brief")
    return found


def _question(close: str) -> str:
    """The last sentence that asks, when it stands near the end."""
    if not any(mark in close for mark in _QUESTION_MARKS):
        return ""
    sentences = [sentence for sentence in _SENTENCE.split(close) if sentence and sentence.strip()]
    return next((plain(s) for s in reversed(sentences[-4:]) if any(mark in s for mark in _QUESTION_MARKS)), "")


def _kind(close: str, question: str, *, listing: bool) -> str:
    if question:
        if _OPEN.search(question):
            return "choice" if listing else "question"
        if listing and _EITHER.search(question):
            return "choice"
        return "offer" if _MINE.search(question) else "confirm"
    if _BROKEN.search(close[-_BREAK:]):
        return "broken"
    paragraphs = [paragraph for paragraph in _PARAGRAPH.split(close) if paragraph.strip()]
    last = paragraphs[-1][-_LAST:] if paragraphs else ""
    if _PERMISSION.search(last):
        return "offer"
    if _REQUEST.search(last):
        return "request"
    return "done" if _DONE.search(close) else "other"


@lru_cache(maxsize=64)
def _offers(close: str) -> tuple[Offer, ...]:
    lower = _lower(close)
    found = [
        (match.start(), yes, plain(close[match.start(1) : match.end(1)]).strip(" ,;:"))
        for yes, pattern in _OFFERS
        for match in pattern.finditer(lower)
    ]
    return tuple(dict.fromkeys((yes, wording) for _, yes, wording in sorted(found, reverse=True) if wording))[:_MOST]


def _steps(text: str) -> tuple[str, ...]:
    """What the agent says comes next."""
    match = _NEXT.search(_lower(text))
    if not match:
        return ()
    told = text[match.start(1) :]
    first = plain(told.split("\n", 1)[0])
    found = [first] if first else [plain(bullet) for bullet in _BULLET.findall(told)]
    return tuple(step for step in found if step)[:_MOST]


def _lower(text: str) -> str:
    """The text in lower case, each character in its place."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(sign.lower()[0] for sign in text)


def _cues(kind: str, flags: set[str], close: str) -> int:
    bits = 1 << KINDS.index(kind)
    for flag in flags:
        bits |= 1 << _FLAG_PLACE[flag]
    for word in _CUE_PLACE.keys() & set(tokens(close)):
        bits |= 1 << _CUE_PLACE[word]
    return bits
