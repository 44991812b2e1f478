"""What a reply does to the question: agree, refuse, name one of the offered options, or say something of its own.

"2", "B", "the second one", "both" or an option's own words name options. What they set in motion is read in `reader`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import zip_longest

from clone_mcp.language import lexicon
from clone_mcp.stakes.spelling import fold
from clone_mcp.stakes.tables import ASKS_NOTHING, ENGLISH_WRITING, NEGATORS, RUNS, STOPWORDS, WRITING, folded
from clone_mcp.stakes.text import Sentence

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
WORD = re.compile(r"[^\W_]+(?:['\-][^\W_]+)*")


class Stance(Enum):
    AGREES = auto()
    REFUSES = auto()
    UNCLEAR = auto()
    """A short answer that may well be one: "the users one"."""
    OWN_WORDS = auto()
    """An instruction or question of its own that leaves the agent's question unanswered."""


YES = folded("replies", "yes")
NO = folded("negations", "refusal")
# What a person may also agree to.
ACTS_OF_REFUSAL = folded("negations", "act of refusal")
UNSPACED_ACTS_OF_REFUSAL = tuple(lexicon.text("negations", "act of refusal, unspaced").split())


def _begins_or_has(table: str, beginning: str, part: str) -> re.Pattern[str]:
    return re.compile(f"^(?:{lexicon.pattern(table, beginning)})|(?:{lexicon.pattern(table, part)})")


_NO_UNSPACED = _begins_or_has("negations", "refusal beginning", "refusal part")
_YES_UNSPACED = _begins_or_has("replies", "yes beginning", "yes part")
# Agreement that begins like a refusal, or hides in the middle of a sentence; and the other way round.
_AGREES_ANYWAY = re.compile(lexicon.pattern("replies", "agrees anyway"))
_REFUSES_ANYWAY = re.compile(lexicon.pattern("negations", "refuses anyway"))
# "Any objections?" - "no": here a refusal agrees.
_TURNED = re.compile(rf"\b(?:{lexicon.pattern('replies', 'turns refusals round')})\b")
_OWN_START = folded("replies", "own start")
_CLAUSE = re.compile(rf"[,;:!?\n()]+|\.+(?=\s|$)|\s-+\s|\b(?:{lexicon.pattern('replies', 'clause word')})\b")
_ASKS_BACK = re.compile(rf"(?:{lexicon.pattern('replies', 'asks back')})\b")
_SHORT = 14
_QUESTION_END = 600
# A long reply agrees at its start or its end; in between stands what it talks about.
_OPENING, _FIRST = 300, 4
_POINTERS = folded("replies", "own start allowed")
_REQUESTS = folded("replies", "request start")


def stance(folded: str, said: Sequence[Sentence]) -> Stance:
    if _ASKS_BACK.match(folded) and folded.endswith("?") and not _AGREES_ANYWAY.search(folded):
        return Stance.OWN_WORDS
    if _REFUSES_ANYWAY.search(folded):
        return Stance.AGREES if _AGREES_ANYWAY.search(folded) and len(said) > 1 else Stance.REFUSES
    if (found := _AGREES_ANYWAY.search(folded[:_OPENING])) and not _is_denied(folded, found.start()):
        return Stance.AGREES
    clauses = [clause for clause in _CLAUSE.split(folded) if clause.strip()] or [folded]
    verdicts = [_verdict(clause) for clause in (*clauses[:_FIRST], *clauses[-1:])]
    if Stance.AGREES in verdicts:
        return Stance.AGREES
    if Stance.REFUSES in verdicts:
        return Stance.REFUSES
    return _unclear(folded)


def _is_denied(folded: str, start: int) -> bool:
    before = WORD.findall(folded[max(start - 20, 0) : start])
    return any(word in NEGATORS and word != "no" for word in before[-3:])


