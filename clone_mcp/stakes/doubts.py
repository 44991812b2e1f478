"""What can't be read, and what a bare "Continue?" may mean beside what is read.

A question is read only if all it names is known to be safe; a sentence only if it is English.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clone_mcp.language import lexicon
from clone_mcp.stakes.alarms import foretells_strangely, is_forecast, is_grave, is_past, is_report
from clone_mcp.stakes.clauses import clauses, is_strange, phrases
from clone_mcp.stakes.frames import ACT_NOUNS, ENGLISH, POINTERS, SMALL, Words, small
from clone_mcp.stakes.moods import DIRECTS, Mood, Part
from clone_mcp.stakes.rulings import rule
from clone_mcp.stakes.spelling import fold
from clone_mcp.stakes.text import MARKS, Code, Piece, Sentence
from clone_mcp.stakes.things import NAME, PATH, SENSITIVE, head_kind, kind_of
from clone_mcp.stakes.verbs import slip, verb_at

_OTHER_LANGUAGES = (
    frozenset(word for row in lexicon.rows("grammar", "stopword") if row.language != "en" for word in row.word.split())
    - ENGLISH
)
_POINTS_BACK, _POINTS_AT = small("points back"), small("points at")
_CASTS, _KEEPS = small("casts"), small("keeps")
_STATES, _APPROVES, _ASKS_MORE = small("state"), small("approves"), small("asks more")
_AGENTS = small("subject")
_SETTLES = small("settles")
_CONSENTS, _REDEFINES = small("consents"), small("redefines")
_SAFE = frozenset(("WORK", "CODE", "TEST", "DOCS", "TEXT", "THING", "CHECK", "CONFIG", "BUILD", NAME, PATH))
_RECEIVES, _WHOM, _DISCLOSES = small("receives"), small("whom"), small("discloses")
_OWNED = frozenset(("MONEY", "SECRET", "ACCESS", "LEGAL"))
"""What is given away by an approval: "Is a 20 percent discount okay?"."""
_CHEERS = frozenset("✅👍🎉☑✔🚀✨❌⚠️")
_ASKING = frozenset((Mood.ASKS, Mood.OFFERS, Mood.OPEN, Mood.ELLIPSIS))
_SHORTLY = 4
"""Parts before a bare question in which its meaning stands."""
_FEW = 4
"""Words of a question that has no verb."""
_LOOKED_AT, _SHORT = 12, 25
"""Sentences before it that it may be about; and words of a message that leaves no room for anything else."""


def is_english(sentence: Sentence) -> bool:
    """Whether a sentence is read at all. One of names alone is, one with another language's small words is not."""
    words = [word for word in sentence.tokens if word[0].isalpha() and word[0] not in MARKS]
    if sum(len(word) > 2 and not fold(word).isascii() for word in words) * 2 > len(words):
        return False
    english, other = (sum(word in known for word in words) for known in (ENGLISH, _OTHER_LANGUAGES))
    strangers = sum(
        len(word) > 2 and word not in SMALL and is_strange(word) and not verb_at((word,), 0) for word in words
    )
    return english >= other and not (len(words) > 1 and not english and 2 * strangers > len(words))


def names_safely(tokens: Words) -> bool:
    """Whether it names things, of kinds that are safe, and leaves room for no act nobody knows."""
    strange = [at for at, word in enumerate(tokens) if is_strange(word) and not verb_at(tokens, at)]
    if strange[:1] == [0] and (slipped := slip(tokens[0])) and is_grave(slipped.lemma):
        return False
    if any(at + 1 < len(tokens) and tokens[at + 1] in POINTERS for at in strange):
        return False
    if any(not word.isascii() and not word[0].isalnum() and word not in _CHEERS for word in tokens):
        return False
    objects, qualifiers, pronoun = phrases(tokens)
    found = [*objects, *(phrase for _, phrase in qualifiers)]
    kinds = {head_kind(phrase) for phrase in found if not SMALL.issuperset(phrase)}
    return kinds <= _SAFE and not (pronoun and strange)


def wishes_safely(tokens: Words) -> bool:
    """ "A summary for Friday": what is wished for is something to read."""
    objects, _, pronoun = phrases(tokens)
    kinds = {head_kind(phrase) for phrase in objects}
    return not pronoun and bool(kinds) and kinds <= _SAFE and _STATES.isdisjoint(tokens)


def is_bare(part: Part) -> bool:
    """Whether a yes to it means what is said elsewhere: "Continue?", "Run it?"."""
    if part.mood is Mood.EMPTY:
        return True
    if part.mood not in DIRECTS | {Mood.MAY_PLAN} or isinstance(part.piece, Code):
        return False
    return any(
        not clause.objects and not clause.qualifiers and rule(clause).name in ("go", "run", "light")
        for clause in clauses(part.piece, part.start)
    )


def runs_something(part: Part) -> bool:
    """Whether it asks to run, test or build, so that a block beside it may be what is run."""
    if part.mood not in DIRECTS or isinstance(part.piece, Code):
        return False
    return any(rule(clause).name in ("run", "test", "build") for clause in clauses(part.piece, part.start))


def is_vague(said: Sequence[Part], *, found: bool) -> bool:
    """Whether nobody says what is asked for: "Shall I?" without an offer shortly before it."""
    asked = [at for at, part in enumerate(said) if part.mood is Mood.EMPTY]
    if not asked:
        return not found and not any(part.mood in _ASKING for part in said)
    return not any(part.mood in DIRECTS for part in said[max(asked[-1] - _SHORTLY, 0) : asked[-1]])


