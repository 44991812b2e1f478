"""A reply in the light of the question it answers: which option it takes, and what of it the question had said.

It compares nothing: whether two answers are the same is decided in verdict.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from clone_mcp.language import lexicon
from clone_mcp.language.choices import Choice
from clone_mcp.language.meaning.picks import ALL
from clone_mcp.language.meaning.reading import Kind, Reading, read
from clone_mcp.language.meaning.vocabulary import STOP
from clone_mcp.language.message import read as read_message

_TAIL, _NEAR = 2000, 700
"""Characters of a question, from its end, in which options are looked for, and whose words count as spoken of."""
_SENTENCE_END = re.compile(r"(?<=[.!?。？！])\s+|\n+|(?<=[。？！])")
_NAMED = re.compile(rf"\b(?:{lexicon.pattern('choices', 'choice noun')})\s+#?\(?([1-9]|[a-h])\b", re.IGNORECASE)
_LETTER = re.compile(r"(?<=\w )[A-HJ-Z](?![\w'+#.-])")
_OR = re.compile(rf"(?<![^\W\u3040-\uffff])(?:{lexicon.pattern('meaning', 'or')})(?![^\W\u3040-\uffff])(?! not\b)")
_MARKS = ("?", "？")
_TO_STOPPING: dict[Kind, Kind] = {"on": "no", "stop": "yes"}
_FITS = 0.6
"""The share of words, of the option's name or of the reply, that a reply must share with one option alone."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a question offers."""

    text: str
    last: str
    """Its last question, or its last sentence."""
    asked: frozenset[str]
    """What that sentence speaks of."""
    near: frozenset[str]
    """Content of its end."""
    asks: bool
    """Whether that sentence is a question that a yes answers."""
    either: bool
    """Whether it asks which of two, so that a yes takes neither."""
    shunned: frozenset[str]
    """What it asks not to do: "Shall I skip the tests?"."""
    offered: frozenset[str]
    """Labels of options that this sentence names."""
    labels: tuple[str, ...]
    options: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply together with its question."""

    reply: Reading
    heard: Heard
    chosen: frozenset[int]
    """Places of the options it takes."""

    @property
    def taken(self) -> str:
        """The options it takes, in their own words."""
        return ", ".join(self.heard.options[place].folded for place in sorted(self.chosen))


def answer(text: str, question: str = "", options: Sequence[Choice] = ()) -> Answer:
    """Read a reply to a question. Options are taken from the question where none are given."""
    offered = tuple(options)
    hear = _heard if sum(len(wording) for _, wording in offered) <= _TAIL else _heard.__wrapped__
    reply, heard = read(text), hear(question[-_TAIL:], offered)
    if heard.asks and reply.kind in _TO_STOPPING and not STOP.isdisjoint(read(heard.last).wordings):
        # "Go on" to "Shall I stop?" says no to it.
        kind = _TO_STOPPING[reply.kind]
        reply = replace(reply, kind=kind, agrees=kind == "yes", refuses=kind == "no")
    return Answer(reply, heard, _chosen(reply, heard))


@lru_cache(maxsize=256)
def _heard(question: str, options: tuple[Choice, ...]) -> Heard:
    choices = options or (read_message(question).choices if question else ())
    last = _last_question(question)
    asks, found = last.rstrip().endswith(_MARKS), read(last)
    either = asks and (bool(_OR.search(last.lower())) or ("¿" in last and " o " in last))
    return Heard(
        text=question,
        last=last,
        asked=_about(last),
        near=_about(question[-_NEAR:]),
        asks=asks and not either,
        either=either,
        shunned=found.denied,
        offered=frozenset(label.casefold() for label in _NAMED.findall(last) + _LETTER.findall(last)),
        labels=tuple(label.casefold() for label, _ in choices),
        options=tuple(read(wording) for _, wording in choices),
    )


def _about(text: str) -> frozenset[str]:
    found = read(text)
    return (found.content | found.wordings | {found.verb}) - found.denied


def _last_question(question: str) -> str:
    sentences = [each for each in _SENTENCE_END.split(question[-_NEAR:]) if each and each.strip()]
    asking = [each for each in sentences[-3:] if each.rstrip().endswith(_MARKS)]
    return (asking or sentences or [""])[-1]


def _chosen(reply: Reading, heard: Heard) -> frozenset[int]:
    if not heard.options:
        return frozenset()
    named = [place for place, option in enumerate(heard.options) if option.folded == reply.folded]
    if named or reply.asks:
        return frozenset(named)
    if ALL in reply.picks:
        return frozenset(range(len(heard.options)))
    if reply.picks:
        return frozenset(place for label in reply.picks for place in _places(label, heard))
    if reply.kind != "says" or reply.denied:
        return frozenset()
    fits = [place for place, option in enumerate(heard.options) if _fits(reply, option)]
    return frozenset(fits) if len(fits) == 1 else frozenset()


def _places(label: str, heard: Heard) -> list[int]:
    """By its own label, or else by number or letter."""
    if label in heard.labels:
        return [heard.labels.index(label)]
    place = int(label) - 1 if label.isdigit() else ord(label) - ord("a")
    return [place] if place < len(heard.options) else []


def _fits(reply: Reading, option: Reading) -> bool:
    said, offered = reply.content, option.content
    shared = len(said & offered)
    return (bool(shared) and 2 * shared >= _FITS * (len(said) + len(offered))) or (said <= offered and len(said) > 1)
