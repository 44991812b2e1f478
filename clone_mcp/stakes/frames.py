"""The small words around an act: what asks for it, what parts clauses, what only points.

All of them are rows of language/lexicon/frames.tsv. What sentences do by these words is read
in `moods`, `clauses` and `alarms`.
"""

from __future__ import annotations

from clone_mcp.language import lexicon

Words = tuple[str, ...]


def small(kind: str) -> frozenset[str]:
    """The words of a kind."""
    return lexicon.words("frames", kind)


def frames(kind: str) -> dict[str, list[Words]]:
    """Word sequences of a kind by their first word, the longest first."""
    found: dict[str, list[Words]] = {}
    for written in sorted(small(kind), key=lambda each: (-each.count("_"), each)):
        words = tuple(written.split("_"))
        found.setdefault(words[0], []).append(words)
    return found


def frame_at(known: dict[str, list[Words]], tokens: Words, at: int) -> int:
    """How many tokens a frame takes that begins there; 0 where none does."""
    for words in known.get(tokens[at], ()):
        if tokens[at : at + len(words)] == words:
            return len(words)
    return 0


FILLERS, NEGATORS = frames("filler"), frames("negator")
PREPOSITIONS, SUBORDINATORS = frames("preposition"), frames("subordinator")
DETERMINERS, PRONOUNS, ADVERBS = small("determiner"), small("pronoun"), small("adverb")
COORDINATORS = small("coordinator") | frozenset(",;:()|…")
POINTERS = DETERMINERS | PRONOUNS
"""Begin what something is done to."""
EMPTY = small("empty")
ENGLISH = small("english")
SMALL = EMPTY | POINTERS | ADVERBS | COORDINATORS | PREPOSITIONS.keys() | FILLERS.keys() | ENGLISH
"""Words that name neither an act nor a thing."""
NO_VERBS = ENGLISH | small("fact") | PREPOSITIONS.keys() | ADVERBS | POINTERS | small("modal")
ACT_NOUNS = {word: row.form for row in lexicon.rows("frames", "act noun") for word in row.word.split()}
"""Nouns made of acts, with the act."""
