"""Which of the offered options a reply names: "2", "B", "the second one", "both", or an option's own words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from clone_mcp.language import lexicon
from clone_mcp.stakes.grammar import EMPTY, STOPWORDS
from clone_mcp.stakes.replies import YES
from clone_mcp.stakes.spelling import fold
from clone_mcp.stakes.tables import folded

_LABEL = re.compile(
    r"(?:^|(?<=[\s(\[#,;:/]))(?:option\s+)?[(\[]?(\d{1,2}|[a-h])(?:[.):\]]|\s{1,2}-)+(?=\s*\S)",
    re.IGNORECASE | re.MULTILINE,
)
_BULLET = re.compile(r"^[^\S\n]*[-•+▪◦●]\s+(\S.*)$", re.MULTILINE)
_OPTION_END = re.compile(r"\n(?!\s*\S)|\n(?=\S)")
_LONGEST_OPTION = 400
_LETTERS = frozenset("abcdefgh")
_ORDINALS = tuple(folded("choices", "ordinal", place) for place in lexicon.forms("choices", "ordinal"))
_LAST = folded("choices", "last")
_ALL = folded("choices", "all")
_ALL_UNSPACED = re.compile(lexicon.pattern("choices", "all, unspaced"))
_NUMBER_UNSPACED = re.compile(lexicon.pattern("choices", "number, unspaced"))
_DIGITS = {row.word: int(row.form) for row in lexicon.rows("choices", "digit")}
_RANGE = re.compile(rf"\b(\d{{1,2}})\s?(?:{lexicon.pattern('choices', 'range')})\s?(\d{{1,2}})\b")
_REFERENCE = re.compile(r"(?<![\w.])#?(\d{1,2}|[a-h])(?![\w.]*\w)")
_NAMED = re.compile(rf"(?:{lexicon.pattern('choices', 'option noun')})\.?\s*#?(\d{{1,2}}|[a-h])\b")
_FILLER = folded("choices", "filler")
_WORD = re.compile(r"[^\W_]+(?:['\-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Option:
    label: str
    text: str
    start: int
    """Where it stands in the question; -1 for one that came beside it."""
    end: int


def may_choose(reply: str) -> bool:
    """Whether a folded reply could name an option; a plain "yes, go ahead" can't, so its question isn't searched."""
    spoken = _WORD.findall(reply)
    return not spoken or any(word in _LETTERS or (word not in YES and word not in EMPTY) for word in spoken)


def offered(question: str, extra: Sequence[str]) -> tuple[Option, ...]:
    listed = [Option(str(number), text, -1, -1) for number, text in enumerate(extra, 1)]
    labels = list(_LABEL.finditer(question))
    for label, following in zip_longest(labels, labels[1:]):
        end = following.start() if following else len(question)
        text = _OPTION_END.split(question[label.end() : min(end, label.end() + _LONGEST_OPTION)].lstrip())[0]
        listed.append(Option(label[1].lower(), text.strip(" ,;"), label.start(), label.end() + len(text)))
    if not listed:
        listed = [
            Option(str(number), found[1], found.start(), found.end())
            for number, found in enumerate(_BULLET.finditer(question), 1)
        ]
    return tuple(listed)


def chosen(reply: str, options: Sequence[Option]) -> tuple[Option, ...]:
    """The options a folded reply names; empty when it names none."""
    if not options:
        return ()
    labels = _labels(reply, options)
    if labels:
        picked = tuple(option for option in options if option.label in labels)
        # "c) both" stands for the others.
        return tuple(options) if any(_ALL & set(_WORD.findall(fold(option.text))[:1]) for option in picked) else picked
    return _by_words(reply, options)


def _labels(reply: str, options: Sequence[Option]) -> set[str]:
    known = {option.label for option in options}
    spoken = _WORD.findall(reply)
    rest = [word for word in spoken if word not in _FILLER and word not in YES]
    named = set(_NAMED.findall(reply))
    if len(rest) <= 4:
        named |= set(_REFERENCE.findall(reply)) - ({"a"} if len(spoken) > 3 else set())
        named |= _spelled(reply, spoken, options)
    for low, high in _RANGE.findall(reply):
        named |= {str(number) for number in range(int(low), min(int(high), int(low) + 20) + 1)}
    # Options numbered 1, 2 answered with "b", or lettered ones answered with "2".
    named |= {_other_alphabet(name) for name in named - known}
    return named & known


def _other_alphabet(name: str) -> str:
    return (
        chr(96 + int(name)) if name.isdigit() and 0 < int(name) < 9 else str(ord(name) - 96) if name.isalpha() else name
    )


def _spelled(reply: str, spoken: Sequence[str], options: Sequence[Option]) -> set[str]:
    labels = [option.label for option in options]
    if any(word in _ALL for word in spoken) or _ALL_UNSPACED.search(reply):
        return set(labels)
    named: set[str] = set()
    for position, ordinal in enumerate(_ORDINALS):
        if (
            position < len(labels)
            and not ordinal.isdisjoint(spoken)
            and (ordinal & set(spoken)) - {"one"} | ({"one"} if spoken == ["one"] else set())
        ):
            named.add(labels[position])
    if not _LAST.isdisjoint(spoken):
        named.add(labels[-1])
    for groups in _NUMBER_UNSPACED.findall(reply):
        mark = next(group for group in groups if group)
        number = _DIGITS.get(mark) or int(mark)
        named |= {labels[number - 1]} if number <= len(labels) else set()
    return named


def _by_words(reply: str, options: Sequence[Option]) -> tuple[Option, ...]:
    """The options that share the reply's telling words: "the rebase one", or the option read back."""
    spoken = set(_WORD.findall(reply)) - _FILLER - STOPWORDS["en"] - YES - EMPTY
    if not spoken or len(spoken) > 25:
        return ()
    scores = [len(spoken & set(_WORD.findall(fold(option.text)))) for option in options]
    best = max(scores)
    if best * 2 < len(spoken):
        return ()
    return tuple(option for option, score in zip(options, scores, strict=True) if score == best)