def points_back(said: Sequence[Part]) -> bool:
    """ "Off with them?", "Its turn?": whether a question is for something that was named before."""
    pieces = (part.piece for part in said)
    return any(isinstance(piece, Sentence) and piece.asks and _POINTS_BACK & piece.words for piece in pieces)


def asks_apart(said: Sequence[Part]) -> bool:
    """Whether the last question asks something else than leave for what was announced before it."""
    if len(said) < 2:
        return False
    last, told = said[-1].piece, said[:-1]
    if isinstance(last, Sentence) and last.asks and not _ASKS_MORE.isdisjoint(last.words):
        return True
    if said[-1].mood is Mood.EMPTY:
        return False
    if not isinstance(last, Sentence) or not last.asks or _POINTS_AT & last.words:
        return False
    before = {word for part in told if isinstance(part.piece, Sentence) for word in part.piece.words}
    return not last.words <= SMALL and before.isdisjoint(last.words - SMALL)


def casts(said: Sequence[Part]) -> Iterator[Sentence]:
    """ "Out?", "Off with it?", "Mine over theirs?": a question of a direction or an owner alone asks for a deed."""
    for part in said:
        piece = part.piece
        if not isinstance(piece, Sentence) or not piece.asks or len(piece.tokens) > _FEW:
            continue
        if piece.tokens[0] in _CASTS and _AGENTS.isdisjoint(piece.words):
            yield piece


def asks_for_part_of_deed(part: Part) -> bool:
    """ "Which account should be charged?": whatever is answered completes an act that weighs."""
    if part.mood is not Mood.OPEN or isinstance(part.piece, Code):
        return False
    tokens = part.piece.tokens
    if tokens[-1] in _APPROVES and any(head_kind(phrase) in _OWNED for phrase in phrases(tokens[:-1])[0]):
        return True
    if not part.asks_facts and "your" in tokens and not _DISCLOSES.isdisjoint(tokens):
        return True  # "Can the app read your address book?"
    if _SETTLES.isdisjoint(tokens):
        return False
    if part.start < len(tokens):
        return False
    receives = {kind_of(word) for word in tokens} if _RECEIVES & part.piece.words else set[str]()
    if not part.asks_facts:
        return "SECRET" in receives
    whom = () if _WHOM.isdisjoint(tokens) else ("PEOPLE",)
    deeds = (
        is_grave(word, *whom) and kind_of(word) != "CODE" and not (after and kind_of(after) == "CODE")
        for word, after in zip(tokens, (*tokens[1:], ""), strict=True)
    )
    return any(deeds) or not SENSITIVE.isdisjoint(receives)


def doubts(said: Sequence[Part]) -> Iterator[Sentence]:
    """The sentences that a bare question may be about, and that nobody can judge."""
    told = [part.piece for part in said if part.mood is Mood.TELLS and isinstance(part.piece, Sentence)][-_LOOKED_AT:]
    told = [piece for piece in told if "|" not in piece.words]
    short = sum(len(piece.tokens) for piece in told) <= _SHORT
    for piece in told:
        reported = is_report(piece)
        named = any(kind_of(word) in SENSITIVE for word in piece.tokens)
        if (
            (named and is_forecast(piece))
            or foretells_strangely(piece)
            or (short and not reported and _has_stranger(piece.tokens))
        ):
            yield piece


def strings_attached(said: Sequence[Part]) -> Iterator[Sentence]:
    """What a yes to one thing would mean beside it: "PS: prod too", "saying yes means …", "by tests I mean prod"."""
    asked = max((at for at, part in enumerate(said) if part.mood in _ASKING | {Mood.EMPTY}), default=len(said))
    for at, part in enumerate(said):
        piece = part.piece
        if isinstance(piece, Code) or piece.asks or "|" in piece.words:
            continue
        turns = not _CONSENTS.isdisjoint(piece.words) or not _REDEFINES.isdisjoint(piece.words)
        if part.mood in DIRECTS and not turns:
            continue
        if (at > asked or turns) and any(map(_weighs, piece.tokens)) and not is_past(piece):
            yield piece


def _has_stranger(tokens: Words) -> bool:
    """Whether any word is neither small nor known to be safe."""
    return any(
        word not in SMALL
        and word[0] not in MARKS
        and not word.rstrip("%").isdigit()
        and kind_of(word) not in _SAFE
        and not verb_at((word,), 0)
        for word in tokens
        if word[0].isalnum() or (not word.isascii() and word not in _CHEERS)
    )


def weighty(said: Sequence[Part]) -> Iterator[Sentence]:
    """The last sentences that name what an act would weigh on: to refuse to hold it back is to let it go."""
    for part in said[-_SHORTLY:]:
        if (
            isinstance(part.piece, Sentence)
            and not _is_weighed(part, part.piece)
            and (any(map(_weighs, part.piece.tokens)) or (part.piece.asks and _KEEPS & part.piece.words))
        ):
            yield part.piece


def _is_weighed(part: Part, piece: Sentence) -> bool:
    """ "Any objection to dropping the word?": what is not to be held back is read by itself."""
    names = [rule(clause).name for clause in clauses(piece, part.start)] if part.mood in DIRECTS else []
    return bool(names) and not {"stop", "look", "choose"} & {*names}


def _weighs(word: str) -> bool:
    return kind_of(word) in SENSITIVE | {"FILE"} or word in ACT_NOUNS or is_grave(word)


def is_of_code(piece: Piece) -> bool:
    """Whether a sentence names text of the project and nothing that weighs: what it names beside is text, too."""
    if isinstance(piece, Code):
        return True
    kinds = {kind_of(word) for word in piece.tokens}
    return bool(kinds & {"CODE", "TEST", "DOCS", "CONFIG", PATH}) and not kinds & SENSITIVE
