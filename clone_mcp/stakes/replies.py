"""What a reply does to the question: agree, refuse, choose, or say something of its own."""

import re
from collections.abc import Sequence
from enum import Enum, auto

from clone_mcp.language import lexicon
from clone_mcp.stakes.grammar import ENGLISH_WRITING, NEGATORS, RUNS, WRITING
from clone_mcp.stakes.sentences import Sentence
from clone_mcp.stakes.tables import folded


class Stance(Enum):
    AGREES = auto()
    REFUSES = auto()
    UNCLEAR = auto()
    """A short answer that may well be one: "the users one"."""
    OWN_WORDS = auto()
    """An instruction or question of its own that leaves the agent's question unanswered."""


YES = folded("replies", "yes")
_NO = folded("negations", "refusal")
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
_WORD = re.compile(r"[^\W_]+(?:['\-][^\W_]+)*")
_ASKS_BACK = re.compile(rf"(?:{lexicon.pattern('replies', 'asks back')})\b")
_SHORT = 14
_QUESTION_END = 600
# A long reply agrees at its start or its end; in between stands what it talks about.
_OPENING, _FIRST = 300, 4
_POINTERS = folded("replies", "own start allowed")


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
    before = _WORD.findall(folded[max(start - 20, 0) : start])
    return any(word in NEGATORS and word != "no" for word in before[-3:])


def _verdict(clause: str) -> Stance | None:
    clause = clause.strip()
    if _NO_UNSPACED.search(clause):
        return Stance.REFUSES
    if _YES_UNSPACED.search(clause):
        return Stance.AGREES
    spoken = _WORD.findall(clause)
    if not spoken:
        return None
    if any(word in _NO or word in NEGATORS for word in spoken[:3]):
        # "Yes, cancel", but not "yes but don't".
        is_act = spoken[0] in YES and not any(
            word in NEGATORS or (word not in ACTS_OF_REFUSAL and word in _NO) for word in spoken
        )
        return Stance.AGREES if is_act else Stance.REFUSES
    return Stance.AGREES if spoken[0] in YES or (any(word in YES for word in spoken[:3]) and len(spoken) <= 4) else None


def _unclear(folded: str) -> Stance:
    """A short answer that is neither: "the users one", "as usual", a thumbs-up we don't know. It may well authorise."""
    spoken = _WORD.findall(folded)
    if folded.startswith(("/", "@", "!")):
        return Stance.OWN_WORDS
    if len(spoken) == 1 and spoken[0] in RUNS:
        return Stance.AGREES
    if not spoken:
        return Stance.AGREES if folded.strip(" .?!-_\n") else Stance.OWN_WORDS
    if spoken[0] in {"can", "could", "would", "will", "please"}:
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