def _verdict(clause: str) -> Stance | None:
    clause = clause.strip()
    if _NO_UNSPACED.search(clause):
        return Stance.REFUSES
    if _YES_UNSPACED.search(clause):
        return Stance.AGREES
    spoken = WORD.findall(clause)
    if not spoken:
        return None
    if any(word in NO or word in NEGATORS for word in spoken[:3]):
        # "Yes, cancel", but not "yes but don't".
        is_act = spoken[0] in YES and not any(
            word in NEGATORS or (word not in ACTS_OF_REFUSAL and word in NO) for word in spoken
        )
        return Stance.AGREES if is_act else Stance.REFUSES
    return Stance.AGREES if spoken[0] in YES or (any(word in YES for word in spoken[:3]) and len(spoken) <= 4) else None


def _unclear(folded: str) -> Stance:
    """A short answer that is neither: "the users one", "as usual", a thumbs-up we don't know. It may well authorise."""
    spoken = WORD.findall(folded)
    if folded.startswith(("/", "@", "!")):
        return Stance.OWN_WORDS
    if len(spoken) == 1 and spoken[0] in RUNS:
        return Stance.AGREES
    if not spoken:
        return Stance.AGREES if folded.strip(" .?!-_\n") else Stance.OWN_WORDS
    if spoken[0] in _REQUESTS:
        return Stance.AGREES if len(spoken) <= 5 else Stance.OWN_WORDS
    if len(spoken) <= 4 and not set(spoken[1:]) - _POINTERS and len(spoken) > 1:
        return Stance.AGREES
    if len(spoken) > _SHORT or "?" in folded or spoken[0] in _OWN_START or _writes(spoken):
        return Stance.OWN_WORDS
    return Stance.UNCLEAR


def _writes(spoken: Sequence[str]) -> bool:
    """ "Add a test": work of another kind than what was asked. "Maak over" and the like only look it."""
    return spoken[0] in WRITING and (len(spoken) > 2 or (spoken[0].isascii() and spoken[0] in ENGLISH_WRITING))


def turns_refusals_round(question: str) -> bool:
    """Whether a folded question is put so that "no" means "go ahead"."""
    return _TURNED.search(question[-_QUESTION_END:]) is not None


@dataclass(frozen=True, slots=True)
class Option:
    label: str
    text: str
    start: int
    """Where it stands in the question; -1 for one that came beside it."""
    end: int


def may_choose(reply: str) -> bool:
    """Whether a folded reply could name an option; a plain "yes, go ahead" can't, so its question isn't searched."""
    spoken = WORD.findall(reply)
    return not spoken or any(word in _LETTERS or (word not in YES and word not in ASKS_NOTHING) for word in spoken)


def lists_options(question: str) -> bool:
    """Whether it has labels of options."""
    return _LABEL.search(question) is not None


def offered(question: str, extra: Sequence[str]) -> tuple[Option, ...]:
    listed = [Option(str(number), text, -1, -1) for number, text in enumerate(extra, 1)]
    labels = list(_LABEL.finditer(question))
    for label, following in zip_longest(labels, labels[1:]):
        end = following.start() if following else len(question)
        whole = question[label.end() : min(end, label.end() + _LONGEST_OPTION)]
        text = _OPTION_END.split(whole.lstrip())[0]
        stop = label.end() + len(whole) - len(whole.lstrip()) + len(text)
        listed.append(Option(label[1].lower(), text.strip(" ,;"), label.start(), stop))
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
        return tuple(options) if any(_ALL & set(WORD.findall(fold(option.text))[:1]) for option in picked) else picked
    return _by_words(reply, options)


def _labels(reply: str, options: Sequence[Option]) -> set[str]:
    known = {option.label for option in options}
    spoken = WORD.findall(reply)
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
    spoken = set(WORD.findall(reply)) - _FILLER - STOPWORDS["en"] - YES - ASKS_NOTHING
    if not spoken or len(spoken) > 25:
        return ()
    scores = [len(spoken & set(WORD.findall(fold(option.text)))) for option in options]
    best = max(scores)
    if best * 2 < len(spoken):
        return ()
    return tuple(option for option, score in zip(options, scores, strict=True) if score == best)
